"""Who may see which rows, and who may do what: every read of a page, the API or a download begins here.

A role sees a queryset; an action is allowed by the table ``MAY`` and, for a district officer, only within the
districts. ``None`` as the person is the machine's own administrator at the command line.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from django.db.models import Model, Q, QuerySet

from docservice.errors import Forbidden, NotFound
from docservice.models import (
    Account,
    Applicant,
    Document,
    Dossier,
    Edition,
    Event,
    EvidenceFile,
    Handover,
    Job,
    Number,
    Upload,
    Year,
)

Action = Literal[
    "see", "request", "request-district", "enter", "evidence", "hand-over", "set-up", "number", "withdraw",
    "archive", "templates", "events", "people", "dispose",
]  # fmt: skip
"""``see`` the year's pages; ``request`` papers and the export; ``request-district`` a district's own register and
books; ``enter`` applicants; ``evidence`` upload and sort files; ``hand-over`` a register; ``set-up`` the year;
``number`` enter or void official numbers; ``withdraw`` or sign papers; ``archive`` browse and verify; ``templates``
send in, look at and approve Word templates (a second person's approval is the edition's own rule); ``events`` read
the log; ``people`` accounts; ``dispose`` hold dossiers back, and every step of a list of what is to be destroyed."""

_STAFF: frozenset[Action] = frozenset(
    (
        "see",
        "request",
        "request-district",
        "enter",
        "evidence",
        "hand-over",
        "set-up",
        "number",
        "withdraw",
        "archive",
        "templates",
        "dispose",
    )
)
MAY: dict[str, frozenset[Action]] = {
    Account.STAFF: _STAFF,
    Account.DISTRICT: frozenset(("see", "request-district", "enter", "evidence", "hand-over")),
    Account.AUDITOR: frozenset(("archive", "events")),
    Account.ADMINISTRATOR: _STAFF | {"events", "people"},
}

Row = TypeVar("Row", bound=Model)


def may(person: Account | None, action: Action) -> bool:
    """Whether the person's role allows the action at all."""
    return person is None or (person.is_active and action in MAY.get(person.role, frozenset()))


def require(person: Account | None, action: Action, district: str | None = None) -> None:
    """``Forbidden`` unless the person may do it (in ``district``, when one is named)."""
    if not may(person, action):
        role = person.get_role_display() if person else ""
        raise Forbidden(
            f"{role}ไม่มีสิทธิ์ทำรายการนี้",
            "หากจำเป็นต้องใช้ ให้ผู้ดูแลระบบเปลี่ยนบทบาทของบัญชี",
            english="Your role does not allow this. Ask the administrator.",
        )
    if district is not None and not in_districts(person, district):
        raise Forbidden(
            "รายการนี้เป็นของอำเภออื่น",
            "เลือกอำเภอที่ท่านดูแล หรือแจ้งเจ้าหน้าที่จังหวัด",
            english="This belongs to another district. Choose one of yours or tell the province.",
        )


def districts(person: Account | None) -> frozenset[str] | None:
    """The districts the person is bound to; ``None``: all of them."""
    if person is None or person.role != Account.DISTRICT:
        return None
    return frozenset(map(str, person.districts))


def in_districts(person: Account | None, district: str) -> bool:
    """Whether the district is one of the person's."""
    bound = districts(person)
    return bound is None or district in bound


def accounts(person: Account | None) -> QuerySet[Account]:
    """Everybody's accounts, for those who keep them."""
    return Account.objects.all() if may(person, "people") else Account.objects.none()


def years(person: Account | None) -> QuerySet[Year]:
    """The years the person may open, newest first."""
    return _of_years(person, Year.objects.order_by("-year_be"))


def applicants(person: Account | None) -> QuerySet[Applicant]:
    """The applicants the person may see."""
    return _scoped(person, Applicant.objects.all())


def dossiers(person: Account | None) -> QuerySet[Dossier]:
    """The dossiers the person may see; a district officer's are those of the district."""
    return _scoped(person, Dossier.objects.filter(version__gt=0))


def documents(person: Account | None) -> QuerySet[Document]:
    """The documents the person may read."""
    return _scoped(person, Document.objects.all())


def evidence(person: Account | None) -> QuerySet[EvidenceFile]:
    """The evidence files the person may see and sort."""
    return _scoped(person, EvidenceFile.objects.all(), "applicant__")


def uploads(person: Account | None) -> QuerySet[Upload]:
    """The uploads the person may go on with."""
    return _scoped(person, Upload.objects.all(), "applicant__")


def handovers(person: Account | None) -> QuerySet[Handover]:
    """The registers handed over that the person may see."""
    return _scoped(person, Handover.objects.all())


def jobs(person: Account | None) -> QuerySet[Job]:
    """The jobs the person may see: a district officer's own and those of the district, an auditor's none."""
    if person is not None and person.role == Account.AUDITOR:
        return Job.objects.none()
    bound = districts(person)
    if bound is None:
        return Job.objects.all()
    return Job.objects.filter(Q(district__in=bound) | Q(requested_by=person.username if person else ""))


def numbers(person: Account | None) -> QuerySet[Number]:
    """The lines of the registers of official numbers: the office's, for those who keep them."""
    return Number.objects.all() if may(person, "number") else Number.objects.none()


def editions(person: Account | None) -> QuerySet[Edition]:
    """The editions of templates, for those who keep them; a province's are picked by the year's office."""
    return Edition.objects.all() if may(person, "templates") else Edition.objects.none()


def events(person: Account | None) -> QuerySet[Event]:
    """The lines of the audit log the person may read: those who may, of every year; an auditor, of the years given.

    An event that belongs to no year (a login, an account) is for administrators.
    """
    if not may(person, "events"):
        return Event.objects.none()
    if person is None or person.role == Account.ADMINISTRATOR or not person.years:
        return Event.objects.all()
    given = Q()
    for year in person.years:
        given |= Q(subject__startswith=f"{int(year)}/")
    return Event.objects.filter(given)


def one(rows: QuerySet[Row], **which: Any) -> Row:
    """The row, or ``NotFound``: what a person may not see does not exist for them."""
    found = rows.filter(**which).first()
    if found is None:
        raise NotFound(
            "ไม่พบรายการที่ขอ หรือไม่ใช่ของหน่วยงานท่าน",
            "กลับไปหน้ารายการแล้วเลือกใหม่",
            english="Not found, or not yours. Go back to the list and choose again.",
        )
    return found


def _scoped(person: Account | None, rows: QuerySet[Row], prefix: str = "") -> QuerySet[Row]:
    rows = _of_years(person, rows, prefix)
    bound = districts(person)
    return rows if bound is None else rows.filter(**{f"{prefix}district__in": bound})


def _of_years(person: Account | None, rows: QuerySet[Row], prefix: str = "") -> QuerySet[Row]:
    if person is None:
        return rows
    if not person.is_active or person.role not in MAY:
        return rows.none()
    if person.role == Account.AUDITOR and person.years:
        return rows.filter(**{f"{prefix}year_be__in": [int(year) for year in person.years]})
    return rows
