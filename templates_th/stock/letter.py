"""The external letter: number, address, subject, enclosures, message, numbered items, signature, owner."""

from __future__ import annotations

from templates_th.stock import external
from templates_th.stock.base import Look, Page, Xml, each, paragraph, section, tag, when, word_file

PAGE = Page(top=1.5)


def papers() -> dict[str, bytes]:
    """``letter/2562-1.docx``."""
    return {"letter/2562-1.docx": word_file("หนังสือภายนอก", *_blocks(), section(PAGE))}


def _blocks() -> tuple[Xml, ...]:
    return (
        external.head(speed=True),
        external.subject(),
        _message(),
        _items(),
        paragraph("Closing", "{{ closing }}"),
        external.close(PAGE, copies=True),
    )


def _message() -> Xml:
    """The last paragraph stays with what follows: two of its lines at least go with the closing to the last page."""
    last = when(
        "loop.last and not items",
        paragraph("Body", "{{ text }}", look=Look(keep_next=True)),
        tag("else"),
        paragraph("Body", "{{ text }}"),
    )
    return each("text in body", last)


def _items() -> Xml:
    text = "{{ loop.index|thai }}. {{ text }}"
    return each(
        "text in items",
        when(
            "loop.last",
            paragraph("Item", text, look=Look(keep_next=True, keep_lines=False)),
            tag("else"),
            paragraph("Item", text, look=Look(keep_lines=False)),
        ),
    )
