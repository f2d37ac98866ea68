"""Binding: cover and pieces become one PDF with live contents and bookmarks, and a second reader counts it.

Sources are strangers' files: outside tests ``make`` runs in a child (``gate.bind``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from pikepdf import Array, Dictionary, Name, NameTree, Object, OutlineItem, Pdf, PdfError, String
from pypdfium2 import raw

from docservice.errors import Broken
from docservice.pdf.cover import LINK
from docservice.pdf.pdfa import PdfaVerdict, faults, save_bound
from docservice.pdf.splice import Place, Splice
from docservice.pdf.stamp import stamp_pages

_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Bookmark:
    """A line of the outline: ``page`` counted from 1."""

    title: str
    page: int
    below: tuple[Bookmark, ...] = ()

    def flat(self) -> Iterator[tuple[str, int]]:
        """Title and page of this line and all below it, in reading order."""
        yield self.title, self.page
        for bookmark in self.below:
            yield from bookmark.flat()

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Bookmark:
        """The bookmark that ``facts`` (its fields, as JSON holds them) were made of."""
        return cls(facts["title"], facts["page"], tuple(cls.of(below) for below in facts["below"]))


@dataclass(frozen=True)
class Attachment:
    """A source that goes into the book as the file it is: under which name, of which type, from where."""

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True)
class Plan:
    """What to bind: ``parts`` are files, cover first, that give ``counts`` pages each, have these ``faults`` and these
    large ``streams``.

    ``jumps``: the page (from 1) that the cover's n-th contents address leads to. ``attachments``: no name twice.
    """

    parts: tuple[Path, ...]
    counts: tuple[int, ...]
    faults: tuple[tuple[str, ...] | None, ...]
    streams: tuple[tuple[Place, ...], ...]
    title: str
    owner: str
    font: Path
    bookmarks: tuple[Bookmark, ...]
    jumps: tuple[int, ...]
    attachments: tuple[Attachment, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        attached = [[each.name, each.media_type, str(each.path)] for each in self.attachments]
        paths = {"parts": [str(part) for part in self.parts], "font": str(self.font), "attachments": attached}
        return {**asdict(self), **paths}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Plan:
        """The plan that ``facts`` were made of."""
        return cls(
            tuple(Path(part) for part in facts["parts"]),
            tuple(facts["counts"]),
            tuple(None if found is None else tuple(found) for found in facts["faults"]),
            tuple(tuple(tuple(place) for place in found) for found in facts["streams"]),
            facts["title"],
            facts["owner"],
            Path(facts["font"]),
            tuple(Bookmark.of(each) for each in facts["bookmarks"]),
            tuple(facts["jumps"]),
            tuple(Attachment(name, media_type, Path(path)) for name, media_type, path in facts["attachments"]),
        )


def make(plan: Plan, target: Path) -> PdfaVerdict:
    """Merge, stamp and save the book to ``target``, then read it again with another library.

    The parts have been read before, so a fault here is ours: ``Broken``.
    """
    try:
        with ExitStack() as stack:
            splice = Splice(target)
            book = stack.enter_context(Pdf.new())
            attach(book, plan.attachments, splice)
            counts = bind(plan, book, stack, splice)
            if tuple(counts) != plan.counts or len(book.pages) != sum(counts):
                raise _broken(f"pages merged {counts} of {plan.counts}, {len(book.pages)} in all")
            dress(book, plan.title, plan.bookmarks)
            link_contents(book, counts[0], plan.jumps)
            stamp_pages(book, plan.owner, plan.font)
            marked = target.with_suffix(".marked")
            verdict = save_bound(book, marked, _faults(plan), "3b" if plan.attachments else "2b")
            splice.finish(marked)
    except PdfError as fault:
        raise _broken(f"pikepdf cannot bind the book: {fault}") from fault
    agree(target, sum(counts), plan.bookmarks, len(plan.attachments))
    return verdict


def _faults(plan: Plan) -> list[str]:
    known = zip(plan.parts, plan.faults, strict=True)
    return [each for part, found in known for each in (faults(part) if found is None else found)]


def attach(book: Pdf, attachments: Sequence[Attachment], splice: Splice) -> None:
    """Let ``book`` hold the files, associated as its sources (ISO 19005-3, 6.8); their bytes come with saving."""
    if not attachments:
        return
    files = NameTree.new(book)
    book.Root.Names = Dictionary(EmbeddedFiles=files.obj)
    book.Root.AF = Array()
    for each in attachments:
        kind, size = Name(f"/{each.media_type or _UNKNOWN}"), each.path.stat().st_size
        told = Dictionary(Type=Name.EmbeddedFile, Subtype=kind, Params=Dictionary(Size=size))
        stream = splice.whole_file(book, each.path, told)
        called = String(each.name)
        held = Dictionary(F=stream, UF=stream)
        spec = Dictionary(Type=Name.Filespec, F=called, UF=called, AFRelationship=Name.Source, EF=held)
        files[each.name] = book.make_indirect(spec)
        book.Root.AF.append(files[each.name])


def bind(plan: Plan, book: Pdf, stack: ExitStack, splice: Splice) -> list[int]:
    """The parts in their order into ``book``, large streams held back; the number of pages each of them gave.

    The sources stay open, and the document usable, until ``stack`` is closed: page contents are copied on saving.
    """
    sources = []
    for part, places in zip(plan.parts, plan.streams, strict=True):
        sources.append(stack.enter_context(Pdf.open(part)))
        splice.hold_back(sources[-1], part, places)
    splice.start()
    return [_added(book, source) for source in sources]


def _added(book: Pdf, source: Pdf) -> int:
    """The pages of ``source`` at the end of ``book``, with its layers and named places if it has any; how many."""
    if any(key in source.Root for key in (Name.OCProperties, Name.Names, Name.Dests, Name.AcroForm)):
        return int(book.add_pages_from(source, forms="strip", outlines="ignore").pages_added)
    before = len(book.pages)
    book.pages.extend(source.pages)
    return len(book.pages) - before


def dress(book: Pdf, title: str, bookmarks: Sequence[Bookmark]) -> None:
    """Give ``book`` its title, language and outline, in place."""
    book.Root.Lang = "th-TH"
    book.Root.PageMode = Name.UseOutlines
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with book.open_outline() as outline:
        outline.root.extend(_item(bookmark) for bookmark in bookmarks)
    with book.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = {"th-TH"}
        metadata["xmp:CreatorTool"] = "docservice"


def link_contents(book: Pdf, cover_pages: int, first_pages: Sequence[int]) -> int:
    """Turn the cover's ``evidence:n`` addresses into jumps to page ``first_pages[n]``; the number of links made."""
    made = 0
    for page in list(book.pages)[:cover_pages]:
        for annotation in page.obj.get(Name.Annots, Array()).as_list():
            number = _file_number(annotation)
            if number is not None:
                target = book.pages[first_pages[number] - 1].obj
                del annotation[Name.A]
                annotation[Name.Dest] = Array([target, Name.Fit])
                made += 1
    return made


