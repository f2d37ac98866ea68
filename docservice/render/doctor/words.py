"""The doctor's words: every code with its severity, what is wrong and the mend, in Thai and in English.

``{…}`` are filled by who finds the fault. A code never changes its meaning; new ones may come.
"""

from __future__ import annotations

from dataclasses import dataclass

from docservice.render.doctor.report import Severity


@dataclass(frozen=True, slots=True)
class Words:
    """One code: severity, Thai message and remedy, both in English, and whether ``mend`` can do it."""

    severity: Severity
    message: str
    remedy: str
    english: str
    mendable: bool = False


def _error(message: str, remedy: str, english: str, *, mendable: bool = False) -> Words:
    return Words("error", message, remedy, english, mendable)


def _warning(message: str, remedy: str, english: str, *, mendable: bool = False) -> Words:
    return Words("warning", message, remedy, english, mendable)


_DOCX = "เปิดไฟล์ใน Word แล้วเลือก บันทึกเป็น ชนิด “เอกสาร Word (.docx)”"
_FILE = {
    "empty-file": _error("ไฟล์นี้ว่างเปล่า ไม่มีข้อมูลเลย", "เลือกไฟล์ใหม่", "The file is empty. Choose another."),
    "file-too-large": _error(
        "ไฟล์นี้ใหญ่เกิน {most} เมกะไบต์", "ลดขนาดภาพในไฟล์", "The file is larger than {most} MB. Make its pictures smaller."
    ),
    "old-word": _error(
        "ไฟล์นี้เป็น Word รุ่นเก่า (.doc) ซึ่งใช้เป็นแม่แบบไม่ได้", _DOCX, "This is an old Word file (.doc). Save it as .docx."
    ),
    "open-document": _error(
        "ไฟล์นี้เป็น OpenDocument ({ending}) ไม่ใช่ไฟล์ Word", _DOCX, "This is an OpenDocument file ({ending}). Save it as .docx."
    ),
    "pdf": _error(
        "ไฟล์นี้เป็น PDF ซึ่งเติมข้อมูลไม่ได้",
        "ใช้ไฟล์ Word (.docx) ต้นฉบับของเอกสารนี้",
        "This is a PDF. Use the Word file it was made from.",
    ),
    "password": _error(
        "ไฟล์นี้ใส่รหัสผ่านไว้ จึงอ่านไม่ได้",
        "เปิดใน Word แล้วเอารหัสผ่านออก (แฟ้ม > ข้อมูล > ป้องกันเอกสาร) และบันทึกใหม่",
        "The file is protected by a password. Take it off in Word and save again.",
    ),
    "other-office": _error(
        "ไฟล์นี้เป็น{what} ไม่ใช่เอกสาร Word", "ใช้ไฟล์ Word (.docx)", "This is {what_english}, not a Word document. Use a .docx file."
    ),
    "not-word": _error(
        "ไฟล์นี้ไม่ใช่ไฟล์ Word (.docx)", "ใช้ไฟล์ที่บันทึกจาก Word เป็น .docx", "This is not a Word file (.docx). Use one."
    ),
    "damaged": _error(
        "ไฟล์ Word นี้เสียหาย ({why})",
        "เปิดใน Word ให้ซ่อม แล้วบันทึกใหม่เป็น .docx",
        "The Word file is damaged ({why}). Let Word repair it and save it again.",
    ),
    "too-much-inside": _error(
        "ไฟล์นี้ใหญ่ผิดปกติเมื่อคลายการบีบอัด จึงไม่เปิดอ่าน",
        "ใช้ไฟล์ที่บันทึกจาก Word โดยตรง",
        "The file unpacks to far more than any template. Use a file saved by Word.",
    ),
    "too-many-pieces": _error(
        "ไฟล์นี้มี{what}มากเกินไป ({count} เกิน {most})",
        "แบ่งหรือย่อแม่แบบให้สั้นลง",
        "The file has too many {what_english} ({count}; {most} at most). Make the template shorter.",
    ),
    "broken-xml": _error(
        "ส่วน {entry} ของไฟล์อ่านไม่ได้ (บรรทัด {line})",
        "เปิดไฟล์ใน Word ให้ซ่อม แล้วบันทึกใหม่เป็น .docx",
        "The part {entry} is not well-formed (line {line}: {why}). Let Word repair it and save it again.",
    ),
    "document-type": _error(
        "ส่วน {entry} ของไฟล์มีคำสั่งต้องห้าม (DOCTYPE) ที่ Word ไม่เคยเขียน",
        "ใช้ไฟล์ที่บันทึกจาก Word โดยตรง",
        "The part {entry} has a document type declaration, which Word never writes. Use a file saved by Word.",
    ),
    "no-fields": _error(
        "ไฟล์นี้ไม่มีช่องให้เติมข้อมูลเลย จึงยังไม่ใช่แม่แบบ",
        "พิมพ์ช่อง เช่น {{{{ subject }}}} ตรงที่จะให้ระบบเติม",
        "The file has no field to fill, so it is no template. Type fields such as {{{{ subject }}}}.",
    ),
    "wrong-kind": _error(
        "แม่แบบนี้เป็นของ “{found_label}” ({found}) ไม่ใช่ “{label}” ({kind})",
        "เลือกชนิดเอกสารให้ตรง หรือใช้ไฟล์แม่แบบของ{label}",
        "This is a template of '{found}', not of '{kind}'. Choose the right kind.",
    ),
    "macros": _error(
        "ไฟล์นี้มีแมโคร (โปรแกรม) อยู่ภายใน: {entry}",
        "บันทึกเป็น “เอกสาร Word (.docx)” ซึ่งไม่เก็บแมโคร",
        "The file holds macros ({entry}). Save it as a plain .docx.",
    ),
    "external-link": _warning(
        "ไฟล์นี้ดึงข้อมูลจากภายนอก: {target}",
        "ฝังภาพหรือเนื้อหาไว้ในไฟล์แทนการเชื่อมโยง",
        "The file fetches from outside: {target}. Embed it instead.",
    ),
    "embedded-object": _warning(
        "มีวัตถุฝัง ({entry}) ซึ่งระบบพิมพ์ไม่ได้แน่นอน",
        "ลบวัตถุ แล้ววางเป็นภาพหรือข้อความ",
        "An object is embedded ({entry}). Put a picture or text in its place.",
    ),
    "comments-left": Words(
        "note",
        "มีข้อคิดเห็นของ Word ค้างอยู่ {count} แห่ง",
        "ลบข้อคิดเห็นที่แก้แล้ว",
        "{count} Word comments are left in the file. Delete those that are done.",
    ),
}

