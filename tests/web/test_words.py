"""English as a second language: every word of the pages has its translation, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import trans_real
from django.utils.translation.template import templatize
from office_year import REPOSITORY
from office_year import settings as year_settings

from docservice import (
    applicants,
    disposal,
    disposal_lines,
    engines,
    paper_life,
    people,
    redaction,
    web_files,
    year_edit,
    year_sections,
)
from docservice.catalogue import Field
from docservice.models import Account
from docservice.retention_schedule import schedule
from docservice.web import archive, edition, editions, events, frame, happenings, kinds, results, search, setup, words

WEB = REPOSITORY / "docservice" / "web"
PO = REPOSITORY / "docservice" / "locale" / "en.po"
SPOKEN = [REPOSITORY / "docservice" / f"{name}.py" for name in ("lists", "year_sections")]
"""Use cases that speak the person's language themselves."""
_CALLED = {"gettext", "_", "gettext_lazy", "ngettext"}
_THAI = re.compile("[ก-๛]")
_PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
_NAMED = ("groups.", "orders.")
"""Sections of a year's settings that the office itself names."""

Word = tuple[str, str]
"""A text with its context (``""`` for none)."""


def msgids() -> set[Word]:
    """Every Thai text the pages give to gettext."""
    found = {text for path in (WEB / "templates").rglob("*.html") for text in _of_template(path)}
    found |= {text for path in (*WEB.rglob("*.py"), *SPOKEN) for text in _of_python(path)}
    found |= set(_of_tables())
    said = {("state", text) for text in words._STATES.values()}
    said |= {("event", text) for text in happenings.VERBS.values()}
    return {("", text) for text in found if _THAI.search(text)} | said


def _of_template(path: Path) -> Iterator[str]:
    source = templatize(path.read_text(encoding="utf-8"))
    for call in re.finditer(r"""_\(u?((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))\)""", source):
        yield ast.literal_eval(call[1])
    for call in re.finditer(r"""gettext\(u?((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))[,)]""", source):
        yield ast.literal_eval(call[1])


def _of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _CALLED:
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _of_tables() -> Iterator[str]:
    yield from redaction.KINDS.values()
    """What stands in tables and is translated where it is shown: the rail, choices, kinds of document."""
    yield from (text for _, text, _ in frame._RAIL)
    yield from (text for _, text in Account.ROLES)
    yield from (text for _, text in applicants.COLUMNS)
    for table in (
        year_sections._REGISTERS,
        people.SCOPES,
        paper_life.STATES,
        disposal.STATES,
        disposal_lines.CHOICES,
        archive._ABOUT,
        results._STATES,
        search._BESIDES,
        edition.SAMPLES,
        edition.SEVERITIES,
        editions._VARIANTS,
    ):
        yield from table.values()
    for table in (setup._PICTURES, setup._MEANINGS):
        yield from table.values()
    for part in year_edit.sections(year_settings()):
        yield from [] if part.code.startswith(_NAMED) else [part.title]
        yield from _of_fields(part.fields)
    yield from (each.label for each in schedule().classes.values())
    yield from kinds.STAGES
    yield from events._TITLES
    for kind in kinds.KINDS.values():
        yield from (kind.label, kind.purpose)
    for paper in engines.catalogue().kinds.values():
        yield paper.label
        yield from _of_fields(paper.fields)


def _of_fields(fields: Mapping[str, Field]) -> Iterator[str]:
    """What a form says of its fields; the date of one order is called after the order."""
    for name, field in fields.items():
        if not re.fullmatch(r"order\d+", name):
            yield from (field.label, field.short_label, field.help)
        yield from _of_fields(field.fields)


def missing() -> list[Word]:
    """What has no translation yet: ``python -c "import test_words; print(test_words.missing())"``."""
    return sorted(msgids() - {_word(entry) for entry in polib.pofile(str(PO)) if entry.msgstr})


def _word(entry: polib.POEntry) -> Word:
    return (entry.msgctxt or "", entry.msgid)


def test_every_word_of_the_pages_has_its_english() -> None:
    assert missing() == []


def test_no_translation_is_left_over_and_each_keeps_its_placeholders() -> None:
    entries = polib.pofile(str(PO))
    assert sorted({_word(entry) for entry in entries} - msgids()) == []
    assert [_word(entry) for entry in entries] == sorted(map(_word, entries), key=lambda word: word[::-1])
    for entry in entries:
        assert set(_PLACES.findall(entry.msgid)) == set(_PLACES.findall(entry.msgstr)), entry.msgid
        assert not _THAI.search(entry.msgstr), entry.msgid


@pytest.mark.django_db
def test_a_person_who_reads_english_gets_english_and_arabic_digits(
    as_: Callable[[str], Client], people: dict[str, Account], office: object, tmp_path: Path
) -> None:
    web_files.compile_words(Path(settings.LOCALE_PATHS[0]))
    trans_real._translations.clear()  # type: ignore[attr-defined]
    Account.objects.update(language="en")
    answer = as_("staff").get("/2562/")
    page = answer.content.decode()
    assert answer["Content-Language"] == "en"
    assert '<html lang="en">' in page
    assert "Overview" in page
    assert "Provincial staff" in page
    assert "ภาพรวม" not in page
    assert "2562" in page
    assert "๒๕๖๒" not in page
    trans_real._translations.clear()  # type: ignore[attr-defined]
