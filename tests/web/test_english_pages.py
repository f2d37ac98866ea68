"""Whoever reads English meets no Thai in the pages of any role, but for what people have entered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from addresses import PAGES
from archive_office import damage
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import trans_real
from edition_files import LETTER, changed, ready, uploaded
from office_year import HEADER, KEY, filed, filing, workbook
from office_year import settings as year_settings
from office_year import year as year_

from docservice import drafts, editions, engines, jobs, provinces, web_files, year_edit
from docservice.drafts import Desk
from docservice.facts import applicant_number
from docservice.models import Account, Applicant, Document, Edition, Handover, Job
from docservice.web import kinds
from docservice.year_sections import GENERAL

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]  # the language of what is shown
_THAI = re.compile(r"[ก-๛]+")
_SAID = ("alt", "aria-label", "placeholder", "title")
_ENTERED = {"textarea", "option", "script", "style"}
"""What holds data: what was typed, and choices from it."""
_WORDS = {"ไทย"}
"""The name of the other language."""


class _Chrome(HTMLParser):
    """The texts of a page and of its labels, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What is said of an element."""
        if tag in _ENTERED:
            self._inside.append(tag)
        self.texts += [value for name, value in attrs if name in _SAID and value]

    def handle_endtag(self, tag: str) -> None:
        """Out of it again."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """A text."""
        if not self._inside:
            self.texts.append(data)


def _thai(page: str, entered: str) -> list[str]:
    """The texts with Thai that nobody has entered."""
    chrome = _Chrome()
    chrome.feed(page)
    return [
        " ".join(text.split())
        for text in chrome.texts
        if any(word not in entered for word in _THAI.findall(text)) and text.strip() not in _WORDS
    ]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


@pytest.fixture
def full(office: Any, people: dict[str, Account]) -> dict[str, Any]:
    """The office with a filed paper, a job and a register handed over; everybody reads English."""
    web_files.compile_words(Path(settings.LOCALE_PATHS[0]))
    trans_real._translations.clear()  # type: ignore[attr-defined]
    Account.objects.update(language="en")
    facts = engines.catalogue().kind("letter").example()
    filed(
        filing("paper/letter.pdf", b"%PDF", provenance={"facts": facts}), key="2562/24/2400/letter-0169", title="Letter"
    )
    filed(filing("paper/certificate.pdf", b"%PDF", kind="certificate", title="Certificate"), key=KEY, title="Leader")
    job = jobs.submit("paper", "Letters", [jobs.Request("Letter", {})], actor="staff", scope=jobs.Scope(2562, "24", ""))
    place = {"year_be": 2562, "province": "24", "district": "2401"}
    Handover.objects.create(**place, units=1, complete=0, handed_by="officer", handed_at=job.requested_at)
    return {
        "applicant": Applicant.objects.filter(district="2401").first(),
        "document": Document.objects.get(path="paper/letter.pdf"),
        "job": job,
        "edition": _edition(),
    }


def _edition() -> Edition:
    """One that was found faulty, and one in force."""
    editions.approve(ready(changed(LETTER, ("เรื่อง", "หัวข้อ")), note="Words"), editions.today(), actor="boss")
    row = uploaded(changed(LETTER, ("เรียน", "ถึง")), note="Other words")
    fault = {"number": 1, "severity": "error", "message": "ผิด", "remedy": "แก้", "english": "It is wrong.", "place": "ที่"}
    fault |= {"place_english": "body, page 1", "sentence": "x", "before": "x ", "spot": "{{ x }}", "after": " y"}
    Job.objects.filter(verb="template").delete()  # named in Thai, as people name theirs
    return editions.checked(row, {"faults": [fault], "answer": True, "mends": [fault]}, sound=False, actor="x")


def _addresses(full: dict[str, Any], role: str) -> Iterator[str]:
    """The pages that the role may open, of the year and of what is there."""
    pk = {name: row.pk for name, row in full.items()} | {"account": Account.objects.get(username="officer").pk}
    for route, page in PAGES.items():
        if role not in page.get or (page.of and page.of not in pk) or "sheet" in route or "login" in route:
            continue
        words = {"<year:year>": "2562", "<int:pk>": str(pk.get(page.of, 0))}
        words |= {
            f"<{kind}:{name}>": str(value) for name, value in page.with_.items() for kind in ("str", "slug", "int")
        }
        for name, value in words.items():
            route = route.replace(name, value)
        if "<" not in route:
            yield f"/{route}"
    yield from (f"/2562/setup/{part.code}/" for part in year_edit.sections(year_settings()))
    yield from (f"/2562/request/{kind}/" for kind in kinds.KINDS)


@pytest.mark.parametrize("role", ["staff", "officer", "auditor", "admin"])
def test_no_thai_stands_in_the_english_pages_but_what_was_entered(
    role: str, full: dict[str, Any], as_: Callable[[str], Client]
) -> None:
    entered = _entered()
    client, found, opened = as_(role), {}, 0
    for address in _addresses(full, role):
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        opened += 1
        if thai := _thai(answer.content.decode(), entered):
            found[address] = thai[:8]
    trans_real._translations.clear()  # type: ignore[attr-defined]
    assert opened > 8
    assert not found, "\n".join(f"{address}: {texts}" for address, texts in found.items())


def test_what_is_wrong_with_a_form_is_said_in_english(
    full: dict[str, Any], as_: Callable[[str], Client], tmp_path: Path
) -> None:
    entered, client, pk = _entered() + "ดาวอังคาร", as_("staff"), full["applicant"].pk
    sheet = workbook(tmp_path / "a.xlsx", [HEADER, ("ดาวอังคาร", "ผู้นำชุมชน", "", "", "", "", "", "")])
    order = {"subject": "", "members.0.role": "", "members.0.post": "นายอำเภอ", "duties.0": "{nothing}"}
    for address, sent in (
        ("/2562/applicants/import/", {"file": SimpleUploadedFile("a.xlsx", sheet.read_bytes())}),
        ("/2562/setup/orders.0/", order),
        ("/2562/setup/dates/", {"deadline": "2019-02-30"}),
        ("/2562/request/letter/", {"subject": "", "office.name": "", "body.0": ""}),
        ("/2562/results/", {f"seen-{pk}": "|", f"result-{pk}": "passed", f"score-{pk}": "9" * 50, "seen-99": "|x"}),
    ):
        answer = client.post(address, sent)
        assert answer.status_code == 422, (address, answer.status_code)
        assert not _thai(answer.content.decode(), entered), (address, _thai(answer.content.decode(), entered))
    log = b"".join(as_("admin").get("/2562/events/table"))
    header, first = log.decode("utf-8-sig").splitlines()[:2]
    assert not _THAI.search(header + first), header + first


def test_damage_is_told_in_english(full: dict[str, Any], as_: Callable[[str], Client], home: Path) -> None:
    damage(home, full["document"])
    page = as_("auditor").post("/2562/archive/2400/letter-0169/verify").content.decode()
    assert "is not what was filed" in page
    assert not _thai(page, _entered())


def _entered() -> str:
    """What people gave: names of places, groups, slots, signers, titles and numbers of papers, applicants."""
    year = year_settings()
    subjects = [order["subject"].replace("{province}", year["province"]["name"]) for order in year["orders"]]
    names = [*subjects, *(province.name for province in provinces.provinces().values())]
    for part in ("province", "districts", "groups", "signers", "people", "office"):
        names += _strings(year[part])
    for row in Applicant.objects.all():
        names += [row.name, row.post, row.place, applicant_number(year_(), row)]
    names += ["หัวข้อ", "เรื่อง", "เรียน", "ถึง"]  # of the templates that are compared
    names += [text for row in Document.objects.all() for text in (row.title, row.number)]
    names += [year_().fill(f"{{{word}}}", "words") for word in GENERAL]  # as they are printed on the papers
    desk = Desk(year_(), "tester")
    names += [draft.dossier_title for kind in ("order", "letter") for draft in drafts.of_kind(desk, kind)]
    return "\n".join(names)
