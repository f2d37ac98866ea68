"""Tags made ill: their braces, and what a word processor makes of them."""

from __future__ import annotations

from doctor.clinic import HEADER, between, cut, run
from doctor.ill import (
    BOX,
    BY,
    POST,
    ROLE,
    SUBJECT,
    Ill,
    field,
    letter,
    order,
)

BRACES = (
    order(
        "a statement without its percent sign",
        "single-brace",
        "{p if effective %}",
        ("{%p if effective %}", "{p if effective %}"),
    ),
    order("a tag never closed", "unclosed-tag", "{{ member.role", (ROLE, "{{ member.role")),
    order("a tag never closed, before another", "unclosed-tag", "{{ signer.post {%", (POST, "{{ signer.post ")),
    order("a tag never opened", "unopened-tag", "member.role }}", (ROLE, "member.role }}")),
    order("one closing brace", "single-brace", "{{ member.role }", (ROLE, "{{ member.role }")),
    order("one opening brace", "single-brace", "{ member.role }}", (ROLE, "{ member.role }}")),
    order("single braces", "single-brace", "{ subject }", (SUBJECT, "{ subject }")),
    order("a statement with single braces", "single-brace", "{ if number %}", ("{% if number %}", "{ if number %}")),
    order("a statement closed with one brace", "single-brace", "{% if number }", ("{% if number %}", "{% if number }")),
    order(
        "a statement without its last brace",
        "unclosed-tag",
        "{% if signer.mode %",
        ("{% if signer.mode %}", "{% if signer.mode %"),
    ),
    order("a blank between braces", "spaced-brace", "{ { member.role } }", (ROLE, "{ { member.role } }")),
    order("a field closed as a statement", "wrong-closer", "{{ member.role %}", (ROLE, "{{ member.role %}")),
    order("a statement closed as a field", "wrong-closer", "{% if number }}", ("{% if number %}", "{% if number }}")),
    order("a statement opened as a field", "wrong-closer", "{{ if number %}", ("{% if number %}", "{{ if number %}")),
    order("an empty tag", "empty-tag", "{{ }}", (ROLE, "{{ member.role }}{{ }}")),
    order(
        "a tag over two paragraphs",
        "tag-over-paragraphs",
        "กรรมการ {{ member.",
        (ROLE, 'กรรมการ {{ member.</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Role"/></w:pPr><w:r><w:t>role }}'),
    ),
    Ill("a tag never closed in a header", "order", "unclosed-tag", "{{ number -", (("- ", "{{ number - ", HEADER),)),
)
MANGLED = (
    order("full-width braces", "autocorrect", "｛｛ member.role ｝｝", (ROLE, "｛｛ member.role ｝｝")),
    order(
        "half of a tag bold",
        "split-tag",
        "{{ member.role }}",
        (ROLE, cut("{{ mem", "ber.role }}", looks=("", "<w:b/><w:bCs/>"))),
    ),
    order(
        "a tag in three looks",
        "split-tag",
        SUBJECT,
        (SUBJECT, cut("{", "{ subj", "ect }}", looks=("", "<w:color w:val='FF0000'/>", "<w:i/><w:iCs/>"))),
    ),
    letter("curled quotes", "smart-quotes", "“ด่วน”", ("{%p if speed %}", "{%p if speed == “ด่วน” %}")),
    letter("curled single quotes", "smart-quotes", "‘ด่วน’", ("{%p if speed %}", "{%p if speed == ‘ด่วน’ %}")),
    order("a fixed blank in a tag", "autocorrect", "{{\u00a0member.role }}", (ROLE, "{{\u00a0member.role }}")),
    order("a hidden blank in a tag", "autocorrect", "{{ member\u200b.role }}", (ROLE, "{{ member\u200b.role }}")),
    order(
        "a long dash in a tag",
        "autocorrect",
        "{{ loop.index – 1 }}",
        ("{{ loop.index|thai }}. {{ duty }}", "{{ loop.index – 1 }}. {{ duty }}"),
    ),
    order(
        "Thai digits as an index",
        "autocorrect",
        "{{ recitals[๐] }}",
        ("{{ duties_heading }}", "{{ duties_heading }}{{ recitals[๐] }}"),
    ),
    order(
        "a statement begun with a capital", "misspelt-tag", "{%p If duties %}", ("{%p if duties %}", "{%p If duties %}")
    ),
    order(
        "letters inserted into a tag",
        "tracked-tag",
        ROLE,
        (ROLE, between(f"<w:ins {BY}>{run('ber.role')}</w:ins>", before="{{ mem", after=" }}")),
    ),
    order(
        "letters deleted from a tag",
        "tracked-tag",
        ROLE,
        (
            ROLE,
            between(f"<w:del {BY}><w:r><w:delText>x</w:delText></w:r></w:del>", before="{{ mem", after="ber.role }}"),
        ),
    ),
    order(
        "a tag half in a hyperlink",
        "tag-over-link",
        ROLE,
        (ROLE, between(f'<w:hyperlink w:anchor="a">{run("ber.role")}</w:hyperlink>', before="{{ mem", after=" }}")),
    ),
    order(
        "a tag half in a content control",
        "tag-over-control",
        ROLE,
        (ROLE, between(f"<w:sdt><w:sdtContent>{run('ber.role }}')}</w:sdtContent></w:sdt>", before="{{ mem")),
    ),
    order(
        "a tag in a bound content control",
        "bound-control",
        ROLE,
        (
            ROLE,
            between(
                '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="x"/></w:sdtPr>'
                f"<w:sdtContent>{run(ROLE)}</w:sdtContent></w:sdt>"
            ),
        ),
    ),
    order(
        "a tag half in a field",
        "tag-over-field",
        "หน้าที่ {{ member.",
        (ROLE, between(field("REF role", "role"), before="หน้าที่ {{ member.", after=" }}")),
    ),
    order("a tag in a field", "tag-in-field", ROLE, (ROLE, between(field(" DOCPROPERTY role ", ROLE)))),
    order(
        "a tag in a simple field",
        "tag-in-field",
        ROLE,
        (ROLE, between(f'<w:fldSimple w:instr=" REF role ">{run(ROLE)}</w:fldSimple>')),
    ),
    order("a mail merge field", "merge-field", "«role»", (ROLE, ROLE + between(field(" MERGEFIELD role ", "«role»")))),
    order("a tab in a tag", "break-in-tag", "หน้าที่ {{ member.", (ROLE, "หน้าที่ {{ member.</w:t><w:tab/><w:t>role }}")),
    order("a line break in a tag", "break-in-tag", "{{ member.role", (ROLE, "{{ member.role</w:t><w:br/><w:t> }}")),
    order(
        "a loop out of a text box",
        "tag-over-box",
        "{{ member.role }}",
        (ROLE, ROLE + between(BOX.format("{% if number %}ก"), after="{% endif %}")),
    ),
    order(
        "a tag never closed in a text box",
        "unclosed-tag",
        "{{ member.role }}",
        (ROLE, ROLE + between(BOX.format("{{ number"))),
    ),
)
