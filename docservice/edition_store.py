"""What the store keeps of templates, written once: bytes by their digest, what was made of them, each step of editions.

Keys: ``bytes/<sha256>.docx`` · ``editions/<province>/<kind>[.<variant>]/<number>/<step>.json`` ·
``shown/<kind>[.<variant>]/<sha256>/<name>``, what the check made to be looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from docservice import stores
from docservice.errors import Conflict, FixityBroken, NotFound
from storage.store import Store


def folder(kind: str, variant: str = "") -> str:
    """Kind and variant as one segment of a key."""
    return f"{kind}.{variant}" if variant else kind


def _store() -> Store:
    return stores.opened(stores.TEMPLATES)


def keep(data: bytes) -> str:
    """Keep a template's bytes for ever; their SHA-256. The same again changes nothing."""
    digest = hashlib.sha256(data).hexdigest()
    _store().put(_bytes_key(digest), data)
    return digest


def data(digest: str) -> bytes:
    """The bytes of a kept template; ``NotFound`` where they were never kept, ``FixityBroken`` when they differ."""
    with _store().open(_bytes_key(digest)) as stream:
        found = stream.read()
    if hashlib.sha256(found).hexdigest() != digest:
        raise FixityBroken(
            f"แม่แบบ {digest[:12]} ในที่จัดเก็บเสียหายหรือถูกแก้ไข",
            "แจ้งผู้ดูแลระบบให้กู้จากสำเนาสำรอง",
            english=f"The template {digest[:12]} in the store is damaged. Restore it from a backup.",
        )
    return found


def show(kind: str, variant: str, digest: str, name: str, content: bytes) -> None:
    """Keep something to be looked at of a template: made once, what another process made first stays."""
    with suppress(Conflict):
        _store().put(_shown_key(kind, variant, digest, name), content)


def is_shown(kind: str, variant: str, digest: str, name: str) -> bool:
    """Whether it was made already."""
    return _store().stat(_shown_key(kind, variant, digest, name)) is not None


def shown(kind: str, variant: str, digest: str, name: str) -> bytes:
    """What was made to be looked at; ``NotFound`` when there is none."""
    if not is_shown(kind, variant, digest, name):
        raise NotFound("ยังไม่มีตัวอย่างนี้", "รอให้ตรวจเสร็จแล้วเปิดใหม่", english="There is no such sample yet.")
    with _store().open(_shown_key(kind, variant, digest, name)) as stream:
        return stream.read()


def _bytes_key(digest: str) -> str:
    return f"bytes/{digest}.docx"


def _shown_key(kind: str, variant: str, digest: str, name: str) -> str:
    return f"shown/{folder(kind, variant)}/{digest}/{name}"


# ------------------------------------------------------------------------------------------------------------ the steps
def write_step(told: Mapping[str, Any]) -> None:
    """Keep what an edition is after one step, JSON-able; ``Conflict`` when that step was written otherwise."""
    where = _edition_key(told["province"], folder(told["kind"], told["variant"]), told["number"])
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    _store().put(f"{where}{told['step']:02d}.json", text.encode())


def last_step(province: str, folder: str, number: int) -> dict[str, Any] | None:
    """What an edition is after its last step, if there is one."""
    keys = list(_store().list(_edition_key(province, folder, number)))
    return _read(keys[-1]) if keys else None


def last_steps() -> list[dict[str, Any]]:
    """Of every edition what it is after its last step; keys are listed in the order of their steps."""
    return [_read(key) for key in {key.rpartition("/")[0]: key for key in _store().list("editions/")}.values()]


def _edition_key(province: str, folder: str, number: int) -> str:
    return f"editions/{province}/{folder}/{number:04d}/"


def _read(key: str) -> dict[str, Any]:
    with _store().open(key) as stream:
        try:
            told = json.loads(stream.read())
        except ValueError:
            told = None
    if not isinstance(told, dict) or not {"province", "kind", "variant", "number", "step"} <= told.keys():
        raise FixityBroken(
            f"ประวัติแม่แบบ {key} อ่านไม่ได้",
            "แจ้งผู้ดูแลระบบให้กู้จากสำเนาสำรอง",
            english=f"The record {key} of a template cannot be read. Restore it from a backup.",
        )
    return told
