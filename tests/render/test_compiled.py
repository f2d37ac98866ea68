"""Compiled templates write what docxtpl writes: docxtpl's features one by one, nasty texts, threads."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import InlineImage, Listing, RichText, RichTextParagraph
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, TemplateError
from parity import by_docxtpl, differing, furniture, made, noted, outcome, paragraphs, runs, table
from word_files import png, slot

from docservice.render.compiled import Compiled

ESCAPING = Environment(autoescape=True)
FACTS: dict[str, Any] = {
    "text": "ก่อนที่ A & B <C> \"ง\" 'จ'",
    "yes": True,
    "no": False,
    "number": 12,
    "day": date(2019, 1, 11),
    "nothing": None,
    "lines": "บรรทัดหนึ่ง\nบรรทัดสอง\tหลังแท็บ",
    "empty": [],
    "rows": [{"name": "ก & ข", "post": "ประธาน"}, {"name": "ค", "post": "<เลขา>"}, {"name": "ง\nจ", "post": ""}],
    "columns": ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า"],
    "colour": "FFEE00",
    "curly": "{_{ number }_}",
    "braces": "{{ text }} {% if %} {_{ x }_} {_% y %_}",
}
QUICK = {
    "values": paragraphs("{{ text }} {{ number }} {{ day }} {{ number + 1 }} {{ text|upper }}"),
    "a tag cut into runs": runs("ก {{ te", "xt ", "}} ข {", "{ number }", "} {", "% if yes %}ค{% end", "if %}"),
    "smart quotes": paragraphs("{% if text == “ก” %}ก{% else %}ข{% endif %} {{ ‘ค’ }}"),
    "comparison": paragraphs("{% if number > 3 and number < 20 %}ก{% endif %}"),
    "if in a line": paragraphs("{% if yes %}ก{% elif no %}ข{% else %}ค{% endif %}"),
    "for in a line": paragraphs("{% for row in rows %}{{ loop.index }} {{ row.name }}, {% endfor %}"),
    "paragraph loop": paragraphs("{%p for row in rows %}", "{{ row.name }} {{ row.post }}", "{%p endfor %}"),
    "paragraph if": paragraphs("{%p if no %}", "ก", "{%p else %}", "ข", "{%p endif %}", "ค"),
    "nothing left": paragraphs("{%p for row in empty %}", "{{ row.name }}", "{%p endfor %}"),
    "run loop": runs("ก", "{%r for row in rows %}", "{{ row.name }}", "{%r endfor %}", "ข"),
    "row loop": table(
        ("ก", "ข"), ("{%tr for row in rows %}", ""), ("{{ row.name }}", "{{ row.post }}"), ("{%tr endfor %}", "")
    ),
    "row if": table(("ก", "ข"), ("{%tr if no %}", ""), ("ค", "ง"), ("{%tr endif %}", "")),
    "rows only from a loop": table(
        ("{%tr for row in rows %}", ""), ("{{ row.name }}", "{{ row.post }}"), ("{%tr endfor %}", "")
    ),
    "no rows at all": table(
        ("{%tr for row in empty %}", ""), ("{{ row.name }}", "{{ row.post }}"), ("{%tr endfor %}", "")
    ),
    "narrow rows": table(("{%tr if no %}", "", ""), ("ก", "ข", "ค"), ("{%tr endif %}", "", "")),
    "comments": paragraphs("ก {# ความเห็น #} ข", "{#p ทั้งย่อหน้า #}", "ค"),
    "space control": runs("ก ", "{%- if yes -%}", " ข ", "{%- endif -%}", " ค"),
    "merged paragraphs": paragraphs("ก", "{%- if yes %} ข{% endif -%}", "ค"),
    "breaks and tabs": paragraphs("ก {{ lines }} ข", "{{ lines }}", "ไม่มี"),
    "breaks of the template": made(lambda document: document.add_paragraph("ก\nข\tค {{ text }}")),
    "braces escaped": paragraphs("{_{ text }_} {_% if %_} {{ text }}", "{{ braces }}"),
    "set": paragraphs("{%p set order = number %}", "{{ order }}"),
    "header and footer": furniture("หัว {{ text }}", "ท้าย {% if yes %}{{ number }}{% endif %}", "{{ text }}"),
    "header with breaks": furniture("หัว {{ lines }}", "คงที่\tก", "{{ text }}"),
    "header without tags": furniture("หัว“ก”", "ท้าย", "{{ text }}"),
    "blanks in a header": furniture(" ", " {{ ' ' }} ", "{{ ' ' }}"),
    "footnote": noted("{{ text }} {% if yes %}ก{% endif %} {{ lines }}"),
    "footnote without tags": noted("ก\tข"),
    "pictures of the template": made(lambda document: [slot(document, name) for name in ("qr", "photo", "ก")]),
    "picture in a loop": made(
        lambda document: (
            (document.add_paragraph("{%p for row in rows %}"), slot(document, "qr"), slot(document, "x"))
            and document.add_paragraph("{%p endfor %}")
        )
    ),
    "two sections": made(lambda document: (document.add_paragraph("{{ text }}"), document.add_section())),
}


def boxed(document: Word) -> None:
    """A slot whose drawing holds a paragraph, after which docxtpl takes the outer paragraph for ended."""
    slot(document, "qr")
    run = document.paragraphs[-1].runs[0]
    box = parse_xml(f"<w:txbxContent {nsdecls('w')}><w:p><w:r><w:t>ก</w:t></w:r></w:p></w:txbxContent>")
    run._r.find(qn("w:drawing"))[0].append(box)
    document.paragraphs[-1].add_run("{{ lines }}")


EXACT = {
    "text in a drawing": made(boxed),
    "column loop": table(("{%tc for one in columns %}", "{{ one }}", "{%tc endfor %}"), ("ก", "ข", "ค")),
    "columns that go": table(
        ("{%tc if no %}", "ก", "{%tc endif %}", "ข"), ("{%tc if no %}", "ก", "{%tc endif %}", "ข")
    ),
    "column span": table(("{% colspan 2 %}{{ text }}", "ก"), ("ก", "ข")),
    "merged down": table(("{%tr for row in rows %}", ""), ("{% vm %}ก", "{{ row.name }}"), ("{%tr endfor %}", "")),
    "merged across": table(("{%tc for one in columns %}", "{% hm %}ก", "{%tc endfor %}"), ("{{ text }}", "", "")),
    "cell colour and span": table(("{% cellbg colour %}{{ text }}", "{% colspan number %}ข"), ("ก", "ข")),
    "if over two paragraphs": paragraphs("ก {% if yes %} ข", "ค {% endif %} ง"),
    "if over two cells": table(("{% if yes %}ก", "ข{% endif %}"), ("ค", "ง")),
    "safe": paragraphs("{{ text|safe }}"),
    "raw": paragraphs("{% raw %}{{ text }}{% endraw %}"),
    "macro": paragraphs("{%p macro shown(x) %}", "{{ x }}", "{%p endmacro %}", "{{ shown(text) }}"),
    "escaped, then changed": paragraphs("{{ (text|escape)|upper }}"),
    "any character": paragraphs("{{ '%c%c' % (7, 10) }}ก"),
}


def facts(_: Any) -> Mapping[str, Any]:
    return FACTS


@pytest.mark.parametrize("feature", QUICK)
def test_a_feature_comes_out_as_from_docxtpl_the_quick_way(feature: str) -> None:
    compiled, different = differing(QUICK[feature], facts, ESCAPING)
    assert (different, compiled.quick) == ([], True)


@pytest.mark.parametrize("feature", EXACT)
def test_a_feature_that_docxtpl_mends_comes_out_as_from_docxtpl_the_exact_way(feature: str) -> None:
    compiled, different = differing(EXACT[feature], facts, ESCAPING)
    assert (different, compiled.quick, compiled.through_docxtpl) == ([], False, False)


@pytest.mark.parametrize("feature", [*list(QUICK)[::3], *list(EXACT)[::3]])
def test_without_escaping_everything_goes_the_exact_way(feature: str) -> None:
    compiled, different = differing((QUICK | EXACT)[feature], facts, Environment())  # noqa: S701  docxtpl's default
    assert (different, compiled.quick) == ([], False)


def subdocument(tpl: Any) -> Any:
    inner = tpl.new_subdoc()
    inner.add_paragraph("ย่อย")
    inner.add_table(1, 2).cell(0, 0).text = "ช่อง"
    return inner


def picture(tpl: Any) -> Any:
    return InlineImage(tpl, io.BytesIO(png(8, 8, "red")))


VALUES: dict[str, tuple[bytes, Callable[[Any], Any]]] = {
    "rich text": (runs("ก ", "{{r value }}", " ข"), lambda _: RichText("ตัว\nหนา <b>", bold=True, color="FF0000")),
    "rich text without r": (paragraphs("{{ value }}"), lambda _: RichText("ก")),
    "rich paragraph": (paragraphs("{{p value }}"), lambda _: RichTextParagraph("ย่อหน้า\aใหม่", parastyle="Title")),
    "listing": (paragraphs("ก {{ value }} ข"), lambda _: Listing("หนึ่ง\nสอง\tสาม\aสี่\fห้า & <ค>")),
    "control characters": (paragraphs("ก {{ value }} ข"), lambda _: "ก\x01ข\x0bค\x7f\ufffe"),
    "carriage return": (paragraphs("ก {{ value }} ข"), lambda _: "ก\r\nข\rค"),
    "a table as rich text": (paragraphs("{{ value }}"), lambda _: RichText("ก")),
    "image": (paragraphs("ก {{ value }} ข"), picture),
    "image in a header": (furniture("{{ value }}", "ท้าย", "{{ value }}"), picture),
    "subdocument": (paragraphs("ก", "{{p value }}", "ข"), subdocument),
    "in a list": (paragraphs("{% for one in value %}{{ one }}{% endfor %}"), lambda tpl: ["ก", picture(tpl)]),
    "object": (paragraphs("{{ value.real }} {{ value }}"), lambda _: complex(1, 2)),
}


@pytest.mark.parametrize("case", VALUES)
def test_values_of_docxtpls_own_come_out_as_from_docxtpl(case: str) -> None:
    data, value = VALUES[case]
    assert differing(data, lambda tpl: {**FACTS, "value": value(tpl)}, ESCAPING)[1] == []


def test_core_properties_are_filled() -> None:
    def build(document: Word) -> None:
        document.core_properties.title, document.core_properties.author = "เรื่อง {{ text }}", "{{ rows[0].name }}"

    data = made(build)
    assert differing(data, facts, ESCAPING)[1] == []
    parts = Compiled(data, ESCAPING).render(FACTS)
    assert "ก &amp; ข" in parts["docProps/core.xml"].decode() or "&amp;amp;" in parts["docProps/core.xml"].decode()


def test_notes_of_two_sections_which_docxtpl_renders_twice_go_through_docxtpl() -> None:
    compiled, different = differing(noted("{{ curly }}", sections=2), facts, ESCAPING)
    assert (different, compiled.through_docxtpl) == ([], True)


@pytest.mark.parametrize(
    "rules", [{"extensions": ["jinja2.ext.loopcontrols"]}, {"finalize": str}, {"trim_blocks": True}]
)
def test_an_environment_with_rules_of_its_own(rules: dict[str, Any]) -> None:
    data = paragraphs(
        "{% for row in rows %}{{ row.name }} {% endfor %}", "{%p if yes %}", "{{ lines }}", "{%p endif %}"
    )
    compiled, different = differing(data, facts, Environment(autoescape=True, **rules))
    assert (different, compiled.quick) == ([], "trim_blocks" in rules)


def test_line_statements_and_other_line_ends_go_through_docxtpl() -> None:
    for rules in ({"line_statement_prefix": "#"}, {"newline_sequence": "\r\n"}):
        compiled, different = differing(paragraphs("ก\n{{ text }}", "ข"), facts, Environment(autoescape=True, **rules))
        assert (different, compiled.through_docxtpl) == ([], True)


def test_a_broken_tag_is_told_at_compiling() -> None:
    with pytest.raises(TemplateError):
        Compiled(paragraphs("{{ text"), ESCAPING)


# -------------------------------------------------------------------------------------------------------- nasty texts
NASTY = st.text(
    st.one_of(
        st.sampled_from("&<>\"'{}%#_\n\t\r\a\f\0\x0b\x7f\ufffe \u200b🙂𠮷ำ่๊ัก"),
        st.characters(blacklist_categories=["Cs"]),
    ),
    max_size=30,
)
EVERYWHERE_DATA = furniture("{{ a }}", "{% if b %}{{ b }}{% endif %}", "ก {{ a }}{{ b }}", "{{ b }} ข")
EVERYWHERE = Compiled(EVERYWHERE_DATA, ESCAPING)


@settings(max_examples=25, deadline=None)
@given(a=NASTY, b=NASTY)
def test_whatever_a_text_holds_both_write_the_same_or_both_refuse(a: str, b: str) -> None:
    held = {"a": a, "b": b}
    theirs = outcome(lambda: by_docxtpl(EVERYWHERE_DATA, lambda _: held, ESCAPING))
    assert outcome(lambda: EVERYWHERE.render(held)) == theirs


def test_threads_render_one_compiled_template_at_once() -> None:
    compiled = Compiled(QUICK["row loop"], ESCAPING)

    def text(number: int) -> list[str]:
        data = compiled.render({"rows": [{"name": f"ชื่อ-{number}-{row}", "post": "ก"} for row in range(20)]})
        return re.findall(r"ชื่อ-\d+-\d+", data["word/document.xml"].decode())

    with ThreadPoolExecutor(8) as pool:
        for number, found in enumerate(pool.map(text, range(200))):
            assert found == [f"ชื่อ-{number}-{row}" for row in range(20)]
