"""Reading the archive again: a slice every night until all is read, resumed after a kill, with the last good date."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office_year import filed, filing

from docservice import archive, condition, fixity_check, fixity_run
from docservice.condition import BROKEN, SWEPT, VERIFIED
from docservice.config import config
from docservice.errors import StoreUnavailable
from docservice.models import Condition, Dossier, Event, Sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

KEYS = [f"2562/24/2401/leader-{n:04d}" for n in range(1, 6)]


@pytest.fixture(autouse=True)
def _five_dossiers(home: Path) -> None:
    for key in KEYS:
        filed(filing("paper/letter.pdf", key.encode() * 40), key=key)


@pytest.fixture
def five_days(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(condition, "LEAST", 0)
    before = config().fixity_days
    object.__setattr__(config(), "fixity_days", 5.0)
    yield
    object.__setattr__(config(), "fixity_days", before)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixity_run, "_AT_ONCE", 3)


def later(days: float) -> None:
    """Everything happened so much earlier."""
    by = timedelta(days=days)
    for row in Condition.objects.all():
        sound = row.sound_at - by if row.sound_at else None
        Condition.objects.filter(pk=row.pk).update(checked_at=row.checked_at - by, sound_at=sound)
    for sweep in Sweep.objects.all():
        Sweep.objects.filter(pk=sweep.pk).update(begun_at=sweep.begun_at - by)


def spoil(home: Path, key: str) -> Path:
    path = home / "store" / "archive" / key / "v1/content/paper/letter.pdf"
    path.chmod(0o600)
    path.write_bytes(b"spoilt" + path.read_bytes()[6:])
    return path


def read_again() -> set[str]:
    return set(Condition.objects.values_list("dossier__key", flat=True))


@pytest.mark.usefixtures("five_days")
def test_all_of_it_is_read_within_the_days_and_the_oldest_comes_first() -> None:
    for night in range(5):
        assert fixity_run.turn() is False
        assert len(read_again()) >= min(5, night + 1)
        later(1)
    assert read_again() == set(KEYS)
    first = Condition.objects.order_by("checked_at").values_list("dossier__key", flat=True)[0]
    fixity_run.turn()
    assert Condition.objects.get(dossier__key=first).checked_at > datetime.now(UTC) - timedelta(hours=1)
    assert Event.objects.filter(verb=SWEPT).count() == 6


@pytest.mark.usefixtures("five_days")
def test_after_a_week_without_nights_everything_is_due_at_once() -> None:
    fixity_run.turn()
    later(8)
    fixity_run.turn()
    assert Condition.objects.filter(checked_at__gt=datetime.now(UTC) - timedelta(hours=1)).count() == 5


@pytest.mark.usefixtures("five_days", "small_pieces")
def test_a_turn_that_is_cut_short_goes_on_where_it_stopped_and_reads_nothing_twice() -> None:
    object.__setattr__(config(), "fixity_days", 1.0)
    began = datetime.now(UTC)
    turns = 1
    while fixity_run.turn(seconds=0):
        turns += 1
    (sweep,) = Sweep.objects.all()
    assert (sweep.dossiers, sweep.broken) == (5, 0)
    assert turns == 3  # the last one finds nothing left
    assert Condition.objects.filter(checked_at__gt=began).count() == 5


def test_a_damaged_dossier_is_an_alarm_with_its_last_good_date_until_it_is_whole(home: Path) -> None:
    list(fixity_run.examine(Dossier.objects.all(), "tester"))
    good = Condition.objects.get(dossier__key=KEYS[3]).sound_at
    whole = (home / "store" / "archive" / KEYS[3] / "v1/content/paper/letter.pdf").read_bytes()
    path = spoil(home, KEYS[3])

    (found,) = (each for each in fixity_run.examine(Dossier.objects.all(), "tester") if each.faults)

    assert (found.dossier.key, found.sound_at) == (KEYS[3], good)
    assert "paper/letter.pdf" in found.faults[0]
    event = Event.objects.get(verb=BROKEN)
    assert good is not None
    assert (event.subject, event.details["sound_at"]) == (KEYS[3], good.isoformat())
    assert fixity_check.damaged_in(2562) == [KEYS[3]]
    assert condition.standing().broken == 1

    path.write_bytes(whole)
    list(fixity_run.examine(Dossier.objects.filter(key=KEYS[3]), "tester"))
    assert fixity_check.damaged_in(2562) == []
    assert (Event.objects.filter(verb=VERIFIED).count(), condition.standing().broken) == (1, 0)


def test_what_lies_in_the_archive_and_is_nobodys_is_told_by_the_nightly_sweep(home: Path) -> None:
    store = archive.root().store
    store.put("2562/24/2401/stranger-0001/0=ocfl_object_1.1", b"ocfl_object_1.1\n")
    store.put("notes.txt", b"x")
    fixity_run.turn()
    assert Event.objects.get(verb=SWEPT).details["strays"] == ["2562/24/2401/stranger-0001/", "notes.txt"]


def test_an_archive_that_is_away_is_not_called_broken(home: Path) -> None:
    found = fixity_run.examine(Dossier.objects.all(), "tester")
    assert next(found).faults == ()
    shutil.move(home / "store", home / "unplugged")
    with pytest.raises(StoreUnavailable):
        list(fixity_run.examine(Dossier.objects.all(), "tester"))
    assert not Event.objects.filter(verb=BROKEN).exists()


@pytest.mark.usefixtures("five_days", "small_pieces")
def test_the_archive_that_goes_away_while_it_is_read_is_not_called_broken(home: Path) -> None:
    object.__setattr__(config(), "fixity_days", 1.0)
    fixity_run.turn(seconds=0)
    shutil.move(home / "store", home / "unplugged")
    with pytest.raises(StoreUnavailable):
        fixity_run.turn()
    shutil.move(home / "unplugged", home / "store")
    assert fixity_run.turn() is False
    assert not Event.objects.filter(verb=BROKEN).exists()


def test_a_dossier_that_is_being_filed_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has a version that the index does not know yet: a filing is under way, and ends."""
    dossier = Dossier.objects.get(key=KEYS[0])
    version = dossier.version
    Dossier.objects.filter(pk=dossier.pk).update(version=2, locked_until=datetime.now(UTC) + timedelta(seconds=10))

    def ended(_seconds: float) -> None:
        Dossier.objects.filter(pk=dossier.pk).update(version=version, locked_until=None)

    monkeypatch.setattr(fixity_run.time, "sleep", ended)
    (found,) = fixity_run.examine(Dossier.objects.filter(pk=dossier.pk), "tester")
    assert found.faults == ()
