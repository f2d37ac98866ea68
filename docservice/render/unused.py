"""Styles of a Word file that nothing in it uses: LibreOffice makes each of them, a twentieth of a letter's time.

Only a template's own styles are left out, by names that no style of LibreOffice has: those it uses by itself.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import Any

from lxml import etree

from docservice.render import package
from docservice.render.package import DOCUMENT, NS, Parts, q

_STYLES = "word/styles.xml"
_MAY_USE = re.compile(r"word/[^/]+\.xml")
_LARGE = 64_000
"""Bytes of a document for which looking takes longer than it saves."""
_VALUES: Any = etree.XPath("//@w:val", namespaces=NS)
_OWN_VALUES: Any = etree.XPath(".//@w:val", namespaces=NS)
_ENGLISH = re.compile(r"[A-Za-z]")


def left_out(parts: Parts) -> Parts:
    """A copy without the template's own styles that no part names; the same parts where there are none."""
    if _STYLES not in parts or len(parts[DOCUMENT]) > _LARGE:
        return parts
    named = _named(parts[DOCUMENT])
    for name, data in parts.items():
        if name not in (DOCUMENT, _STYLES) and _MAY_USE.fullmatch(name):
            named |= _known(data)
    styles = _used(parts[_STYLES], named & _own(parts[_STYLES]))
    return parts if styles is None else parts | {_STYLES: styles}


def _named(data: bytes) -> frozenset[str]:
    """All that a part names: styles among it."""
    return frozenset(map(str, _VALUES(package.parse(data))))


_known = lru_cache(maxsize=64)(_named)


@lru_cache(maxsize=64)
def _own(styles: bytes) -> frozenset[str]:
    """The identifiers of the template's own styles."""
    return frozenset(str(style.get(q("w:styleId"))) for style in _elements(package.parse(styles)))


@lru_cache(maxsize=64)
def _used(styles: bytes, named: Set[str]) -> bytes | None:
    """The styles but those of the template's own that neither ``named`` has nor another style that stays."""
    root = package.parse(styles)
    spare = {str(style.get(q("w:styleId"))): style for style in _elements(root)}
    own = list(spare.values())
    staying = [style for style in root if style not in own]
    staying += [spare.pop(name) for name in named if name in spare]
    while staying:
        staying += [spare.pop(name) for name in map(str, _OWN_VALUES(staying.pop())) if name in spare]
    for style in spare.values():
        root.remove(style)
    return package.serialise(root) if spare else None


def _elements(root: etree._Element) -> list[etree._Element]:
    custom = [style for style in root.iterfind("w:style", NS) if style.get(q("w:customStyle")) in ("1", "true")]
    return [style for style in custom if not style.get(q("w:default")) and not _ENGLISH.search(_name(style))]


def _name(style: etree._Element) -> str:
    name = style.find("w:name", NS)
    return "A" if name is None else str(name.get(q("w:val"), "A"))
