"""Letters, pages and files made ill."""

from __future__ import annotations

from doctor.clinic import HEADER, RELS, STYLES, between, run
from doctor.ill import (
    BY,
    NUMBERING,
    ROLE,
    Ill,
    W,
    field,
    order,
    with_file,
)

from docservice.render.package import NS


def _look(name: str, code: str, look: str) -> Ill:
    head = '<w:r><w:t xml:space="preserve">{{ member.role }}'
    return order(name, code, ROLE, (head, head.replace("<w:r>", f"<w:r><w:rPr>{look}</w:rPr>")))


FONT = 'w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK"'
SECTION = '<w:pgMar w:top="850" w:right="1134" w:bottom="1134" w:left="1701"'
LOOKS = (
    _look(
        "another typeface", "wrong-font", '<w:rFonts w:ascii="Angsana New" w:hAnsi="Angsana New" w:cs="Angsana New"/>'
    ),
    _look("another typeface for Thai", "wrong-font", f'<w:rFonts {FONT} w:cs="Cordia New"/>'),
    _look("a size for Latin only", "cs-size", '<w:sz w:val="40"/>'),
    _look("bold for Latin only", "cs-bold", "<w:b/>"),
    _look("Thai said to be Arabic", "cs-lang", '<w:lang w:bidi="ar-SA"/>'),
    order(
        "no Thai typeface in the defaults",
        "no-cs-font",
        "",
        (' w:cs="TH SarabunPSK"/><w:sz', "/><w:sz", STYLES),
        (' w:cs="TH SarabunPSK"/><w:sz', "/><w:sz", STYLES),
    ),
    order(
        "a style that is not there", "undefined-style", ROLE, ('<w:pStyle w:val="Role"/>', '<w:pStyle w:val="Rolle"/>')
    ),
    order(
        "a character style that is not there",
        "undefined-style",
        ROLE,
        (
            '<w:r><w:t xml:space="preserve">{{ member.role',
            '<w:r><w:rPr><w:rStyle w:val="เข้ม"/></w:rPr><w:t xml:space="preserve">{{ member.role',
        ),
    ),
    order(
        "letters too small",
        "text-size",
        "คำสั่ง{{ issuer }}",
        (
            '<w:r><w:t xml:space="preserve">คำสั่ง',
            '<w:r><w:rPr><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr><w:t xml:space="preserve">คำสั่ง',
        ),
    ),
    order("a narrow left margin", "margins", "", (SECTION, SECTION.replace("1701", "1134"))),
    order("a wide right margin", "margins", "", (SECTION, SECTION.replace('right="1134"', 'right="1701"'))),
    order("American paper", "paper-size", "", ('<w:pgSz w:w="11906" w:h="16838"', '<w:pgSz w:w="12240" w:h="15840"')),
    order("Arabic digits in a cell", "arabic-digits", "ข้อ 12", (ROLE, "{{ member.role }} ข้อ 12")),
    order(
        "numbers that Word counts in Arabic",
        "arabic-numbering",
        "{{ duties_heading }}",
        (
            '<w:pStyle w:val="Body"/><w:keepNext/>',
            '<w:pStyle w:val="Body"/><w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>',
        ),
        with_file("word/numbering.xml", NUMBERING, f"{W}.numbering+xml"),
    ),
    Ill(
        "a page number in Arabic digits",
        "order",
        "arabic-page-number",
        "PAGE",
        ((" PAGE \\* THAIARABIC ", " PAGE ", HEADER), ('<w:pgNumType w:fmt="thaiNumbers" w:start="1"/>', "")),
    ),
    order(
        "a page break by hand",
        "page-break",
        "{{ effective }}",
        (
            '<w:r><w:t xml:space="preserve">{{ effective }}',
            '<w:r><w:br w:type="page"/></w:r><w:r><w:t xml:space="preserve">{{ effective }}',
        ),
    ),
    order(
        "a paragraph that begins a page",
        "page-break",
        "{{ effective }}",
        ('<w:pStyle w:val="Closing"/>', '<w:pStyle w:val="Closing"/><w:pageBreakBefore/>'),
    ),
    order("a picture without a size", "image-no-size", "\u00a0", ('<wp:extent cx="1008000" cy="1080000"/>', "")),
    order(
        "a small emblem",
        "emblem-size",
        "\u00a0",
        ('<wp:extent cx="1008000" cy="1080000"/>', '<wp:extent cx="504000" cy="540000"/>'),
    ),
    order("a misspelt picture slot", "unknown-slot", "\u00a0", ('descr="emblem"', 'descr="embelm"')),
    order("letters in the wrong order", "thai-text", "เเจ้ง", (ROLE, "{{ member.role }} เเจ้ง")),
    order(
        "a change nobody accepted",
        "tracked-changes",
        "ใหม่",
        (ROLE, ROLE + between(f"<w:ins {BY}>{run(' ใหม่')}</w:ins>")),
    ),
)
FILES = (
    order("macros", "macros", "", with_file("word/vbaProject.bin", b"\xd0\xcf")),
    order(
        "a picture from elsewhere",
        "external-link",
        "\u00a0",
        ('r:embed="rIdSlot1"', 'r:embed="rIdSlot1" r:link="rIdFar"'),
        (
            "</Relationships>",
            f'<Relationship Id="rIdFar" Type="{NS["r"]}/image" Target="https://example.com/a.png" '
            'TargetMode="External"/></Relationships>',
            RELS,
        ),
    ),
    order(
        "text from elsewhere",
        "external-link",
        "{{ member.role }} INCLUDETEXT",
        (ROLE, ROLE + between(field(' INCLUDETEXT "C:\\\\a.docx" ', "ก"))),
    ),
    order("an embedded sheet", "embedded-object", "", with_file("word/embeddings/sheet1.xlsx", b"PK")),
)
