"""What the template tests share: facts on file, papers made by the real engine, their pages as text."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from docservice import engines
from docservice.render.paper import Paper, make_paper
from docservice.render.textlayer import text_of

HERE = Path(__file__).parent
TEMPLATES = HERE.parent.parent / "templates_th"
ORDERS = ("order-12", "order-13", "order-14")


def facts(name: str) -> dict[str, Any]:
    """The facts filed as ``facts/<name>.toml``."""
    return tomllib.loads((HERE / "facts" / f"{name}.toml").read_text(encoding="utf-8"))


def paper(name: str, changes: Mapping[str, Any] | None = None) -> Paper:
    """The paper of those facts, with ``changes``; its kind is what the name begins with."""
    kind = engines.catalogue().kind(name.split("-")[0])
    return make_paper(engines.office(), engines.template(kind), {**facts(name), **(changes or {})})


@cache
def stock(name: str) -> Paper:
    """:func:`paper` without changes, made once."""
    return paper(name)


def pages(made: Paper) -> list[str]:
    """The text of each page, without white space: lines may break elsewhere in another LibreOffice."""
    return [bare(page) for page in text_of(made.pdf)]


def bare(text: str) -> str:
    """``text`` without white space."""
    return "".join(text.split())


def document(docx: bytes) -> str:
    """``word/document.xml`` of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx)) as word:
        return word.read("word/document.xml").decode()


def with_bottom_margin(docx: bytes, points: int) -> bytes:
    """The Word file with its bottom margins larger by ``points``: what another machine's line height does to a page."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = re.sub(rb'(<w:pgMar[^>]*w:bottom=")(\d+)', lambda at: at[1] + _more(at[2], points), data)
            new.writestr(name, data)
    return out.getvalue()


def _more(twips: bytes, points: int) -> bytes:
    return str(int(twips) + 20 * points).encode()
