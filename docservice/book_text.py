"""The text of filed books: pages without any are recognised, the words put under them as the book's next version, and
all pages entered into the index of words. Behind everything else; a book is filed without waiting for it.

An item's payload: ``dossier``, ``sha256`` of the book, its ``pages``, the pages ``first`` to ``last`` to recognise, and
``how`` it is done. Each page that was recognised is kept in ``home/recognised`` under the identity of the page, so that
a worker that dies, a retry, and the book's next version repeat nothing. Whoever does the last part puts all together.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from docservice import archive, jobs, lease, page_images, page_index
from docservice.config import config
from docservice.errors import Conflict, DocserviceError, EvidenceRefused
from docservice.models import Document, Job, JobItem
from docservice.outcome import one_by_one
from docservice.pdf import ocr, tesseract
from docservice.pdf.reading import Reading
from docservice.thai import to_thai_digits

VERB = "text"
BOOK = "book/book.pdf"
PART = 4
"""Pages of an item: about twelve seconds of scans, so that a worker is soon free for what people wait for."""
OFF = "off"
_KEPT_BYTES = 500_000_000

log = logging.getLogger(__name__)


@dataclass
class Found:
    """The text of a book: ``texts`` of its own layer by page, ``readings`` of pages without, ``failed`` with why."""

    texts: dict[int, str] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)


def how() -> str:
    """With what pages are recognised here: program, version and languages; ``off`` when they are not."""
    found = tesseract.found() if config().ocr != OFF else None
    if found is None or found.missing:
        return OFF
    return f"tesseract {found.version} {tesseract.LANGUAGES} {tesseract.DPI} {ocr.MADE_BY}"


def ask(key: str, *, actor: str) -> Job | None:
    """Ask for the text of the dossier's book as it is filed now; the same book again finds the first job."""
    book = archive.current(key, BOOK)
    if book is None or not book.pages:
        return None
    title = f"อ่านข้อความใน{book.title}"[:300]
    scope = jobs.Scope(book.year_be, book.province, book.district)
    return jobs.submit(VERB, title, parts(book, how()), actor=actor, scope=scope)


def parts(book: Document, done_with: str) -> Iterator[jobs.Request]:
    """The items that read a filed book: a few pages each where they are recognised."""
    pages = book.pages or 1
    step = pages if done_with == OFF else PART
    payload = {"dossier": book.dossier.key, "sha256": book.sha256, "pages": pages, "how": done_with}
    for first in range(1, pages + 1, step):
        last = min(first + step - 1, pages)
        yield jobs.Request(f"{book.title} {_pages(first, last)}", {**payload, "first": first, "last": last})


def books() -> QuerySet[Document]:
    """Every current book."""
    return Document.objects.select_related("dossier").filter(path=BOOK, current=True).order_by("pk")


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Recognise the pages of ``items``; one item's fault is its own."""
    return one_by_one(items, _work_one)


