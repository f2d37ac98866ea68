"""Filing, opening and verifying dossiers: bytes into the object store first, then row and event.

A document's identity is the digest of its inputs: filing the same inputs again changes nothing, filing others makes a
new version and keeps the old one. Every commit carries ``record.json``: all that is needed to rebuild the index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q

from docservice import audit
from docservice.config import config, local_path
from docservice.errors import Conflict, NotFound
from docservice.models import Document, Dossier, Event
from storage.keys import DossierKey
from storage.local import LocalStore
from storage.ocfl import Commit, OcflRoot
from storage.store import Tally

RECORD = "record.json"
_LEASE = timedelta(minutes=5)


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


@dataclass(frozen=True)
class Filed:
    """What became of a filing: the dossier's key and version, and how many documents were new."""

    key: str
    version: int
    new: int


@dataclass(frozen=True)
class StoredFile:
    """One file of an OCFL object: ``path`` inside the object and what its bytes must be."""

    path: str
    size: int
    sha256: str
    sha512: str
    open: Callable[[], BinaryIO]


def _store() -> LocalStore:
    return LocalStore(local_path(config().store_url) / "archive")


@cache
def root() -> OcflRoot:
    """The archive's OCFL storage root in the configured store."""
    return OcflRoot(_store())


def prepare() -> None:
    """Make the storage root of an office that has filed nothing yet.

    Where something was filed before, a missing root is a disk that is not mounted: it is never made anew.
    """
    if not Dossier.objects.filter(version__gt=0).exists():
        root().init()


def is_filed(key: str, inputs: Mapping[str, str]) -> bool:
    """Whether every path of ``inputs`` is current in the dossier, made from exactly that input digest."""
    current = Document.objects.filter(dossier__key=key, current=True).values_list("path", "inputs")
    return set(inputs.items()) <= set(current)


def file(
    key: str, title: str, filings: Sequence[Filing], *, actor: str, about: Mapping[str, object] | None = None
) -> Filed:
    """File ``filings`` into the dossier ``key``; ``about`` describes what the dossier is about (kept in the record).

    Raises ``Conflict`` when another process files into the same dossier, ``StoreUnavailable`` when the store refuses;
    in both cases nothing has changed.
    """
    dossier = _dossier(key, title, about or {})
    current = {d.path: d.inputs for d in dossier.documents.filter(current=True)}
    fresh = [f for f in filings if current.get(f.path) != f.inputs]
    if not fresh:
        return Filed(key, dossier.version, 0)
    with _locked(dossier):
        now = datetime.now(UTC)
        record = _record(dossier, fresh, actor, now)
        files: dict[str, bytes | Path] = {f.path: f.data for f in fresh}
        commit = root().commit(
            DossierKey.parse(key), {**files, RECORD: record}, message=_message(fresh), user=actor, created=now
        )
        _index(dossier, fresh, commit, actor, now)
    return Filed(key, commit.version, len(fresh))


def get(key: str) -> Dossier:
    """The dossier of that key, or ``NotFound``."""
    dossier = Dossier.objects.filter(key=key).first()
    if dossier is None:
        raise NotFound(
            f"ไม่พบแฟ้ม {key} ในคลัง",
            "ดูรายชื่อแฟ้มด้วย docservice archive ls",
            english=f"No dossier {key}. List them with: docservice archive ls",
        )
    return dossier


def open_document(document: Document) -> BinaryIO:
    """The bytes of one version of one document."""
    return root().open(DossierKey.parse(document.dossier.key), document.path, document.version)


def stored_files(dossier: Dossier) -> Iterator[StoredFile]:
    """Every file of the dossier's OCFL object as it lies in the store, with the digests it must have."""
    known = {d.content: d for d in Document.objects.filter(dossier=dossier)}
    store = _store()
    for key in store.list(f"{dossier.key}/"):
        path = key.removeprefix(f"{dossier.key}/")
        opened = partial(store.open, key)
        if document := known.get(path):
            yield StoredFile(path, document.size, document.sha256, document.sha512, opened)
        else:
            with opened() as stream:
                tally = Tally.of(stream)
            yield StoredFile(path, tally.size, tally.sha256, tally.sha512, opened)


def verify(key: str) -> list[str]:
    """Every fault of one dossier in the store (Thai sentences), empty when all digests match."""
    faults = root().verify(DossierKey.parse(key))
    return faults + _index_faults(key)


