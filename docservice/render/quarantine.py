"""Documents that ended LibreOffice again and again: kept aside with the reason, and not tried any more.

A document gets a strike each time that it ended (or froze) two LibreOffices in a row. After two strikes, whoever brings
it, also in another process, is refused at once; taking its file away lets it be tried again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from docservice.errors import InputRefused

STRIKES = 2


class Quarantine:
    """The folder of such documents, made at the first strike; only its owner may read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refuse(self, document: bytes) -> None:
        """Raise InputRefused naming the kept file, if the document has had its strikes."""
        if not self.folder.is_dir():
            return
        record = self._record(document)
        if self._strikes(record) >= STRIKES:
            kept = record.with_suffix("")
            raise InputRefused(
                f"เอกสารนี้ทำให้ LibreOffice หยุดทำงานซ้ำหลายครั้ง จึงกักไว้ที่ {kept}",
                "กรุณาตรวจแม่แบบและรูปภาพในเอกสาร แก้แล้วลองใหม่ หรือลบไฟล์ที่กักไว้เพื่อลองไฟล์เดิมอีกครั้ง",
                english=f"The document ended LibreOffice again and again and is kept in {kept}. "
                "Check its template and pictures, or delete that file to try it once more.",
            )

    def strike(self, document: bytes, suffix: str, reason: str) -> None:
        """Note that the document ended two LibreOffices, and keep it."""
        record = self._record(document)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not record.with_suffix("").exists():
            self._write(record.with_suffix(""), document)
        told = {"strikes": self._strikes(record) + 1, "reason": reason, "at": datetime.now(UTC).isoformat()}
        self._write(record, json.dumps(told | {"suffix": suffix}).encode())

    def _record(self, document: bytes) -> Path:
        return self.folder / f"{hashlib.sha256(document).hexdigest()}.json"

    @staticmethod
    def _strikes(record: Path) -> int:
        """What is noted; nothing counts once the kept document was taken away."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            if record.with_suffix("").exists():
                return int(json.loads(record.read_text(encoding="utf-8"))["strikes"])
        return 0

    @staticmethod
    def _write(place: Path, data: bytes) -> None:
        new = place.with_suffix(f".{os.getpid()}.new")
        new.touch(mode=0o600)
        new.write_bytes(data)
        new.replace(place)
