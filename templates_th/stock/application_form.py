"""The application forms, one for each target group: to be printed and filled in by hand, or filled in beforehand.

A line's dots run on from whatever stands there, so an empty fact leaves room to write. Asked is what the programme's
guideline asks of each group, and nothing that identifies a person by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    word_file,
)

PAGE = Page(top=1.6, bottom=1.2, left=2.5, right=2.0)
MIDDLE = 9.0
HEAD_WIDTHS = (3.0, PAGE.text_width - 6.0, 3.0)
CHECK_WIDTHS = (1.2, PAGE.text_width - 6.3, 2.4, 2.7)
HALVES = (PAGE.text_width / 2, PAGE.text_width / 2)
DOTS = "................................................"
DATE = "วันที่ ........ เดือน ........................... พ.ศ. ............."


@dataclass(frozen=True)
class Form:
    """What one group's form asks; a line is one or two parts, the second starting in the middle of the paper."""

    lines: tuple[tuple[str, ...], ...]
    speaker: str
    resolution: str
    signs: str
    photo: bool = False


_WHERE = ("อำเภอ {{ district }}", "จังหวัด {{ province }}")
_PERSON = ("ผู้ประสานงาน {{ coordinator }}", "โทรศัพท์ {{ phone }}")
_MEMBERS = "จำนวนสมาชิก {{ members }}"
_BLANK = ("",)

FORMS = {
    "leader": Form(
        lines=(
            ("ชื่อ - สกุล {{ name }}",),
            ("ตำแหน่งในชุมชน (ทางการหรือไม่เป็นทางการ) {{ post }}",),
            ("ที่อยู่ {{ place }}",),
            _WHERE,
            ("มีภูมิลำเนาอยู่ในชุมชนมาแล้ว", "ปี   โทรศัพท์ {{ phone }}"),
            ("ผลงานและกิจกรรมที่ทำร่วมกับชุมชนอย่างต่อเนื่อง",),
            _BLANK,
            _BLANK,
        ),
        speaker="ข้าพเจ้า",
        resolution="",
        signs="name",
        photo=True,
    ),
    "organisation": Form(
        lines=(
            ("ชื่อกลุ่ม/องค์กรชุมชน {{ name }}",),
            ("ที่ทำการ {{ place }}",),
            _WHERE,
            (_MEMBERS, "คน   กิจกรรมหลัก"),
            _PERSON,
        ),
        speaker="กลุ่ม/องค์กรชุมชน",
        resolution="โดยมติของสมาชิกกลุ่ม/องค์กรชุมชน ในการประชุมเมื่อ" + DATE,
        signs="coordinator",
    ),
    "network": Form(
        lines=(
            ("ชื่อเครือข่ายองค์กรชุมชน {{ name }}",),
            ("ที่ทำการ {{ place }}",),
            _WHERE,
            (_MEMBERS, "คน   กิจกรรมหลัก"),
            _PERSON,
        ),
        speaker="เครือข่ายองค์กรชุมชน",
        resolution="โดยมติของสมาชิกเครือข่าย ในการประชุมเมื่อ" + DATE,
        signs="coordinator",
    ),
    "community": Form(
        lines=(
            ("ชื่อชุมชน {{ name }}",),
            ("ที่ตั้ง {{ place }}",),
            _WHERE,
            ("อาณาเขต ทิศเหนือจด", "ทิศใต้จด"),
            ("ทิศตะวันออกจด", "ทิศตะวันตกจด"),
            (_MEMBERS, "คน   โทรศัพท์ {{ phone }}"),
            ("ผู้ประสานงาน {{ coordinator }}",),
        ),
        speaker="ชุมชน",
        resolution="โดยมติประชาคม ในการประชุมเมื่อ" + DATE,
        signs="coordinator",
    ),
}


def papers() -> dict[str, bytes]:
    """``application-form/2562-1-<group>.docx`` for every group of the guideline."""
    return {f"application-form/2562-1-{code}.docx": word_file("ใบสมัคร", *_blocks(form)) for code, form in FORMS.items()}


