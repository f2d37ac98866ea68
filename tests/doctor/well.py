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
TABLE = '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
DEFAULTS = ' w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"'
LIBRE = f"<w:rFonts{DEFAULTS.format('TH SarabunPSK')}/>",
            f"<w:rFonts{DEFAULTS.format('Arial')}/>",
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
        (
            '<w:rFonts w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK" w:eastAsia="TH SarabunPSK" w:cs="TH SarabunPSK"/>',
            '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>',
            STYLES,
        ),
    ),
    well("a loop in a loop over rows", kind="register-letters"),
    well("an inline loop over a list", kind="guideline"),
)
