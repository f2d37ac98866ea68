"""The order: emblem, heading, recitals, committee, numbered duties, effect, date, signature."""

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
    signature,
    table,
    tag,
    when,
    word_file,
)

PAGE = Page(top=1.5)
COMMITTEE_INDENT = 1.5
LONG_LIST = Look(left=1.1, hanging=1.1)
COMMITTEE_WIDTHS = (10.7, 3.8)
# A number that is not given yet leaves a gap to be filled in by hand when the register of orders issues it.
NUMBER = "ที่ {% if number %}{{ number }} {% else %}            {% endif %}/{{ year_be }}"


def papers() -> dict[str, bytes]:
    """``order/2562-1.docx``."""
    return {"order/2562-1.docx": word_file("คำสั่ง", *_blocks(), section(PAGE))}


def _blocks() -> tuple[Xml, ...]:
    return (
        emblem_line(),
        paragraph("HeadLine", "คำสั่ง{{ issuer }}"),
        paragraph("HeadLine", NUMBER),
        paragraph("HeadLine", "เรื่อง {{ subject }}"),
        paragraph("HeadRule"),
        each("text in recitals", paragraph("Body", "{{ text }}")),
        when("members", committee()),
        when("duties", paragraph("Body", "{{ duties_heading }}", look=Look(keep_next=True))),
        _duties(),
        when("effective", paragraph("Closing", "{{ effective }}")),
        kept(PAGE, paragraph("Given", "สั่ง ณ วันที่ {{ date|date_order }}"), signature()),
    )


def committee() -> Xml:
    """Who is appointed and as what, one row each."""
    text = "{{ loop.index|thai }}.\t{{ member.post }}"
    # three digits need more room, or the second line of a post would not stand under its first
    post = when(
        "members|length > 99", paragraph("Member", text, look=LONG_LIST), tag("else"), paragraph("Member", text)
    )
    role = paragraph("Role", "{{ member.role }}")
    rows = [
        row_tag("for member in members", 2),
        row(COMMITTEE_WIDTHS, (Cell(post), Cell(role))),
        row_tag("endfor", 2),
    ]
    return table(COMMITTEE_WIDTHS, rows, borders=False, indent=COMMITTEE_INDENT, padding=0)


def _duties() -> Xml:
    """A duty is never split; the last one goes with the effect and the signature to the last page."""
    text = "{{ loop.index|thai }}. {{ duty }}"
    last = paragraph("Item", text, look=Look(keep_next=True))
    return each("duty in duties", when("loop.last", last, tag("else"), paragraph("Item", text)))
