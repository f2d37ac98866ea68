"""What programs can look at: papers not asked for yet, lists of papers, pages, evidence, the archive, the log."""

from __future__ import annotations

import hashlib
import io
import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from office_year import KEY, filed, filing, year
from PIL import Image
from programs import Program

from docservice import intake, jobs, register, stores
from docservice.models import Applicant, Document, Event, EvidenceFile, Upload

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


# ------------------------------------------------------------------------------------------------ before asking for one
def test_drafts_are_the_papers_that_the_year_asks_for(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    orders = _told(asks.get("/years/2562/drafts/order"))
    assert len(orders) == 3
    assert orders[0]["facts"]["subject"]
    picked = {"kind": "order", "dossiers": [orders[0]["dossier"]]}
    job = _told(asks.post("/years/2562/requests", picked))
    assert (job["items"]["waiting"], jobs.get(job["id"]).items.get().payload["dossier"]) == (1, orders[0]["dossier"])
    assert asks.get("/years/2562/drafts/announcement").status_code == 422
    assert program("officer").get("/years/2562/drafts/order").status_code == 403
    own = _told(program("officer").get("/years/2562/drafts/register-applicants"))
    assert [row["dossier"] for row in own] == ["2562/24/2401/register-applicants"]


def test_a_paper_is_looked_at_before_it_is_asked_for(program: Programs, office: list[Applicant]) -> None:
    asks, before = program("officer"), Event.objects.count()
    seen = _told(asks.post("/years/2562/previews", {"kind": "register-applicants"}))
    assert (len(seen["images"]), seen["pages"]) == (1, 1)
    assert Image.open(io.BytesIO(b64decode(seen["images"][0]))).format == "PNG"
    assert Event.objects.count() == before
    facts = _told(program("staff").get("/years/2562/drafts/letter"))[0]["facts"]
    assert asks.post("/years/2562/previews", {"kind": "letter", "facts": facts}).status_code == 403


def test_what_keeps_a_paper_from_being_made_is_named(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    facts = _told(asks.get("/years/2562/drafts/letter"))[0]["facts"]
    asked = {"kind": "letter", "facts": {**facts, "subject": "", "date": ""}}
    thai, english = (asks.post("/years/2562/previews", asked, Accept_Language=word) for word in ("th", "en"))
    assert (thai.status_code, _told(thai)["code"]) == (422, "facts-refused")
    assert {fault["where"] for fault in _told(thai)["faults"]} == {"subject", "date"}
    assert not re.search("[ก-๛]", "".join(fault["message"] for fault in _told(english)["faults"]))
    assert asks.post("/years/2562/previews", {"kind": "letter", "facts": {"emblem": "/etc/passwd"}}).status_code == 422
    for picked in (["2562/24/2400/nothing"], ["x" * 80], []):
        asked = {"kind": "certificate", "dossiers": picked}
        assert asks.post("/years/2562/previews", asked).status_code == 422


def test_certificates_are_asked_for_by_district_and_applicant(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    register.enter_results(year(), {row.pk: ("passed", "") for row in office}, actor="tester")
    for chosen, count in (
        ({"districts": ["2401"]}, 2),
        ({"groups": ["leader"]}, 2),
        ({"applicants": [office[0].pk]}, 1),
    ):
        job = _told(asks.post("/years/2562/requests", {"kind": "certificate", **chosen}))
        assert job["items"]["waiting"] == count, chosen
    assert asks.post("/years/2562/requests", {"kind": "certificate", "applicants": [999]}).status_code == 422
    assert asks.post("/years/2562/requests", {"kind": "order", "districts": ["2401"]}).status_code == 422
    assert program("officer").post("/years/2562/requests", {"kind": "certificate"}).status_code == 403


# ----------------------------------------------------------------------------------------------- papers and their pages
def test_papers_are_listed_with_where_they_stand(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    facts = {"facts": {"date": "2019-01-11"}}
    told = filing("paper/letter.pdf", b"%PDF", provenance=facts)
    filed(told, key="2562/24/2400/letter-0169", title="หนังสือ")
    filed(filing("paper/certificate.pdf", b"%PDF", kind="certificate"), key=KEY)
    found = _told(asks.get("/years/2562/papers"))["items"]
    assert [(row["kind"], row["state"], row["dated"]) for row in found] == [("letter", "unsigned", "2019-01-11")]
    assert _told(asks.get(f"/documents/{found[0]['id']}"))["made_from"]["facts"] == facts["facts"]
    for query, count in (
        ("kind=certificate", 1), ("state=unsigned", 1), ("state=withdrawn", 0), ("district=00", 1),
        ("district=2401", 0), ("since=2100-01-01", 0), ("until=2100-01-01", 1),
    ):  # fmt: skip
        assert len(_told(asks.get(f"/years/2562/papers?{query}"))["items"]) == count, query
    assert asks.get("/years/2562/papers?state=lost").status_code == 422


def test_pages_of_a_document_are_drawn(program: Programs, office: list[Applicant]) -> None:
    page = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(page, "PDF")
    filed(filing("paper/letter.pdf", page.getvalue()), key="2562/24/2400/letter-0169", title="หนังสือ")
    asks, pk = program("staff"), Document.objects.get().pk
    answer = asks.get(f"/documents/{pk}/pages/1?width=240")
    assert (answer["Content-Type"], b"".join(answer)[8:12]) == ("image/webp", b"WEBP")  # type: ignore[arg-type]
    assert asks.get(f"/documents/{pk}/pages/1?width=241").status_code == 422
    assert asks.get(f"/documents/{pk}/pages/9").status_code in (404, 422)


def _evidence(applicant: Applicant, data: bytes, **told: Any) -> EvidenceFile:
    digest = hashlib.sha256(data).hexdigest()
    stores.opened(stores.INTAKE).put(intake.key(digest), data)
    more = {"name": "ภาพ.jpg", "size": len(data), "media_type": "image/jpeg", "pages": 1, **told}
    return EvidenceFile.objects.create(
        applicant=applicant, sha256=digest, added_by="officer", added_at=datetime.now(UTC), **more
    )


def test_evidence_is_read_in_parts_and_looked_at(program: Programs, office: list[Applicant]) -> None:
    image = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(image, "JPEG")
    asks, file = program("officer"), _evidence(office[0], image.getvalue())
    whole = asks.get(f"/evidence/{file.pk}/content")
    assert (b"".join(whole), whole["ETag"]) == (image.getvalue(), f'"{file.sha256}"')  # type: ignore[arg-type]
    part = asks.get(f"/evidence/{file.pk}/content", Range="bytes=2-5")
    assert (part.status_code, b"".join(part)) == (206, image.getvalue()[2:6])  # type: ignore[arg-type]
    for path in ("thumbnail", "pages/1"):
        answer = asks.get(f"/evidence/{file.pk}/{path}")
        assert (answer["Content-Type"], b"".join(answer)[:2]) == ("image/jpeg", b"\xff\xd8")  # type: ignore[arg-type]
    assert asks.get(f"/evidence/{file.pk}/pages/2").status_code == 404
    for path in ("content", "thumbnail", "pages/1"):
        assert program("neighbour").get(f"/evidence/{file.pk}/{path}").status_code == 404


def test_an_upload_that_broke_off_tells_where_it_goes_on(program: Programs, office: list[Applicant]) -> None:
    now = datetime.now(UTC)
    row = Upload.objects.create(
        applicant=office[0], name="a.pdf", size=10, received=4, started_by="officer", started_at=now
    )
    (found,) = _told(program("officer").get(f"/applicants/{office[0].pk}/uploads"))
    assert (found["id"], found["size"]) == (str(row.pk), 10)


# ---------------------------------------------------------------------------------------------- the archive and the log
def test_the_archive_tells_its_shelves_a_dossier_what_it_is_about(program: Programs, office: list[Applicant]) -> None:
    asks = program("auditor")
    filed(filing("paper/certificate.pdf", b"%PDF", kind="certificate"), key=KEY)
    found = _told(asks.get("/years/2562/archive"))
    assert found["damaged"] == []
    assert [(row["district"], row["name"], row["dossiers"]) for row in found["shelves"]] == [
        ("2401", "เมืองฉะเชิงเทรา", 1)
    ]
    assert len(_told(asks.get("/years/2562/dossiers?group=leader"))["items"]) == 1
    assert _told(asks.get("/years/2562/dossiers?group=network"))["items"] == []
    address = "/years/2562/dossiers/2401/leader-0001"
    assert _told(asks.get(address))["checked"] is None
    assert _told(asks.post(f"{address}/verify"))["sound"] is True
    assert _told(asks.get(address))["checked"]["by"] == "auditor"
    assert _told(asks.get(f"{address}/record"))["dossier"] == KEY


def test_the_log_is_filtered_by_day_and_year_and_its_chain_walked(program: Programs, office: list[Applicant]) -> None:
    asks = program("admin")
    assert asks.get("/events/chain").content == b"null"
    assert _told(asks.post("/events/chain"))["sound"] is True
    assert _told(asks.get("/events/chain"))["by"] == "admin"
    assert {row["subject"][:4] for row in _told(asks.get("/events?year=2562"))["items"]} == {"2562"}
    assert _told(asks.get("/events?since=2100-01-01"))["items"] == []
    assert len(_told(asks.get("/events?until=2100-01-01"))["items"]) == Event.objects.count()
    assert Document.objects.count() == 0