_TAGS = {
    "unclosed-tag": _error(
        "คำสั่งนี้เปิดด้วย {opener} แต่ไม่มี {closer} ปิด",
        "เติม {closer} ท้ายคำสั่ง",
        "The tag is opened with {opener} but never closed. Add {closer}.",
    ),
    "unopened-tag": _error(
        "มี {closer} ปิด แต่ไม่มี {opener} เปิด", "เติม {opener} หน้าคำสั่ง", "There is {closer} without {opener}. Add {opener}."
    ),
    "single-brace": _error(
        "วงเล็บปีกกาไม่ครบคู่ “{spot}”",
        "แก้เป็น {meant}",
        "A brace is missing in '{spot}'. Write {meant}.",
    ),
    "spaced-brace": _error(
        "มีช่องว่างคั่นกลางวงเล็บปีกกา “{spot}”",
        "พิมพ์ติดกันเป็น {meant}",
        "There is a blank between the braces of '{spot}'. Write {meant}.",
        mendable=True,
    ),
    "wrong-closer": _error(
        "เปิดด้วย {opener} แต่ปิดด้วย {found}", "แก้เป็น {meant}", "Opened with {opener}, closed with {found}. Write {meant}."
    ),
    "tag-over-paragraphs": _error(
        "คำสั่งนี้ถูกขึ้นย่อหน้าใหม่กลางคำสั่ง",
        "ลบการขึ้นย่อหน้า (Enter) ให้ทั้งคำสั่งอยู่ในย่อหน้าเดียว",
        "The tag is cut by a new paragraph. Put it in one paragraph.",
    ),
    "empty-tag": _error("คำสั่งว่างเปล่า “{spot}”", "ใส่ชื่อช่อง หรือลบออก", "The tag '{spot}' is empty. Name a field or delete it."),
    "misspelt-tag": _error(
        "ไม่มีคำสั่ง “{word}”",
        "แก้เป็น {meant}",
        "There is no tag '{word}'. Write {meant}.",
    ),
    "bad-expression": _error(
        "คำสั่งนี้เขียนผิดรูปแบบ: {why}", "{hint}", "The tag cannot be read: {why_english}. Write it as in the template guide."
    ),
    "split-tag": _warning(
        "คำสั่งนี้มีรูปแบบตัวอักษรต่างกันกลางคำสั่ง (เช่น หนาครึ่งเดียว) ระบบใช้รูปแบบของตัวแรก",
        "เลือกทั้งคำสั่งตั้งแต่วงเล็บแรกถึงวงเล็บสุดท้าย แล้วตั้งรูปแบบเดียวกัน",
        "The tag changes its look half-way; the look of its first letter will be used. Give all of it one look.",
        mendable=True,
    ),
    "many-runs": Words(
        "note",
        "Word แบ่งคำสั่งนี้เป็นหลายชิ้น (ระบบอ่านได้)",
        "ไม่ต้องแก้ หรือใช้ --fix รวมให้เป็นชิ้นเดียว",
        "Word has cut the tag into several runs; it works. --fix puts it into one.",
        mendable=True,
    ),
    "smart-quotes": _warning(
        "Word เปลี่ยนเครื่องหมายคำพูดในคำสั่งเป็นแบบโค้ง ({found})",
        "พิมพ์เป็นเครื่องหมายตรง ' หรือ \" (กด Ctrl+Z หลัง Word เปลี่ยน)",
        "Word has curled the quotes in the tag ({found}). Use straight ones.",
        mendable=True,
    ),
    "autocorrect": _error(
        "ในคำสั่งมีอักขระที่ Word หรือเว็บเปลี่ยนให้ ({found})",
        "พิมพ์คำสั่งใหม่ด้วยแป้นพิมพ์เป็น {meant}",
        "The tag holds characters that Word or the web put there ({found}). Type it anew: {meant}.",
        mendable=True,
    ),
    "break-in-tag": _warning(
        "กลางคำสั่งมี{found}", "ลบออกให้คำสั่งอยู่ติดกัน", "There is {found_english} inside the tag. Delete it.", mendable=True
    ),
    "tracked-tag": _error(
        "คำสั่งนี้มีการแก้ไขที่ติดตามไว้ (Track Changes) ค้างอยู่กลางคำสั่ง",
        "รับหรือปฏิเสธการแก้ไขใน Word (ตรวจทาน > ยอมรับ) ก่อนใช้",
        "A tracked change cuts the tag. Accept or reject it in Word.",
    ),
    "tracked-changes": _warning(
        "มีการแก้ไขที่ติดตามไว้ (Track Changes) ยังไม่ได้ยอมรับ",
        "ยอมรับหรือปฏิเสธการแก้ไขทั้งหมดใน Word (ตรวจทาน > ยอมรับทั้งหมด)",
        "A tracked change is not accepted yet. Accept or reject all changes in Word.",
    ),
    "tag-over-link": _error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในลิงก์ อีกครึ่งอยู่นอกลิงก์",
        "คลิกขวาที่ลิงก์ เลือก เอาการเชื่อมโยงหลายมิติออก แล้วตรวจใหม่",
        "Half of the tag is inside a hyperlink. Remove the hyperlink.",
    ),
    "tag-over-field": _error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในฟิลด์ของ Word ({field})",
        "ลบฟิลด์ (Ctrl+Shift+F9) แล้วพิมพ์คำสั่งใหม่เป็นข้อความ",
        "Half of the tag is inside a Word field ({field}). Turn the field into text.",
    ),
    "tag-in-field": _warning(
        "คำสั่งนี้อยู่ในฟิลด์ของ Word ({field}) ซึ่ง Word เขียนทับได้",
        "ลบฟิลด์ (Ctrl+Shift+F9) แล้วพิมพ์คำสั่งเป็นข้อความ",
        "The tag is inside a Word field ({field}), which Word may overwrite. Turn the field into text.",
    ),
    "merge-field": _warning(
        "นี่เป็นฟิลด์จดหมายเวียนของ Word ({field}) ระบบไม่เติมให้",
        "ลบฟิลด์ แล้วพิมพ์ช่องเป็นข้อความ เช่น {{{{ {name} }}}}",
        "This is a mail-merge field of Word ({field}), which is not filled. Type {{{{ {name} }}}}.",
    ),
    "tag-over-control": _error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในตัวควบคุมเนื้อหา (Content Control)",
        "คลิกขวาที่ตัวควบคุม เลือก เอาตัวควบคุมเนื้อหาออก",
        "Half of the tag is inside a content control. Remove the control.",
    ),
    "bound-control": _warning(
        "คำสั่งนี้อยู่ในตัวควบคุมเนื้อหาที่ Word เขียนทับเอง ({control})",
        "คลิกขวาที่ตัวควบคุม เลือก เอาตัวควบคุมเนื้อหาออก",
        "The tag is inside a content control that Word overwrites ({control}). Remove the control.",
    ),
    "tag-over-box": _error(
        "คำสั่งเปิดและปิดอยู่คนละที่: ในกล่องข้อความกับนอกกล่องข้อความ",
        "ย้ายคำสั่งคู่กันให้อยู่ในกล่องเดียวกัน",
        "The tag and its end are on different sides of a text box. Put both in one place.",
    ),
}

