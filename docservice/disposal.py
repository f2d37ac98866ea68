"""A list of dossiers to be destroyed: proposed, opined on by a committee, approved by a second person, carried out.

A batch is a dossier of its own, ``2573/24/2400/disposal-01``: each step is a document in it, so that the list, the
decision and the proof stay for ever and the index can be made again from the store. Nothing is destroyed here; what an
approved batch asks for is worked line by line (``disposal_work``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from docservice import access, archive, audit, jobs, retained, retention
from docservice.disposal_lines import CHOICES, Line, Opinion, checked_opinions, line_of
from docservice.errors import Conflict, Forbidden, InputRefused, NotFound, Outdated
from docservice.models import Account, Document, Dossier
from docservice.thai import BE, clean, to_thai_digits
from docservice.tombstone import UNFINISHED

NAME = "disposal-"
LIST, OPINIONS, APPROVAL, WITHDRAWAL = "list.json", "opinions.json", "approval.json", "withdrawal.json"
KINDS = {
    LIST: "disposal-proposed",
    OPINIONS: "disposal-opinions",
    APPROVAL: "disposal-approved",
    WITHDRAWAL: "disposal-withdrawn",
}
_EVENTS = {path: kind.replace("-", ".", 1) for path, kind in KINDS.items()}
_LABELS = {
    LIST: "บัญชีหนังสือขอทำลายที่เสนอ",
    OPINIONS: "ความเห็นคณะกรรมการทำลายหนังสือ",
    APPROVAL: "คำอนุมัติให้ทำลาย",
    WITHDRAWAL: "การถอนบัญชี",
}
PROPOSED, OPINED, APPROVED, DONE, WITHDRAWN = "proposed", "opined", "approved", "done", "withdrawn"
STATES = {
    PROPOSED: "รอความเห็นคณะกรรมการ",
    OPINED: "รออนุมัติ",
    APPROVED: "อนุมัติแล้ว รอดำเนินการ",
    DONE: "ดำเนินการครบแล้ว",
    WITHDRAWN: "ถอนบัญชีแล้ว",
}
FEWEST_MEMBERS = 3
"""A committee is a chair and two members at least (ข้อ ๖๗)."""
MOST_LINES = 5_000
_LONGEST = 500


@dataclass(frozen=True)
class Batch:
    """One list as it stands: what each step's document tells (empty: not reached), and what became of its lines."""

    dossier: Dossier
    list: Mapping[str, Any]
    opinions: Mapping[str, Any]
    approval: Mapping[str, Any]
    withdrawal: Mapping[str, Any]
    digests: Mapping[str, str]

    @property
    def key(self) -> str:
        """The dossier it is."""
        return self.dossier.key

    @property
    def lines(self) -> Sequence[Line]:
        """What is proposed, in order."""
        return [Line(**line) for line in self.list["lines"]]

    @property
    def decided(self) -> Mapping[int, Opinion]:
        """The committee's opinion on each line."""
        return {int(no): Opinion(**told) for no, told in self.opinions.get("opinions", {}).items()}

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.withdrawal:
            return WITHDRAWN
        if self.approval:
            return DONE if all(self.carried_out().values()) else APPROVED
        return OPINED if self.opinions else PROPOSED

    def carried_out(self) -> dict[int, bool]:
        """Of each line, whether what was decided has been done: the index says so."""
        rows = Dossier.objects.filter(key__in=[line.dossier for line in self.lines]).values_list("key", "disposed")
        gone = {
            key
            for key, disposed in rows
            if disposed and disposed.get("list") == self.key and not disposed.get(UNFINISHED)
        }
        noted = Document.objects.filter(path=retained.DECISION_PATH, current=True, provenance__list=self.key)
        kept = set(noted.values_list("dossier__key", flat=True))
        return {line.no: line.dossier in (gone | kept) for line in self.lines}


