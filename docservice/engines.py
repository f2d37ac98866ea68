"""This process's warm engines: fonts, LibreOffice, catalogue, templates. Made on first use, closed at exit."""

from __future__ import annotations

import atexit
from functools import cache

from docservice.catalogue import Kind
from docservice.config import config
from docservice.errors import TemplateRefused
from docservice.kinds import catalogue as catalogue
from docservice.pdf.clamd import Clamd
from docservice.render import doctor
from docservice.render.fonts import Fonts, prepare
from docservice.render.office import Office
from docservice.render.template import Template


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


def scanner() -> Clamd | None:
    """The virus scanner every file is shown before it is opened, where one is configured."""
    return Clamd(config().clamd) if config().clamd else None


def office_restarts() -> int:
    """How often LibreOffice had to be started again in this process since this was last asked."""
    starts = office().starts
    seen, _seen[0] = _seen[0], max(starts, 1)
    return max(0, starts - max(seen, 1))


_seen = [0]


def template(kind: Kind, variant: str | None = None) -> Template:
    """The compiled current edition of a kind (and variant)."""
    name = f"{kind.edition}-{variant}" if variant else kind.edition
    return _load(kind.code, name)


@cache
def _load(kind_code: str, name: str) -> Template:
    path, kind = config().templates / kind_code / f"{name}.docx", catalogue().kind(kind_code)
    try:
        return Template.load(path, kind)
    except TemplateRefused as refused:
        if not path.is_file():
            raise
        raise doctor.explained(refused, f"{kind_code}/{path.name}", path.read_bytes(), kind) from refused
