"""What leaves the archive: a BagIt bag as a ZIP with OCFL objects as they are, a register and a finding aid.

A bag of a year or of one dossier is streamed, or a year's is written to a file by a job; both give the same bytes.

An export item's payload: ``year_be``, ``province``, ``state`` (digest of every dossier's version) and ``path``.
The bag is written beside its final name and renamed when it has been verified; a corrupt object stops it by name.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

from docservice import finding_aid, jobs, register, stored
from docservice.errors import FixityBroken, NotFound, StoreUnavailable
from docservice.models import Document, Dossier, JobItem
from docservice.thai import BE
from docservice.yearfile import YearFile
from storage.bag import BagEntry, BagReport, bag_size, stream_bag, verify_bag, write_bag

VERB = "export"
_COLUMNS = ("แฟ้ม", "อำเภอ", "ชื่อแฟ้ม", "เอกสาร", "ประเภท", "เลขที่", "จำนวนหน้า", "ขนาด (ไบต์)", "ที่อยู่ในชุดส่งออก", "SHA-256")


@dataclass(frozen=True)
class Bag:
    """What is to leave: ``name`` (of the ZIP and its one folder), every file, and bag-info."""

    name: str
    entries: Sequence[BagEntry]
    info: Mapping[str, str]

    @cached_property
    def size(self) -> int:
        """Exactly how many bytes the ZIP has."""
        return bag_size(self.entries, self.info, self.name)

    @property
    def tag(self) -> str:
        """The same tag, the same bytes."""
        return jobs.digest([self.name, dict(self.info), [[e.path, e.sha512] for e in self.entries]])

    def stream(self) -> Iterator[bytes]:
        """The ZIP, a piece at a time; ``FixityBroken`` (with no more to come) where a file is not what was filed."""
        return stream_bag(self.entries, self.info, self.name)


def year_bag(year: YearFile) -> Bag:
    """All that is filed of the year now; ``NotFound`` when nothing is, ``FixityBroken`` for a damaged dossier."""
    dossiers = _of_year(year)
    state = _state(dossiers)
    return Bag(_name(year, state), list(_entries(year, dossiers)), _info(year, state))


def year_state(year: YearFile) -> str:
    """A digest of everything filed in the year; ``NotFound`` when nothing is."""
    return _state(_of_year(year))


def dossier_bag(year: YearFile, dossier: Dossier) -> Bag:
    """One dossier with all its versions, as ``year_bag``."""
    name = f"mchch-{dossier.key.replace('/', '-')}-v{dossier.version}"
    info = _info(year, _state([dossier])) | {"External-Identifier": f"{dossier.key}/v{dossier.version}"}
    return Bag(name, list(_entries(year, [dossier])), info)


def _of_year(year: YearFile) -> list[Dossier]:
    dossiers = _dossiers(int(year.year), year.province_code)
    if not dossiers:
        raise NotFound(
            f"ปี {year.year} ยังไม่มีแฟ้มในคลัง",
            "จัดทำเอกสารหรือนำเข้าหลักฐานก่อน แล้วส่งออกใหม่",
            english=f"Nothing is filed for BE {int(year.year)}.",
        )
    return dossiers


def _state(dossiers: Sequence[Dossier]) -> str:
    return jobs.digest([[d.key, d.version] for d in dossiers])


def _name(year: YearFile, state: str) -> str:
    return f"mchch-{int(year.year)}-{year.province_code}-{state[:8]}"


def request(year: YearFile, folder: Path) -> jobs.Request:
    """The job item that exports the year into ``folder``; the same state of the archive is the same request."""
    state = _state(_of_year(year))
    name = _name(year, state)
    payload = {
        "year_be": int(year.year),
        "province": year.province_code,
        "state": state,
        "path": str(folder.absolute() / f"{name}.zip"),
    }
    return jobs.Request(f"ส่งออกคลังปี {year.year}", payload)


def work(
    items: Sequence[JobItem], progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Write and verify the bag of each item."""
    return jobs.one_by_one(items, lambda item: _export(item, progress))


def _export(item: JobItem, progress: Callable[[int, int], None]) -> Mapping[str, object]:
    path = Path(item.payload["path"])
    new = not path.exists()
    report = _write(item, path, progress) if new else _verified(path, path.name)
    return {"path": str(path), "files": report.files, "bytes": path.stat().st_size, "new": int(new)}


