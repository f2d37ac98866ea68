"""The pages of keeping and disposal, and the operations beside them: who sees what, each step, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from disposal_office import COMMITTEE, NAME, OLD, old_dossier
from django.test import Client
from office_year import entered_year

from docservice import archive, disposal, disposal_work, jobs
from docservice import people as people_
from docservice.models import Dossier, Job
from docservice.retention_papers import LIST

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
RETENTION, LIST_PAGE = "/2562/archive/retention/", "/2562/archive/disposals/disposal-01/"
OPINION = {"do": "opine", "rest": "destroy", "committee": "\n".join(COMMITTEE), "minutes": "รายงานลงวันที่ ๑ มีนาคม"}
APPROVAL = {"do": "approve", "order": "ที่ ฉช ๐๐๑๙/๑", "archives": "สจช. เห็นชอบ"}


@pytest.fixture
def old(office: Any) -> Any:
    """A dossier of 2550, over since 2561."""
    entered_year(year_be=2550)
    old_dossier()
    return office


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def step(client: Client, **sent: str) -> Any:
    return client.post(f"{LIST_PAGE}change", sent)


def test_a_dossier_tells_until_when_it_is_kept(as_: As, old: Any) -> None:
    text = text_of(as_("auditor").get("/2562/archive/"))
    assert RETENTION in text
    text = text_of(as_("staff").get("/2550/archive/2401/leader-0001/"))
    assert "๓๑ ธ.ค. ๒๕๖๐" in text
    assert "เก็บไม่น้อยกว่า ๑๐ ปี" in text


def test_what_is_over_stands_on_the_page_and_only_staff_may_list_it(as_: As, old: Any) -> None:
    auditor, staff = text_of(as_("auditor").get(RETENTION)), text_of(as_("staff").get(RETENTION))
    assert "จัดทำบัญชีหนังสือขอทำลาย ๑ แฟ้ม" in staff
    assert "จัดทำบัญชีหนังสือขอทำลาย" not in auditor
    assert as_("auditor").post(f"{RETENTION}change", {"do": "propose"}).status_code == 403


def test_a_list_goes_its_way_by_two_people_and_the_tombstone_says_so(as_: As, old: Any) -> None:
    staff, admin = as_("staff"), as_("admin")
    assert staff.post(f"{RETENTION}change", {"do": "propose"}).url == LIST_PAGE
    assert Job.objects.filter(items__payload__kind=LIST).exists()
    assert step(staff, **OPINION).status_code == 302

    own = step(staff, **APPROVAL)
    assert (own.status_code, "ผู้อนุมัติต้องไม่ใช่ผู้เสนอ" in text_of(own)) == (403, True)
    assert "ต้องให้ผู้มีอำนาจอีกคนหนึ่ง" in text_of(staff.get(LIST_PAGE))
    assert step(admin, **APPROVAL).status_code == 302
    assert step(admin, do="run").status_code == 302
    list(jobs.work(Job.objects.get(verb=disposal_work.VERB), disposal_work.work))

    assert "ดำเนินการแล้ว" in text_of(staff.get(LIST_PAGE))
    gone = text_of(staff.get("/2550/archive/2401/leader-0001/"))
    assert "ทำลายแล้ว" in gone
    assert "2562/24/2400/disposal-01" in gone
    assert NAME not in gone
    assert "ทำลายแล้ว" in text_of(staff.get("/2550/archive/2401/"))


def test_an_incomplete_opinion_is_refused_on_its_page_with_what_was_typed(as_: As, old: Any) -> None:
    staff = as_("staff")
    staff.post(f"{RETENTION}change", {"do": "propose"})
    answer = step(staff, **{**OPINION, "rest": "", "minutes": "รายงานที่พิมพ์ไว้"})
    assert answer.status_code == 422
    assert "ยังไม่มีความเห็น ๑ รายการ" in text_of(answer)
    assert "รายงานที่พิมพ์ไว้" in text_of(answer)
    assert step(staff, do="dance").status_code == 422


def test_a_hold_is_placed_and_lifted_on_the_dossiers_page(as_: As, old: Any) -> None:
    staff, page = as_("staff"), "/2550/archive/2401/leader-0001/"
    staff.post(f"{page}hold", {"do": "hold", "reason": "คดีหมายเลขดำที่ ๑"})
    assert "คดีหมายเลขดำที่ ๑" in text_of(staff.get(page))
    assert "ถูกระงับการทำลาย" in text_of(staff.get(RETENTION))
    staff.post(f"{page}hold", {"do": "lift", "reason": "ถึงที่สุด"})
    assert "คดีหมายเลขดำที่ ๑" not in text_of(staff.get(page)).partition("เอกสารในแฟ้ม")[0]
    assert "จัดทำบัญชีหนังสือขอทำลาย ๑ แฟ้ม" in text_of(staff.get(RETENTION))


def test_a_year_is_held_back_on_the_page(as_: As, old: Any) -> None:
    staff, page = as_("staff"), "/2550/archive/retention/"
    staff.post(f"{page}change", {"do": "hold", "reason": "สตง. ตรวจสอบ"})
    assert "สตง. ตรวจสอบ" in text_of(staff.get("/2550/archive/2401/leader-0001/"))
    staff.post(f"{page}change", {"do": "lift", "reason": "เสร็จแล้ว"})
    assert "ยกเลิกการระงับของทั้งปี" not in text_of(staff.get(page))


def test_programs_do_the_same_step_by_step(people: Any, old: Any) -> None:
    def asks(who: str) -> Callable[..., Any]:
        token = people_.issue(people[who], "ทดสอบ", list(people_.SCOPES), timedelta(days=1))[1]
        head = {"Authorization": f"Bearer {token}"}

        def ask(path: str, sent: object = None) -> Any:
            address = f"/api/v1/years/{path}"
            if sent is None:
                return Client().get(address, headers=head)
            return Client().post(address, json.dumps(sent), content_type="application/json", headers=head)

        return ask

    staff, admin, auditor = asks("staff"), asks("admin"), asks("auditor")
    assert auditor("2562/over").json()["over"] == []  # of a year that is not the auditor's
    over = staff("2562/over").json()
    assert [(row["key"], row["stands"], row["until"]) for row in over["over"]] == [(OLD, "due", "2017-12-31")]
    assert auditor("2562/disposals", {}).status_code == 403
    assert staff("2562/disposals", {}).status_code == 201
    opinions = {"committee": COMMITTEE, "minutes": "รายงาน", "opinions": [{"line": 1, "decision": "destroy"}]}
    assert staff("2562/disposals/disposal-01/opinions", opinions).json()["state"] == "opined"
    approval = {"order": "ที่ ๑", "archives": "เห็นชอบ"}
    assert staff("2562/disposals/disposal-01/approval", approval).json()["code"] == "forbidden"
    assert admin("2562/disposals/disposal-01/approval", approval).json()["state"] == "approved"
    assert admin("2562/disposals/disposal-01/run", {}).status_code == 202
    list(jobs.work(Job.objects.get(verb=disposal_work.VERB), disposal_work.work))
    told = auditor("2562/disposals/disposal-01").json()
    assert (told["state"], told["lines"][0]["done"]) == ("done", True)
    assert Dossier.objects.get(key=OLD).disposed["approved_by"] == "admin"
    assert disposal.get(None, told["key"]).state == disposal.DONE
    assert archive.verify(OLD) == []
