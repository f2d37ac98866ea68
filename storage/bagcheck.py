"""The check of a bag somebody hands in, zipped or unpacked: every manifest line, and completeness both ways.

Reads each file once, a piece at a time, and unpacks nothing. Standard: RFC 8493 (BagIt 1.0), section 3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from docservice.errors import InputRefused
from storage.ahead import Arriving, Wanted, arriving
from storage.bagplace import DAMAGED, Place, opened

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(.+)")


@dataclass(frozen=True)
class BagReport:
    """What was checked: payload ``files`` and ``size`` in bytes, bag-info, and each fault as a Thai sentence."""

    files: int
    size: int
    info: Mapping[str, str]
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the bag is complete and every byte is as listed."""
        return not self.faults


def verify_bag(path: Path, progress: Callable[[int, int], None] | None = None, *, by: str = "") -> BagReport:
    """Check the bag at ``path`` (a ZIP, a tar or a folder). ``progress`` hears bytes done and bytes in all.

    ``by``: the one algorithm whose manifests are asked, for whoever knows that the others tell of the same bytes; a
    tag manifest vouches for their text as for any tag file.
    Damage is reported in the faults; ``InputRefused`` only when there is nothing at ``path``.
    """
    if not path.exists():
        raise InputRefused(
            f"ไม่พบชุดเอกสาร {path}", "กรุณาตรวจชื่อไฟล์", english=f"There is no bag at {path}. Check the name."
        )
    try:
        with opened(path) as place:
            return _Check(place, progress or (lambda _done, _total: None), by).report()
    except DAMAGED:
        return BagReport(0, 0, {}, [f"{path.name}: เปิดไฟล์ไม่ได้ หรือไฟล์ไม่ครบ"])


class _Check:
    def __init__(self, place: Place, progress: Callable[[int, int], None], by: str) -> None:
        self._place = place
        self._by = by
        self._progress = progress
        self._faults: list[str] = []
        self._payload = {name for name in place.sizes if name.startswith("data/")}
        self._done = 0

    def report(self) -> BagReport:
        self._declaration()
        manifests = {name: found for name in sorted(self._place.sizes) if (found := _MANIFEST.fullmatch(name))}
        listed = {name: self._listed(name) for name in manifests}
        payload = {name for name, found in manifests.items() if not found[1] and self._by in ("", found[2])}
        if not payload:
            self._faults.append("ไม่มีบัญชีไฟล์ (manifest)")
        for name in sorted(payload):
            missing = sorted(self._payload - listed[name].keys())
            self._faults += [f"{path}: มีไฟล์แต่ไม่มีใน {name}" for path in missing]
        asked = {name: found[2] for name, found in manifests.items() if self._by in ("", found[2])}
        self._digests(asked, listed)
        info = self._info()
        size = sum(self._place.sizes[name] for name in self._payload)
        if "Payload-Oxum" in info and info["Payload-Oxum"] != f"{size}.{len(self._payload)}":
            self._faults.append(
                f"bag-info.txt: Payload-Oxum {info['Payload-Oxum']} ไม่ตรงกับ {size}.{len(self._payload)}"
            )
        return BagReport(len(self._payload), size, info, self._faults)

    def _declaration(self) -> None:
        if self._text("bagit.txt").split() != DECLARATION.decode().split():
            self._faults.append("bagit.txt: ไม่มี หรือไม่ใช่ BagIt 1.0")

    def _info(self) -> dict[str, str]:
        pairs = (line.partition(":") for line in self._text("bag-info.txt").splitlines())
        return {label.strip(): value.strip() for label, _, value in pairs}

    def _listed(self, manifest: str) -> dict[str, str]:
        """Path → digest, of one manifest."""
        listed: dict[str, str] = {}
        for line in filter(None, self._text(manifest).split("\n")):
            found = _LINE.fullmatch(line.rstrip("\r"))
            path = _decoded(found[2]) if found else ""
            if not found or path in listed:
                self._faults.append(f"{manifest}: อ่านบรรทัดนี้ไม่ได้หรือซ้ำ: {line[:200]}")
            else:
                listed[path] = found[1].lower()
        return listed

    def _digests(self, algorithms: Mapping[str, str], listed: Mapping[str, Mapping[str, str]]) -> None:
        """Each listed file is read once for all manifests that list it."""
        wanted: dict[str, list[tuple[str, str]]] = {}
        for manifest, algorithm in algorithms.items():
            if algorithm not in hashlib.algorithms_available:
                self._faults.append(f"{manifest}: ไม่รู้จักวิธีคำนวณ {algorithm}")
                continue
            for path, digest in listed[manifest].items():
                wanted.setdefault(path, []).append((algorithm, digest))
        total = sum(self._place.sizes.get(path, 0) for path in wanted)
        self._faults += [f"{path}: ไฟล์หายไป" for path in sorted(wanted) if path not in self._place.sizes]
        present = sorted(wanted.keys() & self._place.sizes.keys())
        asked = sorted({algorithm for each in wanted.values() for algorithm, _ in each})
        places = [Wanted(partial(self._place.open, path), self._place.sizes[path]) for path in present]
        with arriving(places, asked) as files:
            for path, file in zip(present, files, strict=True):
                if not self._same(file, wanted[path], total):
                    self._faults.append(f"{path}: ไฟล์ไม่ตรงกับค่าในบัญชี")

    def _same(self, file: Arriving, wanted: list[tuple[str, str]], total: int) -> bool:
        try:
            for piece in file.pieces():
                self._done += len(piece)
                self._progress(self._done, total)
        except DAMAGED:
            return False
        return all(file.counted.digests[algorithm] == digest for algorithm, digest in wanted)

    def _text(self, name: str) -> str:
        """A tag file; empty when it is missing or unreadable, which the callers report as what then is wrong."""
        if name not in self._place.sizes:
            return ""
        try:
            with self._place.open(name) as stream:
                return stream.read().decode("utf-8-sig", errors="replace")
        except DAMAGED:
            return ""


def _decoded(path: str) -> str:
    """RFC 8493, 2.1.3: line ends and the percent sign are percent-encoded, and only those."""
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        path = re.sub(code, letter, path, flags=re.IGNORECASE)
    return path
