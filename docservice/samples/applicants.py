"""The 44 invented applicants of the sample year, and the two workbooks a clerk would have made of them.

Every person, group, village and tambon here is made up; the telephone numbers ``๐-๓๘๐๐-๐๐๐๑`` and on stand in a block
kept free for examples. The data is ``applicants.csv``; the workbooks are made when the demo asks for them.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from docservice.errors import InputRefused
from docservice.thai import BE, to_thai_digits

SAMPLE = Path(__file__).parent / "chachoengsao-2562"
YEAR_FILE = SAMPLE / "year.toml"
APPLICANTS_FILE = SAMPLE / "applicants.csv"

APPLICANT_COLUMNS = (
    "ลำดับ",
    "อำเภอ",
    "กลุ่มเป้าหมาย",
    "ชื่อผู้สมัคร",
    "ตำแหน่ง",
    "ที่อยู่/ที่ทำการ",
    "ผู้ประสานงาน",
    "โทรศัพท์",
    "จำนวนสมาชิก",
)
RESULT_COLUMNS = ("ลำดับ", "อำเภอ", "กลุ่มเป้าหมาย", "ชื่อผู้สมัคร", "ผลการประเมิน", "คะแนน")

_APPLICANT_WIDTHS = (7, 17, 22, 52, 34, 34, 24, 15, 13)
_RESULT_WIDTHS = (7, 17, 22, 60, 15, 9)
_CENTRED = frozenset({"ลำดับ", "โทรศัพท์", "จำนวนสมาชิก", "ผลการประเมิน", "คะแนน"})
_FONT = "TH SarabunPSK"
_EPOCH = datetime.datetime(2019, 2, 11, 9, 0)  # so that the same data gives the same bytes
_MODIFIED = re.compile(
    rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)"
)  # openpyxl puts the time of saving there
_THIN = Side(style="thin", color="FF7F7F7F")


@dataclass(frozen=True)
class SampleApplicant:
    """One invented unit; ``district`` and ``group`` are names as ``year.toml`` spells them.

    ``members`` is ``None`` for a leader; ``score`` is out of 100; ``phone`` has Thai digits.
    """

    number: int
    district: str
    group: str
    name: str
    post: str
    place: str
    coordinator: str
    phone: str
    members: int | None
    score: int

    @classmethod
    def from_row(cls, row: dict[str, str]) -> SampleApplicant:
        """Build from one row of ``applicants.csv``, keyed by its Thai headers."""
        members = row["จำนวนสมาชิก"]
        return cls(
            number=int(row["ลำดับ"]),
            district=row["อำเภอ"],
            group=row["กลุ่มเป้าหมาย"],
            name=row["ชื่อผู้สมัคร"],
            post=row["ตำแหน่ง"],
            place=row["ที่อยู่/ที่ทำการ"],
            coordinator=row["ผู้ประสานงาน"],
            phone=row["โทรศัพท์"],
            members=int(members) if members else None,
            score=int(row["คะแนน"]),
        )


def read_applicants(path: Path = APPLICANTS_FILE) -> tuple[SampleApplicant, ...]:
    """The sample applicants in register order; ``InputRefused`` when a column is missing or a number is not one."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        try:
            return tuple(SampleApplicant.from_row(row) for row in csv.DictReader(lines))
        except (KeyError, ValueError) as fault:
            raise InputRefused(
                f"อ่านไฟล์ {path.name} ไม่ได้: {fault}",
                "ตรวจชื่อคอลัมน์ในแถวแรกและช่องที่ต้องเป็นตัวเลข",
                english=f"Cannot read {path.name}: {fault}. Check the column names and the numbers.",
            ) from fault


def write_workbooks(
    folder: Path, *, year: BE, province: str, applicants: Iterable[SampleApplicant] | None = None
) -> tuple[Path, Path]:
    """Write ``applicants.xlsx`` and ``results.xlsx`` into ``folder``; the same data gives the same bytes.

    ``province`` without the word จังหวัด; ``applicants`` defaults to the sample's. Both sheets have title rows above the
    header and some numbers in Thai digits, as clerks type them. In the results everyone passes.
    """
    people = tuple(applicants) if applicants is not None else read_applicants()
    folder.mkdir(parents=True, exist_ok=True)
    programme = f"ระบบมาตรฐานการพัฒนาชุมชน (มชช.) ประจำปี {year}"
    register = _workbook(
        "ผู้สมัคร",
        (f"ทะเบียนฐานข้อมูลผู้สมัครเข้ารับการพัฒนาตาม{programme}", f"จังหวัด{province}"),
        APPLICANT_COLUMNS,
        [_applicant_row(a) for a in people],
        _APPLICANT_WIDTHS,
    )
    results = _workbook(
        "ผลการประเมิน",
        (f"ผลการประเมินกลุ่มเป้าหมายตาม{programme}", f"จังหวัด{province}"),
        RESULT_COLUMNS,
        [_result_row(a) for a in people],
        _RESULT_WIDTHS,
    )
    return _save(register, folder / "applicants.xlsx"), _save(results, folder / "results.xlsx")


def _applicant_row(a: SampleApplicant) -> list[str | int]:
    return [_clerk(a.number), a.district, a.group, a.name, a.post, a.place, a.coordinator, a.phone, _clerk(a.members)]


def _result_row(a: SampleApplicant) -> list[str | int]:
    return [_clerk(a.number), a.district, a.group, a.name, "ผ่าน", _clerk(a.score)]


def _clerk(number: int | None) -> str | int:
    """A number as it turns up in real sheets: every other one typed with Thai digits, a dash where there is none."""
    if number is None:
        return "-"
    return to_thai_digits(str(number)) if number % 2 else number


def _workbook(
    name: str,
    titles: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    widths: Sequence[int],
) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 -- a new workbook has one worksheet; this tells mypy
    sheet.title = name
    for title in titles:
        sheet.append([title])
    sheet.append([])
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    _dress(sheet, len(titles), columns, widths)
    book.properties.creator = "ตัวอย่าง"
    book.properties.created = _EPOCH
    book.properties.modified = _EPOCH
    return book


def _dress(sheet: Worksheet, titles: int, columns: Sequence[str], widths: Sequence[int]) -> None:
    header = titles + 2
    for row in range(1, titles + 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(columns))
        cell = sheet.cell(row, 1)
        cell.font = Font(name=_FONT, size=18, bold=True)
        cell.alignment = Alignment(horizontal="center")
    for column, (label, width) in enumerate(zip(columns, widths, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        _dress_column(sheet, header, column, centred=label in _CENTRED)
    sheet.freeze_panes = f"A{header + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header}:{header}"


def _dress_column(sheet: Worksheet, header: int, column: int, *, centred: bool) -> None:
    box = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    for row in range(header, sheet.max_row + 1):
        cell = sheet.cell(row, column)
        cell.border = box
        cell.font = Font(name=_FONT, size=16, bold=row == header)
        across = "center" if centred or row == header else "left"
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=row == header)
        if row == header:
            cell.fill = PatternFill("solid", fgColor="FFE7ECF5")


def _save(book: Workbook, path: Path) -> Path:
    """Save through memory with fixed zip times, then put in place in one step."""
    raw = io.BytesIO()
    book.save(raw)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(fixed_zip(raw.getvalue()))
    draft.replace(path)
    return path


def fixed_zip(data: bytes) -> bytes:
    """The same Office file (xlsx, docx) with every member's time set to the sample's, so that repeats are identical."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, _EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, _MODIFIED.sub(rb"\g<1>2019-02-11T09:00:00Z\g<2>", source.read(member)))
    return out.getvalue()
