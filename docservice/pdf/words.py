"""Plain text becomes pages, line by line as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from docservice.errors import EvidenceRefused
from docservice.pdf import sniff
from docservice.pdf.lettering import readable
from docservice.pdf.typeface import typeface

_SOURCE = Path(__file__).with_name("words.typ")
_MOST_BYTES = 512 * 1024


def text_pdf(path: Path, fonts: Path, *, name: str) -> tuple[bytes, int]:
    """The text at ``path`` as A4 pages in the face of ``fonts``, and how many characters the face lacks (left out).

    Raises ``EvidenceRefused`` when it is longer than half a megabyte or not text after all.
    """
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES + 1)
    how = sniff.encoding(data)
    if len(data) > _MOST_BYTES or not how:
        what = "เป็นข้อความที่ยาวเกินกำหนด" if how else "มีทั้งข้อความและข้อมูลอื่นปนกัน"
        raise EvidenceRefused(
            f"ไฟล์ {name} {what}",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} cannot be shown as text. Save it as PDF.",
        )
    text = data.decode(how).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").expandtabs(8)
    face = typeface(fonts)
    lines = [readable(line, face.regular) for line in text.rstrip("\n").split("\n")]
    lost = len(text.rstrip("\n")) - len("\n".join(lines))
    compiler = typst.Compiler(str(_SOURCE), root=str(_SOURCE.parent), font_paths=face.fonts, ignore_system_fonts=True)
    inputs = {"data": json.dumps({"lines": lines}), "family": face.family}
    pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    assert isinstance(pdf, bytes)  # noqa: S101 -- a PDF is one file
    return pdf, lost
