"""Which of a year's archive leaves: all of it, or what is chosen by district, group, kind, or redacted only.

Districts and groups choose whole dossiers, which leave as the OCFL objects they are. Kinds, and redacted only, choose
documents: these leave as plain files, since an OCFL object with parts left out would be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from docservice.errors import InputRefused
from docservice.models import Document, Dossier
from docservice.yearfile import YearFile

OF_PEOPLE = frozenset({"evidence", "book", "book-redacted", "certificate", "register-applicants", "register-passed"})
"""Kinds of documents that are about people."""
REDACTED = "book-redacted"
OBJECTS, DOCUMENTS = "objects", "documents"


@dataclass(frozen=True)
class Choice:
    """Empty means all. ``districts``: codes, the province's own is ``<province>00``."""

    districts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    redacted: bool = False

    @classmethod
    def of(
        cls,
        year: YearFile,
        districts: Iterable[str] = (),
        groups: Iterable[str] = (),
        kinds: Iterable[str] = (),
        *,
        redacted: bool = False,
    ) -> Choice:
        """As asked for, in a settled order; ``InputRefused`` names a district or group that the year has not."""
        made = cls(_settled(districts), _settled(groups), _settled(kinds), redacted)
        known = {each.code for each in year.districts} | {f"{year.province_code}00"}
        _require("อำเภอ", "district", made.districts, known)
        _require("กลุ่มเป้าหมาย", "group", made.groups, {group.code for group in year.groups})
        return made

    @property
    def layout(self) -> str:
        """How the bag holds it."""
        return DOCUMENTS if self.kinds or self.redacted else OBJECTS

    @property
    def told(self) -> str:
        """For a person and for bag-info: what was chosen; empty for all."""
        parts = [("district", self.districts), ("group", self.groups), ("kind", self.kinds)]
        said = [f"{name}={','.join(chosen)}" for name, chosen in parts if chosen]
        return "; ".join([*said, "redacted"] if self.redacted else said)

    def dossiers(self, rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
        """Of ``rows`` those chosen."""
        if self.districts:
            rows = rows.filter(district__in=self.districts)
        if self.groups:
            named = Q()
            for group in self.groups:
                named |= Q(key__regex=rf"/{group}-[0-9]+$")
            rows = rows.filter(named)
        if self.layout == DOCUMENTS:
            rows = rows.filter(pk__in=self.documents(Document.objects.filter(dossier__in=rows)).values("dossier"))
        return rows

    def documents(self, rows: QuerySet[Document]) -> QuerySet[Document]:
        """Of ``rows`` the current ones chosen. Redacted only: of what is about people, the redacted editions alone."""
        rows = rows.filter(current=True)
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        if self.redacted:
            rows = rows.filter(Q(kind=REDACTED) | (~Q(kind__in=OF_PEOPLE) & Q(district__endswith="00")))
        return rows

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Choice:
        """From the fields as JSON has them."""
        some = {name: tuple(told.get(name, ())) for name in ("districts", "groups", "kinds")}
        return cls(**some, redacted=bool(told.get("redacted", False)))


ALL = Choice()


def _settled(chosen: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(filter(None, chosen))))


def _require(what: str, english: str, chosen: tuple[str, ...], known: set[str]) -> None:
    if unknown := sorted(set(chosen) - known):
        raise InputRefused(
            f"ไม่มี{what} {unknown[0]} ในปีนี้",
            f"เลือกได้: {', '.join(sorted(known))}",
            english=f"There is no {english} {unknown[0]} in this year: {', '.join(sorted(known))}.",
        )
