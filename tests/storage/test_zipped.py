from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, cast

from storage.zipped import Zipped, zipped_size

FILES = {"bag/bagit.txt": b"BagIt", "bag/data/หนังสือ ที่ ๑๒.pdf": b"%PDF" * 3000, "bag/data/empty": b""}
GIGABYTE = 2**30


class Forwards(io.RawIOBase):
    """Takes bytes as a network does: nobody goes back."""

    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        self.data += cast(bytes, data)
        return len(cast(bytes, data))


def zipped(files: Mapping[str, bytes]) -> bytes:
    archive, parts = Zipped(), []
    for path, data in files.items():
        parts += [archive.before(path, len(data)), data, archive.after(zlib.crc32(data))]
    return b"".join([*parts, archive.end()])


def large(path: Path, sizes: Mapping[str, int]) -> None:
    """A ZIP of files of nothing but zeros, whose bytes take no room on the disk (and whose check values are wrong)."""
    archive = Zipped()
    with path.open("wb") as out:
        for name, size in sizes.items():
            out.write(archive.before(name, size))
            out.seek(size, io.SEEK_CUR)
            out.write(archive.after(0))
        out.write(archive.end())


def test_the_bytes_are_those_that_python_writes() -> None:
    forwards = Forwards()
    with zipfile.ZipFile(cast(BinaryIO, forwards), "w") as archive:
        for path, data in FILES.items():
            member = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o100644 << 16
            with archive.open(member, "w") as out:
                out.write(data)
    assert zipped(FILES) == bytes(forwards.data)


def test_the_size_is_known_beforehand() -> None:
    assert zipped_size((path, len(data)) for path, data in FILES.items()) == len(zipped(FILES))
    assert zipped_size([]) == len(zipped({}))


def test_files_past_two_and_four_gigabytes_and_what_lies_behind_them_are_found(tmp_path: Path) -> None:
    sizes = {"two": 2 * GIGABYTE, "less": 2 * GIGABYTE - 1, "five": 5 * GIGABYTE, "last": 3}
    large(tmp_path / "large.zip", sizes)
    assert zipped_size(sizes.items()) == (tmp_path / "large.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert {member.filename: member.file_size for member in archive.infolist()} == sizes
        archive.infolist()[-1].CRC = zlib.crc32(bytes(3))
        assert archive.read("last") == bytes(3)


def test_more_files_than_a_plain_zip_counts_are_all_there() -> None:
    files = {f"bag/{n}": b"" for n in range(70_000)}
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert archive.namelist() == list(files)
