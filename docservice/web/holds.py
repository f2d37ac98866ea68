"""How a hold stands in the store itself, for the pages that show holds: seen locked, under way, or not possible."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice import access, holding, progress, retained, retention
from docservice.holding import FREEING, LOCKING, State
from docservice.models import Document
from docservice.progress import Line
from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]
_MOST = 50


@dataclass(frozen=True)
class Lock:
    """``state``: what was seen of the dossier (of a year: of the dossier with its hold); ``line``: its job."""

    held: bool
    state: State
    line: Line | None = None

    @property
    def live(self) -> bool:
        """Whether it may change by itself within seconds."""
        return self.line is not None and self.line.live


@dataclass(frozen=True)
class Standing:
    """A hold that stands, with its lock; ``whole``: of a year."""

    hold: Document
    lock: Lock | None
    whole: bool


def standing(request: Request) -> list[Standing]:
    """Every hold of the province, the newest first; how the lock stands is told of the first ones."""
    found = retention.holds(request.user, request.year.province_code)
    return [
        Standing(hold, lock(request, hold.dossier.key, hold, held=True) if at < _MOST else None, _is_whole(hold))
        for at, hold in enumerate(found)
    ]


def _is_whole(hold: Document) -> bool:
    return hold.dossier.name == retained.YEAR_HOLD


def lock(request: Request, key: str, act: Document | None, *, held: bool) -> Lock:
    """The lock of a dossier; ``act``: what was asked for last, whose job is looked at."""
    state, whole = holding.state_of(key, held=held), act is not None and _is_whole(act)
    changing = state.what in (LOCKING, FREEING)
    job = holding.job_of(act) if act and (whole or changing) else None
    mine = access.jobs(request.user).filter(pk=job.pk).first() if job else None
    line = progress.lines([mine])[0] if mine else None
    if changing and line and not line.live:  # it may have ended between the two looks, and nobody would look again
        state = holding.state_of(key, held=held)
    return Lock(held, state, line)


@page("archive")
def dossier_lock(request: Request, district: int, name: str) -> HttpResponse:
    """The lock of one dossier alone: asked for again while it changes."""
    key = f"{int(request.year.year)}/{request.year.province_code}/{district:04d}/{name}"
    row = access.one(access.dossiers(request.user), key=key)
    found = of_dossier(request, row.key, held=row.key in retained.held([row.key]))
    return show(request, "disposal/lock.html", lock=found, code=row.district, name=name)


def of_dossier(request: Request, key: str, *, held: bool) -> Lock:
    """The lock of one dossier, held by itself or by its year, or not any more."""
    return lock(request, key, retention.last_act(key), held=held)


AREAS: Addresses = [
    path("archive/<int:district>/<slug:name>/lock", dossier_lock, name="dossier-lock"),
]
OUTSIDE: Addresses = []
