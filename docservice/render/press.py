"""The press for one compiled template: the texts that depend on facts, and pictures, become the finished Word file.

Nothing is parsed and no tree is built for a paper. What papers share is deflated once and copied; pictures are put into
their slots and the package as ``pictures.place`` would do it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from typing import Any

from docservice.render import package, pictures, slots, zipped
from docservice.render.compiled import FIRST_DRAWING, Compiled
from docservice.render.package import DOCUMENT, NS, TYPES, Parts
from docservice.render.pictures import Picture
from docservice.render.slots import Slot
from docservice.render.zipped import Block, Entry

CORE = "docProps/core.xml"
_RELATIONS_END = b"</Relationships>"
_MOST_KEPT = 32
_MEDIA = "word/media"


class Press:
    """Makes Word files of ``compiled``'s papers; ``able`` tells whether it can for this template."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._openings: dict[frozenset[str], tuple[Block, Parts]] = {}
        self._kept: dict[str, tuple[bytes, Entry]] = {}
        slotted = [part.name for part in compiled.parts if part.slots]
        self._relations = {name: compiled.static.get(package.rels_name(name), b"") for name in slotted}
        self._media = {name: posixpath.relpath(_MEDIA, posixpath.dirname(name)) for name in slotted}
        self._often = {package.rels_name(name) for name in slotted}
        self.able = (
            compiled.quick
            and all(links.endswith(_RELATIONS_END) for links in self._relations.values())
            and not any(slots.offers(data) for name, data in self._still().items() if _may_offer(name))
        )

    def paper(self, context: Mapping[str, Any], core: bytes) -> tuple[Parts, Callable[[Parts], bytes]] | None:
        """The parts of one paper from plain facts, and what packs them; None when this paper needs the exact way.

        What is packed may have other contents in the parts that are a paper's own.

        Raises TemplateError and what facts provoke, FactsRefused for a picture that cannot be read.
        """
        inlay = _Inlay(context)
        own = {CORE: core}
        for part in self._compiled.parts:
            text = self._compiled.text(part, context)
            if text is None:
                return None
            inlay.links = []
            first = FIRST_DRAWING if part.name == DOCUMENT else None
            own[part.name] = slots.shown(text, part.slots, first, inlay.show)
            if part.slots:
                own[package.rels_name(part.name)] = self._related(part.name, inlay.links)
        own |= inlay.media
        block, shared = self._opening(frozenset(name.rpartition(".")[2] for name in inlay.media))
        return shared | own, partial(self._packed, block, tuple(own), self._often | inlay.media.keys())

    def _packed(self, opening: Block, own: Sequence[str], often: Set[str], parts: Parts) -> bytes:
        """The Word file: what papers share as it lies ready, and their ``own``."""
        entries = [(self._keep if name in often else zipped.entry)(name, parts[name]) for name in own]
        return zipped.pack(opening, entries)

    def _related(self, part: str, links: list[tuple[str, str]]) -> bytes:
        """The part's relationships with those of its pictures."""
        media = self._media[part]
        added = "".join(
            f'<Relationship Id="{rid}" Type="{NS["r"]}/image" Target="{media}/{name}"/>' for rid, name in links
        )
        return self._relations[part].removesuffix(_RELATIONS_END) + added.encode() + _RELATIONS_END

    def _keep(self, name: str, data: bytes) -> Entry:
        """A part that is often the same from paper to paper: deflated again only when it changes."""
        held = self._kept.get(name)
        if held is None or held[0] != data:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            held = self._kept[name] = (data, zipped.entry(name, data))
        return held[1]

    def _still(self) -> Parts:
        """Parts that are the same in every paper."""
        changing = {part.name for part in self._compiled.parts} | {CORE}
        changing |= {package.rels_name(name) for name in self._relations}
        return {name: data for name, data in self._compiled.static.items() if name not in changing}

    def _opening(self, endings: frozenset[str]) -> tuple[Block, Parts]:
        """What papers share that hold pictures with these endings: packed, and as parts."""
        found = self._openings.get(endings)
        if found is None:
            parts = self._still()
            for ending in sorted(endings):
                parts[TYPES] = package.with_picture_type(parts[TYPES], ending)
            names = package.in_order(parts)
            block = zipped.block(zipped.entry(name, parts[name], once=True) for name in names)
            found = self._openings[endings] = block, parts
        return found


class _Inlay:
    """Pictures put into the slots of one paper: numbered over all parts, each in a media part of its own."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        self._pictures: dict[str, Picture | None] = {}
        self._count = 0
        self.media: dict[str, bytes] = {}
        self.links: list[tuple[str, str]] = []

    def show(self, slot: Slot, number: str) -> str:
        """The slot's XML for this paper."""
        field = slot.field
        if field not in self._pictures:
            self._pictures[field] = pictures.given(field, self._context.get(field, ""))
        picture = self._pictures[field]
        self._count += 1
        if picture is None:
            return slot.empty(number)
        relation = f"rIdPicture{self._count}"
        name = f"picture{self._count}-{field}.{picture.suffix}"
        self.media[f"{_MEDIA}/{name}"] = picture.data
        self.links.append((relation, name))
        return slot.filled(number, relation, picture)


def _may_offer(name: str) -> bool:
    return name.startswith("word/") and name.endswith(".xml")
