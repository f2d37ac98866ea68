"""What was seen when a store was tried for write-once, as a value: nothing is claimed beyond it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

PROVEN, ABSENT, FAILED = "proven", "absent", "failed"
"""Every attempt on a locked object was refused; nothing is locked there; or an attempt got through."""

BY_LOCK, BY_RIGHTS = "lock", "rights"
"""What refused the attempts: the same keys may delete what is not locked, or they may delete nothing at all."""


@dataclass(frozen=True)
class Try:
    """One attempt: its name (``lock``, ``overwrite``, ``delete``, ``shorten``, ``bypass``), whether the locked object
    stood as it was afterwards, and what the service answered.
    """

    name: str
    held: bool
    seen: str


@dataclass(frozen=True)
class Proof:
    """What came of it: ``reason`` in Thai, the same in ``english``; ``mode`` of the lock; ``by``: what refused."""

    state: str
    reason: str
    english: str
    tries: tuple[Try, ...] = ()
    mode: str = ""
    by: str = ""


LOCAL = Proof(
    ABSENT,
    "ที่จัดเก็บเป็นโฟลเดอร์ของเครื่อง ไม่มีการล็อกที่ผู้ดูแลเครื่องแก้ไม่ได้ (ตรวจพบการแก้ได้ แต่ห้ามไม่ได้)",
    "The store is a local folder: nothing there is locked against this machine's administrator. Changes are found, "
    "not prevented.",
)


@dataclass(frozen=True)
class Held:
    """What was seen of a legal hold: so many ``versions`` of files, ``held`` of them; ``changed`` by this call.

    ``able`` false: the place has no such lock, nothing was asked and nothing is held there.
    """

    able: bool = True
    versions: int = 0
    held: int = 0
    changed: int = 0

    def __add__(self, other: Held) -> Held:
        able = self.able and other.able
        return Held(able, self.versions + other.versions, self.held + other.held, self.changed + other.changed)

    def stands(self, on: bool) -> bool:
        """Whether every version was seen held (``on``), or none."""
        return self.able and self.held == (self.versions if on else 0)


class Holdable:
    """A place whose files no lock of its own holds: a local folder."""

    def set_legal_hold(self, prefix: str, *, on: bool) -> Held:
        """See ``Store.set_legal_hold``."""
        return Held(able=False)

    def legal_hold(self, prefix: str) -> Held:
        """See ``Store.legal_hold``."""
        return Held(able=False)
