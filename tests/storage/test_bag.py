from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import bagit
import pytest

from docservice.errors import FixityBroken, InputRefused, StoreUnavailable
from storage.bag import BagEntry, bag_size, stream_bag, verify_bag, write_bag

INFO = {"Source-Organization": "สำนักงานพัฒนาชุมชนจังหวัดฉะเชิงเทรา", "Bagging-Date": "2019-09-30"}
FILES = {
    "2562/24/2401/leader-0007/paper/หนังสือ ที่ ๑๒.pdf": b"%PDF" * 3000,
    "2562/24/2401/leader-0007/record.json": b"{}",
    "2562/24/2402/leader-0001/empty": b"",
}


def entry(path: str, data: bytes, stored: bytes | None = None) -> BagEntry:
    """``data`` as it was recorded; ``stored``: what is there now."""
    sha256, sha512 = hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
    return BagEntry(path, len(data), sha256, sha512, lambda: io.BytesIO(data if stored is None else stored))


def entries() -> list[BagEntry]:
    return [entry(path, data) for path, data in FILES.items()]


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    path = tmp_path / "archive-2562.zip"
    with path.open("wb") as out:
        write_bag(out, entries(), INFO, "archive-2562")
    return path


@pytest.fixture
def unpacked(bag: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(bag) as archive:
        archive.extractall(tmp_path / "out")
    return tmp_path / "out" / "archive-2562"


def test_an_independent_reader_calls_the_bag_valid(unpacked: Path) -> None:
    read = bagit.Bag(str(unpacked))
    assert read.validate()
    assert read.info["Source-Organization"] == INFO["Source-Organization"]
    assert read.info["Payload-Oxum"] == "12002.3"
    assert {f"data/{path}" for path in FILES} == set(read.payload_entries())


@pytest.mark.parametrize("kind", ["manifest", "tagmanifest"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_the_command_every_linux_has_checks_it_too(unpacked: Path, kind: str, algorithm: str) -> None:
    check = [f"{algorithm}sum", "-c", "--strict", f"{kind}-{algorithm}.txt"]
    subprocess.run(check, cwd=unpacked, check=True, capture_output=True)


def test_the_same_input_gives_the_same_bytes(bag: Path) -> None:
    again = io.BytesIO()
    write_bag(again, reversed(entries()), INFO, "archive-2562")
    assert again.getvalue() == bag.read_bytes()


def test_the_summary_counts_and_the_size_is_known_beforehand() -> None:
    out = io.BytesIO()
    summary = write_bag(out, entries(), INFO, "archive-2562")
    written = out.getvalue()
    assert (summary.files, summary.payload_size) == (3, 12002)
    assert summary.size == len(written)
    assert bag_size(entries(), INFO, "archive-2562") == len(written)


def test_a_stream_gives_the_same_bytes_as_the_file_in_pieces(bag: Path) -> None:
    big = [*entries(), entry("big", b"x" * 3_000_000)]
    pieces = list(stream_bag(big, INFO, "bag"))
    out = io.BytesIO()
    write_bag(out, big, INFO, "bag")
    assert b"".join(stream_bag(entries(), INFO, "archive-2562")) == bag.read_bytes()
    assert b"".join(pieces) == out.getvalue()
    assert max(map(len, pieces)) < 2_000_000


def test_a_stream_stops_at_a_file_that_is_not_what_was_filed() -> None:
    given: list[bytes] = []
    wrong = [entry("a", b"a" * 500_000), entry("b", b"recorded", b"Recorded"), entry("c", b"c" * 500_000)]
    with pytest.raises(FixityBroken, match="b ไม่ตรง"):
        given.extend(stream_bag(wrong, INFO, "bag"))
    whole = b"".join(given)
    assert b"a" * 500_000 in whole
    assert b"c" * 100 not in whole
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(whole))


def test_an_empty_bag_is_a_bag(tmp_path: Path) -> None:
    with (tmp_path / "empty.zip").open("wb") as out:
        assert write_bag(out, [], INFO, "empty").size == bag_size([], INFO, "empty")
    assert verify_bag(tmp_path / "empty.zip").ok


@pytest.mark.parametrize("stored", [b"", b"recorde", b"Recorded", b"recorded and more"])
def test_a_file_that_is_not_what_was_filed_stops_the_export_by_name(stored: bytes) -> None:
    with pytest.raises(FixityBroken, match="paper/x"):
        write_bag(io.BytesIO(), [entry("paper/x", b"recorded", stored)], INFO, "bag")


def test_a_full_disk_is_said_in_thai() -> None:
    class Full(io.RawIOBase):
        def write(self, data: object, /) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreUnavailable, match="พื้นที่จัดเก็บเต็ม"):
        write_bag(cast(BinaryIO, Full()), entries(), INFO, "bag")


@pytest.mark.parametrize("paths", [["a", "a"], ["50%", "50％"], ["../a"], ["a\nb"]])
def test_a_path_that_cannot_be_packed_is_refused(paths: list[str]) -> None:
    with pytest.raises(InputRefused):
        write_bag(io.BytesIO(), [entry(path, b"") for path in paths], INFO, "bag")


def test_a_percent_sign_which_tools_disagree_about_is_written_wide(tmp_path: Path) -> None:
    with (tmp_path / "bag.zip").open("wb") as out:
        write_bag(out, [entry("ลด 50%0A.pdf", b"x")], INFO, "bag")
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        assert "bag/data/ลด 50％0A.pdf" in archive.namelist()
        archive.extractall(tmp_path)
    assert bagit.Bag(str(tmp_path / "bag")).validate()


def test_verify_finds_a_whole_bag_whole_zipped_or_not(bag: Path, unpacked: Path) -> None:
    for path in (bag, unpacked):
        report = verify_bag(path)
        assert (report.ok, report.faults, report.files, report.size) == (True, [], 3, 12002)
        assert report.info["Bagging-Date"] == "2019-09-30"


def test_verify_reports_progress_to_the_last_byte(bag: Path) -> None:
    heard: list[tuple[int, int]] = []
    verify_bag(bag, lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 12002
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


PAYLOAD = "data/2562/24/2401/leader-0007/record.json"


def change(name: str, data: bytes | None) -> Callable[[Path], None]:
    def act(bag: Path) -> None:
        (bag / name).unlink(missing_ok=True)
        if data is not None:
            (bag / name).write_bytes(data)

    return act


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (change(PAYLOAD, None), f"{PAYLOAD}: ไฟล์หายไป"),
        (change(PAYLOAD, b"{x"), f"{PAYLOAD}: ไฟล์ไม่ตรง"),
        (change("data/extra", b"x"), "data/extra: มีไฟล์แต่ไม่มีใน manifest-sha256.txt"),
        (change("bag-info.txt", b"Payload-Oxum: 1.1\n"), "Payload-Oxum 1.1 ไม่ตรงกับ 12002.3"),
        (change("bagit.txt", None), "bagit.txt"),
        (change("manifest-sha256.txt", b"nonsense\n"), "manifest-sha256.txt: อ่านบรรทัดนี้ไม่ได้"),
        (lambda bag: [path.unlink() for path in bag.glob("manifest-*")], "ไม่มีบัญชีไฟล์"),
        (lambda bag: shutil.rmtree(bag / "data"), "ไฟล์หายไป"),
    ],
)
def test_verify_names_every_fault(unpacked: Path, damage: Callable[[Path], None], fault: str) -> None:
    damage(unpacked)
    report = verify_bag(unpacked)
    assert not report.ok
    assert any(fault in found for found in report.faults), report.faults


