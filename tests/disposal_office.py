"""Dossiers whose time is over, and lists of them at every step: for the tests of retention and disposal."""

from __future__ import annotations

from datetime import date

from office_year import entered_year, filed, filing

from docservice import archive, disposal, disposal_work, jobs
from docservice.disposal import Batch, Opinion
from docservice.models import Job
from docservice.thai import BE

TODAY = date(2026, 11, 28)
OLD = "2550/24/2401/leader-0001"
ORDER = "2540/24/2400/order-0012"
NAME = "นายประเสริฐ แสงตะวัน"
COMMITTEE = ("นางสาวประธาน ตัวอย่าง", "นายกรรมการ หนึ่ง", "นายกรรมการ สอง")


def old_dossier(key: str = OLD, data: bytes = b"book of a person", title: str = NAME) -> str:
    """A dossier of two versions, with a person's name in its title, a file's name and its facts."""
    about = {"kind": "book", "number": "", "title": f"เล่มหลักฐาน {title}", "provenance": {"facts": {"name": title}}}
    filed(filing("book/book.pdf", data, **about), filing(f"evidence/house/{title}.pdf", b"house"), key=key, title=title)
    filed(filing("book/book.pdf", data + b", mended", **about), key=key, title=title)
    return key


def proposed(*keys: str, year_be: int = 2562) -> Batch:
    """A list of what is due, proposed by ``proposer``."""
    entered_year()
    for key in keys or (OLD,):
        old_dossier(key)
    return disposal.propose(None, BE(year_be), "24", TODAY, actor="proposer")


def opined(batch: Batch, **choices: Opinion) -> Batch:
    """The committee's opinion: destroy, where ``choices`` (``line_1=…``) say nothing else."""
    opinions = {line.no: choices.get(f"line_{line.no}", Opinion("destroy")) for line in batch.lines}
    return disposal.opine(batch, opinions, COMMITTEE, "รายงานลงวันที่ ๑ มีนาคม ๒๕๖๙", actor="clerk")


def approved(batch: Batch) -> Batch:
    """Approved by ``chief``."""
    return disposal.approve(batch, "ที่ ฉช ๐๐๑๙/๑๒๓", "หนังสือ สจช. ที่ วธ ๐๔๑๔/๕", actor="chief")


def carried_out(batch: Batch) -> Job:
    """The list, worked in this process."""
    job = disposal_work.carry_out(batch, actor="chief")
    list(jobs.work(job, disposal_work.work))
    return job


def destroyed(*keys: str) -> Batch:
    """From the proposal to the end."""
    batch = approved(opined(proposed(*keys)))
    carried_out(batch)
    return disposal.get(None, batch.key)


def bytes_of(key: str) -> dict[str, bytes]:
    """Every file of a dossier's object, by its name in the store."""
    store = archive.root().store
    found = {}
    for name in store.list(f"{key}/"):
        with store.open(name) as stream:
            found[name.removeprefix(f"{key}/")] = stream.read()
    return found
