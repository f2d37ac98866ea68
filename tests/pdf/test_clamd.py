"""The virus scanner: what it finds is never opened; while it is silent nothing is; spoken to as clamd(8) asks."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from evidence_files import Evidence

from docservice.errors import EvidenceRefused, Transient
from docservice.pdf import gate
from docservice.pdf.book import Book
from docservice.pdf.clamd import Clamd
from docservice.pdf.convert import Piece

Bind = Callable[..., Book]
EICAR_LIKE = b"%PDF-1.7 docservice-test-signature"
LIMIT = 400_000


class Daemon:
    """Answers INSTREAM and VERSION as clamd 1.4 does: one command a connection, replies ended by a zero byte."""

    def __init__(self, place: Path) -> None:
        self.address = f"unix://{place}"
        self.asked = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(place))
        self._listening.listen(16)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listening.accept()
                with peer, peer.makefile("rb") as incoming:
                    self.asked += 1
                    peer.sendall(self._answer(incoming))

    def _answer(self, incoming: object) -> bytes:
        command = b"".join(iter(lambda: incoming.read(1), b"\0"))  # type: ignore[attr-defined]
        if command == b"zVERSION":
            return b"ClamAV 1.4.3/27000/Tue Nov 24 2026\0"
        data = b""
        while length := struct.unpack("!L", incoming.read(4))[0]:  # type: ignore[attr-defined]
            data += incoming.read(length)  # type: ignore[attr-defined]
            if len(data) > LIMIT:
                return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Docservice.Test.UNOFFICIAL FOUND\0" if EICAR_LIKE in data else b"stream: OK\0"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    running = Daemon(tmp_path / "clamd.ctl")
    yield running
    running.close()


def test_a_clean_file_passes(daemon: Daemon, evidence: Evidence) -> None:
    Clamd(daemon.address).check(evidence.blank("a.pdf").path, name="a.pdf")
    assert daemon.asked == 1
    assert Clamd(daemon.address).version().startswith("ClamAV 1.4")


def test_an_infected_file_is_a_placeholder_that_was_never_opened(
    daemon: Daemon, bind: Bind, evidence: Evidence
) -> None:
    opened: list[str] = []

    def counted(path: Path, target: Path, *, name: str, **options: object) -> Piece:
        opened.append(name)
        return gate.to_piece(path, target, name=name, **options)  # type: ignore[arg-type]

    bad, good = evidence.raw("ร้าย.pdf", EICAR_LIKE), evidence.blank("ดี.pdf")
    book = bind(files=(bad, good), scanner=Clamd(daemon.address), convert=counted)
    states = {file.name: file.state for file in book.files}
    assert states == {"ร้าย.pdf": "placeholder", "ดี.pdf": "in-book"}
    assert "ไวรัส (Docservice.Test.UNOFFICIAL)" in next(file.reason for file in book.files if file.name == "ร้าย.pdf")
    assert opened == ["ดี.pdf"]


def test_a_file_longer_than_the_scanner_takes_is_told_and_not_opened(daemon: Daemon, evidence: Evidence) -> None:
    file = evidence.raw("a.bin", bytes(LIMIT * 3))
    with pytest.raises(EvidenceRefused, match="StreamMaxLength"):
        Clamd(daemon.address).check(file.path, name="a.bin")


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:1"])
def test_without_its_scanner_a_book_is_not_made_and_may_be_tried_again(
    address: str, bind: Bind, evidence: Evidence
) -> None:
    with pytest.raises(Transient, match="ClamAV"):
        bind(files=(evidence.blank("a.pdf"),), scanner=Clamd(address))


def test_a_scanner_that_says_nothing_is_waited_for_only_so_long(tmp_path: Path, evidence: Evidence) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "clamd.ctl"))
        silent.listen()
        with pytest.raises(Transient):
            Clamd(f"unix://{tmp_path / 'clamd.ctl'}", seconds=0.1).check(evidence.blank("a.pdf").path, name="a.pdf")


def test_what_passed_once_is_not_shown_again_but_what_was_read_without_a_scanner_is(
    daemon: Daemon, bind: Bind, evidence: Evidence, tmp_path: Path
) -> None:
    file, kept = evidence.blank("a.pdf"), tmp_path / "kept"
    bind(files=(file,), pieces=kept)
    assert daemon.asked == 0
    for _ in range(2):
        bind(files=(file,), pieces=kept, scanner=Clamd(daemon.address))
        assert daemon.asked == 1
