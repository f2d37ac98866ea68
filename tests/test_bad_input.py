"""Bad input: every command ends with a Thai sentence, the right exit code and nothing half-written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from office_year import HEADER, YEAR_TOML, workbook
from real_command import (
    DONE,
    LETTER,
    REFUSED,
    USAGE,
    command,
    facts_file,
    left,
    make_letter,
    nothing_written,
    told,
    warm_home,
)

from docservice import engines
from docservice.config import config
from docservice.factsfile import write_toml


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warm_home(tmp_path_factory.mktemp("home"))


def test_sound_facts_make_the_two_files_and_nothing_else(tmp_path: Path, warm: Path) -> None:
    ended = make_letter(tmp_path, warm, facts_file(tmp_path))

    assert ended.returncode == DONE, ended.stderr
    assert sorted(Path(name).suffix for name in left(tmp_path / "out")) == [".docx", ".pdf"]


def test_an_unknown_kind_is_refused_with_the_nearest_known(tmp_path: Path, warm: Path) -> None:
    ended = command("make", "leter", "--facts", "x.toml", "--out", tmp_path / "out", home=warm)

    told(ended, REFUSED, "leter", "letter")
    nothing_written(tmp_path)


def test_a_missing_an_unknown_and_a_mistyped_field_are_told_at_once_with_their_places(
    tmp_path: Path, warm: Path
) -> None:
    ended = make_letter(tmp_path, warm, facts_file(tmp_path, to=None, too="นายอำเภอ", body="ย่อหน้าเดียว", date=5))

    told(ended, REFUSED, "เรียน (to)", "too", "(body)", "(date)", "๔ แห่ง")
    nothing_written(tmp_path)


def test_a_date_that_does_not_exist_is_refused_by_field(tmp_path: Path, warm: Path) -> None:
    told(make_letter(tmp_path, warm, facts_file(tmp_path, date="30/2/2562")), REFUSED, "(date)", "30/2/2562", "ปฏิทิน")
    nothing_written(tmp_path)


def test_a_year_of_the_christian_era_in_the_facts_is_answered_with_the_buddhist_year(
    tmp_path: Path, warm: Path
) -> None:
    path = tmp_path / "facts.toml"
    kind = engines.catalogue().kind("order")
    path.write_text(write_toml({**kind.example(), "year_be": 2019}, kind), encoding="utf-8")

    ended = command("make", "order", "--facts", path, "--out", tmp_path / "out", home=warm)

    told(ended, REFUSED, "(year_be)", "๒๐๑๙", "๒๕๖๒")
    nothing_written(tmp_path)


def test_a_year_of_the_christian_era_on_the_command_line_is_answered_the_same(tmp_path: Path) -> None:
    told(command("request", "order", "--year", "2019", home=tmp_path / "home"), REFUSED, "๒๐๑๙", "๒๕๖๒")


def test_a_missing_facts_file_is_refused_by_name(tmp_path: Path, warm: Path) -> None:
    told(make_letter(tmp_path, warm, tmp_path / "ไม่มี.toml"), REFUSED, "ไม่มี.toml")
    nothing_written(tmp_path)


def test_broken_toml_is_refused_with_its_line(tmp_path: Path, warm: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text('to = "นายอำเภอ"\nsubject = "ไม่ปิดคำพูด\n', encoding="utf-8")

    told(make_letter(tmp_path, warm, path), REFUSED, "facts.toml", "line 2", "--example")
    nothing_written(tmp_path)


def test_facts_in_the_old_thai_encoding_are_told_so(tmp_path: Path, warm: Path) -> None:
    path = facts_file(tmp_path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp874", errors="ignore"))

    told(make_letter(tmp_path, warm, path), REFUSED, "facts.toml", "cp874", "UTF-8")
    nothing_written(tmp_path)


def test_a_picture_that_is_none_is_refused_by_field(tmp_path: Path, warm: Path) -> None:
    (tmp_path / "ตรา.png").write_bytes(b"not a picture")

    told(make_letter(tmp_path, warm, facts_file(tmp_path, emblem="ตรา.png")), REFUSED, "emblem")
    nothing_written(tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:3000]), id="cut off"),
        pytest.param(lambda path: path.unlink(), id="missing"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_by_name(
    tmp_path: Path, warm: Path, spoil: Callable[[Path], object]
) -> None:
    templates = shutil.copytree(config().templates, tmp_path / "templates")
    spoil(templates / "letter" / f"{LETTER.edition}.docx")

    ended = make_letter(tmp_path, warm, facts_file(tmp_path), environ={"DOCSERVICE_TEMPLATES": str(templates)})

    told(ended, REFUSED, f"letter/{LETTER.edition}.docx")
    nothing_written(tmp_path)


@pytest.mark.parametrize("content", [None, "kinds = 5"])
def test_a_catalogue_that_cannot_be_read_is_refused_by_name(tmp_path: Path, warm: Path, content: str | None) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    if content is not None:
        (templates / "catalogue.toml").write_text(content, encoding="utf-8")

    ended = make_letter(tmp_path, warm, facts_file(tmp_path), environ={"DOCSERVICE_TEMPLATES": str(templates)})

    told(ended, REFUSED, "catalogue" if content and "=" in content else "catalogue.toml")
    nothing_written(tmp_path)


@pytest.mark.parametrize("folder", ["empty", "gone", "file"])
def test_an_evidence_folder_without_files_is_refused_by_name(tmp_path: Path, warm: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")

    ended = command(
        "evidence", "merge", tmp_path / folder, "--group", "leader", "--out", tmp_path / "out" / "a.pdf", home=warm
    )

    told(ended, REFUSED, str(tmp_path / folder))
    assert not (tmp_path / "out").exists()


def test_an_unknown_group_is_refused_with_those_there_are(tmp_path: Path, warm: Path) -> None:
    ended = command("evidence", "merge", tmp_path, "--group", "leaders", "--out", tmp_path / "a.pdf", home=warm)

    told(ended, REFUSED, "leaders", "organisation")
    assert left(tmp_path) == []


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, warm: Path) -> Path:
    """A home with the sample year entered."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(warm / "engine", home / "engine", ignore=shutil.ignore_patterns("office"))
    assert command("import", YEAR_TOML, home=home).returncode == DONE
    return home


