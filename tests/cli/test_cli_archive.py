"""Commands on what is filed: listed, handed out, verified, exported, rebuilt; never a corrupted byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office_year import digest, filed, filing, tampered

from docservice.models import Event

pytestmark = pytest.mark.usefixtures("office")

ORDERS = tuple(f"2562/24/2400/order-00{n}" for n in (12, 13, 14))
Answer = Callable[..., Any]


def _corrupt(home: Path, name: str) -> Path:
    path = home / "store" / "archive" / name
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return path


def test_the_archive_lists_its_dossiers(answer: Answer) -> None:
    assert [row["dossier"] for row in answer("archive", "ls")] == list(ORDERS)
    assert [row["dossier"] for row in answer("archive", "ls", "--applicant", "ที่ 13")] == [ORDERS[1]]
    assert answer("archive", "ls", "--year", "2563") == answer("archive", "ls", "--district", "2401") == []


def test_the_archive_lists_every_version_of_a_dossier(answer: Answer) -> None:
    filed(filing("paper/order.pdf", b"order 12, mended"), key=ORDERS[0])

    assert [(d["path"], d["version"], d["current"]) for d in answer("archive", "ls", ORDERS[0])["documents"]] == [
        ("paper/order.docx", 1, True),
        ("paper/order.pdf", 1, False),
        ("paper/order.pdf", 2, True),
    ]


def test_what_is_filed_comes_out_as_it_went_in(answer: Answer, tmp_path: Path) -> None:
    written = answer("archive", "get", ORDERS[1], "--out", tmp_path / "out")
    listed = answer("archive", "ls", ORDERS[1])["documents"]

    assert sorted(written) == [str(tmp_path / "out" / d["path"]) for d in listed]
    for document in listed:
        assert digest((tmp_path / "out" / document["path"]).read_bytes()) == document["sha256"]


def test_an_old_version_of_one_file_can_be_asked_for(answer: Answer, tmp_path: Path) -> None:
    filed(filing("paper/order.pdf", b"order 12, mended"), key=ORDERS[0])

    answer("archive", "get", ORDERS[0], "--out", tmp_path / "out", "--path", "paper/order.pdf", "--version", "1")

    (path,) = (p for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert path.read_bytes() == b"order 12"


def test_a_version_that_was_never_filed_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    said = refused("archive", "get", ORDERS[0], "--out", tmp_path / "out", "--version", "9", exit_code=3)

    assert ORDERS[0] in said
    assert not (tmp_path / "out").exists()


def test_a_sound_archive_verifies(answer: Answer) -> None:
    whole, one = answer("archive", "verify"), answer("archive", "verify", ORDERS[0])

    assert (whole["dossiers"], whole["files"], whole["faults"], whole["strays"]) == (3, 24, [], [])
    assert (one["dossiers"], one["files"], one["faults"]) == (1, 8, [])


def test_one_corrupted_byte_is_named_by_verify_with_exit_code_5(answer: Answer, home: Path) -> None:
    _corrupt(home, f"{ORDERS[1]}/v1/content/paper/order.pdf")

    (fault,) = answer("archive", "verify", exit_code=5)["faults"]

    assert ORDERS[1] in fault
    assert "paper/order.pdf" in fault


def test_a_damaged_inventory_does_not_keep_verify_from_the_other_dossiers(answer: Answer, home: Path) -> None:
    _corrupt(home, f"{ORDERS[0]}/inventory.json").write_text("{", encoding="utf-8")
    _corrupt(home, f"{ORDERS[2]}/v1/content/paper/order.pdf")

    faults = answer("archive", "verify", exit_code=5)["faults"]

    assert any(ORDERS[0] in fault for fault in faults)
    assert any(ORDERS[2] in fault for fault in faults)


def test_corrupted_bytes_are_not_handed_out(refused: Callable[..., str], home: Path, tmp_path: Path) -> None:
    _corrupt(home, f"{ORDERS[1]}/v1/content/paper/order.pdf")

    assert ORDERS[1] in refused("archive", "get", ORDERS[1], "--out", tmp_path / "out", exit_code=5)
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_one_corrupted_byte_stops_the_export_with_exit_code_5(
    refused: Callable[..., str], home: Path, tmp_path: Path
) -> None:
    _corrupt(home, f"{ORDERS[1]}/v1/content/paper/order.pdf")

    said = refused("archive", "export", "--year", "2562", "--out", tmp_path / "out", exit_code=5)

    assert f"{ORDERS[1]}/v1/content/paper/order.pdf" in said
    assert list((tmp_path / "out").iterdir()) == []


def test_the_export_says_where_the_bag_is_every_time_it_is_asked(answer: Answer, tmp_path: Path) -> None:
    first, second = (answer("archive", "export", "--year", "2562", "--out", tmp_path / "out") for _ in range(2))

    assert Path(first[0]["path"]).is_file()
    assert second[0]["path"] == first[0]["path"]
    assert (first[0]["new"], second[0]["new"]) == (1, 0)


def test_the_chain_of_events_verifies_and_an_edit_ends_with_exit_code_5(
    answer: Answer, refused: Callable[..., str]
) -> None:
    assert answer("audit", "verify")["events"] == Event.objects.count() >= 4

    tampered("UPDATE docservice_event SET actor = 'คนอื่น' WHERE verb = 'year.entered'")

    assert "บันทึกเหตุการณ์" in refused("audit", "verify", exit_code=5)


def test_the_index_is_rebuilt_when_the_database_is_lost(answer: Answer) -> None:
    before = answer("archive", "ls", ORDERS[0])
    log = list(Event.objects.order_by("id").values_list("id", "digest"))
    assert answer("audit", "seal") == {"events": len(log)}
    tampered(*(f"DELETE FROM docservice_{table}" for table in ("document", "dossier", "event")))  # noqa: S608  names are ours

    counted = {"dossiers": 3, "documents": 6, "numbers": 0, "templates": 0, "books": 0, "events": len(log)}
    assert answer("archive", "reindex") == counted
    assert list(Event.objects.order_by("id").values_list("id", "digest"))[: len(log)] == log
    assert answer("audit", "verify")["sealed"] == len(log)
    assert answer("archive", "ls", ORDERS[0]) == before
    assert answer("archive", "verify")["faults"] == []
