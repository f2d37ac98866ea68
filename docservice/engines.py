"""This process's warm engines: fonts, LibreOffice, catalogue, templates. Made on first use, closed at exit."""

from __future__ import annotations

import atexit
import tomllib
from functools import cache
from pathlib import Path

from docservice.catalogue import Catalogue, Kind
from docservice.config import config
from docservice.render.fonts import Fonts, prepare
from docservice.render.office import Office
from docservice.render.template import Template

TEMPLATES = Path(__file__).resolve().parent.parent / "templates_th"


@cache
def fonts() -> Fonts:
    """The fonts papers are set in, made in ``home`` when the machine does not have them."""
    return prepare(config().home / "engine")


@cache
def office() -> Office:
    """One warm LibreOffice for this process, with its own profile; killed at exit at the latest."""
    warm = Office(config().home / "engine", fonts(), timeout=config().office_timeout)
    atexit.register(warm.close)
    return warm


@cache
def catalogue() -> Catalogue:
    """The catalogue of every kind of paper."""
    return Catalogue.parse(tomllib.loads((TEMPLATES / "catalogue.toml").read_text(encoding="utf-8")))


def template(kind: Kind, variant: str | None = None) -> Template:
    """The compiled current edition of a kind (and variant)."""
    name = f"{kind.edition}-{variant}" if variant else kind.edition
    return _load(kind.code, name)


@cache
def _load(kind_code: str, name: str) -> Template:
    return Template.load(TEMPLATES / kind_code / f"{name}.docx", catalogue().kind(kind_code))
