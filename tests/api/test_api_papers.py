"""What programs can do with papers: documents, numbers, the archive, events, search."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from office_year import KEY, filed, filing
from office_year import settings as year_settings
from PIL import Image
from programs import Program

from docservice import jobs, register
from docservice.models import Applicant, Document, Event

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


def _id(rows: list[Applicant]) -> int:
    return int(rows[0].pk)


# ------------------------------------------------------------------------------------------------ papers and documents
def _paper(data: bytes = b"%PDF-1.7 first", key: str = KEY) -> Document:
    filed(filing("paper/certificate.pdf", data, kind="certificate", number=""), key=key)
    return Document.objects.get(dossier__key=key, path="paper/certificate.pdf", current=True)


def test_documents_are_listed_opened_and_read_in_parts(program: Programs, office: list[Applicant]) -> None:
    asks, old = program("officer"), _paper()
    new = _paper(b"%PDF-1.7 second")
    assert [row["id"] for row in _told(asks.get("/years/2562/documents?kind=certificate"))["items"]] == [new.pk]
    assert [row["version"] for row in _told(asks.get(f"/documents/{old.pk}/versions"))] == [2, 1]
    whole = asks.get(f"/documents/{new.pk}/content")
    assert (whole.status_code, b"".join(whole)) == (200, b"%PDF-1.7 second")  # type: ignore[arg-type]
    assert (whole["Content-Length"], whole["ETag"]) == ("15", f'"{new.sha256}"')
    part = asks.get(f"/documents/{new.pk}/content", Range="bytes=9-")
    assert (part.status_code, b"".join(part), part["Content-Range"]) == (206, b"second", "bytes 9-14/15")  # type: ignore[arg-type]
    assert asks.get(f"/documents/{new.pk}/content", Range="bytes=99-").status_code == 416
    assert asks.get(f"/documents/{new.pk}/content", If_None_Match=whole["ETag"]).status_code == 304
    assert Event.objects.filter(verb="document.read", actor="officer").exists()


def test_another_districts_documents_do_not_exist(program: Programs, office: list[Applicant]) -> None:
    asks, other = program("officer"), _paper(key="2562/24/2402/leader-0001")
    for path in ("", "/versions", "/content"):
        assert asks.get(f"/documents/{other.pk}{path}").status_code == 404
    assert _told(asks.get("/years/2562/documents"))["items"] == []


def test_a_paper_is_withdrawn_with_its_reason_and_restored(program: Programs, office: list[Applicant]) -> None:
    asks, paper = program("staff"), _paper()
    state = _told(asks.get(f"/documents/{paper.pk}"))
    wrong = {"reason": "พิมพ์ผิด", "dossier_version": state["dossier_version"] + 1}
    assert asks.post(f"/documents/{paper.pk}/withdraw", wrong).status_code == 409
    told = {"reason": "พิมพ์ผิด", "dossier_version": state["dossier_version"]}
    gone = _told(asks.post(f"/documents/{paper.pk}/withdraw", told))
    assert (gone["state"], gone["reason"]) == ("withdrawn", "พิมพ์ผิด")
    back = asks.post(f"/documents/{paper.pk}/restore", {"dossier_version": gone["dossier_version"]})
    assert _told(back)["state"] != "withdrawn"
    assert program("officer").post(f"/documents/{paper.pk}/withdraw", told).status_code == 403


def test_a_scan_is_filed_beside_the_paper(program: Programs, office: list[Applicant]) -> None:
    asks, paper = program("staff"), _paper()
    image = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(image, "PNG")
    for _ in range(2):
        scan = SimpleUploadedFile("ลงนาม.png", image.getvalue(), "image/png")
        answer = Client().post(
            f"/api/v1/documents/{paper.pk}/sign",
            {"signed": scan, "dossier_version": "1"},
            headers={"Authorization": f"Bearer {asks.secret}"},
        )
        assert answer.status_code == 200, answer.content
    assert Document.objects.filter(kind="signed-copy").count() == 1
    assert _told(answer)["state"] == "filed"


def test_a_paper_is_corrected_in_its_dossier_or_replaced_by_another(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    facts = {kind["code"]: kind["example"] for kind in _told(asks.get("/kinds"))}["letter"]
    told = filing("paper/letter.pdf", b"%PDF", provenance={"facts": facts})
    filed(told, key="2562/24/2400/letter-0169", title="หนังสือ")
    pk = Document.objects.get(path="paper/letter.pdf").pk
    for how, key, number in (
        ("corrects", "2562/24/2400/letter-0169", facts["number"]),
        ("replaces", "2562/24/2400/letter-for-", "ว auto"),
    ):
        asked = {"kind": "letter", "facts": {**facts, "subject": "เรื่องใหม่", "number": number}, how: pk}
        answer = asks.post("/years/2562/papers", asked)
        assert answer.status_code == 202, answer.content.decode()
        job = _told(answer)["id"]
        assert jobs.get(job).items.get().payload["dossier"].startswith(key)
    assert asks.post("/years/2562/papers", {"kind": "letter", "facts": facts, "corrects": 99}).status_code == 404


# ------------------------------------------------------------------------------------------------------------- numbers
def test_a_number_that_came_later_is_entered_and_one_is_voided(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    settings = year_settings()
    settings["letter"]["number"] = "ฉช ๐๐๑๙/ว"
    register.enter_year(settings, actor="tester")
    asks.post("/years/2562/requests", {"kind": "letter"})
    waiting = _told(asks.get("/years/2562/numbers?state=pending"))["items"]
    assert [(row["series"], row["value"]) for row in waiting] == [("letter-circular", None)]
    entered = asks.post("/years/2562/numbers", {"series": "letter-circular", "value": 170})
    assert entered.status_code == 202
    void = "/years/2562/numbers/letter-circular/170/void"
    assert _told(asks.post(void, {"reason": "ออกซ้ำ"}))["state"] == "voided"
    assert asks.post(void, {"reason": "ออกซ้ำ"}).status_code == 409
    assert asks.post(void, {"reason": "   "}).status_code == 422
    assert program("officer").get("/years/2562/numbers").status_code == 403


# ------------------------------------------------------------------------------------------------- archive and events
def test_a_dossier_is_verified_and_taken_home(program: Programs, office: list[Applicant]) -> None:
    asks, _ = program("auditor", "read"), _paper()
    listed = _told(asks.get("/years/2562/dossiers?district=2401"))["items"]
    assert [row["key"] for row in listed] == [KEY]
    place = "/years/2562/dossiers/2401/leader-0001"
    assert [row["path"] for row in _told(asks.get(place))["documents"]] == ["paper/certificate.pdf"]
    verdict = _told(asks.post(f"{place}/verify"))
    assert verdict["sound"]
    assert all(line["recorded"] == line["computed"] for line in verdict["documents"])
    for address in (f"{place}/bag", "/years/2562/bag"):
        bag = asks.get(address)
        data = b"".join(bag)  # type: ignore[arg-type]
        assert (bag["Content-Type"], int(bag["Content-Length"])) == ("application/zip", len(data))
        rest = asks.get(address, Range="bytes=100-", If_Range=bag["ETag"])
        assert (rest.status_code, b"".join(rest)) == (206, data[100:])  # type: ignore[arg-type]
    assert asks.get("/years/2562/dossiers/2401/leader-0099").status_code == 404
    assert program("officer").get(place).status_code == 403


def test_events_are_read_by_auditors_and_administrators(program: Programs, office: list[Applicant]) -> None:
    _paper()
    events = _told(program("auditor").get("/events?limit=1"))
    assert events["items"][0]["verb"] == "document.filed"
    assert events["next"]
    assert _told(program("admin").get("/events?verb=token.issued"))["items"]
    assert _told(program("auditor").get("/events?verb=token.issued"))["items"] == []
    assert program("staff").get("/events").status_code == 403


def test_search_finds_what_the_account_may_see(program: Programs, office: list[Applicant]) -> None:
    _paper()
    asked = "/years/2562/search?q=แสงตะวัน"
    found = _told(program("officer").get(asked))
    assert [row["name"] for row in found["applicants"]["rows"]] == ["นายประเสริฐ แสงตะวัน"]
    assert [row["key"] for row in found["dossiers"]["rows"]] == [KEY]
    assert _told(program("neighbour").get(asked))["applicants"]["rows"] == []
    assert _told(program("auditor").get(asked))["dossiers"]["rows"]
    only = _told(program("staff").get("/years/2562/search?kind=certificate&part=documents"))
    assert [row["kind"] for row in only["documents"]["rows"]] == ["certificate"]
    assert program("staff").get("/years/2562/search?since=yesterday").status_code == 422
