"""What can be asked for, in the order of a year's work: what each kind is for, who may ask, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from docservice import access, engines, evidence, export
from docservice.errors import Forbidden, NotFound
from docservice.models import Account

ONE, UNITS, FEW, EXPORT = "one", "units", "few", "export"
"""How a kind is asked: one paper through its form, a lot of applicants, one of few (districts, groups), the export."""


@dataclass(frozen=True)
class Kind:
    """One card of the request page. ``derived``: facts that come from the rows of the year and are not typed."""

    code: str
    label: str
    purpose: str
    way: str
    stage: str
    derived: tuple[str, ...] = ()
    section: str = ""
    districts: bool = False
    blank: bool = False


_START, _APPLY, _RESULT, _END = "เริ่มปี", "รับสมัคร", "ผลการประเมิน", "ปิดปี"
_TABLE: tuple[Kind, ...] = (
    Kind("order", "", "แต่งตั้งคณะกรรมการและคณะอนุกรรมการของปี", ONE, _START, section="orders", blank=True),
    Kind("letter", "", "หนังสือถึงอำเภอ พร้อมสำเนาคำสั่งและแนวทางที่ส่งไปด้วย", ONE, _START, section="letter", blank=True),
    Kind("guideline", "", "แนวทางที่ส่งไปกับหนังสือ กลุ่มเป้าหมาย คุณสมบัติ หลักฐาน", ONE, _START, section="groups"),
    Kind("application-form", "", "แบบใบสมัครเปล่าของแต่ละกลุ่มเป้าหมาย", FEW, _APPLY),
    Kind("register-applicants", "", "ทะเบียนผู้สมัครของแต่ละอำเภอ", FEW, _APPLY, districts=True),
    Kind(evidence.VERB, "เล่มหลักฐาน", "รวมหลักฐานของผู้สมัครเป็นเล่มเดียว มีปก สารบัญ และเลขหน้า", UNITS, _APPLY, districts=True),
    Kind("register-passed", "", "ทะเบียนผู้ผ่านทั้งจังหวัด", ONE, _RESULT, ("rows",), "registers.passed"),
    Kind("announcement", "", "ประกาศผลพร้อมบัญชีรายชื่อแนบท้าย", ONE, _RESULT, ("list_groups",), "announcement"),
    Kind("certificate", "", "มอบแก่ผู้ผ่านการประเมิน รายละ ๑ ฉบับ", UNITS, _RESULT, section="certificate"),
    Kind("report", "", "รายงานผลถึงกรม พร้อมตารางรายอำเภอ", ONE, _RESULT, ("group_names", "rows", "totals"), "report"),
    Kind("register-letters", "", "พิมพ์จากเลขที่ออกแล้วในปีปฏิทิน", ONE, _END, ("parts",), "registers.letters"),
    Kind("register-orders", "", "พิมพ์จากเลขที่ออกแล้วในปีปฏิทิน", ONE, _END, ("parts",), "registers.orders"),
    Kind("retention-sent", "", "ทุกแฟ้มของปี พร้อมอายุการเก็บ (แบบที่ ๑๙)", ONE, _END, ("rows",)),
    Kind("retention-twenty", "", "แฟ้มที่ครบ ๒๐ ปี เพื่อส่งมอบหอจดหมายเหตุแห่งชาติ (แบบที่ ๒๑)", ONE, _END, ("rows",)),
    Kind(export.VERB, "ส่งออกคลังทั้งปี", "ทุกแฟ้มของปีเป็นชุดเดียว ตรวจแล้ว ย้ายไปเก็บที่อื่นได้", EXPORT, _END),
)  # fmt: skip
KINDS: dict[str, Kind] = {each.code: each for each in _TABLE}
STAGES = (_START, _APPLY, _RESULT, _END)


def label(code: str) -> str:
    """What the kind is called, in the person's language."""
    known = KINDS.get(code)
    if known and known.label:
        return gettext(known.label)
    kinds = engines.catalogue().kinds
    return gettext(kinds[code].label) if code in kinds else code


def of(person: Account) -> list[Kind]:
    """The kinds the person may ask for."""
    everything = access.may(person, "request")
    return [each for each in _TABLE if everything or each.districts]


def kind(person: Account, code: str) -> Kind:
    """The kind of that code; ``NotFound``, or ``Forbidden`` when the person may not ask for it."""
    found = KINDS.get(code)
    if found is None:
        raise NotFound(f"ไม่มีเอกสารชนิด “{code[:60]}”", "เลือกจากหน้าขอเอกสาร", english=f"There is no kind {code[:60]!r}.")
    if not found.districts and not access.may(person, "request"):
        raise Forbidden(
            f"{label(code)}เป็นคำขอของจังหวัด",
            "แจ้งเจ้าหน้าที่จังหวัดให้เป็นผู้ขอ",
            english="The province's staff must ask for this.",
        )
    return found