def _blocks(form: Form) -> tuple[str, ...]:
    return (
        _head(form.photo),
        _line(("เขียนที่",), left=MIDDLE),
        paragraph("Letterhead", DATE, look=Look(left=MIDDLE, before=5, after=6)),
        *(_line(parts) for parts in form.lines),
        paragraph("Body", _declaration(form), look=Look(first=1.5, before=10, after=8)),
        paragraph("Letterhead", "เอกสารประกอบการสมัคร", look=Look(bold=True, keep_next=True, after=2)),
        _checklist(),
        paragraph("SectionEnd"),  # without a paragraph between them Word joins two tables into one
        _signatures(form.signs),
        paragraph(
            "Letterhead",
            "ข้อมูลในใบสมัครนี้ใช้เพื่อการดำเนินงานตามระบบมาตรฐานการพัฒนาชุมชนเท่านั้น และไม่ต้องเขียนเลขประจำตัวประชาชนลงในใบสมัคร",
            look=Look(align="center", size=13, before=14, color="595959"),
        ),
        section(PAGE, numbered=False),
    )


def _head(photo: bool) -> Xml:
    """The title on the paper's middle; on its right the place of the photograph, where one is asked for."""
    title = Look(align="center", size=18, bold=True)
    texts = (
        "ใบสมัครเข้ารับการพัฒนา",
        "ตามระบบมาตรฐานการพัฒนาชุมชน (มชช.)",
        "ประเภท{{ group_name }} ประจำปี {{ year_be }}",
        "จังหวัด{{ province }}",
    )
    cells = (
        Cell(paragraph("Letterhead")),
        Cell("".join(paragraph("PageTitle", text, look=title) for text in texts)),
        Cell(_photo_box() + paragraph("SectionEnd") if photo else paragraph("Letterhead")),
    )
    return table(HEAD_WIDTHS, [row(HEAD_WIDTHS, cells)], borders=False, padding=0)


def _photo_box() -> Xml:
    widths = (2.6,)
    label = paragraph("Letterhead", "ติดรูปถ่าย\n๑ รูป", look=Look(align="center", size=14, color="7F7F7F"))
    return table(widths, [row(widths, [Cell(label, align="center")], height=3.2)], indent=0.4)


def _line(parts: Sequence[str], *, left: float = 0) -> Xml:
    """Labels with their answers, dots running on to the middle or to the right margin."""
    width = PAGE.text_width
    tabs = ((MIDDLE, "left"), (width, "right")) if len(parts) == 2 else ((width, "right"),)
    made = paragraph("Letterhead", "\t ".join(parts) + "\t", look=Look(left=left, tabs=tabs, before=5))
    return Xml(made.replace("<w:tab w:val=", '<w:tab w:leader="dot" w:val='))


def _declaration(form: Form) -> str:
    parts = (
        f"{form.speaker}ขอสมัครเข้ารับการพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน (มชช.) ประจำปี {{{{ year_be }}}}",
        form.resolution,
        "และขอรับรองว่าข้อความข้างต้นเป็นความจริงทุกประการ พร้อมทั้งยินดีร่วมประเมินตนเองและรับการตรวจประเมินตามที่กำหนด",
    )
    return " ".join(part for part in parts if part)


def _checklist() -> Xml:
    """Two empty cells beside every document: the applicant ticks one, the receiving officer the other."""
    heads = ("ที่", "รายการ", "ผู้สมัครแนบ", "เจ้าหน้าที่ตรวจ")
    title = "{{ item.title }}{% if not item.required %} (หากมี){% endif %}"
    texts = (("CellCentre", "{{ loop.index|thai }}"), ("Cell", title), ("Cell", ""), ("Cell", ""))
    return table(
        CHECK_WIDTHS,
        [
            row(CHECK_WIDTHS, [Cell(paragraph("CellHead", text)) for text in heads], header=True),
            row_tag("for item in checklist", len(CHECK_WIDTHS)),
            row(
                CHECK_WIDTHS,
                [Cell(paragraph(style, text), align="center") for style, text in texts],
                height=0.85,
            ),
            row_tag("endfor", len(CHECK_WIDTHS)),
        ],
    )


def _signatures(field: str) -> Xml:
    """The receiving officer on the left, the applicant on the right."""
    name = f"({{% if {field} %}}{{{{ {field} }}}}{{% else %}}{DOTS}{{% endif %}})"
    officer = (
        "(ลงชื่อ) ...................................... ผู้รับสมัคร",
        f"({DOTS})",
        "ตำแหน่ง ........................................",
        DATE,
    )
    applicant = ("(ลงชื่อ) ...................................... ผู้สมัคร", name, DATE)
    cells = [
        Cell("".join(_signed(text, first=not n) for n, text in enumerate(texts))) for texts in (officer, applicant)
    ]
    return table(HALVES, [row(HALVES, cells)], borders=False, padding=0)


def _signed(text: str, *, first: bool) -> Xml:
    return paragraph("Letterhead", text, look=Look(align="center", before=26 if first else 3, size=15))
