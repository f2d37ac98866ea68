"""Disposal by an approved list only: two people, a committee, what is refused, what is left, and dying on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ocfl
import pytest
from disposal_office import (
    COMMITTEE,
    NAME,
    OLD,
    TODAY,
    approved,
    bytes_of,
    carried_out,
    destroyed,
    old_dossier,
    opined,
    proposed,
)
from django.db import connection
from office_year import digest, entered_year, entry, filed, filing, states

from docservice import (
    archive,
    audit,
    destruction,
    disposal,
    disposal_work,
    intake,
    jobs,
    page_index,
    register,
    retention,
    stores,
)
from docservice import second_copy as second
from docservice.config import config
from docservice.disposal import Opinion
from docservice.errors import Conflict, Forbidden, InputRefused, Outdated
from docservice.models import Document, Dossier, Event, EvidenceFile, JobItem
from docservice.thai import BE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
OTHER = "2551/24/2401/leader-0002"


@pytest.fixture
def second_copy(home: Path) -> Iterator[Path]:
    """Where the office's second copy lies."""
    object.__setattr__(config(), "replica_url", f"file://{home}/copy")
    yield home / "copy"
    object.__setattr__(config(), "replica_url", "")


def sound(home: Path) -> None:
    """An independent validator calls the whole root valid."""
    root = ocfl.StorageRoot(root=str(home / "store" / "archive"))
    assert root.validate(validate_objects=True, check_digests=True)
    assert (root.good_objects, root.errors) == (root.num_objects, [])


def failure(job: Any) -> dict[str, str]:
    return JobItem.objects.get(job=job).error or {}


# ----------------------------------------------------------------------------------------------------- the steps
def test_a_list_holds_what_is_due_and_names_no_applicant() -> None:
    batch = proposed(OLD, OTHER)
    assert [line.dossier for line in batch.lines] == [OLD, OTHER]
    assert batch.lines[0].subject == "หลักฐานผู้สมัคร leader อำเภอ๒๔๐๑ ลำดับที่ ๑ ปี ๒๕๕๐"
    assert NAME not in json.dumps(dict(batch.list), ensure_ascii=False)
    assert batch.state == disposal.PROPOSED


def test_what_stands_in_an_open_list_is_not_proposed_twice_and_again_after_it_was_withdrawn() -> None:
    batch = proposed()
    with pytest.raises(InputRefused, match="ไม่มีแฟ้ม"):
        disposal.propose(None, BE(2562), "24", TODAY, actor="proposer")
    disposal.withdraw(batch, "ทำบัญชีผิดปี", actor="proposer")
    assert disposal.propose(None, BE(2562), "24", TODAY, actor="x").key == "2562/24/2400/disposal-02"


def test_a_held_dossier_is_not_proposed() -> None:
    old_dossier(OTHER)
    retention.place_hold(archive.get(OTHER), "คดี", actor="lawyer")
    assert [line.dossier for line in proposed(OLD).lines] == [OLD]


def test_every_line_wants_an_opinion_and_a_committee_is_three_people() -> None:
    batch = proposed(OLD, OTHER)
    with pytest.raises(InputRefused, match="ลำดับที่ ๒"):
        disposal.opine(batch, {1: Opinion("destroy")}, COMMITTEE, "รายงาน", actor="clerk")
    both = {1: Opinion("destroy"), 2: Opinion("destroy")}
    with pytest.raises(InputRefused, match="๓ คน"):
        disposal.opine(batch, both, COMMITTEE[:2], "รายงาน", actor="clerk")
    with pytest.raises(InputRefused, match="ไม่รู้จักความเห็น"):
        disposal.opine(batch, both | {2: Opinion("burn")}, COMMITTEE, "รายงาน", actor="clerk")
    with pytest.raises(InputRefused, match="หลัง ๒๕๖๑"):
        disposal.opine(batch, both | {2: Opinion("keep", 2561)}, COMMITTEE, "รายงาน", actor="clerk")


@pytest.mark.parametrize("same", ["proposer", "clerk"])
def test_who_proposed_the_list_or_entered_the_opinions_cannot_approve_it(same: str) -> None:
    batch = opined(proposed())
    with pytest.raises(Forbidden, match="ผู้อนุมัติต้องไม่ใช่"):
        disposal.approve(batch, "ที่ ๑", "สจช. เห็นชอบ", actor=same)
    assert disposal.get(None, batch.key).state == disposal.OPINED


def test_nothing_is_approved_before_the_committee_and_nothing_carried_out_before_the_approval() -> None:
    batch = proposed()
    with pytest.raises(Conflict, match="รอความเห็นคณะกรรมการ"):
        approved(batch)
    with pytest.raises(Conflict, match="รออนุมัติ"):
        disposal_work.carry_out(opined(batch), actor="chief")


def test_an_approval_needs_its_number_and_the_answer_of_the_national_archives() -> None:
    batch = opined(proposed())
    for order, archives in (("", "เห็นชอบ"), ("ที่ ๑", " ")):
        with pytest.raises(InputRefused, match="ยังไม่ได้กรอก"):
            disposal.approve(batch, order, archives, actor="chief")


