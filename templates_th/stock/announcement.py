"""The announcement with its attached lists: one table a group of applicants, on pages of their own."""

from __future__ import annotations

from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    each,
    emblem_line,
    kept,
    paragraph,
    row,
    row_tag,
    section,
    section_end,
    signature,
    table,
    tag,
    when,
    word_file,
)

PAGE = Page(top=1.5)
LIST_PAGE = Page(top=1.5)
LIST_WIDTHS = (1.3, 6.2, 5.0, 3.5)
LIST_HEADS = ("ที่", "ชื่อ", "ที่อยู่", "อำเภอ")


def papers() -> dict[str, bytes]:
    """``announcement/2562-1.docx``."""
    return {"announcement/2562-1.docx": word_file("ประกาศ", *_blocks())}


def _blocks() -> tuple[Xml, ...]:
    return (
        emblem_line(),
        paragraph("HeadLine", "ประกาศ{{ issuer }}"),
        paragraph("HeadLine", "เรื่อง {{ subject }}"),
        paragraph("HeadRule"),
        _message(),
        when("closing", paragraph("Closing", "{{ closing }}")),
        kept(PAGE, paragraph("Given", "ประกาศ ณ วันที่ {{ date|date_order }}"), signature()),
        section_end(PAGE),
        paragraph("PageTitle", "บัญชีรายชื่อแนบท้ายประกาศ{{ issuer }}"),
        paragraph("PageTitle", "{{ list_title }}"),
        lists(),
        paragraph("SectionEnd"),
        section(LIST_PAGE, first=False),
    )


def _message() -> Xml:
    last = paragraph("Body", "{{ text }}", look=Look(keep_next=True))
    return each("text in body", when("loop.last", last, tag("else"), paragraph("Body", "{{ text }}")))


def lists() -> Xml:
    """One table a group of applicants."""
    heads = [Cell(paragraph("CellHead", head), align="center") for head in LIST_HEADS]
    cells = (
        Cell(paragraph("CellCentre", "{{ loop.index|thai }}")),
        Cell(paragraph("Cell", "{{ entry.name }}")),
        Cell(paragraph("Cell", "{{ entry.place }}")),
        Cell(paragraph("Cell", "{{ entry.district }}")),
    )
    rows = [
        row(LIST_WIDTHS, heads, header=True),
        row_tag("for entry in group.entries", len(LIST_WIDTHS)),
        row(LIST_WIDTHS, cells),
        row_tag("endfor", len(LIST_WIDTHS)),
    ]
    title = paragraph("Heading", "ประเภท{{ group.name }} จำนวน {{ group.entries|length|thousands }} หน่วยนับ")
    return each("group in list_groups", title, table(LIST_WIDTHS, rows))