def _index_faults(key: str) -> list[str]:
    """Where the index and the store's inventory disagree about the current state."""
    inventory = root().head(DossierKey.parse(key))
    if inventory is None:
        return [f"แฟ้ม {key} มีในทะเบียนแต่ไม่มีในที่เก็บ"]
    stored = inventory.files()
    rows = dict(Document.objects.filter(dossier__key=key, current=True).values_list("path", "sha512"))
    return [
        f"แฟ้ม {key}: {path} ในทะเบียนไม่ตรงกับที่เก็บ"
        for path in sorted(stored.keys() | rows.keys())
        if path != RECORD and stored.get(path) != rows.get(path)
    ]


def _dossier(key: str, title: str, about: Mapping[str, object]) -> Dossier:
    parsed = DossierKey.parse(key)
    dossier, _ = Dossier.objects.get_or_create(
        key=key,
        defaults={
            "year_be": int(parsed.year_be),
            "province": parsed.province,
            "district": parsed.district,
            "title": title,
            "about": dict(about),
        },
    )
    return dossier


@contextmanager
def _locked(dossier: Dossier) -> Iterator[None]:
    """Hold the dossier's lease: one writer at a time, freed by itself when its holder dies."""
    now = datetime.now(UTC)
    free = Q(locked_until=None) | Q(locked_until__lt=now)
    mine = now + _LEASE
    if not Dossier.objects.filter(free, pk=dossier.pk).update(locked_until=mine):
        raise Conflict(
            f"แฟ้ม {dossier.key} กำลังถูกจัดเก็บโดยงานอื่น",
            "รอสักครู่แล้วสั่งใหม่",
            english=f"Dossier {dossier.key} is being filed by another task. Try again shortly.",
        )
    try:
        yield
    finally:
        Dossier.objects.filter(pk=dossier.pk, locked_until=mine).update(locked_until=None)


def _message(fresh: Sequence[Filing]) -> str:
    return ", ".join(sorted({f.kind for f in fresh}))


def _record(dossier: Dossier, fresh: Sequence[Filing], actor: str, now: datetime) -> bytes:
    """``record.json``: the dossier, every current document, and the digests of the events so far."""
    kept = {d.path: _describe_row(d) for d in dossier.documents.filter(current=True)}
    new = {f.path: _describe(f, actor, now) for f in fresh}
    events = Event.objects.filter(subject=dossier.key).order_by("id").values_list("digest", flat=True)
    content = {
        "schema": 1,
        "dossier": dossier.key,
        "title": dossier.title,
        "about": dossier.about,
        "documents": [doc for _, doc in sorted({**kept, **new}.items())],
        "events": list(events),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _describe(filing: Filing, actor: str, now: datetime) -> dict[str, object]:
    return {
        "path": filing.path,
        "kind": filing.kind,
        "title": filing.title,
        "number": filing.number,
        "media_type": filing.media_type,
        "pages": filing.pages,
        "inputs": filing.inputs,
        "provenance": filing.provenance,
        "filed_at": now.isoformat(),
        "filed_by": actor,
    }


def _describe_row(row: Document) -> dict[str, object]:
    described = {
        name: getattr(row, name) for name in ("path", "kind", "title", "number", "media_type", "pages", "inputs")
    }
    provenance = {k: v for k, v in row.provenance.items() if k != "filed_by"}
    return described | {
        "provenance": provenance,
        "filed_at": row.filed_at.isoformat(),
        "filed_by": row.provenance.get("filed_by", ""),
    }


def _index(dossier: Dossier, fresh: Sequence[Filing], commit: Commit, actor: str, now: datetime) -> None:
    rows = [
        Document(
            dossier=dossier,
            path=f.path,
            content=commit.entries[f.path].content_path,
            version=commit.version,
            kind=f.kind,
            title=f.title,
            number=f.number,
            media_type=f.media_type,
            size=commit.entries[f.path].size,
            sha256=commit.entries[f.path].sha256,
            sha512=commit.entries[f.path].sha512,
            pages=f.pages,
            inputs=f.inputs,
            provenance={**f.provenance, "filed_by": actor},
            filed_at=now,
        )
        for f in fresh
    ]
    with transaction.atomic():
        dossier.documents.filter(path__in=[f.path for f in fresh]).update(current=False)
        # A crash between store and index leaves the version in the store only: the same commit then comes back with
        # the same version number, and its rows may be half there.
        Document.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["dossier", "path", "version"],
            update_fields=["current", "inputs", "provenance", "sha256", "sha512", "size"],
        )
        Dossier.objects.filter(pk=dossier.pk).update(version=commit.version)
        audit.record(
            actor, "document.filed", dossier.key, {"version": commit.version, "paths": [f.path for f in fresh]}
        )