_BLOCKS = {
    "unclosed-block": _error(
        "“{word}” นี้ไม่มี {end} ปิด", "เติม {meant} ที่ท้ายส่วนนี้", "'{word}' has no {end}. Add {meant} at its end."
    ),
    "unopened-block": _error(
        "“{word}” นี้ไม่มี {opener} เปิด", "ลบออก หรือเติม {opener} ข้างหน้า", "'{word}' has no {opener} before it. Delete it or add one."
    ),
    "mismatched-block": _error(
        "“{word}” ปิดไม่ตรงกับ “{opened}” ที่เปิดไว้ ({where})",
        "แก้เป็น {meant}",
        "'{word}' does not close '{opened}' ({where_english}). Write {meant}.",
    ),
    "mixed-block": _error(
        "เปิดด้วย {opened} ({where}) แต่ใช้ {found} คู่กัน",
        "ใช้ชนิดเดียวกันทั้งคู่: {meant}",
        "Opened with {opened} ({where_english}) but paired with {found}. Use one form for both: {meant}.",
    ),
    "block-over-cells": _error(
        "คำสั่งเปิดและปิดอยู่คนละช่องหรือคนละแถวของตาราง (เปิดที่ {where})",
        "ซ้ำทั้งแถวใช้ {{%tr … %}} ในแถวของตัวเอง ก่อนและหลังแถวนั้น",
        "The tag and its end are in different cells or rows (opened at {where_english}). Use {{%tr … %}} in rows of their own.",
    ),
    "swallowed-text": _error(
        "{tag} จะลบ{unit}ทั้ง{unit} ข้อความ “{text}” จึงหายไป",
        "ย้าย {tag} ไปไว้ใน{unit}ของตัวเอง หรือใช้ {plain} หากต้องการภายในบรรทัด",
        "{tag} removes its whole {unit_english}: '{text}' would be lost. Put the tag in one of its own, or write {plain}.",
    ),
    "swallowed-section": _error(
        "{tag} อยู่ในย่อหน้าที่เก็บการขึ้นส่วนใหม่ (Section Break) หน้ากระดาษจะเพี้ยน",
        "ย้าย {tag} ไปไว้ในย่อหน้าอื่น",
        "{tag} stands in the paragraph that ends a section, which would be lost. Move it to another paragraph.",
    ),
    "row-tag-outside-table": _error(
        "{tag} อยู่นอกตาราง", "ใช้ {meant} หรือย้ายเข้าไปในแถวของตาราง", "{tag} is not in a table. Write {meant}, or move it into a row."
    ),
}

