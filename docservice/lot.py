"""Filing into many dossiers at once: their bytes go into the store beside each other, their rows in one transaction.

Each filing keeps every promise of ``archive.file``, and its failure is its own. What cannot be had at once (a dossier
that another process holds, or that stands in the lot twice) is filed by itself at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

from django.db import transaction

from docservice import archive, filing
from docservice.database import unhurried
from docservice.dossier_lease import LEASE, is_free
from docservice.errors import DocserviceError
from docservice.filing import Filed, Plan
from docservice.insertion import insert_new_all
from docservice.models import Dossier, Event
from docservice.record import Wish
from storage.ocfl import BegunError

AT_ONCE = 12
"""Dossiers whose bytes are on their way to the store at the same time."""

Outcome = Filed | DocserviceError


def file_all(wishes: Sequence[Wish], *, actor: str) -> list[Outcome]:
    """What became of each filing, in the order of ``wishes``."""
    if len(wishes) == 1:
        return [_by_itself(wishes[0], actor)]
    once = {wish.key: wish for wish in reversed(wishes)}
    mine = datetime.now(UTC) + LEASE
    held = _held(once, mine)
    try:
        ended = _filed([once[key] for key in once if key in held], held, actor)
    finally:
        if left := [key for key, dossier in held.items() if dossier.locked_until is not None]:
            Dossier.objects.filter(key__in=left, locked_until=mine).update(locked_until=None)
    return [ended[id(wish)] if id(wish) in ended else _by_itself(wish, actor) for wish in wishes]


def _by_itself(wish: Wish, actor: str) -> Outcome:
    try:
        return archive.file_wish(wish, actor=actor)
    except DocserviceError as fault:
        return fault


def _held(wishes: Mapping[str, Wish], mine: datetime) -> dict[str, Dossier]:
    """The dossiers that are ours until ``mine``, made where there were none."""
    with unhurried(), transaction.atomic():
        rows = Dossier.objects.filter(key__in=list(wishes))
        new = wishes.keys() - set(rows.values_list("key", flat=True))
        made = {key: archive.dossier_row(key, wishes[key].title, wishes[key].about, mine) for key in sorted(new)}
        insert_new_all(Dossier, made, "key")
        held = {key: row for key, row in made.items() if row.pk is not None}
        if others := wishes.keys() - held.keys():
            rows = rows.filter(key__in=others)
            rows.filter(is_free()).update(locked_until=mine)
            held |= {row.key: row for row in rows.filter(locked_until=mine)}
        return held


def _filed(wishes: Sequence[Wish], held: Mapping[str, Dossier], actor: str) -> dict[int, Outcome]:
    """What became of filings into dossiers that are ours; not of those whose rows did not go in with the others'."""
    ended: dict[int, Outcome] = {}
    events = _events(held)
    new = [wish for wish in wishes if not held[wish.key].version]
    due = _beginning(new, held, events, actor)
    plans = _begun(list(due.values()))
    done = {id(plan.wish) for plan in plans}
    begun: list[tuple[Wish, Future[Plan]]] = []
    rest = [wish for wish in wishes if id(wish) not in done]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lot") as threads:
        behind = {
            id(wish): threads.submit(archive.is_behind, held[wish.key]) for wish in rest if held[wish.key].version
        }
        for wish in rest:
            dossier = held[wish.key]
            try:
                late = id(wish) in behind and behind[id(wish)].result()  # of one that begins, the store says so
                if late:
                    archive.catch_up(dossier, actor)
                plan = due.get(id(wish)) or filing.planned(dossier, wish, actor, None if late else events[wish.key])
                begun.append((wish, threads.submit(filing.committed, plan)))
            except DocserviceError as fault:
                ended[id(wish)] = fault
    for wish, commit in begun:
        try:
            plans.append(commit.result())
        except BegunError:  # it is caught up with when it is filed by itself
            continue
        except DocserviceError as fault:
            ended[id(wish)] = fault
    with suppress(DocserviceError):  # one that refuses is found out when each goes in by itself
        ended |= {id(plan.wish): filed for plan, filed in zip(plans, filing.enter(plans), strict=True)}
    return ended


def _beginning(
    wishes: Sequence[Wish], held: Mapping[str, Dossier], events: Mapping[str, Sequence[str]], actor: str
) -> dict[int, Plan]:
    """The plans of filings into new dossiers. What refuses says so when it is filed alone."""
    plans = {}
    for wish in wishes:
        with suppress(DocserviceError):
            plans[id(wish)] = filing.planned(held[wish.key], wish, actor, events[wish.key])
    return plans


def _begun(plans: Sequence[Plan]) -> list[Plan]:
    """Those that went into the store together. What refuses is left to be filed alone."""
    with suppress(DocserviceError):
        return filing.begun(plans)
    return []


def _events(keys: Iterable[str]) -> dict[str, list[str]]:
    """The digests of each dossier's events."""
    found: dict[str, list[str]] = {key: [] for key in keys}
    told = Event.objects.filter(subject__in=list(found)).order_by("id")
    for subject, digest in told.values_list("subject", "digest"):
        found[subject].append(digest)
    return found
