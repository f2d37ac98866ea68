"""One paper that is being asked for: what it begins from, the fields of its form, and the draft that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from docservice import access, drafts, engines, numbering, papers, preview
from docservice.catalogue import Fault, Field
from docservice.drafts import Desk
from docservice.errors import FactsRefused, InputRefused
from docservice.models import Document
from docservice.papers import Draft
from docservice.web import factform, kinds
from docservice.web.factform import Source
from docservice.web.page import Request

BLANK = "blank"
_KEPT_ON_A_BLANK = ("issuer", "signer", "office", "emblem", "year_be", "closing", "to")
_LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Asked:
    """``like``: the year's paper (or a filed one) it begins from, ``None`` for a paper of its own; ``facts``: as shown
    at first; ``others``: the year's other papers of the kind, to choose from; ``source``: the filed paper, if any."""

    kind: kinds.Kind
    desk: Desk
    like: Draft | None
    facts: Mapping[str, Any]
    others: tuple[Draft, ...] = ()
    chosen: str = ""
    source: Document | None = None
    replaces: bool = False

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of the form: what is typed."""
        whole = engines.catalogue().kind(self.kind.code).fields
        return {name: each for name, each in whole.items() if name not in self.kind.derived}

    @property
    def number_field(self) -> str:
        """The field of the official number, if the kind has one."""
        return numbering.field_of(self.kind.code)

    @cached_property
    def rows(self) -> int:
        """How many rows of the year's registers the paper shows."""
        return sum(_rows(self.facts.get(name)) for name in self.kind.derived)

    def typed(self, posted: Mapping[str, str]) -> dict[str, Any]:
        """The facts a person typed; exactly what was shown at first when nothing was changed."""
        read = factform.read(self.fields, posted)
        for name in (name for name, each in self.fields.items() if each.type == "image"):
            read.pop(name, None)
            if self.facts.get(name):
                read[name] = self.facts[name]
        if read == factform.tidy(self.fields, self.facts):
            return dict(self.facts)
        return {**{name: self.facts[name] for name in self.kind.derived if name in self.facts}, **read}

    def draft(self, content: Mapping[str, Any]) -> Draft:
        """The draft of what was typed, before its number is asked for."""
        return drafts.edited(self.desk, self.kind.code, content, self.like)

    def faults(self, content: Mapping[str, Any]) -> tuple[Fault, ...]:
        """What keeps it from being asked for, each with its place in the form."""
        number = str(content.get(self.number_field, ""))
        if len(number) > _LONGEST_NUMBER:
            label = self.fields[self.number_field].short_label
            return (Fault(self.number_field, label, _("เลขที่ยาวเกิน ๑๐๐ ตัวอักษร กรุณาตรวจ"), "the number is too long"),)
        draft = self.draft(content)
        try:
            return papers.faults(next(drafts.asked(self.desk, [draft])))
        except FactsRefused:  # the year behind the number cannot be read: the check says so, with its place
            return papers.faults(draft)

    def shown(self, content: Mapping[str, Any]) -> Draft:
        """The draft for a preview: long lists cut, so that it comes at once."""
        short = {name: preview.cut(content[name]) for name in self.kind.derived if name in content}
        return next(drafts.asked(self.desk, [self.draft({**content, **short})]))

    def form(self, content: Mapping[str, Any], faults: tuple[Fault, ...] = ()) -> factform.FactForm:
        """The form showing ``content``."""
        return factform.FactForm(self.fields, content, faults, self.sources)

    @property
    def sources(self) -> dict[str, Source]:
        """Where each value that stands in the form at first came from."""
        if self.source is not None:
            return {}
        named = {
            "signer": Source(_("ตั้งค่า › ผู้ลงนาม"), self._setup("signers")),
            "office": Source(_("ตั้งค่า › หน่วยงาน"), self._setup("office")),
            "emblem": Source(_("ตั้งค่า › ตราครุฑ"), reverse("setup-pictures", kwargs={"year": self.desk.year.year})),
        }
        label = _("ตั้งค่า › %(section)s") % {"section": kinds.label(self.kind.code)}
        of_the_year = Source(label, self._setup(self._section))
        return {
            name: named.get(name, of_the_year) for name in self.fields if self.facts.get(name) not in (None, "", [])
        }

    @property
    def _section(self) -> str:
        """The code of the section of the year's settings that the paper's words stand in."""
        if self.kind.code == "order":
            return f"orders.{self.chosen}" if self.chosen.isdecimal() else "orders.0"
        return f"groups.{self.desk.year.groups[0].code}" if self.kind.code == "guideline" else self.kind.section

    def _setup(self, section: str) -> str:
        return reverse("setup-section", kwargs={"year": self.desk.year.year, "code": section})


def begin(request: Request, kind: kinds.Kind, desk: Desk) -> Asked:
    """What the address names: ``?from=`` a filed paper (a new version of it), ``?replaces=`` one (a paper in its
    place), ``?of=`` which of the year's papers, or a blank one."""
    for name in ("from", "replaces"):
        if name in request.GET:
            return _from_filed(
                request, kind, desk, _filed(request, kind, request.GET[name]), replaces=name == "replaces"
            )
    of_year = tuple(drafts.of_kind(desk, kind.code))
    chosen = request.GET.get("of", "0")
    if chosen == BLANK and kind.blank:
        first = of_year[0].facts if of_year else {}
        kept = {name: first[name] for name in _KEPT_ON_A_BLANK if name in first}
        return Asked(kind, desk, None, kept, of_year, BLANK)
    if chosen not in map(str, range(len(of_year))):
        raise InputRefused(
            "ไม่มีเอกสารฉบับที่เลือก", "เลือกจากรายการบนหน้า", english="There is no such paper. Choose one from the page."
        )
    like = of_year[int(chosen)]
    return Asked(kind, desk, like, like.facts, of_year, chosen)


def _filed(request: Request, kind: kinds.Kind, pk: str) -> Document:
    if not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        pk = "0"
    rows = access.documents(request.user).filter(kind=kind.code, year_be=int(request.year.year))
    return access.one(rows.select_related("dossier"), pk=int(pk))


def _from_filed(request: Request, kind: kinds.Kind, desk: Desk, paper: Document, *, replaces: bool) -> Asked:
    like = drafts.instead(desk, paper) if replaces else drafts.filed(paper)
    return Asked(kind, desk, like, like.facts, source=paper, replaces=replaces)


def _rows(value: object) -> int:
    """Entries of a derived list, those of its groups counted instead of the groups."""
    if not isinstance(value, list):
        return 0
    inner = [each[name] for each in value if isinstance(each, Mapping) for name in ("entries", "rows") if name in each]
    return sum(map(len, inner)) if inner else len(value)