def test_opinions_that_changed_meanwhile_are_not_approved_unseen() -> None:
    seen = opined(proposed())
    opined(seen, line_1=Opinion("keep", 2580))
    with pytest.raises(Outdated):
        approved(seen)


# ------------------------------------------------------------------------------------------------ carrying it out
def test_a_destroyed_dossier_is_a_valid_tombstone_without_a_word_about_the_person(home: Path) -> None:
    batch = destroyed()

    left = bytes_of(OLD)
    assert batch.state == disposal.DONE
    assert {name for name in left if "/content/" in name} == {"v3/content/record.json"}
    assert not any(NAME.encode() in data or b"book of a person" in data for data in left.values())
    assert not any("นาย" in name for name in left)
    sound(home)
    assert archive.verify(OLD) == []


def test_the_tombstone_says_what_was_destroyed_by_whom_and_on_whose_order() -> None:
    batch = approved(opined(proposed()))
    was = set(Document.objects.filter(dossier__key=OLD).values_list("sha512", flat=True))
    carried_out(batch)

    told = json.loads(bytes_of(OLD)["v3/content/record.json"])["disposed"]
    assert was <= {each["sha512"] for each in told["destroyed"]}
    people = {"proposed_by": "proposer", "decided_by": "clerk", "approved_by": "chief", "by": "chief"}
    assert {name: told[name] for name in people} == people
    assert (told["list"], told["line"], told["order"]) == (batch.key, 1, "ที่ ฉช ๐๐๑๙/๑๒๓")
    row = archive.get(OLD)
    assert (row.files, row.documents.count(), row.title) == (0, 0, batch.lines[0].subject)
    assert row.disposed["approved_by"] == "chief"


def test_it_is_audited_before_and_after() -> None:
    destroyed()
    verbs = list(Event.objects.filter(subject=OLD).order_by("id").values_list("verb", flat=True))
    assert verbs[-2:] == [destruction.BEGUN, "dossier.destroyed"]
    audit.verify()


def test_words_pictures_and_what_was_handed_in_go_as_well(home: Path, own_home: Path) -> None:
    entered_year(year_be=2550)
    register.enter_applicants(register.year(BE(2550)), [entry(NAME)], actor="tester")
    applicant = register.applicants(register.year(BE(2550)))[0]
    _handed_in(applicant, b"house")
    old_dossier()
    book = Document.objects.get(dossier__key=OLD, path="book/book.pdf", current=True)
    page_index.enter(book.pk, 2550 * page_index.DISTRICTS + 2401, {1: "คำลับในเล่ม"})
    kept = [own_home / "cache/pages" / book.sha256[:2] / f"{book.sha256}-1-240.webp", own_home / "pieces/ab/abc.pdf"]
    for path in kept:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"a picture")

    carried_out(approved(opined(proposed("2549/24/2401/leader-0009"))))

    assert not any(path.exists() for path in kept)
    assert not list(stores.opened(stores.INTAKE).list(""))
    assert not EvidenceFile.objects.exists()
    assert page_index.find(["คำลับในเล่ม"], [range(0, 10**9)], 0, 9) == []
    assert _words("ประเสริฐ") == 1  # the applicant in the year's register; no dossier, no document


