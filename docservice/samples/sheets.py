"""What stands on each sample paper: application form, house registration, identity card, minutes and lists of names.

Each function returns drawn pages or the finished bytes of one file; which applicant gets which is decided in evidence.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zipfile import ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from docservice.samples.applicants import SampleApplicant, fixed_zip
from docservice.samples.drawing import A4, BLUE, GREY, MASKED_ID, NOT_REAL, SPECIMEN, Faces, Page
from docservice.thai import BE, to_thai_digits

FIRST_NAMES = (
    *("นายสมบูรณ์", "นายกิตติ", "นายทองดี", "นายประสงค์", "นายวินัย", "นายสุชาติ", "นายอุดม", "นายเจริญ", "นายพิชิต"),
    *("นายวีระพล", "นางสมใจ", "นางลำไย", "นางบุญมี", "นางพรทิพย์", "นางอุไร", "นางเพ็ญศรี"),
    *("นางสาวศิริพร", "นางสาวนภา", "นางสาวจารุณี", "นางสาวอรทัย"),
)
LAST_NAMES = (
    *("ใจเย็น", "ดีพร้อม", "สุขสงบ", "ทองประดับ", "นาคแก้ว", "รักถิ่น", "งามตา", "มีทรัพย์"),
    *("อยู่เย็น", "สายทอง", "เพิ่มผล", "บุญรอด"),
)
POSTS = ("ประธาน", "รองประธาน", "เหรัญญิก", "ประชาสัมพันธ์", "กรรมการ", "กรรมการ", "กรรมการและเลขานุการ")
ADVISER_POSTS = ("ที่ปรึกษาด้านการบริหารจัดการ", "ที่ปรึกษาด้านอาชีพ", "ที่ปรึกษาด้านบัญชี")


@dataclass(frozen=True)
class Setting:
    """Where and when the papers were made: ``year`` for dates, ``faces`` to draw with."""

    year: BE
    province: str
    faces: Faces

    def day(self, day_and_month: str) -> str:
        """A date of the year in letters, such as ``๒๑ มกราคม ๒๕๖๒``."""
        return f"{day_and_month} {self.year}"


def people(applicant: SampleApplicant, count: int, salt: int = 0) -> list[str]:
    """``count`` invented names, the same ones for the same applicant and ``salt``."""
    dice = random.Random(applicant.number * 100 + salt)  # noqa: S311 -- sample names, not secrecy
    firsts = dice.sample(FIRST_NAMES, count)
    return [f"{first} {dice.choice(LAST_NAMES)}" for first in firsts]


def blank_form(setting: Setting, group: str) -> Page:
    """The application form of ``group`` with nothing filled in; draw it once and copy it."""
    page = Page(setting.faces)
    page.text((105, 30), "ใบสมัครเข้ารับการพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน (มชช.)", 20, bold=True, centred=True)
    page.text((105, 39), f"ประเภท{group}  ประจำปี {setting.year}", 20, bold=True, centred=True)
    page.text((105, 48), f"จังหวัด{setting.province}", 18, bold=True, centred=True)
    for top, labels in _FORM_LINES:
        for left, label, end in labels:
            page.field((left, top), label, end)
    page.text((45, 150), "ขอสมัครเข้ารับการพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน และยินดีให้ความร่วมมือ")
    page.text((30, 159), "ในการประเมินตนเองและการตรวจประเมินของคณะกรรมการทุกขั้นตอน")
    page.text((45, 172), "เอกสารประกอบการสมัครได้แนบมาพร้อมนี้แล้ว")
    page.text((110, 205), "ลงชื่อ ........................................ ผู้สมัคร")
    page.specimen()
    return page


_FORM_LINES: tuple[tuple[float, tuple[tuple[float, str, float], ...]], ...] = (
    (66, ((115, "เขียนที่", 185),)),
    (76, ((115, "วันที่", 185),)),
    (90, ((30, "ชื่อผู้สมัคร", 185),)),
    (101, ((30, "ตำแหน่ง", 185),)),
    (112, ((30, "ที่อยู่/ที่ทำการ", 185),)),
    (123, ((30, "อำเภอ", 105), (108, "จำนวนสมาชิก", 170))),
    (134, ((30, "ผู้ประสานงาน", 118), (122, "โทรศัพท์", 185))),
)


def filled_form(blank: Page, setting: Setting, applicant: SampleApplicant) -> Page:
    """The form filled in blue ink; ``blank`` is left as it is."""
    page = blank.copy()
    members = "-" if applicant.members is None else to_thai_digits(str(applicant.members))
    answers = (
        (131, 66, f"ที่ว่าการอำเภอ{applicant.district}", 53),
        (129, 76, setting.day("๒๘ มกราคม"), 54),
        (52, 90, applicant.name, 132),
        (50, 101, applicant.post, 130),
        (60, 112, applicant.place, 122),
        (46, 123, applicant.district, 58),
        (140, 123, members, 28),
        (58, 134, applicant.coordinator, 58),
        (142, 134, applicant.phone, 42),
    )
    for left, top, text, width in answers:
        page.text((left, top - 0.5), text, 17, ink=BLUE, width=width)
    page.text((150, 214), f"({applicant.coordinator})", 16, ink=BLUE, centred=True, width=70)
    return page


def house_registration(setting: Setting, applicant: SampleApplicant) -> Page:
    """A made-up page in the manner of a house registration, 150 × 105 mm, its number masked."""
    page = Page(setting.faces, (150, 105), (238, 244, 250))
    page.box((5, 5), (140, 91), (90, 120, 170))
    page.text((75, 14), f"ทะเบียนบ้าน ({SPECIMEN})", 18, bold=True, centred=True)
    lines = (
        "เลขรหัสประจำบ้าน XXXX-XXXXXX-X        สำนักทะเบียน (สมมติ)",
        f"รายการที่อยู่  {applicant.place}",
        f"อำเภอ{applicant.district} จังหวัด{setting.province}",
        f"ชื่อ {applicant.name}     สถานภาพ ผู้อยู่อาศัย",
        f"เลขประจำตัวประชาชน {MASKED_ID}",
    )
    for number, line in enumerate(lines):
        page.text((11, 27 + number * 10), line, 14, width=128)
        page.draw.line([(40, 130 + number * 43), (600, 130 + number * 43)], (196, 208, 224))
    page.text((11, 84), f"ใช้สำหรับสมัคร มชช. ปี {setting.year} เท่านั้น", 14, ink=BLUE)
    page.specimen(60)
    return page


def identity_card(setting: Setting, applicant: SampleApplicant) -> Page:
    """A plainly fake card, 86 × 54 mm drawn at 1.5 times, without number, emblem or portrait."""
    page = Page(setting.faces, (129, 81), (222, 234, 244))
    page.box((3, 3), (123, 70), (90, 120, 170))
    page.text((64, 12), f"บัตรประจำตัวประชาชน ({SPECIMEN})", 16, bold=True, centred=True)
    page.text((40, 24), f"เลขประจำตัวประชาชน  {MASKED_ID}", 13)
    page.text((40, 35), applicant.name, 17, bold=True, width=82)
    page.text((40, 45), "เกิดวันที่ XX เดือน XXXXX พ.ศ. XXXX", 13)
    page.text((40, 55), applicant.place, 13, width=82)
    page.text((40, 62), f"อำเภอ{applicant.district} จังหวัด{setting.province}", 13, width=82)
    page.box((8, 24), (26, 34), GREY)
    page.text((21, 42), "ไม่มีรูป", 12, ink=GREY, centred=True)
    page.specimen(56)
    return page


def minutes_lines(setting: Setting, applicant: SampleApplicant) -> tuple[list[str], list[str]]:
    """The minutes' heading lines and paragraphs."""
    meeting = "บันทึกประชาคม" if applicant.group == "ชุมชน" else "บันทึกการประชุม"
    head = [f"{meeting}{applicant.name}", f"เมื่อวันที่ {setting.day('๒๑ มกราคม')}", f"ณ ศาลาประชาคม {applicant.place}"]
    present = people(applicant, 8, salt=1)
    members = to_thai_digits(str(applicant.members or 0))
    body = [
        f"ผู้เข้าประชุม สมาชิกจำนวน {members} คน โดยมี {applicant.coordinator} เป็นประธานในที่ประชุม",
        "วาระที่ ๑  เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ",
        f"อำเภอ{applicant.district} รับสมัครเข้าระบบมาตรฐานการพัฒนาชุมชน (มชช.) ประจำปี {setting.year}",
        "วาระที่ ๒  เรื่องเพื่อพิจารณา",
        "ประธานชี้แจงประโยชน์ที่จะได้รับ ขั้นตอนการประเมินตนเอง และการจัดทำแผนพัฒนาตนเอง",
        "มติที่ประชุม  เห็นชอบเป็นเอกฉันท์ให้สมัครเข้าสู่ระบบมาตรฐานการพัฒนาชุมชน (มชช.)",
        "วาระที่ ๓  คัดเลือกทีมพัฒนา ที่ประชุมมีมติคัดเลือกบุคคลดังต่อไปนี้",
        *(f"{to_thai_digits(str(n))}. {name}" for n, name in enumerate(present, start=1)),
        "ปิดประชุมเวลา ๑๕.๓๐ น.",
    ]
    return head, body


