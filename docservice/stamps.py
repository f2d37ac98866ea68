"""Time stamps of the sealed log, kept beside it: each is of the last line of one page, whose digests fix all before it.

A stamp's key is ``<log>/<number of the page>.tsr``; it is the service's whole answer, as ``openssl ts`` reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from docservice import stores, timestamp
from docservice.errors import FixityBroken
from docservice.timestamp import Stamp
from storage.store import Store, unavailable


def stamp(url: str) -> int:
    """Have the newest sealed page of every log stamped that has no stamp yet; how many were."""
    ledger, kept, done = stores.opened(stores.LEDGER), stores.opened(stores.STAMPS), 0
    for page in _newest(ledger):
        key = page.removesuffix(".jsonl") + ".tsr"
        if kept.stat(key) is None:
            kept.put(key, timestamp.ask(url, _last_line(ledger, page)))
            done += 1
    return done


def verify() -> list[Stamp]:
    """Every stamp, checked against the page it is of, oldest first; ``FixityBroken`` names the first that is not."""
    ledger, found = stores.opened(stores.LEDGER), []
    for key, answer in kept():
        page = key.removesuffix(".tsr") + ".jsonl"
        lines = [_last_line(ledger, page)] if ledger.stat(page) else []
        found.append(_of(key, answer, lines))
    return sorted(found, key=lambda each: each.at)


def export(folder: Path) -> int:
    """Write every stamp into ``folder`` (made where there is any); how many."""
    count = 0
    for key, answer in kept():
        try:
            folder.mkdir(exist_ok=True)
            (folder / key.replace("/", "-")).write_bytes(answer)
        except OSError as error:
            raise unavailable(str(folder), error) from error
        count += 1
    return count


def verify_exported(lines: Iterable[bytes], folder: Path) -> list[Stamp]:
    """The stamps in ``folder``, each of one of the ``lines``; ``FixityBroken`` for one of a line that is not there.

    Needs neither database nor store: a log that was cut or changed since it was stamped shows.
    """
    answers = {path.name: path.read_bytes() for path in sorted(folder.glob("*.tsr"))}
    digests = {hashlib.sha512(line).hexdigest() for line in lines} if answers else set()
    found = [(name, timestamp.check(answer)) for name, answer in answers.items()]
    for name, each in found:
        if each.sha512 not in digests:
            raise _of_nothing(name)
    return sorted((each for _, each in found), key=lambda each: each.at)


def kept() -> Iterator[tuple[str, bytes]]:
    """Each stamp in the store, by its key."""
    store = stores.opened(stores.STAMPS)
    for key in store.list(""):
        with store.open(key) as stream:
            yield key, stream.read()


def _newest(ledger: Store) -> list[str]:
    """The last page of each log."""
    newest: dict[str, str] = {}
    for page in ledger.list(""):
        newest[page.partition("/")[0]] = page
    return list(newest.values())


def _last_line(ledger: Store, page: str) -> bytes:
    with ledger.open(page) as stream:
        lines = stream.read().splitlines(keepends=True)
    return lines[-1] if lines else b""


def _of(key: str, answer: bytes, lines: list[bytes]) -> Stamp:
    found = timestamp.check(answer)
    if found.sha512 not in {hashlib.sha512(line).hexdigest() for line in lines}:
        raise _of_nothing(key)
    return found


def _of_nothing(name: str) -> FixityBroken:
    return FixityBroken(
        f"ตราประทับเวลา {name} ไม่ตรงกับบรรทัดใดในบันทึก: บันทึกถูกแก้หรือตัดหลังประทับเวลา",
        "เก็บสำเนาไว้ แล้วแจ้งผู้ดูแลระบบ",
        english=f"The time stamp {name} is of no line of this log: it was changed or cut after it was stamped.",
    )
