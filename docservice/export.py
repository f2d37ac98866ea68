"""What leaves the archive: a BagIt bag as a ZIP with OCFL objects as they are, a register and a finding aid.

A bag of a year or of one dossier is streamed, or a year's is written to a file by a job; both give the same bytes.

An export item's payload: ``year_be``, ``province``, ``state`` (digest of every dossier's version), ``path``, and
``choice`` where not all of the year is wanted.
The bag is written beside its final name and renamed when it has been verified; a corrupt object stops it by name.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

from docservice import bag_contents, bag_events, jobs, register
from docservice.bag_choice import ALL, Choice
from docservice.config import config
from docservice.desk import Desk
from docservice.errors import FixityBroken, NotFound, StoreUnavailable
from docservice.models import Dossier, Job, JobItem
from docservice.outcome import one_by_one
from docservice.thai import BE
from docservice.yearfile import YearFile
from storage.bag import BagEntry, BagReport, bag_size, stream_bag, verify_bag, write_bag

VERB = "export"


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


def year_bag(year: YearFile, choice: Choice = ALL) -> Bag:
    """What of the year is chosen, as it is filed now; ``NotFound`` for nothing, ``FixityBroken`` for damage."""
    dossiers = _of_year(year, choice)
    return _bag(year, dossiers, choice, _state(dossiers, choice))


def year_state(year: YearFile, choice: Choice = ALL) -> str:
    """A digest of everything filed that is chosen; ``NotFound`` when nothing is."""
    return _state(_of_year(year, choice), choice)


def year_mark(year: YearFile, choice: Choice = ALL) -> str:
    """Changes when the bag's bytes do."""
    dossiers = _of_year(year, choice)
    until = bag_events.last_told([dossier.key for dossier in dossiers])
    return f"{_state(dossiers, choice)}-{until}-{datetime.now(UTC).date()}"


def dossier_bag(year: YearFile, dossier: Dossier) -> Bag:
    """One dossier with all its versions, as ``year_bag``."""
    made = _bag(year, [dossier], ALL, _state([dossier], ALL))
    name = f"mchch-{dossier.key.replace('/', '-')}-v{dossier.version}"
    return replace(made, name=name, info={**made.info, "External-Identifier": f"{dossier.key}/v{dossier.version}"})


def _bag(year: YearFile, dossiers: Sequence[Dossier], choice: Choice, state: str) -> Bag:
    until = bag_events.last_told([dossier.key for dossier in dossiers])
    held = bag_contents.held(dossiers, choice)
    entries = list(bag_contents.entries(year, held, choice, until))
    return Bag(_name(year, state), entries, _info(year, state, choice, until))


def _of_year(year: YearFile, choice: Choice) -> list[Dossier]:
    filed = Dossier.objects.filter(year_be=int(year.year), province=year.province_code, version__gt=0)
    dossiers = list(choice.dossiers(filed))
    if not dossiers:
        what = f"ที่เลือก ({choice.told})" if choice.told else ""
        raise NotFound(
            f"ปี {year.year} ยังไม่มีแฟ้ม{what}ในคลัง",
            "จัดทำเอกสารหรือนำเข้าหลักฐานก่อน หรือเลือกใหม่ แล้วส่งออกใหม่",
            english=f"Nothing is filed for BE {int(year.year)} {choice.told}".strip() + ".",
        )
    return dossiers


def _state(dossiers: Sequence[Dossier], choice: Choice) -> str:
    filed = [[d.key, d.version] for d in dossiers]
    return jobs.digest([filed, choice.told] if choice.told else filed)


def _name(year: YearFile, state: str) -> str:
    return f"mchch-{int(year.year)}-{year.province_code}-{state[:8]}"


def request(year: YearFile, folder: Path, choice: Choice = ALL) -> jobs.Request:
    """The job item that exports what is chosen into ``folder``; the same state of the archive is the same request."""
    state = year_state(year, choice)
    name = _name(year, state)
    payload: dict[str, object] = {
        "year_be": int(year.year),
        "province": year.province_code,
        "state": state,
        "path": str(folder.absolute() / f"{name}.zip"),
    }
    if choice.told:
        payload["choice"] = asdict(choice)
    return jobs.Request(" ".join(filter(None, [f"ส่งออกคลังปี {year.year}", choice.told])), payload)


def export_year(desk: Desk, choice: Choice = ALL) -> Job:
    """The year's BagIt export, or what is chosen of it.

    Asked for again, the bag is verified again, and written again where it is gone.
    """
    desk.of_the_province()
    folder = desk.folder or config().home / "exports"
    job = desk.enter(VERB, f"ส่งออกคลัง ปี {desk.year.year}", [request(desk.year, folder, choice)])
    if job.state == Job.DONE:  # the archive has not changed, but the bag may have been moved or damaged
        jobs.repeat(job, actor=desk.actor)
    return job


def work(
    items: Sequence[JobItem], progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Write and verify the bag of each item."""
    return one_by_one(items, lambda item: _export(item, progress))


def _export(item: JobItem, progress: Callable[[int, int], None]) -> Mapping[str, object]:
    path = Path(item.payload["path"])
    new = not path.exists()
    report = _write(item, path, progress) if new else _verified(verify_bag(path), path.name)
    return {"path": str(path), "files": report.files, "bytes": path.stat().st_size, "new": int(new)}


def _verified(report: BagReport, name: str) -> BagReport:
    """The report of a bag without faults; ``FixityBroken`` names the first."""
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
    choice = Choice.read(item.payload.get("choice", {}))
    bag = _bag(year, _of_year(year, choice), choice, item.payload["state"])
    part = path.with_name(f".{path.name}.{item.pk}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            write_bag(out, _counted(bag.entries, progress), bag.info, path.stem)
            out.flush()
            os.fsync(out.fileno())
        # Both manifests were written by this very process, of digests recorded together: one finds what was miswritten.
        report = _verified(verify_bag(part, by="sha256"), path.name)
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


def _counted(entries: Sequence[BagEntry], progress: Callable[[int, int], None]) -> Iterator[BagEntry]:
    """The entries; ``progress`` hears of each when its bytes are asked for."""
    for done, entry in enumerate(entries, start=1):
        yield replace(entry, open=partial(_announced, entry.open, partial(progress, done, len(entries))))


def _announced(opened: Callable[[], BinaryIO], announce: Callable[[], None]) -> BinaryIO:
    announce()
    return opened()


def _info(year: YearFile, state: str, choice: Choice, until: int) -> dict[str, str]:
    today = datetime.now(UTC).date().isoformat()
    chosen = {"Docservice-Choice": choice.told} if choice.told else {}
    return {
        "Source-Organization": str(year.section("office").get("name", "")),
        "External-Description": f"คลังเอกสารมาตรฐานการพัฒนาชุมชน (มชช.) จังหวัด{year.province} ปี {year.year}",
        "External-Identifier": f"{int(year.year)}/{year.province_code}/{state}",
        "Bagging-Date": today,
        "Docservice-Layout": f"{bag_contents.LAYOUT} {choice.layout}",
        "Docservice-Events-Until": str(until),
        **chosen,
    }
