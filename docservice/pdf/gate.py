"""The gate: a stranger's file is read in a child process with limits; whoever asked outlives whatever is in it.

A child is forked from a server that has the PDF libraries loaded already (Python's own ``forkserver``): it begins in
milliseconds and carries nothing of the asking process. Limits are the kernel's: memory, processor time, size of files,
no core. What it answers is JSON, never a pickle: a child that a file has taken over can tell lies, not run code here.
At most ``_AT_ONCE`` children run at a time; the others wait for their turn.
"""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import resource
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from docservice.errors import DocserviceError, EvidenceRefused, EvidenceTooHeavy
from docservice.pdf import thumbnail
from docservice.pdf.thumbnail import Look

MEMORY = 2 * 1024**3
SECONDS = 20
WALL_SECONDS = 40
_LARGEST_FILE = 1024**3
_LONGEST_ANSWER = 16 * 1024**2
_AT_ONCE = 2

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["docservice.pdf.gate"])
_turns = threading.BoundedSemaphore(_AT_ONCE)


def look(path: Path, *, name: str) -> Look:
    """``thumbnail.look`` in a child; ``EvidenceTooHeavy`` when it went past the limits or fell over."""
    told = _ask("look", path, name, {})
    return Look(told["pages"], tuple(told["notes"]), base64.b64decode(told["picture"]))


def page(path: Path, number: int, width: int, *, name: str) -> bytes:
    """``thumbnail.page`` in a child; ``EvidenceTooHeavy`` when it went past the limits or fell over."""
    return base64.b64decode(_ask("page", path, name, {"number": number, "width": width})["picture"])


def _ask(what: str, path: Path, name: str, details: Mapping[str, int]) -> dict[str, Any]:
    with _turns:
        ours, theirs = _context.Pipe(duplex=False)
        with ours:
            child = _context.Process(target=_answer, args=(theirs, what, str(path), name, dict(details)), daemon=True)
            child.start()
            theirs.close()
            try:
                told = _heard(ours)
            finally:
                child.kill()
                child.join()
                child.close()
    if told is None:
        raise _too_heavy(name)
    if "refused" in told:
        refused = {key: str(told["refused"].get(key, "")) for key in ("message", "remedy", "english")}
        raise EvidenceRefused(refused["message"], refused["remedy"], english=refused["english"])
    return told


def _heard(pipe: Connection) -> dict[str, Any] | None:
    """The child's answer; nothing when it died or took too long."""
    try:
        if not pipe.poll(WALL_SECONDS):
            return None
        told = json.loads(pipe.recv_bytes(_LONGEST_ANSWER))
    except (EOFError, OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _answer(pipe: Connection, what: str, path: str, name: str, details: Mapping[str, int]) -> None:
    """The child's whole life."""
    _limit()
    try:
        told = _done(what, Path(path), name, details)
    except MemoryError:
        os._exit(1)
    except DocserviceError as refusal:
        told = {"refused": refusal.as_dict()}
    pipe.send_bytes(json.dumps(told).encode())


def _done(what: str, path: Path, name: str, details: Mapping[str, int]) -> dict[str, Any]:
    if what == "page":
        picture = thumbnail.page(path, details["number"], details["width"], name=name)
        return {"picture": base64.b64encode(picture).decode()}
    seen = thumbnail.look(path, name=name)
    return {"pages": seen.pages, "notes": seen.notes, "picture": base64.b64encode(seen.picture).decode()}


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _too_heavy(name: str) -> EvidenceTooHeavy:
    return EvidenceTooHeavy(
        f"ไฟล์ {name} ใช้เวลาหรือหน่วยความจำเกินกำหนด จึงไม่เปิดอ่าน",
        "กรุณาบันทึกหรือสแกนใหม่ให้ละเอียดน้อยลงแล้วส่งอีกครั้ง",
        english=f"Reading {name} takes too much time or memory. Save or scan it again, coarser.",
    )
