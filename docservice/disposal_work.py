"""Carrying out an approved list, line by line, through the queue; each line is asked again what it rests on.

A job item's payload: ``list`` (the batch's key), ``approval`` (the digest of what was approved) and ``line``. An item
that dies half-way is taken up again and does the rest; an item that was done does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils import timezone

from docservice import archive, destruction, disposal, disposal_papers, jobs, retention
from docservice.disposal import APPROVAL, APPROVED, DONE, STATES, Batch
from docservice.disposal_lines import Line, Opinion
from docservice.errors import Conflict
from docservice.lease import UNFINISHED
from docservice.models import Job, JobItem
from docservice.outcome import one_by_one
from docservice.retention_schedule import DESTROY
from docservice.thai import to_thai_digits

VERB = "disposal"
_FEW = 8
"""Of so many lines that are left, several may end at the same time."""


def carry_out(batch: Batch, *, actor: str) -> Job:
    """The job that does what was approved; asked again, what failed or was cancelled is tried again."""
    if batch.state not in (APPROVED, DONE):
        raise Conflict(
            f"บัญชี {batch.key} อยู่ในขั้น “{STATES[batch.state]}” ยังดำเนินการไม่ได้",
            "ต้องมีความเห็นคณะกรรมการและคำอนุมัติของผู้มีอำนาจอีกคนหนึ่งก่อน",
            english=f"{batch.key} is {batch.state}: a committee's opinion and a second person's approval come first.",
        )
    seal = batch.digests[APPROVAL]
    asked = [
        jobs.Request(
            to_thai_digits(f"ลำดับที่ {line.no} {line.subject}"), {"list": batch.key, "approval": seal, "line": line.no}
        )
        for line in batch.lines
    ]
    scope = jobs.Scope(batch.dossier.year_be, batch.dossier.province)
    return jobs.submit(VERB, f"ดำเนินการ{batch.dossier.title}", asked, actor=actor, scope=scope)


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Do what was decided of each line."""
    return one_by_one(items, _work)


def _work(item: JobItem) -> Mapping[str, object]:
    batch = disposal.get(None, item.payload["list"])
    if batch.digests.get(APPROVAL) != item.payload["approval"]:
        raise Conflict(
            f"คำอนุมัติของบัญชี {batch.key} ไม่ใช่ฉบับที่สั่งดำเนินการ",
            "สั่งดำเนินการใหม่จากหน้าบัญชี",
            english="The approval is another one.",
        )
    line = next(line for line in batch.lines if line.no == item.payload["line"])
    actor = item.job.requested_by
    done = _done(batch, line, batch.decided[line.no], actor, timezone.localdate())
    # Whoever ends the last lines asks for the record; two that do ask for the same paper.
    if _left(item) < _FEW and batch.state == DONE:
        disposal_papers.ask_certificate(batch, actor=actor)
    return done


def _left(item: JobItem) -> int:
    """How many other lines of the job have not ended."""
    return int(item.job.items.filter(state__in=UNFINISHED).exclude(pk=item.pk).count())


def _done(batch: Batch, line: Line, opinion: Opinion, actor: str, today: date) -> Mapping[str, object]:
    if opinion.decision == DESTROY:
        done = destruction.destroy(order_of(batch, line), actor=actor, today=today)
        return {
            "dossier": line.dossier,
            "decision": DESTROY,
            "files": done.files,
            "handed_in": done.handed_in,
            "new": 1,
        }
    decision = {**vars(opinion), "list": batch.key, "line": line.no}
    retention.decide(archive.get(line.dossier), decision, actor=actor)
    return {"dossier": line.dossier, "decision": opinion.decision, "new": 1}


def order_of(batch: Batch, line: Line) -> destruction.Order:
    """The order under which a line's dossier is destroyed."""
    return destruction.Order(
        dossier=line.dossier,
        version=line.version,
        title=line.subject,
        list=batch.key,
        line=line.no,
        proposed_by=batch.list["by"],
        decided_by=batch.opinions["by"],
        approved_by=batch.approval["by"],
        order=batch.approval["order"],
        archives=batch.approval["archives"],
        retention=line.retention,
        until=line.until,
    )
