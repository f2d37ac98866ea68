"""Facts files: what a person wrote, in TOML or JSON, and the commented example the product writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice import engines
from docservice.errors import InputRefused
from docservice.factsfile import read_facts, write_toml

KINDS = sorted(engines.catalogue().kinds)


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_toml_and_json_give_the_same_facts(tmp_path: Path) -> None:
    toml = _file(tmp_path, "a.toml", 'to = "นายอำเภอ"\nyear_be = 2562\n'.encode())
    json = _file(tmp_path, "a.JSON", '{"to": "นายอำเภอ", "year_be": 2562}'.encode())

    assert read_facts(toml) == read_facts(json) == {"to": "นายอำเภอ", "year_be": 2562}


def test_the_mark_notepad_puts_before_utf_8_is_no_fault(tmp_path: Path) -> None:
    assert read_facts(_file(tmp_path, "a.toml", b'\xef\xbb\xbfto = "x"')) == {"to": "x"}


def test_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    assert read_facts(_file(tmp_path, "a.toml", b'to = "x"\r\nfrom = "y"\r\n')) == {"to": "x", "from": "y"}


def test_a_file_in_the_old_thai_encoding_is_told_so_with_the_way_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read_facts(_file(tmp_path, "a.toml", 'to = "นายอำเภอ"'.encode("cp874")))

    assert "cp874" in refused.value.message
    assert "a.toml" in refused.value.message
    assert "UTF-8" in refused.value.remedy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", b'to = "x'),
        ("a.toml", b"to = x"),
        ("a.toml", b'to = "x"\nto = "y"'),
        ("a.toml", b"\x00\x01\x02"),
        ("a.toml", b"a = " + b"[" * 5000),
        ("a.json", b"{"),
        ("a.json", b""),
        ("a.json", b"[1, 2]"),
        ("a.json", b"[" * 200_000),
    ],
)
def test_what_is_no_set_of_names_and_values_is_refused_by_file_name(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(InputRefused, match=name) as refused:
        read_facts(_file(tmp_path, name, content))

    assert refused.value.remedy


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="line 3"):
        read_facts(_file(tmp_path, "a.toml", b'a = "x"\nb = "y"\nc = \n'))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"gone\.toml"):
        read_facts(tmp_path / "gone.toml")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=str(tmp_path)):
        read_facts(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_written_example_of_every_kind_is_read_back_as_it_was(kind: str, tmp_path: Path) -> None:
    found = engines.catalogue().kind(kind)
    path = _file(tmp_path, "a.toml", write_toml(found.example(), found).encode())

    assert read_facts(path) == found.example()
    found.check(read_facts(path))


def test_the_example_says_in_thai_what_each_field_is() -> None:
    kind = engines.catalogue().kind("letter")
    text = write_toml(kind.example(), kind)

    for field in kind.fields.values():
        assert f"# {field.label}" in text


def test_quotes_and_line_ends_survive_the_example(tmp_path: Path) -> None:
    kind = engines.catalogue().kind("letter")
    facts = {"subject": 'เรื่อง "สำคัญ"\nบรรทัดสอง \\ ทับ'}

    assert read_facts(_file(tmp_path, "a.toml", write_toml(facts, kind).encode())) == facts
