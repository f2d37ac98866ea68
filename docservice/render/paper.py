"""One paper, or a lot of papers of one kind, from facts to Word file and archival PDF."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from docservice.errors import DocserviceError, FactsRefused, TemplateRefused
from docservice.render import catchword, doctor, letters, lot, package, pdfcheck
from docservice.render.fonts import ALIASES, Fonts
from docservice.render.office import Office
from docservice.render.pieces import Piece
from docservice.render.template import Filled, Template, filled
from docservice.thai import to_thai_digits

BATCH = 25
_HANDS = 2
_LARGE = package.MOST_BYTES // 2  # bytes of parts from which on the packed file may be too large


@dataclass(frozen=True)
class Paper:
    """A finished paper: the Word file for people, the PDF/A-2b for the archive, and what made them.

    ``warnings`` are Thai sentences for the person who asked for the paper.
    """

    docx: bytes
    pdf: bytes
    pages: int
    title: str
    edition: str
    engine: str
    fonts: tuple[str, ...]
    warnings: tuple[str, ...]


def make_paper(office: Office, template: Template, facts: Mapping[str, Any]) -> Paper:
    """Check the facts, fill the template, set it, write catchwords where the kind has them, check the PDF.

    Raises FactsRefused, TemplateRefused, FontSubstituted, EngineUnavailable or Broken.
    """
    return _finished(office, template, _draft(office.fonts, template, facts))


def make_papers(
    office: Office, template: Template, facts: Sequence[Mapping[str, Any]], *, batch: int = BATCH
) -> Iterator[Paper | DocserviceError]:
    """One result for each of ``facts``, in their order; one that fails is its error and harms no other.

    Papers of a template that allows it are set ``batch`` at a time in one load.
    """
    for lot_ in make_lots(office, template, facts, batch=batch):
        yield from lot_


def make_lots(
    office: Office, template: Template, facts: Sequence[Mapping[str, Any]], *, batch: int = BATCH
) -> Iterator[list[Paper | DocserviceError]]:
    """``make_papers``, a list for each load. While one lot is set, the next is filled and the one before checked."""
    if not template.mergeable or len(facts) == 1:
        for one in facts:
            yield [_attempt(office, template, one)]
        return
    lots = [facts[first : first + batch] for first in range(0, len(facts), batch)]
    if len(lots) < 2:
        yield from (_batch(office, template, each) for each in lots)
        return
    # LibreOffice is another process: two hands keep it at work, and no more than three lots are held at a time
    with ThreadPoolExecutor(_HANDS, thread_name_prefix="lot") as hands:
        ahead = deque(hands.submit(_batch, office, template, each) for each in lots[:_HANDS])
        try:
            for following in [*lots[_HANDS:], *[None] * _HANDS]:
                made = ahead.popleft().result()
                if following is not None:
                    ahead.append(hands.submit(_batch, office, template, following))
                yield made
        finally:
            for waiting in ahead:
                waiting.cancel()


@dataclass(frozen=True)
class _Draft:
    parts: package.Parts
    write: Callable[[package.Parts], bytes]
    title: str
    warnings: tuple[str, ...]


def _attempt(office: Office, template: Template, facts: Mapping[str, Any]) -> Paper | DocserviceError:
    try:
        return make_paper(office, template, facts)
    except DocserviceError as fault:
        return fault


def _batch(office: Office, template: Template, facts: Sequence[Mapping[str, Any]]) -> list[Paper | DocserviceError]:
    """The papers of one batch: drafts that fail stay out, the others are set together."""
    results: list[Paper | DocserviceError | None] = [None] * len(facts)
    drafts: dict[int, _Draft] = {}
    for number, one in enumerate(facts):
        try:
            drafts[number] = _draft(office.fonts, template, one)
        except DocserviceError as fault:
            results[number] = fault
    for number, result in zip(drafts, _set(office, template, list(drafts.values())), strict=True):
        results[number] = result
    return [result for result in results if result is not None]


def _set(office: Office, template: Template, drafts: list[_Draft]) -> list[Paper | DocserviceError]:
    """Set drafts in one load; where that fails, in two halves, down to the one that is to blame."""
    if not drafts:
        return []
    try:
        if len(drafts) == 1:
            return [_finished(office, template, drafts[0])]
        return _together(office, template, drafts)
    except DocserviceError as fault:
        if len(drafts) == 1:
            return [fault]
    half = len(drafts) // 2
    return _set(office, template, drafts[:half]) + _set(office, template, drafts[half:])


def _together(office: Office, template: Template, drafts: list[_Draft]) -> list[Paper | DocserviceError]:
    """Drafts in one load; one whose pages came out otherwise than told, and one too long, is its own affair."""
    papers, titles = [draft.parts for draft in drafts], [draft.title for draft in drafts]
    made = lot.convert(office, papers, titles, catchwords=template.kind.catchwords)
    results: list[Paper | DocserviceError] = []
    for draft, paper in zip(drafts, made, strict=True):
        try:
            if paper is None:
                results.append(_finished(office, template, draft))
            else:
                results.append(_paper(office, template, replace(draft, parts=paper.parts), paper.piece))
        except DocserviceError as fault:
            results.append(fault)
    return results


def _draft(fonts: Fonts, template: Template, facts: Mapping[str, Any]) -> _Draft:
    pdfcheck.refuse_fonts(template.fonts.difference(ALIASES, (fonts.family,), pdfcheck.SYMBOL_FONTS))
    context = template.kind.check(facts)
    letters.refuse_undrawable(fonts, context)
    title = template.kind.called(context)
    warnings = []
    if "emblem" in template.kind.fields and not context.get("emblem"):
        warnings.append("ยังไม่มีภาพตราครุฑ จึงเว้นกรอบจุดไว้ กรุณาอัปโหลดภาพตราของหน่วยงาน")
    return _Draft(*_filled(template, context, title), title, tuple(warnings))


def _filled(template: Template, context: Mapping[str, Any], title: str) -> Filled:
    """The Word file; what the template refuses is told with its place, as ``template check`` tells it."""
    try:
        made = filled(template, context, title=title)
    except TemplateRefused as refused:
        raise doctor.located(refused, template.name, template.data, context) from refused
    sizes = [len(data) for data in made.parts.values()]
    package.refuse_large(made.docx if sum(sizes) > _LARGE else b"", sizes)
    return made


def _finished(office: Office, template: Template, draft: _Draft) -> Paper:
    """A draft set alone."""
    if template.kind.catchwords:
        done = catchword.with_catchwords(office, draft.parts, title=draft.title)
        draft, pdf = replace(draft, parts=done.parts), done.pdf
    else:
        pdf = office.convert(draft.parts, title=draft.title).pdf or b""
    return _paper(office, template, draft, pdfcheck.finish(pdf, title=draft.title, fonts=office.fonts.names))


def _paper(office: Office, template: Template, draft: _Draft, piece: Piece) -> Paper:
    most, pages = template.kind.pages, piece.pages
    if most is not None and pages > most:
        raise FactsRefused(
            f"ข้อความยาวเกินไป: {draft.title} ได้ {to_thai_digits(str(pages))} หน้า "
            f"แต่{template.kind.label}มีได้ {to_thai_digits(str(most))} หน้า",
            "กรุณาย่อข้อความที่ยาวที่สุด",
            english=f"The text fills {pages} pages; this kind of paper has {most}. Shorten the longest text.",
        )
    return Paper(
        docx=draft.write(draft.parts),
        pdf=piece.pdf,
        pages=pages,
        title=draft.title,
        edition=template.kind.edition,
        engine=office.version,
        fonts=tuple(sorted(piece.fonts)),
        warnings=draft.warnings,
    )
