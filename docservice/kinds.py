"""The catalogue of kinds of papers as this installation has it: read once a process, no engine with it."""

from __future__ import annotations

from functools import cache

from docservice.catalogue import Catalogue
from docservice.config import config
from docservice.factsfile import read_facts


@cache
def catalogue() -> Catalogue:
    """The catalogue of every kind of paper."""
    return Catalogue.parse(read_facts(config().templates / "catalogue.toml"))
