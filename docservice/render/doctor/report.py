"""What the doctor found in a template: faults with their places, as data; the words are in ``words``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docservice.thai import to_thai_digits

Severity = Literal["error", "warning", "note"]
PARTS = {
    "body": "เนื้อเอกสาร",
    "header": "หัวกระดาษ",
    "footer": "ท้ายกระดาษ",
    "footnote": "เชิงอรรถ",
    "endnote": "อ้างอิงท้ายเรื่อง",
}
FILE = "file"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a Word file as a person finds it. All numbers count from 1; ``None`` where there is no such thing.

    ``part`` is ``body``, ``header``, ``footer``, ``footnote``, ``endnote`` or ``file`` (the file as a whole), ``entry``
    its name in the package. ``paragraph`` counts within the cell, or within the part outside tables; ``table``
    within the part, ``cell`` within its row; ``nested`` is (table, row, cell) inside that cell. ``before`` + ``spot`` +
    ``after`` is the sentence; ``index`` is the paragraph's number in ``flow``, ``start`` where in it the spot is.
    """

    part: str = FILE
    entry: str = ""
    page: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    nested: tuple[int, int, int] | None = None
    text_box: bool = False
    before: str = ""
    spot: str = ""
    after: str = ""
    index: int | None = None
    start: int = 0

    def label(self) -> str:
        """``เนื้อเอกสาร หน้า ๒ ตารางที่ ๑ แถวที่ ๓ ช่องที่ ๒ ย่อหน้าที่ ๑``."""
        if self.part == FILE:
            return "ทั้งไฟล์"
        steps = [("หน้า", self.page), ("ตารางที่", self.table), ("แถวที่", self.row), ("ช่องที่", self.cell)]
        if self.nested:
            steps += zip(("ตารางซ้อนที่", "แถวที่", "ช่องที่"), self.nested, strict=True)
        steps.append(("ย่อหน้าที่", self.paragraph))
        said = [f"{word} {to_thai_digits(str(number))}" for word, number in steps if number is not None]
        return " ".join([PARTS[self.part], *said, *(["(ในกล่องข้อความ)"] if self.text_box else [])])

    def english(self) -> str:
        """``body, page 2, table 1, row 3, cell 2, paragraph 1``."""
        if self.part == FILE:
            return "the file"
        steps = [("page", self.page), ("table", self.table), ("row", self.row), ("cell", self.cell)]
        if self.nested:
            steps += zip(("inner table", "row", "cell"), self.nested, strict=True)
        steps.append(("paragraph", self.paragraph))
        said = [f"{word} {number}" for word, number in steps if number is not None]
        return ", ".join([self.part, *said, *(["in a text box"] if self.text_box else [])])

    def sentence(self) -> str:
        """The text around, the spot between ⟦ and ⟧; empty where there is no text."""
        return f"{self.before}⟦{self.spot}⟧{self.after}" if self.spot or self.before or self.after else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. ``error``: no paper can be made; ``warning``: it would be wrong; ``note``: works as it is.

    ``code`` is stable; ``message`` and ``remedy`` are Thai, ``english`` is both. ``mendable``: ``mend`` does it.
    ``times`` is how often the same was found in all, this place being the first.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    english: str
    mendable: bool = False
    times: int = 1

    def line(self) -> str:
        """Place, what is wrong and what to do, in one Thai line."""
        again = f" (พบ {to_thai_digits(str(self.times))} แห่ง)" if self.times > 1 else ""
        return f"{self.place.label()}: {self.message}{again} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Report:
    """All faults of one template in reading order. ``kind`` is the code of the kind it was held against, if any.

    ``notes`` are what works as it is but is told and, some of it, mended: a tag in several runs, comments left behind.

    ``pages`` is how many pages LibreOffice made of it; ``None`` where it was not laid out.
    """

    kind: str | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    pages: int | None = None
    name: str = ""

    @property
    def clean(self) -> bool:
        """Neither errors nor warnings; notes there may be."""
        return not self.faults

    @property
    def usable(self) -> bool:
        """No errors: papers can be made with it."""
        return all(fault.severity != "error" for fault in self.faults)

    def count(self, severity: Severity) -> int:
        """How many faults of one severity."""
        return sum(fault.severity == severity for fault in (*self.faults, *self.notes))


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values for ``--json`` and the web."""
    return {
        "name": report.name,
        "kind": report.kind,
        "clean": report.clean,
        "usable": report.usable,
        "pages": report.pages,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "faults": _faults(report.faults),
        "notes": _faults(report.notes),
    }


def _faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "code": fault.code,
            "severity": fault.severity,
            "part": fault.place.part,
            "entry": fault.place.entry,
            "page": fault.place.page,
            "paragraph": fault.place.paragraph,
            "table": fault.place.table,
            "row": fault.place.row,
            "cell": fault.place.cell,
            "nested": list(fault.place.nested) if fault.place.nested else None,
            "text_box": fault.place.text_box,
            "place": fault.place.label(),
            "before": fault.place.before,
            "spot": fault.place.spot,
            "after": fault.place.after,
            "sentence": fault.place.sentence(),
            "message": fault.message,
            "remedy": fault.remedy,
            "english": fault.english,
            "mendable": fault.mendable,
            "times": fault.times,
        }
        for number, fault in enumerate(faults, start=1)
    ]
