"""The registers of official numbers: letters sent (after form 14 of the regulation) and orders, one landscape table."""

from __future__ import annotations

from templates_th.stock.base import Cell, Look, Page, Xml, paragraph, row, row_tag, section, table, when, word_file

PAGE = Page(top=2.1, bottom=1.5, left=2.5, right=1.5, header=1.0).landscape()
LETTERS = Look(size=14)
_DATE = "{% if item.date %}{{ item.date|date_short }}{% endif %}"
# heading, width in cm, what each line prints, centred
SENT = (
    ("เลขทะเบียนส่ง", 1.8, "{{ item.value }}", True),
    ("ที่", 3.6, "{{ item.text }}", False),
    ("ลงวันที่", 2.3, _DATE, True),
    ("จาก", 3.7, "{{ item.sender }}", False),
    ("ถึง", 3.6, "{{ item.addressee }}", False),
    ("เรื่อง", 5.8, "{{ item.subject }}", False),
    ("การปฏิบัติ", 1.9, "{{ item.action }}", True),
    ("หมายเหตุ", 3.0, "{{ item.remark }}", False),
)
ORDERS = (
    ("เลขที่คำสั่ง", 2.6, "{{ item.value }}{% if item.text %}/{{ year_be }}{% endif %}", True),
    ("ลงวันที่", 2.6, _DATE, True),
    ("เรื่อง", 13.5, "{{ item.subject }}", False),
    ("การปฏิบัติ", 2.4, "{{ item.action }}", True),
    ("หมายเหตุ", 4.6, "{{ item.remark }}", False),
)
Columns = tuple[tuple[str, float, str, bool], ...]


def papers() -> dict[str, bytes]:
    """``register-letters/2562-1.docx`` and ``register-orders/2562-1.docx``."""
    return {
        "register-letters/2562-1.docx": _register("ทะเบียนหนังสือส่ง", SENT),
        "register-orders/2562-1.docx": _register("ทะเบียนคำสั่ง", ORDERS),
    }


def _register(label: str, columns: Columns) -> bytes:
    as_of = "ข้อมูล ณ วันที่ {{ as_of|date_letter }}"
    return word_file(
        label,
        _title("{{ title }} ปี พ.ศ. {{ year_be }}"),
        _title("{{ scope }}"),
        paragraph("Letterhead", as_of, look=Look(align="center", right=1.0, after=6)),
        _table(columns),
        when("certifier", _certified()),
        paragraph("SectionEnd"),
        section(PAGE),
    )


def _title(text: str) -> Xml:
    return paragraph("PageTitle", text, look=Look(align="center", right=1.0, size=18, bold=True))


def _table(columns: Columns) -> Xml:
    """A heading for each part where there are several, and its lines; a voided number keeps its line."""
    widths = tuple(width for _, width, _, _ in columns)
    head = [Cell(paragraph("CellHead", heading, look=LETTERS), align="center") for heading, _, _, _ in columns]
    line = [Cell(paragraph("CellCentre" if mid else "Cell", text, look=LETTERS)) for _, _, text, mid in columns]
    name = paragraph("Cell", "{{ part.name }}", look=Look(size=14, bold=True, keep_next=True))
    return table(
        widths,
        [
            row(widths, head, header=True),
            row_tag("for part in parts", len(columns)),
            row_tag("if parts|length > 1", len(columns)),
            row(widths, [Cell(name, span=len(columns))]),
            row_tag("endif", len(columns)),
            row_tag("for item in part.rows", len(columns)),
            row(widths, line),
            row_tag("endfor", len(columns)),
            row_tag("endfor", len(columns)),
        ],
        padding=0.1,
    )


def _certified() -> Xml:
    signed = Look(align="center", left=14.5, right=0, keep_next=True)
    place = "(ลงชื่อ) ................................................ ผู้รับรองทะเบียน"
    return Xml(
        paragraph("Letterhead", place, look=Look(align="center", left=14.5, right=0, before=18, keep_next=True))
        + paragraph("Letterhead", "(................................................)", look=signed)
        + paragraph("Letterhead", "{{ certifier }}", look=signed)
    )