def propose(person: Account | None, year_be: BE, province: str, today: date, *, actor: str) -> Batch:
    """A list of all that is due on ``today``, without what is held, is to be handed over, or stands in an open list."""
    taken = listed(person, province)
    due = [found for found in retention.over(person, province, today) if found[1].is_due(today)]
    wanted = [found for found in due if found[0].key not in taken][:MOST_LINES]
    if not wanted:
        raise InputRefused(
            "ไม่มีแฟ้มที่ครบอายุการเก็บและเสนอทำลายได้",
            "ดูแฟ้มที่ครบอายุ ที่ถูกระงับ และที่ต้องส่งมอบ ด้วย docservice archive due",
            english="Nothing is due that may be proposed. See: docservice archive due",
        )
    lines = [vars(line_of(no, dossier, kept)) for no, (dossier, kept) in enumerate(wanted, start=1)]
    key = _begin(int(year_be), province)
    told = {"year_be": int(year_be), "province": province, "as_of": today.isoformat(), "lines": lines}
    _file(key, LIST, told, actor)
    return get(person, key)


def _begin(year_be: int, province: str) -> str:
    """A key that nobody else has begun."""
    number = 1
    while not archive.reserve(
        key := f"{year_be}/{province}/{province}00/{NAME}{number:02d}", _title(year_be, number), {}
    ):
        number += 1
    return key


def _title(year_be: int, number: int) -> str:
    return to_thai_digits(f"บัญชีหนังสือขอทำลาย ประจำปี {year_be} ครั้งที่ {number}")


def opine(
    batch: Batch, opinions: Mapping[int, Opinion], committee: Sequence[str], minutes: str, *, actor: str
) -> Batch:
    """Enter the committee's opinion on every line; again while nobody has approved, in place of the one before."""
    _require(batch, PROPOSED, OPINED)
    members = [name for given in committee if (name := clean(given).strip())]
    if len(members) < FEWEST_MEMBERS:
        raise InputRefused(
            "คณะกรรมการทำลายหนังสือต้องมีประธานและกรรมการอีกอย่างน้อย ๒ คน",
            "กรอกชื่อให้ครบอย่างน้อย ๓ คน คนแรกเป็นประธาน",
            english=f"The committee needs a chair and two members at least: name {FEWEST_MEMBERS}.",
        )
    told = {
        "opinions": {no: vars(each) for no, each in checked_opinions(batch.lines, opinions).items()},
        "committee": members,
        "minutes": _text(minutes, "รายงานของคณะกรรมการ", "the committee's report"),
        "list": batch.digests[LIST],
    }
    _file(batch.key, OPINIONS, told, actor, _seen(batch, LIST, OPINIONS))
    return get(None, batch.key)


def approve(batch: Batch, order: str, archives: str, *, actor: str) -> Batch:
    """A second person's approval; ``archives``: what the National Archives answered, or that its time has passed.

    ``Forbidden`` for whoever proposed the list or entered the opinions.
    """
    _require(batch, OPINED)
    if actor in (batch.list["by"], batch.opinions["by"]):
        raise Forbidden(
            "ผู้อนุมัติต้องไม่ใช่ผู้เสนอบัญชีหรือผู้บันทึกความเห็นคณะกรรมการ",
            "ให้ผู้มีอำนาจอีกคนหนึ่งเข้าสู่ระบบด้วยบัญชีของตนแล้วอนุมัติ",
            english="Whoever proposed the list or entered the opinions cannot approve it. A second person must.",
        )
    told = {
        "order": _text(order, "เลขที่และวันที่ของคำอนุมัติ", "number and date of the approval"),
        "archives": _text(archives, "ผลการพิจารณาของสำนักหอจดหมายเหตุแห่งชาติ", "what the National Archives answered"),
        "list": batch.digests[LIST],
        "opinions": batch.digests[OPINIONS],
    }
    _file(batch.key, APPROVAL, told, actor, _seen(batch, LIST, OPINIONS))
    return get(None, batch.key)