def minutes_pages(setting: Setting, applicant: SampleApplicant) -> list[Page]:
    """The minutes as two sheets: the text, and the list of those present."""
    head, body = minutes_lines(setting, applicant)
    first = _titled(setting, head)
    for number, line in enumerate(body):
        first.text((30, 66 + number * 10.5), line, 16, width=152)
    first.specimen()
    second = _titled(setting, ["รายชื่อผู้เข้าประชุม", applicant.name])
    for number, name in enumerate(people(applicant, 18, salt=2), start=1):
        second.text((34, 56 + number * 11), f"{to_thai_digits(str(number))}.  {name}")
        second.text((118, 56 + number * 11), "ลงชื่อ ........................................", ink=GREY)
    second.specimen()
    return [first, second]


def list_page(setting: Setting, applicant: SampleApplicant, title: str, posts: Sequence[str]) -> Page:
    """A list of names with their posts in a ruled table."""
    page = _titled(setting, [title, applicant.name, f"อำเภอ{applicant.district} จังหวัด{setting.province}"])
    rows = [("ที่", "ชื่อ - สกุล", "ตำแหน่ง")]
    names = people(applicant, len(posts), salt=len(posts))
    rows += [(to_thai_digits(str(n)), name, post) for n, (name, post) in enumerate(zip(names, posts, strict=True), 1)]
    for number, (index, name, post) in enumerate(rows):
        top = 64 + number * 11
        for left, wide, text in ((28, 14, index), (42, 66, name), (108, 74, post)):
            page.box((left, top), (wide, 11))
            page.text((left + 3, top + 7.5), text, bold=number == 0, width=wide - 5)
    page.specimen()
    return page


