"""The overview's pages: staff see the province, a district officer the own district, and the part that lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import Office

from docservice import register
from docservice.models import EvidenceFile, Handover

As = Callable[[str], Client]


def _read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_staff_see_every_district_with_shapes_words_and_links(as_: As, office: Office) -> None:
    register.note_evidence(office.of("2401")[0].dossier_key, complete=True)

    shown = _read(as_("staff"), "/2562/")

    assert "ปี ๒๕๖๒ จังหวัดฉะเชิงเทรา" in shown
    assert "๑๑ กุมภาพันธ์ ๒๕๖๒" in shown
    assert shown.count('scope="row"') == 12
    assert 'href="/2562/applicants/?district=2401&amp;group=leader"' in shown
    for shape, word in (("■", "ครบ"), ("◧", "ไม่ครบ"), ("□", "ยังไม่มี")):
        assert shape in shown
        assert word in shown


def test_the_one_filled_button_is_the_next_step(as_: As, office: Office) -> None:
    shown = _read(as_("staff"), "/2562/")

    assert '<a class="button" href="/2562/request/order/">ออกคำสั่งแต่งตั้ง ๓ ฉบับ</a>' in shown


def test_an_officer_sees_only_the_own_district_and_what_is_missing(as_: As, office: Office) -> None:
    shown = _read(as_("officer"), "/2562/")

    assert "เมืองฉะเชิงเทรา" in shown
    assert "นายประเสริฐ แสงตะวัน" in shown
    assert "สำเนาทะเบียนบ้าน" in shown
    assert "มาลี" not in shown
    assert "บางคล้า" not in shown


def test_a_register_that_was_given_back_says_why(as_: As, office: Office) -> None:
    now = datetime.now(UTC)
    Handover.objects.create(
        year_be=2562, province="24", district="2401", units=2, complete=0, handed_by="officer", handed_at=now,
        returned_at=now, returned_by="staff", reason="ขาดลายมือชื่อ",
    )  # fmt: skip

    assert "ขาดลายมือชื่อ" in _read(as_("officer"), "/2562/")


def test_the_districts_to_follow_up_come_with_a_message_to_copy(as_: As, office: Office) -> None:
    Handover.objects.create(
        year_be=2562, province="24", district="2403", units=1, complete=1, handed_by="x", handed_at=datetime.now(UTC)
    )

    shown = _read(as_("staff"), "/2562/follow-up/")

    assert "เรียน อำเภอบางคล้า" in shown
    assert "เรียน อำเภอบางน้ำเปรี้ยว" not in shown
    assert as_("officer").get("/2562/follow-up/").status_code == 403


def test_the_auditor_is_shown_no_overview(as_: As, office: Office) -> None:
    assert as_("auditor").get("/2562/").status_code == 403


def test_the_living_part_asks_for_itself_again(as_: As, office: Office) -> None:
    shown = _read(as_("staff"), "/2562/now/")

    assert 'hx-get="/2562/now/"' in shown
    assert "<html" not in shown


@pytest.mark.parametrize("name", ["staff", "officer"])
def test_the_overview_costs_the_same_queries_for_two_and_for_twenty(as_: As, office: Office, name: str) -> None:
    client = as_(name)
    client.get("/2562/")
    with CaptureQueriesContext(connection) as few:
        client.get("/2562/")
    people = [{"district": d, "group": "leader", "name": f"นายคน ที่{n}"} for d in ("2401", "2402") for n in range(20)]
    register.enter_applicants(office.year, people, actor="tester")
    for row in register.applicants(office.year):
        EvidenceFile.objects.create(
            applicant=row, slot="photo", name="x", size=1, sha256="0" * 64, added_by="x", added_at=datetime.now(UTC)
        )

    with CaptureQueriesContext(connection) as many:
        client.get("/2562/")

    assert len(few) == len(many)
