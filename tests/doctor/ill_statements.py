"""Statements and names made ill."""

from __future__ import annotations

from doctor.clinic import HEADER
from doctor.ill import (
    NEXT_TAG,
    ROLE,
    SUBJECT,
    Ill,
    letter,
    order,
    paragraph,
)

STATEMENTS = (
    order(
        "a misspelt for",
        "misspelt-tag",
        "{%tr fro member in members %}",
        ("{%tr for member in members %}", "{%tr fro member in members %}"),
    ),
    order("a misspelt endfor", "misspelt-tag", "{%tr endfro %}", ("{%tr endfor %}", "{%tr endfro %}")),
    order("an end in two words", "misspelt-tag", "{%tr end for %}", ("{%tr endfor %}", "{%tr end for %}")),
    order("else if", "misspelt-tag", "{% else if year_be %}", ("{% else %}", "{% else if year_be %}")),
    order("a blank before the prefix", "misspelt-tag", "{% p if duties %}", ("{%p if duties %}", "{% p if duties %}")),
    order("no blank after the prefix", "misspelt-tag", "{%pif duties %}", ("{%p if duties %}", "{%pif duties %}")),
    order(
        "an unknown prefix",
        "misspelt-tag",
        "{%td for member in members %}",
        ("{%tr for member in members %}", "{%td for member in members %}"),
    ),
    order("two names without a point", "bad-expression", "{{ member role }}", (ROLE, "{{ member role }}")),
    order(
        "a loop without in",
        "bad-expression",
        "{%tr for member of members %}",
        ("{%tr for member in members %}", "{%tr for member of members %}"),
    ),
    order("a condition left out", "bad-expression", "{%p if %}", ("{%p if duties %}", "{%p if %}")),
    order(
        "one equals sign too few", "bad-expression", "{% if number = 1 %}", ("{% if number %}", "{% if number = 1 %}")
    ),
    order(
        "a quote never closed", "bad-expression", "{{ member.role|default('- }}", (ROLE, "{{ member.role|default('- }}")
    ),
    order("a loop never ended", "unclosed-block", "{%tr for member in members %}", ("{%tr endfor %}", "ก")),
    order(
        "a condition never ended",
        "unclosed-block",
        "{% if signer.mode %}",
        ("{{ signer.mode }}{% endif %}", "{{ signer.mode }}"),
    ),
    order("an end too many", "unopened-block", "{{ member.role }}{% endif %}", (ROLE, ROLE + "{% endif %}")),
    order("else without if", "unopened-block", "{{ member.role }}{% else %}", (ROLE, ROLE + "{% else %}")),
    order(
        "if ended by endfor",
        "mismatched-block",
        "{% endfor %}",
        ("{{ signer.mode }}{% endif %}", "{{ signer.mode }}{% endfor %}"),
    ),
    order("a row loop ended without tr", "mixed-block", "{% endfor %}", ("{%tr endfor %}", "{% endfor %}")),
    order(
        "a paragraph condition ended without p",
        "mixed-block",
        "{{ duties_heading }}{% endif %}",
        ("{{ duties_heading }}", "{{ duties_heading }}{% endif %}"),
        (
            "{{ duties_heading }}{% endif %}" + NEXT_TAG + "{%p endif %}",
            "{{ duties_heading }}{% endif %}" + NEXT_TAG,
        ),
    ),
    letter(
        "a loop from cell to cell",
        "block-over-cells",
        "{{ item.title }}{% endfor %}",
        ("{% if loop.first %}สิ่งที่", "{% for item in enclosures %}{% if loop.first %}สิ่งที่"),
        ("{{ item.title }}", "{{ item.title }}{% endfor %}"),
    ),
    order(
        "text beside a paragraph tag",
        "swallowed-text",
        "ให้ {%p if duties %}",
        ("{%p if duties %}", "ให้ {%p if duties %}"),
    ),
    order(
        "a field beside a paragraph tag",
        "swallowed-text",
        "{%p endif %}{{ issuer }}",
        (
            "{{ duties_heading }}" + NEXT_TAG + "{%p endif %}",
            "{{ duties_heading }}" + NEXT_TAG + "{%p endif %}{{ issuer }}",
        ),
    ),
    order(
        "text in the row of a row tag",
        "swallowed-text",
        "{%tr for member in members %}",
        (
            "{%tr for member in members %}</w:t></w:r></w:p>",
            "{%tr for member in members %}</w:t></w:r></w:p>" + paragraph("ลำดับ"),
        ),
    ),
    letter(
        "text in the cell of a cell tag",
        "swallowed-text",
        "{%tc endif %}",
        ("{% if loop.first %}สิ่งที่ส่งมาด้วย{% endif %}", "{%tc if enclosures %}"),
        ("จำนวน {{ item.count }}", "{%tc endif %}จำนวน {{ item.count }}"),
    ),
    order(
        "a row tag outside any table",
        "row-tag-outside-table",
        "{%tr if duties %}",
        ("{%p if duties %}", "{%tr if duties %}"),
        (
            "{{ duties_heading }}" + NEXT_TAG + "{%p endif %}",
            "{{ duties_heading }}" + NEXT_TAG + "{%tr endif %}",
        ),
    ),
)
NAMES = (
    order(
        "a paragraph prefix on a field",
        "prefix-on-field",
        "{{p duties_heading }}",
        ("{{ duties_heading }}", "{{p duties_heading }}"),
    ),
    order(
        "a loop over a misspelt list",
        "unknown-field",
        "{%tr for member in membrs %}",
        ("{%tr for member in members %}", "{%tr for member in membrs %}"),
    ),
    order("a field begun with a capital", "unknown-field", "{{ Member.Role }}", (ROLE, "{{ Member.Role }}")),
    order("a comma for a point", "unknown-field", "{{ member,role }}", (ROLE, "{{ member,role }}")),
    order("a misspelt field", "unknown-field", "{{ subjct }}", (SUBJECT, SUBJECT + "{{ subjct }}")),
    order("a misspelt field of an entry", "unknown-field", "{{ member.rolle }}", (ROLE, ROLE + "{{ member.rolle }}")),
    order("a Thai label as a field", "unknown-field", "{{ เรื่อง }}", (SUBJECT, SUBJECT + "{{ เรื่อง }}")),
    order(
        "a field of another kind in a condition",
        "unknown-field",
        "{%p if blessing %}",
        ("{%p if duties %}", "{%p if blessing %}"),
    ),
    order(
        "the name of a loop after its end",
        "unknown-field",
        "{{ signer.name }}{{ member.post }}",
        ("({{ signer.name }})", "({{ signer.name }}{{ member.post }})"),
    ),
    order(
        "loop outside a loop",
        "unknown-field",
        "{{ loop.index|thai }}{{ subject",
        (SUBJECT, "{{ loop.index|thai }}{{ subject }}"),
    ),
    Ill("a misspelt field in a header", "order", "unknown-field", "{{ nmuber }}", (("- ", "{{ nmuber }} - ", HEADER),)),
    order("an unknown filter", "unknown-filter", "{{ member.role|tahi }}", (ROLE, "{{ member.role|tahi }}")),
    order(
        "an unknown test", "unknown-test", "{% if number is givven %}", ("{% if number %}", "{% if number is givven %}")
    ),
    order("a required field that is nowhere", "missing-required", "", (ROLE, "")),
    order("a required field of the paper that is nowhere", "missing-required", "", ("{{ issuer }}", "")),
    order(
        "a list printed",
        "list-printed",
        "{{ recitals }}",
        ("{{ duties_heading }}", "{{ duties_heading }}{{ recitals }}"),
    ),
    order(
        "a list used like one entry",
        "list-needs-loop",
        "{{ members.post }}",
        ("{{ duties_heading }}", "{{ duties_heading }}{{ members.post }}"),
    ),
    order(
        "a text repeated",
        "not-a-list",
        "{%p for text in subject %}",
        ("{%p if duties %}", "{%p for text in subject %}"),
        (
            "{{ duties_heading }}" + NEXT_TAG + "{%p endif %}",
            "{{ duties_heading }}" + NEXT_TAG + "{%p endfor %}",
        ),
    ),
    order(
        "a group of fields printed",
        "record-printed",
        "{{ signer }}",
        ("{{ duties_heading }}", "{{ duties_heading }}{{ signer }}"),
    ),
    order("a date without a form", "date-without-form", "{{ date }}", ("{{ date|date_order }}", "{{ date }}")),
    order(
        "a picture printed",
        "cannot-print",
        "{{ emblem }}",
        ("{{ duties_heading }}", "{{ duties_heading }}{{ emblem }}"),
    ),
    order(
        "a text through a date filter", "filter-type", "{{ subject|date_order }}", (SUBJECT, "{{ subject|date_order }}")
    ),
    order(
        "a text through thousands", "filter-type", "{{ member.role|thousands }}", (ROLE, "{{ member.role|thousands }}")
    ),
    order(
        "if without else in a field", "no-else", "{{ number if number }}", ("{{ number }} ", "{{ number if number }} ")
    ),
    order(
        "an inner name of Python",
        "sandbox",
        "{{ subject.__class__ }}",
        (SUBJECT, "{{ subject.__class__ }}{{ subject }}"),
    ),
    order("another file taken in", "sandbox", "{% include 'x' %}", (ROLE, ROLE + "{% include 'x' %}")),
    order("a value trusted", "unsafe-value", "{{ member.role|safe }}", (ROLE, "{{ member.role|safe }}")),
    order("an ampersand in a tag", "ampersand-in-tag", "R&D", ("{% if number %}", "{% if number == 'R&amp;D' %}")),
    order("a value escaped by hand", "digits-stay-arabic", "{{ subject|e }}", (SUBJECT, "{{ subject|e }}")),
)
