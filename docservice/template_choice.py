"""Which Word template makes a paper: the edition in force on the paper's day, or the one it was made with before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from docservice import edition_store, editions, engines, stores
from docservice.catalogue import Kind
from docservice.editions import Place
from docservice.errors import NotFound
from docservice.models import Edition
from docservice.render.template import Template

Known = dict[tuple[Place, date], Template]
"""What was chosen before, for papers that are asked for together."""
_kept: set[tuple[str, str]] = set()


def chosen(
    kind: Kind, variant: str | None, dossier: str, facts: Mapping[str, Any], known: Known | None = None
) -> Template:
    """For a paper of the office of ``dossier`` (a key): in force on its day, today where it bears none."""
    place = Place(province_of(dossier), kind.code, variant or "")
    day = editions.day_of(facts) or editions.today()
    known = {} if known is None else known
    if (place, day) not in known:
        found = editions.in_force(place, day)
        known[place, day] = engines.template(kind, variant) if found is None else of(found)
    return known[place, day]


def province_of(dossier: str) -> str:
    """``2562/24/2400/letter-0001`` → ``24``."""
    return dossier.split("/")[1] if dossier.count("/") > 1 else ""


def of(row: Edition) -> Template:
    """An edition, ready to be filled. ``TemplateRefused`` when the catalogue has lost what it names."""
    return _loaded(row.kind, row.sha256, row.name)


def kept(kind: Kind, variant: str | None, digest: str, edition: str) -> Template:
    """The template of that digest, fetched from the store where need be; one that was never kept: as it ships today."""
    stock = engines.template(kind, variant)
    if digest == stock.digest:
        return stock
    try:
        return _loaded(kind.code, digest, edition or digest[:12])
    except NotFound:
        return stock


def keep(template: Template) -> None:
    """See to it that the paper that is being filed can be made again when the template that ships is another."""
    here = (str(stores.place(stores.TEMPLATES)), template.digest)
    if here not in _kept:
        edition_store.keep(template.data)
        _kept.add(here)


@lru_cache(maxsize=64)
def _loaded(kind_code: str, digest: str, edition: str) -> Template:
    """Checked once a process; the bytes are named by their digest, so that they are never others."""
    kind = replace(engines.catalogue().kind(kind_code), edition=edition)
    return Template.of(f"{kind_code}/{edition}.docx", edition_store.data(digest), kind)
