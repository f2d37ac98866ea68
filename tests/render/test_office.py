"""LibreOffice: driven, killed, frozen, missing; and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from word_files import SENTENCE, letter

from docservice.errors import EngineUnavailable, InputRefused
from docservice.render import office_process
from docservice.render.fonts import Fonts
from docservice.render.office import Office
from docservice.render.textlayer import text_of


def eventually(true: Callable[[], bool], seconds: float = 120.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return true()


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def sockets(home: Path) -> list[Path]:
    """Where the one LibreOffice under ``home`` listens."""
    (listed,) = (home / "office").glob("*/sockets")
    return [Path(line) for line in listed.read_text(encoding="utf-8").splitlines()]


def scratch(home: Path) -> Path:
    """Where the files lie that the one LibreOffice under ``home`` works on: in memory or there."""
    (found,) = (home / "office").glob("*/tmp")
    return found.resolve(strict=True)


def running(office: Office) -> tuple[int, int]:
    assert office.version.startswith("LibreOffice ")
    pids = office.pids
    assert pids is not None
    return pids


def test_libreoffice_killed_between_papers_is_started_again(office: Office) -> None:
    _, libreoffice = running(office)
    os.kill(libreoffice, signal.SIGKILL)
    assert "น้ำ" in text_of(office.to_pdf(letter("น้ำใจ"), title="ก"))[0]
    assert running(office)[1] != libreoffice


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3, 0.5, 0.8])
def test_at_whatever_moment_libreoffice_is_killed_the_document_is_not_blamed(office: Office, moment: float) -> None:
    _, libreoffice = running(office)
    killer = threading.Timer(moment, os.kill, (libreoffice, signal.SIGKILL))
    killer.start()
    assert text_of(office.to_pdf(letter(*[SENTENCE * 5] * 150), title="ก"))
    killer.join()


def test_libreoffice_killed_in_the_middle_of_a_paper_costs_a_retry_only(office: Office) -> None:
    _, libreoffice = running(office)
    long = letter(*[SENTENCE * 5] * 400)
    threading.Timer(0.2, os.kill, (libreoffice, signal.SIGKILL)).start()
    assert len(text_of(office.to_pdf(long, title="ก"))) > 20
    assert running(office)[1] != libreoffice


def test_a_killed_bridge_takes_libreoffice_with_it_and_is_replaced(office: Office) -> None:
    bridge, libreoffice = running(office)
    os.kill(bridge, signal.SIGKILL)
    assert eventually(lambda: not alive(libreoffice))
    assert text_of(office.to_pdf(letter("ทดสอบ"), title="ก")) == ["ทดสอบ"]


def test_the_path_may_lead_to_another_python(tmp_path: Path, fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "venv")
    monkeypatch.setenv("PATH", f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with Office(tmp_path, fonts) as office:
        assert text_of(office.to_pdf(letter("ทดสอบ"), title="ก")) == ["ทดสอบ"]


def test_it_works_with_the_quicker_memory_where_that_is_installed(office: Office) -> None:
    _, soffice = running(office)

    assert "/libjemalloc.so" in Path(f"/proc/{soffice}/maps").read_text(encoding="utf-8")


def test_it_works_without_the_quicker_memory(tmp_path: Path, fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(office_process._KEEPS_MEMORY, "LD_PRELOAD", "libnot-installed.so.1")
    with Office(tmp_path, fonts) as office:
        assert "ทดสอบ" in text_of(office.to_pdf(letter("ทดสอบ"), title="ทดสอบ"))


def test_no_lock_file_lies_beside_an_open_document(office: Office, engine_home: Path) -> None:
    office.to_pdf(letter("ทดสอบ"), title="ทดสอบ")

    assert not list(scratch(engine_home).glob(".~lock*"))


def test_a_frozen_libreoffice_is_killed_and_the_paper_made_by_another(tmp_path: Path, fonts: Fonts) -> None:
    with Office(tmp_path, fonts, timeout=2) as office:
        _, libreoffice = running(office)
        os.kill(libreoffice, signal.SIGSTOP)
        assert text_of(office.to_pdf(letter("ทดสอบ"), title="ก")) == ["ทดสอบ"]
        assert not alive(libreoffice)


def test_a_missing_libreoffice_is_reported_with_the_package_to_install(tmp_path: Path, fonts: Fonts) -> None:
    with (
        Office(tmp_path, fonts, soffice=str(tmp_path / "soffice")) as office,
        pytest.raises(EngineUnavailable, match=r"ไม่พบโปรแกรม LibreOffice.*libreoffice-writer-nogui"),
    ):
        office.to_pdf(letter("ทดสอบ"), title="ก")


def test_closing_leaves_no_process_no_socket_and_no_file(tmp_path: Path, fonts: Fonts) -> None:
    office = Office(tmp_path, fonts)
    pids = running(office)
    listening, files = sockets(tmp_path), scratch(tmp_path)
    assert listening
    office.close()
    assert not any(map(alive, pids))
    assert not files.exists()
    assert not any(path.exists() for path in listening)
    assert not list((tmp_path / "office").iterdir())


def test_a_killed_owner_leaves_no_process_no_socket_and_no_file(tmp_path: Path, engine_home: Path) -> None:
    program = f"""
        import time
        from pathlib import Path
        from docservice.render.fonts import prepare
        from docservice.render.office import Office
        office = Office(Path({str(tmp_path)!r}), prepare(Path({str(engine_home)!r})))
        office.version
        print(*office.pids, flush=True)
        time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 2
        listening, files = sockets(tmp_path), scratch(tmp_path)
        owner.kill()
    assert eventually(lambda: not any(map(alive, pids)))
    assert eventually(lambda: not any(path.exists() for path in listening))
    assert not files.exists()
    assert not list((tmp_path / "office").iterdir())


def test_two_offices_work_at_the_same_time(tmp_path: Path, fonts: Fonts, office: Office) -> None:
    with Office(tmp_path, fonts) as other:
        assert running(other)[1] != running(office)[1]
        assert text_of(other.to_pdf(letter("หนึ่ง"), title="ก")) == ["หนึ่ง"]
        assert text_of(office.to_pdf(letter("สอง"), title="ข")) == ["สอง"]


def test_it_is_restarted_after_so_many_papers(tmp_path: Path, fonts: Fonts) -> None:
    with Office(tmp_path, fonts, restart_after=1) as office:
        first = running(office)[1]
        office.to_pdf(letter("ทดสอบ"), title="ก")
        assert not alive(first)
        assert text_of(office.to_pdf(letter("ทดสอบ"), title="ก")) == ["ทดสอบ"]


@pytest.mark.parametrize("data", [b"", b"garbage", letter("ทดสอบ")[:2000]], ids=["empty", "garbage", "cut off"])
def test_what_is_not_a_word_file_never_reaches_libreoffice(office: Office, data: bytes) -> None:
    with pytest.raises(InputRefused, match="Word"):
        office.to_pdf(data, title="ก")


def test_the_layout_tells_where_each_page_starts(office: Office) -> None:
    layout = office.layout(letter(*[f"{number}. {SENTENCE}" for number in range(40)]))
    assert layout.pages == len(layout.starts) + 1 > 1
    assert all(start.flows and start.text.startswith(start.words) for start in layout.starts)