def _titled(setting: Setting, lines: Sequence[str]) -> Page:
    page = Page(setting.faces, A4)
    for number, line in enumerate(lines):
        page.text((105, 30 + number * 9.5), line, 18, bold=True, centred=True, width=165)
    return page


class MinutesInWord:
    """Minutes as Word files: one document made with python-docx, its lines exchanged for each applicant."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._blank: dict[tuple[int, int], bytes] = {}

    def make(self, applicant: SampleApplicant) -> bytes:
        """The applicant's minutes, ``.docx``."""
        head, body = minutes_lines(self._setting, applicant)
        shape = (len(head), len(body))
        if shape not in self._blank:
            self._blank[shape] = _word_blank(*shape)
        return _exchange(self._blank[shape], [*head, *body])


def _word_blank(heads: int, lines: int) -> bytes:
    document = Document()
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(slot), "TH SarabunPSK")
    _line(document, NOT_REAL, centred=True)
    for number in range(heads + lines):
        _line(document, f"@{number}@", centred=number < heads, bold=number < heads)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _line(document: WordDocument, text: str, *, centred: bool = False, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(16)
    properties = run._element.get_or_add_rPr()
    for name, value in (("w:szCs", "32"), ("w:bCs", "1" if bold else "0")):
        properties.append(properties.makeelement(qn(name), {qn("w:val"): value}))


def _exchange(word: bytes, lines: Sequence[str]) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(word)) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                for number, line in enumerate(lines):
                    data = data.replace(f"@{number}@".encode(), escape(line, quote=False).encode())
            target.writestr(name, data)
    return fixed_zip(out.getvalue())
