"""Acts on a dossier's keeping: holding it (or a year) back from destruction, lifting that, a committee's decision.

Each is a document of the dossier (see ``retained``), with its event. A hold is placed by one act and lifted by another;
both say who, why and when, and stay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

from docservice import access, archive, audit, holding, jobs, retained, tombstone
from docservice.errors import Conflict, InputRefused
from docservice.models import Account, Document, Dossier
from docservice.retained import DECISION_PATH, HOLD_PATH, KEEP, Keeping
from docservice.retention_schedule import DECISION, HOLD, LIFTED, TRANSFER
from docservice.thai import BE, clean, to_thai_digits

_LONGEST = 500


def place_hold(dossier: Dossier, reason: str, *, actor: str) -> Document:
    """Hold the dossier back from destruction. ``Conflict`` when it is held already or destroyed."""
    tombstone.refuse(dossier)
    if standing_hold(dossier.key):
        raise Conflict(
            f"แฟ้ม {dossier.key} ถูกระงับการทำลายอยู่แล้ว",
            "ยกเลิกการระงับเดิมก่อน หากต้องการเปลี่ยนเหตุผล",
            english=f"{dossier.key} is on hold already. Lift that hold first to give another reason.",
        )
    return _file(dossier.key, dossier.title, HOLD, "ระงับการทำลาย", {"reason": _reason(reason)}, actor)


def hold_year(year_be: int, province: str, reason: str, *, actor: str) -> Document:
    """Hold a whole year of the province back."""
    key = retained.year_hold_key(year_be, province)
    if standing_hold(key):
        raise Conflict(
            to_thai_digits(f"ปี {year_be} ถูกระงับการทำลายทั้งปีอยู่แล้ว"),
            "ยกเลิกการระงับเดิมก่อน หากต้องการเปลี่ยนเหตุผล",
            english=f"BE {year_be} is on hold already. Lift that hold first.",
        )
    title = to_thai_digits(f"การระงับการทำลายเอกสารของปี {year_be}")
    return _file(key, title, HOLD, "ระงับการทำลายทั้งปี", {"reason": _reason(reason)}, actor)


def lift_hold(key: str, reason: str, *, actor: str) -> Document:
    """Lift the hold of that dossier (of a year: ``retained.year_hold_key``); ``Conflict`` when there is none."""
    placed = standing_hold(key)
    if placed is None:
        raise Conflict(
            f"แฟ้ม {key} ไม่ได้ถูกระงับการทำลาย", "ตรวจรหัสแฟ้มหรือปีอีกครั้ง", english=f"There is no hold on {key} to lift."
        )
    told = {"reason": _reason(reason), "placed": {name: placed.provenance[name] for name in ("by", "at", "reason")}}
    seen = {HOLD_PATH: placed.sha256}
    return _file(key, placed.dossier.title, LIFTED, "ยกเลิกการระงับการทำลาย", told, actor, seen)


def decide(dossier: Dossier, decision: Mapping[str, object], *, actor: str) -> Document:
    """Note a committee's decision on the dossier: ``{decision: keep|transfer, until_be, list, line, note}``."""
    found = archive.current(dossier.key, DECISION_PATH)
    if found and all(found.provenance.get(name) == value for name, value in decision.items()):
        return found
    words = {KEEP: "ขยายเวลาการเก็บ", TRANSFER: "ส่งมอบหอจดหมายเหตุแห่งชาติ"}
    label = words[str(decision["decision"])]
    return _file(dossier.key, dossier.title, DECISION, label, decision, actor)


def standing_hold(key: str) -> Document | None:
    """The dossier's own hold, while it stands."""
    found = archive.current(key, HOLD_PATH)
    return found if found and found.kind == HOLD else None


def last_act(key: str) -> Document | None:
    """What was done last about the dossier's hold, or its year's: the placing or the lifting that is current."""
    keys = (key, retained.year_key_of(key))
    rows = Document.objects.filter(dossier__key__in=keys, path=HOLD_PATH, current=True).select_related("dossier")
    return rows.order_by("-filed_at").first()


_EVENTS = {HOLD: "hold.placed", LIFTED: "hold.lifted", DECISION: "retention.decided"}


def _file(
    key: str,
    dossier_title: str,
    kind: str,
    label: str,
    told: Mapping[str, object],
    actor: str,
    seen: Mapping[str, str] | None = None,
) -> Document:
    """File one act: ``told`` with who and when; its ``reason`` (or note) stands in the title."""
    content = {**told, "by": actor, "at": datetime.now(UTC).isoformat()}
    path = DECISION_PATH if kind == DECISION else HOLD_PATH
    filing = archive.Filing(
        path=path,
        data=json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        kind=kind,
        title=f"{label} {told.get('reason') or told.get('note') or ''}".strip()[:700],
        media_type="application/json",
        inputs=jobs.digest(content),
        provenance=content,
    )
    also = partial(audit.record, actor, _EVENTS[kind], key, dict(told))
    archive.file(key, dossier_title, [filing], actor=actor, also=also, made_from=seen)
    filed = Document.objects.select_related("dossier").get(dossier__key=key, path=path, inputs=filing.inputs)
    if path == HOLD_PATH:  # whoever dies before it is asked for leaves it to the nightly look
        holding.ask(filed, actor=actor)
    return filed


def _reason(given: str) -> str:
    reason = clean(given).strip()[:_LONGEST]
    if not reason:
        raise InputRefused(
            "ต้องบอกเหตุผล", "ระบุเหตุและเลขที่หนังสือหรือคดี เช่น คดีหมายเลขดำที่ …", english="Say why: a case or a letter's number."
        )
    return reason


# ---------------------------------------------------------------------------------------------------------- what is due
def holds(person: Account | None, province: str) -> list[Document]:
    """Every hold that stands in the province, the newest first, a year's among them."""
    rows = access.documents(person).filter(province=province, kind=HOLD, current=True)
    return list(rows.select_related("dossier").order_by("-filed_at"))


def over(
    person: Account | None, province: str, today: date, *, year_be: int | None = None
) -> list[tuple[Dossier, Keeping]]:
    """The dossiers whose time is over on ``today`` (of one year), in the order of keys: due, held, to be handed over.

    Years that cannot be over yet are not read.
    """
    rows = access.dossiers(person).filter(province=province, disposed__isnull=True, year_be__lt=int(BE.of(today)))
    found = list((rows.filter(year_be=year_be) if year_be else rows).order_by("key"))
    kept = retained.of_many(found)
    return [(each, kept[each.pk]) for each in found if kept[each.pk].is_over(today)]
