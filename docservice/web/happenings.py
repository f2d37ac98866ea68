"""What happened, in words: the verbs of the audit log as they follow a person's name."""

from __future__ import annotations

from django.utils.translation import gettext_noop, pgettext

VERBS = {
    "document.read": gettext_noop("เปิดอ่านเอกสาร"),
    "document.filed": gettext_noop("จัดเก็บเอกสาร"),
    "archive.taken": gettext_noop("ดาวน์โหลดจากคลังทั้งชุด"),
    "archive.verified": gettext_noop("ตรวจแล้ว ครบถ้วน"),
    "fixity.broken": gettext_noop("พบไฟล์ไม่ตรงกับที่จัดเก็บ"),
    "archive.swept": gettext_noop("อ่านคลังซ้ำตามรอบ"),
    "archive.repaired": gettext_noop("ซ่อมไฟล์จากสำเนาที่สอง"),
    "replica.compared": gettext_noop("เทียบสำเนาที่สองแล้ว ตรงกัน"),
    "replica.differs": gettext_noop("พบสำเนาที่สองต่างจากคลัง"),
    "store.probed": gettext_noop("ลองการล็อกของที่จัดเก็บ"),
    "audit.unsealed": gettext_noop("ผนึกบันทึกเหตุการณ์ไม่สำเร็จ"),
    "audit.verified": gettext_noop("ตรวจสายโซ่เหตุการณ์แล้ว ต่อเนื่อง"),
    "audit.broken": gettext_noop("พบสายโซ่เหตุการณ์ขาด"),
    "events.taken": gettext_noop("ดาวน์โหลดบันทึกเหตุการณ์"),
    "evidence.taken": gettext_noop("รับไฟล์หลักฐาน"),
    "evidence.placed": gettext_noop("จัดหลักฐานเข้าช่อง"),
    "evidence.removed": gettext_noop("นำหลักฐานออก"),
    "evidence.brought-back": gettext_noop("นำหลักฐานกลับ"),
    "evidence.scrutinised": gettext_noop("ตรวจไฟล์เพื่อปกปิดข้อมูล"),
    "evidence.original-seen": gettext_noop("ตรวจจากต้นฉบับ"),
    "evidence.original-unseen": gettext_noop("ยกเลิกการตรวจจากต้นฉบับ"),
    "applicants.entered": gettext_noop("บันทึกผู้สมัคร"),
    "results.entered": gettext_noop("บันทึกผลการประเมิน"),
    "register.handed-over": gettext_noop("ส่งทะเบียนให้จังหวัด"),
    "register.given-back": gettext_noop("ส่งทะเบียนคืนอำเภอ"),
    "year.entered": gettext_noop("บันทึกข้อมูลประจำปี"),
    "job.requested": gettext_noop("ขอเอกสาร"),
    "job.cancelled": gettext_noop("ยกเลิกคำขอ"),
    "job.hastened": gettext_noop("เร่งคำขอ"),
    "job.repeated": gettext_noop("ทำคำขอซ้ำ"),
    "job.retried": gettext_noop("ทำใหม่เฉพาะที่ไม่สำเร็จ"),
    "paper.signed": gettext_noop("แนบฉบับลงนาม"),
    "paper.withdrawn": gettext_noop("ยกเลิกเอกสาร"),
    "paper.replaced": gettext_noop("ออกเอกสารแทนฉบับเดิม"),
    "paper.restored": gettext_noop("ยกเลิกการถอนเอกสาร"),
    "number.reserved": gettext_noop("จองเลข"),
    "number.given": gettext_noop("ออกเลข"),
    "number.used": gettext_noop("ใช้เลข"),
    "number.released": gettext_noop("คืนเลข"),
    "number.restored": gettext_noop("คืนเลขที่ยกเลิก"),
    "number.voided": gettext_noop("ยกเลิกเลข"),
    "template.uploaded": gettext_noop("ส่งแม่แบบรุ่นใหม่"),
    "template.checked": gettext_noop("ตรวจแม่แบบ"),
    "template.approved": gettext_noop("อนุมัติแม่แบบ"),
    "template.withdrawn": gettext_noop("ถอนแม่แบบ"),
    "account.made": gettext_noop("เพิ่มผู้ใช้"),
    "account.changed": gettext_noop("แก้บัญชีผู้ใช้"),
    "account.logged-in": gettext_noop("เข้าสู่ระบบ"),
    "account.login-failed": gettext_noop("เข้าสู่ระบบไม่สำเร็จ"),
    "account.new-password": gettext_noop("ออกรหัสผ่านใหม่"),
    "account.password-set": gettext_noop("ตั้งรหัสผ่าน"),
    "account.first-administrator": gettext_noop("เพิ่มผู้ดูแลระบบคนแรก"),
    "token.issued": gettext_noop("ออกโทเคน"),
    "token.revoked": gettext_noop("ยกเลิกโทเคน"),
}


def told(verb: str) -> str:
    """The verb in words; one that has none as it is."""
    return pgettext("event", VERBS.get(verb, verb))
