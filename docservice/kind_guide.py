"""For whoever writes a template: a page about each kind of paper to be printed, and the Word file of blocks to copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docservice import engines
from docservice.catalogue import Field, Kind, samples
from docservice.config import config
from docservice.errors import Broken
from docservice.pdf.guide import FieldLine, Guide, guide_pdf
from docservice.thai import date_certificate, date_letter, date_order, date_short, parse_date, to_thai_digits

_TYPES = {
    "text": "ข้อความ",
    "paragraphs": "หลายย่อหน้า",
    "code": "รหัส (คงตัวเลขเดิม)",
    "int": "จำนวน",
    "bool": "ใช่/ไม่ใช่",
    "date": "วันที่",
    "year": "ปี พ.ศ.",
    "choice": "ตัวเลือก",
    "image": "ภาพ",
}
_INTRO = (
    "เขียนช่องในไฟล์ Word ตามคอลัมน์แรก พร้อมวงเล็บปีกกาคู่ ระบบเติมข้อมูลให้ ช่องที่มี * ต้องมีข้อมูลเสมอ "
    "ช่องอื่นอาจว่างได้ ตัวเลขเป็นเลขไทยเสมอ ยกเว้นช่องรหัส"
)
_FOOT = (
    "คัดลอกกลุ่มข้อความสำเร็จรูป (รายชื่อคณะ ลงชื่อ สิ่งที่ส่งมาด้วย บัญชีแนบท้าย ตราครุฑ คิวอาร์โค้ด) ได้จากไฟล์ “กลุ่มข้อความสำเร็จรูป” "
    "ในหน้าแม่แบบ · {%p … %} อยู่ย่อหน้าของตัวเอง {%tr … %} อยู่แถวของตัวเอง"
)
_LONGEST = 90
_DAY = "2019-01-11"
BLOCKS = "blocks.docx"


def pdf(kind: Kind) -> bytes:
    """The page about a kind, A4."""
    return guide_pdf(_guide(kind), engines.fonts().dir)


def blocks() -> bytes:
    """The Word file of blocks to copy into a template."""
    try:
        return (config().templates / BLOCKS).read_bytes()
    except OSError as error:
        raise Broken(
            "ไม่พบไฟล์กลุ่มข้อความสำเร็จรูปในระบบ",
            "แจ้งผู้ดูแลระบบให้ติดตั้งแม่แบบให้ครบ",
            english=f"The blocks file is missing from the templates folder: {error}.",
        ) from error


def _guide(kind: Kind) -> Guide:
    return Guide(
        title=f"แม่แบบ{kind.label}: ช่องที่ใช้ได้",
        intro=_INTRO,
        heads=("เขียนในแม่แบบ", "คือ", "ชนิด", "ตัวอย่าง"),
        fields=tuple(_lines(kind.fields)),
        blocks_title="เขียนอย่างนี้ ได้อย่างนี้",
        blocks=_written(kind),
        foot=_FOOT,
    )


def _lines(fields: Mapping[str, Field], before: str = "", depth: int = 0) -> Iterator[FieldLine]:
    for name, each in fields.items():
        tag = f"{{{{ {before}{name} }}}}"
        yield FieldLine(
            _picture_or(each, tag) if not each.fields and not each.is_list else _group(each, before, name),
            depth,
            each.short_label,
            _type(each),
            each.required,
            "" if each.fields else _example(each),
        )
        if each.fields:
            inner = f"{name.rstrip('s') if name.endswith('s') else 'one'}." if each.is_list else f"{before}{name}."
            yield from _lines(each.fields, inner, depth + 1)


def _picture_or(each: Field, tag: str) -> str:
    return f"[ภาพ {each.name}]" if each.type == "image" else f"[ภาพ {each.name}] {tag}" if each.name == "qr" else tag


def _group(each: Field, before: str, name: str) -> str:
    """A list is walked through, a group has fields of its own."""
    if not each.is_list:
        return f"{before}{name}"
    one = name.rstrip("s") if name.endswith("s") and each.fields else "one"
    mark = "tr" if each.fields else "p"
    return f"{{%{mark} for {one} in {before}{name} %}}"


def _type(each: Field) -> str:
    if each.fields:
        return "รายการ" if each.is_list else "กลุ่มข้อมูล"
    return _TYPES.get(each.type, _TYPES.get(each.element, each.type))


def _example(each: Field) -> str:
    told = " / ".join(choice for choice in each.choices if choice) if each.choices else samples.described(each)
    if each.type == "date" and told:
        told = date_letter(parse_date(told))
    cut = told if len(told) <= _LONGEST else told[:_LONGEST].rstrip() + "…"
    return cut if each.element == "code" else to_thai_digits(cut)


def _written(kind: Kind) -> tuple[tuple[str, str], ...]:
    """What may be written around the fields of this kind, each with what becomes of it."""
    day = parse_date(_DAY)
    found = [("{{ ช่อง|thai }}", "เลขไทย"), ("{{ ช่อง|arabic }}", "เลขอารบิก")]
    if dates := [name for name, each in kind.fields.items() if each.type == "date"]:
        forms = {"date_letter": date_letter, "date_order": date_order, "date_certificate": date_certificate}
        forms |= {"date_short": date_short}
        found += [(f"{{{{ {dates[0]}|{name} }}}}", form(day)) for name, form in forms.items()]
    found += [("{{ จำนวน|thousands }}", "๑,๒๓๔"), ("{{ จำนวน|baht }}", "หนึ่งพันสองร้อยบาทถ้วน")]
    found += [("{%p if ช่อง %} … {%p endif %}", "มีย่อหน้าเมื่อกรอกช่อง"), ("{{ loop.index|thai }}", "เลขลำดับในรายการ")]
    found += [
        ("{%p for … %} … {%p endfor %}", "ย่อหน้าซ้ำตามรายการ"),
        ("{%tr for … %} … {%tr endfor %}", "แถวตารางซ้ำตามรายการ"),
    ]
    if "number" in kind.fields and not kind.fields["number"].required:
        found += [("ที่ {% if number %}{{ number }}{% else %}      {% endif %}", "เลขที่ หรือที่ว่างไว้เขียนภายหลัง")]
    return tuple(found)
