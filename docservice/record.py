"""``record.json``: what the archive keeps about a dossier beside its bytes, and the index rows it gives back.

Each version of a dossier carries the record of its day, so that the index can be rebuilt from the store alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from docservice.errors import FixityBroken
from docservice.models import Document, Dossier, Event
from storage.ocfl import Entry

RECORD = "record.json"
_TOLD = ("path", "kind", "title", "number", "media_type", "pages", "inputs")


@dataclass(frozen=True)
class Filing:
    """One file to be filed.

    ``path``: logical path inside the dossier; ``inputs``: SHA-256 (hex) of what it was made from; ``provenance``:
    facts, template edition, engine and font versions, whatever is needed to make or judge it again (JSON-able).
    """

    path: str
    data: bytes | Path
    kind: str
    title: str
    media_type: str
    inputs: str
    number: str = ""
    pages: int | None = None
    provenance: Mapping[str, object] = field(default_factory=dict)


def nothing() -> None:
    """What is done beside a filing that stands for itself."""


@dataclass(frozen=True)
class Wish:
    """What is to be filed into one dossier: the arguments of ``archive.file``."""

    key: str
    title: str
    filings: Sequence[Filing]
    about: Mapping[str, object] = field(default_factory=dict)
    also: Callable[[], object] = nothing
    made_from: Mapping[str, str] = field(default_factory=dict)


def write(
    dossier: Dossier, fresh: Sequence[Filing], actor: str, now: datetime, events: Sequence[str] | None = None
) -> bytes:
    """The dossier, every current document (``fresh`` included), and the digests of its events so far (``events``)."""
    present = dossier.documents.filter(current=True) if dossier.version else ()
    kept = {d.path: _describe(d, d.provenance, d.filed_at) for d in present}
    new = {f.path: _describe(f, {**f.provenance, "filed_by": actor}, now) for f in fresh}
    if events is None:
        events = list(Event.objects.filter(subject=dossier.key).order_by("id").values_list("digest", flat=True))
    content = {
        "schema": 1,
        "dossier": dossier.key,
        "title": dossier.title,
        "about": dossier.about,
        "documents": [doc for _, doc in sorted({**kept, **new}.items())],
        "events": list(events),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read(key: str, data: bytes) -> dict[str, Any]:
    """What a record says; ``FixityBroken`` when it is not one."""
    try:
        told = json.loads(data)
    except ValueError as error:
        raise _unreadable(key) from error
    if not isinstance(told, dict) or not isinstance(told.get("documents"), list) or told.get("dossier") != key:
        raise _unreadable(key)
    return told


def rows(
    dossier: Dossier, told: Mapping[str, Any], version: int, entries: Mapping[str, Entry], known: Iterable[object]
) -> list[Document]:
    """The rows of what ``version`` brought; ``known``: the ``(path, filed_at)`` of documents indexed before."""
    stamps = set(known)
    when = [(doc, datetime.fromisoformat(doc["filed_at"])) for doc in told["documents"]]
    return [
        row(
            dossier,
            Filing(data=b"", provenance=doc["provenance"], **{name: doc[name] for name in _TOLD}),
            version,
            entries[doc["path"]],
            doc["filed_by"],
            filed_at,
        )
        for doc, filed_at in when
        if (doc["path"], filed_at) not in stamps
    ]


def row(dossier: Dossier, filing: Filing, version: int, entry: Entry, actor: str, now: datetime) -> Document:
    """The index row of a filed document, not yet saved."""
    return Document(
        dossier=dossier,
        year_be=dossier.year_be,
        province=dossier.province,
        district=dossier.district,
        version=version,
        content=entry.content_path,
        size=entry.size,
        sha256=entry.sha256,
        sha512=entry.sha512,
        provenance={**filing.provenance, "filed_by": actor},
        filed_at=now,
        **{name: getattr(filing, name) for name in _TOLD},
    )


def _describe(document: Filing | Document, provenance: Mapping[str, object], filed_at: datetime) -> dict[str, object]:
    return {name: getattr(document, name) for name in _TOLD} | {
        "provenance": {name: value for name, value in provenance.items() if name != "filed_by"},
        "filed_by": provenance.get("filed_by", ""),
        "filed_at": filed_at.isoformat(),
    }


def _unreadable(key: str) -> FixityBroken:
    return FixityBroken(
        f"อ่าน {RECORD} ของแฟ้ม {key} ไม่ได้",
        "แจ้งผู้ดูแลระบบให้กู้จากสำเนาสำรอง",
        english=f"The {RECORD} of {key} cannot be read. Restore it from a backup.",
    )