def _verified(path: Path, name: str) -> BagReport:
    """The bag read again, whole; ``FixityBroken`` names the first fault."""
    report = verify_bag(path)
    if report.faults:
        raise FixityBroken(
            f"ชุดส่งออก {name} ไม่ตรงกับบัญชีของชุด: {report.faults[0]}",
            "ลบไฟล์นี้ ตรวจคลังด้วย docservice archive verify แล้วส่งออกใหม่",
            english=f"Bag {name} does not verify: {report.faults[0]}",
        )
    return report


def _write(item: JobItem, path: Path, progress: Callable[[int, int], None]) -> BagReport:
    """Write the bag beside its name, verify it, and only then give it the name."""
    year = register.year(BE(item.payload["year_be"]), item.payload["province"])
    entries = list(_entries(year, _dossiers(int(year.year), year.province_code)))
    part = path.with_name(f".{path.name}.{item.pk}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            write_bag(out, _counted(entries, progress), _info(year, item.payload["state"]), path.stem)
            out.flush()
            os.fsync(out.fileno())
        report = _verified(part, path.name)
        part.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"เขียนชุดส่งออกไม่ได้: {path.parent} ({error.strerror})",
            "ตรวจพื้นที่ว่างและสิทธิ์ของโฟลเดอร์ แล้วส่งออกใหม่",
            english=f"Cannot write the bag to {path.parent}: {error.strerror}",
        ) from error
    finally:
        with contextlib.suppress(OSError):  # never made, or the disk is gone: what went wrong has been told
            part.unlink()
    return report


def _counted(entries: list[BagEntry], progress: Callable[[int, int], None]) -> Iterator[BagEntry]:
    """The entries; ``progress`` hears of each when its bytes are asked for."""
    for done, entry in enumerate(entries, start=1):
        yield replace(entry, open=partial(_announced, entry.open, partial(progress, done, len(entries))))


def _announced(opened: Callable[[], BinaryIO], announce: Callable[[], None]) -> BinaryIO:
    announce()
    return opened()


def _entries(year: YearFile, dossiers: Sequence[Dossier]) -> Iterator[BagEntry]:
    """The register and finding aid first, then every file of every OCFL object."""
    documents = list(_documents(dossiers))
    yield _text_entry("register.csv", _register(year, documents))
    yield _text_entry("index.html", finding_aid.page(year, dossiers, documents).encode())
    for dossier, files in stored.files(dossiers):
        for file in files:
            yield BagEntry(f"archive/{dossier.key}/{file.path}", file.size, file.sha256, file.sha512, file.open)


def _text_entry(path: str, data: bytes) -> BagEntry:
    def opened() -> BinaryIO:
        return io.BytesIO(data)

    return BagEntry(path, len(data), hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest(), opened)


def _dossiers(year_be: int, province: str) -> list[Dossier]:
    return list(Dossier.objects.filter(year_be=year_be, province=province, version__gt=0))


def _documents(dossiers: Sequence[Dossier]) -> Iterator[Document]:
    current = Document.objects.filter(dossier__in=dossiers, current=True).select_related("dossier")
    yield from current.defer("provenance", "dossier__about").iterator()


def _register(year: YearFile, documents: Sequence[Document]) -> bytes:
    """CSV with a UTF-8 mark, so that Excel opens the Thai right; keys never start with = + - @."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for document in documents:
        dossier = document.dossier
        district = year.district(dossier.district)
        writer.writerow(
            [
                dossier.key,
                district.name if district else "จังหวัด",
                _plain(dossier.title),
                _plain(document.title),
                document.kind,
                _plain(document.number),
                document.pages or "",
                document.size,
                finding_aid.location(document),
                document.sha256,
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def _plain(text: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _info(year: YearFile, state: str) -> dict[str, str]:
    today = datetime.now(UTC).date().isoformat()
    return {
        "Source-Organization": str(year.section("office").get("name", "")),
        "External-Description": f"คลังเอกสารมาตรฐานการพัฒนาชุมชน (มชช.) จังหวัด{year.province} ปี {year.year}",
        "External-Identifier": f"{int(year.year)}/{year.province_code}/{state}",
        "Bagging-Date": today,
    }