_NAMES = {
    "unknown-field": _error(
        "ไม่มีช่อง “{name}” ใน{owner}", "{hint}", "There is no field '{name}' in {owner_english}. {hint_english}"
    ),
    "unknown-filter": _error("ไม่มีตัวกรอง “{name}”", "{hint}", "There is no filter '{name}'. {hint_english}"),
    "unknown-test": _error("ไม่มีการทดสอบ “is {name}”", "{hint}", "There is no test '{name}'. {hint_english}"),
    "missing-required": _warning(
        "ไม่มีช่องบังคับ “{label}” ({name}) ในแม่แบบนี้เลย",
        "เติม {meant} ตรงที่ต้องการพิมพ์",
        "The required field '{name}' appears nowhere. Add {meant}.",
    ),
    "list-printed": _error(
        "“{name}” เป็นรายการหลายรายการ พิมพ์ตรง ๆ ไม่ได้",
        "วนซ้ำด้วย {meant}",
        "'{name}' is a list and cannot be printed as it is. Repeat it: {meant}.",
    ),
    "list-needs-loop": _error(
        "“{name}” เป็นรายการหลายรายการ ต้องวนซ้ำก่อนจึงใช้ .{attribute} ได้",
        "วนซ้ำด้วย {meant}",
        "'{name}' is a list; .{attribute} belongs to its entries. Repeat it: {meant}.",
    ),
    "not-a-list": _error(
        "“{name}” ไม่ใช่รายการ จึงวนซ้ำ (for) ไม่ได้",
        "พิมพ์เป็น {meant}",
        "'{name}' is no list and cannot be repeated. Write {meant}.",
    ),
    "record-printed": _error(
        "“{name}” เป็นกลุ่มข้อมูล พิมพ์ตรง ๆ ไม่ได้", "เลือกช่องย่อย เช่น {meant}", "'{name}' is a group of fields. Choose one, such as {meant}."
    ),
    "date-without-form": _error(
        "วันที่ “{name}” ยังไม่บอกรูปแบบ",
        "ใช้ {meant} หรือ |date_letter |date_certificate |date_short",
        "The date '{name}' has no form. Write {meant}, or |date_letter, |date_certificate, |date_short.",
    ),
    "cannot-print": _error("“{name}” เป็น{what} พิมพ์ตรง ๆ ไม่ได้", "{hint}", "'{name}' is {what_english} and cannot be printed."),
    "filter-type": _error(
        "ตัวกรอง |{filter} ใช้กับ “{name}” ซึ่งเป็น{what}ไม่ได้", "{hint}", "|{filter} cannot be used with '{name}', {what_english}."
    ),
    "no-else": _error(
        "“… if …” ในช่องนี้ไม่มี else จึงพิมพ์ไม่ได้เมื่อเงื่อนไขไม่จริง",
        "เติม else '' เช่น {meant}",
        "'… if …' has no else here and fails when the condition does not hold. Write {meant}.",
    ),
    "sandbox": _error(
        "คำสั่งนี้ต้องห้ามในแม่แบบ: {what}", "ลบออก ใช้เฉพาะช่อง ตัวกรอง if และ for", "Not allowed in a template: {what}. Delete it."
    ),
    "unsafe-value": _warning(
        "{what} ทำให้เครื่องหมาย & และ < ในข้อมูลทำลายเอกสาร และตัวเลขไม่เป็นเลขไทย",
        "ลบ {what} ออก",
        "With {what} an & or < in the facts breaks the document, and digits stay Arabic. Take it out.",
    ),
    "ampersand-in-tag": _warning(
        "มีเครื่องหมาย & ในคำสั่ง ซึ่งจะพิมพ์หรือเทียบค่าผิด",
        "พิมพ์ข้อความที่มี & ไว้นอกคำสั่ง",
        "An & inside a tag is printed and compared wrongly. Put such text outside the tag.",
    ),
    "digits-stay-arabic": _warning(
        "{what} ทำให้ตัวเลขใน “{name}” ไม่เป็นเลขไทย", "ลบ {what} ออก", "With {what} the digits of '{name}' stay Arabic. Take it out."
    ),
    "render-fault": _error("{why}", "แก้คำสั่งนี้ใน Word แล้วตรวจใหม่", "{why_english}. Mend the tag in Word and check again."),
}

