"""The edition for committees: files looked at, areas kept, what two windows do, and the book that comes of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import Office
from pikepdf import Dictionary, Name, Stream
from test_intake_uploads import _own_home as _own_home
from test_intake_uploads import leader as leader
from test_intake_uploads import picture, send

from docservice import archive, jobs, redacted, redaction
from docservice.models import Applicant, Document, Event, EvidenceFile, HiddenArea, Job, Scrutiny, Year

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
PART = {"Accept": "application/json"}
SECRET = "1234567890121"  # checks, and is nobody's: the digits of the manuals


def scan(words: str = f"Number {SECRET} end", pages: int = 1) -> bytes:
    """A PDF with a text on its first page."""
    with pikepdf.new() as made:
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(pages):
            page = made.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(Font=Dictionary(F=font))
            said = words if number == 0 else f"Page {number + 1}"
            page.obj.Contents = Stream(made, b"BT /F 14 Tf 80 730 Td (%b) Tj ET" % said.encode())
        out = io.BytesIO()
        made.save(out, deterministic_id=True)  # the same file each time, as the tests take it for
        return out.getvalue()


@pytest.fixture
def card(as_: As, leader: Applicant) -> EvidenceFile:
    """A card with a number on it, in its slot."""
    send(as_("officer"), leader, "card.pdf", scan(), "id-card")
    return EvidenceFile.objects.get(name="card.pdf")


def rows(*areas: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """A form: areas as page, left, top, width, height (per cent) and kind."""
    names = ("page", "left", "top", "width", "height", "kind")
    columns = {name: [str(area[at]) for area in areas] for at, name in enumerate(names)}
    return {"version": "0", **columns, **more}


OVER = (1, 10, 10, 60, 5, "national-id")
"""Over the number of ``scan``."""


def save(client: Client, file: EvidenceFile, sent: dict[str, Any]) -> Any:
    return client.post(f"/evidence/{file.pk}/redaction/", sent, headers=PART)


def told(client: Client, file: EvidenceFile) -> str:
    return client.get(f"/evidence/{file.pk}/redaction/").content.decode()


def made(client: Client, leader: Applicant) -> Document:
    """The edition, asked for and worked."""
    client.post(f"/2562/applicants/{leader.pk}/redaction/book/")
    job = Job.objects.filter(verb=redacted.VERB).latest("pk")
    for item in jobs.work(job, redacted.work):
        assert item.error is None, item.error
    return Document.objects.get(path=redacted.PATH, current=True)


def texts(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))


def test_areas_are_kept_with_who_drew_them_and_an_event_without_what_is_there(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    answer = save(as_("officer"), card, rows(OVER, (1, "๑๒.๕", 40, 5.25, 3, "religion"), done="1"))
    assert (answer.status_code, json.loads(answer.content)) == (200, {"version": 1})
    area = HiddenArea.objects.get(kind="religion")
    assert (area.left, area.top, area.width, area.height, area.marked_by) == (1250, 4000, 525, 300, "officer")
    event = Event.objects.get(verb="evidence.scrutinised")
    assert event.subject == leader.dossier_key
    assert event.details == {"sha256": card.sha256, "areas": {"national-id": 1, "religion": 1}, "done": True}


def test_areas_that_stay_keep_who_drew_them_when_somebody_else_saves(as_: As, card: EvidenceFile) -> None:
    save(as_("officer"), card, rows(OVER))
    save(as_("staff"), card, rows(OVER, (1, 5, 50, 5, 3, "blood"), version="1"))
    assert dict(HiddenArea.objects.values_list("kind", "marked_by")) == {"national-id": "officer", "blood": "staff"}


def test_two_windows_do_not_overwrite_each_other(as_: As, card: EvidenceFile) -> None:
    officer = as_("officer")
    assert save(officer, card, rows(OVER)).status_code == 200
    late = save(officer, card, rows((1, 5, 50, 5, 3, "blood")))
    assert late.status_code == 412
    assert "บันทึกการปกปิดของไฟล์นี้ไปก่อน" in json.loads(late.content)["message"]
    assert save(officer, card, rows(OVER)).status_code == 200  # the same once more is no conflict
    assert [area.kind for area in HiddenArea.objects.all()] == ["national-id"]


@pytest.mark.parametrize(
    ("area", "says"),
    [
        ((1, 90, 10, 20, 5, "blood"), "บริเวณที่ ๑ ไม่อยู่ในหน้ากระดาษ"),
        ((2, 10, 10, 20, 5, "blood"), "เลือกหน้า ๑ ถึง ๑"),
        ((1, 10, 10, 0, 5, "blood"), "เล็กเกินไป"),
        ((1, 10, 10, 20, 5, "<b>"), "ชนิดใด"),
        (("one", 10, 10, 20, 5, "blood"), "“one” ไม่ใช่ตัวเลข"),
        ((1, "nan", 10, 20, 5, "blood"), "ไม่ใช่ตัวเลข"),
        ((1, "1e309", 10, 20, 5, "blood"), "ไม่ใช่ตัวเลข"),
        ((1, "-1", 10, 20, 5, "blood"), "ไม่ใช่ตัวเลข"),
        ((1, "\x00", 10, 20, 5, "blood"), "ไม่ใช่ตัวเลข"),
        ((1, "9" * 10_000, 10, 20, 5, "blood"), "ไม่ใช่ตัวเลข"),
    ],
)
def test_a_wrong_area_is_told_and_what_was_typed_stays(
    as_: As, card: EvidenceFile, area: tuple[Any, ...], says: str
) -> None:
    answer = as_("officer").post(f"/evidence/{card.pk}/redaction/", rows(area))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "<b>" not in page
    assert not Scrutiny.objects.exists()


def test_without_a_script_rows_are_added_taken_out_and_the_next_file_comes(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    officer = as_("officer")
    send(officer, leader, "photo.png", picture(), "photo")
    blank = ("", "", "", "", "", "national-id")
    answer = officer.post(f"/evidence/{card.pk}/redaction/", rows(OVER, blank, done="1", next="1"))
    assert answer.status_code == 302
    assert answer["Location"] == f"/evidence/{EvidenceFile.objects.get(name='photo.png').pk}/redaction/"
    page = told(officer, card)
    assert 'value="10"' in page
    officer.post(f"/evidence/{card.pk}/redaction/", rows(OVER, blank, version="1", gone="0", stay="1"))
    assert not HiddenArea.objects.exists()


def test_a_national_id_number_in_the_text_is_proposed_and_nothing_more(as_: As, card: EvidenceFile) -> None:
    officer = as_("officer")
    page = told(officer, card)
    assert "พบที่น่าจะต้องปิด" in page
    assert SECRET not in page
    assert not HiddenArea.objects.exists()
    take = page.split('name="take" value="', 1)[1].split('"', 1)[0]
    officer.post(f"/evidence/{card.pk}/redaction/", {**rows(), "take": take})
    assert HiddenArea.objects.get().kind == "national-id"
    assert "พบที่น่าจะต้องปิด" not in told(officer, card)


def test_what_was_hidden_of_the_same_file_of_another_applicant_is_proposed(
    as_: As, card: EvidenceFile, office: Office
) -> None:
    officer, other = as_("officer"), office.of("2401")[1]
    save(officer, card, rows((1, 30, 60, 10, 10, "residents")))
    send(officer, other, "card.pdf", scan(), "")
    again = EvidenceFile.objects.get(applicant=other)
    assert "ผู้อื่นในทะเบียนบ้าน</button>" in told(officer, again)
    stranger = office.of("2402")[0]
    send(as_("neighbour"), stranger, "card.pdf", scan(), "")
    assert "ผู้อื่นในทะเบียนบ้าน</button>" not in told(as_("neighbour"), EvidenceFile.objects.get(applicant=stranger))


def test_the_edition_has_the_marked_areas_black_and_nothing_beneath(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    officer = as_("officer")
    save(officer, card, rows(OVER, done="1"))
    book = made(officer, leader)
    data = archive.read_document(book)
    assert SECRET not in texts(data)
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [each.read_bytes() for each in opened.objects if isinstance(each, Stream)
                   and each.get(Name.Filter) != Name.DCTDecode]  # fmt: skip
        assert SECRET.encode() not in b"".join([data, *streams])
        assert len(opened.pages) == book.pages == 2
    page = pypdfium2.PdfDocument(data)[1].render(scale=1).to_pil().convert("L")
    black = page.crop((65, 90, 400, 120)).histogram()
    assert sum(black[:40]) > 0.8 * sum(black)  # the kind stands in it in white
    assert book.kind == redacted.KIND
    (file,) = book.provenance["files"]
    assert (file["state"], file["hidden"], file["looked_at_by"]) == ("looked-at", {"national-id": 1}, ["officer"])
    assert "card.pdf" not in json.dumps(book.provenance)
    assert "card.pdf" not in texts(data)
    assert "ฉบับปกปิดข้อมูลส่วนบุคคล" in texts(data)


def test_where_full_books_carry_the_files_themselves_the_edition_carries_none(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    year = Year.objects.get()
    year.settings = {**year.settings, "book": {"attachments": True}}
    year.save()
    save(as_("officer"), card, rows(OVER, done="1"))
    data = archive.read_document(made(as_("officer"), leader))
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert not opened.attachments
        assert not any(Name.EmbeddedFiles in each for each in opened.objects if isinstance(each, Dictionary))
        assert not any(each.get(Name.Type) == Name.EmbeddedFile for each in opened.objects if isinstance(each, Stream))
    assert SECRET not in texts(data)


def test_a_file_that_nobody_has_looked_at_stays_out_and_that_is_told_beforehand(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    officer = as_("officer")
    save(officer, card, rows(OVER))  # areas, but not every page was looked at
    page = officer.get(f"/2562/applicants/{leader.pk}/redaction/").content.decode()
    assert "ยังไม่ได้ตรวจ ๑ จาก ๑ ไฟล์" in page
    assert "จะไม่อยู่ในเล่ม" in page
    book = made(officer, leader)
    words = texts(archive.read_document(book))
    assert words.count("ยังไม่ได้ตรวจเพื่อปกปิด") == 2  # in the contents, and on the page in its place
    assert book.provenance["files"][0]["state"] == "withheld"


def test_the_same_again_files_nothing_and_a_change_of_areas_does(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    officer, address = as_("officer"), f"/2562/applicants/{leader.pk}/redaction/"
    save(officer, card, rows(OVER, done="1"))
    first = made(officer, leader)
    assert made(officer, leader).pk == first.pk
    assert Job.objects.filter(verb=redacted.VERB).count() == 1
    assert f"/documents/{first.pk}/" in officer.get(f"/2562/applicants/{leader.pk}/").content.decode()
    assert "เปลี่ยนไปแล้ว" not in officer.get(address).content.decode()

    save(officer, card, rows(OVER, (1, 5, 50, 5, 3, "blood"), done="1", version="1"))
    assert "เปลี่ยนไปแล้ว" in officer.get(address).content.decode()
    second = made(officer, leader)
    assert second.pk != first.pk
    send(officer, leader, "photo.png", picture(), "photo")
    assert "เปลี่ยนไปแล้ว" in officer.get(address).content.decode()


def test_areas_survive_a_file_moved_taken_out_and_sent_again(as_: As, card: EvidenceFile, leader: Applicant) -> None:
    officer = as_("officer")
    save(officer, card, rows(OVER, done="1"))
    officer.post(f"/evidence/{card.pk}/change/", {"do": "remove"}, headers=PART)
    send(officer, leader, "again.pdf", scan(), "house")
    page = officer.get(f"/2562/applicants/{leader.pk}/redaction/").content.decode()
    assert "ตรวจแล้ว ปิด ๑ แห่ง" in page


def test_a_file_that_cannot_be_read_is_a_page_with_the_reason_but_not_its_name(
    as_: As, card: EvidenceFile, leader: Applicant
) -> None:
    officer = as_("officer")
    send(officer, leader, "secret name.pdf", b"%PDF-1.7 cut off", "house")
    save(officer, card, rows(OVER, done="1"))
    assert "ตรวจครบทั้ง ๑ ไฟล์แล้ว" in officer.get(f"/2562/applicants/{leader.pk}/redaction/").content.decode()
    book = made(officer, leader)
    assert "secret name" not in texts(archive.read_document(book))
    assert "อ่านไฟล์นี้ไม่ได้" in texts(archive.read_document(book))


@pytest.mark.parametrize("who", ["neighbour", "auditor"])
def test_whoever_may_not_see_the_applicant_sees_and_changes_nothing(
    as_: As, card: EvidenceFile, leader: Applicant, who: str
) -> None:
    client = as_(who)
    for address in (
        f"/2562/applicants/{leader.pk}/redaction/",
        f"/evidence/{card.pk}/redaction/",
        f"/evidence/{card.pk}/redaction/1/",
    ):
        assert client.get(address).status_code in (403, 404)
    assert save(client, card, rows(OVER)).status_code in (403, 404)
    assert not Scrutiny.objects.exists()


def test_an_auditor_finds_the_edition_in_the_archive(as_: As, card: EvidenceFile, leader: Applicant) -> None:
    save(as_("officer"), card, rows(OVER, done="1"))
    book = made(as_("officer"), leader)
    auditor = as_("auditor")
    assert redacted.PATH in auditor.get("/2562/archive/2401/leader-0001/").content.decode()
    assert b"".join(auditor.get(f"/documents/{book.pk}/file")).startswith(b"%PDF")  # type: ignore[call-overload]
    assert Event.objects.filter(verb="document.read", actor="auditor").exists()


def test_pages_are_shown_as_they_will_be_redacted(as_: As, card: EvidenceFile) -> None:
    answer = as_("officer").get(f"/evidence/{card.pk}/redaction/1/")
    assert answer["Content-Type"] == "image/jpeg"
    assert as_("officer").get(f"/evidence/{card.pk}/redaction/2/").status_code == 404


def test_a_long_file_comes_twenty_pages_at_a_time_with_all_its_areas(as_: As, leader: Applicant) -> None:
    officer = as_("officer")
    send(officer, leader, "long.pdf", scan(pages=45), "house")
    file = EvidenceFile.objects.get()
    save(officer, file, rows((1, 1, 1, 5, 5, "blood"), (45, 1, 1, 5, 5, "blood")))
    page = officer.get(f"/evidence/{file.pk}/redaction/?page=3").content.decode()
    assert page.count('class="page"') == 5
    assert page.count("<rect") == 1
    assert page.count('name="page"') == 4  # two areas, a blank row, and one for the script


def test_the_list_asks_the_database_the_same_for_two_files_and_for_twelve(as_: As, leader: Applicant) -> None:
    officer, counts = as_("officer"), []
    for upto in (2, 12):
        for number in range(upto):
            send(officer, leader, f"{number}.png", picture("#%02x0000" % (number * 9)), "photo")
        with CaptureQueriesContext(connection) as captured:
            officer.get(f"/2562/applicants/{leader.pk}/redaction/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_more_areas_than_a_file_may_have_are_refused(as_: As, card: EvidenceFile) -> None:
    many = [(1, 1, 1, 1, 1, "blood")] * (redaction.MOST_AREAS + 1)
    assert save(as_("officer"), card, rows(*many)).status_code == 422
