"""The registers of applicants and of those who passed: one landscape table, its head repeated on every page."""

from __future__ import annotations

from dataclasses import replace

from templates_th.stock.base import (
    Cell,
    Look,
    Page,
    Xml,
    paragraph,
    row,
    row_tag,
    section,
    table,
    when,
    word_file,
)

# Left 2.5 and right 1.5 cm: the page number's style centres on the paper under the same half centimetre as on letters.
PAGE = Page(top=2.1, bottom=1.5, left=2.5, right=1.5, header=1.0).landscape()
LETTERS = Look(size=14)
# heading, width in cm, what each row prints, centred
COLUMNS = (
    ("ลำดับ", 1.2, "{{ loop.index|thai }}", True),
    ("รหัส", 2.5, "{{ item.number }}", True),
    ("กลุ่มเป้าหมาย", 3.3, "{{ item.group }}", False),
    ("{name}", 5.7, "{{ item.name }}", False),
    ("ที่อยู่/ที่ทำการ", 4.7, "{{ item.place }}", False),
    ("อำเภอ", 2.6, "{{ item.district }}", False),
    ("ผู้ประสานงาน", 3.5, "{{ item.coordinator }}", False),
    ("หมายเหตุ", 2.2, "{{ item.remark }}", False),
)
WIDTHS = tuple(width for _, width, _, _ in COLUMNS)


def papers() -> dict[str, bytes]:
    """``register-applicants/2562-1.docx`` and ``register-passed/2562-1.docx``."""
    return {
        "register-applicants/2562-1.docx": _register("ทะเบียนผู้สมัคร", "ชื่อผู้สมัคร", "สมัคร"),
        "register-passed/2562-1.docx": _register("ทะเบียนผู้ผ่านการประเมิน", "ชื่อผู้ผ่านการประเมิน", "ผ่านการประเมิน"),
    }


def _register(label: str, name: str, verb: str) -> bytes:
    return word_file(
        label,
        _title("{{ title }}", 18),
        _title("{{ scope }}", 18),
        paragraph("Letterhead", "ข้อมูล ณ วันที่ {{ as_of|date_letter }}", look=Look(align="center", right=1.0, after=6)),
        _table(name, verb),
        paragraph("SectionEnd"),
        section(PAGE),
    )


def _title(text: str, size: float) -> Xml:
    return paragraph("PageTitle", text, look=Look(align="center", right=1.0, size=size, bold=True))


def _table(name: str, verb: str) -> Xml:
    head = [Cell(_cell(heading.format(name=name), "CellHead"), align="center") for heading, _, _, _ in COLUMNS]
    styles = ["CellCentre" if centred else "Cell" for _, _, _, centred in COLUMNS]
    line = [Cell(_cell(text, style)) for style, (_, _, text, _) in zip(styles, COLUMNS, strict=True)]
    kept = [Cell(_cell(text, style, keep=True)) for style, (_, _, text, _) in zip(styles, COLUMNS, strict=True)]
    return table(
        WIDTHS,
        [
            row(WIDTHS, head, header=True),
            row_tag("for item in rows", len(COLUMNS)),
            row_tag("if loop.revindex <= 2", len(COLUMNS)),
            row(WIDTHS, kept),
            row_tag("else", len(COLUMNS)),
            row(WIDTHS, line),
            row_tag("endif", len(COLUMNS)),
            row_tag("endfor", len(COLUMNS)),
            _end(verb),
        ],
        padding=0.1,
    )


def _cell(text: str, style: str, *, keep: bool = False) -> Xml:
    return paragraph(style, text, look=replace(LETTERS, keep_next=True) if keep else LETTERS)


def _end(verb: str) -> Xml:
    """The total and where the certifier signs: a row without lines, because rows can be kept on a page with rows."""
    signed = Look(align="center", left=14.5, right=0)
    total = f"รวม{verb}ทั้งสิ้น {{{{ rows|length|thousands }}}} หน่วยนับ"
    place = "(ลงชื่อ) ................................................ ผู้รับรองทะเบียน"
    content = (
        paragraph("Letterhead", total, look=Look(before=6)),
        when(
            "certifier",
            paragraph("Letterhead", place, look=replace(signed, before=12)),
            paragraph("Letterhead", "(................................................)", look=signed),
            paragraph("Letterhead", "{{ certifier }}", look=signed),
        ),
        paragraph("SectionEnd"),
    )
    bare = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right"))
    made = row(WIDTHS, [Cell("".join(content), span=len(COLUMNS))])
    return Xml(made.replace("</w:tcPr>", f"<w:tcBorders>{bare}</w:tcBorders></w:tcPr>"))
