"""Whatever is in a file, whoever asks about it goes on living and is told in Thai."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from evidence_files import Evidence
from PIL import Image

from docservice.errors import EvidenceRefused, EvidenceTooHeavy, StoreUnavailable
from docservice.pdf import gate
from docservice.pdf.confined import Limits, Ward
from docservice.pdf.gate import inspect


@pytest.fixture
def ward() -> Iterator[Ward]:
    ward = Ward(2)
    yield ward
    ward.close()


def test_a_file_is_known_by_its_content_not_its_name(evidence: Evidence) -> None:
    file = evidence.blank("photo.jpg", 3)
    assert inspect(file.path, file.name) == gate.Inspection("application/pdf", 3)


def test_a_word_file_has_its_pages_once_it_is_converted(evidence: Evidence) -> None:
    found = inspect(evidence.word("a.docx", "ก").path, "a.docx")
    assert "wordprocessingml" in found.media_type
    assert (found.pages, found.problem) == (None, None)


def test_what_cannot_be_read_is_told_with_a_remedy_and_never_raised(evidence: Evidence) -> None:
    found = inspect(evidence.locked("ทะเบียนบ้าน.pdf").path, "ทะเบียนบ้าน.pdf")
    assert found.media_type == "application/pdf"
    assert found.problem is not None
    assert "รหัสผ่าน" in found.problem["message"]
    assert found.problem["remedy"]


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    found = inspect(tmp_path / "gone.pdf", "gone.pdf")
    assert found.problem is not None


def test_a_repaired_file_is_flagged(evidence: Evidence) -> None:
    whole = evidence.blank("a.pdf", 2).path.read_bytes()
    found = inspect(evidence.raw("b.pdf", whole.replace(b"startxref\n", b"startxref\n9")).path, "b.pdf")
    assert found.repaired
    assert found.pages == 2
    assert found.notes


def test_a_reader_that_runs_out_of_memory_ends_alone(ward: Ward, evidence: Evidence) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (11000, 11000)).save(picture, "PNG")
    path = evidence.raw("huge.png", picture.getvalue()).path
    with pytest.raises(EvidenceTooHeavy, match=r"huge\.png.*หน่วยความจำ"):
        ward.ask("inspect", {"path": str(path), "name": path.name}, Limits(memory=400 * 1024**2), name=path.name)


def test_a_reader_that_takes_too_long_is_ended(ward: Ward, tmp_path: Path) -> None:
    pipe = tmp_path / "never.pdf"
    os.mkfifo(pipe)
    with pytest.raises(EvidenceTooHeavy, match="นานเกินกำหนด"):
        ward.ask("inspect", {"path": str(pipe), "name": "never.pdf"}, Limits(wall_seconds=1), name="never.pdf")


def test_a_full_disk_is_nobodys_fault_and_may_pass(ward: Ward, evidence: Evidence) -> None:
    facts = {"path": str(evidence.photo().path), "name": "a.jpg", "target": "/dev/full", "fonts": "", "longest_side": 0}
    with pytest.raises(StoreUnavailable, match="ดิสก์เต็ม"):
        ward.ask("piece", facts, Limits(), name="a.jpg")


def test_a_file_larger_than_a_child_may_write_is_too_heavy(ward: Ward, evidence: Evidence, tmp_path: Path) -> None:
    photo, target = evidence.photo().path, tmp_path / "piece"
    facts = {"path": str(photo), "name": "a.jpg", "target": str(target), "fonts": "", "longest_side": 0}
    with pytest.raises(EvidenceTooHeavy):
        ward.ask("piece", facts, Limits(file_size=1000), name="a.jpg")


def test_the_next_file_is_read_after_the_ward_was_killed(ward: Ward, evidence: Evidence) -> None:
    os.kill(ward.warm(), signal.SIGKILL)
    path = evidence.blank("a.pdf").path
    assert ward.ask("inspect", {"path": str(path), "name": "a.pdf"}, Limits(), name="a.pdf")["pages"] == 1


def test_many_threads_may_ask_at_once(evidence: Evidence) -> None:
    files = [evidence.blank(f"{pages}.pdf", pages) for pages in range(1, 13)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda file: inspect(file.path, file.name).pages, files))
    assert found == list(range(1, 13))


def test_a_forked_copy_of_the_asker_asks_a_ward_of_its_own(evidence: Evidence) -> None:
    path = evidence.blank("a.pdf", 2).path
    inspect(path, "a.pdf")
    child = os.fork()
    if not child:
        os._exit(inspect(path, "a.pdf").pages or 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert inspect(path, "a.pdf").pages == 2


def test_the_child_knows_nothing_of_the_askers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCSERVICE_SECRET_KEY", "word-nobody-knows")
    ward = Ward(1)
    try:
        seen = Path(f"/proc/{ward.warm()}/environ").read_bytes()
    finally:
        ward.close()
    assert b"word-nobody-knows" not in seen


def test_a_look_gives_pages_and_a_picture(evidence: Evidence) -> None:
    seen = gate.look(evidence.blank("a.pdf", 4).path, name="a.pdf")
    assert seen.pages == 4
    assert seen.picture.startswith(b"\xff\xd8")


def test_a_page_that_is_not_there_cannot_be_drawn(evidence: Evidence) -> None:
    with pytest.raises(EvidenceRefused):
        gate.page(evidence.blank("a.pdf").path, 9, 300, name="a.pdf")
