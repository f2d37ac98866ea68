"""Valid variations: what Word, LibreOffice, Google Docs and careful clerks write, in which nothing is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from doctor.clinic import HEADER, STYLES, Edit, between, cut, edited, run, stock
from doctor.ill import BOX, NEXT_TAG, ROLE, SUBJECT, W, paragraph, with_file

RSID = 'w:rsidR="00A77B3E" w:rsidRPr="00C1"'
PROOF = '<w:proofErr w:type="spellStart"/>'
GDOCS = (
    '<w:rFonts w:ascii="TH Sarabun New" w:cs="TH Sarabun New" w:eastAsia="TH Sarabun New" w:hAnsi="TH Sarabun New"/>'
)
DEFAULTS = ' w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"'
TABLE = '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
LIBRE = '<w:rFonts w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK" w:eastAsia="SimSun" w:cs="TH SarabunPSK"/>'


@dataclass(frozen=True)
class Well:
    name: str
    kind: str
    edits: tuple[Edit, ...]

    def data(self) -> bytes:
        return edited(stock(self.kind), *self.edits)


def well(name: str, *edits: Edit, kind: str = "order") -> Well:
    return Well(name, kind, edits)


_HEAD = '<w:r><w:t xml:space="preserve">{{ member.role }}'
_THAI_LIST = (
    b'<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b'<w:abstractNum w:abstractNumId="1">'
    b'<w:lvl w:ilvl="0"><w:numFmt w:val="thaiNumbers"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    b'<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
CHOICE = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:extent cx="900000" cy="300000"/><wp:docPr id="9" name="box"/>'
    '<a:graphic><a:graphicData><wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<wps:txbx>{0}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    '<mc:Fallback><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">{0}</v:textbox></w:pict></mc:Fallback>'
    "</mc:AlternateContent></w:r>"
)
_BOXED = "<w:txbxContent><w:p><w:r><w:t>{{ number }}</w:t></w:r></w:p></w:txbxContent>"

ALL = (
    well(
        "Word: a tag cut by its spelling check",
        (
            ROLE,
            between(
                f'{PROOF}<w:r {RSID}><w:t>member</w:t></w:r><w:proofErr w:type="spellEnd"/>',
                before="{{ ",
                after=".role }}",
            ),
        ),
    ),
    well("Word: a tag typed in five sittings", (ROLE, cut("{", "{ mem", "ber", ".ro", "le }}"))),
    well(
        "Word: a tag cut by language and hint",
        (ROLE, cut("{{ mem", "ber.role }}", looks=("", '<w:rFonts w:hint="cs"/><w:lang w:val="en-GB"/>'))),
    ),
    well(
        "Word: a bookmark and a comment around a tag",
        (ROLE, between(f'<w:bookmarkStart w:id="7" w:name="_GoBack"/>{run(ROLE)}<w:bookmarkEnd w:id="7"/>')),
    ),
    well(
        "Word: a tag in a smart tag",
        (ROLE, between(f'<w:smartTag w:uri="x" w:element="place">{run(ROLE)}</w:smartTag>')),
    ),
    well(
        "Word: a tag in a plain content control",
        (
            ROLE,
            between(
                '<w:sdt><w:sdtPr><w:alias w:val="หน้าที่"/><w:text/></w:sdtPr>'
                f"<w:sdtContent>{run(ROLE)}</w:sdtContent></w:sdt>"
            ),
        ),
    ),
    well(
        "Word: paragraphs in a content control",
        (paragraph("{{ text }}").removeprefix("<w:p>")[:40], paragraph("{{ text }}").removeprefix("<w:p>")[:40]),
        (
            paragraph("เรื่อง {{ subject }}", "HeadLine"),
            f"<w:sdt><w:sdtContent>{paragraph('เรื่อง {{ subject }}', 'HeadLine')}</w:sdtContent></w:sdt>",
        ),
    ),
    well("Word: a text box with its fallback copy", (ROLE, ROLE + between(CHOICE.format(_BOXED)))),
    well("Word: an old text box", (ROLE, ROLE + between(BOX.format("{{ number }}")))),
    well("Word: a hyperlink on a whole tag", (ROLE, between(f'<w:hyperlink w:anchor="top">{run(ROLE)}</w:hyperlink>'))),
    well(
        "Word: a page break that Word remembers",
        (SUBJECT, between("<w:r><w:lastRenderedPageBreak/></w:r>", after=SUBJECT)),
    ),
    well(
        "Word: numbers in Thai",
        (
            '<w:pStyle w:val="Body"/><w:keepNext/>',
            '<w:pStyle w:val="Body"/><w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>',
        ),
        with_file("word/numbering.xml", _THAI_LIST, f"{W}.numbering+xml"),
    ),
    well(
        "Word: a page number format in its own field",
        (" PAGE \\* THAIARABIC ", " PAGE  \\* ThaiArabic  \\* MERGEFORMAT ", HEADER),
    ),
    well(
        "LibreOffice: every run says all",
        (
            _HEAD,
            _HEAD.replace(
                "<w:r>",
                f'<w:r><w:rPr>{LIBRE}<w:b w:val="false"/><w:bCs w:val="false"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
                '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="th-TH"/></w:rPr>',
            ),
        ),
    ),
    well("LibreOffice: an empty run properties element", (_HEAD, _HEAD.replace("<w:r>", "<w:r><w:rPr></w:rPr>"))),
    well("LibreOffice: margins a hair off", ('w:left="1701"', 'w:left="1700"'), ('w:right="1134"', 'w:right="1133"')),
    well(
        "Google Docs: its rtl marks and fonts",
        (
            _HEAD,
            _HEAD.replace(
                "<w:r>", f'<w:r w:rsidDel="00000000" w:rsidRPr="00000000"><w:rPr>{GDOCS}<w:rtl w:val="0"/></w:rPr>'
            ),
        ),
    ),
    well("Google Docs: a tag in two runs", (ROLE, cut("{{ member", ".role }}", looks=("", '<w:rtl w:val="0"/>')))),
    well("a tag without blanks", (ROLE, "{{member.role}}")),
    well("a tag with white-space marks", ("{% if number %}", "{%- if number -%}")),
    well("a comment in a tag of its own", (ROLE, ROLE + "{# หน้าที่ของกรรมการ #}")),
    well(
        "a comment of Jinja in a paragraph of its own",
        ("{%p if duties %}", "{#p หน้าที่ #}"),
        (
            "{{ duties_heading }}" + NEXT_TAG + "{%p endif %}",
            "{{ duties_heading }}" + NEXT_TAG,
        ),
    ),
    well("a condition inside a field", ("{{ number }} ", "{{ number if number else '-' }} ")),
    well("a list in one line", (ROLE, "{{ member.role }}{{ recitals|join(' ') }}")),
    well("lines of a list", (ROLE, "{{ member.role }}{{ recitals|lines }}")),
    well("a name of one's own", (ROLE, "{% set role = member.role %}{{ role }}")),
    well("a field asked by its key", (ROLE, "{{ member['role'] }}")),
    well("the first of a list", (ROLE, "{{ member.role }}{{ members[0].post }}")),
    well("braces in prose", (ROLE, "{{ member.role }} {ก} และ { ข้อความ } หรือ ๕ }")),
    well("written-out braces", (ROLE, "{{ member.role }} {_{ subject }_}")),
    well(
        "an address and a code keep their digits",
        (ROLE, "{{ member.role }} https://cdd.go.th/2562 แบบ PDF/A-2b a1@cdd.go.th"),
    ),
    well("fixed and hidden blanks in prose", (ROLE, "{{ member.role }} พ.ศ.\u00a0๒๕๖๒ พัฒนา\u200bชุมชน")),
    well(
        "a heading in larger letters",
        (
            '<w:r><w:t xml:space="preserve">คำสั่ง',
            '<w:r><w:rPr><w:b/><w:bCs/><w:sz w:val="40"/><w:szCs w:val="40"/></w:rPr><w:t xml:space="preserve">คำสั่ง',
        ),
    ),
    well(
        "a style of the clerk's own",
        ('<w:pStyle w:val="Role"/>', '<w:pStyle w:val="a3"/>'),
        (
            "</w:styles>",
            '<w:style w:type="paragraph" w:customStyle="1" w:styleId="a3"><w:name w:val="หน้าที่"/>'
            '<w:basedOn w:val="Role"/></w:style></w:styles>',
            STYLES,
        ),
    ),
    well("a link to a web page", (ROLE, ROLE + between(f'<w:hyperlink w:anchor="x">{run(" ดูเพิ่ม")}</w:hyperlink>'))),
    well("an optional part left out", ("{{ effective }}", "ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป")),
    well(
        "a nested condition in one line",
        (
            ROLE,
            "{% if member.role %}{% if loop.first %}{{ member.role }}{% else %}{{ member.role }}{% endif %}{% endif %}",
        ),
    ),
    well(
        "a table of one's own",
        (
            '<w:pStyle w:val="HeadRule"/></w:pPr></w:p>',
            f'<w:pStyle w:val="HeadRule"/></w:pPr></w:p>{TABLE}<w:tr><w:tc>{paragraph("ลำดับ")}</w:tc>'
            f"<w:tc>{TABLE}<w:tr>"
            f"<w:tc>{paragraph('{{ issuer }}')}</w:tc></w:tr></w:tbl>{paragraph('')}</w:tc></w:tr></w:tbl>",
        ),
    ),
    well(
        "Google Docs: defaults that no letter keeps",
        (f"<w:rFonts{DEFAULTS.format('TH SarabunPSK')}/>", f"<w:rFonts{DEFAULTS.format('Arial')}/>", STYLES),
    ),
    well("a loop in a loop over rows", kind="register-letters"),
    well("an inline loop over a list", kind="guideline"),
)
