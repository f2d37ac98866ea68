"""The corpus: good templates made ill by code, each with the one fault that must be found and the words where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doctor.clinic import BODY, HEADER, RELS, STYLES, Edit, between, cut, edited, run, stock

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
BY = 'w:id="901" w:author="ก" w:date="2026-01-01T00:00:00Z"'
BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:90pt;height:30pt"><v:textbox>'
    "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


@dataclass(frozen=True)
class Ill:
    """A template with one fault: ``code`` in the paragraph that holds ``words`` (``""``: the file as a whole)."""

    name: str
    kind: str
    code: str
    words: str
    edits: tuple[Edit, ...]
    make: Callable[[str], bytes] = stock

    def data(self) -> bytes:
        return edited(self.make(self.kind), *self.edits)


def order(name: str, code: str, words: str, *edits: Edit) -> Ill:
    return Ill(name, "order", code, words, edits)


def letter(name: str, code: str, words: str, *edits: Edit) -> Ill:
    return Ill(name, "letter", code, words, edits)


def field(code: str, shown: str) -> str:
    return f"{BEGIN}<w:r><w:instrText>{code}</w:instrText></w:r>{SEPARATE}{run(shown)}{END}"


def paragraph(text: str, style: str = "Body") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'


def _file(name: str, data: bytes, kind: str = "") -> Callable[[dict[str, bytes]], None]:
    def edit(parts: dict[str, bytes]) -> None:
        parts[name] = data
        if kind:
            types = parts["[Content_Types].xml"].decode()
            parts["[Content_Types].xml"] = types.replace(
                "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
            ).encode()

    return edit


ROLE, SUBJECT, TEXT, POST = "{{ member.role }}", "{{ subject }}", "{{ text }}", "{{ signer.post }}"
W = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
).encode()

BRACES = (
    order("a tag never closed", "unclosed-tag", "{{ member.role", (ROLE, "{{ member.role")),
    order("a tag never closed, before another", "unclosed-tag", "{{ signer.post {%", (POST, "{{ signer.post ")),
    order("a tag never opened", "unopened-tag", "member.role }}", (ROLE, "member.role }}")),
    order("one closing brace", "single-brace", "{{ member.role }", (ROLE, "{{ member.role }")),
    order("one opening brace", "single-brace", "{ member.role }}", (ROLE, "{ member.role }}")),
    order("single braces", "single-brace", "{ subject }", (SUBJECT, "{ subject }")),
    order("a statement with single braces", "single-brace", "{ if number %}", ("{% if number %}", "{ if number %}")),
    order("a statement closed with one brace", "single-brace", "{% if number }", ("{% if number %}", "{% if number }")),
    order("a statement without its last brace", "unclosed-tag", "{% if signer.mode %", ("{% if signer.mode %}", "{% if signer.mode %")),
    order("a blank between braces", "spaced-brace", "{ { member.role } }", (ROLE, "{ { member.role } }")),
    order("a field closed as a statement", "wrong-closer", "{{ member.role %}", (ROLE, "{{ member.role %}")),
    order("a statement closed as a field", "wrong-closer", "{% if number }}", ("{% if number %}", "{% if number }}")),
    order("a statement opened as a field", "wrong-closer", "{{ if number %}", ("{% if number %}", "{{ if number %}")),
    order("an empty tag", "empty-tag", "{{ }}", (ROLE, "{{ member.role }}{{ }}")),
    order("a tag over two paragraphs", "tag-over-paragraphs", "กรรมการ {{ member.", (ROLE, 'กรรมการ {{ member.</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Role"/></w:pPr><w:r><w:t>role }}')),
    Ill("a tag never closed in a header", "order", "unclosed-tag", "{{ number -", (("- ", "{{ number - ", HEADER),)),
)
MANGLED = (
    order("half of a tag bold", "split-tag", "{{ member.role }}", (ROLE, cut("{{ mem", "ber.role }}", looks=("", "<w:b/><w:bCs/>")))),
    order("a tag in three looks", "split-tag", SUBJECT, (SUBJECT, cut("{", "{ subj", "ect }}", looks=("", "<w:color w:val='FF0000'/>", "<w:i/><w:iCs/>")))),
    letter("curled quotes", "smart-quotes", "“ด่วน”", ("{%p if speed %}", "{%p if speed == “ด่วน” %}")),
    letter("curled single quotes", "smart-quotes", "‘ด่วน’", ("{%p if speed %}", "{%p if speed == ‘ด่วน’ %}")),
    order("a fixed blank in a tag", "autocorrect", "{{\u00a0member.role }}", (ROLE, "{{\u00a0member.role }}")),
    order("a hidden blank in a tag", "autocorrect", "{{ member\u200b.role }}", (ROLE, "{{ member\u200b.role }}")),
    order("a long dash in a tag", "autocorrect", "{{ loop.index – 1 }}", ("{{ loop.index|thai }}. {{ duty }}", "{{ loop.index – 1 }}. {{ duty }}")),
    order("Thai digits as an index", "autocorrect", "{{ recitals[๐] }}", ("{{ duties_heading }}", "{{ duties_heading }}{{ recitals[๐] }}")),
    order("a statement begun with a capital", "misspelt-tag", "{%p If duties %}", ("{%p if duties %}", "{%p If duties %}")),
    order("letters inserted into a tag", "tracked-tag", ROLE, (ROLE, between(f"<w:ins {BY}>{run('ber.role')}</w:ins>", before="{{ mem", after=" }}"))),
    order("letters deleted from a tag", "tracked-tag", ROLE, (ROLE, between(f"<w:del {BY}><w:r><w:delText>x</w:delText></w:r></w:del>", before="{{ mem", after="ber.role }}"))),
    order("a tag half in a hyperlink", "tag-over-link", ROLE, (ROLE, between(f'<w:hyperlink w:anchor="a">{run("ber.role")}</w:hyperlink>', before="{{ mem", after=" }}"))),
    order("a tag half in a content control", "tag-over-control", ROLE, (ROLE, between(f"<w:sdt><w:sdtContent>{run('ber.role }}')}</w:sdtContent></w:sdt>", before="{{ mem"))),
    order("a tag in a bound content control", "bound-control", ROLE, (ROLE, between(f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="x"/></w:sdtPr><w:sdtContent>{run(ROLE)}</w:sdtContent></w:sdt>'))),
    order("a tag half in a field", "tag-over-field", "หน้าที่ {{ member.", (ROLE, between(field("REF role", "role"), before="หน้าที่ {{ member.", after=" }}"))),
    order("a tag in a field", "tag-in-field", ROLE, (ROLE, between(field(" DOCPROPERTY role ", ROLE)))),
    order("a tag in a simple field", "tag-in-field", ROLE, (ROLE, between(f'<w:fldSimple w:instr=" REF role ">{run(ROLE)}</w:fldSimple>'))),
    order("a mail merge field", "merge-field", "«role»", (ROLE, ROLE + between(field(" MERGEFIELD role ", "«role»")))),
    order("a tab in a tag", "break-in-tag", "หน้าที่ {{ member.", (ROLE, "หน้าที่ {{ member.</w:t><w:tab/><w:t>role }}")),
    order("a line break in a tag", "break-in-tag", "{{ member.role", (ROLE, "{{ member.role</w:t><w:br/><w:t> }}")),
    order("a loop out of a text box", "tag-over-box", "{{ member.role }}", (ROLE, ROLE + between(BOX.format("{% if number %}ก"), after="{% endif %}"))),
    order("a tag never closed in a text box", "unclosed-tag", "{{ member.role }}", (ROLE, ROLE + between(BOX.format("{{ number")))),
)
STATEMENTS = (
    order("a misspelt for", "misspelt-tag", "{%tr fro member in members %}", ("{%tr for member in members %}", "{%tr fro member in members %}")),
    order("a misspelt endfor", "misspelt-tag", "{%tr endfro %}", ("{%tr endfor %}", "{%tr endfro %}")),
    order("an end in two words", "misspelt-tag", "{%tr end for %}", ("{%tr endfor %}", "{%tr end for %}")),
    order("else if", "misspelt-tag", "{% else if year_be %}", ("{% else %}", "{% else if year_be %}")),
    order("a blank before the prefix", "misspelt-tag", "{% p if duties %}", ("{%p if duties %}", "{% p if duties %}")),
    order("no blank after the prefix", "misspelt-tag", "{%pif duties %}", ("{%p if duties %}", "{%pif duties %}")),
    order("an unknown prefix", "misspelt-tag", "{%td for member in members %}", ("{%tr for member in members %}", "{%td for member in members %}")),
    order("two names without a point", "bad-expression", "{{ member role }}", (ROLE, "{{ member role }}")),
    order("a loop without in", "bad-expression", "{%tr for member of members %}", ("{%tr for member in members %}", "{%tr for member of members %}")),
    order("a condition left out", "bad-expression", "{%p if %}", ("{%p if duties %}", "{%p if %}")),
    order("one equals sign too few", "bad-expression", "{% if number = 1 %}", ("{% if number %}", "{% if number = 1 %}")),
    order("a quote never closed", "bad-expression", "{{ member.role|default('- }}", (ROLE, "{{ member.role|default('- }}")),
    order("a loop never ended", "unclosed-block", "{%tr for member in members %}", ("{%tr endfor %}", "ก")),
    order("a condition never ended", "unclosed-block", "{% if signer.mode %}", ("{{ signer.mode }}{% endif %}", "{{ signer.mode }}")),
    order("an end too many", "unopened-block", "{{ member.role }}{% endif %}", (ROLE, ROLE + "{% endif %}")),
    order("else without if", "unopened-block", "{{ member.role }}{% else %}", (ROLE, ROLE + "{% else %}")),
    order("if ended by endfor", "mismatched-block", "{% endfor %}", ("{{ signer.mode }}{% endif %}", "{{ signer.mode }}{% endfor %}")),
    order("a row loop ended without tr", "mixed-block", "{% endfor %}", ("{%tr endfor %}", "{% endfor %}")),
    order("a paragraph condition ended without p", "mixed-block", "{{ duties_heading }}{% endif %}", ("{{ duties_heading }}", "{{ duties_heading }}{% endif %}"), ("{{ duties_heading }}{% endif %}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endif %}", "{{ duties_heading }}{% endif %}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">")),
    letter("a loop from cell to cell", "block-over-cells", "{{ item.title }}{% endfor %}", ("{% if loop.first %}สิ่งที่", "{% for item in enclosures %}{% if loop.first %}สิ่งที่"), ("{{ item.title }}", "{{ item.title }}{% endfor %}")),
    order("text beside a paragraph tag", "swallowed-text", "ให้ {%p if duties %}", ("{%p if duties %}", "ให้ {%p if duties %}")),
    order("a field beside a paragraph tag", "swallowed-text", "{%p endif %}{{ issuer }}", ("{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endif %}", "{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endif %}{{ issuer }}")),
    order("text in the row of a row tag", "swallowed-text", "{%tr for member in members %}", ("{%tr for member in members %}</w:t></w:r></w:p>", "{%tr for member in members %}</w:t></w:r></w:p>" + paragraph("ลำดับ"))),
    letter("text in the cell of a cell tag", "swallowed-text", "{%tc endif %}", ("{% if loop.first %}สิ่งที่ส่งมาด้วย{% endif %}", "{%tc if enclosures %}"), ("จำนวน {{ item.count }}", "{%tc endif %}จำนวน {{ item.count }}")),
    order("a row tag outside any table", "row-tag-outside-table", "{%tr if duties %}", ("{%p if duties %}", "{%tr if duties %}"), ("{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endif %}", "{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%tr endif %}")),
)
NAMES = (
    order("a misspelt field", "unknown-field", "{{ subjct }}", (SUBJECT, SUBJECT + "{{ subjct }}")),
    order("a misspelt field of an entry", "unknown-field", "{{ member.rolle }}", (ROLE, ROLE + "{{ member.rolle }}")),
    order("a Thai label as a field", "unknown-field", "{{ เรื่อง }}", (SUBJECT, SUBJECT + "{{ เรื่อง }}")),
    order("a field of another kind in a condition", "unknown-field", "{%p if blessing %}", ("{%p if duties %}", "{%p if blessing %}")),
    order("the name of a loop after its end", "unknown-field", "{{ signer.name }}{{ member.post }}", ("({{ signer.name }})", "({{ signer.name }}{{ member.post }})")),
    order("loop outside a loop", "unknown-field", "{{ loop.index|thai }}{{ subject", (SUBJECT, "{{ loop.index|thai }}{{ subject }}")),
    Ill("a misspelt field in a header", "order", "unknown-field", "{{ nmuber }}", (("- ", "{{ nmuber }} - ", HEADER),)),
    order("an unknown filter", "unknown-filter", "{{ member.role|tahi }}", (ROLE, "{{ member.role|tahi }}")),
    order("an unknown test", "unknown-test", "{% if number is givven %}", ("{% if number %}", "{% if number is givven %}")),
    order("a required field that is nowhere", "missing-required", "", (ROLE, "")),
    order("a required field of the paper that is nowhere", "missing-required", "", ("{{ issuer }}", "")),
    order("a list printed", "list-printed", "{{ recitals }}", ("{{ duties_heading }}", "{{ duties_heading }}{{ recitals }}")),
    order("a list used like one entry", "list-needs-loop", "{{ members.post }}", ("{{ duties_heading }}", "{{ duties_heading }}{{ members.post }}")),
    order("a text repeated", "not-a-list", "{%p for text in subject %}", ("{%p if duties %}", "{%p for text in subject %}"), ("{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endif %}", "{{ duties_heading }}</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val=\"Tag\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{%p endfor %}")),
    order("a group of fields printed", "record-printed", "{{ signer }}", ("{{ duties_heading }}", "{{ duties_heading }}{{ signer }}")),
    order("a date without a form", "date-without-form", "{{ date }}", ("{{ date|date_order }}", "{{ date }}")),
    order("a picture printed", "cannot-print", "{{ emblem }}", ("{{ duties_heading }}", "{{ duties_heading }}{{ emblem }}")),
    order("a text through a date filter", "filter-type", "{{ subject|date_order }}", (SUBJECT, "{{ subject|date_order }}")),
    order("a text through thousands", "filter-type", "{{ member.role|thousands }}", (ROLE, "{{ member.role|thousands }}")),
    order("if without else in a field", "no-else", "{{ number if number }}", ("{{ number }} ", "{{ number if number }} ")),
    order("an inner name of Python", "sandbox", "{{ subject.__class__ }}", (SUBJECT, "{{ subject.__class__ }}{{ subject }}")),
    order("another file taken in", "sandbox", "{% include 'x' %}", (ROLE, ROLE + "{% include 'x' %}")),
    order("a value trusted", "unsafe-value", "{{ member.role|safe }}", (ROLE, "{{ member.role|safe }}")),
    order("an ampersand in a tag", "ampersand-in-tag", "R&D", ("{% if number %}", "{% if number == 'R&amp;D' %}")),
    order("a value escaped by hand", "digits-stay-arabic", "{{ subject|e }}", (SUBJECT, "{{ subject|e }}")),
)


def _look(name: str, code: str, look: str) -> Ill:
    head = '<w:r><w:t xml:space="preserve">{{ member.role }}'
    return order(name, code, ROLE, (head, head.replace("<w:r>", f"<w:r><w:rPr>{look}</w:rPr>")))


FONT = 'w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK"'
SECTION = '<w:pgMar w:top="850" w:right="1134" w:bottom="1134" w:left="1701"'
LOOKS = (
    _look("another typeface", "wrong-font", '<w:rFonts w:ascii="Angsana New" w:hAnsi="Angsana New" w:cs="Angsana New"/>'),
    _look("another typeface for Thai", "wrong-font", f'<w:rFonts {FONT} w:cs="Cordia New"/>'),
    _look("a size for Latin only", "cs-size", '<w:sz w:val="40"/>'),
    _look("bold for Latin only", "cs-bold", "<w:b/>"),
    _look("Thai said to be Arabic", "cs-lang", '<w:lang w:bidi="ar-SA"/>'),
    order("no Thai typeface in the defaults", "no-cs-font", "", (' w:cs="TH SarabunPSK"/><w:sz', "/><w:sz", STYLES), (' w:cs="TH SarabunPSK"/><w:sz', "/><w:sz", STYLES)),
    order("a style that is not there", "undefined-style", ROLE, ('<w:pStyle w:val="Role"/>', '<w:pStyle w:val="Rolle"/>')),
    order("a character style that is not there", "undefined-style", ROLE, ('<w:r><w:t xml:space="preserve">{{ member.role', '<w:r><w:rPr><w:rStyle w:val="เข้ม"/></w:rPr><w:t xml:space="preserve">{{ member.role')),
    order("letters too small", "text-size", "คำสั่ง{{ issuer }}", ('<w:r><w:t xml:space="preserve">คำสั่ง', '<w:r><w:rPr><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr><w:t xml:space="preserve">คำสั่ง')),
    order("a narrow left margin", "margins", "", (SECTION, SECTION.replace("1701", "1134"))),
    order("a wide right margin", "margins", "", (SECTION, SECTION.replace('right="1134"', 'right="1701"'))),
    order("American paper", "paper-size", "", ('<w:pgSz w:w="11906" w:h="16838"', '<w:pgSz w:w="12240" w:h="15840"')),
    order("Arabic digits in a cell", "arabic-digits", "ข้อ 12", (ROLE, "{{ member.role }} ข้อ 12")),
    order("numbers that Word counts in Arabic", "arabic-numbering", "{{ duties_heading }}", ('<w:pStyle w:val="Body"/><w:keepNext/>', '<w:pStyle w:val="Body"/><w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'), _file("word/numbering.xml", _NUMBERING, f"{W}.numbering+xml")),
    Ill("a page number in Arabic digits", "order", "arabic-page-number", "PAGE", ((" PAGE \\* THAIARABIC ", " PAGE ", HEADER), ('<w:pgNumType w:fmt="thaiNumbers" w:start="1"/>', ""))),
    order("a page break by hand", "page-break", "{{ effective }}", ('<w:r><w:t xml:space="preserve">{{ effective }}', '<w:r><w:br w:type="page"/></w:r><w:r><w:t xml:space="preserve">{{ effective }}')),
    order("a paragraph that begins a page", "page-break", "{{ effective }}", ('<w:pStyle w:val="Closing"/>', '<w:pStyle w:val="Closing"/><w:pageBreakBefore/>')),
    order("a picture without a size", "image-no-size", "\u00a0", ('<wp:extent cx="1008000" cy="1080000"/>', "")),
    order("a small emblem", "emblem-size", "\u00a0", ('<wp:extent cx="1008000" cy="1080000"/>', '<wp:extent cx="504000" cy="540000"/>')),
    order("a misspelt picture slot", "unknown-slot", "\u00a0", ('descr="emblem"', 'descr="embelm"')),
    order("letters in the wrong order", "thai-text", "เเจ้ง", (ROLE, "{{ member.role }} เเจ้ง")),
    order("a change nobody accepted", "tracked-changes", "ใหม่", (ROLE, ROLE + between(f"<w:ins {BY}>{run(' ใหม่')}</w:ins>"))),
)
FILES = (
    order("macros", "macros", "", _file("word/vbaProject.bin", b"\xd0\xcf")),
    order("a picture from elsewhere", "external-link", "\u00a0", ('r:embed="rIdSlot1"', 'r:embed="rIdSlot1" r:link="rIdFar"'), ("</Relationships>", '<Relationship Id="rIdFar" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="https://example.com/a.png" TargetMode="External"/></Relationships>', RELS)),
    order("text from elsewhere", "external-link", "{{ member.role }} INCLUDETEXT", (ROLE, ROLE + between(field(' INCLUDETEXT "C:\\\\a.docx" ', "ก")))),
    order("an embedded sheet", "embedded-object", "", _file("word/embeddings/sheet1.xlsx", b"PK")),
)
ALL = (*BRACES, *MANGLED, *STATEMENTS, *NAMES, *LOOKS, *FILES)
assert BODY