def withdraw(batch: Batch, reason: str, *, actor: str) -> Batch:
    """Give the list up before it is approved: its dossiers may be proposed again."""
    _require(batch, PROPOSED, OPINED)
    told = {"reason": _text(reason, "เหตุผลที่ถอนบัญชี", "the reason")}
    _file(batch.key, WITHDRAWAL, told, actor, _seen(batch, LIST, OPINIONS))
    return get(None, batch.key)


def get(person: Account | None, key: str) -> Batch:
    """The list of that key, or ``NotFound``."""
    dossier = access.one(access.dossiers(person), key=key)
    rows = Document.objects.filter(dossier=dossier, path__in=KINDS, current=True)
    found = {row.path: row for row in rows}
    if LIST not in found:
        raise NotFound(
            f"{key} ไม่ใช่บัญชีหนังสือขอทำลาย", "ดูรายการด้วย docservice archive disposals", english=f"{key} is no list."
        )
    told = {path: row.provenance for path, row in found.items()}
    return Batch(
        dossier,
        told[LIST],
        told.get(OPINIONS, {}),
        told.get(APPROVAL, {}),
        told.get(WITHDRAWAL, {}),
        {path: row.sha256 for path, row in found.items()},
    )


def batches(person: Account | None, province: str) -> list[Batch]:
    """Every list of the province, the newest first."""
    rows = Document.objects.filter(path=LIST, kind=KINDS[LIST], current=True, province=province)
    seen = access.dossiers(person).filter(pk__in=rows.values("dossier"))
    return [get(person, key) for key in seen.order_by("-year_be", "-key").values_list("key", flat=True)]


def listed(person: Account | None, province: str) -> set[str]:
    """The dossiers that stand in a list that is neither done nor withdrawn."""
    open_ = (each for each in batches(person, province) if each.state not in (WITHDRAWN, DONE))
    return {line.dossier for each in open_ for line in each.lines}


def _seen(batch: Batch, *paths: str) -> dict[str, str]:
    """What an act was based on: filing it is refused when that is current no more."""
    return {path: batch.digests[path] for path in paths if path in batch.digests}


def _require(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise Conflict(
            f"บัญชี {batch.key} อยู่ในขั้น “{STATES[batch.state]}” จึงทำขั้นนี้ไม่ได้",
            "เปิดบัญชีดูขั้นปัจจุบันก่อน",
            english=f"{batch.key} is {batch.state}: this step cannot be taken now.",
        )


def _text(given: str, thai: str, english: str) -> str:
    text = clean(given).strip()[:_LONGEST]
    if not text:
        raise InputRefused(f"ยังไม่ได้กรอก{thai}", "กรอกแล้วบันทึกอีกครั้ง", english=f"Missing: {english}.")
    return text


def _file(key: str, path: str, told: Mapping[str, object], actor: str, seen: Mapping[str, str] | None = None) -> None:
    now = datetime.now(UTC)
    content = {**told, "by": actor, "at": now.isoformat()}
    dossier = archive.get(key)
    filing = archive.Filing(
        path=path,
        data=json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        kind=KINDS[path],
        title=f"{_LABELS[path]} {dossier.title}"[:700],
        media_type="application/json",
        inputs=jobs.digest(content),
        provenance=content,
    )
    also = partial(audit.record, actor, _EVENTS[path], key, {"path": path, "inputs": filing.inputs})
    try:
        archive.file(key, dossier.title, [filing], actor=actor, also=also, made_from=seen)
    except Conflict as error:
        if seen is None or type(error) is not Conflict:
            raise
        raise Outdated(
            f"บัญชี {key} เปลี่ยนไปจากที่เห็น ยังไม่ได้บันทึก",
            "เปิดบัญชีใหม่ ตรวจของล่าสุด แล้วทำอีกครั้ง",
            english=f"{key} has changed since it was read; nothing was saved. Read it again.",
        ) from error


__all__ = ["CHOICES", "Batch", "Line", "Opinion"]
