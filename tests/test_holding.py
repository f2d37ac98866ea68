"""A hold reaches the bucket's own lock: on a real S3 server, with keys that may delete whatever is not locked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from disposal_office import TODAY, approved, old_dossier, opined, proposed
from office_year import filed, filing
from s3server import S3Server

from docservice import (
    archive,
    destruction,
    disposal_work,
    holding,
    jobs,
    keeping,
    lot,
    record,
    retained,
    retention,
    second_copy,
    store_hold,
)
from docservice.config import config
from docservice.errors import Conflict, StoreUnavailable
from docservice.holding import FREEING, LOCKING
from docservice.models import Account, Document, Event, Job, JobItem
from docservice.store_hold import ADDED, FAILED, FREED, LOCKED, NO_LOCK
from docservice.web import holds
from docservice.web.page import Request
from storage.bucket import S3Store
from storage.destruction import require_unlocked
from storage.keys import DossierKey
from storage.proof import Held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]

FIRST, SECOND, LATER = "2550/24/2401/leader-0001", "2550/24/2401/leader-0002", "2550/24/2401/leader-0003"
ELSEWHERE = "2551/24/2401/leader-0001"
YEAR = retained.year_hold_key(2550, "24")
_NAMES = ("store_url", "store_key", "store_secret", "replica_url", "replica_key", "replica_secret")


def made(server: S3Server, *, lock: bool) -> str:
    """A bucket of its own; its address."""
    name = f"office-{uuid.uuid4().hex[:12]}"
    server.client().make_bucket(name, object_lock=lock)
    return server.url("office", name)


def settled_in(url: str, server: S3Server, replica_url: str = "") -> None:
    keys = (server.admin.key, server.admin.secret)
    for name, value in zip(_NAMES, (url, *keys, replica_url, *keys), strict=True):
        object.__setattr__(config(), name, value)
    archive.root.cache_clear()
    archive.prepare()


@pytest.fixture
def before() -> Iterator[None]:
    """The settings of the test process, put back afterwards."""
    kept = {name: getattr(config(), name) for name in _NAMES}
    yield
    for name, value in kept.items():
        object.__setattr__(config(), name, value)
    archive.root.cache_clear()


@pytest.fixture
def office(before: None, s3_server: S3Server) -> None:
    """An empty office whose store is a bucket with object lock; the keys may delete."""
    settled_in(made(s3_server, lock=True), s3_server)


def store() -> S3Store:
    found = archive.root().store
    assert isinstance(found, S3Store)
    return found


def held(key: str) -> Held:
    return store().legal_hold(f"{key}/")


def worked(job: Job | None = None) -> None:
    """What the workers would do with everything that waits."""
    for each in [job] if job else Job.objects.filter(verb=holding.VERB, state__in=("requested", "running")):
        list(jobs.work(each, holding.work))


def placed(key: str = FIRST) -> None:
    retention.place_hold(archive.get(key), "คดีหมายเลขดำที่ ๑/๒๕๖๙", actor="lawyer")
    worked()


def lifted(key: str = FIRST) -> None:
    retention.lift_hold(key, "คดีถึงที่สุด", actor="chief")
    worked()


def told(key: str) -> list[str]:
    rows = Event.objects.filter(subject=key, verb__startswith="hold.").order_by("id")
    return [f"{verb} {details.get('files', '')}".strip() for verb, details in rows.values_list("verb", "details")]


def deleted(server: S3Server, key: str) -> int:
    """How many versions of the dossier's files the bucket's keys can take away, going round what they may."""
    bucket, gone = store().bucket, 0
    found = server.client().list_objects(bucket.name, f"{bucket.prefix}/{key}/", recursive=True, include_version=True)
    for each in found:
        name = str(each.object_name).removeprefix(f"{bucket.prefix}/")
        query = {"versionId": str(each.version_id)}
        gone += (
            not store()
            ._s3.told("DELETE", name, headers={"x-amz-bypass-governance-retention": "true"}, query=query)
            .code
        )
    return gone


def test_a_held_dossier_is_locked_in_the_bucket_and_free_when_the_hold_is_lifted(s3_server: S3Server) -> None:
    old_dossier(FIRST)
    retention.place_hold(archive.get(FIRST), "คดี", actor="lawyer")
    assert holding.state_of(FIRST, held=True).what == LOCKING
    worked()
    seen = held(FIRST)
    assert seen.stands(True)
    assert seen.versions > 10
    state = holding.state_of(FIRST, held=True)
    assert (state.what, state.files) == (LOCKED, seen.versions)
    assert deleted(s3_server, FIRST) == 0
    retention.lift_hold(FIRST, "คดีถึงที่สุด", actor="chief")
    assert holding.state_of(FIRST, held=False).what == FREEING
    worked()
    now = held(FIRST)
    assert now.stands(False)
    assert told(FIRST) == [
        "hold.placed",
        f"{LOCKED} {seen.versions}",
        "hold.lifted",
        f"{ADDED} {now.versions - seen.versions}",  # the lifting itself was filed while the hold stood
        f"{FREED} {now.versions}",
    ]
    assert holding.state_of(FIRST, held=False).what == FREED
    assert deleted(s3_server, FIRST) == now.versions


def test_what_is_filed_later_into_a_held_dossier_is_locked_too(s3_server: S3Server) -> None:
    old_dossier(FIRST)
    placed()
    before = held(FIRST).versions
    filed(filing("book/book.pdf", b"a third edition"), key=FIRST)
    now = held(FIRST)
    assert now.stands(True)
    state = holding.state_of(FIRST, held=True)
    assert (state.what, state.files) == (LOCKED, now.versions)
    assert now.versions > before
    assert deleted(s3_server, FIRST) == 0


def test_a_dossier_that_begins_in_a_held_year_is_locked_alone_and_in_a_lot() -> None:
    old_dossier(FIRST)
    retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    worked()
    filed(filing("book/book.pdf", b"alone"), key=SECOND)
    wishes = [record.Wish(key, key, [filing("book/book.pdf", key.encode())]) for key in (LATER, FIRST, ELSEWHERE)]
    lot.file_all(wishes, actor="clerk")
    assert [held(key).stands(True) for key in (FIRST, SECOND, LATER, YEAR)] == [True] * 4
    assert held(ELSEWHERE).held == 0


def test_two_holds_are_both_to_be_lifted() -> None:
    old_dossier(FIRST)
    old_dossier(SECOND)
    placed()
    retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    worked()
    lifted(YEAR)
    assert (held(FIRST).stands(True), held(SECOND).stands(False)) == (True, True)
    lifted()
    assert held(FIRST).stands(False)


def test_the_year_outlives_the_dossiers_own_hold() -> None:
    old_dossier(FIRST)
    retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    placed()
    lifted()
    assert held(FIRST).stands(True)
    assert holding.state_of(FIRST, held=True).what == LOCKED
    lifted(YEAR)
    assert held(FIRST).stands(False)


def test_a_job_that_was_stopped_goes_on_with_the_rest() -> None:
    for key in (FIRST, SECOND, LATER):
        old_dossier(key)
    act = retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    job = holding.job_of(act)
    assert job is not None
    assert (job.items.count(), job.district) == (4, "")
    next(jobs.work(job, holding.work, limit=1))  # one dossier, then the process is gone
    JobItem.objects.filter(job=job).exclude(state=JobItem.DONE).update(state=JobItem.WAITING, lease_until=None)
    assert sum(held(key).stands(True) for key in (FIRST, SECOND, LATER, YEAR)) == 1
    worked(job)
    assert [held(key).stands(True) for key in (FIRST, SECOND, LATER, YEAR)] == [True] * 4
    assert told(FIRST) == [f"{LOCKED} {held(FIRST).versions}"]


def test_a_job_that_ends_while_the_page_looks_is_seen_to_have_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    old_dossier(FIRST)
    retention.place_hold(archive.get(FIRST), "คดีหมายเลขดำที่ ๑/๒๕๖๙", actor="lawyer")
    look = holding.job_of

    def just_ended(act: Document) -> Job | None:
        worked()
        return look(act)

    monkeypatch.setattr(holding, "job_of", just_ended)
    request = cast(Request, SimpleNamespace(user=Account(role=Account.STAFF)))
    found = holds.of_dossier(request, FIRST, held=True)

    assert (found.state.what, found.live) == (LOCKED, False)


def test_a_late_job_does_what_is_right_by_then() -> None:
    old_dossier(FIRST)
    placing = holding.job_of(retention.place_hold(archive.get(FIRST), "คดี", actor="lawyer"))
    lifting = holding.job_of(retention.lift_hold(FIRST, "ถอนฟ้อง", actor="chief"))
    worked(lifting)
    worked(placing)
    assert held(FIRST).stands(False)


def test_every_night_what_is_not_locked_is_locked_and_what_is_locked_still_is_freed() -> None:
    old_dossier(FIRST)
    old_dossier(SECOND)
    placed(FIRST)
    placed(SECOND)
    retention.lift_hold(SECOND, "ถอนฟ้อง", actor="chief")
    store().set_legal_hold(f"{FIRST}/v1/", on=False)
    found = holding.reconcile()
    assert found is not None
    assert (sorted(found.mended), found.failed, found.held) == ([FIRST, SECOND], [], 1)
    assert (held(FIRST).stands(True), held(SECOND).stands(False)) == (True, True)
    checked = holding.last_check()
    assert checked is not None
    assert (checked.details["mended_count"], checked.details["files"]) == (2, held(FIRST).versions)
    again = holding.reconcile()
    assert again is not None
    assert (again.mended, again.held) == ([], 1)


def test_nothing_is_asked_at_night_where_nothing_was_ever_held() -> None:
    old_dossier(FIRST)
    assert holding.reconcile() is None
    assert not Event.objects.filter(verb=holding.CHECKED).exists()


def test_holds_that_come_back_from_the_store_alone_are_locked_at_night() -> None:
    old_dossier(FIRST)
    retention.place_hold(archive.get(FIRST), "คดี", actor="lawyer")
    archive.get(FIRST).documents.all().delete()
    archive.get(FIRST).delete()
    archive.reindex(actor="tester")
    assert not held(FIRST).stands(True)
    holding.reconcile()
    assert held(FIRST).stands(True)


def test_a_bucket_without_locks_is_told_so_and_never_called_locked(s3_server: S3Server) -> None:
    settled_in(made(s3_server, lock=False), s3_server)
    old_dossier(FIRST)
    placed()
    filed(filing("book/book.pdf", b"a third edition"), key=FIRST)
    assert holding.state_of(FIRST, held=True).what == NO_LOCK
    assert told(FIRST) == ["hold.placed", f"{NO_LOCK} 0", f"{NO_LOCK} 0"]
    found = holding.reconcile()
    assert found is not None
    assert not found.able
    lifted()
    assert holding.state_of(FIRST, held=False).what == ""


def test_a_folder_is_not_asked_and_its_filing_costs_no_question(
    before: None, s3_server: S3Server, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    settled_in(f"file://{tmp_path}/store", s3_server)
    old_dossier(FIRST)
    act = retention.place_hold(archive.get(FIRST), "คดี", actor="lawyer")
    assert holding.job_of(act) is None
    with django_assert_num_queries(0):
        store_hold.keep({FIRST: (3, 3)}, "clerk")
    assert holding.state_of(FIRST, held=True).what == NO_LOCK
    assert holding.reconcile() is None


def test_filing_into_what_is_not_held_costs_one_question_and_the_bucket_none(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    old_dossier(FIRST)
    monkeypatch.setattr(S3Store, "set_legal_hold", None)
    with django_assert_num_queries(1):
        assert store_hold.keep(dict.fromkeys((FIRST, SECOND, LATER), (1, 1)), "clerk") == []
    assert filed(filing("book/book.pdf", b"a third edition"), key=FIRST).new == 1


def test_keys_without_the_right_are_an_outcome_of_their_own(s3_server: S3Server) -> None:
    old_dossier(FIRST)
    name = store().bucket.name
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObjectLegalHold"]}
    policy = {"Version": "2012-10-17", "Statement": [{**deny, "Resource": [f"arn:aws:s3:::{name}/*"]}]}
    s3_server.client().set_bucket_policy(name, json.dumps(policy))
    placed()
    job = Job.objects.get(verb=holding.VERB)
    assert (job.state, "ไม่มีสิทธิ์ล็อกหรือปลดล็อกไฟล์" in job.items.get().error["message"]) == (Job.FAILED, True)
    assert holding.state_of(FIRST, held=True).what == FAILED
    filed(filing("book/book.pdf", b"a third edition"), key=FIRST)  # filing goes on
    found = holding.reconcile()
    assert found is not None
    assert (found.failed, "s3:PutObjectLegalHold" in found.fault) == ([FIRST], True)
    s3_server.client().delete_bucket_policy(name)
    holding.reconcile()
    assert held(FIRST).stands(True)
    assert holding.state_of(FIRST, held=True).what == LOCKED


def test_a_service_that_goes_away_midway_is_tried_again_by_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    old_dossier(FIRST)
    retention.place_hold(archive.get(FIRST), "คดี", actor="lawyer")
    job, left = Job.objects.get(verb=holding.VERB), [4]

    def gone(name: str) -> None:
        left[0] -= name == "legal-hold"
        if left[0] < 0:
            raise StoreUnavailable("ไม่ตอบ")

    monkeypatch.setattr(store(), "_steps", gone)
    assert jobs.work_chunk(job, holding.work, 5, "one") == 1
    assert job.items.get().state == JobItem.WAITING, "it waits for its next attempt"
    monkeypatch.undo()
    job.items.update(lease_until=None)
    assert jobs.work_chunk(job, holding.work, 5, "two") == 1
    assert held(FIRST).stands(True)


def test_a_list_is_refused_while_the_store_still_holds_and_carried_out_afterwards() -> None:
    batch = approved(opined(proposed(FIRST)))
    placed()
    with pytest.raises(Conflict, match="ถูกระงับการทำลายโดย"):
        destruction.destroy(disposal_work.order_of(batch, batch.lines[0]), actor="chief", today=TODAY)
    lifted()
    store().set_legal_hold(f"{FIRST}/v1/content/", on=True)
    with pytest.raises(Conflict, match="ยังถูกล็อกในที่จัดเก็บเพราะมีการระงับ") as refused:
        require_unlocked(store(), DossierKey.parse(FIRST))
    assert "archive holds --check" in refused.value.remedy
    assert "9999" not in refused.value.english


def test_a_second_copy_that_is_away_is_told_of_itself_and_caught_up_at_night(s3_server: S3Server) -> None:
    old_dossier(FIRST)
    url = config().store_url
    settled_in(url, s3_server, s3_server.url("office", "there-is-no-such-bucket"))
    placed()
    assert held(FIRST).stands(True)
    assert holding.state_of(FIRST, held=True).what == LOCKED
    failing = store_hold.last(FIRST, store_hold.COPY)
    assert failing is not None
    assert failing.verb == FAILED
    assert "there-is-no-such-bucket" in failing.details["fault"]
    settled_in(url, s3_server, made(s3_server, lock=True))
    second_copy.follow()
    assert holding.reconcile() is not None
    copy = store_hold._copy()
    assert copy is not None
    assert copy.legal_hold(f"{FIRST}/").stands(True)


def test_the_second_copy_in_a_bucket_is_locked_too_and_later_files_with_it(s3_server: S3Server) -> None:
    settled_in(config().store_url, s3_server, made(s3_server, lock=True))
    old_dossier(FIRST)
    second_copy.follow()
    placed()
    second_copy.follow()
    filed(filing("book/book.pdf", b"a third edition"), key=FIRST)
    second_copy.follow()
    copy = store_hold._copy()
    assert copy is not None
    seen = copy.legal_hold(f"{FIRST}/")
    assert seen.stands(True)
    assert seen.versions > 15
    lifted()
    second_copy.follow()
    holding.reconcile()
    assert copy.legal_hold(f"{FIRST}/").stands(False)


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command answers as JSON."""
    from docservice.cli.app import run  # noqa: PLC0415  Django must be set up first

    capsys.readouterr()
    assert run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_commands_carry_a_hold_out_and_say_what_the_store_was_seen_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old_dossier(FIRST)
    answer = asked(capsys, "archive", "hold", FIRST, "--reason", "คดี")
    assert answer["store"] == {"able": True, "dossiers": 1, "locked": 1, "files": held(FIRST).versions}
    (row,) = asked(capsys, "archive", "holds")
    assert (row["store"], row["files"]) == (LOCKED, held(FIRST).versions)
    report = asked(capsys, "archive", "verify", FIRST)
    assert (report["held"], report["locked"], report["loose"]) == (1, 1, [])
    store().set_legal_hold(f"{FIRST}/v1/", on=False)
    report = asked(capsys, "archive", "verify", FIRST)
    assert (report["locked"], report["loose"]) == (0, [FIRST])
    checked = asked(capsys, "archive", "holds", "--check")
    assert checked["checked"]["mended"] == [FIRST]
    answer = asked(capsys, "archive", "lift", FIRST, "--reason", "ถอนฟ้อง")
    assert answer["store"]["locked"] == 0
    assert held(FIRST).stands(False)


def test_the_alarm_tells_a_store_that_does_not_do_it() -> None:
    def line() -> keeping.Line:
        return next(each for each in keeping.lines() if each.name == "holds")

    old_dossier(FIRST)
    assert (line().state, line().word.english) == (keeping.NONE, "no holds")
    placed()
    assert (line().state, line().word.english) == (keeping.NONE, "not checked yet")
    holding.reconcile()
    assert line().state == keeping.GOOD
    object.__setattr__(config(), "replica_url", config().store_url.replace("office", "nowhere", 1))
    holding.reconcile()
    assert (line().state, FIRST in line().why.message) == (keeping.BAD, True)
