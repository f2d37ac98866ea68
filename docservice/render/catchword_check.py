"""Whether the catchwords of a finished PDF are the words that its next pages begin with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from docservice.errors import Broken
from docservice.render import package
from docservice.render.office import Layout
from docservice.render.package import DOCUMENT, NS, Parts, q
from docservice.render.textlayer import texts_of
from docservice.thai import to_thai_digits

_NUMBERING = re.compile(r"[-–—0-9๐-๙]+")
_REPEATED = b"w:tblHeader"


def fault_in(pdf: bytes, parts: Parts, layout: Layout) -> Broken | None:
    """None if each continuing page of the paper's PDF carries the words that the next page's text begins with."""
    return fault_on(texts_of(pdf, read_pages(layout)), parts, layout)


def read_pages(layout: Layout) -> list[int]:
    """The pages (from 1) whose text is compared: those that continue, and those they go on to."""
    return sorted({page for continued in layout.catchwords for page in (continued, continued + 1)})


def fault_on(texts: Mapping[int, str], parts: Parts, layout: Layout) -> Broken | None:
    """As ``fault_in``, of the text of the paper's ``read_pages``."""
    wanted = layout.catchwords
    if not wanted:
        return None
    header, headings = _furniture(parts)
    pages = {number: _bare(texts.get(number, "")) for number in read_pages(layout)}
    for page, words in wanted.items():
        own = _bare(f"/{wanted[page + 1]}...") if page + 1 in wanted else ""
        before, found, _ = pages[page + 1].replace(own, "", 1).partition(_bare(words))
        above = _NUMBERING.sub("", before)
        begins = any(above.endswith(heading) and above.removesuffix(heading) in header for heading in ("", *headings))
        if _bare(f"/{words}...") not in pages[page] or not found or not begins:
            return Broken(
                f"คำต่อเนื่องท้ายหน้า {to_thai_digits(str(page))} ไม่ตรงกับต้นหน้าถัดไป",
                "กรุณาแจ้งผู้ดูแลระบบพร้อมชื่อแม่แบบและข้อมูลของเอกสารนี้",
                english=f"The catchword of page {page}, {words!r}, is not what the next page begins with.",
            )
    return None


def _furniture(parts: Parts) -> tuple[str, list[str]]:
    """What may stand above a page's text, bare: the text of all headers, and each table's repeated heading rows."""
    header = "".join(_words(parts[name]) for name in sorted(parts) if name.startswith("word/header"))
    headings = []
    for table in package.parse(parts[DOCUMENT]).iter(q("w:tbl")) if _REPEATED in parts[DOCUMENT] else ():
        rows = [row for row in table.iterfind("w:tr", NS) if row.find("w:trPr/w:tblHeader", NS) is not None]
        headings.append("".join(str(text.text or "") for row in rows for text in row.iter(q("w:t"))))
    return _NUMBERING.sub("", _bare(header)), [_NUMBERING.sub("", _bare(heading)) for heading in headings]


@lru_cache(maxsize=64)
def _words(part: bytes) -> str:
    """The text of a header; papers of one edition have the same."""
    return "".join(str(text.text or "") for text in package.parse(part).iter(q("w:t")))


class _Bare(dict[int, str]):
    """For ``str.translate``: white space and the marks above and below, which PDF readers put in other orders, go."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = "" if letter.isspace() or unicodedata.category(letter) in ("Mn", "Cf") else letter
        return self[code]


_BARE = _Bare()


def _bare(text: str) -> str:
    """Letters and digits only."""
    return text.translate(_BARE)
