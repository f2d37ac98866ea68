"""The registers of official numbers: gapless, never twice, whoever writes and whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from office_year import REPOSITORY, filing
from real_command import command, warm_home

from docservice import archive, audit, numbers
from docservice.errors import Conflict, InputRefused, NotFound
from docservice.models import Document, Event, Number
from docservice.number_claim import AUTO, MARK, PENDING, Claim, Series

ORDERS = Series("24", "order", 2562)


def claim(name: str, asks: int | str = AUTO, series: Series = ORDERS, first: int | None = None) -> Claim:
    dossier = f"{series.year_be}/24/2400/{name}"
    return Claim(series.code, series.province, series.year_be, dossier, asks, MARK, first, subject=f"เรื่อง {name}")


def lot(*names: str, first: int | None = None) -> list[Claim]:
    return [claim(name, first=first) for name in names]


def take(*names: str, asks: int | str = AUTO, series: Series = ORDERS) -> list[int | None]:
    return [numbers.held(claim(name, asks, series), actor="tester") for name in names]


def register(series: Series = ORDERS) -> list[tuple[int | None, str]]:
    return [(n.value, n.state) for n in numbers.rows(series.province, series.year_be, [series.code])]


@pytest.mark.django_db
class TestGiving:
    def test_numbers_run_from_one_and_a_paper_keeps_its_own(self) -> None:
        assert take("a", "b", "a", "c") == [1, 2, 1, 3]

    def test_each_series_year_and_office_counts_for_itself(self) -> None:
        others = [Series("24", "letter", 2562), Series("24", "order", 2563), Series("25", "order", 2562)]

        assert take("a", "b") == [1, 2]
        assert [take("a", series=other) for other in others] == [[1], [1], [1]]

    def test_what_is_given_back_is_given_again_lowest_first(self) -> None:
        take("a", "b", "c", "d")
        numbers.release([claim("c"), claim("a")], actor="tester")

        assert take("e", "f", "g") == [1, 3, 5]
        assert [value for value, _ in register()] == [1, 2, 3, 4, 5]

    def test_a_used_number_is_not_given_back(self) -> None:
        take("a")
        numbers.use(claim("a"), 1)

        assert numbers.release([claim("a")], actor="tester") == 0
        assert register() == [(1, "used")]

    def test_a_lot_takes_one_run_in_its_order_and_the_same_again(self) -> None:
        take("a")
        numbers.hold(lot("x", "y", "z"), actor="tester")
        numbers.hold(lot("z", "new", "y", "x"), actor="tester")

        assert take("x", "y", "z", "new") == [2, 3, 4, 5]
        assert Event.objects.filter(verb="number.reserved").values_list("details", flat=True)[1] == {"numbers": "2-4"}

    def test_a_lot_begins_with_the_first_serial_of_the_year(self) -> None:
        numbers.hold(lot("x", "y", first=101), actor="tester")
        numbers.hold(lot("x", "y", "z", first=101), actor="tester")

        assert take("x", "y", "z") == [101, 102, 103]

    def test_a_lot_that_would_run_over_a_stated_number_is_refused_and_takes_nothing(self) -> None:
        take("a", asks=2)

        with pytest.raises(Conflict, match="2562/24/2400/a"):
            numbers.hold(lot("x", "y", first=1), actor="tester")
        assert register() == [(2, "reserved")]

    def test_a_lot_stays_together_and_what_it_passed_over_comes_next(self) -> None:
        take("a")
        take("central", asks=3)
        numbers.hold(lot("x", "y"), actor="tester")

        assert take("x", "y", "next") == [4, 5, 2]
        assert [value for value, _ in register()] == [1, 2, 3, 4, 5]

    def test_the_same_paper_twice_in_a_lot_is_refused(self) -> None:
        with pytest.raises(InputRefused, match="๒ ฉบับ"):
            numbers.hold(lot("x", "x"), actor="tester")


@pytest.mark.django_db
class TestStated:
    def test_the_offices_own_run_begins_behind_what_was_stated_before(self) -> None:
        take("a", asks=13)
        take("b", asks=12)

        assert take("own", "own2") == [14, 15]

    def test_a_stated_number_ahead_is_stepped_over(self) -> None:
        take("a")
        take("central", asks=2)

        assert take("b") == [3]

    def test_a_clash_names_the_paper_that_has_the_number(self) -> None:
        take("order-0012", asks=12)

        with pytest.raises(Conflict, match=r"2562/24/2400/order-0012 เรื่อง order-0012"):
            take("order-x", asks=12)
        assert take("order-0012", asks=12) == [12]

    def test_a_paper_that_has_its_number_printed_takes_no_other(self) -> None:
        take("a", asks=12)
        numbers.use(claim("a", 12), 12)

        with pytest.raises(Conflict, match="ออกเลข"):
            take("a", asks=13)

    def test_a_stated_number_is_corrected_while_nothing_was_printed(self) -> None:
        take("a", asks=1200)

        assert take("a", asks=12) == [12]
        assert take("own") == [13]

    @pytest.mark.parametrize("wrong", [0, 1_000_000])
    def test_a_number_that_cannot_be_one_is_refused(self, wrong: int) -> None:
        with pytest.raises(InputRefused, match="ใช้เป็นเลขที่"):
            take("a", asks=wrong)

    def test_a_paper_may_wait_for_its_number_and_then_get_it(self) -> None:
        assert take("a", "b", asks=PENDING) == [None, None]
        assert [n.dossier for n in numbers.waiting(ORDERS)] == ["2562/24/2400/a", "2562/24/2400/b"]

        assert take("a", asks=12) == [12]
        assert take("a", asks=PENDING) == [12]
        assert register() == [(12, "reserved"), (None, "pending")]


@pytest.mark.django_db
class TestVoiding:
    def test_a_voided_number_stays_with_its_reason_and_is_never_given_again(self) -> None:
        take("a", "b")
        numbers.void(ORDERS, 1, "พิมพ์ผิด", actor="tester")

        assert take("c", "a") == [3, 4]
        assert register()[0] == (1, "voided")
        assert numbers.rows("24", 2562)[0].reason == "พิมพ์ผิด"
        with pytest.raises(Conflict, match="ยกเลิกแล้ว: พิมพ์ผิด"):
            take("d", asks=1)

    def test_voiding_needs_a_reason_and_a_number_of_the_register(self) -> None:
        take("a")

        with pytest.raises(InputRefused, match="เหตุผล"):
            numbers.void(ORDERS, 1, " ", actor="tester")
        with pytest.raises(NotFound, match="๙ ในทะเบียนคำสั่ง ปี ๒๕๖๒"):
            numbers.void(ORDERS, 9, "ผิด", actor="tester")
        numbers.void(ORDERS, 1, "ผิด", actor="tester")
        with pytest.raises(Conflict):
            numbers.void(ORDERS, 1, "ผิดอีก", actor="tester")

    def test_a_number_voided_while_its_paper_was_made_is_not_used(self) -> None:
        take("a")
        numbers.void(ORDERS, 1, "ผิด", actor="tester")

        with pytest.raises(Conflict, match="ระหว่างจัดทำ"):
            numbers.use(claim("a"), 1)


@pytest.mark.django_db
class TestFiling:
    def test_a_number_is_used_exactly_when_its_paper_is_filed(self, home: Path) -> None:
        take("a")
        key = "2562/24/2400/a"

        def stop() -> None:
            numbers.use(claim("a"), 1)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            archive.file(key, "คำสั่ง", [filing("paper/order.pdf", b"1")], actor="tester", also=stop)
        assert (Document.objects.count(), register()) == (0, [(1, "reserved")])

        def use() -> None:
            numbers.use(claim("a"), 1)

        archive.file(key, "คำสั่ง", [filing("paper/order.pdf", b"1")], actor="tester", also=use)
        assert (Document.objects.count(), register()) == (1, [(1, "used")])

    def test_the_numbers_of_filed_papers_come_back_from_the_archive(self, home: Path) -> None:
        for name, asks, value in (("a", AUTO, 1), ("b", 7, 7)):
            told = {"number": {**claim(name, asks).as_payload(), "value": value}}
            paper = filing("paper/order.pdf", name.encode(), provenance=told)
            archive.file(f"2562/24/2400/{name}", "คำสั่ง", [paper], actor="tester")

        assert numbers.restore(actor="tester") == 2
        assert numbers.restore(actor="tester") == 0
        assert register() == [(1, "used"), (7, "used")]
        assert take("c") == [8]


def _writer(database_url: str, home: Path, *words: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    paths = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "tests")))
    return subprocess.Popen(
        [sys.executable, str(REPOSITORY / "tests" / "number_writer.py"), *words],
        env={**clean, "DOCSERVICE_DATABASE_URL": database_url, "DOCSERVICE_HOME": str(home), "PYTHONPATH": paths},
        stderr=subprocess.PIPE,
        text=True,
    )


def _told(database_url: str, home: Path, *words: str) -> list[dict[str, object]]:
    done = command(*words, "--json", home=home, environ={"DOCSERVICE_DATABASE_URL": database_url})
    assert done.returncode == 0, done.stderr
    lines: list[dict[str, object]] = json.loads(done.stdout)
    return lines


def _import_year(database_url: str, home: Path) -> None:
    year = REPOSITORY / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"
    done = command("import", year, home=home, environ={"DOCSERVICE_DATABASE_URL": database_url})
    assert done.returncode == 0, done.stderr


def test_four_writers_at_once_leave_no_gap_and_no_number_twice(database_url: str, tmp_path: Path) -> None:
    _import_year(database_url, tmp_path)
    writers = [_writer(database_url, tmp_path, "take", str(n), "25") for n in range(4)]
    ended = [(writer.communicate(timeout=900)[1], writer.returncode) for writer in writers]

    assert ended == [("", 0)] * 4
    lines = _told(database_url, tmp_path, "number", "ls", "--year", "2562")
    assert [line["value"] for line in lines] == list(range(1, 101))
    assert {line["state"] for line in lines} == {Number.USED}
    assert len({line["dossier"] for line in lines}) == 100


def test_a_writer_killed_before_it_filed_leaves_its_numbers_to_the_retry(database_url: str, tmp_path: Path) -> None:
    home = warm_home(tmp_path)
    killed = _writer(database_url, home, "die")
    said = killed.communicate(timeout=900)[1]
    assert killed.returncode == -signal.SIGKILL, said
    before = _told(database_url, home, "number", "ls", "--year", "2562")
    assert [(line["value"], line["state"]) for line in before] == [(n, "reserved") for n in (1, 2, 3)]

    retried = _writer(database_url, home, "work")
    said = retried.communicate(timeout=900)[1]
    assert retried.returncode == 0, said
    after = _told(database_url, home, "number", "ls", "--year", "2562")
    assert [{**line, "state": "reserved"} for line in after] == before
    assert {line["state"] for line in after} == {"used"}


@pytest.mark.django_db
def test_every_change_of_a_register_is_in_the_audit_log() -> None:
    take("a", "b")
    numbers.release([claim("b")], actor="tester")
    numbers.void(ORDERS, 1, "ผิด", actor="tester")

    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["number.reserved", "number.reserved", "number.released", "number.voided"]
    assert audit.verify() == 4
