"""What is sealed is seen, a failing seal as well; time stamps of it are checked offline, by us and by openssl."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import tsa
from tsa import Tsa

from docservice import audit, keeping, ledger, sealing, stamps, stores
from docservice.config import config
from docservice.errors import FixityBroken, StoreUnavailable
from docservice.models import Event
from docservice.sealing import UNSEALED, UNSTAMPED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def chain(length: int = 3) -> None:
    for n in range(length):
        audit.record("สมศรี", "document.filed", f"2562/24/2401/leader-{n:04d}")


def use(url: str) -> None:
    object.__setattr__(config(), "tsa_url", url)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Tsa]:
    with tsa.running(tmp_path / "tsa") as running:
        use(running.url)
        yield running
    use("")


def exported(folder: Path) -> Path:
    target = folder / "log.jsonl"
    ledger.export(target)
    stamps.export(folder / "log.jsonl.stamps")
    return target


def test_what_is_sealed_is_told_and_what_waits() -> None:
    chain(3)
    assert keeping.sealed().state == keeping.NONE
    sealing.seal()
    chain(2)
    standing = sealing.standing()
    assert (standing.until, standing.waiting, standing.fault) == (Event.objects.order_by("id")[2].pk, 2, None)
    assert keeping.sealed().state == keeping.GOOD


def test_a_seal_that_fails_is_an_event_once_and_an_alarm_until_it_works(home: Path) -> None:
    chain()
    (home / "store").mkdir(exist_ok=True)
    (home / "store" / "ledger").write_bytes(b"not a folder")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            sealing.seal()
    assert Event.objects.filter(verb=UNSEALED).count() == 1
    assert keeping.sealed().state == keeping.BAD
    (home / "store" / "ledger").unlink()
    assert sealing.seal() == 4
    assert keeping.sealed().state == keeping.GOOD


def test_the_head_of_what_is_sealed_is_stamped_once(service: Tsa) -> None:
    chain()
    sealing.seal()
    sealing.seal()
    (stamp,) = stamps.verify()
    assert stamp.by == "Common Name: Test TSA, Organization: Test"
    chain()
    sealing.seal()
    assert len(stamps.verify()) == 2


def test_openssl_calls_the_stamp_good(service: Tsa, tmp_path: Path) -> None:
    chain()
    sealing.seal()
    lines = exported(tmp_path).read_bytes().splitlines(keepends=True)
    (answer,) = (tmp_path / "log.jsonl.stamps").iterdir()
    (tmp_path / "head").write_bytes(lines[-1])
    words = ["ts", "-verify", "-data", tmp_path / "head", "-in", answer, "-CAfile", service.certificate]
    assert b"Verification: OK" in subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def test_a_log_that_was_cut_or_changed_since_it_was_stamped_shows_offline(service: Tsa, tmp_path: Path) -> None:
    chain()
    sealing.seal()
    lines, folder = exported(tmp_path).read_bytes().splitlines(keepends=True), tmp_path / "log.jsonl.stamps"
    assert len(stamps.verify_exported(lines, folder)) == 1
    for wrong in (lines[:-1], [*lines[:-1], lines[-1].replace("สมศรี".encode(), "คนอื่น".encode())]):
        with pytest.raises(FixityBroken, match="ไม่ตรงกับบรรทัดใด"):
            stamps.verify_exported(wrong, folder)


def test_a_stamp_that_was_changed_is_not_believed(service: Tsa, tmp_path: Path) -> None:
    chain()
    sealing.seal()
    lines, folder = exported(tmp_path).read_bytes().splitlines(keepends=True), tmp_path / "log.jsonl.stamps"
    (answer,) = folder.iterdir()
    whole = answer.read_bytes()
    for place in range(40, len(whole), 97):
        answer.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            (found,) = stamps.verify_exported(lines, folder)
        except FixityBroken:
            continue
        answer.write_bytes(whole)
        assert [found] == stamps.verify_exported(lines, folder)  # a byte that says nothing


def test_a_service_that_is_away_keeps_nothing_from_being_sealed(service: Tsa) -> None:
    use("http://127.0.0.1:9/")
    chain()
    assert sealing.seal() == 3
    assert Event.objects.filter(verb=UNSTAMPED).count() == 1
    assert keeping.sealed().word.english == "sealed, but not time-stamped"
    use(service.url)
    sealing.seal()
    assert keeping.sealed().state == keeping.GOOD
    assert len(list(stores.opened(stores.STAMPS).list(""))) == 1