def agree(pdf: bytes | Path, pages: int, bookmarks: Sequence[Bookmark], attachments: int = 0) -> None:
    """Open the finished ``pdf`` with pdfium, another reader; ``Broken`` unless pages, outline and the number of
    attached files are as meant.
    """
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            found = sum(_is_there(document, number) for number in range(len(document)))
            outline = [_line(item) for item in document.get_toc()]
            attached = document.count_attachments()
    except pypdfium2.PdfiumError as fault:
        raise _broken(f"pdfium cannot read the book: {fault}") from fault
    if found != pages:
        raise _broken(f"pdfium finds {found} pages, meant were {pages}")
    if attached != attachments:
        raise _broken(f"pdfium finds {attached} attached files, meant were {attachments}")
    if outline != [(_seen(title), page) for bookmark in bookmarks for title, page in bookmark.flat()]:
        raise _broken("pdfium reads another outline than was written")


def _is_there(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether page ``number`` (from 0) can be reached and has a size; its content is not read."""
    return bool(raw.FPDF_GetPageSizeByIndexF(document, number, ctypes.byref(raw.FS_SIZEF())))


def _line(item: pypdfium2.PdfBookmark) -> tuple[str, int]:
    destination = item.get_dest()
    index = destination.get_index() if destination else None
    return _seen(str(item.get_title())), -1 if index is None else index + 1


def _seen(title: str) -> str:
    """What two readers must agree on: blanks and characters that stand for none are shown in several ways."""
    return "".join(char for char in title if char > " " and char != "\ufffd")


def _item(bookmark: Bookmark) -> OutlineItem:
    title = "".join(char if char >= " " else " " for char in bookmark.title)  # control characters begin escapes there
    item = OutlineItem(title, bookmark.page - 1, "Fit")
    item.children.extend(_item(below) for below in bookmark.below)
    return item


def _file_number(annotation: Object) -> int | None:
    address = str(annotation.get(Name.A, Dictionary()).get(Name.URI, ""))
    return int(address.removeprefix(LINK)) if address.startswith(LINK) else None


def _broken(english: str) -> Broken:
    return Broken("เล่มหลักฐานที่ทำขึ้นไม่ผ่านการตรวจนับซ้ำ", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
