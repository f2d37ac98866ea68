"""Asking for an applicant's evidence book from the files handed in through the pages: one job, one item."""

from __future__ import annotations

import time

from django.db.models import Exists, OuterRef, QuerySet

from docservice import evidence, facts, intake, jobs, redacted, redaction, register, requests, scrutiny, standing
from docservice.checklist import UNASSIGNED
from docservice.drafts import Desk, about, place
from docservice.errors import InputRefused, NotFound
from docservice.making import Making
from docservice.models import Applicant, EvidenceFile, Job
from docservice.standing import Folder
from docservice.thai import BE, to_thai_digits
from docservice.unit_book import Unit
from docservice.yearfile import YearFile

READY_TURN = 60.0
"""Seconds a worker makes pieces for one applicant before it looks at what others wait for."""


def request(desk: Desk, unit: Applicant) -> Job:
    """Request the book of the applicant's folder as it is now; the same folder again finds the first job.

    Files of a kind that cannot be read at all, and those whose reading goes past the limits, stay out of it: the page
    says why. Files that are damaged or locked get a page with the reason. ``InputRefused`` when nothing was handed in.
    """
    _refuse_other_districts(desk, unit)
    asked = _asked(desk, unit)
    scope = jobs.Scope(unit.year_be, unit.province, unit.district)
    title = _title(desk.year, unit)
    return jobs.submit(evidence.VERB, title, [asked], actor=desk.actor, urgent=desk.urgent, scope=scope)


def request_redacted(desk: Desk, unit: Applicant) -> Job:
    """Request the redacted edition of the folder and its areas as they are now; the same again finds the first job.

    Files that nobody has looked at whole get a page that says so; see ``not_looked_at`` to tell it beforehand.
    """
    _refuse_other_districts(desk, unit)
    asked = _redacted(desk.year, unit)
    scope = jobs.Scope(unit.year_be, unit.province, unit.district)
    title = _title(desk.year, unit, redacted.EDITION)
    return jobs.submit(redacted.VERB, title, [asked], actor=desk.actor, urgent=desk.urgent, scope=scope)


def redacted_inputs(year: YearFile, unit: Applicant) -> str:
    """What a redacted edition of the folder as it is now would be made from: ``Document.inputs`` of one that is."""
    try:
        return redacted.inputs(_redacted(year, unit).payload)
    except InputRefused:
        return ""


def _redacted(year: YearFile, unit: Applicant) -> jobs.Request:
    folder = standing.folder(year, unit)
    files = lying(folder)
    return redacted.request(
        unit.dossier_key,
        _whose(year, unit),
        intake.checklist(year, unit),
        files,
        redaction.seen(unit, [file.sha256 for _, file in files]),
        about(year, unit),
        originals=[slot.code for slot in folder.slots if slot.seen],
        making=Making.of(year),
    )


def not_looked_at(unit: Applicant, folder: Folder) -> list[EvidenceFile]:
    """The readable files of the folder that nobody has looked at whole, in the order of the book."""
    files = [file for _, file in lying(folder) if file.problem is None]
    looked = redaction.seen(unit, [file.sha256 for file in files])
    return [file for file in files if not (file.sha256 in looked and looked[file.sha256].done)]


def lot(desk: Desk) -> Job:
    """One job with the book of each of the desk's applicants who handed in files; of folders on this machine where
    nobody did. ``InputRefused`` when there is nothing at all to make a book of."""
    units = [unit for unit in desk.units() if desk.wants(unit.dossier_key)]
    handed_in = set(
        EvidenceFile.objects.filter(
            applicant__year_be=int(desk.year.year), applicant__province=desk.year.province_code, removed_at=None
        ).values_list("applicant_id", flat=True)
    )
    having = [unit for unit in units if unit.pk in handed_in]
    if not having and requests.folders_are_used():
        return requests.books(desk)
    if not having:
        raise InputRefused(
            "ผู้สมัครที่เลือกยังไม่มีไฟล์หลักฐาน",
            "อัปโหลดหลักฐานที่หน้าผู้สมัครก่อน แล้วขอเล่มอีกครั้ง",
            english="None of the applicants has handed in evidence. Upload it first.",
        )
    title = f"เล่มหลักฐาน {to_thai_digits(str(len(having)))} ราย ปี {desk.year.year}"
    return desk.enter(evidence.VERB, title, (_asked(desk, unit) for unit in having))


