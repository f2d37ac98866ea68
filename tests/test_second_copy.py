"""The second copy beside the archive: filing knows nothing of it, it follows, is compared, and mends."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office_year import KEY, filed, filing

from docservice import archive, fixity_run, keeping, ledger, second_copy
from docservice.config import config
from docservice.errors import FixityBroken, StoreUnavailable
from docservice.models import Event, Pulse
from docservice.second_copy import COMPARED, DIFFERS, REPAIRED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

OTHER = "2562/24/2401/leader-0002"
LETTER = "v1/content/paper/letter.pdf"


@pytest.fixture(autouse=True)
def copy(home: Path) -> Iterator[Path]:
    """Where the second copy lies; two dossiers are filed."""
    object.__setattr__(config(), "replica_url", f"file://{home}/copy")
    for key in (KEY, OTHER):
        filed(filing("paper/letter.pdf", key.encode()), key=key)
    yield home / "copy"
    object.__setattr__(config(), "replica_url", "")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "extensions" not in path.parts
    }


def spoil(folder: Path, key: str = KEY) -> Path:
    path = folder / "archive" / key / LETTER
    path.chmod(0o600)
    path.write_bytes(b"spoilt")
    return path


def line() -> keeping.Line:
    return next(each for each in keeping.lines() if each.name == "copy")


def test_what_is_filed_follows_and_nothing_is_copied_twice(home: Path, copy: Path) -> None:
    assert second_copy.follow() == 2
    assert bytes_of(copy / "archive") == bytes_of(home / "store" / "archive")
    assert second_copy.follow() == 0
    filed(filing("paper/letter.pdf", b"mended"))
    assert second_copy.follow() == 1
    assert bytes_of(copy / "archive") == bytes_of(home / "store" / "archive")


def test_a_copy_that_is_away_holds_nobody_up_and_is_caught_up(home: Path, copy: Path) -> None:
    copy.mkdir()
    copy.rmdir()
    copy.write_text("not a folder")
    assert filed(filing("paper/order.pdf", b"order")).new == 1
    with pytest.raises(StoreUnavailable):
        second_copy.follow()
    standing = second_copy.standing()
    assert standing is not None
    assert standing.behind == 3
    assert line().state == keeping.BAD
    copy.unlink()
    assert second_copy.follow() == 2
    assert bytes_of(copy / "archive") == bytes_of(home / "store" / "archive")


def test_one_process_at_a_time_follows_and_a_dead_one_is_not_waited_for_long() -> None:
    assert second_copy.pulse.take("replica", 600)
    assert second_copy.follow() == 0
    Pulse.objects.filter(name="replica").update(at=datetime.now(UTC) - timedelta(seconds=601))
    assert second_copy.follow() == 2


def test_the_nightly_comparison_catches_up_everything_the_office_keeps(home: Path, copy: Path) -> None:
    archive.root().store.stat("x")
    ledger.seal()
    found = second_copy.compare()
    assert (found.copied, found.differing) == (3, [])
    assert bytes_of(copy) == bytes_of(home / "store")
    assert Event.objects.filter(verb=COMPARED).count() == 1
    assert line().state == keeping.GOOD
    assert second_copy.follow() == 0


def test_a_difference_is_an_alarm_and_nothing_is_overwritten(copy: Path) -> None:
    second_copy.compare()
    inventory = copy / "archive" / KEY / "inventory.json"
    inventory.write_bytes(b"{}")
    (copy / "archive" / "stray").write_bytes(b"x")
    assert [each.split(":")[0] for each in second_copy.compare().differing] == ["stray", KEY]
    assert inventory.read_bytes() == b"{}"
    assert line().state == keeping.BAD


def test_damage_of_the_copy_is_found_by_the_sweep_and_stays_an_alarm_until_it_is_gone(copy: Path) -> None:
    second_copy.compare()
    path = spoil(copy)
    object.__setattr__(config(), "fixity_days", 1.0)
    fixity_run.turn()
    object.__setattr__(config(), "fixity_days", 30.0)
    assert Event.objects.get(verb=DIFFERS).subject == KEY
    assert line().state == keeping.BAD
    assert KEY in second_copy.compare().differing[0]
    path.write_bytes(KEY.encode())
    assert second_copy.compare().differing == []
    assert line().state == keeping.GOOD


def test_damage_of_the_archive_is_mended_and_told(home: Path) -> None:
    second_copy.follow()
    spoil(home / "store")
    done = second_copy.mend(archive.get(KEY), "tester")
    assert [each.path for each in done.mended] == [LETTER]
    event = Event.objects.get(verb=REPAIRED)
    assert (event.subject, event.actor, event.details["files"][0]["path"]) == (KEY, "tester", LETTER)
    assert archive.verify(KEY) == []


def test_an_edited_index_is_not_mended_into_the_archive(home: Path) -> None:
    """The index says that something else was filed: neither archive nor copy is touched."""
    second_copy.follow()
    archive.get(KEY).documents.update(sha512="0" * 128)
    spoil(home / "store")
    with pytest.raises(FixityBroken):
        second_copy.mend(archive.get(KEY), "tester")
    assert not Event.objects.filter(verb=REPAIRED).exists()


def test_a_copy_whose_disk_is_away_is_not_begun_anew_below_it(copy: Path) -> None:
    second_copy.follow()
    shutil.rmtree(copy)
    filed(filing("paper/letter.pdf", b"mended"))
    for act in (second_copy.follow, second_copy.compare_nightly):
        with pytest.raises(StoreUnavailable):
            act()
    assert not (copy / "archive" / "2562").exists()
    assert line().state == keeping.BAD
    second_copy.begin()
    assert second_copy.compare().copied == 2


def test_a_new_place_for_the_copy_begins_anew(home: Path) -> None:
    second_copy.follow()
    object.__setattr__(config(), "replica_url", f"file://{home}/another")
    assert second_copy.follow() == 2
    shutil.rmtree(home / "another")