@pytest.mark.parametrize("name", [PAYLOAD, "manifest-sha512.txt"])
def test_a_check_by_one_digest_alone_finds_a_changed_file_and_a_changed_manifest(unpacked: Path, name: str) -> None:
    assert verify_bag(unpacked, by="sha256").ok
    changed = (unpacked / name).read_bytes()
    (unpacked / name).write_bytes(changed[:-2] + b"x" + changed[-1:])
    assert f"{name}: ไฟล์ไม่ตรง" in "".join(verify_bag(unpacked, by="sha256").faults)


def test_a_check_by_a_digest_that_the_bag_has_no_manifest_of_is_a_fault(unpacked: Path) -> None:
    (unpacked / "manifest-sha256.txt").unlink()
    (unpacked / "tagmanifest-sha256.txt").unlink()
    (unpacked / "tagmanifest-sha512.txt").unlink()
    assert verify_bag(unpacked).ok
    assert verify_bag(unpacked, by="sha256").faults == ["ไม่มีบัญชีไฟล์ (manifest)"]


def test_a_flipped_byte_in_the_zip_is_found_by_name(bag: Path) -> None:
    data = bytearray(bag.read_bytes())
    data[data.index(b"%PDF" * 100) + 7] ^= 1
    bag.write_bytes(data)
    (fault,) = verify_bag(bag).faults
    assert "หนังสือ ที่ ๑๒.pdf: ไฟล์ไม่ตรง" in fault


def test_a_cut_off_zip_is_a_fault_and_no_file_is_refused(bag: Path, tmp_path: Path) -> None:
    bag.write_bytes(bag.read_bytes()[:-100])
    assert "zip" in verify_bag(bag).faults[0]
    with pytest.raises(InputRefused, match="absent"):
        verify_bag(tmp_path / "absent.zip")
