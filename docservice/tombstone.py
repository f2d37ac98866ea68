"""What stays of a destroyed dossier: its record in the store says so, and its row in the index.

The record of a tombstone has no documents; ``disposed`` in it names the list, the line, the order and the people, and
the digests of what was destroyed. Its title is the line's subject, which names no applicant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from docservice import audit, page_index
from docservice.errors import Conflict
from docservice.models import Document, Dossier, Event
from docservice.thai import date_letter

DISPOSED, UNFINISHED = "disposed", "unfinished"
VERB = "dossier.destroyed"


def write(dossier: Dossier, title: str, order: Mapping[str, object], gone: Sequence[Mapping[str, object]]) -> bytes:
    """The record that takes the place of everything; ``gone``: each destroyed file by its digests, kind and size."""
    events = Event.objects.filter(subject=dossier.key).order_by("id").values_list("digest", flat=True)
    content = {
        "schema": 1,
        "dossier": dossier.key,
        "title": title,
        "about": {},
        "documents": [],
        "events": list(events),
        DISPOSED: {**order, "destroyed": list(gone)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def enter(dossier: Dossier, told: Mapping[str, Any], version: int, actor: str, *, finished: bool = True) -> None:
    """Index a tombstone: the documents' rows and their words go; the dossier's row says what became of it.

    Not ``finished``: the destruction broke off and some bytes may still lie there; that it ended is an event.
    """
    disposed = dict(told[DISPOSED])
    gone = disposed.pop("destroyed", [])
    disposed |= {} if finished else {UNFINISHED: True}
    disposed |= {"files": len(gone), "size": sum(int(each.get("size", 0)) for each in gone)}
    with transaction.atomic():
        page_index.forget(dossier.documents.values_list("pk", flat=True))
        Document.objects.filter(dossier=dossier).delete()
        Dossier.objects.filter(pk=dossier.pk).update(
            title=told["title"], about={}, version=version, files=0, size=0, disposed=disposed
        )
        if finished:
            audit.record(actor, VERB, dossier.key, {"version": version, "list": disposed["list"], "files": len(gone)})
    dossier.refresh_from_db()


def told_of(dossier: Dossier) -> str:
    """When and by which list it was destroyed, in a sentence."""
    disposed = dossier.disposed or {}
    day = date_letter(datetime.fromisoformat(disposed["at"]).date())
    return f"ทำลายแล้วเมื่อ {day} ตามบัญชี {disposed['list']} ลำดับที่ {disposed['line']}"


def refuse(dossier: Dossier) -> None:
    """``Conflict`` for a dossier that was destroyed: nothing is filed into it any more."""
    if dossier.disposed:
        raise Conflict(
            f"แฟ้ม {dossier.key} {told_of(dossier)}",
            "หากต้องจัดเก็บเรื่องนี้อีก ให้ใช้แฟ้มใหม่",
            english=f"{dossier.key} was destroyed by order ({dossier.disposed['list']}). Use a new dossier.",
        )
