"""Bad machines (full disk, no LibreOffice, no place to write): a Thai sentence, exit code 4, nothing half-written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from office_year import HEADER, REPOSITORY, YEAR_TOML, workbook
from PIL import Image
from real_command import (
    BROKEN,
    DONE,
    LETTER,
    REFUSED,
    UNAVAILABLE,
    command,
    facts_file,
    left,
    make_letter,
    nothing_written,
    told,
    warm_home,
)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warm_home(tmp_path_factory.mktemp("home"))


def test_an_output_folder_that_cannot_be_written_is_refused_by_name(tmp_path: Path, warm: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    ended = command("make", "letter", "--facts", facts_file(tmp_path), "--out", tmp_path / "file" / "out", home=warm)

    told(ended, REFUSED, str(tmp_path / "file" / "out"))
    assert left(tmp_path) == ["facts.toml", "file"]


def test_a_folder_in_the_place_of_an_output_file_is_refused_before_anything_is_written(
    tmp_path: Path, warm: Path
) -> None:
    name = LETTER.file_name(LETTER.example())
    (tmp_path / "out" / f"{name}.pdf").mkdir(parents=True)

    told(make_letter(tmp_path, warm, facts_file(tmp_path)), REFUSED, f"{name}.pdf")
    nothing_written(tmp_path)


@pytest.mark.parametrize("limit", [4096, 33_000])
def test_a_full_disk_leaves_no_half_made_paper(tmp_path: Path, warm: Path, limit: int) -> None:
    facts = facts_file(tmp_path)

    told(make_letter(tmp_path, warm, facts, limit=limit), UNAVAILABLE)

    nothing_written(tmp_path)


def test_a_full_disk_leaves_an_older_paper_as_it_was(tmp_path: Path, warm: Path) -> None:
    facts = facts_file(tmp_path)
    make_letter(tmp_path, warm, facts)
    before = {name: (tmp_path / "out" / name).read_bytes() for name in left(tmp_path / "out")}

    told(make_letter(tmp_path, warm, facts, limit=20_000), UNAVAILABLE)

    assert {name: (tmp_path / "out" / name).read_bytes() for name in left(tmp_path / "out")} == before


def _without_libreoffice(folder: Path) -> dict[str, str]:
    """A PATH with every program of this machine but LibreOffice."""
    programs = folder / "bin"
    programs.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            if not program.name.startswith(("soffice", "libreoffice", "loffice")):
                with contextlib.suppress(FileExistsError):
                    (programs / program.name).symlink_to(program)
    return {"PATH": str(programs)}


def test_a_machine_without_libreoffice_is_told_which_package_to_install(tmp_path: Path, warm: Path) -> None:
    ended = make_letter(tmp_path, warm, facts_file(tmp_path), environ=_without_libreoffice(tmp_path))

    told(ended, UNAVAILABLE, "LibreOffice", "libreoffice-writer-nogui")
    nothing_written(tmp_path)


def _children(pid: int) -> set[int]:
    """Every process below ``pid``."""
    with contextlib.suppress(OSError):
        below = {
            int(n) for task in Path(f"/proc/{pid}/task").glob("*") for n in (task / "children").read_text().split()
        }
        return below.union(*(_children(child) for child in below))
    return set()


def _named(pids: set[int], name: str) -> set[int]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if name in Path(f"/proc/{pid}/comm").read_text():
                found.add(pid)
    return found


def test_libreoffice_killed_again_and_again_ends_in_a_sentence_and_leaves_nothing(tmp_path: Path, warm: Path) -> None:
    home = Path(shutil.copytree(warm, tmp_path / "home", ignore=shutil.ignore_patterns("office")))
    making = subprocess.Popen(
        [sys.executable, "-m", "docservice.cli", "make", "letter", "--facts", str(facts_file(tmp_path)), "--out",
         str(tmp_path / "out"), "--home", str(home)],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen: set[int] = set()

    def kill() -> None:
        while making.poll() is None:
            found = _named(_children(making.pid), "soffice")
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            seen.update(found)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    said, complained = making.communicate(timeout=900)
    killer.join()

    assert seen
    told(subprocess.CompletedProcess([], making.returncode, said, complained), UNAVAILABLE, "LibreOffice")
    nothing_written(tmp_path)
    assert not any(Path(f"/proc/{pid}").exists() for pid in seen)
    assert not [p for p in (home / "engine" / "office").glob("*") if p.is_dir()]


def test_a_book_that_finds_the_disk_full_leaves_nothing(tmp_path: Path, warm: Path) -> None:
    (tmp_path / "ev").mkdir()
    (tmp_path / "ev" / "ไม่รู้จัก.xyz").write_bytes(b"\x00")

    ended = command(
        "evidence", "merge", tmp_path / "ev", "--group", "leader", "--out", tmp_path / "out" / "a.pdf",
        home=warm, limit=4096,
    )  # fmt: skip

    told(ended, UNAVAILABLE)
    nothing_written(tmp_path)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, warm: Path) -> Path:
    """A home with the sample year entered."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(warm / "engine", home / "engine", ignore=shutil.ignore_patterns("office"))
    assert command("import", YEAR_TOML, home=home).returncode == DONE
    return home


def test_a_full_disk_while_filing_files_nothing_and_the_same_command_files_it_afterwards(
    tmp_path: Path, office: Path
) -> None:
    home = Path(shutil.copytree(office, tmp_path / "home"))
    people = workbook(tmp_path / "a.xlsx", [HEADER, ("บางคล้า", "ผู้นำชุมชน", "นายหนึ่ง", *[""] * 5)])
    assert command("import", people, "--year", "2562", home=home).returncode == DONE
    scan = home / "evidence" / "บางคล้า" / "ผู้นำชุมชน" / "นายหนึ่ง" / "ใบสมัคร.jpg"
    scan.parent.mkdir(parents=True)
    Image.effect_noise((2000, 2000), 100).save(scan, quality=95)
    assert scan.stat().st_size > 2_000_000

    full = command("request", "evidence", "--year", "2562", home=home, limit=1_500_000)
    told(full, UNAVAILABLE)
    assert json.loads(command("archive", "ls", "--json", home=home).stdout) == []
    assert [name for name in left(home / "store") if ".jpg" in name or ".pdf" in name] == []
    assert [name for name in left(home / "store") if not re.search(r"\.lock$|0=ocfl|README", name)] == []

    again = command("request", "evidence", "--year", "2562", home=home)
    assert again.returncode == DONE, again.stderr
    assert command("archive", "verify", home=home).returncode == DONE


def test_a_request_that_fails_for_want_of_libreoffice_says_so_and_can_be_given_again(
    tmp_path: Path, office: Path
) -> None:
    home = Path(shutil.copytree(office, tmp_path / "home"))

    ended = command("request", "guideline", "--year", "2562", home=home, environ=_without_libreoffice(tmp_path))
    told(ended, UNAVAILABLE, "LibreOffice")

    assert command("request", "guideline", "--year", "2562", home=home).returncode == DONE


def test_a_database_that_is_none_is_told_as_broken(tmp_path: Path) -> None:
    (tmp_path / "docservice.sqlite3").write_bytes(b"not a database " * 400)

    told(command("archive", "ls", home=tmp_path), BROKEN, "docservice.sqlite3")


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    told(command("archive", "ls", home=tmp_path / "file" / "home"), UNAVAILABLE, str(tmp_path / "file"))
