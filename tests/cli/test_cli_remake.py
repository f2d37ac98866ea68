"""``archive remake``: what a person reads and a program gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docservice import drafts, engines, jobs, papers
from docservice.models import Document
from docservice.papers import Draft
from docservice.register import year
from docservice.requests import Desk
from docservice.thai import BE

pytestmark = pytest.mark.usefixtures("office")
KEY = "2562/24/2400/test-0001"
Answer = Callable[..., Any]


@pytest.fixture
def letter(office: None) -> Document:
    draft = Draft("letter", dict(engines.catalogue().kind("letter").example()), KEY, "ทดสอบ")
    list(jobs.work(drafts.submit(Desk(year(BE(2562)), "tester"), "หนังสือทดสอบ", [draft]), papers.work))
    return Document.objects.get(dossier__key=KEY, path="paper/letter.pdf")


def test_it_says_that_nothing_differs_and_hands_out_what_it_made(
    letter: Document, answer: Answer, tmp_path: Path
) -> None:
    (told,) = answer("archive", "remake", KEY, "--out", tmp_path / "out")
    assert told == {"path": letter.path, "same": True, "differing": [], "changed": {}}
    assert (tmp_path / "out" / "paper" / "letter.pdf").read_bytes().startswith(b"%PDF-")


def test_it_shows_the_lines_and_names_what_has_changed_since(
    letter: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    letter.provenance["facts"]["subject"] += " ฉบับแก้ไข"
    letter.provenance["engine"] = "LibreOffice 6.4"
    letter.save()
    from docservice.cli.app import run  # noqa: PLC0415  Django must be set up first

    capsys.readouterr()
    assert run(["archive", "remake", KEY]) == 0
    said = capsys.readouterr().out
    assert "หน้า ๑ ต่างกัน" in said or "หน้า 1 ต่างกัน" in said
    assert "ฉบับแก้ไข" in said
    assert "LibreOffice 6.4" in said


def test_a_dossier_without_papers_is_refused(refused: Callable[..., str]) -> None:
    assert "ไม่พบแฟ้ม" in refused("archive", "remake", "2562/24/2400/none-0001", exit_code=3)
