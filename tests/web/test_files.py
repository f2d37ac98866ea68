"""Downloads and page images: who gets them, that they are whole, and that reading about people leaves its event."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_office import book, damage, jpeg, paper, pdf, stored
from django.test import Client
from PIL import Image

from docservice import download, page_images
from docservice.download import Stretch
from docservice.errors import FixityBroken
from docservice.models import Event
from storage.store import CHUNK

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = page_images.Cache(tmp_path / "pages", page_images.MOST)
    monkeypatch.setattr(page_images, "cache", lambda: kept)


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_document_comes_whole_under_its_thai_name(as_: As, office: Any) -> None:
    row = paper(data := pdf())
    answer = as_("staff").get(f"/documents/{row.pk}/file")
    assert (answer.status_code, _body(answer)) == (200, data)
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E0%B8%84%E0%B8%B3")
    assert answer["Content-Disposition"].endswith(".pdf")
    assert (answer["Accept-Ranges"], answer["X-Content-Type-Options"]) == ("bytes", "nosniff")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", slice(0, 4)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=5-5", slice(5, 6)),
    ],
)
def test_a_part_is_given_where_a_part_is_asked_for(as_: As, office: Any, asked: str, part: slice) -> None:
    row = paper(data := pdf())
    answer = as_("staff").get(f"/documents/{row.pk}/file", headers={"Range": asked})
    assert (answer.status_code, _body(answer)) == (206, data[part])
    assert answer["Content-Length"] == str(len(data[part]))
    assert answer["Content-Range"].endswith(f"/{len(data)}")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "pages=1-2", "bytes=๑-๒", "bytes=5-2", "bytes=-", "bytes=" + "9" * 50 + "-"]
)
def test_a_range_that_makes_no_sense_gives_the_whole(asked: str) -> None:
    assert Stretch.asked(asked, 10) == Stretch(0, 10, 10)


def test_a_range_beyond_the_end_is_told_so(as_: As, office: Any) -> None:
    row = paper()
    answer = as_("staff").get(f"/documents/{row.pk}/file", headers={"Range": f"bytes={row.size}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{row.size}")


def test_a_part_of_another_edition_is_not_given(as_: As, office: Any) -> None:
    row = paper()
    headers = {"Range": "bytes=0-3", "If-Range": '"another"'}
    assert as_("staff").get(f"/documents/{row.pk}/file", headers=headers).status_code == 200


def test_what_the_browser_has_is_not_sent_again(as_: As, office: Any) -> None:
    row = paper()
    answer = as_("staff").get(f"/documents/{row.pk}/file", headers={"If-None-Match": f'"{row.sha256}"'})
    assert answer.status_code == 304


def test_what_could_run_in_a_browser_is_only_saved(as_: As, office: Any) -> None:
    for media_type in ("text/html", "image/svg+xml", "application/xhtml+xml"):
        row = paper(b"<script>alert(1)</script>" + media_type.encode(), media_type=media_type)
        answer = as_("staff").get(f"/documents/{row.pk}/file?inline=1")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]


def test_a_pdf_may_be_looked_at_in_the_browser(as_: As, office: Any) -> None:
    row = paper()
    assert as_("staff").get(f"/documents/{row.pk}/file?inline=1")["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("size", [100, CHUNK, 2 * CHUNK + 5])
def test_a_document_that_was_changed_never_comes_whole(as_: As, office: Any, home: Path, size: int) -> None:
    row = paper(bytes(size), media_type="application/octet-stream")
    damage(home, row)
    if size <= CHUNK:
        answer = as_("staff").get(f"/documents/{row.pk}/file")
        assert answer.status_code == 500
        assert "ไม่ตรงกับค่าที่บันทึกไว้" in answer.content.decode()
    else:
        got: list[bytes] = []
        with pytest.raises(FixityBroken):
            got.extend(as_("staff").get(f"/documents/{row.pk}/file").streaming_content)  # type: ignore[attr-defined]
        assert sum(map(len, got)) < size
    assert Event.objects.get(verb="fixity.broken").subject == row.dossier.key


def test_a_document_that_is_gone_or_short_is_told_and_logged(as_: As, office: Any, home: Path) -> None:
    row = paper()
    path = stored(home, row)
    path.chmod(0o600)
    path.write_bytes(b"%PDF")
    assert as_("staff").get(f"/documents/{row.pk}/file", headers={"Range": "bytes=0-99"}).status_code == 500
    path.unlink()
    assert as_("staff").get(f"/documents/{row.pk}/file").status_code == 500
    assert Event.objects.filter(verb="fixity.broken").count() == 2


def test_reading_about_people_is_one_event_for_each_opening(as_: As, office: Any) -> None:
    row = book(office.applicants[0])
    client = as_("auditor")
    client.get(f"/documents/{row.pk}/")
    for page in (1, 2, 1):
        assert client.get(f"/documents/{row.pk}/pages/{page}").status_code == 200
    _body(client.get(f"/documents/{row.pk}/file"))
    client.get(f"/documents/{row.pk}/file", headers={"Range": "bytes=10-"})
    events = Event.objects.filter(verb="document.read", subject=row.dossier.key)
    assert [(e.actor, e.details["how"]) for e in events] == [("auditor", "view"), ("auditor", "download")]


def test_pages_drawn_without_opening_leave_one_event_too(as_: As, office: Any) -> None:
    row = book(office.applicants[0])
    for page in (1, 2):
        as_("staff").get(f"/documents/{row.pk}/pages/{page}")
    assert Event.objects.filter(verb="document.read").count() == 1


def test_reading_an_order_is_no_event(as_: As, office: Any) -> None:
    row = paper()
    as_("staff").get(f"/documents/{row.pk}/")
    _body(as_("staff").get(f"/documents/{row.pk}/file"))
    assert not Event.objects.filter(verb="document.read").exists()


@pytest.mark.parametrize(
    ("name", "own", "other", "province"),
    [
        ("staff", 200, 200, 200),
        ("admin", 200, 200, 200),
        ("auditor", 200, 200, 200),
        ("officer", 200, 404, 404),
        ("neighbour", 404, 200, 404),
        ("stranger", 302, 302, 302),
    ],
)
def test_nobody_gets_what_is_not_theirs(as_: As, office: Any, name: str, own: int, other: int, province: int) -> None:
    client = Client() if name == "stranger" else as_(name)
    rows = (book(office.of("2401")[0]), book(office.of("2402")[0]), paper())
    for row, status in zip(rows, (own, other, province), strict=True):
        for address in (f"/documents/{row.pk}/", f"/documents/{row.pk}/file", f"/documents/{row.pk}/pages/1"):
            assert client.get(address).status_code == status, (name, address)


def test_an_auditor_of_another_year_gets_nothing(as_: As, office: Any, people: Any) -> None:
    row = paper()
    people["auditor"].years = [2561]
    people["auditor"].save()
    for address in (f"/documents/{row.pk}/", f"/documents/{row.pk}/file", f"/documents/{row.pk}/pages/1"):
        assert as_("auditor").get(address).status_code == 404


@pytest.mark.parametrize("part", ["", "file", "pages/1"])
def test_an_unknown_number_is_not_found(as_: As, office: Any, part: str) -> None:
    for pk in ("999999", "99999999999999999999999999"):
        assert as_("staff").get(f"/documents/{pk}/{part}").status_code == 404


def test_a_page_is_a_picture_drawn_once(as_: As, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = paper()
    answer = as_("staff").get(f"/documents/{row.pk}/pages/2?width=240")
    picture = Image.open(io.BytesIO(_body(answer)))
    assert (answer["Content-Type"], picture.format, picture.width) == ("image/webp", "WEBP", 240)
    monkeypatch.setattr("docservice.pdf.apart.drawn", None)  # asked again, it is not drawn again
    assert as_("staff").get(f"/documents/{row.pk}/pages/2?width=240").status_code == 200
    same = as_("staff").get(f"/documents/{row.pk}/pages/2?width=240", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304


def test_a_photograph_is_its_own_page(as_: As, office: Any) -> None:
    row = book(office.applicants[0], jpeg(), media_type="image/jpeg", pages=None)
    assert as_("staff").get(f"/documents/{row.pk}/pages/1").status_code == 200
    assert as_("staff").get(f"/documents/{row.pk}/pages/2").status_code == 422


@pytest.mark.parametrize("address", ["pages/0", "pages/3", "pages/1?width=7", "pages/1?width=๒๔๐", "pages/1?width=%00"])
def test_a_page_that_is_not_there_is_told_in_thai(as_: As, office: Any, address: str) -> None:
    answer = as_("staff").get(f"/documents/{paper().pk}/{address}")
    assert answer.status_code == 422
    assert "ไม่มีภาพ" in answer.content.decode()


def test_a_file_that_is_no_pdf_breaks_nothing(as_: As, office: Any) -> None:
    row = paper(b"%PDF-1.7 nonsense")
    assert as_("staff").get(f"/documents/{row.pk}/").status_code == 200
    assert as_("staff").get(f"/documents/{row.pk}/pages/1").status_code == 422


def test_pictures_are_never_drawn_of_changed_bytes(as_: As, office: Any, home: Path) -> None:
    row = paper()
    damage(home, row)
    assert as_("staff").get(f"/documents/{row.pk}/pages/1").status_code == 500
    assert Event.objects.filter(verb="fixity.broken", subject=row.dossier.key).count() == 1


def test_the_cache_throws_away_what_was_used_longest_ago(tmp_path: Path) -> None:
    kept = page_images.Cache(tmp_path, 250)
    for name in ("aa", "bb", "cc"):
        kept.add(name, iter((bytes(100),)))
    kept.get("aa")
    kept.tidy()
    assert [bool(kept.get(name)) for name in ("aa", "bb", "cc")] == [True, False, True]


def test_a_word_file_says_how_to_look_at_it(as_: As, office: Any) -> None:
    row = paper(b"PK", media_type="application/msword", pages=None)
    assert "ดาวน์โหลดไปเปิดในเครื่องของท่าน" in as_("staff").get(f"/documents/{row.pk}/").content.decode()


def test_an_old_version_says_so_in_page_and_file_name(as_: As, office: Any) -> None:
    old = paper(pdf(1))
    new = paper(pdf(3), pages=3)
    old.refresh_from_db()
    text = as_("staff").get(f"/documents/{old.pk}/").content.decode()
    assert f'href="/documents/{new.pk}/"' in text
    assert download.file_name(old).endswith(" (รุ่น ๑).pdf")


def test_names_with_markup_are_shown_as_text(as_: As, office: Any) -> None:
    row = paper(title='<script>alert("x")</script>')
    assert "<script>alert" not in as_("staff").get(f"/documents/{row.pk}/").content.decode()
