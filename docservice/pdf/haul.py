"""Stretches of files on their way into one file: copied by a process beside this one, which helps when it is free.

Copying waits for the kernel to find memory for what is written; two processes find it sooner. Each begins at its own
end of the list; one stretch copied by both, when they meet, is the same bytes twice.
"""

from __future__ import annotations

import io
import mmap
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docservice.errors import Broken

TAIL = b"\nendstream\nendobj\n"
_AT_ONCE = 1024 * 1024
_PLACES = struct.Struct("=qq")


@dataclass(frozen=True)
class Held:
    """A stream that was taken out: where its bytes are, where they go, and the room before them; ``bare``: a file."""

    part: Path
    begins: int
    length: int
    room: int
    to: int
    bare: bool


class Haul:
    """The copying of ``held`` into the file ``target``, of which it makes ``size`` bytes anew."""

    def __init__(self, target: Path, held: Sequence[Held], size: int) -> None:
        self._held = held
        self._met = mmap.mmap(-1, _PLACES.size)  # how far each of the two has come, seen by both
        _PLACES.pack_into(self._met, 0, 0, len(held))
        self._out = target.open("wb", buffering=0)
        os.posix_fallocate(self._out.fileno(), 0, size)
        self._copier = os.fork()
        if not self._copier:
            code = 1
            try:
                code = self._forwards()
            finally:
                os._exit(code)

    def _forwards(self) -> int:
        """The other process: 0, or the number of the error that ended it."""
        try:
            for at, held in enumerate(self._held):
                _, end = _PLACES.unpack(self._met)
                if at >= end:
                    break
                struct.pack_into("=q", self._met, 0, at + 1)
                _copy(held, self._out)
        except OSError as error:
            return error.errno or 1
        return 0

    def finish(self) -> None:
        """Copy from the end what is not begun, and wait for the other process; raises ``OSError`` as it met it.

        What one of the two reads of the other's progress may be half written: when both are done, what neither copied
        is looked for.
        """
        end = len(self._held)
        with self._out:
            try:
                while end > self._begun():
                    end -= 1
                    struct.pack_into("=q", self._met, 8, end)
                    _copy(self._held[end], self._out)
            finally:
                code = os.waitstatus_to_exitcode(os.waitpid(self._copier, 0)[1])
            if code > 1:
                raise OSError(code, os.strerror(code))
            if code:
                raise Broken("รวมเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=f"copying ended with {code}")
            for held in self._held[self._begun() : end]:
                _copy(held, self._out)

    def _begun(self) -> int:
        return int(_PLACES.unpack(self._met)[0])


def _copy(held: Held, out: io.FileIO) -> None:
    """The bytes of one stream, and its end behind them."""
    buffer = memoryview(bytearray(min(_AT_ONCE, held.length)))
    left, to = held.length, held.to
    with held.part.open("rb", buffering=0) as source:
        source.seek(held.begins)
        while left:
            read = source.readinto(buffer[: min(left, len(buffer))])
            if not read:
                raise OSError("a source became shorter")
            _write_all(out.fileno(), buffer[:read], to)
            left, to = left - read, to + read
    os.pwrite(out.fileno(), TAIL, to)


def _write_all(file: int, data: memoryview, to: int) -> None:
    while data:
        written = os.pwrite(file, data, to)
        data, to = data[written:], to + written
