"""The command as people and scripts use it: plain sentences, one JSON document, the same work never done twice.

Run in this process; ``test_bad_input`` runs the command in one of its own.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from office_year import HEADER, REPOSITORY, YEAR_TOML, workbook
from PIL import Image

from docservice import engines, keeping
from docservice.cli import doctor
from docservice.cli.app import run
from docservice.factsfile import write_toml
from docservice.models import Job

pytestmark = pytest.mark.django_db

ORDERS = tuple(f"2562/24/2400/order-00{n}" for n in (12, 13, 14))
Answer = Callable[..., Any]


def test_asking_twice_makes_nothing_new(answer: Answer) -> None:
    answer("import", YEAR_TOML)

    first, second = (answer("request", "guideline", "--year", year) for year in ("2562", "๒๕๖๒"))

    assert (first["done"], first["new"], first["failed"]) == (1, 2, [])
    assert (second["job"], second["done"], second["new"], second["failed"]) == (first["job"], 0, 0, [])
    assert len(answer("jobs")) == 1


def test_importing_the_same_year_again_changes_nothing(answer: Answer) -> None:
    assert [answer("import", YEAR_TOML) for _ in range(2)] == [{"changed": True}, {"changed": False}]


def test_a_clerks_year_goes_from_workbook_to_certificate(answer: Answer, tmp_path: Path) -> None:
    people = [("บางคล้า", "ผู้นำชุมชน", f"นายทดสอบ คนที่{n}", "กำนัน", "หมู่ที่ ๑", "", "", None) for n in "หส"]
    results = [(*HEADER[:3], "ผลการประเมิน"), (*people[0][:3], "ผ่าน"), (*people[1][:3], "ไม่ผ่าน")]
    answer("import", YEAR_TOML)

    applicants = answer("import", workbook(tmp_path / "a.xlsx", [HEADER, *people]), "--year", "2562")
    passed = answer("import", workbook(tmp_path / "r.xlsx", results), "--year", "2562")
    made = answer("request", "certificate", "--year", "2562")

    assert (applicants["added"], passed["results"]) == (2, 2)
    assert (made["done"], made["failed"]) == (1, [])
    assert [row["title"] for row in answer("archive", "ls", "--applicant", "ทดสอบ")] == [people[0][2]]


@pytest.mark.usefixtures("office")
def test_a_job_tells_its_failures_and_retry_does_only_those(answer: Answer, refused: Callable[..., str]) -> None:
    assert "guideline" in refused("request", "letter", "--year", "2562", exit_code=3)
    number = str(Job.objects.get().pk)
    assert answer("job", number)["failures"][0]["code"] == "not-found"

    answer("request", "guideline", "--year", "2562")

    assert answer("job", number, "--retry")["failed"] == []
    assert answer("job", number)["state"] == "done"


def test_a_cancelled_job_is_told_as_cancelled(answer: Answer, refused: Callable[..., str]) -> None:
    answer("import", YEAR_TOML)
    refused("request", "letter", "--year", "2562", exit_code=3)
    number = Job.objects.get()
    number.items.update(state="waiting")

    assert answer("job", str(number.pk), "--cancel")["state"] == "cancelled"


def test_examples_are_printed_alone_so_that_they_can_be_sent_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["make", "certificate", "--example"]) == 0

    said, complained = capsys.readouterr()
    kind = engines.catalogue().kind("certificate")
    assert (said.strip(), complained) == (write_toml(kind.example(), kind).strip(), "")


def test_json_stands_alone_on_standard_output_also_for_make(answer: Answer, tmp_path: Path) -> None:
    kind = engines.catalogue().kind("letter")
    facts = tmp_path / "facts.toml"
    facts.write_text(write_toml(kind.example(), kind), encoding="utf-8")

    made = answer("make", "letter", "--facts", facts, "--out", tmp_path / "out")

    assert sorted(made["files"]) == sorted(str(p) for p in (tmp_path / "out").iterdir())
    assert made["pages"] == len(pikepdf.open(next((tmp_path / "out").glob("*.pdf"))).pages)


def test_a_fault_is_json_too_when_json_is_asked_for(answer: Answer) -> None:
    assert answer("archive", "ls", "2562/24/2401/leader-0099", exit_code=3)["code"] == "not-found"


@pytest.mark.parametrize("words", [("--lang", "en"), ("--lang=en",)])
def test_faults_are_told_in_english_when_asked(refused: Callable[..., str], words: tuple[str, ...]) -> None:
    assert refused("archive", "ls", "2562/24/2401/leader-0099", *words, exit_code=3).startswith("No dossier")


@pytest.mark.parametrize(
    "words",
    [
        ("archive", "get", "2562/24/2401/leader-0099", "--out", "x"),
        ("archive", "verify", "2562/24/2401/leader-0099"),
        ("archive", "ls", "2562/24/2401/leader-0099"),
        ("job", "99"),
    ],
)
def test_what_is_not_there_is_refused_by_name(refused: Callable[..., str], words: tuple[str, ...]) -> None:
    assert "99" in refused(*words, exit_code=3)


@pytest.mark.parametrize(
    "words",
    [("request", "order"), ("archive", "ls"), ("archive", "verify"), ("archive", "export"), ("import", "a.xlsx")],
)
def test_a_year_of_the_christian_era_is_answered_with_the_buddhist(
    refused: Callable[..., str], words: tuple[str, ...]
) -> None:
    assert "๒๕๖๒" in refused(*words, "--year", "2019", exit_code=3)


@pytest.mark.parametrize(
    "words",
    [
        ("make", "letter"),
        ("make", "letter", "--fakts", "x"),
        ("nonsense",),
        ("request", "poem", "--year", "2562"),
        ("request", "order"),
        ("import", "a.xlsx"),
        ("job", "x"),
        ("archive", "get", "x"),
        ("archive", "ls", "--year"),
        (),
    ],
)
def test_a_command_given_wrongly_ends_with_exit_code_2_and_the_way_to_help(
    refused: Callable[..., str], words: tuple[str, ...]
) -> None:
    said = refused(*words, exit_code=2)

    assert "--help" in said
    assert any("ก" <= letter <= "๙" for letter in said)


def test_a_folder_becomes_a_book_with_a_report_of_every_file_beside_it(answer: Answer, tmp_path: Path) -> None:
    folder = tmp_path / "นายทดสอบ"
    folder.mkdir()
    names = ["ใบสมัคร.jpg", "รูปถ่าย.png", "ทะเบียนบ้าน.jpg"]
    for name in names:
        Image.new("RGB", (60, 80), "navy").save(folder / name)
    (folder / "บัตรประชาชน.pdf").write_bytes(b"%PDF-1.7 cut off")
    out = tmp_path / "เล่ม.pdf"

    told = answer("evidence", "merge", folder, "--group", "leader", "--out", out)

    report = json.loads((tmp_path / "เล่ม.pdf.json").read_text(encoding="utf-8"))
    assert report["pages"] == told["pages"] == len(pikepdf.open(io.BytesIO(out.read_bytes())).pages)
    assert sorted(f["name"] for f in report["files"]) == sorted([*names, "บัตรประชาชน.pdf"])
    damaged = next(f for f in report["files"] if f["slot"] == "id-card")
    assert (damaged["state"], report["complete"]) == ("placeholder", False)
    assert damaged["reason"]


def test_output_cut_short_by_another_program_is_no_fault(tmp_path: Path) -> None:
    making = subprocess.Popen(
        [sys.executable, "-m", "docservice.cli", "make", "guideline", "--example", "--home", str(tmp_path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert making.stdout is not None
    assert making.stderr is not None
    making.stdout.close()

    with making.stderr as stderr:
        assert stderr.read() == ""
    making.wait()


def test_the_doctor_tells_what_it_looked_at(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["doctor", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert {f["what"] for f in told["findings"]} >= {"LibreOffice", "SQLite", "ฟอนต์ TH SarabunPSK"}
    assert all(f["mend"] for f in told["findings"] if not f["well"])
    assert "DOCSERVICE_HOME" in told["settings"]


@pytest.mark.django_db
def test_the_doctor_has_a_mend_for_everything_that_tells_how_the_archive_is_kept(home: Path) -> None:
    assert doctor._MENDS.keys() == {line.name for line in keeping.lines()}


@pytest.mark.parametrize(
    "name", ["", "demo", "make", "evidence", "request", "jobs", "job", "import", "archive", "audit", "doctor"]
)
def test_every_command_tells_its_use_in_thai(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*filter(None, [name]), "--help"]) == 0

    said = capsys.readouterr().out
    assert any("ก" <= letter <= "๙" for letter in said)
    assert name in said
