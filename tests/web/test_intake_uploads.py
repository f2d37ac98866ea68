"""Uploads over tus 1.0: in pieces, resumed, locked, limited; what came is kept, what is another's is not there."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from docservice import books, scrutiny, uploads
from docservice.config import config
from docservice.models import Account, Applicant, Event, EvidenceFile, Upload

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
TUS = {"Tus-Resumable": "1.0.0"}


def picture(colour: str = "navy", size: tuple[int, int] = (120, 160)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def create(client: Client, applicant: Applicant, name: str, size: int, slot: str = "") -> HttpResponse:
    told = {"applicant": str(applicant.pk), "name": name, "slot": slot}
    words = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    return client.post("/uploads/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": words})


def patch(client: Client, address: str, at: int, data: bytes) -> HttpResponse:
    return client.patch(address, data, "application/offset+octet-stream", headers={**TUS, "Upload-Offset": str(at)})  # type: ignore[return-value]


def send(client: Client, applicant: Applicant, name: str, data: bytes, slot: str = "") -> str:
    made = create(client, applicant, name, len(data), slot)
    assert made.status_code == 201, made.content.decode()
    if data:
        assert patch(client, made["Location"], 0, data).status_code == 204
    return str(made["Location"])


@pytest.fixture
def leader(office: object) -> Applicant:
    return office.of("2401")[0]  # type: ignore[attr-defined,no-any-return]


@pytest.fixture(autouse=True)
def _own_home(own_home: Path) -> None:
    """What these tests keep beside the store."""


def test_a_file_goes_up_in_pieces_and_is_looked_at(as_: As, leader: Applicant) -> None:
    data, client = picture(), as_("officer")
    made = create(client, leader, "แฟ้ม/รูปถ่าย.png", len(data))
    address = made["Location"]
    assert (made.status_code, patch(client, address, 0, data[:100])["Upload-Offset"]) == (201, "100")
    seen = client.head(address, headers=TUS)
    assert (seen["Upload-Offset"], seen["Upload-Length"], seen["Cache-Control"]) == ("100", str(len(data)), "no-store")
    assert "Upload-Expires" in seen
    assert patch(client, address, 100, data[100:]).status_code == 204
    file = EvidenceFile.objects.get()
    assert (file.name, file.slot, file.pages, file.problem) == ("รูปถ่าย.png", "photo", 1, None)
    assert client.get(address).json() == {"finished": True, "added": [file.pk], "same": []}
    assert Event.objects.get(verb="evidence.taken").subject == leader.dossier_key
    assert not list((config().home / "intake").iterdir())


def test_what_came_is_made_ready_for_the_book_before_anybody_asks_for_it(as_: As, leader: Applicant) -> None:
    client = as_("officer")
    send(client, leader, "รูปถ่าย.png", picture())
    send(client, leader, "เสีย.pdf", b"%PDF-1.7 cut off")
    assert not books.make_ready(leader.pk)
    good, bad = EvidenceFile.objects.order_by("pk")
    making = scrutiny.making_of(good)
    assert (scrutiny.make_ready(good, making), scrutiny.make_ready(bad, making)) == (False, True)


def test_with_no_time_left_the_files_that_are_not_ready_are_told_of(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "รูปถ่าย.png", picture())
    assert books.make_ready(leader.pk, seconds=-1)
    assert not (config().home / "pieces").exists()


def test_what_the_server_offers_is_told(as_: As, office: object) -> None:
    answer = as_("officer").options("/uploads/")
    assert answer.status_code == 204
    assert (answer["Tus-Version"], answer["Tus-Max-Size"]) == ("1.0.0", "500000000")
    assert "creation-with-upload" in answer["Tus-Extension"]
    assert as_("officer").post("/uploads/").status_code == 412


def test_another_offset_is_refused_and_nothing_is_written(as_: As, leader: Applicant) -> None:
    client = as_("officer")
    address = create(client, leader, "a.png", 100)["Location"]
    patch(client, address, 0, b"x" * 60)
    assert patch(client, address, 50, b"y" * 50).status_code == 409
    assert patch(client, address, 60, b"y" * 50).status_code == 409
    assert client.head(address, headers=TUS)["Upload-Offset"] == "60"


def test_the_size_of_the_file_is_the_truth_not_the_row(as_: As, leader: Applicant) -> None:
    client = as_("officer")
    address = create(client, leader, "a.png", 100)["Location"]
    patch(client, address, 0, b"x" * 60)
    with (config().home / "intake" / address.split("/")[2]).open("ab") as file:
        file.write(b"z" * 7)  # bytes that came before a crash, after the row was last written
    assert client.head(address, headers=TUS)["Upload-Offset"] == "67"
    assert Upload.objects.get().received == 60


def test_whole_bytes_that_a_crash_kept_from_the_folder_enter_at_the_next_question(as_: As, leader: Applicant) -> None:
    client, data = as_("officer"), picture()
    address = create(client, leader, "รูปถ่าย.png", len(data))["Location"]
    (config().home / "intake" / address.split("/")[2]).write_bytes(data)
    assert client.head(address, headers=TUS)["Upload-Offset"] == str(len(data))
    assert EvidenceFile.objects.get().slot == "photo"


def test_two_windows_on_one_upload_are_kept_apart(as_: As, leader: Applicant) -> None:
    client = as_("officer")
    address = create(client, leader, "a.png", 100)["Location"]
    with uploads.held(Upload.objects.get()):
        assert patch(client, address, 0, b"x").status_code == 423
        assert client.delete(address, headers=TUS).status_code == 423
    assert patch(client, address, 0, b"x").status_code == 204


def test_a_line_that_breaks_keeps_what_came(leader: Applicant) -> None:
    upload = uploads.start(leader, "a.png", 1000, slot="", actor="officer")
    pieces = iter((b"x" * 300, b"y" * 200))

    def read(_: int) -> bytes:
        try:
            return next(pieces)
        except StopIteration:
            raise ConnectionResetError from None

    with pytest.raises(uploads.Transient), uploads.held(upload) as mine:
        uploads.append(mine, 0, read)
    assert uploads.offset(upload) == Upload.objects.get().received == 500


def test_no_more_than_a_piece_is_held_in_memory(leader: Applicant) -> None:
    upload = uploads.start(leader, "a.bin", 3 * 10**6, slot="", actor="officer")
    asked: list[int] = []

    def read(most: int) -> bytes:
        asked.append(most)
        return b"x" * most

    with uploads.held(upload) as mine:
        uploads.append(mine, 0, read)
    assert max(asked) <= 2**20


def test_an_upload_may_be_given_up(as_: As, leader: Applicant) -> None:
    client = as_("officer")
    address = create(client, leader, "a.png", 100)["Location"]
    assert client.delete(address, headers=TUS).status_code == 204
    assert client.head(address, headers=TUS).status_code == 404
    assert not list((config().home / "intake").iterdir())


def test_creation_may_bring_the_bytes_along(as_: As, leader: Applicant) -> None:
    data = picture()
    words = f"applicant {base64.b64encode(str(leader.pk).encode()).decode()},name {base64.b64encode(b'x.png').decode()}"
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": words}
    answer = as_("officer").post("/uploads/", data, "application/offset+octet-stream", headers=headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(data)))
    assert EvidenceFile.objects.count() == 1


def test_too_large_a_file_is_refused_before_its_first_byte(as_: As, leader: Applicant) -> None:
    answer = create(as_("officer"), leader, "a.pdf", 5 * 10**9)
    assert answer.status_code == 413
    assert "เกินกำหนด ๕๐๐ MB" in answer.json()["message"]


def test_too_much_for_one_applicant_is_refused(as_: As, leader: Applicant) -> None:
    for number in range(4):
        assert create(as_("officer"), leader, f"{number}.pdf", 500 * 10**6).status_code == 201
    answer = create(as_("officer"), leader, "5.pdf", 1)
    assert answer.status_code == 413
    assert "๒,๐๐๐ MB" in answer.json()["message"]


def test_without_a_session_the_page_is_told_to_log_in_again(office: object) -> None:
    assert Client().post("/uploads/", headers=TUS).status_code == 401
    assert Client().get("/uploads/pass/").status_code == 401


def test_a_token_from_the_session_is_needed(people: dict[str, Account], leader: Applicant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["officer"])
    assert create(client, leader, "a.png", 10).status_code == 403
    token = client.get("/uploads/pass/").json()["csrf"]
    headers = {**TUS, "X-CSRFToken": token, "Upload-Length": "10"}
    assert client.post("/uploads/", headers=headers).status_code == 404  # no applicant named, but let in


@pytest.mark.parametrize("name", ["neighbour", "auditor"])
def test_what_is_of_another_district_is_not_there(as_: As, leader: Applicant, name: str) -> None:
    address = create(as_("officer"), leader, "a.png", 10)["Location"]
    assert create(as_(name), leader, "a.png", 10).status_code in (403, 404)
    for answer in (
        as_(name).head(address, headers=TUS),
        as_(name).get(address),
        as_(name).delete(address, headers=TUS),
        patch(as_(name), address, 0, b"x"),
    ):
        assert answer.status_code in (403, 404)
    assert uploads.offset(Upload.objects.get()) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "๑๐"},
        {"Upload-Length": "1e9"},
        {"Upload-Length": "9" * 400},
        {"Upload-Length": "10", "Upload-Metadata": "applicant !!!"},
        {"Upload-Length": "10", "Upload-Metadata": "applicant /////w=="},
        {"Upload-Length": "10", "Upload-Metadata": "applicant YWJj"},
        {"Upload-Length": "10", "Upload-Defer-Length": "1"},
    ],
)
def test_malformed_headers_end_as_a_sentence(as_: As, leader: Applicant, headers: dict[str, str]) -> None:
    answer = as_("officer").post("/uploads/", headers={**TUS, **headers})
    assert answer.status_code in (404, 422)
    assert answer.json()["message"]


def test_names_lose_their_ways_out_and_their_controls(as_: As, leader: Applicant) -> None:
    data = picture()
    send(as_("officer"), leader, "../..\\C:\\แฟ้ม\x00\x1f/ใบ<b>สมัคร</b>.png", data)
    assert EvidenceFile.objects.get().name == "b>.png"
    assert Upload.objects.get().name == "C:/แฟ้ม/ใบ<b>สมัคร</b>.png"


def test_an_unknown_slot_is_refused(as_: As, leader: Applicant) -> None:
    answer = create(as_("officer"), leader, "a.png", 10, slot="../../etc")
    assert answer.status_code == 422


def test_the_same_file_again_is_told_and_not_stored_twice(as_: As, leader: Applicant) -> None:
    client, data = as_("officer"), picture()
    send(client, leader, "รูปถ่าย.png", data)
    again = client.get(send(client, leader, "รูปถ่าย (1).png", data)).json()
    assert again["same"] == [EvidenceFile.objects.get().pk]
    other = Applicant.objects.get(district="2401", group="organisation")
    assert client.get(send(client, other, "รูปถ่าย.png", data)).json()["added"]
    assert EvidenceFile.objects.count() == 2


def test_a_program_named_pdf_is_kept_out_with_its_reason(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "ใบสมัคร.pdf", b"MZ\x90\x00" + b"\0" * 500)
    file = EvidenceFile.objects.get()
    assert (file.media_type, file.slot) == ("", "application")
    assert "โปรแกรม" in file.problem["message"]


def test_an_empty_file_is_told(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "ใบสมัคร.pdf", b"")
    assert "ว่างเปล่า" in EvidenceFile.objects.get().problem["message"]


def test_a_zip_is_opened_and_its_files_find_their_slots(as_: As, leader: Applicant) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("หลักฐาน/รูปถ่าย.png", picture("red"))
        archive.writestr("หลักฐาน/สำเนาทะเบียนบ้าน/1.png", picture("green"))
        archive.writestr("__MACOSX/หลักฐาน/._รูปถ่าย.png", b"x")
    send(as_("officer"), leader, "หลักฐานผู้สมัคร.zip", out.getvalue())
    found = {(file.name, file.slot) for file in EvidenceFile.objects.all()}
    assert found == {("รูปถ่าย.png", "photo"), ("1.png", "house")}


def test_a_damaged_zip_is_one_file_with_its_reason(as_: As, leader: Applicant) -> None:
    send(as_("officer"), leader, "หลักฐาน.zip", b"PK\x03\x04" + b"x" * 100)
    file = EvidenceFile.objects.get()
    assert "ZIP" in file.problem["message"]


def test_a_finished_file_sent_again_is_known_until_it_is_taken_out(as_: As, leader: Applicant) -> None:
    client, data = as_("officer"), picture()
    address = send(client, leader, "รูปถ่าย.png", data)
    assert client.head(address, headers=TUS)["Upload-Offset"] == str(len(data))
    EvidenceFile.objects.update(removed_at="2026-01-01T00:00Z")
    assert client.head(address, headers=TUS).status_code == 410
