"""What arrives from outside, without a page: ZIPs within bounds, names made readable, hostile files, the limits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from docservice import parcel
from docservice.errors import EvidenceRefused, EvidenceTooHeavy
from docservice.pdf import gate


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def names(path: Path, into: Path) -> list[str]:
    into.mkdir(exist_ok=True)
    return [each.name for each in parcel.unpack(path, into, name=path.name)]


def unflagged(path: Path, raw: bytes) -> Path:
    """A ZIP as old programs write it: the name's bytes without a word about their encoding."""
    placeholder = b"x" * len(raw)
    data = packed(path, {placeholder.decode(): b"1"}).read_bytes().replace(placeholder, raw)
    path.write_bytes(data)
    return path


def test_names_are_read_as_they_were_meant(tmp_path: Path) -> None:
    wanted = "สำเนาทะเบียนบ้าน.pdf"
    for number, raw in enumerate((wanted.encode(), wanted.encode("cp874"))):
        assert names(unflagged(tmp_path / f"{number}.zip", raw), tmp_path / f"to{number}") == [wanted]
    assert names(packed(tmp_path / "flagged.zip", {wanted: b"1"}), tmp_path / "to") == [wanted]


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    evil = packed(
        tmp_path / "a.zip", {"../../etc/passwd": b"1", "/root/x": b"2", "C:\\y\\..\\z.pdf": b"3", "a/\x00b": b"4"}
    )
    into = tmp_path / "to"
    found = names(evil, into)
    assert all(".." not in name.split("/") and not name.startswith("/") for name in found)
    assert all(path.name.isdecimal() for path in into.iterdir())
    assert not (tmp_path / "etc").exists()


def test_what_computers_add_is_left_out(tmp_path: Path) -> None:
    given = {"__MACOSX/._a.pdf": b"1", "x/.DS_Store": b"2", "Thumbs.db": b"3", "x/a.pdf": b"4"}
    assert names(packed(tmp_path / "a.zip", given), tmp_path / "to") == ["x/a.pdf"]


def test_a_zip_in_a_zip_is_opened_and_one_in_that_is_not(tmp_path: Path) -> None:
    innermost = packed(tmp_path / "3.zip", {"deep.pdf": b"1"}).read_bytes()
    inner = packed(tmp_path / "2.zip", {"a.pdf": b"2", "3.zip": innermost}).read_bytes()
    outer = packed(tmp_path / "1.zip", {"แฟ้ม.zip": inner, "b.pdf": b"3"})
    assert names(outer, tmp_path / "to") == ["แฟ้ม/a.pdf", "แฟ้ม/3.zip", "b.pdf"]


def test_a_bomb_is_refused_while_it_comes_out(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.zip", {"a.pdf": b"\0" * 60_000_000})
    with pytest.raises(EvidenceRefused, match="มากเกินกำหนด"):
        names(bomb, tmp_path / "to")
    assert sum(path.stat().st_size for path in (tmp_path / "to").iterdir()) < 20_000_000


def test_too_many_files_are_refused_before_the_list_is_read(tmp_path: Path) -> None:
    with pytest.raises(EvidenceRefused, match="เกิน ๕๐๐"):
        names(packed(tmp_path / "a.zip", {f"{n}.pdf": b"" for n in range(1200)}), tmp_path / "to")
    with pytest.raises(EvidenceRefused, match="เกิน ๕๐๐"):
        names(packed(tmp_path / "b.zip", {f"{n}.pdf": b"1" for n in range(501)}), tmp_path / "to")


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 400])
def test_a_zip_that_is_cut_off_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert parcel.is_parcel(path)
    with pytest.raises(EvidenceRefused, match=r"a\.zip"):
        names(path, tmp_path / "to")


def test_an_empty_zip_holds_nothing(tmp_path: Path) -> None:
    assert names(packed(tmp_path / "a.zip", {}), tmp_path / "to") == []


def test_a_locked_zip_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.pdf": b"1"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(EvidenceRefused, match="รหัสผ่าน"):
        names(path, tmp_path / "to")


def test_an_office_document_is_no_parcel(tmp_path: Path) -> None:
    assert not parcel.is_parcel(packed(tmp_path / "a.docx", {"[Content_Types].xml": b"", "word/document.xml": b""}))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    assert not parcel.is_parcel(tmp_path / "a.pdf")


def test_a_file_that_eats_its_reader_ends_in_a_sentence(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.Contents = pdf.make_stream(b"0 0 m 1 1 l S\n" * 40_000_000)
    path = tmp_path / "bomb.pdf"
    pdf.save(path)
    with pytest.raises(EvidenceTooHeavy, match=r"bomb\.pdf"):
        gate.look(path, name="bomb.pdf")
    out = io.BytesIO()
    sound = pikepdf.new()
    sound.add_blank_page()
    sound.save(out)
    path.write_bytes(out.getvalue())
    assert gate.look(path, name="sound.pdf").pages == 1
