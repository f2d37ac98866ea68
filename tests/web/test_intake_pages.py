"""One applicant's page: what is missing, files moved and taken out, originals seen, pictures, the book."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import Office
from test_intake_uploads import _own_home as _own_home
from test_intake_uploads import leader as leader
from test_intake_uploads import picture, send

from docservice import archive, evidence, jobs
from docservice.models import Applicant, Document, Event, EvidenceFile, Job, OriginalSeen

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
PART = {"Accept": "application/json"}


def page(client: Client, leader: Applicant, **headers: str) -> str:
    return client.get(f"/2562/applicants/{leader.pk}/", headers=headers).content.decode()


def change(client: Client, file: EvidenceFile, do: str, **more: str) -> int:
    return client.post(f"/evidence/{file.pk}/change/", {"do": do, **more}, headers=PART).status_code


def order(leader: Applicant, slot: str) -> list[str]:
    return list(
        EvidenceFile.objects.filter(applicant=leader, slot=slot, removed_at=None)
        .order_by("position")
        .values_list("name", flat=True)
    )


@pytest.fixture
def three(as_: As, leader: Applicant) -> list[EvidenceFile]:
    for name, colour in (("1.png", "red"), ("2.png", "green"), ("10.png", "blue")):
        send(as_("officer"), leader, name, picture(colour), "house")
    return [EvidenceFile.objects.get(name=name) for name in ("1.png", "2.png", "10.png")]


def test_what_is_missing_is_said_first(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "รูปถ่าย.png", picture())
    told = page(as_("officer"), leader)
    assert "ได้แล้ว ๑ จาก ๔ รายการ" in told
    missing = told.split("ยังขาด", 1)[1].split("</p>", 1)[0]
    assert "ใบสมัคร" in missing
    assert "รูปถ่าย" not in missing


def test_a_file_that_cannot_be_read_is_told_with_its_reason(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "ใบสมัคร.pdf", b"%PDF-1.7 cut off")
    told = page(as_("officer"), leader)
    assert "เสียหาย เปิดอ่านไม่ได้" in told
    assert "อ่านไม่ได้</span>" in told


def test_a_file_is_moved_and_the_move_is_an_event(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "IMG_1.png", picture())
    file = EvidenceFile.objects.get()
    assert (file.slot, change(as_("officer"), file, "slot:id-card")) == ("", 200)
    assert order(leader, "id-card") == ["IMG_1.png"]
    assert Event.objects.get(verb="evidence.placed").details["slot"] == "id-card"
    assert change(as_("officer"), file, "slot:../x") == 422
    assert change(as_("officer"), file, "fly") == 422


def test_the_order_of_a_slot_is_the_officers(as_: As, leader: Applicant, three: list[EvidenceFile]) -> None:
    client = as_("officer")
    change(client, three[2], "up")
    assert order(leader, "house") == ["1.png", "10.png", "2.png"]
    change(client, three[0], "down")
    assert order(leader, "house") == ["10.png", "1.png", "2.png"]
    change(client, three[1], "slot:house", before=str(three[2].pk))
    assert order(leader, "house") == ["2.png", "10.png", "1.png"]
    for wrong in ("x", "9" * 30, "-1"):
        assert change(client, three[1], "slot:house", before=wrong) == 200


def test_a_file_taken_out_stays_and_comes_back(as_: As, leader: Applicant, three: list[EvidenceFile]) -> None:
    client = as_("officer")
    assert change(client, three[0], "remove") == 200
    assert "ที่นำออกแล้ว ๑ ไฟล์" in page(client, leader)
    assert change(client, three[0], "slot:photo") == 422
    assert change(client, three[0], "back") == 200
    assert EvidenceFile.objects.filter(removed_at=None).count() == 3


def test_the_same_file_is_not_put_into_a_slot_twice(as_: As, leader: Applicant, three: list[EvidenceFile]) -> None:
    client = as_("officer")
    send(client, leader, "1.png", picture("red"), "photo")
    twin = EvidenceFile.objects.get(slot="photo")
    assert change(client, twin, "slot:house") == 409
    change(client, three[0], "remove")
    assert change(client, twin, "slot:house") == 200
    assert change(client, three[0], "back") == 409


def test_an_original_that_was_seen_fills_its_slot(as_: As, leader: Applicant) -> None:
    address = f"/2562/applicants/{leader.pk}/originals/"
    client = as_("officer")
    client.post(address, {"slot": "id-card", "seen": "1"})
    client.post(address, {"slot": "id-card", "seen": "1"})
    assert OriginalSeen.objects.get().seen_by == "officer"
    assert "ได้แล้ว ๑ จาก ๔" in page(client, leader)
    client.post(address, {"slot": "id-card", "seen": "0"})
    assert not OriginalSeen.objects.exists()
    assert [e.verb for e in Event.objects.filter(verb__startswith="original")] == ["original.seen", "original.not-seen"]
    assert client.post(address, {"slot": "nothing"}).status_code == 422


def test_pictures_and_the_file_itself_are_served(as_: As, leader: Applicant, three: list[EvidenceFile]) -> None:
    client, file = as_("officer"), three[0]
    small = client.get(f"/evidence/{file.pk}/small/")
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    sheet = client.get(f"/evidence/{file.pk}/pages/1/")
    assert b"".join(sheet.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    assert client.get(f"/evidence/{file.pk}/pages/2/").status_code == 404
    whole = client.get(f"/evidence/{file.pk}/")
    assert b"".join(whole.streaming_content) == picture("red")  # type: ignore[attr-defined]
    assert Event.objects.filter(verb="evidence.read", subject=leader.dossier_key).exists()


def test_what_a_browser_might_run_is_only_saved(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "ใบสมัคร.pdf", b"<html><script>alert(1)</script>")
    answer = as_("officer").get(f"/evidence/{EvidenceFile.objects.get().pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["neighbour", "auditor"])
def test_nothing_of_it_is_open_to_others(as_: As, leader: Applicant, three: list[EvidenceFile], name: str) -> None:
    client, pk = as_(name), three[0].pk
    for address in (
        f"/2562/applicants/{leader.pk}/", f"/2562/applicants/{leader.pk}/board/",
        f"/2562/applicants/{leader.pk}/preview/",
        f"/evidence/{pk}/", f"/evidence/{pk}/small/", f"/evidence/{pk}/pages/1/",
    ):  # fmt: skip
        assert client.get(address).status_code in (403, 404), address
    for address in (
        f"/evidence/{pk}/change/", f"/2562/applicants/{leader.pk}/originals/", f"/2562/applicants/{leader.pk}/book/",
    ):  # fmt: skip
        assert client.post(address, {"do": "remove", "slot": "photo", "seen": "1"}).status_code in (403, 404), address
    assert not EvidenceFile.objects.exclude(removed_at=None).exists()


def test_the_preview_shows_every_page_and_what_is_missing(
    as_: As, leader: Applicant, three: list[EvidenceFile]
) -> None:
    told = as_("officer").get(f"/2562/applicants/{leader.pk}/preview/").content.decode()
    assert told.count('class="page-image"') == 3
    assert told.count("ยังขาดหลักฐานนี้") == 3
    assert told.index("1.png") < told.index("2.png") < told.index("10.png")


def test_the_page_costs_as_many_queries_for_many_files(as_: As, leader: Applicant, three: list[EvidenceFile]) -> None:
    client = as_("officer")
    page(client, leader)
    with CaptureQueriesContext(connection) as few:
        page(client, leader)
    for n in range(10):
        send(client, leader, f"อีก {n}.png", picture(size=(50 + n, 60)), "house")
    with CaptureQueriesContext(connection) as many:
        page(client, leader)
    assert len(many) == len(few)


def test_the_book_is_made_from_what_was_handed_in(as_: As, office: Office, leader: Applicant) -> None:
    client = as_("officer")
    for name, colour in (("ใบสมัคร", "red"), ("รูปถ่าย", "green"), ("สำเนาทะเบียนบ้าน", "blue")):
        send(client, leader, f"{name}.png", picture(colour))
    send(client, leader, "สำเนาบัตรประชาชน.pdf", b"MZ a program")
    client.post(f"/2562/applicants/{leader.pk}/originals/", {"slot": "id-card", "seen": "1"})
    archive.root.cache_clear()
    archive.root().init()

    client.post(f"/2562/applicants/{leader.pk}/book/")
    client.post(f"/2562/applicants/{leader.pk}/book/")  # twice is once
    job = Job.objects.get()
    (item,) = jobs.work(job, evidence.work)

    assert item.error is None, item.error
    assert item.result is not None
    assert item.result["complete"] is True
    leader.refresh_from_db()
    assert leader.evidence_complete is True
    assert sorted(Document.objects.values_list("path", flat=True)) == [
        "book/book.pdf", "evidence/application/ใบสมัคร.png",
        "evidence/house/สำเนาทะเบียนบ้าน.png", "evidence/photo/รูปถ่าย.png",
    ]  # fmt: skip
    assert "เล่มที่จัดเก็บ" in page(client, leader)


def test_a_book_of_nothing_is_refused_in_a_sentence(as_: As, leader: Applicant) -> None:
    answer = as_("officer").post(f"/2562/applicants/{leader.pk}/book/", headers=PART)
    assert answer.status_code == 422
    assert "ยังไม่มีหลักฐาน" in answer.content.decode()
