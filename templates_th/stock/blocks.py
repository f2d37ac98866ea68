"""Blocks to copy into a template of one's own: each with what it is for, in one Word file."""

from __future__ import annotations

from dataclasses import dataclass

from templates_th.stock.announcement import lists as attached_lists
from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    each,
    emblem_line,
    kept,
    paragraph,
    picture,
    row,
    section,
    signature,
    table,
    when,
    word_file,
)
from templates_th.stock.certificate import QR_SIZE
from templates_th.stock.external import enclosures
from templates_th.stock.order import NUMBER, committee

PAGE = Page()
FORM_WIDTHS = (8.5, 7.5)
_HOW = "เลือกส่วนที่อยู่ใต้หัวข้อ คัดลอก แล้ววางในแม่แบบ รูปแบบตัวอักษรติดมาด้วย ชื่อช่องในวงเล็บหลังหัวข้อต้องมีในชนิดเอกสารนั้น"
NOTE = Look(size=14, color="5B6472", after=4)


@dataclass(frozen=True)
class Block:
    """A block: ``code`` names its picture, ``fields`` are what the kind of paper must have, ``body`` is copied."""

    code: str
    title: str
    about: str
    fields: str
    body: Xml


def papers() -> dict[str, bytes]:
    """``blocks.docx``."""
    return {"blocks.docx": word_file("กลุ่มข้อความสำเร็จรูป", *_introduced(), *map(_shown, blocks()), section(PAGE))}


def blocks() -> tuple[Block, ...]:
    """Every block, in the order of a paper."""
    return tuple(Block(code, title, about, fields, body) for (code, title, about, fields), body in _BODIES.items())


_DATES = (
    ("{{ date|date_letter }}", "หนังสือ: ๑๑ มกราคม ๒๕๖๒"),
    ("{{ date|date_order }}", "คำสั่ง ประกาศ: ๑๑ มกราคม พ.ศ. ๒๕๖๒"),
    ("{{ date|date_certificate }}", "ใบประกาศ: ๑๑ เดือน มกราคม พุทธศักราช ๒๕๖๒"),
    ("{{ date|date_short }}", "ตาราง: ๑๑ ม.ค. ๖๒"),
)
_NUMERALS = (
    ("{{ n|thai }}", "เลขไทย"),
    ("{{ n|thousands }}", "มีจุลภาคคั่นหลักพัน"),
    ("{{ n|baht }}", "จำนวนเงินเป็นตัวอักษร"),
    ("{{ n|arabic }}", "เลขอารบิก"),
)


def _introduced() -> tuple[Xml, ...]:
    return (
        paragraph("PageTitle", "กลุ่มข้อความสำเร็จรูปสำหรับแม่แบบ"),
        paragraph("Body", _HOW),
    )


def _shown(block: Block) -> Xml:
    title = paragraph("Heading", f"{block.title} (ช่อง {block.fields})")
    return Xml(title + paragraph("Cell", block.about, look=NOTE) + block.body)


def _forms(forms: tuple[tuple[str, str], ...]) -> Xml:
    """One line a form: what is written, and beside it what it is for."""
    rows = [
        row(FORM_WIDTHS, (Cell(paragraph("Letterhead", one)), Cell(paragraph("Cell", told)))) for one, told in forms
    ]
    return Xml(table(FORM_WIDTHS, rows, borders=False, padding=0) + paragraph("SectionEnd"))


def _items() -> Xml:
    return each("duty in duties", paragraph("Item", "{{ loop.index|thai }}. {{ duty }}"))


def _optional() -> Xml:
    return when("effective", paragraph("Closing", "{{ effective }}"))


def _qr() -> Xml:
    return paragraph("Letterhead", picture("qr", QR_SIZE, QR_SIZE))


_BODIES: dict[tuple[str, str, str, str], Xml] = {
    ("emblem", "ตราครุฑ", "กรอบจุดคือที่วางภาพ สูง ๓ ซม. อย่าลบข้อความแสดงแทน (emblem) ของภาพ", "emblem"): emblem_line(),
    ("number", "เลขที่ หรือที่ว่างไว้", "ยังไม่มีเลขจะเว้นที่ไว้เขียนภายหลัง", "number, year_be"): paragraph("HeadLine", NUMBER),
    ("dates", "วันที่ทุกรูปแบบ", "เลือกบรรทัดที่ต้องการ", "date"): _forms(_DATES),
    ("numerals", "ตัวเลขและจำนวนเงิน", "เปลี่ยนคำว่า n เป็นชื่อช่องที่เป็นจำนวน", "ชนิดจำนวน"): _forms(_NUMERALS),
    ("enclosures", "สิ่งที่ส่งมาด้วย", "รายการเดียวไม่มีเลขข้อ หลายรายการมีเลขข้อให้เอง", "enclosures"): enclosures(),
    ("committee", "รายชื่อคณะ", "แถวซ้ำตามจำนวนคน เลขลำดับขึ้นเอง", "members"): committee(),
    ("items", "ข้อย่อยที่มีเลขข้อ", "ย่อหน้าซ้ำตามจำนวนข้อ", "duties"): _items(),
    ("optional", "ย่อหน้าที่มีเมื่อกรอกช่อง", "ไม่กรอก ย่อหน้านี้หายไปทั้งย่อหน้า", "effective"): _optional(),
    ("signature", "ลงชื่อและการลงนามแทน", "บรรทัดสุดท้ายมีเมื่อผู้ลงนามทำการแทน ไม่แยกหน้า", "signer"): kept(PAGE, signature()),
    ("list", "บัญชีแนบท้าย", "ตารางหนึ่งตารางต่อกลุ่มเป้าหมาย หัวตารางซ้ำทุกหน้า", "list_groups"): attached_lists(),
    ("qr", "คิวอาร์โค้ด", "ระบบวาดจากข้อความในช่อง qr อย่าลบข้อความแสดงแทนของภาพ", "qr"): _qr(),
}
