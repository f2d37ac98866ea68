"""The section of a year's settings on how long each kind of document is kept: ``[retention]`` as a form.

A kind left as the schedule has it is not written: so a schedule that changes later changes it too.
"""

from __future__ import annotations

from collections.abc import Mapping

from docservice.catalogue import Field, Kind
from docservice.retention_schedule import schedule
from docservice.year_section import Section
from docservice.year_tree import Facts, Settings, put_at, table_at

TITLE = "อายุการเก็บเอกสาร"
_CODE = "retention"
_FILED = {"book": "เล่มหลักฐาน", "evidence": "หลักฐาน"}
"""Kinds of documents that are no papers of the catalogue."""


def retention(kinds: Mapping[str, Kind]) -> Section:
    """A choice for every kind of paper and for what applicants hand in; choices for other kinds stay as they are."""
    shipped = schedule()
    codes = {each.label: code for code, each in shipped.classes.items()}
    labels = {code: label for label, code in codes.items()}
    usual = {kind: shipped.of([kind]).label for kind in (*kinds, *_FILED)}
    titles = {**{code: kind.label for code, kind in kinds.items()}, **_FILED}
    fields = {
        kind: Field(kind, "choice", titles[kind], required=False, default=label, choices=tuple(codes))
        for kind, label in usual.items()
    }

    def get(settings: Settings) -> Facts:
        chosen = table_at(settings, (_CODE,))
        return {kind: labels[chosen[kind]] for kind in fields if chosen.get(kind) in labels}

    def put(settings: Settings, facts: Facts) -> Settings:
        others = {kind: code for kind, code in table_at(settings, (_CODE,)).items() if kind not in fields}
        meant = {kind: codes[facts[kind]] for kind in fields if facts.get(kind, usual[kind]) != usual[kind]}
        kept = {**others, **meant}
        return put_at(settings, (_CODE,), kept) if kept else {k: v for k, v in settings.items() if k != _CODE}

    return Section(_CODE, TITLE, fields, get, put)
