"""Official numbers on papers, from the year file's words to the filed paper and the printed register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from office_year import SETTINGS, entered_year, entry
from real_command import DONE, REFUSED, command, warm_home

from docservice import archive, facts, jobs, numbering, numbers, papers, register, requests
from docservice.errors import Conflict, InputRefused, NotFound, StoreUnavailable
from docservice.models import Applicant, Document, Dossier, Job, JobItem, Number
from docservice.number_claim import Series
from docservice.render.textlayer import text_of
from docservice.requests import Desk

pytestmark = pytest.mark.django_db

ORDERS = Series("24", "order", 2562)


def desk(**changes: Any) -> Desk:
    return Desk(entered_year(**changes), "tester")


def with_orders(*given: str, **changes: Any) -> Desk:
    """An office whose orders are numbered as ``given``."""
    orders = [{**order, "number": one} for order, one in zip(SETTINGS["orders"], given, strict=False)]
    return desk(orders=[{**order, **changes} for order in orders])


def with_letter(number: str, **changes: Any) -> Desk:
    return desk(letter={**SETTINGS["letter"], "number": number, **changes})


def registered(code: str, year_be: int = 2562) -> list[tuple[int | None, str, str]]:
    return [(n.value, n.state, n.dossier.rsplit("/", 1)[-1]) for n in numbers.rows("24", year_be, [code])]


def values(code: str, year_be: int = 2562) -> list[int | None]:
    return [value for value, _, _ in registered(code, year_be)]


def run(job: Job) -> list[JobItem]:
    ended = list(jobs.work(job, papers.work))
    assert [item.error for item in ended if item.error] == []
    return ended


def pages(version: int | None = None, path: str = "paper/order.pdf") -> str:
    rows = Document.objects.filter(path=path)
    row = rows.get(version=version) if version else rows.get(current=True)
    return " ".join(" ".join(text_of(archive.read_document(row))).split())


def honoured(*names: str) -> Desk:
    office = desk()
    register.enter_applicants(office.year, [entry(name) for name in names], actor="x")
    register.enter_results(office.year, {a.pk: ("passed", "") for a in Applicant.objects.all()}, actor="x")
    return office


# ------------------------------------------------------------------------------------------------------ the year file
def test_the_numbers_of_the_year_file_are_entered_as_those_of_the_central_registry() -> None:
    requests.orders(desk())

    assert registered("order") == [(n, "reserved", f"order-00{n}") for n in (12, 13, 14)]
    assert set(Number.objects.values_list("given_by", flat=True)) == {Number.CENTRAL}


def test_auto_takes_the_offices_next_number_after_those() -> None:
    requests.orders(with_orders("๑๒", "auto", "๑๔"))

    assert values("order") == [12, 14, 15]


def test_an_order_is_numbered_in_the_year_printed_on_it() -> None:
    requests.orders(with_orders("auto", date="2018-12-28"))
    requests.orders(with_orders("auto", "auto"))

    assert (values("order", 2561), values("order", 2562)) == ([1], [1, 2])


@pytest.mark.parametrize(("number", "code"), [("ว auto", "letter-circular"), ("auto", "letter")])
def test_a_circular_has_a_series_of_its_own(number: str, code: str) -> None:
    requests.letter(with_letter(number))

    assert values(code) == [1]


def test_a_report_is_numbered_among_the_letters(home: Path) -> None:
    office = honoured("นายหนึ่ง")
    requests.report(office)
    requests.letter(Desk(register.year(office.year.year), "tester"))
    requests.letter(with_letter("ฉช ๐๐๑๙/auto", subject="อีกฉบับ"))

    assert values("letter") == [3187, 3188]


def test_the_same_number_for_two_orders_is_refused_with_both_named() -> None:
    with pytest.raises(InputRefused, match="๒ ฉบับใช้เลขเดียวกัน"):
        requests.orders(with_orders("๑๒", "๑๒"))
    assert not Job.objects.exists()


def test_a_number_another_paper_has_is_refused_at_the_request() -> None:
    requests.orders(with_orders("", subject="คำสั่งอื่น"))
    numbering.enter(ORDERS, 12, actor="tester")

    with pytest.raises(Conflict, match=r"order-pending-\w+ คำสั่งอื่น"):
        requests.orders(desk())
    assert values("order") == [12]


# -------------------------------------------------------------------------------------------------- pending, then given
def test_a_paper_is_filed_with_the_gap_and_entering_its_number_makes_version_2(home: Path) -> None:
    run(requests.orders(with_orders("")))
    (dossier,) = Dossier.objects.all()
    assert "ที่ /๒๕๖๒" in pages(1)
    assert registered("order") == [(None, "pending", dossier.key.rsplit("/", 1)[1])]

    run(numbering.enter(ORDERS, 12, actor="tester"))

    assert Dossier.objects.get().version == 2
    assert "ที่ ๑๒ /๒๕๖๒" in pages(2)
    assert "ที่ /๒๕๖๒" in pages(1)
    assert values("order") == [12]
    assert run(requests.orders(with_orders(""))) == []
    (item,) = run(requests.orders(with_orders("๑๒")))
    assert item.result == {"dossier": dossier.key, "new": 0}


def test_entering_says_which_papers_wait_when_it_must_be_told(home: Path) -> None:
    with pytest.raises(NotFound, match="ไม่มีเอกสารที่รอเลข"):
        numbering.enter(ORDERS, 12, actor="tester")
    requests.orders(with_orders("", ""))

    with pytest.raises(InputRefused, match="รอเลข 2 ฉบับ") as refused:
        numbering.enter(ORDERS, 12, actor="tester")
    waits = numbers.waiting(ORDERS)[1].dossier
    assert waits in refused.value.remedy
    numbering.enter(ORDERS, 12, waits, actor="tester")
    assert numbers.rows("24", 2562)[0].dossier == waits


def test_cancelling_the_entered_number_lets_the_filed_paper_wait_again(home: Path) -> None:
    run(requests.orders(with_orders("")))
    jobs.cancel(numbering.enter(ORDERS, 12, actor="tester"), actor="tester")

    assert [state for _, state, _ in registered("order")] == ["pending"]


# ------------------------------------------------------------------------------------------------------ made and failed
def test_the_reserved_number_is_printed_and_used_when_the_paper_is_filed(home: Path) -> None:
    run(requests.orders(with_orders("auto")))

    assert "ที่ ๑ /๒๕๖๒" in pages()
    assert [state for _, state, _ in registered("order")] == ["used"]
    document = Document.objects.get(path="paper/order.pdf")
    assert (document.number, document.provenance["number"]["value"]) == ("๑", 1)


def _fails(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    for item in items:
        yield item, StoreUnavailable("ดิสก์เต็ม")


def test_a_failed_paper_keeps_its_number_and_a_later_one_gets_another() -> None:
    job = requests.orders(with_orders("auto"))
    list(jobs.work(job, _fails))
    requests.orders(with_orders("auto", subject="คำสั่งอื่น"))
    jobs.retry(job, actor="tester")

    assert values("order") == [1, 2]
    assert numbers.rows("24", 2562)[0].dossier == job.items.get().payload["dossier"]


def test_a_cancelled_request_gives_its_numbers_back_and_tried_again_takes_the_next() -> None:
    job = requests.orders(with_orders("auto", "auto"))
    jobs.cancel(job, actor="tester")
    assert {state for _, state, _ in registered("order")} == {"free"}

    requests.orders(with_orders("auto", subject="คำสั่งอื่น"))
    jobs.retry(job, actor="tester")

    mine = [i.payload["dossier"] for i in job.items.all()]
    assert [n.dossier in mine for n in numbers.rows("24", 2562)] == [False, True, True]
    assert values("order") == [1, 2, 3]


def test_a_paper_whose_number_was_voided_is_made_again_with_the_next(home: Path) -> None:
    run(requests.orders(with_orders("auto")))
    numbers.void(ORDERS, 1, "พิมพ์ผิด", actor="tester")

    run(requests.orders(with_orders("auto")))

    assert "ที่ ๒ /๒๕๖๒" in pages(2)
    assert [(value, state) for value, state, _ in registered("order")] == [(1, "voided"), (2, "used")]


# --------------------------------------------------------------------------------------------------------- certificates
def test_a_lot_of_certificates_takes_consecutive_serials_that_stay_when_another_passes() -> None:
    requests.certificates(honoured("นายกอ", "นายขอ", "นายคอ"))
    before = [(value, dossier) for value, _, dossier in registered("certificate")]
    office = honoured("นายงอ")
    requests.certificates(office)

    assert [value for value, _ in before] == [1, 2, 3]
    assert [(value, dossier) for value, _, dossier in registered("certificate")] == [*before, (4, "leader-0004")]


def test_a_certificate_carries_its_serial_and_year(home: Path) -> None:
    run(requests.certificates(honoured("นายกอ")))

    assert "๑/๒๕๖๒" in pages(path="paper/certificate.pdf")
    assert Document.objects.get(path="paper/certificate.pdf").number == "๑/๒๕๖๒"


def test_the_first_serial_may_be_left_to_the_register() -> None:
    requests.certificates(honoured("นายกอ"))
    office = desk(certificate={**SETTINGS["certificate"], "first_serial": "auto"})
    register.enter_applicants(office.year, [entry("นายขอ")], actor="x")
    register.enter_results(office.year, {a.pk: ("passed", "") for a in Applicant.objects.all()}, actor="x")
    requests.certificates(office)

    assert values("certificate") == [1, 2]


# ------------------------------------------------------------------------------------------------------------ registers
def test_the_register_of_orders_prints_the_voided_number_with_its_reason(home: Path) -> None:
    office = desk()
    requests.orders(office)
    numbers.void(ORDERS, 13, "พิมพ์ชื่อผิด", actor="tester")
    run(requests.register_orders(office))

    shown = pages(path="paper/register-orders.pdf")
    assert all(part in shown for part in ("๑๒/๒๕๖๒", "๑๓/๒๕๖๒", "๑๔/๒๕๖๒", "ยกเลิก", "พิมพ์ชื่อผิด"))


def test_the_register_of_letters_sent_prints_letters_and_circulars(home: Path) -> None:
    office = honoured("นายกอ")
    requests.report(office)
    requests.letter(office)
    run(requests.register_letters(office))

    shown = pages(path="paper/register-letters.pdf")
    assert shown.startswith("ทะเบียนหนังสือส่ง ปี พ.ศ. ๒๕๖๒ สำนักงานพัฒนาชุมชนจังหวัดฉะเชิงเทรา")
    for part in ("ฉช ๐๐๑๙/๓๑๘๗", "ฉช ๐๐๑๙/ว ๑๖๙", "หนังสือเวียน (ว)", "นายอำเภอ", "๑๑ ม.ค. ๖๒", "จองเลขไว้"):
        assert part in shown


def test_a_year_file_without_those_sections_prints_its_registers_as_of_the_last_date() -> None:
    plain = {name: one for name, one in SETTINGS["registers"].items() if name not in ("letters", "orders")}
    office = desk(registers=plain)
    requests.orders(office)

    made = facts.number_register(office.year, "orders", [("คำสั่ง", numbers.rows("24", 2562))])
    assert (made["title"], made["as_of"]) == ("ทะเบียนคำสั่ง", "2019-01-11")


def test_a_register_without_a_number_is_refused() -> None:
    with pytest.raises(InputRefused, match="ยังไม่มีเลข"):
        requests.register_orders(desk())


# --------------------------------------------------------------------------------------------------------- the command
def test_the_command_lists_voids_and_says_who_has_a_number(tmp_path: Path, database_url: str) -> None:
    home = warm_home(tmp_path)

    def say(*words: str) -> Any:
        done = command(*words, "--json", home=home, environ={"DOCSERVICE_DATABASE_URL": database_url})
        return done.returncode, json.loads(done.stdout or done.stderr)

    year = Path(requests.__file__).parent / "samples" / "chachoengsao-2562" / "year.toml"
    done = command("import", year, home=home, environ={"DOCSERVICE_DATABASE_URL": database_url})
    assert done.returncode == DONE, done.stderr
    assert say("request", "order", "--year", "2562")[0] == DONE
    listed = say("number", "ls", "--year", "2562", "--series", "order")[1]
    assert [(line["value"], line["state"]) for line in listed] == [(n, "used") for n in (12, 13, 14)]
    assert say("number", "void", "order", "13", "--year", "2562", "--reason", "ผิด")[1]["state"] == "voided"
    code, fault = say("number", "enter", "order", "14", "--year", "2562", "--dossier", listed[0]["dossier"])
    assert (code, fault["code"]) == (REFUSED, "conflict")
