"""The archive's pages: the tree, a dossier, the check with its digests, bags whole and in parts, who may do what."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from archive_office import book, damage, paper, pdf, stored
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import filed, filing

from docservice import export, fixity_run, jobs, worm_check
from docservice.errors import FixityBroken
from docservice.models import Document, Dossier, Event
from docservice.requests import Desk, export_year
from docservice.thai import to_thai_digits

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def archive(office: Any) -> Any:
    """Two books and an order, filed."""
    for unit in office.applicants[:3]:
        book(unit)
    paper()
    return office


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _address(unit: Any, part: str = "") -> str:
    return f"/2562/archive/{unit.district}/{unit.code}/{part}"


def test_the_year_shows_each_district_with_counts_and_sizes(as_: As, archive: Any) -> None:
    text = as_("auditor").get("/2562/archive/").content.decode()
    assert "<b>๔</b> แฟ้ม" in text
    assert 'href="/2562/archive/2401/"' in text
    assert "อำเภอเมืองฉะเชิงเทรา" in text
    assert 'href="/2562/archive/2405/"' not in text  # nothing is filed there


def test_an_empty_year_teaches(as_: As, office: Any) -> None:
    assert "ยังไม่มีแฟ้มในปีนี้" in as_("auditor").get("/2562/archive/").content.decode()
    assert as_("auditor").get("/2562/archive/download").status_code == 404
    assert as_("auditor").get("/2562/archive/size").status_code == 404


def test_a_district_lists_its_dossiers_by_group(as_: As, archive: Any) -> None:
    text = as_("auditor").get("/2562/archive/2401/").content.decode()
    assert "นายประเสริฐ แสงตะวัน" in text
    assert "นางสาวมาลี" not in text
    only = as_("auditor").get("/2562/archive/2401/?group=organisation").content.decode()
    assert ("กลุ่มทอผ้า" in only, "นายประเสริฐ" in only) == (True, False)
    assert "คำสั่งที่ ๑๒" in as_("auditor").get("/2562/archive/2400/?group=papers").content.decode()
    assert as_("auditor").get("/2562/archive/2401/?group=nothing").status_code == 422


def test_the_list_asks_as_much_for_many_as_for_few(as_: As, archive: Any) -> None:
    client = as_("auditor")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few, year = asked("/2562/archive/2401/"), asked("/2562/archive/")
    for n in range(20):
        filed(filing("paper/x.pdf", bytes([n])), key=f"2562/24/2401/leader-{n + 50:04d}")
    assert (asked("/2562/archive/2401/"), asked("/2562/archive/")) == (few, year)
    unit = archive.applicants[0]
    one = asked(_address(unit))
    filed(*(filing(f"evidence/photo/{n}.pdf", bytes([n])) for n in range(20)), key=unit.dossier_key)
    assert asked(_address(unit)) == one


def test_a_dossier_shows_documents_versions_and_events(as_: As, archive: Any) -> None:
    unit = archive.applicants[0]
    book(unit, pdf(3), pages=3)
    text = as_("auditor").get(_address(unit)).content.decode()
    assert f"เล่มหลักฐาน {unit.name}" in text
    assert ("รุ่นที่ ๒" in text, "รุ่นที่ ๑" in text) == (True, True)
    assert "จัดเก็บเอกสาร" in text
    assert "ยังไม่เคยตรวจแฟ้มนี้" in text
    assert "จัดเก็บเอกสาร" not in as_("staff").get(_address(unit)).content.decode()  # the log is not for staff


def test_a_check_shows_both_digests_and_is_an_event(as_: As, archive: Any) -> None:
    unit = archive.applicants[0]
    text = as_("auditor").post(_address(unit, "verify"), headers={"HX-Request": "true"}).content.decode()
    digest = Dossier.objects.get(key=unit.dossier_key).documents.get().sha256
    assert text.count(digest) == 2
    assert "ครบถ้วน" in text
    assert "<html" not in text
    assert Event.objects.get(verb="archive.verified").subject == unit.dossier_key
    assert "ตรวจล่าสุด" in as_("auditor").get(_address(unit)).content.decode()


def test_the_check_works_without_scripts(as_: As, archive: Any) -> None:
    unit = archive.applicants[0]
    assert "<html" in as_("auditor").post(_address(unit, "verify")).content.decode()
    assert '<form method="post"' in as_("auditor").get(_address(unit, "verify")).content.decode()


def test_damage_is_red_named_and_remembered_until_it_is_mended(as_: As, archive: Any, home: Path) -> None:
    unit = archive.applicants[0]
    row = Dossier.objects.get(key=unit.dossier_key).documents.get()
    sound = stored(home, row).read_bytes()
    damage(home, row)
    text = as_("auditor").post(_address(unit, "verify")).content.decode()
    assert "พบความเสียหาย" in text
    assert "ไม่ตรง" in text
    assert Event.objects.get(verb="fixity.broken").subject == unit.dossier_key
    for address in ("/2562/archive/", "/2562/archive/2401/", _address(unit)):
        assert "ไม่ตรงกับ" in as_("auditor").get(address).content.decode(), address
    stored(home, row).write_bytes(sound)
    assert "ครบถ้วน" in as_("auditor").post(_address(unit, "verify")).content.decode()
    assert "พบแฟ้มที่ไฟล์ไม่ตรง" not in as_("auditor").get("/2562/archive/").content.decode()


def test_a_file_that_is_gone_is_told(as_: As, archive: Any, home: Path) -> None:
    unit = archive.applicants[0]
    stored(home, Dossier.objects.get(key=unit.dossier_key).documents.get()).unlink()
    assert "ไม่พบไฟล์" in as_("auditor").post(_address(unit, "verify")).content.decode()


def test_the_year_comes_as_the_bag_the_export_writes(as_: As, archive: Any, home: Path) -> None:
    answer = as_("auditor").get("/2562/archive/download")
    data = _body(answer)
    job = export_year(Desk(archive.year, "tester", home / "out"))
    list(jobs.work(job, export.work))
    written = Path(job.items.get().result["path"])
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Disposition"] == f'attachment; filename="{written.name}"'
    assert data == written.read_bytes()
    told = Event.objects.get(verb="archive.taken")
    assert (told.subject, told.details["bytes"]) == ("2562/24", len(data))


def test_a_dossiers_bag_holds_it_alone_and_is_valid(as_: As, archive: Any, tmp_path: Path) -> None:
    unit = archive.applicants[0]
    data = _body(as_("auditor").get(_address(unit, "download")))
    with zipfile.ZipFile(io.BytesIO(data)) as bag:
        bag.extractall(tmp_path / "bag")
    (folder,) = (tmp_path / "bag").iterdir()
    assert bagit.Bag(str(folder)).is_valid()
    assert [p.name for p in (folder / "data/archive/2562/24").iterdir()] == [unit.district]
    assert Event.objects.get(verb="archive.taken").subject == unit.dossier_key


def test_the_page_says_the_exact_size_first(as_: As, archive: Any) -> None:
    size = len(_body(as_("auditor").get("/2562/archive/download")))
    assert f"{to_thai_digits(f'{size:,}')} ไบต์" in as_("auditor").get("/2562/archive/size").content.decode()
    unit = archive.applicants[0]
    own = len(_body(as_("auditor").get(_address(unit, "download"))))
    assert f"{to_thai_digits(f'{own:,}')} ไบต์" in as_("auditor").get(_address(unit, "size")).content.decode()


def test_a_download_that_was_cut_goes_on_where_it_stopped(as_: As, archive: Any) -> None:
    whole = as_("auditor").get("/2562/archive/download")
    data = _body(whole)
    headers = {"Range": "bytes=1000-", "If-Range": whole["ETag"]}
    rest = as_("auditor").get("/2562/archive/download", headers=headers)
    assert (rest.status_code, rest["Content-Length"]) == (206, str(len(data) - 1000))
    assert rest["Content-Range"] == f"bytes 1000-{len(data) - 1}/{len(data)}"
    assert data[:1000] + _body(rest) == data
    middle = as_("auditor").get("/2562/archive/download", headers={"Range": "bytes=300-305"})
    assert _body(middle) == data[300:306]
    assert Event.objects.filter(verb="archive.taken").count() == 1


def test_a_part_of_the_year_is_chosen_measured_and_goes_on_as_well(as_: As, archive: Any) -> None:
    kind = Document.objects.filter(current=True).values_list("kind", flat=True)[0]
    for query in (f"?district={archive.applicants[1].district}&group=&kind=", f"?kind={kind}"):
        whole = as_("auditor").get(f"/2562/archive/download{query}")
        data = _body(whole)
        assert int(whole["Content-Length"]) == len(data)
        headers = {"Range": "bytes=700-", "If-Range": whole["ETag"]}
        assert data[:700] + _body(as_("auditor").get(f"/2562/archive/download{query}", headers=headers)) == data
        size = as_("auditor").get(f"/2562/archive/size{query}").content.decode()
        assert to_thai_digits(f"{len(data):,}") in size
    assert as_("auditor").get("/2562/archive/download?district=2499").status_code == 422


def test_what_was_filed_meanwhile_makes_it_another_bag(as_: As, archive: Any) -> None:
    before = as_("auditor").get("/2562/archive/download")
    paper(pdf(5), pages=5)
    headers = {"Range": "bytes=1000-", "If-Range": before["ETag"]}
    assert as_("auditor").get("/2562/archive/download", headers=headers).status_code == 200


def test_a_range_beyond_the_end_is_told_so(as_: As, archive: Any) -> None:
    answer = as_("auditor").get("/2562/archive/download", headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416


def test_asking_for_the_headers_alone_sends_nothing_and_is_no_event(as_: As, archive: Any) -> None:
    answer = as_("auditor").head("/2562/archive/download")
    assert int(answer["Content-Length"]) > 1000
    assert not Event.objects.filter(verb="archive.taken").exists()


def test_a_corrupt_object_breaks_the_stream_off_and_is_named(as_: As, archive: Any, home: Path) -> None:
    unit = archive.applicants[1]
    damage(home, Dossier.objects.get(key=unit.dossier_key).documents.get())
    answer = as_("auditor").get("/2562/archive/download")
    got: list[bytes] = []
    with pytest.raises(FixityBroken, match=unit.code):
        got.extend(answer.streaming_content)  # type: ignore[attr-defined]
    assert sum(map(len, got)) < int(answer["Content-Length"])
    assert Event.objects.get(verb="fixity.broken").subject == unit.dossier_key
    text = as_("auditor").get("/2562/archive/").content.decode()
    assert f'href="/2562/archive/{unit.district}/{unit.code}/"' in text.split("ดาวน์โหลดทั้งปี", maxsplit=1)[0]


def test_a_damaged_inventory_is_told_before_anything_is_sent(as_: As, archive: Any, home: Path) -> None:
    unit = archive.applicants[1]
    inventory = home / "store" / "archive" / unit.dossier_key / "inventory.json"
    inventory.chmod(0o600)
    inventory.write_text("{}")
    answer = as_("auditor").get("/2562/archive/download")
    assert answer.status_code == 500
    assert unit.dossier_key in answer.content.decode()
    assert Event.objects.get(verb="fixity.broken").subject == unit.dossier_key
    assert unit.dossier_key in as_("auditor").get("/2562/archive/size").content.decode()


def test_the_record_is_given_as_it_is_filed(as_: As, archive: Any) -> None:
    unit = archive.applicants[0]
    answer = as_("auditor").get(_address(unit, "record"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.json()["dossier"] == unit.dossier_key


@pytest.mark.parametrize("part", ["", "verify", "record", "size", "download"])
@pytest.mark.parametrize("name", ["staff", "officer", "neighbour", "auditor", "admin", "stranger"])
def test_only_those_who_may_browse_the_archive_get_in(as_: As, archive: Any, name: str, part: str) -> None:
    client = Client() if name == "stranger" else as_(name)
    allowed = {"staff": 200, "auditor": 200, "admin": 200, "stranger": 302}.get(name, 403)
    assert client.get(_address(archive.applicants[0], part)).status_code == allowed
    if not part:
        for address in ("/2562/archive/", "/2562/archive/2401/", "/2562/archive/size", "/2562/archive/download"):
            assert client.get(address).status_code == allowed


def test_an_auditor_of_another_year_finds_nothing(as_: As, archive: Any, people: Any) -> None:
    people["auditor"].years = [2561]
    people["auditor"].save()
    unit = archive.applicants[0]
    for address in ("/2562/archive/", "/2562/archive/2401/", *(_address(unit, p) for p in ("", "verify", "download"))):
        assert as_("auditor").get(address).status_code == 404
    assert as_("auditor").post(_address(unit, "verify")).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["2401/nothing-0001/", "9999/leader-0001/", "2402/leader-0001/verify", "24/x/", "2401/leader-9999/download"],
)
def test_an_unknown_dossier_is_not_found(as_: As, office: Any, address: str) -> None:
    book(office.of("2401")[0])
    assert as_("auditor").get(f"/2562/archive/{address}").status_code == 404


def test_nothing_of_the_archive_can_be_changed(as_: As, archive: Any) -> None:
    for address in ("/2562/archive/", "/2562/archive/2401/", _address(archive.applicants[0])):
        assert as_("auditor").post(address).status_code == 405
        assert as_("auditor").delete(address).status_code == 405


def test_titles_with_markup_are_shown_as_text(as_: As, office: Any) -> None:
    filed(filing("paper/x.pdf", b"x", title="<img src=x onerror=alert(1)>"), title="<script>x</script>")
    for address in ("/2562/archive/2401/", "/2562/archive/2401/leader-0001/"):
        text = as_("auditor").get(address).content.decode()
        assert "<script>x" not in text
        assert "<img src=x" not in text


def test_the_page_says_how_well_the_archive_is_kept_and_the_overview_what_is_wrong(
    as_: As, archive: Any, home: Path
) -> None:
    text = as_("auditor").get("/2562/archive/").content.decode()
    assert "ยังไม่ได้ลอง" in text
    assert "ยังไม่เคยตรวจทั้งคลัง" in text
    assert "คลังจดหมายเหตุมีเรื่องที่ต้องดู" not in as_("staff").get("/2562/").content.decode()

    worm_check.probe("tester")
    fixity_run.turn()
    text = as_("auditor").get("/2562/archive/").content.decode()
    assert "ไม่มี</strong>" in text
    assert "อ่าน ๔ แฟ้ม" in text

    damage(home, Document.objects.filter(kind="book")[0])
    list(fixity_run.examine(fixity_run.of_year(2562), "tester"))
    assert "เสียหาย ๑ แฟ้ม" in as_("auditor").get("/2562/archive/").content.decode()
    assert "คลังจดหมายเหตุมีเรื่องที่ต้องดู" in as_("staff").get("/2562/").content.decode()


def test_a_damaged_dossier_tells_when_it_was_whole_for_the_last_time(as_: As, archive: Any, home: Path) -> None:
    list(fixity_run.examine(fixity_run.of_year(2562), "tester"))
    unit = archive.applicants[0]
    assert "ครบถ้วน" in as_("auditor").get(_address(unit)).content.decode()
    damage(home, Document.objects.get(dossier__key=unit.dossier_key, kind="book"))
    list(fixity_run.examine(fixity_run.of_year(2562), "tester"))
    text = as_("auditor").get(_address(unit)).content.decode()
    assert "พบความเสียหายเมื่อ" in text
    assert "ครบถ้วนครั้งสุดท้ายเมื่อ" in text
