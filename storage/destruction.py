"""Destroying what a dossier holds, by order: the one place in which bytes are removed from a store.

OCFL 1.1 keeps every version for ever, so what may no longer be kept is replaced by an object that never named it: the
next version holds one file, the tombstone, and the versions before it stay as filings of nothing. First the tombstone
is filed, then what it tells of is removed, version by version; a writer that dies in between leaves a dossier of which
``bury`` removes the rest when it is called again. Only ``docservice.destruction`` calls this (see ``pyproject.toml``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, cast

from docservice.errors import Conflict, NotFound
from docservice.thai import date_letter
from storage import fixity, replica
from storage.filing import Filing, hold
from storage.fixity import INVENTORY, SIDECAR
from storage.inventory import Inventory, Version
from storage.keys import DossierKey
from storage.store import Store

_PROBE = "extensions/docservice-disposal"
"""What is put and removed to see whether the store lets it be removed; a validator leaves ``extensions`` alone."""


class Destroyable(Store, Protocol):
    """What a store can do besides, for this module alone."""

    def locked_until(self, key: str) -> datetime | None:
        """The latest moment until which some version of ``key`` is locked; ``None``: nothing locks it."""

    def destroy(self, key: str, *, former_only: bool = False) -> None:
        """Remove ``key`` with every version of it (``former_only``: all but the newest), if it is there.

        A lock is not bypassed: ``StoreUnavailable`` where the place refuses.
        """


@dataclass(frozen=True)
class Buried:
    """What is left: the version that holds the tombstone, and how many files were removed now."""

    version: int
    removed: int


def _no_step(_name: str) -> None:
    return


def locked_until(store: Store, key: DossierKey) -> datetime | None:
    """Until when the store itself refuses to remove what has to go of the dossier; ``None``: it would not refuse."""
    place, head = cast(Destroyable, store), fixity.read_head(store, key)
    doomed = _doomed(store, key, head) if head else ()
    return max((until for name in doomed if (until := place.locked_until(name))), default=None)


def require_unlocked(store: Store, key: DossierKey) -> None:
    """``Conflict``, with the day, while the store locks something of the dossier."""
    _refuse_locked(locked_until(store, key), str(key))


def require_right(store: Store) -> None:
    """``StoreUnavailable`` where the store would refuse to remove anything: found out before something is begun."""
    store.replace(_PROBE, b"docservice\n", expected=None)
    if cast(Destroyable, store).locked_until(_PROBE) is None:
        cast(Destroyable, store).destroy(_PROBE)


def require_copy_unlocked(store: Store, name: str) -> None:
    """The same for a file beside the archive."""
    _refuse_locked(cast(Destroyable, store).locked_until(name), name)


def _refuse_locked(until: datetime | None, name: str) -> None:
    if until is None or until <= datetime.now(UTC):
        return
    if until.year == datetime.max.year:
        raise Conflict(
            f"{name} ยังถูกล็อกในที่จัดเก็บเพราะมีการระงับการทำลาย (legal hold) จึงทำลายไม่ได้",
            "ถ้ายกเลิกการระงับในระบบแล้ว รอให้งานปลดล็อกเสร็จ หรือสั่ง docservice archive holds --check แล้วสั่งดำเนินการบัญชีเดิมอีกครั้ง",
            english=f"The store still keeps a legal hold on {name}. If it was lifted, wait for its job or run: "
            "docservice archive holds --check. Then carry the same list out again.",
        )
    raise Conflict(
        f"{name} ยังถูกล็อกในที่จัดเก็บถึง {date_letter(until.date())} จึงทำลายไม่ได้",
        "รอให้พ้นกำหนด แล้วสั่งดำเนินการบัญชีเดิมอีกครั้ง",
        english=f"The store locks {name} until {until:%Y-%m-%d}. Carry the same list out again after that day.",
    )


def is_buried(inventory: Inventory) -> bool:
    """Whether the newest version is a tombstone: nothing is left of any version before it."""
    before = range(1, inventory.version)
    return bool(before) and len(list(inventory.contents())) == 1 and not any(map(inventory.files, before))


def bury(
    store: Store,
    key: DossierKey,
    name: str,
    tombstone: bytes,
    *,
    message: str,
    user: str,
    created: datetime,
    steps: Callable[[str], None] = _no_step,
) -> Buried:
    """Leave ``tombstone`` (as file ``name``) in place of all that the dossier holds. Again: only what is left goes.

    The caller holds the dossier's row lock, and has asked ``require_unlocked``. ``NotFound`` when nothing is filed.
    """
    when = created.isoformat(timespec="seconds")
    with hold(store, key):
        filing = Filing(store, key, steps, lambda n: Version(n, when, message, user))
        head = filing.healed()
        if not head.version:
            raise NotFound(f"ไม่พบแฟ้ม {key} ในคลัง", "ตรวจรหัสแฟ้ม", english=f"There is no dossier {key}.")
        if not is_buried(head):
            head = filing.buried(head, name, tombstone)
        removed = _emptied(cast(Destroyable, store), key, head, steps)
    with hold(store, key):  # entering it clears folders away in which nothing is left
        return Buried(head.version, removed)


def require_second_unlocked(source: Store, copy: Store, key: DossierKey) -> None:
    """``Conflict``, with the day, while a second copy locks something of the dossier that has to go there too."""
    head = fixity.read_head(source, key)
    stays = set(source.list(f"{key}/")) if head and is_buried(head) else set()
    for name in set(copy.list(f"{key}/")) - stays:
        require_copy_unlocked(copy, name)


def bury_second(source: Store, copy: Store, key: DossierKey, steps: Callable[[str], None] = _no_step) -> None:
    """Leave in a second copy of the archive what ``bury`` left in the archive itself. Again: the rest of that."""
    ours = set(source.list(f"{key}/"))
    with hold(copy, key):
        for name in list(copy.list(f"{key}/")):
            told = name.rpartition("/")[2] in (INVENTORY, SIDECAR)
            if name not in ours or (told and fixity.read(copy, name) != fixity.read(source, name)):
                steps(f"destroy second {name}")
                cast(Destroyable, copy).destroy(name)
    steps("second copy")
    replica.copy(source, copy, key)


def remove_copy(store: Store, name: str) -> None:
    """Remove a file beside the archive (the intake store's copy of what was destroyed)."""
    cast(Destroyable, store).destroy(name)


def _wanted(head: Inventory, number: int) -> dict[str, bytes]:
    """What a version before the tombstone holds in the end: the inventory of filings of nothing."""
    inventory = head.emptied(upto=number).dump()
    return {INVENTORY: inventory, SIDECAR: fixity.sidecar(inventory)}


def _doomed(store: Store, key: DossierKey, head: Inventory) -> Iterator[str]:
    """What has to go, version by version; the tombstone (and what a dead writer left before it) comes last or not."""
    last = head.version if is_buried(head) else head.version + 2
    for number in range(1, last):
        wanted = _wanted(head, number) if number <= head.version else {}
        for name in list(store.list(f"{key}/v{number}/")):
            data = wanted.get(name.removeprefix(f"{key}/v{number}/"))
            if data is None or fixity.read(store, name) != data:
                yield name


def _emptied(store: Destroyable, key: DossierKey, head: Inventory, steps: Callable[[str], None]) -> int:
    """Remove all that the versions before the tombstone still hold, and make their inventories say so."""
    removed = 0
    for name in _doomed(store, key, head):
        steps(f"destroy {name}")
        store.destroy(name)
        removed += name.rpartition("/")[2] not in (INVENTORY, SIDECAR)
    for number in range(1, head.version):
        for name, data in _wanted(head, number).items():
            steps(f"empty v{number}/{name}")
            store.put(f"{key}/v{number}/{name}", data)
    for name in (INVENTORY, SIDECAR):
        steps(f"destroy former {name}")
        store.destroy(f"{key}/{name}", former_only=True)
    return removed
