"""The named styles of the stock templates: one table of looks, and the ``styles.xml`` made from it.

Names are Thai because the clerk who edits a copy sees them in Word; ids are ASCII because code names them. Sizes,
indents and spacing follow the manual for typing official papers: 16 points, single lines, 2.5 cm first-line indent,
6 points before a part and 12 before the farewell.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from templates_th.stock.elements import Look

FONT = "TH SarabunPSK"
BODY_INDENT = 2.5
# The emblem and what is centred under it stand on the middle of the paper, which lies 0.5 cm left of the text's middle
# because the margins are 3 and 2 cm: an indent of 1 cm on the right moves the axis there.
PAPER_CENTRE = 1.0
# The date and the farewell start at the middle of the paper (7.5 cm from the margin); the signature stands centred
# under the farewell, on an axis 9.25 cm from the margin.
PAGE_MIDDLE = 7.5
SIGNATURE_LEFT = 2.5
ADDRESS_LEFT = 10.0


@dataclass(frozen=True)
class Style:
    """One paragraph style: ``id`` for code, ``name`` for the clerk, its look, and the style it differs from."""

    id: str
    name: str
    look: Look
    based: str = "Normal"


CENTRED = Look(align="center", right=PAPER_CENTRE)

STYLES = (
    Style("Emblem", "ตราครุฑ", Look(align="center", right=PAPER_CENTRE, size=8)),
    Style("HeadLine", "หัวคำสั่ง-ประกาศ", Look(align="center", right=PAPER_CENTRE, keep_next=True)),
    Style("HeadRule", "เส้นใต้หัวเรื่อง", Look(left=5.5, right=6.5, line=4, rule_below=True, keep_next=True)),
    Style("Letterhead", "หัวหนังสือ", Look()),
    Style("Address", "ที่ตั้งส่วนราชการ", Look(left=ADDRESS_LEFT)),
    Style("Date", "วันที่", Look(left=PAGE_MIDDLE, before=6)),
    Style("Reference", "เรื่อง-เรียน", Look(left=1.2, hanging=1.2, before=6)),
    Style("Enclosure", "สิ่งที่ส่งมาด้วย", Look()),
    Style("Body", "เนื้อความ", Look(align="thaiDistribute", first=BODY_INDENT, before=6)),
    Style("Item", "ข้อย่อย", Look(before=0, keep_lines=True), based="Body"),
    Style("Closing", "ข้อความสรุป", Look(keep_next=True, keep_lines=True), based="Body"),
    Style("Given", "สั่ง ณ วันที่", Look(align="center", left=SIGNATURE_LEFT, before=12, keep_next=True)),
    Style("Farewell", "คำลงท้าย", Look(align="center", left=SIGNATURE_LEFT, before=12, keep_next=True)),
    Style("Signature", "ลงชื่อ", Look(align="center", left=SIGNATURE_LEFT, keep_next=True, keep_lines=True)),
    Style("Owner", "ส่วนราชการเจ้าของเรื่อง", Look(keep_next=True)),
    Style("CopiesTo", "สำเนาส่ง", Look(left=1.8, hanging=1.8, keep_next=True)),
    Style("Speed", "ชั้นความเร็ว", Look(size=32, bold=True, color="C00000")),
    Style("Member", "รายชื่อคณะ", Look(left=0.8, hanging=0.8, before=3, after=3)),
    Style("Role", "หน้าที่ในคณะ", Look(before=3, after=3)),
    Style("PageTitle", "ชื่อเอกสาร", Look(align="center", bold=True, keep_next=True)),
    Style("Heading", "หัวข้อ", Look(bold=True, before=12, keep_next=True, outline=0)),
    Style("Cell", "ช่องตาราง", Look(size=15)),
    Style("CellCentre", "ช่องตารางกึ่งกลาง", Look(align="center"), based="Cell"),
    Style("CellHead", "หัวตาราง", Look(align="center", bold=True), based="Cell"),
    Style("PageNumber", "เลขหน้า", Look(align="center", right=PAPER_CENTRE, after=12)),
    Style("Catchword", "Catchword", Look(align="right")),
    Style("Tag", "คำสั่งแม่แบบ", Look(color="7F7F7F")),
    Style("SectionEnd", "จบตอน", Look(line=1, size=1)),
)


def styles_xml() -> str:
    """``word/styles.xml``: document defaults in every script slot, Normal, the table default, and :data:`STYLES`."""
    fonts = "".join(f' w:{slot}="{FONT}"' for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    languages = '<w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="th-TH"/>'
    defaults = f'<w:rFonts{fonts}/><w:sz w:val="32"/><w:szCs w:val="32"/>{languages}'
    single = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault>"
        f"<w:pPrDefault><w:pPr>{single}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr><w:widowControl/></w:pPr><w:rPr>{defaults}</w:rPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        f"{''.join(map(_style_xml, STYLES))}</w:styles>"
    )


def _style_xml(style: Style) -> str:
    return (
        f'\n<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}">'
        f'<w:name w:val="{html.escape(style.name)}"/><w:basedOn w:val="{style.based}"/><w:qFormat/>'
        f"<w:pPr>{style.look.paragraph_properties()}</w:pPr><w:rPr>{style.look.run_properties()}</w:rPr></w:style>"
    )
