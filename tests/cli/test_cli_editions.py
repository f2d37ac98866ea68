"""``template guide|blocks|stock|send|approve|…``: what is written and what is refused."""

from __future__ import annotations

import getpass
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from edition_files import FORM, LETTER, TEMPLATES, changed, ready, uploaded

from docservice import engines
from docservice.models import Edition

Answer = Callable[..., Any]
KINDS = sorted(engines.catalogue().kinds)
FORM_NEW = changed(FORM, ("ใบสมัคร", "แบบสมัคร"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_of_every_kind_is_one_page(kind: str, answer: Answer, tmp_path: Path) -> None:
    out = tmp_path / "guide.pdf"
    assert answer("template", "guide", kind, "--out", out) == {"path": str(out)}
    with pikepdf.open(io.BytesIO(out.read_bytes())) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [595, 842]


def test_blocks_and_the_stock_template_are_written_as_they_ship(answer: Answer, tmp_path: Path) -> None:
    answer("template", "blocks", "--out", tmp_path / "b.docx")
    answer("template", "stock", "application-form", "--variant", "network", "--out", tmp_path / "s.docx")
    assert (tmp_path / "b.docx").read_bytes() == (TEMPLATES / "blocks.docx").read_bytes()
    assert (tmp_path / "s.docx").read_bytes() == (TEMPLATES / "application-form/2562-1-network.docx").read_bytes()


def test_from_sending_in_to_approval_by_somebody_else(
    office: None, answer: Answer, refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "form.docx"
    file.write_bytes(FORM_NEW)
    told = answer("template", "send", "application-form", file, "--year", "2562", "--note", "ถ้อยคำ")
    assert (told["edition"], told["state"]) == ("24-application-form-leader-1", "ready")
    words = ("template", "approve", told["edition"], "--from", "2030-01-01")
    assert "อนุมัติเองไม่ได้" in refused(*words, exit_code=3)
    monkeypatch.setattr(getpass, "getuser", lambda: "boss")
    assert answer(*words)["state"] == "approved"
    assert [row["effective"] for row in answer("template", "ls", "--year", "2562")] == ["2030-01-01"]
    compared = answer("template", "compare", told["edition"], "--with", "stock")
    assert (compared["before"], len(compared["pages"])) == ("stock", 1)
    assert answer("template", "withdraw", told["edition"], "--reason", "ผิดวัน")["state"] == "withdrawn"


def test_a_faulty_file_ends_with_its_faults(office: None, refused: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "form.docx"
    file.write_bytes(changed(FORM, ("{{ name }}", "{{ nmae }}")))
    said = refused("template", "send", "application-form", file, "--year", "2562", exit_code=3)
    assert "มีที่ผิด" in said
    assert Edition.objects.get().state == Edition.FAULTY


@pytest.mark.parametrize(
    "words",
    [
        ("guide", "lettre"),
        ("stock", "letter", "--variant", "x", "--out", "x.docx"),
        ("send", "letter", "nothing.docx", "--year", "2562"),
        ("approve", "24-letter-9", "--from", "2030-01-01"),
        ("approve", "24-letter-1", "--from", "2 lunes"),
        ("compare", "24-letter-1", "--with", "zwei"),
    ],
)
def test_what_there_is_not_is_refused_in_a_sentence(
    office: None, refused: Callable[..., str], words: tuple[str, ...]
) -> None:
    ready(changed(LETTER, ("เรื่อง", "หัวข้อ")))
    said = refused("template", *words, exit_code=3)
    assert "Traceback" not in said


def test_the_rows_come_back_when_the_index_is_made_anew(office: None, answer: Answer) -> None:
    uploaded(changed(LETTER, ("เรื่อง", "หัวข้อ")))
    Edition.objects.all().delete()
    assert answer("archive", "reindex")["templates"] == 1
    assert Edition.objects.get().name == "24-letter-1"
