"""The yearly export: a bag others can check, a register Excel opens, a page that escapes, nothing corrupt inside."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import bagit
import pytest
from office_year import KEY, digest, entered_year, filed, filing

from docservice import export, jobs
from docservice.errors import NotFound
from docservice.models import Document, Job, JobItem
from docservice.requests import Desk, export_year

pytestmark = pytest.mark.django_db

ORDER = "2562/24/2400/order-0012"
NAMES = '<script>alert("x")</script> & นายประเสริฐ'


@pytest.fixture
def desk(home: Path) -> Desk:
    """An office with two dossiers, one document of them in two versions."""
    year = entered_year()
    filed(filing("paper/certificate.pdf", b"first"), title=NAMES)
    filed(filing("paper/certificate.pdf", b"second", title=NAMES), filing("evidence/photo/ภาพ #1 50％?.jpg", b"scan"))
    filed(filing("paper/order.pdf", b"order", number="=1+1", pages=None), key=ORDER, title="คำสั่งที่ ๑๒")
    return Desk(year, "tester", home / "out")


def _run(desk: Desk) -> JobItem:
    job = export_year(desk)
    list(jobs.work(job, export.work))
    return job.items.get()


def _bag(desk: Desk, folder: Path) -> Path:
    """The finished bag, unzipped by somebody else's tool."""
    item = _run(desk)
    assert item.result is not None, item.error
    with zipfile.ZipFile(item.result["path"]) as archive:
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


def _refused(desk: Desk) -> dict[str, str]:
    item = _run(desk)
    assert item.state == JobItem.FAILED
    assert item.error is not None
    assert desk.folder is not None
    assert not desk.folder.exists() or list(desk.folder.iterdir()) == []
    return dict(item.error)


def test_the_bag_is_valid_to_bagit_after_unzipping(desk: Desk, tmp_path: Path) -> None:
    bag = bagit.Bag(str(_bag(desk, tmp_path / "unzipped")))

    assert bag.is_valid()
    assert sorted(bag.algorithms) == ["sha256", "sha512"]
    assert "ฉะเชิงเทรา" in bag.info["External-Description"]


def test_the_bag_holds_the_archives_objects_as_they_are(desk: Desk, tmp_path: Path) -> None:
    inside = _bag(desk, tmp_path / "unzipped") / "data" / "archive"
    stored = tmp_path / "store" / "archive"

    for key in (KEY, ORDER):
        wanted = {p.relative_to(stored): p.read_bytes() for p in (stored / key).rglob("*") if p.is_file()}
        assert {p.relative_to(inside): p.read_bytes() for p in (inside / key).rglob("*") if p.is_file()} == wanted


def test_the_register_opens_in_excel_and_has_every_current_document(desk: Desk, tmp_path: Path) -> None:
    bag = _bag(desk, tmp_path / "unzipped")
    data = (bag / "data" / "register.csv").read_bytes()

    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["SHA-256"] for row in rows] == list(
        Document.objects.filter(current=True).values_list("sha256", flat=True)
    )
    assert len(rows) == 3
    for row in rows:
        assert digest((bag / row["ที่อยู่ในชุดส่งออก"]).read_bytes()) == row["SHA-256"]


