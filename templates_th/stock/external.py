"""Parts of an external letter (form 1 of the regulation), shared by the letter and the report to the Department."""

from __future__ import annotations

from templates_th.stock.base import (
    ADDRESS_LEFT,
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
    signature,
    table,
    tag,
    when,
)

# The emblem's column is centred on the paper: 5.6 + 3.8/2 cm from the left margin is the middle of the sheet. It is
# wide enough for a round seal 3 cm high.
HEAD_WIDTHS = (5.6, 3.8, 6.6)
ENCLOSURE_WIDTHS = (2.6, 10.4, 3.0)


def head(*, speed: bool) -> Xml:
    """Number, emblem and address with their feet on one line; speed class above the number; date at the middle."""
    urgent = when("speed", paragraph("Speed", "{{ speed }}")) if speed else ""
    number = paragraph("Letterhead", "ที่  {{ number }}")
    first = ADDRESS_LEFT - HEAD_WIDTHS[0] - HEAD_WIDTHS[1]
    address = paragraph("Letterhead", "{{ office.address[0] }}", look=Look(left=first))
    cells = (
        Cell(urgent + number, align="bottom"),
        Cell(emblem_line("Letterhead", look=Look(align="center")), align="bottom"),
        Cell(address, align="bottom"),
    )
    return Xml(
        table(HEAD_WIDTHS, [row(HEAD_WIDTHS, cells)], borders=False, padding=0)
        + each("line in office.address[1:]", paragraph("Address", "{{ line }}"))
        + paragraph("Date", "{{ date|date_letter }}")
    )


def subject() -> Xml:
    """Subject, addressee, references and enclosures, each after its label."""
    return Xml(
        paragraph("Reference", "เรื่อง\t{{ subject }}")
        + paragraph("Reference", "เรียน\t{{ to }}")
        + _references()
        + enclosures()
    )


def _references() -> Xml:
    first = paragraph("Reference", "อ้างถึง\t{{ line }}", look=Look(left=1.4, hanging=1.4))
    other = paragraph("Reference", "{{ line }}", look=Look(left=1.4, hanging=0, before=0))
    return each("line in references", tag("if loop.first"), first, tag("else"), other, tag("endif"))


def enclosures() -> Xml:
    """What goes with the letter, each with its count."""
    label = paragraph("Enclosure", "{% if loop.first %}สิ่งที่ส่งมาด้วย{% endif %}")
    # One enclosure alone carries no number; the title hangs behind its number when it needs a second line.
    title = paragraph(
        "Enclosure",
        "{% if enclosures|length > 1 %}{{ loop.index|thai }}. {% endif %}{{ item.title }}",
        look=Look(left=0.6, hanging=0.6),
    )
    count = paragraph("Enclosure", "จำนวน {{ item.count }}")
    rows = [
        row_tag("for item in enclosures", len(ENCLOSURE_WIDTHS)),
        row(ENCLOSURE_WIDTHS, (Cell(label), Cell(title), Cell(count))),
        row_tag("endfor", len(ENCLOSURE_WIDTHS)),
    ]
    gap = paragraph("SectionEnd", look=Look(line=6))
    return when("enclosures", gap, table(ENCLOSURE_WIDTHS, rows, borders=False, padding=0))


def close(page: Page, *, copies: bool) -> Xml:
    """Farewell, signature, the owner of the matter at the lower left, and who gets copies; never split."""
    gap = paragraph("Owner") * 3
    owner = (
        paragraph("Owner", "{{ office.name }}")
        + when("office.section", paragraph("Owner", "{{ office.section }}"))
        + when("office.email", paragraph("Owner", "ไปรษณีย์อิเล็กทรอนิกส์ {{ office.email }}"))
        + paragraph("Owner", "โทร {{ office.phone }}")
    )
    farewell = paragraph("Farewell", "{{ farewell }}")
    return kept(page, farewell, signature(), gap, owner, _copies() if copies else "")


def _copies() -> Xml:
    first = paragraph("CopiesTo", "สำเนาส่ง\t{{ line }}", look=Look(before=6))
    other = paragraph("CopiesTo", "\t{{ line }}")
    return each("line in copies_to", tag("if loop.first"), first, tag("else"), other, tag("endif"))
