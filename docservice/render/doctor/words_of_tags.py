"""Words for what is wrong with the braces of a tag and with what Word wraps around it; as ``words``."""

from __future__ import annotations

from docservice.render.doctor.wording import Words, error, warning

TAGS: dict[str, Words] = {
    "unclosed-tag": error(
        "คำสั่งนี้เปิดด้วย {opener} แต่ไม่มี {closer} ปิด",
        "เติม {closer} ท้ายคำสั่ง",
        "The tag is opened with {opener} but never closed. Add {closer}.",
    ),
    "unopened-tag": error(
        "มี {closer} ปิด แต่ไม่มี {opener} เปิด", "เติม {opener} หน้าคำสั่ง", "There is {closer} without {opener}. Add {opener}."
    ),
    "single-brace": error(
        "วงเล็บปีกกาไม่ครบคู่ “{spot}”",
        "แก้เป็น {meant}",
        "A brace is missing in '{spot}'. Write {meant}.",
    ),
    "spaced-brace": error(
        "มีช่องว่างคั่นกลางวงเล็บปีกกา “{spot}”",
        "พิมพ์ติดกันเป็น {meant}",
        "There is a blank between the braces of '{spot}'. Write {meant}.",
        mendable=True,
    ),
    "wrong-closer": error(
        "เปิดด้วย {opener} แต่ปิดด้วย {found}", "แก้เป็น {meant}", "Opened with {opener}, closed with {found}. Write {meant}."
    ),
    "tag-over-paragraphs": error(
        "คำสั่งนี้ถูกขึ้นย่อหน้าใหม่กลางคำสั่ง",
        "ลบการขึ้นย่อหน้า (Enter) ให้ทั้งคำสั่งอยู่ในย่อหน้าเดียว",
        "The tag is cut by a new paragraph. Put it in one paragraph.",
    ),
    "empty-tag": error(
        "คำสั่งว่างเปล่า “{spot}”", "ใส่ชื่อช่อง หรือลบออก", "The tag '{spot}' is empty. Name a field or delete it."
    ),
    "misspelt-tag": error(
        "ไม่มีคำสั่ง “{word}”",
        "แก้เป็น {meant}",
        "There is no tag '{word}'. Write {meant}.",
    ),
    "bad-expression": error(
        "คำสั่งนี้เขียนผิดรูปแบบ: {why}", "{hint}", "The tag cannot be read: {why_english}. Write it as in the template guide."
    ),
    "split-tag": warning(
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
    "smart-quotes": warning(
        "Word เปลี่ยนเครื่องหมายคำพูดในคำสั่งเป็นแบบโค้ง ({found})",
        "พิมพ์เป็นเครื่องหมายตรง ' หรือ \" (กด Ctrl+Z หลัง Word เปลี่ยน)",
        "Word has curled the quotes in the tag ({found}). Use straight ones.",
        mendable=True,
    ),
    "autocorrect": error(
        "ในคำสั่งมีอักขระที่ Word หรือเว็บเปลี่ยนให้ ({found})",
        "พิมพ์คำสั่งใหม่ด้วยแป้นพิมพ์เป็น {meant}",
        "The tag holds characters that Word or the web put there ({found}). Type it anew: {meant}.",
        mendable=True,
    ),
    "break-in-tag": warning(
        "กลางคำสั่งมี{found}", "ลบออกให้คำสั่งอยู่ติดกัน", "There is {found_english} inside the tag. Delete it.", mendable=True
    ),
    "tracked-tag": error(
        "คำสั่งนี้มีการแก้ไขที่ติดตามไว้ (Track Changes) ค้างอยู่กลางคำสั่ง",
        "รับหรือปฏิเสธการแก้ไขใน Word (ตรวจทาน > ยอมรับ) ก่อนใช้",
        "A tracked change cuts the tag. Accept or reject it in Word.",
    ),
    "tracked-changes": warning(
        "มีการแก้ไขที่ติดตามไว้ (Track Changes) ยังไม่ได้ยอมรับ",
        "ยอมรับหรือปฏิเสธการแก้ไขทั้งหมดใน Word (ตรวจทาน > ยอมรับทั้งหมด)",
        "A tracked change is not accepted yet. Accept or reject all changes in Word.",
    ),
    "tag-over-link": error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในลิงก์ อีกครึ่งอยู่นอกลิงก์",
        "คลิกขวาที่ลิงก์ เลือก เอาการเชื่อมโยงหลายมิติออก แล้วตรวจใหม่",
        "Half of the tag is inside a hyperlink. Remove the hyperlink.",
    ),
    "tag-over-field": error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในฟิลด์ของ Word ({field})",
        "ลบฟิลด์ (Ctrl+Shift+F9) แล้วพิมพ์คำสั่งใหม่เป็นข้อความ",
        "Half of the tag is inside a Word field ({field}). Turn the field into text.",
    ),
    "tag-in-field": warning(
        "คำสั่งนี้อยู่ในฟิลด์ของ Word ({field}) ซึ่ง Word เขียนทับได้",
        "ลบฟิลด์ (Ctrl+Shift+F9) แล้วพิมพ์คำสั่งเป็นข้อความ",
        "The tag is inside a Word field ({field}), which Word may overwrite. Turn the field into text.",
    ),
    "merge-field": warning(
        "นี่เป็นฟิลด์จดหมายเวียนของ Word ({field}) ระบบไม่เติมให้",
        "ลบฟิลด์ แล้วพิมพ์ช่องเป็นข้อความ เช่น {{{{ {name} }}}}",
        "This is a mail-merge field of Word ({field}), which is not filled. Type {{{{ {name} }}}}.",
    ),
    "tag-over-control": error(
        "คำสั่งนี้ครึ่งหนึ่งอยู่ในตัวควบคุมเนื้อหา (Content Control)",
        "คลิกขวาที่ตัวควบคุม เลือก เอาตัวควบคุมเนื้อหาออก",
        "Half of the tag is inside a content control. Remove the control.",
    ),
    "bound-control": warning(
        "คำสั่งนี้อยู่ในตัวควบคุมเนื้อหาที่ Word เขียนทับเอง ({control})",
        "คลิกขวาที่ตัวควบคุม เลือก เอาตัวควบคุมเนื้อหาออก",
        "The tag is inside a content control that Word overwrites ({control}). Remove the control.",
    ),
    "tag-over-box": error(
        "คำสั่งเปิดและปิดอยู่คนละที่: ในกล่องข้อความกับนอกกล่องข้อความ",
        "ย้ายคำสั่งคู่กันให้อยู่ในกล่องเดียวกัน",
        "The tag and its end are on different sides of a text box. Put both in one place.",
    ),
}
