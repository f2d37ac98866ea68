"""The lists of the regulation's third chapter: sent to be kept (form 19), twenty years old (21), to be destroyed (25).

And the record of a destruction, for which the regulation has no form: it asks for a note signed by the committee.
"""

from __future__ import annotations

from dataclasses import replace

from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    each,
    paragraph,
    row,
    row_tag,
    section,
    table,
    when,
    word_file,
)

PAGE = Page(top=2.1, bottom=1.5, left=2.5, right=1.5, header=1.0).landscape()
LETTERS = Look(size=14)
SMALL = Look(size=11)
Columns = tuple[tuple[str, float, str, bool], ...]
_NO = ("ลำดับที่", 1.4, "{{ loop.index|thai }}", True)
_CODE = ("รหัสแฟ้ม", 4.2, "{{ item.code }}", False)
_NUMBER = ("ที่", 3.2, "{{ item.number }}", False)
_DATE = ("ลงวันที่", 2.1, "{% if item.date %}{{ item.date|date_short }}{% endif %}", True)
_RECEIVED = ("เลขทะเบียนรับ", 1.8, "{{ item.received }}", True)
# heading, width in cm, what each line prints, centred
SENT: Columns = (
    _NO,
    _NUMBER,
    _DATE,
    ("เรื่อง", 8.7, "{{ item.subject }}", False),
    ("อายุการเก็บหนังสือ", 5.2, "{{ item.keep }}", False),
    ("หมายเหตุ", 5.1, "{{ item.remark }}", False),
)
TWENTY: Columns = (
    _NO,
    _CODE,
    _NUMBER,
    _DATE,
    _RECEIVED,
    ("เรื่อง", 8.4, "{{ item.subject }}", False),
    ("หมายเหตุ", 4.6, "{{ item.remark }}", False),
)
DESTROY: Columns = (
    _NO,
    _CODE,
    _NUMBER,
    _DATE,
    _RECEIVED,
    ("เรื่อง", 6.8, "{{ item.subject }}", False),
    ("การพิจารณา", 3.0, "{{ item.opinion }}", True),
    ("หมายเหตุ", 3.2, "{{ item.remark }}", False),
)
DESTROYED: Columns = (
    ("ลำดับที่", 1.4, "{{ item.no|thai }}", True),
    _CODE,
    ("เรื่อง", 6.2, "{{ item.subject }}", False),
    ("ผล", 3.9, "{{ item.result }}", False),
    ("วันที่ทำลาย", *_DATE[1:]),
    ("SHA-256 ของระเบียนที่เหลือไว้", 7.9, "{{ item.digest }}", False),
)
_ORGANISATION = "{{ ministry }}  {{ department }}  {{ scope }}"


def papers() -> dict[str, bytes]:
    """The four kinds' ``2569-1.docx``."""
    year = "{{ title }} ประจำปี {{ year_be }}"
    handed = _signed("ผู้มอบ") + _signed("ผู้รับมอบ")
    return {
        "retention-sent/2569-1.docx": _list("บัญชีหนังสือส่งเก็บ", ("{{ title }} ปี {{ year_be }}", "{{ scope }}"), SENT, ""),
        "retention-twenty/2569-1.docx": _list("บัญชีส่งมอบหนังสือครบ ๒๐ ปี", (year, _ORGANISATION), TWENTY, handed),
        "disposal-list/2569-1.docx": _list(
            "บัญชีหนังสือขอทำลาย", (f"{year} ครั้งที่ {{{{ round }}}}", _ORGANISATION), DESTROY, _opinion()
        ),
        "disposal-certificate/2569-1.docx": _certificate(),
    }


def _list(label: str, titles: tuple[str, str], columns: Columns, end: str) -> bytes:
    return word_file(
        label,
        *map(_title, titles),
        _line("วันที่ {{ date|date_letter }}  จำนวน {{ rows|length|thai }} รายการ"),
        _table(columns, last={}),
        end,
        paragraph("SectionEnd"),
        section(PAGE),
    )


