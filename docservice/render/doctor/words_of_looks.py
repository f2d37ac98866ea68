"""Words for what is wrong with letters, pages and pictures; as ``words``, which puts all together."""

from __future__ import annotations

from docservice.render.doctor.wording import Words, error, warning

LOOKS: dict[str, Words] = {
    "wrong-font": error(
        "ใช้แบบอักษร “{font}” แทน TH SarabunPSK{style}",
        "เปลี่ยนเป็น TH SarabunPSK",
        "The typeface is '{font}'{style_english}, not TH SarabunPSK. Change it.",
    ),
    "no-cs-font": warning(
        "ไม่ได้กำหนดแบบอักษรของอักษรไทย (ช่อง Complex script){style}",
        "ตั้งแบบอักษรทั้งสองช่องเป็น TH SarabunPSK (หน้าต่างแบบอักษรของ Word)",
        "No typeface is set for Thai letters (complex script){style_english}. Set TH SarabunPSK in both.",
        mendable=True,
    ),
    "cs-size": warning(
        "ขนาดอักษรไทย (szCs) เป็น {found} พอยต์ แต่ขนาดอักษรอังกฤษเป็น {wanted} พอยต์{style}",
        "ตั้งขนาดทั้งสองช่องให้เท่ากัน",
        "Thai letters are {found} pt, Latin ones {wanted} pt{style_english}. Set both alike.",
        mendable=True,
    ),
    "cs-bold": warning(
        "ตั้ง{look}เฉพาะอักษรอังกฤษ อักษรไทยจะไม่{look_short} (ขาด {slot}){style}",
        "ตั้ง{look}ให้อักษรไทยด้วย",
        "{look_english} is set for Latin letters only ({slot} is missing){style_english}. Set it for Thai too.",
        mendable=True,
    ),
    "cs-lang": warning(
        "ภาษาของอักษรไทย (w:lang bidi) เป็น {found} ไม่ใช่ th-TH{style}",
        "ตั้งภาษาพิสูจน์อักษรเป็นไทย",
        "The language of the Thai text is {found}, not th-TH{style_english}. Set it to Thai.",
        mendable=True,
    ),
    "undefined-style": warning(
        "ใช้รูปแบบ (Style) “{name}” ซึ่งไม่มีในไฟล์นี้",
        "{hint}",
        "The style '{name}' is not defined in the file. {hint_english}",
    ),
    "paper-size": warning(
        "กระดาษขนาด {found} ซม. ไม่ใช่ A4",
        "ตั้งขนาดกระดาษเป็น A4 (๒๑.๐ × ๒๙.๗ ซม.)",
        "The paper is {found} cm, not A4. Set A4.",
    ),
    "margins": warning(
        "ขอบ{side}กว้าง {found} ซม. ระเบียบกำหนด {wanted} ซม.",
        "ตั้งขอบซ้าย ๓ ซม. ขอบขวา ๒ ซม.",
        "The {side_english} margin is {found} cm; the rule is {wanted} cm.",
    ),
    "text-size": warning(
        "ตัวอักษรขนาด {found} พอยต์ หนังสือราชการใช้ {wanted} พอยต์{style}",
        "ตั้งขนาดเป็น {wanted} พอยต์",
        "The letters are {found} pt{style_english}; official papers use {wanted} pt.",
    ),
    "arabic-digits": warning(
        "ตัวเลข “{found}” เป็นเลขอารบิก ระบบไม่เปลี่ยนให้เพราะพิมพ์ไว้ในแม่แบบ",
        "พิมพ์เป็นเลขไทย “{wanted}”",
        "The digits '{found}' are Arabic and stay so. Type '{wanted}'.",
    ),
    "arabic-numbering": warning(
        "เลขลำดับอัตโนมัติของ Word เป็นเลขอารบิก",
        "เปลี่ยนรูปแบบตัวเลขของรายการเป็น ๑, ๒, ๓",
        "Word's automatic numbers are Arabic here. Choose the Thai number format.",
    ),
    "arabic-page-number": warning(
        "เลขหน้าเป็นเลขอารบิก",
        "จัดรูปแบบหมายเลขหน้าเป็น ๑, ๒, ๓",
        "The page number is in Arabic digits. Choose the Thai number format.",
    ),
    "page-break": warning(
        "มีการขึ้นหน้าใหม่ด้วยมือ ทำให้คำต่อเนื่องท้ายหน้าผิด",
        "ลบตัวแบ่งหน้าออก ให้ข้อความขึ้นหน้าเอง",
        "A manual page break fights the catchwords. Delete it.",
    ),
    "image-no-size": warning(
        "ภาพนี้ไม่มีขนาด", "คลิกขวาที่ภาพ ตั้งความสูงและความกว้าง", "The picture has no size. Set its height and width."
    ),
    "emblem-size": warning(
        "ตราครุฑสูง {found} ซม. ระเบียบกำหนด {wanted} ซม.",
        "ตั้งความสูงของกรอบเป็น {wanted} ซม.",
        "The emblem is {found} cm high; the rule is {wanted} cm.",
    ),
    "unknown-slot": warning(
        "ภาพนี้มีข้อความแสดงแทน “{name}” ซึ่งไม่ใช่ช่องภาพของเอกสารนี้",
        "{hint}",
        "No picture slot is called '{name}'. {hint_english}",
    ),
    "thai-text": warning(
        "อักษรไทยเรียงผิดหรือมีอักขระแฝง “{found}”",
        "พิมพ์ใหม่เป็น “{wanted}”",
        "Thai letters are in the wrong order or hold hidden characters: '{found}'. Type '{wanted}'.",
        mendable=True,
    ),
}
