"""An applicant's folder: which evidence files lie in which slot, in what order, and which originals were seen.

Rows and their events. A file taken out stays as a row and as bytes. Which slots there are is the caller's knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max

from docservice import audit, completeness
from docservice.errors import Conflict, InputRefused
from docservice.models import Applicant, EvidenceFile, OriginalSeen, Upload
from docservice.pdf.order import natural_key

TRAY = ""
"""The slot of files that have none yet (ยังไม่จัดช่อง)."""


@dataclass(frozen=True)
class Incoming:
    """A file whose bytes are in the intake store; ``chosen``: a person named the slot, it was not guessed."""

    name: str
    size: int
    sha256: str
    media_type: str
    slot: str = TRAY
    chosen: bool = False
    problem: Mapping[str, str] | None = None


def in_order(files: Iterable[EvidenceFile]) -> list[EvidenceFile]:
    """The files of one slot as the book has them: as an officer put them, where nobody has, by name."""
    return sorted(files, key=lambda file: (file.position, natural_key(file.name), file.pk))


def take(upload: Upload, files: Sequence[Incoming], *, actor: str) -> Mapping[str, object]:
    """Enter the files of a finished upload, once; what became of them (``Upload.outcome``).

    A file whose bytes the applicant has already is not entered twice, except into another slot that was named.
    """
    with transaction.atomic():
        applicant = _alone(upload.applicant_id)
        row = Upload.objects.select_for_update().get(pk=upload.pk)
        if row.finished_at is not None:
            return dict(row.outcome or {})
        added: list[int] = []
        same: list[int] = []
        for file in files:
            pk, new = _enter(applicant, file, actor)
            (added if new else same).append(pk)
        row.outcome = {"added": added, "same": same}
        row.received, row.finished_at = row.size, datetime.now(UTC)
        row.save(update_fields=["outcome", "received", "finished_at"])
        completeness.note(applicant)
        audit.record(actor, "evidence.taken", applicant.dossier_key, row.outcome)
    upload.refresh_from_db()
    return dict(row.outcome)


def place(file: EvidenceFile, slot: str, *, before: int | None = None, actor: str) -> None:
    """Put the file into ``slot`` (the tray when empty), in front of the file numbered ``before``, else at the end."""
    with transaction.atomic():
        applicant = _alone(file.applicant_id)
        row = EvidenceFile.objects.get(pk=file.pk)
        _refuse_removed(row)
        others = [f for f in _in_slot(applicant, slot) if f.pk != row.pk]
        if any(f.sha256 == row.sha256 for f in others):
            raise Conflict(
                f"ในช่องนี้มีไฟล์ “{row.name}” อยู่แล้ว",
                "นำไฟล์ที่ซ้ำออก หรือเลือกช่องอื่น",
                english="The slot holds this very file already.",
            )
        at = next((n for n, f in enumerate(others) if f.pk == before), len(others))
        moved = row.slot != slot
        row.slot = slot
        for position, each in enumerate([*others[:at], row, *others[at:]], start=1):
            EvidenceFile.objects.filter(pk=each.pk).update(slot=slot, position=position)
        if moved:
            completeness.note(applicant)
            audit.record(actor, "evidence.placed", applicant.dossier_key, {"evidence": row.pk, "slot": slot})


def remove(file: EvidenceFile, *, actor: str) -> None:
    """Take the file out of the folder; its row and its bytes stay. Taking it out again changes nothing."""
    with transaction.atomic():
        applicant = _alone(file.applicant_id)
        gone = EvidenceFile.objects.filter(pk=file.pk, removed_at=None)
        if gone.update(removed_by=actor, removed_at=datetime.now(UTC)):
            completeness.note(applicant)
            audit.record(actor, "evidence.removed", applicant.dossier_key, {"evidence": file.pk})


def bring_back(file: EvidenceFile, *, actor: str) -> None:
    """Undo ``remove``; ``Conflict`` when the same file has come into its slot meanwhile."""
    with transaction.atomic():
        applicant = _alone(file.applicant_id)
        row = EvidenceFile.objects.get(pk=file.pk)
        if row.removed_at is None:
            return
        if any(f.sha256 == row.sha256 for f in _in_slot(applicant, row.slot)):
            raise Conflict(
                f"ในช่องเดิมมีไฟล์ “{row.name}” อยู่แล้ว", "ไม่ต้องนำกลับมา", english="The same file is in its slot already."
            )
        EvidenceFile.objects.filter(pk=row.pk).update(removed_by="", removed_at=None)
        completeness.note(applicant)
        audit.record(actor, "evidence.brought-back", applicant.dossier_key, {"evidence": row.pk})


def see_original(applicant: Applicant, slot: str, *, seen: bool, actor: str) -> None:
    """Note that the officer has seen the original of what ``slot`` asks for, or take that back."""
    with transaction.atomic():
        _alone(applicant.pk)
        if seen:
            _, changed = OriginalSeen.objects.get_or_create(
                applicant=applicant, slot=slot, defaults={"seen_by": actor, "seen_at": datetime.now(UTC)}
            )
        else:
            changed = bool(OriginalSeen.objects.filter(applicant=applicant, slot=slot).delete()[0])
        if changed:
            completeness.note(applicant)
            verb = "original.seen" if seen else "original.not-seen"
            audit.record(actor, verb, applicant.dossier_key, {"slot": slot})


def note_look(applicant_id: int, sha256: str, pages: int | None, problem: Mapping[str, str] | None) -> None:
    """Remember what a look at the bytes told, for every row that has them."""
    with transaction.atomic():
        applicant = _alone(applicant_id)
        EvidenceFile.objects.filter(applicant=applicant, sha256=sha256).update(
            pages=pages, problem=dict(problem) if problem else None
        )
        completeness.note(applicant)


def lying(applicant: Applicant, slot: str) -> list[EvidenceFile]:
    """The files of one slot, in their order."""
    return _in_slot(applicant, slot)


def read(file: EvidenceFile, *, actor: str) -> None:
    """Note that someone opened a file as it was handed in."""
    audit.record(actor, "evidence.read", file.applicant.dossier_key, {"evidence": file.pk})


def forget(applicant: Applicant) -> None:
    """Take every row of what the applicant handed in out: the bytes were destroyed by order."""
    with transaction.atomic():
        _alone(applicant.pk)
        for table in (EvidenceFile, OriginalSeen, Upload):
            table.objects.filter(applicant=applicant).delete()


def viewed(applicant: Applicant, *, actor: str) -> None:
    """Note that someone looked through the pages of a whole folder."""
    audit.record(actor, "folder.viewed", applicant.dossier_key)


def _alone(applicant: int) -> Applicant:
    """Who changes the same folder takes turns."""
    return Applicant.objects.select_for_update().get(pk=applicant)


def _enter(applicant: Applicant, file: Incoming, actor: str) -> tuple[int, bool]:
    known = list(EvidenceFile.objects.filter(applicant=applicant, sha256=file.sha256, removed_at=None))
    if known and not (file.chosen and all(row.slot != file.slot for row in known)):
        return int(known[0].pk), False
    position = EvidenceFile.objects.filter(applicant=applicant, slot=file.slot, removed_at=None).aggregate(
        last=Max("position")
    )["last"]
    waiting = next((row for row in known if row.slot == TRAY), None)
    if waiting is not None:
        EvidenceFile.objects.filter(pk=waiting.pk).update(slot=file.slot, position=position + 1 if position else 0)
        return int(waiting.pk), False
    row = EvidenceFile.objects.create(
        applicant=applicant,
        slot=file.slot,
        position=position + 1 if position else 0,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        problem=dict(file.problem) if file.problem else None,
        pages=known[0].pages if known else None,
        added_by=actor,
        added_at=datetime.now(UTC),
    )
    return int(row.pk), True


def _in_slot(applicant: Applicant, slot: str) -> list[EvidenceFile]:
    return in_order(EvidenceFile.objects.filter(applicant=applicant, slot=slot, removed_at=None))


def _refuse_removed(row: EvidenceFile) -> None:
    if row.removed_at is not None:
        raise InputRefused(
            f"ไฟล์ “{row.name}” ถูกนำออกไปแล้ว",
            "นำกลับมาก่อน แล้วจัดช่องใหม่",
            english="The file was taken out. Bring it back first.",
        )
