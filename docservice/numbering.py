"""Numbers on papers: what the year file's words ask of the registers, and entering a number that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from docservice import jobs, numbers, papers
from docservice.errors import FactsRefused, InputRefused, NotFound
from docservice.models import Job, JobItem
from docservice.number_claim import (
    AUTO,
    CERTIFICATE,
    CIRCULAR,
    LETTER,
    ORDER,
    PENDING,
    Claim,
    Series,
    WrittenNumber,
)
from docservice.papers import Draft
from docservice.thai import BE, parse_date, to_thai_digits
from docservice.yearfile import YearFile

_FIELDS = {"letter": "number", "report": "number", "order": "number", "certificate": "serial"}


def asking(year: YearFile, draft: Draft) -> Draft:
    """The draft with what it asks of its register; its facts carry a mark where the number is not stated."""
    field = _FIELDS[draft.kind]
    written = WrittenNumber.parse(str(draft.facts.get(field, "")), _head(year, draft.kind))
    claim = Claim(
        series=_series(draft.kind, written),
        province=year.province_code,
        year_be=_year(year, draft.facts),
        dossier=draft.dossier,
        asks=written.asks,
        pattern=written.pattern,
        first=first_serial(year) if draft.kind == "certificate" else None,
        dated=_dated(draft.facts),
        subject=str(draft.facts.get("subject") or draft.facts.get("recipient") or ""),
        addressee=str(draft.facts.get("to", "")),
    )
    return replace(draft, facts={**draft.facts, field: written.pattern}, number=claim)


def takes_number(kind: str) -> bool:
    """Whether papers of the kind take an official number."""
    return kind in _FIELDS


def field_of(kind: str) -> str:
    """The fact that holds the number of a kind's papers; ``""`` for a kind without."""
    return _FIELDS.get(kind, "")


def is_stated(text: str) -> bool:
    """Whether the year file gives the running number itself."""
    return WrittenNumber.parse(text).asks not in (AUTO, PENDING)


def first_serial(year: YearFile) -> int | None:
    """The running number the year's certificates begin with; ``None``: the register's next."""
    given = year.settings.get("certificate", {}).get("first_serial", AUTO)
    return None if given == AUTO else year.number("certificate.first_serial", default=1)


def enter(series: Series, value: int, dossier: str = "", *, actor: str) -> Job:
    """Give a waiting paper the number that the central registry gave, and ask for the paper's new version.

    ``dossier`` may be left out while one paper waits. ``Conflict`` names the paper that has the number already.
    """
    paper = _waiting(series, dossier)
    item = JobItem.objects.filter(
        job__verb=papers.VERB, payload__dossier=paper, payload__number__series=series.code
    ).last()
    if item is None:
        raise NotFound(
            f"ไม่พบคำขอของแฟ้ม {paper}",
            "ขอเอกสารก่อนด้วย docservice request",
            english=f"No request for {paper}. Request the paper first.",
        )
    payload = {**item.payload, "number": {**item.payload["number"], "asks": value}}
    title = f"ใส่เลข {to_thai_digits(str(value))} {item.title}"
    year_be, province, district = paper.split("/")[:3]
    scope = jobs.Scope(int(year_be), province, "" if district.endswith("00") else district)
    return jobs.submit(papers.VERB, title, [jobs.Request(item.title, payload)], actor=actor, scope=scope)


def _waiting(series: Series, dossier: str) -> str:
    if dossier:
        return dossier
    found = [number.dossier for number in numbers.waiting(series)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            f"ไม่มีเอกสารที่รอเลขใน{series.title}",
            "ดูรายการด้วย docservice number ls --year ปี",
            english=f"No paper waits for a number of {series}.",
        )
    raise InputRefused(
        f"มีเอกสารรอเลข {len(found)} ฉบับใน{series.title}",
        f"ระบุแฟ้มด้วย --dossier: {', '.join(found)}",
        english=f"Several papers wait for a number: {', '.join(found)}. Choose one with --dossier.",
    )


def _series(kind: str, written: WrittenNumber) -> str:
    if kind in ("order", "certificate"):
        return {"order": ORDER, "certificate": CERTIFICATE}[kind]
    return CIRCULAR if written.circular else LETTER


def _head(year: YearFile, kind: str) -> str:
    """What goes before a letter's running number, from ``[numbers] letter = "ฉช ๐๐๑๙/"``."""
    heads = year.fill(year.settings.get("numbers", {}), "numbers")
    return str(heads.get("letter", "")) if kind in ("letter", "report") else ""


def _year(year: YearFile, facts: Any) -> int:
    """The calendar year whose register it is: the one printed behind the number, or the date's."""
    if printed := facts.get("year_be"):
        return int(BE.parse(printed))
    return int(BE.of(date.fromisoformat(dated))) if (dated := _dated(facts)) else int(year.year)


def _dated(facts: Any) -> str:
    """The paper's date; one that cannot be read is for the catalogue to refuse, with its place."""
    try:
        return parse_date(facts["date"]).isoformat() if facts.get("date") else ""
    except FactsRefused:
        return ""
