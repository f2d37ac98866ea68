"""Applicants of a year, and the evidence that each has handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Header, Query, Schema

from docservice import access, folder, intake, register
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Code, CodeInPath, District, IdInPath, Line100, Line300, Line500, Name, YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.models import Applicant, EvidenceFile

area = Area()
_ID = r"^[1-9][0-9]{0,17}$"


class ApplicantRow(Schema):
    """One unit of one group in one district. ``dossier``: the key of its dossier in the archive."""

    id: int
    year_be: int
    district: str
    group: str
    seq: int
    name: str
    post: str
    place: str
    coordinator: str
    phone: str
    members: str
    result: str
    score: str
    evidence_complete: bool | None
    dossier: str

    @staticmethod
    def resolve_dossier(row: Applicant) -> str:
        """The key."""
        return row.dossier_key


class NewApplicant(Schema, extra="forbid"):
    """An applicant to be added."""

    district: District
    group: Code
    name: Name
    post: Line300 = ""
    place: Line500 = ""
    coordinator: Line300 = ""
    phone: Line100 = ""
    members: Line100 = ""


class ApplicantChange(Schema, extra="forbid"):
    """What changes; what is left out stays."""

    name: Name | None = None
    post: Line300 | None = None
    place: Line500 | None = None
    coordinator: Line300 | None = None
    phone: Line100 | None = None
    members: Line100 | None = None


class Result(Schema, extra="forbid"):
    """The outcome of the assessment; empty when it is not known yet."""

    result: Literal["passed", "failed", ""]
    score: Annotated[Line100, Query(max_length=40)] = ""


class Which(Schema):
    """Which applicants."""

    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""
    group: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)] = ""
    result: Literal["passed", "failed", ""] = ""
    complete: bool | None = None


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
    original_seen: bool
    files: list[EvidenceRow]


class Folder(Schema):
    """The applicant's folder: the checklist with its files, and the tray of files not sorted yet."""

    slots: list[SlotState]
    tray: list[EvidenceRow]
    missing: list[str]


class Move(Schema, extra="forbid"):
    """Where the file goes: a slot of the checklist or, empty, the tray; in front of the file ``before``, else last."""

    slot: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=60)] = ""
    before: Annotated[int, Query(ge=1, le=2**63 - 1)] | None = None


@area.offer("GET", "/years/{year}/applicants", Page[ApplicantRow], actions=("see",))
def list_applicants(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's applicants by district, group and running number."""
    found = year_of(request, year)
    rows = access.applicants(request.user).filter(year_be=int(found.year), province=found.province_code)
    return turned(_narrowed(rows, which), turn, "district", "group", "seq")


def _narrowed(rows: QuerySet[Applicant], which: Which) -> QuerySet[Applicant]:
    wanted = {"district": which.district, "group": which.group, "result": which.result}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows if which.complete is None else rows.filter(evidence_complete=which.complete)


@area.offer("POST", "/years/{year}/applicants", ApplicantRow, status=201, scope="write", actions=("enter",), once=True)
def add_applicant(request: Asking, year: YearInPath, applicant: NewApplicant) -> Any:
    """Add an applicant to one of the account's districts."""
    access.require(request.user, "enter", applicant.district)
    return register.add_applicant(year_of(request, year), applicant.dict(), actor=request.user.username)


@area.offer("GET", "/applicants/{id}", ApplicantRow, actions=("see",))
def get_applicant(request: Asking, id: IdInPath, response: HttpResponse) -> Any:
    """One applicant; ``ETag`` goes into ``If-Match`` of a change."""
    row = _one(request, id)
    response["ETag"] = f'"{register.state_of(row)}"'
    return row


@area.offer("PATCH", "/applicants/{id}", ApplicantRow, scope="write", actions=("enter",), conflicts=(409, 412))
def change_applicant(
    request: Asking,
    id: IdInPath,
    change: ApplicantChange,
    response: HttpResponse,
    if_match: Annotated[str, Header(alias="If-Match", max_length=100, pattern=r'^((W/)?"[0-9a-f]{64}")?$')] = "",
) -> Any:
    """Change an applicant's name or details. With ``If-Match``, only if nobody has changed it meanwhile (412)."""
    row = _one(request, id)
    changes = {name: value for name, value in change.dict().items() if value is not None}
    seen = if_match.removeprefix("W/").strip('"')
    row = register.change_applicant(row.pk, changes, seen=seen, actor=request.user.username)
    response["ETag"] = f'"{register.state_of(row)}"'
    return row


@area.offer("PUT", "/applicants/{id}/result", ApplicantRow, scope="write", actions=("set-up",))
def put_result(request: Asking, id: IdInPath, result: Result) -> Any:
    """Enter the result of the assessment."""
    row = _one(request, id)
    year = year_of(request, row.year_be)
    register.enter_results(year, {row.pk: (result.result, result.score)}, actor=request.user.username)
    return _one(request, id)


@area.offer("GET", "/applicants/{id}/evidence", Folder, actions=("see",))
def get_evidence(request: Asking, id: IdInPath) -> Any:
    """The applicant's folder: each slot of the checklist with its files, what is missing, what is not sorted.

    Files are sent to `/uploads/` (tus 1.0) with the same token.
    """
    return _folder(request, _one(request, id))


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


def _original(request: Asking, pk: int, slot: str, *, seen: bool) -> Any:
    row = _one(request, pk)
    intake.check_slot(year_of(request, row.year_be), row, slot)
    folder.see_original(row, slot, seen=seen, actor=request.user.username)
    return _folder(request, row)


def _one(request: Asking, pk: int) -> Applicant:
    return access.one(access.applicants(request.user), pk=pk)


def _file(request: Asking, pk: int) -> EvidenceFile:
    return access.one(access.evidence(request.user).select_related("applicant"), pk=pk)


def _folder(request: Asking, row: Applicant) -> dict[str, Any]:
    files = list(row.evidence.filter(removed_at=None))
    seen = set(row.originals_seen.values_list("slot", flat=True))
    checklist = intake.checklist(year_of(request, row.year_be), row)
    slots = [
        {
            "slot": item["slot"],
            "title": item["title"],
            "required": item.get("required", True),
            "original_seen": item["slot"] in seen,
            "files": folder.in_order(file for file in files if file.slot == item["slot"]),
        }
        for item in checklist
    ]
    known = {slot["slot"] for slot in slots}
    return {
        "slots": slots,
        "tray": folder.in_order(file for file in files if file.slot not in known),
        "missing": [str(slot["slot"]) for slot in slots if slot["required"] and not _held(slot)],
    }


def _held(slot: dict[str, Any]) -> bool:
    return slot["original_seen"] or any(not file.problem for file in slot["files"])
