"""The audit log: a chain in which a changed, swapped or removed line shows at its place."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from docservice import audit, database
from docservice.errors import FixityBroken
from docservice.models import Event

pytestmark = pytest.mark.django_db


def _chain(length: int = 5) -> list[Event]:
    return [audit.record("สมศรี", "document.filed", f"2562/24/2401/leader-{n:04d}", {"n": n}) for n in range(length)]


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _broken_at() -> str:
    with pytest.raises(FixityBroken) as broken:
        audit.verify()
    assert broken.value.exit == 5
    return broken.value.message


def test_an_untouched_chain_is_whole_and_counted() -> None:
    _chain()

    assert audit.verify() == 5


def test_an_empty_chain_is_whole() -> None:
    assert audit.verify() == 0


def test_each_event_carries_the_digest_of_the_one_before() -> None:
    first, second, third = _chain(3)

    assert first.previous == audit.FIRST
    assert (second.previous, third.previous) == (first.digest, second.digest)


def test_details_come_back_from_the_database_with_the_same_digest() -> None:
    details = {"ชื่อ": "กลุ่ม “ทอผ้า”", "ratio": 0.1, "list": [1, None, True], "nested": {"ก": "ข"}}

    event = audit.record("สมศรี", "job.requested", "job/1", details)

    assert audit.digest_of(Event.objects.get(pk=event.pk)) == event.digest


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "คนอื่น"),
        ("verb", "document.removed"),
        ("subject", "2562/24/2401/leader-9999"),
        ("details", '{"n": 99}'),
        ("at", "2019-01-01 00:00:00"),
        ("previous", "0" * 64),
        ("digest", "f" * 64),
    ],
)
def test_a_row_edited_by_sql_breaks_the_chain_at_its_place(column: str, value: str) -> None:
    edited = _chain()[2]

    _sql(f"UPDATE docservice_event SET {column} = %s WHERE id = %s", value, edited.pk)  # noqa: S608  names are ours

    assert f"ลำดับที่ {edited.pk} " in _broken_at()


def test_an_edit_with_a_digest_made_to_fit_breaks_the_chain_at_the_next_row() -> None:
    chain = _chain()
    forged = chain[2]
    forged.actor = "คนอื่น"

    _sql(
        "UPDATE docservice_event SET actor = %s, digest = %s WHERE id = %s",
        forged.actor,
        audit.digest_of(forged),
        forged.pk,
    )

    assert f"ลำดับที่ {chain[3].pk} " in _broken_at()


def test_a_removed_row_breaks_the_chain_at_the_next() -> None:
    chain = _chain()

    _sql("DELETE FROM docservice_event WHERE id = %s", chain[1].pk)

    assert f"ลำดับที่ {chain[2].pk} " in _broken_at()


def test_the_first_row_cannot_be_removed_unseen() -> None:
    chain = _chain()

    _sql("DELETE FROM docservice_event WHERE id = %s", chain[0].pk)

    assert f"ลำดับที่ {chain[1].pk} " in _broken_at()


def test_two_swapped_rows_break_the_chain() -> None:
    chain = _chain()

    for pk, place in ((chain[1].pk, 1000), (chain[2].pk, chain[1].pk), (1000, chain[2].pk)):
        _sql("UPDATE docservice_event SET id = %s WHERE id = %s", place, pk)

    _broken_at()


def test_a_row_put_in_between_breaks_the_chain() -> None:
    chain = _chain()
    _sql("UPDATE docservice_event SET id = id + 100 WHERE id > %s", chain[2].pk)

    audit.record("คนอื่น", "x", "y")
    _sql("UPDATE docservice_event SET id = %s WHERE actor = 'คนอื่น'", chain[2].pk + 1)

    _broken_at()


@pytest.mark.parametrize("statement", ["UPDATE docservice_event SET actor = 'x'", "DELETE FROM docservice_event"])
def test_the_database_itself_refuses_to_change_or_delete_a_line(statement: str) -> None:
    _chain()
    database.guard_the_log()
    database.guard_the_log()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _sql(statement)
    audit.record("สมศรี", "x", "y")
    assert audit.verify() == 6
