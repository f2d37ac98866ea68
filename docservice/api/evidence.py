"""The evidence an applicant has handed in: sorted into slots, taken out, made into a book. Files come by /uploads/."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Schema

from docservice import access, books, folder, intake, standing
from docservice.api.applicants import one
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import CodeInPath, IdInPath
from docservice.api.jobs import JobDetails
from docservice.api.years import year_of
from docservice.drafts import Desk
from docservice.models import Applicant, EvidenceFile

area = Area()


class EvidenceRow(Schema):
    """One file; ``slot`` empty: not sorted yet. ``problem``: why no page can be made of it."""

    id: int
    slot: str
    name: str
    size: int
    sha256: str
    media_type: str
    pages: int | None
    problem: dict[str, str] | None
    added_by: str
    added_at: datetime


class SlotState(Schema):
    """One line of the checklist and what is in it."""

    slot: str
    title: str
    required: bool
    state: Literal["done", "seen", "bound", "unreadable", "missing", "absent"]
    original_seen: bool
    files: list[EvidenceRow]


class Folder(Schema):
    """The applicant's folder: the checklist with its files, files not sorted yet, files taken out."""

    complete: bool
    slots: list[SlotState]
    tray: list[EvidenceRow]
    removed: list[EvidenceRow]


class Move(Schema, extra="forbid"):
    """Where the file goes: a slot of the checklist or, empty, the tray; in front of the file ``before``, else last."""

    slot: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=60)] = ""
    before: Annotated[int, Query(ge=1, le=2**63 - 1)] | None = None


@area.offer("GET", "/applicants/{id}/evidence", Folder, actions=("see",))
def get_evidence(request: Asking, id: IdInPath) -> Any:
    """The applicant's folder: each slot of the checklist with its files, what is missing, what is not sorted.

    Files are sent to `/uploads/` (tus 1.0) with the same token.
    """
    return _folder(request, one(request, id))


@area.offer("PATCH", "/evidence/{id}", Folder, scope="write", actions=("evidence",), conflicts=(409,))
def move_evidence(request: Asking, id: IdInPath, move: Move) -> Any:
    """Put a file into another slot, or before another file."""
    file = _file(request, id)
    intake.check_slot(year_of(request, file.applicant.year_be), file.applicant, move.slot)
    folder.place(file, move.slot, before=move.before, actor=request.user.username)
    return _folder(request, file.applicant)


@area.offer("DELETE", "/evidence/{id}", Folder, scope="write", actions=("evidence",))
def remove_evidence(request: Asking, id: IdInPath) -> Any:
    """Take a file out of the folder; it is kept and can be brought back."""
    file = _file(request, id)
    folder.remove(file, actor=request.user.username)
    return _folder(request, file.applicant)


@area.offer("POST", "/evidence/{id}/bring-back", Folder, scope="write", actions=("evidence",), conflicts=(409,))
def bring_back_evidence(request: Asking, id: IdInPath) -> Any:
    """Bring back a file that was taken out."""
    file = _file(request, id)
    folder.bring_back(file, actor=request.user.username)
    return _folder(request, file.applicant)


@area.offer("PUT", "/applicants/{id}/originals/{slot}", Folder, scope="write", actions=("evidence",))
def see_original(request: Asking, id: IdInPath, slot: CodeInPath) -> Any:
    """Say that the original of what a slot asks for has been seen."""
    return _original(request, id, slot, seen=True)


@area.offer("DELETE", "/applicants/{id}/originals/{slot}", Folder, scope="write", actions=("evidence",))
def unsee_original(request: Asking, id: IdInPath, slot: CodeInPath) -> Any:
    """Take back that the original has been seen."""
    return _original(request, id, slot, seen=False)


@area.offer(
    "POST", "/applicants/{id}/book", JobDetails, status=202, scope="request", actions=("request-district",), once=True
)
def request_book(request: Asking, id: IdInPath) -> Any:
    """Ask for the applicant's evidence book from what has been handed in. The same folder again is the same job."""
    row = one(request, id)
    person = request.user
    desk = Desk(year_of(request, row.year_be), person.username, urgent=True, districts=access.districts(person))
    return books.request(desk, row)


def _original(request: Asking, pk: int, slot: str, *, seen: bool) -> Any:
    row = one(request, pk)
    intake.check_slot(year_of(request, row.year_be), row, slot)
    folder.see_original(row, slot, seen=seen, actor=request.user.username)
    return _folder(request, row)


def _file(request: Asking, pk: int) -> EvidenceFile:
    return access.one(access.evidence(request.user).select_related("applicant"), pk=pk)


def _folder(request: Asking, row: Applicant) -> dict[str, Any]:
    found = standing.folder(year_of(request, row.year_be), row)
    slots = [
        {
            "slot": slot.code,
            "title": slot.title,
            "required": slot.required,
            "state": slot.state,
            "original_seen": slot.seen is not None,
            "files": list(slot.files),
        }
        for slot in found.slots
    ]
    return {
        "complete": found.standing.complete,
        "slots": slots,
        "tray": list(found.tray),
        "removed": list(found.removed),
    }
