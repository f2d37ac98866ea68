"""An office in a process of its own whose filing is killed (SIGKILL) before every step, and asked for once more.

``python failpoints.py first|next|lot [store]``: into a new dossier, into one that has a version, into both and another
new one at once. A step is what the store does one after the other, and each statement that
changes the database (with ``store``: not those). Prints a line of JSON: the steps, how many kills, and whatever
was not as it must be.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

from django.db import connection, connections  # noqa: E402

from docservice import archive, audit, filing, jobs, lot, stores  # noqa: E402  after django.setup()
from docservice.cli import running  # noqa: E402
from docservice.config import config  # noqa: E402
from docservice.errors import DocserviceError  # noqa: E402
from docservice.models import Document, Dossier, Event, Job, JobItem  # noqa: E402
from docservice.record import Filing, Wish  # noqa: E402
from storage.address import Bucket  # noqa: E402
from storage.bucket import S3Store  # noqa: E402
from storage.local import LocalStore  # noqa: E402
from storage.store import Store  # noqa: E402

KINDS = {
    "first": {"leader": False},
    "next": {"leader": True},
    "lot": {"leader": False, "network": True, "family": False},
}
PATHS = ("book/book.pdf", "paper/letter.pdf")


def filings(what: str) -> list[Filing]:
    data = {path: f"{what} {path}".encode() * 20 for path in PATHS}
    return [Filing(path, data[path], "letter", "หนังสือ", "application/pdf", f"{what:0>64}") for path in PATHS]


def worker(items: Sequence[JobItem]) -> Iterable[tuple[JobItem, dict[str, object]]]:
    wishes = [Wish(item.payload["key"], "แฟ้ม", filings("new")) for item in items]
    for item, done in zip(items, lot.file_all(wishes, actor="worker"), strict=True):
        if isinstance(done, DocserviceError):
            raise done
        yield item, {"version": done.version}


def store(steps: Callable[[str], None]) -> Store:
    place = stores.place(stores.ARCHIVE)
    keys = config().store_keys
    return S3Store(place, keys, steps=steps) if isinstance(place, Bucket) else LocalStore(place, steps=steps)


def use(steps: Callable[[str], None]) -> None:
    made = store(steps)
    filing._store = lambda: made
    archive.root.cache_clear()


def killed_at(step: int, job: Job, *, store_only: bool) -> tuple[bool, list[str]]:
    """Work the job in a child that kills itself before its ``step``-th step; whether it did, and the steps' names."""
    reader, writer = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        names: list[str] = []
        turn = Lock()  # files are written beside each other

        def count(name: str) -> None:
            with turn:
                if len(names) == step:
                    os.write(writer, json.dumps(names).encode())
                    os.kill(os.getpid(), signal.SIGKILL)
                names.append(name)

        def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not (
                store_only or sql.startswith("SELECT")
            ):  # reading changes nothing: dying before it is dying before what follows
                count("sql " + " ".join(sql.split()[:3]))
            return execute(sql, params, many, context)

        use(count)
        with connection.execute_wrapper(statement):
            list(jobs.work(job, worker))
        os.write(writer, json.dumps(names).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        names = json.loads(told.read() or b"[]")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, names


def wrong_after_the_kill(key: str, before: bool) -> Iterator[str]:
    """No row without its bytes; what was filed before is still handed out."""
    for row in Document.objects.filter(dossier__key=key):
        archive.read_document(row)
    if before and Document.objects.filter(dossier__key=key, inputs=f"{'old':0>64}").count() != len(PATHS):
        yield "what was filed before is not all there"


def restarted(job: Job) -> None:
    """The lease of a dead worker runs out, and the job is worked again."""
    JobItem.objects.filter(job=job, state=JobItem.CLAIMED).update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    Dossier.objects.update(locked_until=None)
    use(lambda _name: None)
    list(jobs.work(job, worker))
    jobs.watch()


def wrong_after_the_restart(job: Job, key: str, before: bool) -> Iterator[str]:
    job.refresh_from_db()
    if (job.state, {item.state for item in job.items.all()}) != (Job.DONE, {JobItem.DONE}):
        yield f"the job is {job.state}"
    rows = list(Document.objects.filter(dossier__key=key, inputs=f"{'new':0>64}").values_list("path", "current"))
    if sorted(rows) != [(path, True) for path in PATHS]:
        yield f"entered: {rows}"
    filed = Event.objects.filter(verb="document.filed", subject=key).count()
    if filed != 1 + before:
        yield f"{filed} events of filing"
    yield from map(str, archive.verify(key))
    for wanted in filings("new"):
        row = Document.objects.get(dossier__key=key, path=wanted.path, current=True)
        if archive.read_document(row) != wanted.data:
            yield f"{wanted.path} is not what was filed"


def main(mode: str, only: str = "") -> None:
    running.ready()
    wrong, names = list[str](), list[str]()
    for step in range(500):
        # whether there is a version before
        keys = {f"2562/24/2401/{kind}-{step + 1:04d}": before for kind, before in KINDS[mode].items()}
        use(lambda _name: None)
        for key in (key for key, before in keys.items() if before):
            archive.file(key, "แฟ้ม", filings("old"), actor="worker")
        asked = [jobs.Request("หนังสือ", {"key": key}) for key in keys]
        job = jobs.submit("paper", f"งาน {step}", asked, actor="tester")
        killed, names = killed_at(step, job, store_only=only == "store")
        where = f"{step} {names[-1] if names else ''}"
        for key, before in keys.items():
            wrong += [f"{where}: {fault}" for fault in wrong_after_the_kill(key, before)]
        restarted(job)
        for key, before in keys.items():
            wrong += [f"{where}: {fault}" for fault in wrong_after_the_restart(job, key, before)]
        if not killed:
            break
    audit.verify()
    print(json.dumps({"kills": step, "steps": names, "wrong": wrong}, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
