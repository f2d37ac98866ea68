"""A filed paper made again from its record, with its own template and today's engine, beside what is filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docservice import archive, engines, papers, template_choice
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.render.compare import Difference, differences


@dataclass(frozen=True)
class Remade:
    """``made_with``: template, engine and fonts, as ``(then, now)``; ``differing``: pages that are not the same."""

    document: Document
    pdf: bytes
    pages: int
    made_with: Mapping[str, tuple[str, str]]
    differing: list[Difference]

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """What it was made with then and is not now."""
        return {name: pair for name, pair in self.made_with.items() if pair[0] != pair[1]}


def papers_of(key: str) -> list[Document]:
    """The dossier's current papers that its record tells how to make; ``InputRefused`` when there is none."""
    current = archive.get(key).documents.filter(current=True, media_type=papers.PDF).order_by("path")
    if found := [document for document in current if "facts" in document.provenance]:
        return found
    raise InputRefused(
        f"แฟ้ม {key} ไม่มีเอกสารที่ระบบจัดทำจากแม่แบบ",
        "เลือกแฟ้มของหนังสือ คำสั่ง ประกาศ หรือใบประกาศ",
        english=f"{key} holds no paper that was made from a template.",
    )


def remake(document: Document) -> Remade:
    """Make the paper again and compare; nothing is filed. A template that was not kept is today's in its place.

    Raises as making a paper does: a catalogue that has changed since may refuse the facts of then.
    """
    told = document.provenance
    kind = engines.catalogue().kind(document.kind)
    template = template_choice.kept(
        kind, kind.variant(told["facts"]), str(told.get("template", "")), str(told.get("edition", ""))
    )
    made = papers.again(document.kind, told["facts"], template)
    now = {
        "template": template.digest,
        "edition": made.edition,
        "engine": made.engine,
        "fonts": ", ".join(made.fonts),
    }
    then = {**{name: str(told.get(name, "")) for name in now}, "fonts": ", ".join(told.get("fonts", ()))}
    made_with = {name: (then[name], now[name]) for name in now}
    filed = archive.read_document(document)
    return Remade(document, made.pdf, made.pages, made_with, differences(filed, made.pdf))