@contextmanager
def turn() -> Iterator[bool]:
    """Whether this process may recognise now: one processor of this machine is left to what people wait for."""
    folder = config().home / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for number in range(max(1, (os.cpu_count() or 1) - 1)):
            file = stack.enter_context((folder / f"text-{number}.lock").open("a"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield True
            return
        yield False


def go_on(job_id: int, ended: int) -> int:
    """Call the next worker after a turn that ended ``ended`` items: who came meanwhile found no turn and went home.

    To the same book while it has pages left, then to the one that has waited longest.
    """
    job = jobs.get(job_id)
    if not ended:
        return ended
    left = job.items.filter(state=JobItem.WAITING).exists() and job.state != Job.CANCELLED
    following = job if left else _longest_waiting()
    if following is not None:
        jobs.tell(following, times=1)
    return ended


def _longest_waiting() -> Job | None:
    free = JobItem.objects.filter(lease.free(), job=OuterRef("pk"))
    open_ = Job.objects.filter(verb=VERB, state__in=(Job.REQUESTED, Job.RUNNING))
    return open_.filter(Exists(free)).order_by("pk").first()


def with_known_words(key: str, book: Path) -> dict[str, Any]:
    """Put under the pages of ``book``, not yet filed, what was recognised for the book of ``key`` that is filed now.

    What its provenance is to say of that; ``{}`` where the filed book has no such words, no page is the same, or it
    cannot be done: a book never fails for its words.
    """
    filed = archive.current(key, BOOK)
    told = filed.provenance.get("text") if filed else None
    if filed is None or not told:
        return {}
    try:
        found = _read(book, told["how"], filed.title, recognise=range(0))
        spoken = {number: reading for number, reading in found.readings.items() if reading.lines}
        if spoken:
            laid = book.with_suffix(".words")
            ocr.put_under(book, laid, spoken, name=filed.title)
            laid.replace(book)
    except DocserviceError as fault:
        log.warning("the book of %s is filed without its words for now: %s", key, fault.code)
        return {}
    return {"text": _told(found, told["how"], {})} if spoken else {}


def as_filed(key: str, inputs: Mapping[str, str]) -> dict[str, str]:
    """``inputs`` (by path) with the book's as it is filed where words were put under it since."""
    filed = archive.current(key, BOOK)
    made_from = filed.provenance.get("text", {}).get("made_from") if filed else None
    return {**inputs, BOOK: filed.inputs} if filed and made_from == inputs[BOOK] else dict(inputs)


def enter_all() -> int:
    """Enter the pages of every current book into the index anew, from the books alone; how many books."""
    page_index.clear()
    count = 0
    for book in books().iterator(chunk_size=100):
        _enter(book, page_images.local(book))
        count += 1
    return count


def _work_one(item: JobItem) -> Mapping[str, object]:
    payload = item.payload
    key, done_with = payload["dossier"], payload["how"]
    filed = archive.current(key, BOOK)
    if filed is None or filed.sha256 != payload["sha256"]:
        return {"dossier": key, "new": 0, "superseded": True}
    book, last = page_images.local(filed), payload["last"] == payload["pages"]
    pages = range(payload["first"], payload["last"] + 1)
    if not last:
        found = _read(book, done_with, filed.title, recognise=pages, only=pages)
        return {"dossier": key, "new": 0, "recognised": len(found.readings), "failed": found.failed}
    # Parts before this one may be under way elsewhere, or lie on another machine: what is missing is done here.
    found = _read(book, done_with, filed.title, recognise=range(1, payload["pages"] + 1))
    return _put_together(filed, book, found, done_with, actor=item.job.requested_by)


def _put_together(filed: Document, book: Path, found: Found, done_with: str, *, actor: str) -> Mapping[str, object]:
    key = filed.dossier.key
    spoken = {number: reading for number, reading in found.readings.items() if reading.lines}
    result = {
        "dossier": key,
        "new": 0,
        "how": done_with,
        "pages": filed.pages,
        "recognised": sorted(spoken),
        "failed": found.failed,
        "unread": found.unread,
    }
    if not spoken:
        _enter(filed, book)
        return result
    with TemporaryDirectory(prefix="reading-", dir=config().home) as bench:
        laid = Path(bench, "book.pdf")
        ocr.put_under(book, laid, spoken, name=filed.title)
        try:
            done = archive.file(
                key,
                filed.dossier.title,
                [_filing(filed, laid, found, done_with)],
                actor=actor,
                about=filed.dossier.about,
                made_from={BOOK: filed.sha256},
            )
        except Conflict:
            if archive.current(key, BOOK) == filed:
                raise  # somebody files beside us: again later
            return {**result, "superseded": True}
        if (now := archive.current(key, BOOK)) is not None:
            _enter(now, laid)
    return {**result, "new": done.new, "version": done.version}


def _filing(filed: Document, laid: Path, found: Found, done_with: str) -> archive.Filing:
    """The same book with its words: what it was made from stays told, so that asking for it again makes nothing."""
    before = filed.provenance.get("text", {})
    text = {**_told(found, done_with, before), "made_from": before.get("made_from", filed.inputs)}
    kept = {name: value for name, value in filed.provenance.items() if name != "filed_by"}
    return archive.Filing(
        path=BOOK,
        data=laid,
        kind=filed.kind,
        title=filed.title,
        media_type=filed.media_type,
        inputs=jobs.digest([filed.inputs, text]),
        number=filed.number,
        pages=filed.pages,
        provenance={**kept, "text": text},
    )


def _told(found: Found, done_with: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the record says of recognised text: confidence by page, pages that show none, pages that failed and why."""
    pages = {str(number): reading.confidence for number, reading in found.readings.items() if reading.lines}
    return {
        "how": done_with,
        "pages": {**before.get("pages", {}), **pages},
        "empty": sorted(number for number, reading in found.readings.items() if not reading.lines),
        "failed": {str(number): why for number, why in found.failed.items()},
    }


def _read(book: Path, done_with: str, name: str, *, recognise: range, only: range | None = None) -> Found:
    """The text of the book or its pages ``only``: of those without any what is kept, of ``recognise`` what is not."""
    found = Found()
    pages = only or range(1, ocr.page_count(book, name=name) + 1)
    texts = dict(zip(pages, ocr.page_texts(book, pages[0], pages[-1], name=name), strict=True))
    found.texts = {number: text or "" for number, text in texts.items()}
    without = [number for number, text in texts.items() if ocr.lacks_text(text)]
    if done_with == OFF or not without:
        found.unread = without
        return found
    known = dict(zip(without, ocr.identities(book, without, name=name), strict=True))
    for number, identity in known.items():
        _read_page(book, number, _kept_name(identity, done_with), found, may=number in recognise, name=name)
    return found


def _read_page(book: Path, number: int, kept_as: str, found: Found, *, may: bool, name: str) -> None:
    """Put what page ``number`` says into ``found``, from what is kept, else recognised where that ``may`` be done."""
    if kept_as and (kept := _kept(kept_as)):
        found.readings[number] = kept
        return
    if not may or number > page_index.MOST_PAGES:
        found.unread.append(number)
        return
    try:
        reading = ocr.recognised(book, number, name=to_thai_digits(f"หน้า {number} ของ{name}"))
    except EvidenceRefused as refusal:
        found.failed[number] = refusal.message
        return
    found.readings[number] = reading
    if kept_as:
        _cache(config().home).add(kept_as, iter([json.dumps(reading.facts(), ensure_ascii=False).encode()]))


def _pages(first: int, last: int) -> str:
    return to_thai_digits(f"หน้า {first}" if first == last else f"หน้า {first}–{last}")


def _kept_name(identity: str | None, done_with: str) -> str:
    return f"{identity}-{jobs.digest(done_with)[:16]}.json" if identity else ""


def _kept(name: str) -> Reading | None:
    path = _cache(config().home).get(name)
    try:
        return Reading.of(json.loads(path.read_bytes())) if path else None
    except (OSError, ValueError, KeyError, TypeError):  # damaged, or thrown away meanwhile: it is read again
        return None


@cache
def _cache(home: Path) -> page_images.Cache:
    return page_images.Cache(home / "recognised", _KEPT_BYTES)


def _enter(book: Document, path: Path) -> None:
    """Enter the pages of a filed book, as they lie at ``path``, into the index; an older version's go."""
    last = min(book.pages or 1, page_index.MOST_PAGES)
    texts = ocr.page_texts(path, 1, last, name=book.title)
    older = book.dossier.documents.filter(path=BOOK).exclude(pk=book.pk).values_list("pk", flat=True)
    page_index.forget(older)
    place = book.year_be * page_index.DISTRICTS + int(book.district)
    page_index.enter(book.pk, place, {number: text or "" for number, text in enumerate(texts, start=1)})
