"""``template check`` as a clerk and a script use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from doctor.clinic import cut, edited, stock
from doctor.ill import ROLE

Answer = Callable[..., Any]


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    path = tmp_path / "แม่แบบ.docx"
    path.write_bytes(
        edited(stock("order"), (ROLE, cut("{{ member", ".rolle }}")), ("{{ date|date_order }}", "{{ date }}"))
    )
    return path


def test_a_sound_template_ends_with_0(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(stock("order"))
    told = answer("template", "check", path, "--no-pages")
    assert (told["clean"], told["kind"], told["faults"], told["notes"]) == (True, "order", [], [])


def test_every_fault_is_told_with_its_place(answer: Answer, sick: Path) -> None:
    told = answer("template", "check", sick, "--kind", "order", "--no-pages", exit_code=3)
    first, second = told["faults"]
    assert (first["code"], first["table"], first["row"], first["cell"]) == ("unknown-field", 1, 2, 2)
    assert (first["spot"], first["sentence"]) == ("rolle", "{{ member.⟦rolle⟧ }}")
    assert (second["code"], second["table"], second["paragraph"]) == ("date-without-form", 2, 1)
    assert [note["code"] for note in told["notes"]] == ["many-runs"]


def test_the_answer_comes_back_as_comments(answer: Answer, sick: Path, tmp_path: Path) -> None:
    out = tmp_path / "ตรวจแล้ว.docx"
    answer("template", "check", sick, "--no-pages", "--comments", out, exit_code=3)
    assert len(list(docx.Document(str(out)).comments)) == 2


def test_mends_go_into_new_files_and_are_listed(answer: Answer, sick: Path, tmp_path: Path) -> None:
    before = sick.read_bytes()
    told = answer("template", "check", sick, "--no-pages", "--fix", exit_code=3)
    assert [change["code"] for change in told["changes"]] == ["many-runs"]
    assert sick.read_bytes() == before
    assert answer("template", "check", told["fixed"], "--kind", "order", "--no-pages", exit_code=3)["notes"] == []
    assert Path(told["tracked"]).is_file()


def test_the_folder_names_the_kind(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "letter" / "2563-1.docx"
    path.parent.mkdir()
    path.write_bytes(stock("order"))
    told = answer("template", "check", path, "--no-pages", exit_code=3)
    assert [fault["code"] for fault in told["faults"]] == ["wrong-kind"]


def test_a_file_that_is_not_there_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "เปิดไฟล์" in refused("template", "check", tmp_path / "none.docx", exit_code=3)


def test_an_unknown_kind_is_refused(refused: Callable[..., str], sick: Path) -> None:
    assert "ไม่มีเอกสารชนิด" in refused("template", "check", sick, "--kind", "oder", exit_code=3)
