"""The year's lists as Excel files: applicants, papers, jobs, the items of a job. Rows are written as they are read.

Who may see which rows was decided before: every function takes rows from ``access``. The lists of applicants are Thai
in every language: they can be imported again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from docservice import engines, facts, paper_life, paper_list, progress, standing
from docservice.applicants import COLUMNS
from docservice.errors import InputRefused
from docservice.models import Applicant, Document, Job
from docservice.thai import date_short, safe_file_name, to_thai_digits
from docservice.yearfile import District, YearFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000
"""So many applicants fit into one sheet."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
_AT_ONCE = 500
_WIDTHS = (14, 20, 22, 40, 24, 44, 26, 16, 14, 14, 12)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its header, its rows (read while they are written), the widths of its columns."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = ()

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{safe_file_name(self.name)}.xlsx"

    def written(self) -> IO[bytes]:
        """The Excel file, at its beginning: the header in bold and fixed, dates in Thai, text as text."""
        book = Workbook(write_only=True)
        page: Any = book.create_sheet(safe_file_name(self.name)[:31])
        for number, width in enumerate(self.widths):
            page.column_dimensions[chr(ord("A") + number)].width = width
        page.freeze_panes = "A2"
        page.append(_bold(page, self.header))
        for row in self.rows:
            page.append([_cell(page, value) for value in row])
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115  closed by whoever sends it
        book.save(file)
        file.seek(0)
        return file


def _bold(page: Any, header: Sequence[str]) -> list[Any]:
    cells = [WriteOnlyCell(page, text) for text in header]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _cell(page: Any, value: object) -> object:
    """A cell; a text is never taken for a formula."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if isinstance(value, date):
        return date_short(value)
    if value is None or isinstance(value, int | float):
        return value
    cell = WriteOnlyCell(page, _UNWRITABLE.sub("", str(value))[:_LONGEST])
    cell.data_type = "s"
    return cell


# ---------------------------------------------------------------------------------------------------------- applicants
def applicants(year: YearFile, rows: QuerySet[Applicant], say: Callable[[str], str] = str) -> Sheet:
    """The applicants, so that they can be imported again; ``say``: how numbers are written.

    ``InputRefused`` when they are more than ``MOST``.
    """
    if rows[MOST : MOST + 1].exists():
        raise InputRefused(
            to_thai_digits(f"รายการเกิน {MOST:,} แถว"),
            "เลือกอำเภอหรือกลุ่มก่อน แล้วส่งออกทีละส่วน",
            english=f"More than {MOST} rows. Choose a district first.",
        )
    header = ["เลขที่ผู้สมัคร", *(label for _name, label in COLUMNS), "หลักฐาน", "ผล"]
    return Sheet(f"ผู้สมัคร {year.year}", header, _applicants(year, rows, say), _WIDTHS)


def _applicants(year: YearFile, rows: QuerySet[Applicant], say: Callable[[str], str]) -> Iterator[list[Any]]:
    found = list(rows)
    far = standing.standings(year, found)
    groups = {group.code: group.name for group in year.groups}
    districts = {district.code: district.name for district in year.districts}
    for row in found:
        how = far[row.pk]
        place = districts.get(row.district, row.district), groups.get(row.group, row.group)
        details = [getattr(row, name) for name, _label in COLUMNS[2:]]
        evidence = "ครบ" if how.complete else f"{how.done}/{how.required}"
        yield [say(facts.applicant_number(year, row)), *place, *details, evidence, row.get_result_display()]


def applicants_form(year: YearFile, districts: Sequence[District]) -> Sheet:
    """The empty form of the import, with the words that its columns take on a line below."""
    example = (districts[0].name if districts else "", year.groups[0].name, "ตัวอย่าง: ลบแถวนี้ก่อนนำเข้า")
    return Sheet(f"แบบฟอร์มผู้สมัคร {year.year}", [label for _name, label in COLUMNS], [example], _WIDTHS[1:])


# -------------------------------------------------------------------------------------------------------------- papers
def papers(year: YearFile, rows: QuerySet[Document]) -> Sheet:
    """The papers (of ``paper_list.narrowed``), in the order of ``rows``."""
    header = [_("ชนิด"), _("เลขที่"), _("ลงวันที่"), _("เรื่อง"), _("อำเภอ"), _("สถานะ"), _("รุ่นที่"), _("จัดเก็บเมื่อ"), _("แฟ้ม")]
    name = _("เอกสาร %(year)s") % {"year": year.year}
    return Sheet(name, header, _papers(year, rows), (22, 20, 12, 70, 18, 18, 8, 12, 30))


def _papers(year: YearFile, rows: QuerySet[Document]) -> Iterator[Sequence[object]]:
    kinds = engines.catalogue().kinds
    keys = rows.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE)
    while some := list(islice(keys, _AT_ONCE)):
        for paper, life in paper_list.standing(Document.objects.all(), some):
            district = year.district(paper.district)
            yield (
                _(kinds[paper.kind].label), paper.number, paper_list.day_of(paper), paper.title,
                district.name if district else _("จังหวัด"), _(paper_life.STATES[life.state]), paper.version,
                paper.filed_at, paper.dossier.key,
            )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- queue
def jobs(year: YearFile, rows: QuerySet[Job]) -> Sheet:
    """The jobs with how many of their items are done and failed."""
    header = [
        _("หมายเลข"),
        _("คำขอ"),
        _("ผู้ขอ"),
        _("ขอเมื่อ"),
        _("เสร็จเมื่อ"),
        _("สถานะ"),
        _("ทั้งหมด"),
        _("เสร็จ"),
        _("ไม่สำเร็จ"),
    ]
    return Sheet(_("คิวงาน %(year)s") % {"year": year.year}, header, _jobs(rows), (10, 60, 16, 14, 14, 20))


def _jobs(rows: QuerySet[Job]) -> Iterator[Sequence[object]]:
    found = rows.iterator(chunk_size=_AT_ONCE)
    while chunk := list(islice(found, _AT_ONCE)):
        for line in progress.lines(chunk):
            job = line.job
            dates = job.requested_at, job.finished_at
            counts = line.total, line.done, line.failed
            yield job.pk, job.title, job.requested_by, *dates, _state(job.state), *counts


def items(job: Job) -> Sheet:
    """Every item of a job, the failed first, each with why and what to do."""
    header = [_("ลำดับ"), _("รายการ"), _("สถานะ"), _("เหตุที่ไม่สำเร็จ"), _("วิธีแก้"), _("แฟ้ม")]
    return Sheet(job.title, header, _items(job), (8, 60, 14, 60, 40, 30))


def _items(job: Job) -> Iterator[Sequence[object]]:
    for each in progress.STATES:
        for item in progress.items(job, each).iterator(chunk_size=_AT_ONCE):
            error, result = item.error or {}, item.result or {}
            why = error.get("message", ""), error.get("remedy", "")
            yield item.position, item.title, _state(item.state), *why, result.get("dossier", "")


def _state(state: str) -> str:
    return pgettext("state", progress.CALLED.get(state, state))
