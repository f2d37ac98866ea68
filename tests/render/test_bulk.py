"""All values of a paper printed at once are what Jinja prints one by one; what cannot be goes Jinja's own way."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from word_files import template

from docservice import thai
from docservice.catalogue import Catalogue, Code
from docservice.errors import TemplateRefused
from docservice.render import cells, strict
from docservice.render import template as templates
from docservice.render.compiled import _Part, _settled
from docservice.render.package import DOCUMENT
from docservice.render.template import Template, fill
from docservice.thai import BE

STOCK = Path(__file__).resolve().parents[2] / "templates_th"
KINDS = Catalogue.parse(tomllib.loads((STOCK / "catalogue.toml").read_text(encoding="utf-8")))
LISTS = ("order", "announcement", "register-applicants", "register-letters", "disposal-list", "report", "guideline")
# What bears on digits, what is escaped, and what only looks like it
PIECES = (
    *("1", "25", "a", "Z", "é", "ก", "ำ", " ", ".", "-", "_", "/", ":", "@", "%", "+", "=", "~", "#", "w", "www."),
    *("http://", "x@y.z", "12/2562", "๑", "×", "<", "&", '"', "'", "{", "\n", "\t", "ISO-9001", "\u200b", "\xa0"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
VALUES = st.one_of(TEXTS, TEXTS.map(Code), st.integers(-9, 9999), st.just(BE(2562)))


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_digits_in_turns_are_the_digits_of_the_whole(text: str) -> None:
    loose, kept = thai.loose_and_kept(text)

    assert "".join(a + b for a, b in zip(loose, kept, strict=True)) == text
    assert cells._in_thai(text).decode() == thai.to_thai_digits(text)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.lists(VALUES, min_size=1, max_size=4), st.lists(VALUES, min_size=9, max_size=24)))
def test_values_printed_at_once_are_those_printed_one_by_one(values: list[Any]) -> None:
    found, left = cells.printed(list(values), breaks=False)

    assert found == [str(escape(strict.printed(value))).encode() for value in values]
    assert left == any(mark in str(value) for value in values for mark in "{}\n\t")


@pytest.mark.parametrize("value", [None, True, 1.5, b"x", [], strict._Missing(name="x")])
def test_what_is_not_printed_is_not_printed_at_once(value: object) -> None:
    with pytest.raises(cells.UnableError):
        cells.printed(["ก", value], breaks=False)


def long(kind: str, other: Callable[[str, int], str]) -> tuple[Template, dict[str, Any]]:
    """A stock template, and its example with long lists of texts that differ."""

    def grown(value: Any, number: int = 0) -> Any:
        if isinstance(value, dict):
            return {name: grown(inner, number) for name, inner in value.items()}
        if isinstance(value, list):
            return [grown(value[row % len(value)], row) for row in range(40 if value else 0)]
        return other(value, number) if type(value) is str else value

    found = KINDS.kind(kind)
    facts = {name: grown(value) for name, value in found.check(found.example()).items()}
    return Template.load(next((STOCK / kind).glob("*.docx")), found), facts


def document(made: Template) -> _Part:
    return next(part for part in templates._compiled(made)[0].parts if part.name == DOCUMENT)


TEXT = {
    "numbers": lambda text, number: f"{text} {number}",
    "codes": lambda text, number: f"{text} A{number}-7 {number}/2562 a{number}@b.th" if number % 3 else text,
    "marks": lambda text, number: f"{text} & <{number}> \"x\" 'y'",
    "breaks": lambda text, number: f"{text}\n{number}\n" if number % 2 else text,
    "tabs": lambda text, number: f"{text}\t{number}\n" if number % 7 == 0 else text,
    "braces": lambda text, number: f"{{{text}}} {{% {number} %}}",
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("texts", TEXT)
def test_long_lists_are_printed_as_jinja_prints_them(kind: str, texts: str) -> None:
    made, facts = long(kind, TEXT[texts])
    part = document(made)

    assert part.bulk is not None
    printed = part.bulk.render(facts)

    assert printed is not None
    assert b"".join(printed.pieces).decode() == _settled(part.quick.render(facts))


def test_docxtpls_braces_go_jinjas_way() -> None:
    made, facts = long("order", lambda text, number: f"{text} {{_{{ {number} }}_}}")
    bulk = document(made).bulk

    assert bulk is not None
    assert bulk.render(facts) is None


def test_a_field_that_one_row_lacks_is_named() -> None:
    made, facts = long("order", TEXT["numbers"])
    del facts["members"][30]["role"]

    with pytest.raises(TemplateRefused, match="role"):
        fill(made, facts)


@pytest.mark.parametrize(
    "tags",
    [
        "{% for letter in text %}{{ loop }}{% endfor %}",
        "{% for letter in text %}{{ loop.previtem }}{% endfor %}",
        "{{ text.other }}",
        "{{ text|thousands }}",
    ],
)
def test_what_fails_one_by_one_fails_at_once(tmp_path: Path, tags: str) -> None:
    made = template(tmp_path, lambda word: word.add_paragraph(tags))

    with pytest.raises(TemplateRefused):
        fill(made, {"text": "กข"})


@pytest.mark.parametrize(
    "tags",
    [
        "{% for letter in text %}{{ loop.index }}{{ loop.index0|thai }}{{ loop.revindex }}/{% endfor %}",
        "{% for letter in text %}{% if loop.first or loop.last %}{{ letter }}{% else %}-{% endif %}{% endfor %}",
        "{% for letter in text if letter != 'ข' %}{{ loop.index|thai }}/{{ loop.length }}{{ letter }}{% endfor %}",
        "{% set first = text[0] %}{{ first }}{{ text[1:] }}{{ text|length|thousands }}{{ 12|thai }}{{ text ~ 7 }}",
        "{{ text }}{{ text }}{% if text == 'ก' %}{{ text }}{% else %}7{% endif %}",
    ],
)
def test_loops_and_filters_print_the_same(tmp_path: Path, tags: str) -> None:
    part = document(template(tmp_path, lambda word: word.add_paragraph(tags)))

    assert part.bulk is not None
    printed = part.bulk.render({"text": "กขค1"})

    assert printed is not None
    assert b"".join(printed.pieces).decode() == _settled(part.quick.render({"text": "กขค1"}))


def test_few_codes_among_many_texts_keep_their_digits() -> None:
    values = ["ข้อ 1", "ก", "ข 2/2562", "A4", "ค", "ง 3 ISO 9001", "จ", "a1@b.th/5", "ฉ", "ช", "ซ 4", "ณ"] * 3

    assert cells.printed(list(values), breaks=False)[0] == [str(strict.printed(value)).encode() for value in values]
