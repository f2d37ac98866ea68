"""Filing and finding again: nothing twice, nothing lost, nothing half-done, everything rebuilt from the store alone."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ocfl
import pytest
from django.db import OperationalError, connection
from office_year import KEY, digest, filed, filing

from docservice import archive, audit, dossier_lease
from docservice.errors import Conflict, FixityBroken, InputRefused, NotFound, StoreUnavailable
from docservice.models import Document, Dossier, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

LETTER, BOOK = "paper/letter.pdf", "book/book.pdf"


def _store(home: Path) -> Path:
    return home / "store" / "archive"


def _current() -> dict[str, int]:
    return dict(Document.objects.filter(current=True).values_list("path", "version"))


def _bytes(path: str, version: int | None = None) -> bytes:
    rows = Document.objects.filter(path=path)
    return archive.read_document(rows.get(version=version) if version else rows.get(current=True))


def _stored(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(_store(home))): p.read_bytes() for p in _store(home).rglob("*") if p.is_file()}


def _no_new_document(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith('INSERT INTO "docservice_document"'):
        raise OperationalError("disk full")
    return execute(sql, params, many, context)


def _crash(*filings: archive.Filing) -> None:
    """The machine fails between the store and the index: the database takes no row of a document."""
    with connection.execute_wrapper(_no_new_document), pytest.raises(OperationalError):
        filed(*filings)


def test_a_filed_document_is_found_with_its_bytes_digests_and_event() -> None:
    done = filed(filing(LETTER, b"letter"))

    assert (done.key, done.version, done.new) == (KEY, 1, 1)
    row = Document.objects.get()
    assert _bytes(LETTER) == b"letter"
    assert (row.size, row.sha256, row.pages, row.current) == (6, digest(b"letter"), 2, True)
    assert Event.objects.get().details == {"version": 1, "paths": [LETTER]}


def test_filing_twice_files_nothing(home: Path) -> None:
    filed(filing(LETTER, b"letter"), filing(BOOK, b"book"))
    before, events = _stored(home), Event.objects.count()

    again = filed(filing(LETTER, b"letter"), filing(BOOK, b"book"))

    assert (again.version, again.new) == (1, 0)
    assert _stored(home) == before
    assert (Document.objects.count(), Event.objects.count()) == (2, events)


def test_word_files_that_differ_only_by_their_clock_are_filed_once() -> None:
    filed(filing("paper/letter.docx", b"made at ten", inputs="a" * 64))

    assert filed(filing("paper/letter.docx", b"made at eleven", inputs="a" * 64)).new == 0
    assert _bytes("paper/letter.docx") == b"made at ten"


def test_other_bytes_make_version_2_and_version_1_still_opens() -> None:
    filed(filing(LETTER, b"first"))

    assert filed(filing(LETTER, b"second")).version == 2
    assert (_bytes(LETTER), _bytes(LETTER, 1), _bytes(LETTER, 2)) == (b"second", b"first", b"second")
    assert _current() == {LETTER: 2}


def test_a_new_version_of_one_document_leaves_the_others_as_they_were() -> None:
    filed(filing(LETTER, b"letter"), filing(BOOK, b"book"))
    filed(filing(LETTER, b"better letter"))

    assert _current() == {LETTER: 2, BOOK: 1}
    assert _bytes(BOOK) == b"book"


def test_going_back_to_the_first_bytes_makes_version_3_without_storing_them_again(home: Path) -> None:
    for data in (b"first", b"second", b"first"):
        filed(filing(LETTER, data))

    assert _current() == {LETTER: 3}
    assert _bytes(LETTER) == b"first"
    assert [name for name in _stored(home) if name.endswith("letter.pdf")] == [
        f"{KEY}/v1/content/{LETTER}",
        f"{KEY}/v2/content/{LETTER}",
    ]


def test_two_documents_of_the_same_bytes_are_both_found() -> None:
    filed(filing("evidence/photo/a.jpg", b"same"), filing("evidence/photo/b.jpg", b"same"))

    assert _bytes("evidence/photo/a.jpg") == _bytes("evidence/photo/b.jpg") == b"same"
    assert archive.verify(KEY) == []


def test_a_file_on_disk_is_filed_like_bytes(tmp_path: Path) -> None:
    (tmp_path / "scan.jpg").write_bytes(b"scan")

    filed(replace(filing("evidence/photo/ภาพ.jpg", b""), data=tmp_path / "scan.jpg"))

    assert _bytes("evidence/photo/ภาพ.jpg") == b"scan"


def test_another_validator_calls_the_archive_sound(home: Path) -> None:
    filed(filing(LETTER, b"first"), filing("evidence/photo/ภาพ 1.jpg", b"scan"))
    filed(filing(LETTER, b"second"))
    filed(filing("paper/order.pdf", b"order"), key="2562/24/2400/order-0012")

    root = ocfl.StorageRoot(root=str(_store(home)))
    assert root.validate(validate_objects=True, check_digests=True), root.log


def test_a_crash_between_store_and_index_leaves_no_row_and_heals_on_the_next_filing(home: Path) -> None:
    _crash(filing(LETTER, b"letter"))
    assert not Document.objects.exists()
    assert not Event.objects.exists()
    assert Dossier.objects.get().locked_until is None  # nobody waits for a lease that its holder is done with
    assert f"{KEY}/v1/content/{LETTER}" in _stored(home)

    assert filed(filing(LETTER, b"letter")).version == 1

    assert _bytes(LETTER) == b"letter"
    assert archive.verify(KEY) == []
    assert audit.verify() == 1
    assert sum(name.endswith("letter.pdf") for name in _stored(home)) == 1


def test_after_such_a_crash_version_1_still_opens_and_other_documents_can_be_filed() -> None:
    filed(filing(LETTER, b"first"))
    _crash(filing(LETTER, b"second"))
    assert _bytes(LETTER) == b"first"

    filed(filing(LETTER, b"second"), filing(BOOK, b"book"))

    assert (_bytes(LETTER), _bytes(LETTER, 1), _bytes(BOOK)) == (b"second", b"first", b"book")
    assert archive.verify(KEY) == []


def test_after_such_a_crash_something_else_may_be_filed_first() -> None:
    filed(filing(LETTER, b"first"))
    _crash(filing(LETTER, b"second"))

    filed(filing(BOOK, b"book"))

    assert (_bytes(LETTER), _bytes(LETTER, 1)) == (b"second", b"first")
    assert _current() == {LETTER: 2, BOOK: 3}
    assert archive.verify(KEY) == []


def test_a_version_the_store_had_claimed_but_not_published_is_indexed_too(home: Path) -> None:
    filed(filing(LETTER, b"first"))
    before = {name: data for name, data in _stored(home).items() if name.count("/") == 4}
    _crash(filing(LETTER, b"second"))
    for name, data in before.items():  # the root inventory and its sidecar are still those of version 1
        (_store(home) / name).write_bytes(data)

    filed(filing(BOOK, b"book"))

    assert _current() == {LETTER: 2, BOOK: 3}
    assert archive.verify(KEY) == []


def test_what_a_crash_left_in_the_store_alone_is_named_by_verify_until_it_is_healed() -> None:
    filed(filing(LETTER, b"first"))
    _crash(filing(BOOK, b"book"))

    assert any(BOOK in fault for fault in archive.verify(KEY))

    filed(filing(BOOK, b"book"))
    assert archive.verify(KEY) == []


def test_a_store_that_takes_nothing_leaves_no_row_and_no_lock(home: Path) -> None:
    _store(home).rename(home / "unplugged")
    (home / "store" / "archive").write_bytes(b"not a folder")

    with pytest.raises(StoreUnavailable):
        filed(filing(LETTER, b"letter"))
    assert not Document.objects.exists()

    (home / "store" / "archive").unlink()
    (home / "unplugged").rename(_store(home))
    assert filed(filing(LETTER, b"letter")).new == 1


def test_an_archive_that_is_not_attached_is_never_made_anew(home: Path) -> None:
    filed(filing(LETTER, b"letter"))
    _store(home).rename(home / "unplugged")

    archive.prepare()
    with pytest.raises(StoreUnavailable):
        filed(filing(LETTER, b"other"))

    assert _stored(home) == {}


def test_a_dossier_being_filed_by_another_is_refused_and_free_again_when_the_holder_is_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dossier_lease, "_PATIENCE", 0.5)
    filed(filing(LETTER, b"first"))
    later = datetime.now(UTC) + timedelta(seconds=15)
    Dossier.objects.update(locked_until=later)

    with pytest.raises(Conflict, match=KEY):
        filed(filing(LETTER, b"second"))
    assert Dossier.objects.get().locked_until == later
    assert _current() == {LETTER: 1}

    Dossier.objects.update(locked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert filed(filing(LETTER, b"second")).version == 2
    assert Dossier.objects.get().locked_until is None


def test_what_another_process_filed_meanwhile_is_not_filed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    filed(filing(BOOK, b"book"))
    locked = archive.locked

    def late(dossier: Dossier, *, made: bool) -> Any:
        monkeypatch.setattr(archive, "locked", locked)
        filed(filing(LETTER, b"made by the other", inputs="a" * 64))
        return locked(dossier, made=made)

    monkeypatch.setattr(archive, "locked", late)

    assert filed(filing(LETTER, b"made here", inputs="a" * 64)) == archive.Filed(KEY, 2, 0)
    assert _bytes(LETTER) == b"made by the other"


@pytest.mark.parametrize("path", ["../x.pdf", "/etc/x", "a//b", "", "paper/\x00.pdf", "ก" * 90 + ".pdf"])
def test_a_path_the_store_cannot_keep_is_refused_and_nothing_is_filed(path: str, home: Path) -> None:
    before = _stored(home)

    with pytest.raises(InputRefused):
        filed(filing(path, b"x"))

    assert _stored(home) == before
    assert not Document.objects.exists()


@pytest.mark.parametrize("key", ["2019/24/2401/x", "2562/24/2501/x", "2562/24/2401/นายก", "x", "2562/24/2401/../y"])
def test_a_wrong_dossier_key_is_refused_and_leaves_no_dossier(key: str) -> None:
    with pytest.raises(InputRefused):
        filed(filing(LETTER, b"x"), key=key)

    assert not Dossier.objects.exists()


def test_an_unknown_dossier_is_not_found() -> None:
    with pytest.raises(NotFound, match="leader-0099"):
        archive.get("2562/24/2401/leader-0099")


def test_a_sound_dossier_has_no_faults() -> None:
    filed(filing(LETTER, b"first"), filing(BOOK, b"book"))
    filed(filing(LETTER, b"second"))

    assert archive.verify(KEY) == []


def _corrupt(path: Path) -> None:
    os.chmod(path, 0o600)  # noqa: PTH101  written once, read-only
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "name",
    [
        f"v1/content/{LETTER}",
        f"v2/content/{LETTER}",
        "v1/content/record.json",
        "v1/inventory.json",
        "v2/inventory.json",
        "inventory.json",
        "inventory.json.sha512",
        "0=ocfl_object_1.1",
    ],
)
def test_one_corrupted_byte_anywhere_is_named_by_verify(name: str, home: Path) -> None:
    filed(filing(LETTER, b"first"))
    filed(filing(LETTER, b"second"))

    _corrupt(_store(home) / KEY / name)

    faults = archive.verify(KEY)
    assert faults
    assert KEY in faults[0]


def test_a_file_that_is_gone_is_named_by_verify(home: Path) -> None:
    filed(filing(LETTER, b"first"))

    (_store(home) / KEY / "v1" / "content" / LETTER).unlink()

    assert any(LETTER in fault for fault in archive.verify(KEY))


def test_a_row_that_tells_another_digest_than_the_store_is_named_by_verify() -> None:
    filed(filing(LETTER, b"first"))
    Document.objects.update(sha512="0" * 128)

    assert any(LETTER in fault for fault in archive.verify(KEY))


def test_corrupted_bytes_are_never_handed_out(home: Path) -> None:
    filed(filing(LETTER, b"first"))
    _corrupt(_store(home) / KEY / "v1" / "content" / LETTER)

    with pytest.raises(FixityBroken, match=LETTER):
        _bytes(LETTER)


def test_is_filed_asks_for_every_path_and_its_inputs() -> None:
    filed(filing(LETTER, b"letter"))

    assert archive.is_filed(KEY, {LETTER: digest(b"letter")})
    assert not archive.is_filed(KEY, {LETTER: digest(b"other")})
    assert not archive.is_filed(KEY, {LETTER: digest(b"letter"), BOOK: digest(b"book")})
    assert not archive.is_filed("2562/24/2401/leader-0002", {LETTER: digest(b"letter")})
