"""Asking for papers: the kinds, the form and its preview, lots; who may ask for what; nothing is asked for twice."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from docservice import drafts, intake, jobs, papers, register, stores, verbs
from docservice.drafts import Desk
from docservice.models import Applicant, Document, EvidenceFile, Job, JobItem, Number
from docservice.web import factform, kinds

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]


def _passed(office: Any) -> None:
    register.enter_results(office.year, {a.pk: ("passed", "90") for a in office.applicants}, actor="tester")


def _shown(office: Any, kind: str, index: int = 0) -> dict[str, Any]:
    """What the form shows at first."""
    return dict(list(drafts.of_kind(Desk(office.year, "tester"), kind))[index].facts)


def _pairs(each: factform.Input) -> list[tuple[str, str]]:
    if each.inputs or each.entries:
        return [pair for one in (*each.inputs, *each.entries) for pair in _pairs(one)]
    if each.widget in ("record", "records", "lines"):
        return []
    return (
        [(each.name, "off"), *([(each.name, "on")] if each.on else [])]
        if each.widget == "bool"
        else [(each.name, each.value)]
    )


def _fields(page: Any, **changes: str) -> dict[str, list[str]]:
    """What the browser would send of the form on the page, with some fields typed over."""
    sent = QueryDict(mutable=True)
    for each in page.context["form"].inputs:
        for name, value in _pairs(each):
            sent.appendlist(name, value)
    for name, value in changes.items():
        sent[name.replace("__", ".")] = value
    return dict(sent.lists())


def test_the_page_of_kinds_says_what_each_is_for_and_what_stands(as_: As, office: Any) -> None:
    page = as_("staff").get("/2562/request/").content.decode()
    for code in kinds.KINDS:
        assert f'href="/2562/request/{code}/"' in page
    assert "ยังไม่เคยออก" in page


def test_an_officer_is_offered_the_own_register_and_books_only(as_: As, office: Any) -> None:
    page = as_("officer").get("/2562/request/").content.decode()
    assert set(re.findall(r'href="/2562/request/([a-z-]+)/"', page)) == {"register-applicants", "evidence"}


@pytest.mark.parametrize("kind", sorted(set(kinds.KINDS) - {"register-applicants", "evidence"}))
def test_an_officer_may_not_ask_for_the_provinces_papers(as_: As, office: Any, kind: str) -> None:
    _passed(office)
    for address in (f"/2562/request/{kind}/", f"/2562/request/{kind}/preview/"):
        assert as_("officer").get(address).status_code == 403
        assert as_("officer").post(address).status_code == 403
    assert not Job.objects.exists()


def test_an_auditor_asks_for_nothing(as_: As, office: Any) -> None:
    for address in ("/2562/request/", "/2562/request/order/", "/2562/queue/"):
        assert as_("auditor").get(address).status_code == 403
        assert as_("auditor").post(address).status_code in (403, 405)


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_kind_opens(as_: As, office: Any, kind: str) -> None:
    _passed(office)
    answer = as_("staff").get(f"/2562/request/{kind}/")
    assert answer.status_code == 200
    assert kinds.label(kind) in answer.content.decode()


@pytest.mark.parametrize("kind", ["evidence", "export"])
def test_what_has_no_preview_says_so(as_: As, office: Any, kind: str) -> None:
    for method in ("get", "post"):
        answer = getattr(as_("staff"), method)(f"/2562/request/{kind}/preview/")
        assert answer.status_code == 422
        assert "ไม่มีตัวอย่าง" in answer.content.decode()


@pytest.mark.parametrize("kind", ["announcement", "report", "register-passed", "register-orders"])
def test_a_kind_that_needs_results_first_says_so(as_: As, office: Any, kind: str) -> None:
    answer = as_("staff").get(f"/2562/request/{kind}/")
    assert answer.status_code == 200
    assert "ยังไม่มี" in answer.content.decode()
    assert "docservice import" not in answer.content.decode()


def test_the_form_is_prefilled_and_says_where_from(as_: As, office: Any) -> None:
    page = as_("staff").get("/2562/request/letter/").content.decode()
    assert "ฉช ๐๐๑๙/ว ๑๖๙" in page
    assert "๑๑ มกราคม ๒๕๖๒" in page
    assert "ตั้งค่า › ผู้ลงนาม" in page


def test_an_unchanged_form_is_the_years_own_paper_and_asked_twice_one_job(as_: As, office: Any) -> None:
    client = as_("staff")
    sent = _fields(client.get("/2562/request/order/?of=1"))
    first, again = (client.post("/2562/request/order/?of=1", sent) for _ in range(2))
    assert first.status_code == 302
    assert first["Location"] == again["Location"]
    item = JobItem.objects.get()
    of_year = list(drafts.asked(Desk(office.year, "x"), drafts.orders(Desk(office.year, "x"))))[1]
    assert item.payload == papers.request(of_year).payload
    assert (item.job.year_be, item.job.province, item.job.district) == (2562, "24", "")
    assert Number.objects.get().value == 13


def test_all_orders_of_the_year_are_one_job(as_: As, office: Any) -> None:
    as_("staff").post("/2562/request/order/", {"all": "1"})
    assert JobItem.objects.count() == 3
    assert set(Number.objects.values_list("value", flat=True)) == {12, 13, 14}


def test_an_edited_paper_takes_its_number_like_the_years_own(as_: As, office: Any) -> None:
    client = as_("staff")
    sent = _fields(client.get("/2562/request/letter/"), number="ว auto", to="ปลัดจังหวัด")
    client.post("/2562/request/letter/", sent)
    client.post("/2562/request/letter/", sent)
    number = Number.objects.get()
    assert (number.series.code, number.state) == ("letter-circular", Number.RESERVED)
    item = JobItem.objects.get()
    assert item.payload["facts"]["to"] == "ปลัดจังหวัด"
    assert item.payload["encloses"]


def test_a_blank_order_keeps_the_issuer_and_signer_and_waits_for_its_number(as_: As, office: Any) -> None:
    client = as_("staff")
    page = client.get("/2562/request/order/?of=blank")
    sent = _fields(
        page, subject="แต่งตั้งคณะทำงาน", date="๑๒ ม.ค. ๒๕๖๒",
        recitals__0="ตามที่", members__0__post="ปลัดจังหวัด", members__0__role="ประธาน", duties__0="ตรวจ",
    )  # fmt: skip
    answer = client.post("/2562/request/order/?of=blank", sent)
    assert answer.status_code == 302, answer.context["faults"]
    facts = JobItem.objects.get().payload["facts"]
    assert facts["date"] == "2019-01-12"
    assert facts["issuer"] == "จังหวัดฉะเชิงเทรา"
    assert Number.objects.get().state == Number.PENDING


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(as_: As, office: Any) -> None:
    client = as_("staff")
    sent = _fields(client.get("/2562/request/letter/"), date="31/2/2562", subject="", to="<b>นายอำเภอ</b>")
    answer = client.post("/2562/request/letter/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="31/2/2562"' in page
    assert re.search(r'id="f-date-said"><p class="fault">', page)
    assert re.search(r'id="f-subject-said"><p class="fault">', page)
    assert "&lt;b&gt;นายอำเภอ&lt;/b&gt;" in page
    assert "<b>นายอำเภอ" not in page
    assert "data-answered" in page
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "๙" * 10_000},
        {"number": "\x00"},
        {"subject": "ก" * 10_000},
        {"date": "x" * 10_000},
        {"signer__mode": "ไม่มีในรายการ"},
        {"body__0": "{{ 7*7 }} {% include 'x' %}", "date": "ไม่ใช่วัน"},
        {"emblem": "/etc/passwd", "date": ""},
        {"number": "ฉช/" + "9" * 90},
    ],
)
def test_bad_input_is_a_sentence_never_a_failure(as_: As, office: Any, changes: dict[str, str]) -> None:
    client = as_("staff")
    answer = client.post("/2562/request/letter/", _fields(client.get("/2562/request/letter/"), **changes))
    assert answer.status_code in (302, 409, 422)
    assert answer.status_code == 302 or "fault" in answer.content.decode()


def test_a_year_that_cannot_be_read_is_refused_beside_it(as_: As, office: Any) -> None:
    client = as_("staff")
    answer = client.post(
        "/2562/request/order/", _fields(client.get("/2562/request/order/"), year_be="2019", number="auto")
    )
    assert answer.status_code == 422
    assert 'id="f-year_be-said"><p class="fault">' in answer.content.decode()


def test_a_number_that_is_another_papers_is_refused_beside_the_number(as_: As, office: Any) -> None:
    client = as_("staff")
    client.post("/2562/request/order/", {"all": "1"})
    page = client.get("/2562/request/order/?of=blank")
    sent = _fields(
        page, subject="เรื่องอื่น", date="12/1/2562", number="auto",
        recitals__0="ตามที่", members__0__post="ก", members__0__role="ข", duties__0="ตรวจ",
    )  # fmt: skip
    assert client.post("/2562/request/order/?of=blank", sent).status_code == 302
    register.enter_year({**office.year.settings, "orders": office.year.settings["orders"][1:]}, actor="x")
    Number.objects.filter(value=12).update(dossier="2562/24/2400/order-other")
    page = client.get("/2562/request/order/?of=0")
    answer = client.post("/2562/request/order/?of=0", _fields(page, number="๑๒", subject="อีกเรื่อง"))
    assert answer.status_code == 409
    assert re.search(r'id="f-number-said"><p class="fault">', answer.content.decode())


def test_the_preview_shows_the_faults_instead_of_pages(as_: As, office: Any) -> None:
    client = as_("staff")
    sent = _fields(client.get("/2562/request/letter/"), date="31/2/2562")
    page = client.post("/2562/request/letter/preview/", sent, headers={"HX-Request": "true"}).content.decode()
    assert "ไม่มีในปฏิทิน" in page
    assert "<img" not in page


def test_the_preview_shows_pages_as_pictures_and_files_nothing(as_: As, office: Any) -> None:
    client = as_("staff")
    sent = _fields(client.get("/2562/request/order/"), number="auto")
    page = client.post("/2562/request/order/preview/", sent, headers={"HX-Request": "true"}).content.decode()
    assert 'src="data:image/png;base64,' in page
    assert "(ร่าง)" in page
    assert not Job.objects.exists()
    assert not Document.objects.exists()
    assert not Number.objects.exists()


def test_certificates_are_asked_for_whom_one_picks(as_: As, office: Any) -> None:
    _passed(office)
    client = as_("staff")
    page = client.get("/2562/request/certificate/?district=2402").content.decode()
    assert "ขอใบประกาศเกียรติคุณ ๒ ราย" in page
    assert "นางสาวมาลี ใจงาม" in page
    assert "นายประเสริฐ" not in page
    client.post("/2562/request/certificate/", {"district": "2402"})
    assert set(JobItem.objects.values_list("payload__dossier", flat=True)) == {a.dossier_key for a in office.of("2402")}
    one = office.of("2401")[0]
    client.post("/2562/request/certificate/", {"some": "1", "unit": [str(one.pk), "x", "99999999"]})
    assert JobItem.objects.count() == 3
    answer = client.post("/2562/request/certificate/", {"some": "1"})
    assert answer.status_code == 422
    assert "อย่างน้อย ๑ รายการ" in answer.content.decode()


def test_samples_of_a_lot_are_pages_of_three(as_: As, office: Any) -> None:
    _passed(office)
    page = as_("staff").get("/2562/request/certificate/preview/?group=leader").content.decode()
    assert page.count("<img") == 2
    assert not Job.objects.exists()


def test_an_officer_asks_for_the_own_register_and_no_other(as_: As, office: Any) -> None:
    client = as_("officer")
    page = client.get("/2562/request/register-applicants/").content.decode()
    assert "เมืองฉะเชิงเทรา" in page
    assert "บางคล้า" not in page
    other = "2562/24/2402/register-applicants"
    assert client.post("/2562/request/register-applicants/", {"pick": other}).status_code == 422
    client.post("/2562/request/register-applicants/", {"pick": other.replace("2402", "2401"), "urgent": "on"})
    job = Job.objects.get()
    assert (job.district, job.requested_by) == ("2401", "officer")
    assert [i.payload["dossier"] for i in job.items.all()] == ["2562/24/2401/register-applicants"]
    assert not job.urgent


def test_a_lot_of_books_without_any_file_says_so(as_: As, office: Any) -> None:
    answer = as_("officer").post("/2562/request/evidence/", {})
    assert answer.status_code == 422
    assert "หลักฐาน" in answer.content.decode()
    assert "/tmp" not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["request/nothing/", "request/order/?of=99", "request/order/?of=x", "request/order/?from=abc",
     "request/letter/?from=999999999999999999999", "request/order/?replaces=1"],
)  # fmt: skip
def test_addresses_of_nothing_are_answered_calmly(as_: As, office: Any, address: str) -> None:
    answer = as_("staff").get(f"/2562/{address}")
    assert answer.status_code in (200, 404, 422)
    assert "Traceback" not in answer.content.decode()


def test_the_lots_page_asks_as_many_questions_for_many_as_for_few(
    as_: As, office: Any, django_assert_num_queries: Any
) -> None:
    _passed(office)
    client = as_("staff")
    client.get("/2562/request/certificate/")

    with CaptureQueriesContext(connection) as few:
        client.get("/2562/request/certificate/")
    Applicant.objects.bulk_create(
        Applicant(year_be=2562, province="24", district="2401", group="leader", seq=n, name=f"นาย{n}", result="passed")
        for n in range(100, 140)
    )
    with django_assert_num_queries(len(few)):
        client.get("/2562/request/certificate/")


def test_a_job_run_from_the_page_files_the_paper(as_: As, office: Any) -> None:
    client = as_("staff")
    client.post("/2562/request/guideline/", _fields(client.get("/2562/request/guideline/")))
    job = Job.objects.get()
    assert [i.state for i in jobs.work(job, papers.work)] == [JobItem.DONE]
    page = client.get("/2562/request/guideline/").content.decode()
    assert "มีฉบับที่จัดเก็บแล้ว" in page


def _hand_in(applicant: Applicant) -> None:
    """One sound PDF in the applicant's first slot."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    stores.opened(stores.INTAKE).put(intake.key(digest), data)
    EvidenceFile.objects.create(
        applicant=applicant, slot="application", name="ใบสมัคร.pdf", size=len(data), sha256=digest, pages=1,
        media_type="application/pdf", added_by="x", added_at=datetime.now(UTC),
    )  # fmt: skip


