"""Whether the index says of a dossier what the store says: its documents, their digests and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from docservice.models import Document, Dossier
from docservice.record import RECORD
from storage.filing import INTERRUPTED
from storage.fixity import Fault

_TOLD = {
    "title": "ชื่อ",
    "number": "เลขที่",
    "kind": "ชนิด",
    "media_type": "ชนิดไฟล์",
    "pages": "จำนวนหน้า",
    "inputs": "ค่าตรวจสอบของข้อมูลที่ใช้ทำ",
}
"""What the record tells of a document that the index repeats, and what a person calls it."""


def faults(
    dossier: Dossier, rows: Iterable[Document], version: int, stored: Mapping[str, str], told: Mapping[str, Any] | None
) -> list[Fault]:
    """Where the index (``rows``: the dossier's current documents) and the store disagree; each fault names its file.

    ``stored``: logical path → sha512 of the newest ``version``; ``told``: its record, if it has one.
    """
    key, current = dossier.key, {row.path: row for row in rows}
    found = []
    if version < dossier.version:
        found.append(
            Fault(
                f"แฟ้ม {key}: รุ่นที่ {dossier.version} หายไปจากที่เก็บ (ที่เก็บมีถึงรุ่นที่ {version})",
                f"{key}: version {dossier.version} is gone from the store, which has {version}.",
            )
        )
    found += [
        Fault(f"แฟ้ม {key}: {path} ในทะเบียนไม่ตรงกับที่เก็บ", f"{key}: {path} differs between index and store.")
        for path in sorted(stored.keys() | current.keys())
        if path != RECORD and not path.startswith(INTERRUPTED) and stored.get(path) != _digest(current.get(path))
    ]
    if told and version == dossier.version:
        try:
            found += _told_otherwise(dossier, current, told)
        except (KeyError, TypeError, ValueError):
            found.append(Fault(f"แฟ้ม {key}: {RECORD} อ่านไม่ได้", f"{key}: its {RECORD} cannot be read."))
    return found


def absent(key: str) -> Fault:
    """The fault of a dossier that only the index knows."""
    return Fault(f"แฟ้ม {key} มีในทะเบียนแต่ไม่มีในที่เก็บ", f"{key} is in the index but not in the store.")


def _digest(row: Document | None) -> str | None:
    return row.sha512 if row else None


def _told_otherwise(dossier: Dossier, current: Mapping[str, Document], told: Mapping[str, Any]) -> list[Fault]:
    """Rows that were changed since they were filed: the record was filed with them and says what they said."""
    found = []
    if dossier.title != told["title"] or dossier.about != told["about"]:
        found.append(_changed(dossier.key, "", "ชื่อหรือรายละเอียดของแฟ้ม", "title or about"))
    for one in told["documents"]:
        row = current.get(one["path"])
        if row is None:
            continue
        wrong = [name for name in _TOLD if getattr(row, name) != one[name]]
        wrong += ["filed_at"] if row.filed_at != datetime.fromisoformat(one["filed_at"]) else []
        found += [_changed(dossier.key, row.path, _TOLD.get(name, "เวลาที่จัดเก็บ"), name) for name in wrong]
    return found


def _changed(key: str, path: str, thai: str, english: str) -> Fault:
    where = f"{path}: " if path else ""
    return Fault(
        f"แฟ้ม {key}: {where}{thai}ในทะเบียนไม่ตรงกับ {RECORD} ที่จัดเก็บไว้",
        f"{key}: {where}{english} in the index is not what the filed {RECORD} says.",
    )
