"""Rows entered by a ready statement are read as those that Django enters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from docservice.insertion import insert, insert_new, insert_new_all, is_there
from docservice.models import Document, Dossier, Event

pytestmark = pytest.mark.django_db

_AT = datetime(2019, 3, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=7)))


def _dossier(number: int, **told: object) -> Dossier:
    key = f"2562/24/2401/leader-{number:04d}"
    return Dossier(key=key, year_be=2562, province="24", district="2401", title="ผู้นำ 'อช.' 100%", **told)


def _documents(dossier: Dossier, count: int, path: str = "paper/{}.pdf") -> list[Document]:
    return [
        Document(
            dossier=dossier,
            path=path.format(number),
            content=f"v1/content/paper/{number}.pdf",
            version=1,
            kind="certificate",
            title="ใบประกาศเกียรติคุณ",
            media_type="application/pdf",
            size=2**40,
            sha256="a" * 64,
            sha512="b" * 128,
            pages=None if number else 3,
            inputs="c" * 64,
            provenance={"ผู้ลงนาม": ["นายอำเภอ", None, 1.5, True]},
            filed_at=_AT,
        )
        for number in range(count)
    ]


def _read(model: type[Model], pk: object) -> dict[str, object]:
    row = model._default_manager.get(pk=pk)
    return {field.name: getattr(row, field.attname) for field in model._meta.concrete_fields if field.name != "id"}


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_entered_is_read_as_if_django_had_entered_it(count: int) -> None:
    ours, theirs = _dossier(1), _dossier(2)
    Dossier.objects.bulk_create([ours, theirs])
    insert(Document, _documents(ours, count))
    Document.objects.bulk_create(_documents(theirs, count))

    for number in range(count):
        path = f"paper/{number}.pdf"
        made, expected = (Document.objects.get(dossier=each, path=path) for each in (ours, theirs))
        same = {**_read(Document, expected.pk), "dossier": ours.pk}
        assert _read(Document, made.pk) == same


def test_none_of_no_rows_is_entered() -> None:
    insert(Event, [])

    assert not Event.objects.exists()


def test_one_row_is_told_its_number_and_can_be_saved_on() -> None:
    dossier = _dossier(1, about={"ชื่อ": "ก"}, locked_until=_AT)

    assert insert_new(Dossier, dossier)
    dossier.title = "ใหม่"
    dossier.save()

    assert _read(Dossier, dossier.pk) | {"title": "ใหม่"} == _read(Dossier, Dossier.objects.get().pk)
    assert Dossier.objects.get().locked_until == _AT.astimezone(UTC)


def test_what_is_there_already_stays_as_it_is() -> None:
    insert_new(Dossier, _dossier(1, version=4))

    assert not insert_new(Dossier, _dossier(1, version=9))
    assert Dossier.objects.get().version == 4
    assert is_there(Dossier, "key", "2562/24/2401/leader-0001")
    assert not is_there(Dossier, "key", "2562/24/2401/leader-0002")


def test_of_many_those_that_are_new_are_entered_and_the_others_stay() -> None:
    insert_new(Dossier, _dossier(1, version=4))
    rows = {row.key: row for row in (_dossier(number, version=9) for number in range(120, 0, -1))}

    insert_new_all(Dossier, rows, "key")
    insert_new_all(Dossier, {}, "key")

    assert list(Dossier.objects.order_by("key").values_list("version", flat=True)) == [4, *[9] * 119]
    told = {row.key: row.pk for row in rows.values() if row.pk is not None}
    assert told == dict(Dossier.objects.filter(version=9).values_list("key", "pk"))


@pytest.mark.parametrize("count", [1, 2])
def test_a_row_that_must_be_unique_is_refused_with_all_that_come_with_it(count: int) -> None:
    dossier = _dossier(1)
    insert_new(Dossier, dossier)
    insert(Document, _documents(dossier, 1, "paper/one.pdf"))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Document, [*_documents(dossier, count - 1), *_documents(dossier, 1, "paper/one.pdf")])
    assert Document.objects.count() == 1