_LOOK = {
    "wrong-font": _error(
        "ใช้แบบอักษร “{font}” แทน TH SarabunPSK{style}",
        "เปลี่ยนเป็น TH SarabunPSK",
        "The typeface is '{font}'{style_english}, not TH SarabunPSK. Change it.",
    ),
    "no-cs-font": _warning(
        "ไม่ได้กำหนดแบบอักษรของอักษรไทย (ช่อง Complex script){style}",
        "ตั้งแบบอักษรทั้งสองช่องเป็น TH SarabunPSK (หน้าต่างแบบอักษรของ Word)",
        "No typeface is set for Thai letters (complex script){style_english}. Set TH SarabunPSK in both.",
        mendable=True,
    ),
    "cs-size": _warning(
        "ขนาดอักษรไทย (szCs) เป็น {found} พอยต์ แต่ขนาดอักษรอังกฤษเป็น {wanted} พอยต์{style}",
        "ตั้งขนาดทั้งสองช่องให้เท่ากัน",
        "Thai letters are {found} pt, Latin ones {wanted} pt{style_english}. Set both alike.",
        mendable=True,
    ),
    "cs-bold": _warning(
        "ตั้ง{look}เฉพาะอักษรอังกฤษ อักษรไทยจะไม่{look_short} (ขาด {slot}){style}",
        "ตั้ง{look}ให้อักษรไทยด้วย",
        "{look_english} is set for Latin letters only ({slot} is missing){style_english}. Set it for Thai too.",
        mendable=True,
    ),
    "cs-lang": _warning(
        "ภาษาของอักษรไทย (w:lang bidi) เป็น {found} ไม่ใช่ th-TH{style}",
        "ตั้งภาษาพิสูจน์อักษรเป็นไทย",
        "The language of the Thai text is {found}, not th-TH{style_english}. Set it to Thai.",
        mendable=True,
    ),
    "undefined-style": _warning(
        "ใช้รูปแบบ (Style) “{name}” ซึ่งไม่มีในไฟล์นี้", "{hint}", "The style '{name}' is not defined in the file. {hint_english}"
    ),
    "paper-size": _warning(
        "กระดาษขนาด {found} ซม. ไม่ใช่ A4", "ตั้งขนาดกระดาษเป็น A4 (๒๑.๐ × ๒๙.๗ ซม.)", "The paper is {found} cm, not A4. Set A4."
    ),
    "margins": _warning(
        "ขอบ{side}กว้าง {found} ซม. ระเบียบกำหนด {wanted} ซม.",
        "ตั้งขอบซ้าย ๓ ซม. ขอบขวา ๒ ซม.",
        "The {side_english} margin is {found} cm; the rule is {wanted} cm.",
    ),
    "text-size": _warning(
        "ตัวอักษรขนาด {found} พอยต์ หนังสือราชการใช้ {wanted} พอยต์{style}",
        "ตั้งขนาดเป็น {wanted} พอยต์",
        "The letters are {found} pt{style_english}; official papers use {wanted} pt.",
    ),
    "arabic-digits": _warning(
        "ตัวเลข “{found}” เป็นเลขอารบิก ระบบไม่เปลี่ยนให้เพราะพิมพ์ไว้ในแม่แบบ",
        "พิมพ์เป็นเลขไทย “{wanted}”",
        "The digits '{found}' are Arabic and stay so. Type '{wanted}'.",
    ),
    "arabic-numbering": _warning(
        "เลขลำดับอัตโนมัติของ Word เป็นเลขอารบิก",
        "เปลี่ยนรูปแบบตัวเลขของรายการเป็น ๑, ๒, ๓",
        "Word's automatic numbers are Arabic here. Choose the Thai number format.",
    ),
    "arabic-page-number": _warning(
        "เลขหน้าเป็นเลขอารบิก",
        "จัดรูปแบบหมายเลขหน้าเป็น ๑, ๒, ๓",
        "The page number is in Arabic digits. Choose the Thai number format.",
    ),
    "page-break": _warning(
        "มีการขึ้นหน้าใหม่ด้วยมือ ทำให้คำต่อเนื่องท้ายหน้าผิด",
        "ลบตัวแบ่งหน้าออก ให้ข้อความขึ้นหน้าเอง",
        "A manual page break fights the catchwords. Delete it.",
    ),
    "image-no-size": _warning("ภาพนี้ไม่มีขนาด", "คลิกขวาที่ภาพ ตั้งความสูงและความกว้าง", "The picture has no size. Set its height and width."),
    "emblem-size": _warning(
        "ตราครุฑสูง {found} ซม. ระเบียบกำหนด {wanted} ซม.",
        "ตั้งความสูงของกรอบเป็น {wanted} ซม.",
        "The emblem is {found} cm high; the rule is {wanted} cm.",
    ),
    "unknown-slot": _warning(
        "ภาพนี้มีข้อความแสดงแทน “{name}” ซึ่งไม่ใช่ช่องภาพของเอกสารนี้", "{hint}", "No picture slot is called '{name}'. {hint_english}"
    ),
    "thai-text": _warning(
        "อักษรไทยเรียงผิดหรือมีอักขระแฝง “{found}”",
        "พิมพ์ใหม่เป็น “{wanted}”",
        "Thai letters are in the wrong order or hold hidden characters: '{found}'. Type '{wanted}'.",
        mendable=True,
    ),
}

CODES: dict[str, Words] = {**_FILE, **_TAGS, **_BLOCKS, **_NAMES, **_LOOK}