def test_books_are_asked_for_those_who_handed_in_files_as_one_job(as_: As, office: Any) -> None:
    for applicant in (*office.of("2401"), office.of("2402")[0]):
        _hand_in(applicant)
    client = as_("officer")
    page = client.get("/2562/request/evidence/").content.decode()
    assert "ขอเล่มหลักฐาน ๒ ราย" in page
    assert "นางสาวมาลี" not in page
    for _ in range(2):
        assert client.post("/2562/request/evidence/", {}).status_code == 302
    job = Job.objects.get()
    assert (job.district, job.items.count()) == ("2401", 2)
    assert [item.error for item in jobs.work(job, verbs.worker(job.verb))] == [None, None]
    assert Document.objects.filter(kind="book").count() == 2


def test_a_correction_of_one_certificate_keeps_its_serial(as_: As, office: Any) -> None:
    _passed(office)
    client = as_("staff")
    client.post("/2562/request/certificate/", {"some": "1", "unit": [str(office.applicants[0].pk)]})
    list(jobs.work(Job.objects.get(), papers.work))
    paper = Document.objects.get(kind="certificate", media_type="application/pdf")
    address = f"/2562/request/certificate/?from={paper.pk}"
    page = client.get(address)
    assert "แก้ไขใบประกาศเกียรติคุณเป็นรุ่นใหม่" in page.content.decode()
    client.post(address, _fields(page, recipient="นายประเสริฐ แสงตะวันฉาย"))
    list(jobs.work(Job.objects.order_by("pk").last(), papers.work))  # type: ignore[arg-type]
    newest = Document.objects.get(kind="certificate", media_type="application/pdf", current=True)
    assert (newest.version, newest.number, newest.dossier_id) == (2, paper.number, paper.dossier_id)
    assert Number.objects.count() == 1