def _words(word: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM docservice_words WHERE words LIKE %s", [f"%{word}%"])
        return int(cursor.fetchone()[0])


def _handed_in(applicant: Any, data: bytes) -> None:
    stores.opened(stores.INTAKE).put(intake.key(digest(data)), data)
    EvidenceFile.objects.create(
        applicant=applicant,
        name="บ้าน.pdf",
        size=len(data),
        sha256=digest(data),
        added_by="x",
        added_at="2026-01-01T00:00Z",
    )


def test_the_second_copy_is_buried_with_it_and_mends_nothing_back(second_copy: Path) -> None:
    batch = approved(opined(proposed()))
    list(iter(second.follow, 0))
    assert list((second_copy / "archive" / OLD).rglob("book.pdf"))

    carried_out(batch)

    left = {str(path.relative_to(second_copy / "archive" / OLD)) for path in _files(second_copy / "archive" / OLD)}
    assert left == set(bytes_of(OLD))
    assert second.compare().differing == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_keeping_on_and_handing_over_are_noted_and_the_dossier_is_due_again_when_the_new_time_is_over() -> None:
    batch = proposed(OLD, OTHER)
    carried_out(approved(opined(batch, line_1=Opinion("keep", 2580, "ยังใช้อ้างอิง"), line_2=Opinion("transfer"))))

    assert disposal.get(None, batch.key).state == disposal.DONE
    assert Dossier.objects.filter(disposed__isnull=False).count() == 0
    later = [d.key for d, kept in retention.over(None, "24", date(2038, 1, 1)) if kept.is_due(date(2038, 1, 1))]
    assert later == [OLD]
    assert [d.key for d, _ in retention.over(None, "24", TODAY)] == [OTHER]


def test_nothing_more_is_filed_into_a_destroyed_dossier() -> None:
    destroyed()
    with pytest.raises(Conflict, match="ทำลายแล้วเมื่อ"):
        filed(filing("book/book.pdf", b"again"), key=OLD)
    with pytest.raises(Conflict, match="ทำลายแล้วเมื่อ"):
        retention.place_hold(archive.get(OLD), "คดี", actor="lawyer")


# ------------------------------------------------------------------------------------------------- what is refused
def test_a_hold_placed_after_the_approval_stops_it() -> None:
    batch = approved(opined(proposed()))
    retention.place_hold(archive.get(OLD), "คดี", actor="lawyer")
    job = carried_out(batch)
    assert states(job) == ["failed"]
    assert (failure(job)["code"], "lawyer" in failure(job)["message"]) == ("conflict", True)
    assert archive.verify(OLD) == []


def test_a_dossier_that_changed_since_it_was_listed_is_left_alone() -> None:
    batch = approved(opined(proposed()))
    filed(filing("book/book.pdf", b"a new book", kind="book"), key=OLD)
    job = carried_out(batch)
    assert failure(job)["code"] == "outdated"
    assert archive.get(OLD).documents.exists()


def test_a_dossier_whose_time_is_not_over_is_refused_with_the_day() -> None:
    batch = approved(opined(proposed()))
    order = disposal_work.order_of(batch, batch.lines[0])
    with pytest.raises(Conflict, match="ยังต้องเก็บไว้ถึง ๓๑ ธันวาคม ๒๕๖๐"):
        destruction.destroy(order, actor="chief", today=date(2017, 12, 31))


def test_a_dossier_destroyed_by_one_list_is_not_destroyed_by_another() -> None:
    batch = destroyed()
    order = disposal_work.order_of(batch, batch.lines[0])
    other = destruction.Order(**{**vars(order), "list": "2562/24/2400/disposal-99"})
    with pytest.raises(Conflict, match="ทำลายแล้วเมื่อ"):
        destruction.destroy(other, actor="chief", today=TODAY)


# ------------------------------------------------------------------------------------------------ dying on the way
class _PowerCutError(Exception):
    """The machine goes off."""


def _dies_at(step: int) -> Any:
    left = [step]

    def steps(_name: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise _PowerCutError

    return steps


def test_whatever_the_step_at_which_it_dies_the_same_order_does_the_rest(home: Path) -> None:
    batch = approved(opined(proposed()))
    like, step, died = vars(disposal_work.order_of(batch, batch.lines[0])), 0, True
    while died:
        key = f"2550/24/2401/leader-{step + 100:04d}"
        filed(filing("book/book.pdf", b"%d" % step, kind="book"), key=key, title=NAME)
        order = destruction.Order(**{**like, "dossier": key, "version": 1})
        try:
            destruction.destroy(order, actor="chief", today=TODAY, steps=_dies_at(step))
            died = False
        except _PowerCutError:
            if step % 4 == 1:
                archive.reindex(actor="tester")  # the index is made up to date in between
            Dossier.objects.filter(key=key).update(locked_until=None)
        destruction.destroy(order, actor="chief", today=TODAY)
        left = {name.partition("/")[2] for name in bytes_of(key) if "/content/" in name}
        assert left == {"content/record.json"}
        assert archive.verify(key) == []
        assert archive.get(key).disposed["list"] == batch.key
        assert "unfinished" not in archive.get(key).disposed
        step += 1
    assert step > 15
    sound(home)


def test_a_destruction_that_broke_off_does_not_count_as_done() -> None:
    batch = approved(opined(proposed()))
    order = disposal_work.order_of(batch, batch.lines[0])
    with pytest.raises(_PowerCutError):
        destruction.destroy(order, actor="chief", today=TODAY, steps=_dies_at(12))
    archive.reindex(actor="tester")
    assert archive.get(OLD).disposed["unfinished"]
    assert disposal.get(None, batch.key).state == disposal.APPROVED
    carried_out(batch)
    assert disposal.get(None, batch.key).state == disposal.DONE


# ------------------------------------------------------------------------------------------------- from the store alone
def test_tombstones_and_lists_survive_a_new_index() -> None:
    batch = destroyed()
    before = {row.key: (row.title, row.version, row.disposed) for row in Dossier.objects.all()}
    Document.objects.all().delete()
    Dossier.objects.all().delete()

    archive.reindex(actor="tester")

    assert {row.key: (row.title, row.version, row.disposed) for row in Dossier.objects.all()} == before
    assert disposal.get(None, batch.key).state == disposal.DONE
    assert archive.verify(OLD) == []


def test_asked_again_nothing_more_happens() -> None:
    batch = destroyed()
    events = Event.objects.filter(subject=OLD).count()
    job = carried_out(batch)
    assert states(job) == ["done"]
    assert Event.objects.filter(subject=OLD).count() == events


def test_a_worker_that_is_told_of_another_approval_refuses() -> None:
    batch = approved(opined(proposed()))
    job = disposal_work.carry_out(batch, actor="chief")
    JobItem.objects.filter(job=job).update(payload={"list": batch.key, "approval": "0" * 64, "line": 1})
    list(jobs.work(job, disposal_work.work))
    assert failure(job)["code"] == "conflict"