def test_the_register_names_the_district_and_holds_no_formula(desk: Desk, tmp_path: Path) -> None:
    text = (_bag(desk, tmp_path / "unzipped") / "data" / "register.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert {row["อำเภอ"] for row in rows} == {"เมืองฉะเชิงเทรา", "จังหวัด"}
    assert "'=1+1" in [row["เลขที่"] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(bag: Path) -> _Page:
    page = _Page()
    page.feed((bag / "data" / "index.html").read_text(encoding="utf-8"))
    return page


def test_the_finding_aid_escapes_names(desk: Desk, tmp_path: Path) -> None:
    page = _page(_bag(desk, tmp_path / "unzipped"))

    assert page.tags.count("script") == 1
    assert NAMES in page.text


def test_the_finding_aid_asks_no_network_for_anything(desk: Desk, tmp_path: Path) -> None:
    html = (_bag(desk, tmp_path / "unzipped") / "data" / "index.html").read_text(encoding="utf-8")

    assert not re.search(r"<script[^>]|src=|https?://|@import|url\(", html)


def test_every_link_of_the_finding_aid_leads_to_a_file_of_the_bag(desk: Desk, tmp_path: Path) -> None:
    bag = _bag(desk, tmp_path / "unzipped")
    links = [link for link in _page(bag).links if not link.startswith("#")]

    assert len(links) == 6
    for link in links:
        assert (bag / "data" / unquote(link)).is_file(), link
        assert not set(link) & set("#?")


def test_the_export_of_an_unchanged_archive_is_the_same_job_and_writes_nothing_new(desk: Desk) -> None:
    first = _run(desk)
    assert first.result is not None
    path = Path(first.result["path"])
    before = path.stat().st_mtime_ns

    again = _run(desk)

    assert (again.pk, again.result) == (first.pk, {**first.result, "new": 0})
    assert path.stat().st_mtime_ns == before
    assert Job.objects.count() == 1


def test_a_bag_that_was_taken_away_is_written_again(desk: Desk) -> None:
    first = _run(desk)
    assert first.result is not None
    Path(first.result["path"]).unlink()

    again = _run(desk)

    assert again.result == first.result
    assert Path(first.result["path"]).is_file()


def test_a_bag_that_was_damaged_since_is_found_out(desk: Desk) -> None:
    first = _run(desk)
    assert first.result is not None
    path = Path(first.result["path"])
    data = bytearray(path.read_bytes())
    data[data.index(b"second")] ^= 1
    path.write_bytes(data)

    again = _run(desk)

    assert again.error is not None
    assert again.error["code"] == "fixity-broken"
    assert path.name in again.error["message"]


def test_a_changed_archive_is_another_bag(desk: Desk) -> None:
    first = _run(desk)
    filed(filing("paper/order.pdf", b"order 2"), key=ORDER)

    second = _run(desk)

    assert first.result is not None
    assert second.result is not None
    assert first.result["path"] != second.result["path"]


@pytest.mark.parametrize(
    "name",
    [
        "v1/content/paper/certificate.pdf",
        "v2/content/paper/certificate.pdf",
        "v1/content/record.json",
        "v1/inventory.json",
        "v2/inventory.json",
        "inventory.json",
    ],
)
def test_one_corrupted_byte_in_the_store_stops_the_export_by_name(desk: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / "store" / "archive" / KEY / name
    os.chmod(path, 0o600)  # noqa: PTH101  written once, read-only
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    error = _refused(desk)

    assert error["code"] == "fixity-broken"
    assert KEY in error["message"]
    assert error["remedy"]


def test_a_file_gone_from_the_store_stops_the_export_by_name(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "store" / "archive" / KEY / "v1" / "content" / "paper" / "certificate.pdf").unlink()

    assert "paper/certificate.pdf" in _refused(desk)["message"]


def test_after_the_store_was_mended_the_same_request_succeeds(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "store" / "archive" / KEY / "v1" / "content" / "paper" / "certificate.pdf"
    sound = path.read_bytes()
    os.chmod(path, 0o600)  # noqa: PTH101  written once, read-only
    path.write_bytes(b"fir5t")
    _refused(desk)

    path.write_bytes(sound)

    assert _run(desk).state == JobItem.DONE


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    item = _run(Desk(desk.year, "tester", tmp_path / "file" / "out"))

    assert item.error is not None
    assert item.error["code"] == "store-unavailable"
    assert str(tmp_path / "file") in item.error["message"]


def test_a_year_with_nothing_filed_is_not_exported(home: Path) -> None:
    with pytest.raises(NotFound, match="๒๕๖๓"):
        export_year(Desk(entered_year(year_be=2563), "tester", home))
