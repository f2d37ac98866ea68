"""ClamAV's daemon as a gate before the gate: a file in which it finds something is never opened.

Spoken to by ``INSTREAM`` (clamd(8)), so it may run on another machine and needs no right to our files.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from docservice.errors import EvidenceRefused, Transient

_CHUNK = 256 * 1024
_LONGEST_REPLY = 4096


@dataclass(frozen=True)
class Clamd:
    """A daemon at ``address``: ``unix:///PATH`` or ``tcp://HOST:PORT``; it may be silent for ``seconds`` at most."""

    address: str
    seconds: float = 60.0

    def check(self, path: Path, *, name: str) -> None:
        """Return when nothing is found in the file at ``path``.

        ``EvidenceRefused`` names what was found, or says that the file is longer than the daemon takes; ``Transient``
        when the daemon cannot be asked: then nothing is known of the file, and it must not be opened.
        """
        try:
            with path.open("rb") as source:
                reply = self._asked(source)
        except FileNotFoundError:
            return  # whoever reads it says so
        if reply.endswith(" OK"):
            return
        if reply.endswith(" FOUND"):
            raise _infected(name, reply.removesuffix(" FOUND").partition(": ")[2])
        if "size limit exceeded" in reply:
            raise _too_long(name)
        raise _silent(self.address, reply or "no answer")

    def version(self) -> str:
        """What the daemon calls itself; ``Transient`` when it cannot be asked."""
        try:
            with self._connected() as daemon:
                daemon.sendall(b"zVERSION\0")
                return _reply(daemon)
        except OSError as error:
            raise _silent(self.address, str(error)) from error

    def _asked(self, source: BufferedReader) -> str:
        """The daemon's verdict on what is in ``source``."""
        try:
            with self._connected() as daemon:
                daemon.sendall(b"zINSTREAM\0")
                try:
                    while chunk := source.read(_CHUNK):
                        daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
                    daemon.sendall(struct.pack("!L", 0))
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it has heard enough, and says why
                return _reply(daemon)
        except OSError as error:
            raise _silent(self.address, str(error)) from error

    def _connected(self) -> socket.socket:
        kind, _, place = self.address.partition("://")
        if kind == "tcp":
            host, _, port = place.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), self.seconds)
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(self.seconds)
        try:
            daemon.connect(place)
        except OSError:
            daemon.close()
            raise
        return daemon


def _reply(daemon: socket.socket) -> str:
    told = b""
    while len(told) < _LONGEST_REPLY and not told.endswith(b"\0"):
        piece = daemon.recv(_LONGEST_REPLY)
        if not piece:
            break
        told += piece
    return told.rstrip(b"\0\n").decode("utf-8", "replace")


def _infected(name: str, what: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} มีไวรัส ({what}) จึงไม่เปิดอ่าน",
        "กรุณาตรวจไวรัสในเครื่องที่ส่ง แล้วส่งไฟล์ที่ปลอดภัย",
        english=f"A virus ({what}) was found in {name}. It was not opened. Send a clean file.",
    )


def _too_long(name: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} ใหญ่เกินกว่าที่โปรแกรมตรวจไวรัสรับ จึงไม่เปิดอ่าน",
        "กรุณาย่อหรือแบ่งไฟล์ หรือให้ผู้ดูแลระบบเพิ่มค่า StreamMaxLength ของ ClamAV",
        english=f"{name} is longer than the virus scanner takes (StreamMaxLength). Split it, or raise the limit.",
    )


def _silent(address: str, reason: str) -> Transient:
    return Transient(
        "โปรแกรมตรวจไวรัส (ClamAV) ไม่ตอบ จึงยังไม่เปิดไฟล์ใด",
        "กรุณาลองใหม่ หากยังเกิดซ้ำให้ผู้ดูแลระบบตรวจว่า clamd ทำงานอยู่",
        english=f"The virus scanner at {address} does not answer: {reason}. No file was opened.",
    )
