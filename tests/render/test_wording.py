"""The words of two templates beside each other."""

from __future__ import annotations

import pytest
from word_files import letter, saved, word

from docservice.errors import InputRefused
from docservice.render.wording import Change, changes, paragraphs


def _said(found: list[Change]) -> list[list[tuple[str, str]]]:
    return [[(piece.how, piece.text) for piece in change.pieces] for change in found]


def test_a_changed_word_is_told_within_its_paragraph_and_a_tag_stays_whole() -> None:
    before, after = letter("เรียน {{ to }}", "จบ"), letter("เรียน {{ recipient }}", "จบ")
    assert _said(changes(before, after)) == [[("same", "เรียน "), ("gone", "{{ to }}"), ("new", "{{ recipient }}")]]


def test_a_paragraph_that_only_one_has_is_told_whole() -> None:
    assert _said(changes(letter("ก"), letter("ก", "เพิ่มใหม่"))) == [[("new", "เพิ่มใหม่")]]
    assert _said(changes(letter("ก", "หายไป"), letter("ก"))) == [[("gone", "หายไป")]]


def test_two_changes_near_each_other_are_told_as_one() -> None:
    (change,) = _said(changes(letter("ขอแสดงความนับถือ"), letter("ขอแสดงความเคารพ")))
    assert change == [("same", "ขอแสดงความ"), ("gone", "นับถือ"), ("new", "เคารพ")]


def test_the_same_words_differ_nowhere_and_headers_and_tables_count() -> None:
    document = word()
    document.sections[0].header.paragraphs[0].text = "หัวกระดาษ"
    document.add_table(1, 1).cell(0, 0).text = "ในตาราง"
    assert {"หัวกระดาษ", "ในตาราง"} <= set(paragraphs(saved(document)))
    assert changes(saved(document), saved(document)) == []


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(InputRefused):
        paragraphs(b"PK no")
