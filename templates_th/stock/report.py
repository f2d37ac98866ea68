"""The report to the Department: an external letter, and on its own page the summary by district and group.

Word cannot make columns out of a list without losing their widths, so the template holds one table for each number of
groups from 1 to :data:`MOST_GROUPS`; the paper shows the one that fits.
"""

from __future__ import annotations

from templates_th.stock import external
from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    each,
    paragraph,
    row,
    row_tag,
    section,
    section_end,
    table,
    tag,
    when,
    word_file,
)

PAGE = Page(top=1.5)
TABLE_PAGE = Page(top=1.5)
MOST_GROUPS = 6


def papers() -> dict[str, bytes]:
    """``report/2562-1.docx``."""
    return {"report/2562-1.docx": word_file("รายงานผลต่อกรม", *_blocks())}


def _blocks() -> tuple[Xml, ...]:
    return (
        external.head(speed=False),
        external.subject(),
        _message(),
        paragraph("Closing", "{{ closing }}"),
        external.close(PAGE, copies=False),
        section_end(PAGE),
        paragraph("PageTitle", "{{ table_title }}", look=Look(after=6)),
        *(when(f"group_names|length == {count}", _summary(count)) for count in range(1, MOST_GROUPS + 1)),
        paragraph("SectionEnd"),
        section(TABLE_PAGE, first=False),
    )


def _message() -> Xml:
    last = paragraph("Body", "{{ text }}", look=Look(keep_next=True))
    return each("text in body", when("loop.last", last, tag("else"), paragraph("Body", "{{ text }}")))


def _summary(groups: int) -> Xml:
    """District, then applied and passed of each group and of all: ``groups`` + 1 pairs of equal columns."""
    district = 3.2 if groups <= 4 else 2.7
    number = (TABLE_PAGE.text_width - district) / (2 * groups + 2)
    widths = (district, *[number] * (2 * groups + 2))
    names = [f"{{{{ group_names[{at}] }}}}" for at in range(groups)]
    rows = [
        *_heads(widths, [*names, "รวม"]),
        row_tag("for row in rows", len(widths)),
        row(widths, _numbers("row", groups, bold=False)),
        row_tag("endfor", len(widths)),
        row(widths, _numbers("totals", groups, bold=True)),
    ]
    return table(widths, rows, padding=0.1 if groups <= 4 else 0.02)


def _heads(widths: tuple[float, ...], names: list[str]) -> list[Xml]:
    look = Look(size=14 if len(names) <= 5 else 13)
    first = [Cell(paragraph("CellHead", "อำเภอ", look=look), merge="restart", align="center")]
    second = [Cell(paragraph("CellHead"), merge="continue")]
    for name in names:
        first.append(Cell(paragraph("CellHead", name, look=look), span=2, align="center"))
        second += [Cell(paragraph("CellHead", word, look=look)) for word in ("สมัคร", "ผ่าน")]
    return [row(widths, first, header=True), row(widths, second, header=True)]


def _numbers(source: str, groups: int, *, bold: bool) -> list[Cell]:
    look = Look(bold=bold or None, size=12 if groups > 4 else None)
    owners = [f"{source}.counts[{at}]" for at in range(groups)] + [source]
    fields = [f"{{{{ {owner}.{name}|thousands }}}}" for owner in owners for name in ("applied", "passed")]
    cells = [Cell(paragraph("CellCentre", field, look=look)) for field in fields]
    return [Cell(paragraph("Cell", f"{{{{ {source}.district }}}}", look=Look(bold=bold or None))), *cells]
