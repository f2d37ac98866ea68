"""What the kinds of paper have in common: emblem, numbered items, signature block; and the building blocks by one name.

A kind's module imports from here only, and offers ``papers() -> dict[str, bytes]``: path below ``templates_th`` of each
Word file it builds, and its bytes. ``python -m templates_th.stock`` finds such modules by that name.
"""

from __future__ import annotations

from templates_th.stock.elements import (
    Cell,
    Look,
    Page,
    Xml,
    field,
    paragraph,
    picture,
    row,
    row_tag,
    run,
    section,
    section_end,
    table,
    tag,
    twips,
)
from templates_th.stock.package import word_file
from templates_th.stock.styles import ADDRESS_LEFT, BODY_INDENT, PAGE_MIDDLE, SIGNATURE_LEFT

__all__ = [
    "ADDRESS_LEFT",
    "BODY_INDENT",
    "EMBLEM_HEIGHT",
    "PAGE_MIDDLE",
    "SIGNATURE_LEFT",
    "Cell",
    "Look",
    "Page",
    "Xml",
    "each",
    "emblem",
    "emblem_line",
    "field",
    "kept",
    "paragraph",
    "picture",
    "row",
    "row_tag",
    "run",
    "section",
    "section_end",
    "signature",
    "signer_lines",
    "table",
    "tag",
    "twips",
    "when",
    "word_file",
]

EMBLEM_HEIGHT = 3.0
EMBLEM_WIDTH = 2.8


def emblem(height: float = EMBLEM_HEIGHT) -> Xml:
    """The emblem's slot, 3 cm high on letters, orders and announcements (regulation of 2526, form 26)."""
    return picture("emblem", EMBLEM_WIDTH * height / EMBLEM_HEIGHT, height)


def emblem_line(style: str = "Emblem", *, look: Look | None = None) -> Xml:
    """The emblem on a line of its own; the fixed spaces give it the same depth in LibreOffice as in Word."""
    return paragraph(style, "\u00a0", emblem(), "\u00a0", look=look)


def when(condition: str, *blocks: str) -> Xml:
    """``blocks`` (paragraphs, tables) only when the Jinja ``condition`` holds."""
    return Xml(tag(f"if {condition}") + "".join(blocks) + tag("endif"))


def each(loop: str, *blocks: str) -> Xml:
    """``blocks`` (paragraphs, tables) once per turn of a Jinja loop such as ``member in members``."""
    return Xml(tag(f"for {loop}") + "".join(blocks) + tag("endfor"))


def kept(page: Page, *blocks: str) -> Xml:
    """``blocks`` on one page whatever happens: the one row of a table without borders, for rows never split.

    "Keep with next" alone is not enough: LibreOffice leaves the tail of a long chain behind when it overflows by a line
    or two. The paragraph before keeps with the table; the 1 point paragraph after it is what Word wants at the end.
    """
    widths = (page.text_width,)
    whole = row(widths, [Cell("".join(blocks))])
    return Xml(table(widths, [whole], borders=False, padding=0) + paragraph("SectionEnd"))


def signer_lines(style: str = "Signature") -> Xml:
    """Name in brackets, post with its mode, and the post signed for; the last line only when the mode asks for it."""
    return Xml(
        paragraph(style, "({{ signer.name }})")
        + paragraph(style, "{{ signer.post }}{% if signer.mode %} {{ signer.mode }}{% endif %}")
        + when("signer.mode and signer.principal", paragraph(style, "{{ signer.principal }}"))
    )


def signature(style: str = "Signature") -> Xml:
    """Three empty lines to sign on, then :func:`signer_lines`, all kept on one page."""
    return Xml(paragraph(style) * 3 + signer_lines(style))
