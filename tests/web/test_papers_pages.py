"""Papers on the pages: the list and its filters, one paper and its life; nothing is edited in place."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import filed, filing
from openpyxl import load_workbook
from PIL import Image

from docservice import archive, jobs, numbers, paper_life, papers, requests
from docservice.drafts import Desk
from docservice.models import Document, Dossier, Event, Job, Number

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
KEY = "2562/24/2400/order-0012"


def _pdf(words: str = "x") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = words
        pdf.save(out)
    return out.getvalue()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 560), "white").save(out, "PNG")
    return out.getvalue()


def _order(key: str = KEY, words: str = "หนึ่ง", **changes: Any) -> Document:
    told = {"kind": "order", "title": "คำสั่งจังหวัด", "number": "๑๒", "pages": 1, **changes}
    told["provenance"] = {"facts": {"date": "2019-01-11", "subject": words}, **told.get("provenance", {})}
    filed(
        filing("paper/order.pdf", _pdf(words), **told),
        filing("paper/order.docx", b"PK" + words.encode(), **{**told, "media_type": papers.DOCX}),
        key=key,
        title="คำสั่ง",
    )
    return Document.objects.get(dossier__key=key, path="paper/order.pdf", current=True)


def _sheet(name: str = "scan.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, _pdf("signed") if data is None else data)


def _sign(client: Client, paper: Document, *files: SimpleUploadedFile, seen: int | None = None) -> Any:
    version = archive.get(paper.dossier.key).version if seen is None else seen
    return client.post(f"/2562/papers/{paper.pk}/sign/", {"seen": version, "signed": files or [_sheet()]})


def _made(office: Any, number: str) -> Document:
    """An order really asked for and made."""
    settings = {**office.year.settings, "orders": [{**office.year.settings["orders"][0], "number": number}]}
    job = requests.orders(Desk(type(office.year).parse(settings), "staff"))
    assert all(item.error is None for item in jobs.work(job, papers.work))
    return Document.objects.get(kind="order", media_type="application/pdf", current=True)


def test_the_list_shows_papers_and_not_what_lies_beside_them(as_: As, office: Any) -> None:
    paper = _order()
    _sign(as_("staff"), paper)
    page = as_("staff").get("/2562/papers/").content.decode()
    assert page.count("<tr>") == 2
    assert "จัดเก็บแล้ว" in page
    assert "๑๑ ม.ค. ๒๕๖๒" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?kind=order", True),
        ("?kind=letter", False),
        ("?number=๑๒", True),
        ("?number=12", True),
        ("?number=๑๓", False),
        ("?district=00", True),
        ("?district=2401", False),
        ("?state=unsigned", True),
        ("?state=filed", False),
        ("?state=withdrawn", False),
        ("?state=draft", False),
        ("?since=๑ ม.ค. ๒๕๖๑", True),
        ("?until=๑ ม.ค. ๒๕๖๑", False),
    ],
)
def test_each_filter_leaves_what_it_says(as_: As, office: Any, query: str, found: bool) -> None:
    _order()
    answer = as_("staff").get(f"/2562/papers/{query}")
    assert answer.status_code == 200
    assert (len(answer.context["papers"]) == 1) is found


@pytest.mark.parametrize(
    "query", ["?kind=x", "?state=x", "?since=30/2/2562", "?district=9999", "?kind=<b>", "?since=%00"]
)
def test_a_filter_that_is_none_is_a_sentence(as_: As, office: Any, query: str) -> None:
    answer = as_("staff").get(f"/2562/papers/{query}")
    assert answer.status_code == 422
    assert "note bad" in answer.content.decode()


def test_a_long_or_odd_number_finds_nothing_and_breaks_nothing(as_: As, office: Any) -> None:
    for number in ("๙" * 10_000, "%00", "' OR 1=1", "๑" * 18):
        assert as_("staff").get("/2562/papers/", {"number": number}).status_code == 200


def test_a_list_of_many_asks_as_often_as_one_of_few(as_: As, office: Any) -> None:
    client = as_("staff")
    for n in range(2):
        _order(f"2562/24/2400/order-{n:04d}")
    client.get("/2562/papers/")
    with CaptureQueriesContext(connection) as few:
        client.get("/2562/papers/")
    for n in range(2, 20):
        _order(f"2562/24/2400/order-{n:04d}")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/2562/papers/").context["papers"]) == 20
    assert len(many) == len(few)


def test_an_officer_sees_papers_of_the_own_district_only(as_: As, office: Any) -> None:
    paper, own = _order(), _order("2562/24/2401/order-0001")
    assert [p for p, _, _ in as_("officer").get("/2562/papers/").context["papers"]] == [own]
    assert as_("officer").get(f"/2562/papers/{paper.pk}/").status_code == 404
    assert as_("officer").get(f"/2562/papers/{own.pk}/").status_code == 200
    for what in ("number", "sign", "withdraw", "restore"):
        assert as_("officer").post(f"/2562/papers/{own.pk}/{what}/").status_code == 403
        assert as_("auditor").post(f"/2562/papers/{own.pk}/{what}/").status_code == 403
    assert as_("auditor").get("/2562/papers/").status_code == 403


def test_one_paper_shows_its_pages_steps_files_and_digest(as_: As, office: Any) -> None:
    paper = _order()
    page = as_("staff").get(f"/2562/papers/{paper.pk}/").content.decode()
    word = Document.objects.get(path="paper/order.docx")
    assert f'src="/documents/{paper.pk}/pages/1?width=900"' in page
    assert f'href="/documents/{word.pk}/file"' in page
    assert paper.sha256 in page
    assert '<li class="past">ออกเลข</li><li class="here" aria-current="step">ลงนาม</li>' in page
    assert "/2562/archive/2400/order-0012/verify" in page


def test_a_paper_of_another_year_or_no_paper_at_all_is_not_there(as_: As, office: Any) -> None:
    paper = _order("2561/24/2400/order-0012")
    word = Document.objects.get(path="paper/order.docx")
    for pk in (paper.pk, word.pk, 999_999):
        assert as_("staff").get(f"/2562/papers/{pk}/").status_code == 404


def test_a_signed_copy_becomes_a_version_beside_the_paper(as_: As, office: Any) -> None:
    paper, client = _order(), as_("staff")
    answer = _sign(client, paper, _sheet("หน้า ๑.png", _picture()), _sheet("หน้า ๒.pdf"))
    assert answer.status_code == 302
    signed = Document.objects.get(kind="signed-copy")
    assert (signed.path, signed.pages, signed.version, signed.number) == ("paper/order-signed.pdf", 2, 2, "๑๒")
    with pikepdf.open(io.BytesIO(archive.read_document(signed))) as pdf:
        assert len(pdf.pages) == 2
    assert Event.objects.get(verb="paper.signed").actor == "staff"
    page = client.get(f"/2562/papers/{paper.pk}/").content.decode()
    assert "จัดเก็บแล้ว" in page
    assert f"/documents/{signed.pk}/pages/1" in page
    assert f"/documents/{paper.pk}/pages/1" in client.get(f"/2562/papers/{paper.pk}/?show=made").content.decode()


def test_the_same_copy_sent_twice_is_kept_once(as_: As, office: Any) -> None:
    paper, client, scan = _order(), as_("staff"), _pdf("signed")
    for _ in range(2):
        assert _sign(client, paper, _sheet(data=scan), seen=1).status_code == 302
    assert Document.objects.filter(kind="signed-copy").count() == 1
    assert Event.objects.filter(verb="paper.signed").count() == 1


def test_another_copy_from_a_page_opened_before_is_refused(as_: As, office: Any) -> None:
    paper, client = _order(), as_("staff")
    _sign(client, paper, _sheet(), seen=1)
    answer = _sign(client, paper, _sheet(data=_pdf("other")), seen=1)
    assert answer.status_code == 409
    assert "เปลี่ยนไปหลังจากที่เปิดหน้านี้" in answer.content.decode()
    assert Document.objects.filter(kind="signed-copy").count() == 1


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00" * 100, b"%PDF-1.7 broken", b"<script>alert(1)</script>", b"PK\x03\x04nothing"]
)
def test_what_is_no_scan_is_refused_beside_the_field(as_: As, office: Any, data: bytes) -> None:
    paper = _order()
    answer = _sign(as_("staff"), paper, _sheet("<b>scan</b>.pdf", data))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<p class="fault" role="alert">' in page
    assert "<b>scan" not in page
    assert not Document.objects.filter(kind="signed-copy").exists()


def test_no_file_at_all_is_refused_beside_the_field(as_: As, office: Any) -> None:
    paper = _order()
    answer = as_("staff").post(f"/2562/papers/{paper.pk}/sign/", {"seen": 1})
    assert answer.status_code == 422
    assert "ยังไม่ได้เลือกไฟล์" in answer.content.decode()


def test_a_new_version_of_the_paper_is_not_signed_yet(as_: As, office: Any) -> None:
    paper = _order()
    _sign(as_("staff"), paper)
    newer = _order(words="สอง")
    lives = paper_life.lives([paper, newer])
    assert (lives[paper.pk].state, lives[newer.pk].state) == ("filed", "unsigned")
    old = as_("staff").get(f"/2562/papers/{paper.pk}/").content.decode()
    assert "นี่คือรุ่นเก่า" in old
    assert f'href="/2562/papers/{newer.pk}/"' in old


def test_a_paper_is_withdrawn_with_its_reason_and_its_number_is_void(as_: As, office: Any) -> None:
    paper, client = _made(office, "auto"), as_("staff")
    sent = {"seen": 1, "reason": "พิมพ์ชื่อผิด"}
    assert client.post(f"/2562/papers/{paper.pk}/withdraw/", sent).status_code == 302
    number = Number.objects.get()
    assert (number.state, number.reason) == (Number.VOIDED, "พิมพ์ชื่อผิด")
    notice = Document.objects.get(kind="withdrawn")
    told = json.loads(archive.read_document(notice))
    assert (told["reason"], told["voided"]["value"]) == ("พิมพ์ชื่อผิด", number.value)
    assert Event.objects.filter(verb="paper.withdrawn").count() == 1
    assert client.post(f"/2562/papers/{paper.pk}/withdraw/", sent).status_code == 409
    assert client.post(f"/2562/papers/{paper.pk}/restore/", {"seen": 2}).status_code == 409
    page = client.get(f"/2562/papers/{paper.pk}/").content.decode()
    assert "พิมพ์ชื่อผิด" in page
    assert [p for p, _, _ in client.get("/2562/papers/?state=withdrawn").context["papers"]] == [paper]


def test_the_withdrawal_and_the_void_number_come_back_from_the_store_alone(as_: As, office: Any) -> None:
    paper = _made(office, "auto")
    as_("staff").post(f"/2562/papers/{paper.pk}/withdraw/", {"seen": 1, "reason": "ผิด"})
    Document.objects.all().delete()
    Dossier.objects.all().delete()
    Number.objects.all().delete()
    archive.reindex(actor="tester")
    numbers.restore(actor="tester")
    number = Number.objects.get()
    assert (number.state, number.reason) == (Number.VOIDED, "ผิด")
    again = Document.objects.get(path="paper/order.pdf")
    assert paper_life.lives([again])[again.pk].state == "withdrawn"


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "ก" * 10_000])
def test_a_withdrawal_needs_a_sound_reason(as_: As, office: Any, reason: str) -> None:
    paper = _order()
    answer = as_("staff").post(f"/2562/papers/{paper.pk}/withdraw/", {"seen": 1, "reason": reason})
    assert answer.status_code == 422
    assert "เหตุผล" in answer.content.decode()
    assert not Document.objects.filter(kind="withdrawn").exists()


def test_a_paper_without_a_number_can_be_taken_back_into_force(as_: As, office: Any) -> None:
    paper, client = _order(number=""), as_("staff")
    client.post(f"/2562/papers/{paper.pk}/withdraw/", {"seen": 1, "reason": "ผิด <script>"})
    assert "<script>alert" not in client.get(f"/2562/papers/{paper.pk}/").content.decode()
    assert client.post(f"/2562/papers/{paper.pk}/restore/", {"seen": 2}).status_code == 302
    assert paper_life.lives([paper])[paper.pk].state == "unsigned"
    assert Event.objects.filter(verb="paper.restored").count() == 1


def test_a_number_that_came_later_makes_a_new_version(as_: As, office: Any) -> None:
    paper, client = _made(office, ""), as_("staff")
    page = client.get(f"/2562/papers/{paper.pk}/").content.decode()
    assert "ร่าง" in page
    assert "เลขจากทะเบียนกลาง" in page
    assert client.post(f"/2562/papers/{paper.pk}/number/", {"number": "สิบสอง"}).status_code == 422
    first = client.post(f"/2562/papers/{paper.pk}/number/", {"number": "๑๒"})
    again = client.post(f"/2562/papers/{paper.pk}/number/", {"number": "๑๒"})
    job = Job.objects.exclude(title__startswith="คำสั่งแต่งตั้ง").get()
    assert first["Location"] == again["Location"] == f"/2562/queue/{job.pk}/"
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    newest = Document.objects.get(path="paper/order.pdf", current=True)
    assert (newest.number, newest.version) == ("๑๒", 2)
    assert paper_life.lives([newest])[newest.pk].state == "unsigned"
    assert client.post(f"/2562/papers/{newest.pk}/number/", {"number": "๑๓"}).status_code in (409, 422)


def test_a_paper_that_replaces_another_withdraws_it_once_filed(as_: As, office: Any) -> None:
    paper, client = _made(office, "auto"), as_("staff")
    address = f"/2562/request/order/?replaces={paper.pk}"
    page = client.get(address)
    assert "แทนฉบับเดิม" in page.content.decode()
    sent = {each.name: each.value for each in page.context["form"].inputs if not each.inputs and not each.entries}
    facts = paper.provenance["facts"]
    for name in ("recitals", "duties"):
        sent |= {f"{name}.{n}": text for n, text in enumerate(facts[name])}
    sent |= {f"members.{n}.{k}": v for n, m in enumerate(facts["members"]) for k, v in m.items()}
    sent |= {f"signer.{k}": v for k, v in facts["signer"].items()}
    for _ in range(2):
        assert client.post(address, {**sent, "subject": "แต่งตั้งใหม่"}).status_code == 302
    job = Job.objects.exclude(title__startswith="คำสั่งแต่งตั้งคณะกรรมการ ปี").get()
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    life = paper_life.lives([paper])[paper.pk]
    newer = Document.objects.get(kind="order", current=True, path="paper/order.pdf", dossier__key=life.replaced_by)
    assert life.state == "withdrawn"
    assert newer.dossier_id != paper.dossier_id
    assert newer.number != paper.number
    assert set(Number.objects.values_list("state", flat=True)) == {Number.USED}
    assert f'href="/2562/papers/{newer.pk}/"' in client.get(f"/2562/papers/{paper.pk}/").content.decode()


def test_a_correction_is_a_new_version_with_the_same_number(as_: As, office: Any) -> None:
    paper, client = _made(office, "auto"), as_("staff")
    page = client.get(f"/2562/request/order/?from={paper.pk}")
    asked = page.context["asked"]
    draft = asked.draft({**asked.facts, "subject": "แก้คำผิด"})
    assert draft.dossier == paper.dossier.key
    job = requests.one(asked.desk, draft)
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    newest = Document.objects.get(path="paper/order.pdf", current=True)
    assert (newest.version, newest.number) == (2, paper.number)
    assert Number.objects.count() == 1


def test_the_list_goes_to_excel_as_filtered(as_: As, office: Any) -> None:
    _order()
    for query, rows in (("", 1), ("?kind=letter", 0)):
        book = load_workbook(io.BytesIO(as_("staff").get(f"/2562/papers/sheet/{query}").getvalue()))
        assert book.active.max_row == 1 + rows


def test_files_of_a_form_are_gone_after_it(
    as_: As, office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _sign(as_("staff"), _order())
    assert not list(tmp_path.glob("docservice-form-*"))
