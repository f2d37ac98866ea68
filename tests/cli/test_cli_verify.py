"""What was tampered with is found and named, by us and by others' means; and mended where a second copy is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from office_year import filed, filing, tampered

from docservice import ledger, second_copy
from docservice.config import config
from docservice.models import Event

pytestmark = pytest.mark.usefixtures("office")

ORDERS = tuple(f"2562/24/2400/order-00{n}" for n in (12, 13, 14))
PAPER = "v1/content/paper/order.pdf"
Answer = Callable[..., Any]


@pytest.fixture
def store(home: Path) -> Path:
    return home / "store" / "archive"


@pytest.fixture
def copied(office: None, home: Path) -> Iterator[None]:
    """A second copy of it all."""
    object.__setattr__(config(), "replica_url", f"file://{home}/copy")
    second_copy.follow()
    yield
    object.__setattr__(config(), "replica_url", "")


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.chmod(0o600)
    path.write_bytes(change(path.read_bytes()))


def one_byte(store: Path) -> None:
    rewrite(store / ORDERS[1] / PAPER, lambda data: data[:-1] + bytes([data[-1] ^ 1]))


def two_objects_swapped(store: Path) -> None:
    one, other = (store / key for key in ORDERS[:2])
    one.rename(store / "aside")
    other.rename(one)
    (store / "aside").rename(other)


def two_files_swapped(store: Path) -> None:
    one, other = (store / key / PAPER for key in ORDERS[:2])
    first, second = one.read_bytes(), other.read_bytes()
    rewrite(one, lambda _: second)
    rewrite(other, lambda _: first)


def a_version_deleted(store: Path) -> None:
    """Wound back to the version before, inventories and all: the object by itself is whole."""
    before = {p.name: p.read_bytes() for p in (store / ORDERS[1]).glob("inventory*")}
    filed(filing("paper/order.pdf", b"order 13, mended", kind="order"), key=ORDERS[1], title="คำสั่งที่ 13")
    for path in sorted((store / ORDERS[1] / "v2").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (store / ORDERS[1] / "v2").rmdir()
    for name, data in before.items():
        rewrite(store / ORDERS[1] / name, lambda _, data=data: data)


def a_file_lost(store: Path) -> None:
    (store / ORDERS[1] / PAPER).unlink()


def a_file_slipped_in(store: Path) -> None:
    (store / ORDERS[1] / "v1/content/paper/extra.pdf").write_bytes(b"x")


def an_object_lost(store: Path) -> None:
    (store / ORDERS[1]).rename(store.parent / "elsewhere")


def a_foreign_object(store: Path) -> None:
    (store / "2562/24/2400/order-0099").mkdir()
    (store / "2562/24/2400/order-0099/0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.1\n")


def a_title_edited(_store: Path) -> None:
    tampered(f"UPDATE docservice_document SET title = 'คำสั่งปลอม' WHERE content = '{PAPER}' AND title = 'หนังสือเวียน'")  # noqa: S608  ours


def a_digest_edited(_store: Path) -> None:
    tampered("UPDATE docservice_document SET sha512 = 'f' WHERE path = 'paper/order.pdf'")


def a_dossier_retitled(_store: Path) -> None:
    tampered(f"UPDATE docservice_dossier SET title = 'ปลอม' WHERE key = '{ORDERS[1]}'")  # noqa: S608  ours


TAMPERED: list[tuple[Callable[[Path], None], list[str]]] = [
    (one_byte, [f"{ORDERS[1]}: ไฟล์ {PAPER} ไม่ตรง"]),
    (two_objects_swapped, [f"{ORDERS[0]}: บัญชีไฟล์เป็นของแฟ้มอื่น", f"{ORDERS[1]}: บัญชีไฟล์เป็นของแฟ้มอื่น"]),
    (two_files_swapped, [f"{ORDERS[0]}: ไฟล์ {PAPER} ไม่ตรง", f"{ORDERS[1]}: ไฟล์ {PAPER} ไม่ตรง"]),
    (a_version_deleted, [f"{ORDERS[1]}: รุ่นที่ 2 หายไป"]),
    (a_file_lost, [f"{ORDERS[1]}: ไฟล์ {PAPER} หายไป"]),
    (a_file_slipped_in, [f"{ORDERS[1]}: มีไฟล์แปลกปลอม v1/content/paper/extra.pdf"]),
    (an_object_lost, [f"{ORDERS[1]}: ไม่พบในคลังเอกสาร"]),
    (a_foreign_object, ["2562/24/2400/order-0099/"]),
    (a_title_edited, [f"{ORDERS[1]}: paper/order.pdf: ชื่อในทะเบียนไม่ตรงกับ record.json"]),
    (a_digest_edited, [f"{ORDERS[2]}: paper/order.pdf ในทะเบียนไม่ตรงกับที่เก็บ"]),
    (a_dossier_retitled, [f"{ORDERS[1]}: ชื่อหรือรายละเอียดของแฟ้มในทะเบียน"]),
]


@pytest.mark.parametrize(("tamper", "named"), TAMPERED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_tampered_with_is_named(
    answer: Answer, store: Path, tamper: Callable[[Path], None], named: list[str]
) -> None:
    tamper(store)
    found = answer("archive", "verify", "--year", "2562", "--processes", "1", exit_code=5)
    told = found["faults"] + found["strays"]
    assert [text for text in named if not any(text in each for each in told)] == []


def a_cut_tail() -> None:
    ledger.seal()
    last = Event.objects.latest("id").pk
    tampered(f"DELETE FROM docservice_event WHERE id = {last}")  # noqa: S608  a number


def an_edited_event() -> None:
    tampered("UPDATE docservice_event SET actor = 'คนอื่น' WHERE verb = 'document.filed'")


@pytest.mark.parametrize("tamper", [a_cut_tail, an_edited_event])
def test_a_log_that_was_tampered_with_is_named(answer: Answer, tamper: Callable[[], None]) -> None:
    tamper()
    assert "ลำดับที่" in answer("audit", "verify", exit_code=5)["message"]


@pytest.mark.parametrize("tamper", [one_byte, a_file_lost, a_file_slipped_in, an_object_lost])
def test_others_means_find_it_as_well(answer: Answer, store: Path, tamper: Callable[[Path], None]) -> None:
    tamper(store)
    found = answer("archive", "verify", "--year", "2562", "--independent", exit_code=5)
    assert {each["dossier"] for each in found["broken"]} == {ORDERS[1]}
    assert Event.objects.filter(verb="fixity.broken").count() == 0


def test_others_means_call_a_sound_year_sound(answer: Answer) -> None:
    found = answer("archive", "verify", "--year", "2562", "--independent")
    assert (found["dossiers"], found["files"], found["faults"], found["independent"]) == (3, 24, [], True)


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize("tamper", [one_byte, two_files_swapped, a_file_lost, an_object_lost])
def test_damage_is_mended_from_the_second_copy(answer: Answer, store: Path, tamper: Callable[[Path], None]) -> None:
    tamper(store)
    repaired = answer("archive", "repair", "--year", "2562")["repaired"]
    assert ORDERS[1] in [each["dossier"] for each in repaired]
    assert all(each["mended"] and not each["left"] for each in repaired)
    assert answer("archive", "verify")["faults"] == []
    assert answer("archive", "repair", "--year", "2562")["repaired"] == []


@pytest.mark.usefixtures("copied")
def test_what_the_second_copy_cannot_mend_is_named(answer: Answer, store: Path, home: Path) -> None:
    one_byte(store)
    one_byte(home / "copy" / "archive")
    repaired = answer("archive", "repair", ORDERS[1], exit_code=5)["repaired"]
    assert repaired[0]["mended"] == []
    assert PAPER in repaired[0]["left"][0]


def test_a_repair_without_a_second_copy_or_a_name_is_refused(answer: Answer, store: Path) -> None:
    one_byte(store)
    assert "DOCSERVICE_REPLICA_URL" in answer("archive", "repair", ORDERS[1], exit_code=3)["remedy"]
    assert "--year" in answer("archive", "repair", exit_code=3)["remedy"]


def test_the_second_copy_is_compared_on_demand(answer: Answer, home: Path) -> None:
    object.__setattr__(config(), "replica_url", f"file://{home}/copy")
    try:
        assert answer("store", "replicate") == {"copied": 3, "differing": []}
        a_foreign_object(home / "copy" / "archive")
        assert len(answer("store", "replicate", exit_code=5)["differing"]) == 1
    finally:
        object.__setattr__(config(), "replica_url", "")


def test_a_folder_says_honestly_that_it_locks_nothing(answer: Answer) -> None:
    assert answer("store", "probe")["state"] == "absent"
    assert Event.objects.get(verb="store.probed").details["tries"] == []
