"""The doctor's words: every code with its severity, what is wrong and the mend, in Thai and in English.

``{…}`` are filled by who finds the fault. A code never changes its meaning; new ones may come.
"""

from __future__ import annotations

from docservice.render.doctor.wording import Words, error, warning
from docservice.render.doctor.words_of_looks import LOOKS
from docservice.render.doctor.words_of_tags import TAGS

_DOCX = "เปิดไฟล์ใน Word แล้วเลือก บันทึกเป็น ชนิด “เอกสาร Word (.docx)”"
_FILE = {
    "empty-file": error("ไฟล์นี้ว่างเปล่า ไม่มีข้อมูลเลย", "เลือกไฟล์ใหม่", "The file is empty. Choose another."),
    "file-too-large": error(
        "ไฟล์นี้ใหญ่เกิน {most} เมกะไบต์", "ลดขนาดภาพในไฟล์", "The file is larger than {most} MB. Make its pictures smaller."
    ),
    "old-word": error(
        "ไฟล์นี้เป็น Word รุ่นเก่า (.doc) ซึ่งใช้เป็นแม่แบบไม่ได้", _DOCX, "This is an old Word file (.doc). Save it as .docx."
    ),
    "open-document": error(
        "ไฟล์นี้เป็น OpenDocument ({ending}) ไม่ใช่ไฟล์ Word",
        _DOCX,
        "This is an OpenDocument file ({ending}). Save it as .docx.",
    ),
    "pdf": error(
        "ไฟล์นี้เป็น PDF ซึ่งเติมข้อมูลไม่ได้",
        "ใช้ไฟล์ Word (.docx) ต้นฉบับของเอกสารนี้",
        "This is a PDF. Use the Word file it was made from.",
    ),
    "password": error(
        "ไฟล์นี้ใส่รหัสผ่านไว้ จึงอ่านไม่ได้",
        "เปิดใน Word แล้วเอารหัสผ่านออก (แฟ้ม > ข้อมูล > ป้องกันเอกสาร) และบันทึกใหม่",
        "The file is protected by a password. Take it off in Word and save again.",
    ),
    "other-office": error(
        "ไฟล์นี้เป็น{what} ไม่ใช่เอกสาร Word",
        "ใช้ไฟล์ Word (.docx)",
        "This is {what_english}, not a Word document. Use a .docx file.",
    ),
    "not-word": error(
        "ไฟล์นี้ไม่ใช่ไฟล์ Word (.docx)", "ใช้ไฟล์ที่บันทึกจาก Word เป็น .docx", "This is not a Word file (.docx). Use one."
    ),
    "damaged": error(
        "ไฟล์ Word นี้เสียหาย ({why})",
        "เปิดใน Word ให้ซ่อม แล้วบันทึกใหม่เป็น .docx",
        "The Word file is damaged ({why}). Let Word repair it and save it again.",
    ),
    "too-much-inside": error(
        "ไฟล์นี้ใหญ่ผิดปกติเมื่อคลายการบีบอัด จึงไม่เปิดอ่าน",
        "ใช้ไฟล์ที่บันทึกจาก Word โดยตรง",
        "The file unpacks to far more than any template. Use a file saved by Word.",
    ),
    "too-many-pieces": error(
        "ไฟล์นี้มี{what}มากเกินไป ({count} เกิน {most})",
        "แบ่งหรือย่อแม่แบบให้สั้นลง",
        "The file has too many {what_english} ({count}; {most} at most). Make the template shorter.",
    ),
    "broken-xml": error(
        "ส่วน {entry} ของไฟล์อ่านไม่ได้ (บรรทัด {line})",
        "เปิดไฟล์ใน Word ให้ซ่อม แล้วบันทึกใหม่เป็น .docx",
        "The part {entry} is not well-formed (line {line}: {why}). Let Word repair it and save it again.",
    ),
    "document-type": error(
        "ส่วน {entry} ของไฟล์มีคำสั่งต้องห้าม (DOCTYPE) ที่ Word ไม่เคยเขียน",
        "ใช้ไฟล์ที่บันทึกจาก Word โดยตรง",
        "The part {entry} has a document type declaration, which Word never writes. Use a file saved by Word.",
    ),
    "no-fields": error(
        "ไฟล์นี้ไม่มีช่องให้เติมข้อมูลเลย จึงยังไม่ใช่แม่แบบ",
        "พิมพ์ช่อง เช่น {{{{ subject }}}} ตรงที่จะให้ระบบเติม",
        "The file has no field to fill, so it is no template. Type fields such as {{{{ subject }}}}.",
    ),
    "wrong-kind": error(
        "แม่แบบนี้เป็นของ “{found_label}” ({found}) ไม่ใช่ “{label}” ({kind})",
        "เลือกชนิดเอกสารให้ตรง หรือใช้ไฟล์แม่แบบของ{label}",
        "This is a template of '{found}', not of '{kind}'. Choose the right kind.",
    ),
    "macros": error(
        "ไฟล์นี้มีแมโคร (โปรแกรม) อยู่ภายใน: {entry}",
        "บันทึกเป็น “เอกสาร Word (.docx)” ซึ่งไม่เก็บแมโคร",
        "The file holds macros ({entry}). Save it as a plain .docx.",
    ),
    "external-link": warning(
        "ไฟล์นี้ดึงข้อมูลจากภายนอก: {target}",
        "ฝังภาพหรือเนื้อหาไว้ในไฟล์แทนการเชื่อมโยง",
        "The file fetches from outside: {target}. Embed it instead.",
    ),
    "embedded-object": warning(
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

_BLOCKS = {
    "unclosed-block": error(
        "“{word}” นี้ไม่มี {end} ปิด", "เติม {meant} ที่ท้ายส่วนนี้", "'{word}' has no {end}. Add {meant} at its end."
    ),
    "unopened-block": error(
        "“{word}” นี้ไม่มี {opener} เปิด",
        "ลบออก หรือเติม {opener} ข้างหน้า",
        "'{word}' has no {opener} before it. Delete it or add one.",
    ),
    "mismatched-block": error(
        "“{word}” ปิดไม่ตรงกับ “{opened}” ที่เปิดไว้ ({where})",
        "แก้เป็น {meant}",
        "'{word}' does not close '{opened}' ({where_english}). Write {meant}.",
    ),
    "mixed-block": error(
        "เปิดด้วย {opened} ({where}) แต่ใช้ {found} คู่กัน",
        "ใช้ชนิดเดียวกันทั้งคู่: {meant}",
        "Opened with {opened} ({where_english}) but paired with {found}. Use one form for both: {meant}.",
    ),
    "block-over-cells": error(
        "คำสั่งเปิดและปิดอยู่คนละช่องหรือคนละแถวของตาราง (เปิดที่ {where})",
        "ซ้ำทั้งแถวใช้ {{%tr … %}} ในแถวของตัวเอง ก่อนและหลังแถวนั้น",
        "The tag and its end are in different cells (opened at {where_english}). Use {{%tr … %}} in rows of their own.",
    ),
    "swallowed-text": error(
        "{tag} จะลบ{unit}ทั้ง{unit} ข้อความ “{text}” จึงหายไป",
        "ย้าย {tag} ไปไว้ใน{unit}ของตัวเอง หรือใช้ {plain} หากต้องการภายในบรรทัด",
        "{tag} removes its whole {unit_english}: '{text}' would be lost. Give the tag its own, or write {plain}.",
    ),
    "swallowed-section": error(
        "{tag} อยู่ในย่อหน้าที่เก็บการขึ้นส่วนใหม่ (Section Break) หน้ากระดาษจะเพี้ยน",
        "ย้าย {tag} ไปไว้ในย่อหน้าอื่น",
        "{tag} stands in the paragraph that ends a section, which would be lost. Move it to another paragraph.",
    ),
    "row-tag-outside-table": error(
        "{tag} อยู่นอกตาราง",
        "ใช้ {meant} หรือย้ายเข้าไปในแถวของตาราง",
        "{tag} is not in a table. Write {meant}, or move it into a row.",
    ),
}

_NAMES = {
    "unknown-field": error(
        "ไม่มีช่อง “{name}” ใน{owner}", "{hint}", "There is no field '{name}' in {owner_english}. {hint_english}"
    ),
    "unknown-filter": error("ไม่มีตัวกรอง “{name}”", "{hint}", "There is no filter '{name}'. {hint_english}"),
    "unknown-test": error("ไม่มีการทดสอบ “is {name}”", "{hint}", "There is no test '{name}'. {hint_english}"),
    "missing-required": warning(
        "ไม่มีช่องบังคับ “{label}” ({name}) ในแม่แบบนี้เลย",
        "เติม {meant} ตรงที่ต้องการพิมพ์",
        "The required field '{name}' appears nowhere. Add {meant}.",
    ),
    "list-printed": error(
        "“{name}” เป็นรายการหลายรายการ พิมพ์ตรง ๆ ไม่ได้",
        "วนซ้ำด้วย {meant}",
        "'{name}' is a list and cannot be printed as it is. Repeat it: {meant}.",
    ),
    "list-needs-loop": error(
        "“{name}” เป็นรายการหลายรายการ ต้องวนซ้ำก่อนจึงใช้ .{attribute} ได้",
        "วนซ้ำด้วย {meant}",
        "'{name}' is a list; .{attribute} belongs to its entries. Repeat it: {meant}.",
    ),
    "not-a-list": error(
        "“{name}” ไม่ใช่รายการ จึงวนซ้ำ (for) ไม่ได้",
        "พิมพ์เป็น {meant}",
        "'{name}' is no list and cannot be repeated. Write {meant}.",
    ),
    "record-printed": error(
        "“{name}” เป็นกลุ่มข้อมูล พิมพ์ตรง ๆ ไม่ได้",
        "เลือกช่องย่อย เช่น {meant}",
        "'{name}' is a group of fields. Choose one, such as {meant}.",
    ),
    "date-without-form": error(
        "วันที่ “{name}” ยังไม่บอกรูปแบบ",
        "ใช้ {meant} หรือ |date_letter |date_certificate |date_short",
        "The date '{name}' has no form. Write {meant}, or |date_letter, |date_certificate, |date_short.",
    ),
    "prefix-on-field": error(
        "{written} ลบย่อหน้าหรือแถวรอบช่องทิ้ง เอกสารจะเสีย",
        "แก้เป็น {meant} (ตัวนำ p tr tc r ใช้กับ if และ for เท่านั้น)",
        "{written} removes what is around the field and breaks the document. Write {meant}.",
    ),
    "cannot-print": error(
        "“{name}” เป็น{what} พิมพ์ตรง ๆ ไม่ได้", "{hint}", "'{name}' is {what_english} and cannot be printed."
    ),
    "filter-type": error(
        "ตัวกรอง |{filter} ใช้กับ “{name}” ซึ่งเป็น{what}ไม่ได้",
        "{hint}",
        "|{filter} cannot be used with '{name}', {what_english}.",
    ),
    "no-else": error(
        "“… if …” ในช่องนี้ไม่มี else จึงพิมพ์ไม่ได้เมื่อเงื่อนไขไม่จริง",
        "เติม else '' เช่น {meant}",
        "'… if …' has no else here and fails when the condition does not hold. Write {meant}.",
    ),
    "sandbox": error(
        "คำสั่งนี้ต้องห้ามในแม่แบบ: {what}",
        "ลบออก ใช้เฉพาะช่อง ตัวกรอง if และ for",
        "Not allowed in a template: {what}. Delete it.",
    ),
    "unsafe-value": warning(
        "{what} ทำให้เครื่องหมาย & และ < ในข้อมูลทำลายเอกสาร และตัวเลขไม่เป็นเลขไทย",
        "ลบ {what} ออก",
        "With {what} an & or < in the facts breaks the document, and digits stay Arabic. Take it out.",
    ),
    "ampersand-in-tag": warning(
        "มีเครื่องหมาย & ในคำสั่ง ซึ่งจะพิมพ์หรือเทียบค่าผิด",
        "พิมพ์ข้อความที่มี & ไว้นอกคำสั่ง",
        "An & inside a tag is printed and compared wrongly. Put such text outside the tag.",
    ),
    "digits-stay-arabic": warning(
        "{what} ทำให้ตัวเลขใน “{name}” ไม่เป็นเลขไทย",
        "ลบ {what} ออก",
        "With {what} the digits of '{name}' stay Arabic. Take it out.",
    ),
    "render-fault": error("{why}", "แก้คำสั่งนี้ใน Word แล้วตรวจใหม่", "{why_english}. Mend the tag in Word and check again."),
}

CODES: dict[str, Words] = {**_FILE, **TAGS, **_BLOCKS, **_NAMES, **LOOKS}