def test_a_wrong_workbook_is_refused_by_sheet_row_and_column(tmp_path: Path, office: Path) -> None:
    path = workbook(tmp_path / "ผู้สมัคร.xlsx", [HEADER, ("เมืองระยอง", "ผู้นำชุมชน", "นายหนึ่ง", *[""] * 5)])

    told(command("import", path, "--year", "2562", home=office), REFUSED, "ผู้สมัคร.xlsx", "แถว 3 คอลัมน์ A")


def test_a_wrong_year_file_is_refused_with_its_place(tmp_path: Path, office: Path) -> None:
    path = tmp_path / "year.toml"
    path.write_text(YEAR_TOML.read_text(encoding="utf-8").replace('code = "2402"', 'code = "2501"'), encoding="utf-8")

    told(command("import", path, home=office), REFUSED, "districts.code", "2501")


def test_a_year_nobody_entered_is_refused_with_the_command_that_enters_it(office: Path) -> None:
    told(command("request", "order", "--year", "2570", home=office), REFUSED, "๒๕๗๐", "docservice import")


def test_a_command_given_wrongly_ends_with_the_way_to_help(warm: Path) -> None:
    told(command("make", "letter", home=warm), USAGE, "--facts", "--help")


def test_an_unknown_setting_is_refused_by_name(tmp_path: Path) -> None:
    told(command("archive", "ls", home=tmp_path, environ={"DOCSERVICE_HOMME": "x"}), REFUSED, "DOCSERVICE_HOMME")


def test_an_empty_picture_is_refused_and_no_folder_is_left(tmp_path: Path, warm: Path) -> None:
    (tmp_path / "ตรา.png").write_bytes(b"")

    told(make_letter(tmp_path, warm, facts_file(tmp_path, emblem="ตรา.png")), REFUSED, "emblem", "ตรา.png")
    assert not (tmp_path / "out").exists()


def test_a_refusal_after_the_folder_was_made_takes_the_folder_away(tmp_path: Path, warm: Path) -> None:
    told(make_letter(tmp_path, warm, facts_file(tmp_path, subject="เรื่อง 😀")), REFUSED, "subject", "😀")
    assert not (tmp_path / "out").exists()
