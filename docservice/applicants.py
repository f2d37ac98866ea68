"""Applicants and results from a clerk's Excel file: read as it is, checked row by row, imported whole or not at all.

Title rows above the header, Thai digits and stray spaces are expected. Columns are found by their Thai header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from docservice import register
from docservice.errors import InputRefused
from docservice.models import Applicant
from docservice.thai import clean, to_thai_digits
from docservice.yearfile import YearFile

_HEADERS = {
    "อำเภอ": "district",
    "กลุ่มเป้าหมาย": "group",
    "กลุ่ม": "group",
    "ชื่อผู้สมัคร": "name",
    "ชื่อ": "name",
    "ตำแหน่ง": "post",
    "ที่อยู่/ที่ทำการ": "place",
    "ที่อยู่": "place",
    "ผู้ประสานงาน": "coordinator",
    "โทรศัพท์": "phone",
    "จำนวนสมาชิก": "members",
    "ผลการประเมิน": "result",
    "คะแนน": "score",
}
_NEEDED = ("district", "group", "name")
_RESULTS = {"ผ่าน": "passed", "ไม่ผ่าน": "failed"}
_HEADER_WITHIN = 15
_FAULTS_SHOWN = 20
_LONGEST = {"name": 300, "post": 300, "place": 500, "coordinator": 300, "phone": 100, "members": 100, "score": 40}
_MOST_ROWS = 20_000
_MOST_BYTES = 100 * 10**6
COLUMNS = (
    ("district", "อำเภอ"), ("group", "กลุ่มเป้าหมาย"), ("name", "ชื่อผู้สมัคร"), ("post", "ตำแหน่ง"), ("place", "ที่อยู่/ที่ทำการ"),
    ("coordinator", "ผู้ประสานงาน"), ("phone", "โทรศัพท์"), ("members", "จำนวนสมาชิก"),
)  # fmt: skip
"""The columns of an applicant and what they are called: of the empty form, of the exported list, of the pages."""


@dataclass(frozen=True)
class Fault:
    """One place to mend: ``row`` as Excel numbers it (0: the sheet as a whole), ``column`` its letter or empty, what
    stands there and what is wrong with it, in Thai (``message``) and English."""

    row: int
    column: str
    value: str
    message: str
    english: str

    def __str__(self) -> str:
        place = f"แถว {self.row}" if self.row else ""
        place += f" คอลัมน์ {self.column}" if self.column else ""
        said = f"“{self.value}” {self.message}" if self.column else self.message
        return f"{place}: {said}" if place else said

    @property
    def in_english(self) -> str:
        """The same as ``str``, in English."""
        place = f"row {self.row}" if self.row else ""
        place += f" column {self.column}" if self.column else ""
        said = f"“{self.value}” {self.english}" if self.column else self.english
        return f"{place}: {said}" if place else said


class WorkbookRefused(InputRefused):
    """A workbook with places to mend; ``faults`` holds every one of them, the sentence the first twenty."""

    def __init__(self, message: str, remedy: str = "", *, english: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(message, remedy, english=english)
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Imported:
    """What an import did: rows read, applicants new and changed, results changed."""

    rows: int
    added: int
    changed: int
    results: int


@dataclass(frozen=True)
class _Row:
    number: int
    values: dict[str, str]


def import_workbook(
    path: Path, year: YearFile, *, actor: str, districts: frozenset[str] | None = None, dry: bool = False
) -> Imported:
    """Import applicants (and results, where the file has that column) into ``year``.

    Raises ``WorkbookRefused`` with sheet, row, column and remedy of every fault; then nothing was imported.
    ``districts``: those the person is bound to; rows of others are faults, and so are results. ``dry``: only tell what
    it would do.
    """
    sheet = _open(path)
    columns, first = _header(sheet, path)
    rows = list(_rows(sheet, columns, first))
    faults = [fault for row in rows for fault in _faults(row, columns, year, districts)]
    faults += _repeated(rows, columns, year)
    if not rows:
        faults = [Fault(0, "", "", "ไม่มีรายการใต้หัวตาราง", "there are no rows below the header")]
    if len(rows) > _MOST_ROWS:
        said = f"มีเกิน {_MOST_ROWS:,} แถว แบ่งเป็นหลายแฟ้ม", f"more than {_MOST_ROWS:,} rows; split the file"
        faults = [Fault(0, "", "", *said)]
    if districts is not None and "result" in columns:
        at = first - 1, get_column_letter(columns["result"])
        faults = [Fault(*at, "ผลการประเมิน", "ให้จังหวัดเป็นผู้นำเข้า", "results are imported by the province")]
    if faults:
        raise _refused(path, sheet.title, faults)
    entries = [_entry(row, year) for row in rows]
    if "result" not in columns:
        added, changed = register.enter_applicants(year, entries, actor=actor, dry=dry)
        return Imported(len(rows), added, changed, 0)
    results = _results(rows, entries, year, path, sheet.title)
    return Imported(len(rows), 0, 0, register.enter_results(year, results, actor=actor, dry=dry))


def _results(
    rows: Sequence[_Row], entries: Sequence[dict[str, str]], year: YearFile, path: Path, sheet: str
) -> dict[int, tuple[str, str]]:
    """By applicant, the result and the score; who is not in the register is a fault."""
    known = {(a.district, a.group, a.name): a for a in register.applicants(year)}
    strangers = [
        Fault(
            row.number, "", entry["name"], f"ไม่มี “{entry['name']}” ในทะเบียนผู้สมัคร",
            f"“{entry['name']}” is not in the register of applicants",
        )
        for row, entry in zip(rows, entries, strict=True)
        if _identity(entry) not in known
    ]  # fmt: skip
    if strangers:
        raise _refused(path, sheet, strangers)
    return {
        _pk(known[_identity(entry)]): (_RESULTS[row.values["result"]], row.values.get("score", ""))
        for row, entry in zip(rows, entries, strict=True)
    }


def _identity(entry: dict[str, str]) -> tuple[str, str, str]:
    return entry["district"], entry["group"], entry["name"]


def _pk(applicant: Applicant) -> int:
    return int(applicant.pk)


def _open(path: Path) -> Worksheet:
    try:
        _refuse_huge(path)
        workbook = load_workbook(path, data_only=True)
    # SyntaxError is how XML parsers call a part of the workbook that is not XML.
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise InputRefused(
            f"เปิดแฟ้ม {path.name} ไม่ได้",
            "ต้องเป็นแฟ้ม .xlsx ที่ไม่ใส่รหัสผ่าน เปิดใน Excel แล้วบันทึกเป็น .xlsx อีกครั้ง",
            english=f"Cannot open {path.name} as an .xlsx workbook. Save it again as .xlsx without a password.",
        ) from error
    return workbook.worksheets[0]


def _refuse_huge(path: Path) -> None:
    """Before it is read into memory: a workbook says how long its parts are, and no more of them is ever read."""
    with ZipFile(path) as package:
        if sum(part.file_size for part in package.infolist()) > _MOST_BYTES:
            raise ValueError("too large")


def _header(sheet: Worksheet, path: Path) -> tuple[dict[str, int], int]:
    """Which column holds what, and the first row below the header."""
    for number, cells in enumerate(sheet.iter_rows(max_row=_HEADER_WITHIN, values_only=True), start=1):
        columns: dict[str, int] = {}
        for index, value in enumerate(cells, start=1):
            name = _HEADERS.get(_text(value).split(" (")[0].replace(" ", ""))
            if name:
                columns.setdefault(name, index)
        if all(name in columns for name in _NEEDED):
            return columns, number + 1
    said = (
        "ไม่พบแถวหัวตารางที่มี อำเภอ, กลุ่มเป้าหมาย และ ชื่อผู้สมัคร",
        "no header row with the columns district, target group and applicant's name (in Thai, as in the empty form)",
    )
    raise _refused(path, sheet.title, [Fault(0, "", "", *said)])


def _rows(sheet: Worksheet, columns: dict[str, int], first: int) -> Iterator[_Row]:
    for number, cells in enumerate(sheet.iter_rows(min_row=first, values_only=True), start=first):
        values = {name: _text(cells[index - 1]) for name, index in columns.items() if index <= len(cells)}
        if any(values.values()):
            yield _Row(number, values)


def _faults(row: _Row, columns: dict[str, int], year: YearFile, districts: frozenset[str] | None) -> Iterator[Fault]:
    district = year.district(_without(row, "district", "อำเภอ"))
    own = district is None or districts is None or district.code in districts
    group = year.group(row.values.get("group", ""))
    checks = [
        ("district", district is not None, "ไม่ใช่อำเภอของจังหวัดนี้", "is no district of this province"),
        ("district", own, "ไม่ใช่อำเภอที่ท่านดูแล", "is not your district"),
        ("group", group is not None, "ไม่ใช่กลุ่มเป้าหมายของปีนี้", "is no target group of this year"),
        ("name", bool(row.values.get("name")), "ยังไม่ได้กรอกชื่อ", "the name is missing"),
        ("result", _judged(row, columns), "ต้องเป็น ผ่าน หรือ ไม่ผ่าน", "must be ผ่าน (passed) or ไม่ผ่าน (failed)"),
    ]
    for name, longest in _LONGEST.items():
        word = "ชื่อยาว" if name == "name" else "ยาว"
        said = to_thai_digits(f"{word}เกิน {longest} ตัวอักษร"), f"is longer than {longest} letters"
        checks.append((name, len(row.values.get(name, "")) <= longest, *said))
    for name, sound, message, english in checks:
        if not sound:
            letter = get_column_letter(columns[name])
            yield Fault(row.number, letter, row.values.get(name, ""), message, english)


def _judged(row: _Row, columns: dict[str, int]) -> bool:
    return "result" not in columns or row.values.get("result") in _RESULTS


def _repeated(rows: Sequence[_Row], columns: dict[str, int], year: YearFile) -> list[Fault]:
    seen: dict[tuple[str, str, str], int] = {}
    faults = []
    for row in rows:
        identity = _identity(_entry(row, year))
        if identity in seen:
            at = row.number, get_column_letter(columns["name"]), row.values["name"]
            faults.append(Fault(*at, f"ซ้ำกับแถว {seen[identity]}", f"repeats row {seen[identity]}"))
        seen.setdefault(identity, row.number)
    return faults


def _entry(row: _Row, year: YearFile) -> dict[str, str]:
    district = year.district(_without(row, "district", "อำเภอ"))
    group = year.group(row.values["group"])
    codes = {"district": district.code if district else "", "group": group.code if group else ""}
    return {**row.values, **codes}


def _without(row: _Row, name: str, word: str) -> str:
    return row.values.get(name, "").removeprefix(word).strip()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean(str(value)).split())


def _refused(path: Path, sheet: str, faults: Sequence[Fault]) -> WorkbookRefused:
    shown = "\n".join(f"  • {fault}" for fault in faults[:_FAULTS_SHOWN])
    english = "\n".join(f"  • {fault.in_english}" for fault in faults[:_FAULTS_SHOWN])
    left = len(faults) - _FAULTS_SHOWN
    more, further = (f"\n  … และอีก {left} แห่ง", f"\n  … and {left} more") if left > 0 else ("", "")
    said = f"{path.name}, sheet “{sheet}”: {len(faults)} places to mend; nothing was imported"
    return WorkbookRefused(
        f"นำเข้า {path.name} ไม่ได้ แผ่นงาน “{sheet}” มี {len(faults)} แห่งที่ต้องแก้:\n{shown}{more}\n",
        "แก้ในแฟ้มแล้วนำเข้าใหม่ ยังไม่มีรายการใดถูกนำเข้า",
        english=f"{said}:\n{english}{further}",
        faults=faults,
    )