def ready(units: QuerySet[Applicant]) -> QuerySet[Applicant]:
    """Those of the applicants of whom a book can be made: who handed in files; all where folders are used as well."""
    files = EvidenceFile.objects.filter(applicant=OuterRef("pk"), removed_at=None)
    return units if requests.folders_are_used() else units.filter(Exists(files))


def of(year: YearFile, unit: Applicant, asked: QuerySet[Job]) -> Job | None:
    """The newest request for the applicant's own book among ``asked``."""
    return _of(unit, asked).filter(verb=evidence.VERB, title=_title(year, unit)).first()


def redacted_of(year: YearFile, unit: Applicant, asked: QuerySet[Job]) -> Job | None:
    """The newest request for the redacted edition among ``asked``."""
    return _of(unit, asked).filter(verb=redacted.VERB, title=_title(year, unit, redacted.EDITION)).first()


def _of(unit: Applicant, asked: QuerySet[Job]) -> QuerySet[Job]:
    return asked.filter(year_be=unit.year_be, province=unit.province, district=unit.district)


def make_ready(unit_pk: int, *, seconds: float = READY_TURN) -> bool:
    """Make the pages of what the applicant handed in before anybody asks for the book; whether some are left.

    So the first book is bound as fast as any other: its files have been opened, cleaned and checked by then. Nothing
    depends on it. Ends after ``seconds``, between two files.
    """
    unit = Applicant.objects.filter(pk=unit_pk).first()
    if unit is None:  # struck off meanwhile
        return False
    year = register.year(BE(unit.year_be), unit.province)
    until = time.monotonic() + seconds
    making = Making.of(year)
    for _, file in lying(standing.folder(year, unit)):
        if time.monotonic() >= until:
            return True
        scrutiny.make_ready(file, making)
    return False


def is_kept_out(file: EvidenceFile) -> bool:
    """Whether no book may hold the file, not even as a page with the reason."""
    return not file.media_type or (file.problem or {}).get("code") == "evidence-too-heavy"


def _asked(desk: Desk, unit: Applicant) -> jobs.Request:
    folder = standing.folder(desk.year, unit)
    return evidence.request_of_files(
        unit.dossier_key,
        _whose(desk.year, unit),
        intake.checklist(desk.year, unit),
        _files(folder),
        about(desk.year, unit),
        originals=[slot.code for slot in folder.slots if slot.seen],
        making=Making.of(desk.year),
    )


def _refuse_other_districts(desk: Desk, unit: Applicant) -> None:
    if desk.districts is not None and unit.district not in desk.districts:
        raise NotFound("ไม่พบผู้สมัครในอำเภอของท่าน", "", english="There is no such applicant in your district.")


def _title(year: YearFile, unit: Applicant, edition: str = "") -> str:
    book = f"เล่มหลักฐาน {edition}".strip()
    return f"{book} {facts.applicant_number(year, unit)} {unit.name}"[:300]


def _whose(year: YearFile, unit: Applicant) -> Unit:
    district, group = place(year, unit)
    return Unit(
        title=evidence.PROGRAMME,
        applicant=unit.name,
        applicant_code=facts.applicant_number(year, unit),
        district=district.name,
        province=year.province,
        year_be=int(year.year),
        group=group.name,
    )


def lying(folder: Folder) -> list[tuple[str, EvidenceFile]]:
    """What the book is made of: slot and file, in its order."""
    found = [(slot.code, file) for slot in folder.slots for file in slot.files]
    found += [(UNASSIGNED, file) for file in folder.tray]
    return [(slot, file) for slot, file in found if not is_kept_out(file)]


def _files(folder: Folder) -> list[dict[str, str]]:
    return [
        {"slot": slot, "name": file.name, "stored": intake.key(file.sha256), "sha256": file.sha256}
        for slot, file in lying(folder)
    ]
