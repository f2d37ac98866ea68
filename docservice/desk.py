"""Who asks for something of a year, and what of it is theirs: what every request begins with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docservice import jobs, register
from docservice.errors import Forbidden, InputRefused
from docservice.models import Applicant, Job
from docservice.yearfile import YearFile


@dataclass(frozen=True)
class Desk:
    """Who asks, for which year; ``folder``: evidence root or export target; ``urgent``: before other requests.

    ``districts``: those the person is bound to, ``None`` for the whole province. What would be filed elsewhere is
    ``Forbidden``, and nothing of the request is entered. ``picked``: keys of the dossiers wanted, ``None`` for all.
    ``among``: the applicants it is about, ``None`` for all of the year.
    """

    year: YearFile
    actor: str
    folder: Path | None = None
    urgent: bool = False
    districts: frozenset[str] | None = None
    picked: frozenset[str] | None = None
    among: Sequence[Applicant] | None = None

    def key(self, name: str, district: str = "") -> str:
        """A dossier key of this year; without ``district`` one of the province's own."""
        return f"{int(self.year.year)}/{self.year.province_code}/{district or self.year.province_code + '00'}/{name}"

    def units(self) -> list[Applicant]:
        """The year's applicants (of the person's districts); ``InputRefused`` when there are none yet."""
        everybody = register.applicants(self.year) if self.among is None else self._in_order(self.among)
        found = [u for u in everybody if self.districts is None or u.district in self.districts]
        if not found:
            raise InputRefused(
                f"ปี {self.year.year} ยังไม่มีผู้สมัคร",
                "นำเข้าทะเบียนผู้สมัครก่อน: docservice import applicants.xlsx --year ปี",
                english="There are no applicants yet. Import them first.",
            )
        return found

    def _in_order(self, units: Iterable[Applicant]) -> list[Applicant]:
        """As in the register: by district, then group in the year's order, then running number."""
        order = {g.code: n for n, g in enumerate(self.year.groups)}
        return sorted(units, key=lambda a: (a.district, order.get(a.group, len(order)), a.seq))

    def wants(self, dossier: str) -> bool:
        """Whether the paper of that dossier was picked."""
        return self.picked is None or dossier in self.picked

    def enter(self, verb: str, title: str, asked: Iterable[jobs.Request]) -> Job:
        """One job of this year, and of the district when the person has only one."""
        only = next(iter(self.districts)) if self.districts and len(self.districts) == 1 else ""
        scope = jobs.Scope(int(self.year.year), self.year.province_code, only)
        return jobs.submit(verb, title, asked, actor=self.actor, urgent=self.urgent, scope=scope)

    def of_the_province(self) -> None:
        """``Forbidden`` for a person bound to districts."""
        if self.districts is not None:
            raise Forbidden(
                "คำขอนี้เป็นของทั้งจังหวัด",
                "ให้เจ้าหน้าที่จังหวัดเป็นผู้ขอ",
                english="This request is the whole province's. The province's staff must make it.",
            )
