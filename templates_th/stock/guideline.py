"""The programme's guideline: fixed sentences, with the year, the province, the deadline and the groups as fields."""

from __future__ import annotations

from templates_th.stock.base import BODY_INDENT, Look, Page, Xml, each, paragraph, run, section, tag, when, word_file
from templates_th.stock.guideline_text import ASSESSMENT, DEVELOPMENT, INTRODUCTION, PURPOSE, RECRUITMENT, UNITS

PAGE = Page(top=2.0)
NESTED = Look(first=BODY_INDENT + 0.75)


def papers() -> dict[str, bytes]:
    """``guideline/2562-1.docx``."""
    return {"guideline/2562-1.docx": word_file("แนวทางการดำเนินงาน", *_blocks(), section(PAGE))}


def _blocks() -> tuple[Xml, ...]:
    return (
        paragraph("PageTitle", "กระบวนการดำเนินงานระบบมาตรฐานงานชุมชน (มชช.) ปี {{ year_be }}"),
        paragraph("PageTitle", "จังหวัด{{ province }}", look=Look(after=6)),
        *(paragraph("Body", text) for text in INTRODUCTION),
        _groups("กลุ่มเป้าหมายในการดำเนินงาน มชช.", "{{ loop.index|thai }}. {{ group.name }}"),
        _groups(
            "ประโยชน์ที่กลุ่มเป้าหมายได้รับ",
            "{{ loop.index|thai }}. ",
            run("{{ group.name }}", bold=True),
            " {{ group.benefit }}",
        ),
        _groups(
            "คุณสมบัติของกลุ่มเป้าหมาย",
            "{{ loop.index|thai }}. ",
            run("{{ group.name }}", bold=True),
            " {{ group.qualification }}",
        ),
        _checklists(),
        _quotas(),
        *_steps("ขั้นการรับสมัคร", RECRUITMENT),
        *_steps("ขั้นตอนการพัฒนาตนเองสู่ระบบมาตรฐานงานชุมชน", DEVELOPMENT),
        *_steps("ขั้นการประเมินผลเพื่อรับรองการพัฒนา", ASSESSMENT),
    )


def _groups(heading: str, *text: str) -> Xml:
    return Xml(paragraph("Heading", heading) + each("group in groups", paragraph("Item", *text)))


def _checklists() -> Xml:
    """Slots are numbered below their group, ``๔.๑``; one that may stay empty is what the note is about."""
    number = "{{ order|thai }}.{{ loop.index|thai }} "
    slot = paragraph("Item", number + "{{ item.title }}{% if not item.required %} (หากมี){% endif %}", look=NESTED)
    title = paragraph(
        "Item",
        "{{ order|thai }}. ",
        run("{{ group.name }}", bold=True),
        look=Look(keep_next=True),
    )
    note = when("group.note", paragraph("Item", "{{ group.note }}", look=NESTED))
    body = each(
        "group in groups",
        tag("set order = loop.index"),
        title,
        each("item in group.checklist if item.required or not group.note", slot),
        note,
    )
    return Xml(paragraph("Heading", "เอกสารประกอบการสมัคร") + body)


def _quotas() -> Xml:
    quota = "{{ loop.index|thai }}. {{ group.unit }} อำเภอละ ไม่น้อยกว่า {{ group.quota|thousands }} หน่วยนับ"
    return Xml(
        paragraph("Heading", "จำนวนหน่วยนับ")
        + paragraph("Body", UNITS, look=Look(before=0, keep_next=True))
        + each("group in groups", paragraph("Item", quota))
        + paragraph("Body", PURPOSE)
    )


def _steps(heading: str, steps: tuple[str, ...]) -> list[Xml]:
    """Numbered steps; a step that holds a line feed goes on in a second, unnumbered paragraph."""
    numbered = [f"{{{{ {number}|thai }}}}. {step}" for number, step in enumerate(steps, 1)]
    lines = [line for step in numbered for line in step.split("\n")]
    return [paragraph("Heading", heading), *(paragraph("Body", line, look=Look(before=0)) for line in lines)]