def _certificate() -> bytes:
    return word_file(
        "บันทึกการทำลายหนังสือ",
        _title("{{ title }} ประจำปี {{ year_be }} ครั้งที่ {{ round }}"),
        _title("{{ scope }}"),
        _line("ตามบัญชี {{ list }}  ทำลายเสร็จวันที่ {{ date|date_letter }}"),
        _told(
            "คณะกรรมการทำลายหนังสือขอรับรองว่า ได้ทำลายหนังสือตามบัญชีข้างต้นแล้ว {{ destroyed|thai }} แฟ้ม"
            "{% if others %} อีก {{ others|thai }} แฟ้มขยายเวลาการเก็บหรือส่งมอบตามความเห็น{% endif %} "
            "โดยลบเนื้อไฟล์ทุกรุ่นออกจากที่จัดเก็บ คงเหลือเฉพาะระเบียนว่าได้ทำลายแล้วพร้อมค่าตรวจสอบของไฟล์ที่ทำลาย"
        ),
        _told("คำอนุมัติ {{ order }}"),
        _told("สำนักหอจดหมายเหตุแห่งชาติ: {{ archives }}"),
        _told("ผู้เสนอบัญชี {{ proposed_by }}  ผู้บันทึกความเห็น {{ decided_by }}  ผู้อนุมัติ {{ approved_by }}", after=6),
        _table(DESTROYED, last={5: SMALL}),
        _committee(),
        paragraph("SectionEnd"),
        section(PAGE),
    )


def _title(text: str) -> Xml:
    return paragraph("PageTitle", text, look=Look(align="center", right=1.0, size=18, bold=True))


def _line(text: str) -> Xml:
    return paragraph("Letterhead", text, look=Look(align="center", right=1.0, after=6))


def _told(text: str, after: float = 0) -> Xml:
    return paragraph("Letterhead", text, look=Look(right=0, after=after))


def _table(columns: Columns, last: dict[int, Look]) -> Xml:
    """``last``: the look of columns that want another than the rest."""
    widths = tuple(width for _, width, _, _ in columns)
    head = [Cell(paragraph("CellHead", heading, look=LETTERS), align="center") for heading, _, _, _ in columns]
    return table(
        widths,
        [
            row(widths, head, header=True),
            row_tag("for item in rows", len(columns)),
            row_tag("if loop.revindex <= 2", len(columns)),
            row(widths, _cells(columns, last, keep=True)),
            row_tag("else", len(columns)),
            row(widths, _cells(columns, last, keep=False)),
            row_tag("endif", len(columns)),
            row_tag("endfor", len(columns)),
        ],
        padding=0.1,
    )


def _cells(columns: Columns, last: dict[int, Look], *, keep: bool) -> list[Cell]:
    """A line; the last two stay with the signatures after the table."""
    looks = [replace(last.get(at, LETTERS), keep_next=keep) for at in range(len(columns))]
    styles = ["CellCentre" if mid else "Cell" for _, _, _, mid in columns]
    texts = [text for _, _, text, _ in columns]
    return [Cell(paragraph(*each[:2], look=each[2])) for each in zip(styles, texts, looks, strict=True)]


def _opinion() -> str:
    """The committee's own lines; empty ones to be signed by hand until its opinion is entered."""
    told = _told("ความเห็นของคณะกรรมการ: {{ minutes }}  (× = ควรทำลาย)")
    return (
        when("minutes", told) + _committee() + when("not committee", _signed("ประธานกรรมการ") + _signed("กรรมการ") * 2)
    )


def _committee() -> str:
    name = paragraph("Letterhead", "({{ name }})", look=_place())
    role = "{% if loop.first %}ประธานกรรมการ{% else %}กรรมการ{% endif %}"
    sign = paragraph(
        "Letterhead", f"(ลงชื่อ) ................................................ {role}", look=_place(before=12)
    )
    return each("name in committee", sign, name)


def _signed(role: str) -> str:
    sign = f"(ลงชื่อ) ................................................ {role}"
    blank = "(................................................)"
    return paragraph("Letterhead", sign, look=_place(before=12)) + paragraph("Letterhead", blank, look=_place())


def _place(before: float = 0) -> Look:
    return Look(align="center", left=13.5, right=0, before=before, keep_next=True)
