"""What programs can do: years, applicants, evidence, requests, jobs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from office_year import entry, filed, filing, year
from office_year import settings as year_settings
from programs import Program

from docservice import jobs, register
from docservice.models import Applicant, Event, EvidenceFile, Job, Year

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


def _id(rows: list[Applicant]) -> int:
    return int(rows[0].pk)


# ------------------------------------------------------------------------------------------------- years and settings
def test_years_tell_their_districts_groups_and_checklists(program: Programs, office: list[Applicant]) -> None:
    asks = program("auditor")
    assert [row["year_be"] for row in _told(asks.get("/years"))] == [2562]
    found = _told(asks.get("/years/2562"))
    assert (found["deadline"], len(found["districts"])) == ("2019-02-11", 11)
    assert {group["code"] for group in found["groups"]} == {"leader", "organisation", "network", "community"}
    assert found["groups"][0]["checklist"][0]["slot"]


def test_settings_are_replaced_only_as_they_were_read(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    read = asks.get("/years/2562/settings")
    changed = {**_told(read)["settings"], "deadline": "2019-02-20"}
    assert asks.ask("PUT", "/years/2562/settings", changed).status_code == 422
    put = asks.ask("PUT", "/years/2562/settings", changed, If_Match=read["ETag"])
    assert (put.status_code, put["ETag"] == read["ETag"]) == (200, False)
    assert _told(asks.get("/years/2562"))["deadline"] == "2019-02-20"
    late = asks.ask("PUT", "/years/2562/settings", {**changed, "deadline": "2019-03-01"}, If_Match=read["ETag"])
    assert (late.status_code, _told(late)["code"]) == (412, "outdated")
    assert Event.objects.filter(verb="year.entered").count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"emblem": "/etc/passwd"},
        {"office": {"emblem": "../../secret.png"}},
        {"districts": []},
        {"districts": [{"code": "2402", "name": "บางคล้า"}]},
        {"year_be": 2563},
        {"deadline": "soon"},
        {"groups": "none"},
        {"more": "\x00"},
        {"more": ["\ud800"]},
        {"more": 10**400},
        {"more": {str(n): "x" * 30_000 for n in range(2)}},
    ],
)
def test_settings_that_cannot_be_used_change_nothing(
    program: Programs, office: list[Applicant], changes: dict[str, Any]
) -> None:
    asks, before = program("staff"), Year.objects.get().digest
    answer = asks.ask("PUT", "/years/2562/settings", year_settings(**changes) | {}, If_Match=f'"{before}"')
    assert answer.status_code in (409, 422), answer.content
    assert Year.objects.get().digest == before


# ---------------------------------------------------------------------------------------------------------- applicants
def test_applicants_come_page_by_page_in_their_order(program: Programs, office: list[Applicant]) -> None:
    register.enter_applicants(year(), [entry(f"นายลำดับ {n:03d}") for n in range(30)], actor="tester")
    asks, seen, after = program("staff"), [], ""
    while True:
        page = _told(asks.get(f"/years/2562/applicants?limit=7&after={after}"))
        seen += [(row["district"], row["group"], row["seq"]) for row in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(seen) == 34
    assert seen == sorted(seen)
    only = _told(asks.get("/years/2562/applicants?district=2402&group=community"))["items"]
    assert [row["name"] for row in only] == ["ชุมชนบ้านสวน"]


@pytest.mark.parametrize("cursor", ["WyJ4Il0", "bnVsbA", "W10", "AAAA", "_", "WzEsMiwzXQ", "WyJcdWQ4MDAiLDEsMV0"])
def test_a_made_up_cursor_is_refused(program: Programs, office: list[Applicant], cursor: str) -> None:
    for path in ("/years/2562/applicants", "/years/2562/documents", "/jobs"):
        assert program("staff").get(f"{path}?after={cursor}").status_code in (200, 422)


def test_an_applicant_is_added_and_changed_by_whoever_read_it_last(program: Programs, office: list[Applicant]) -> None:
    asks = program("officer")
    made = _told(asks.post("/years/2562/applicants", {"district": "2401", "group": "leader", "name": " นาย  ใหม่ "}))
    assert (made["name"], made["seq"], made["dossier"]) == ("นาย ใหม่", 2, "2562/24/2401/leader-0002")
    read = asks.get(f"/applicants/{made['id']}")
    changed = asks.ask("PATCH", f"/applicants/{made['id']}", {"post": "กำนัน"}, If_Match=read["ETag"])
    assert (changed.status_code, _told(changed)["post"], _told(changed)["name"]) == (200, "กำนัน", "นาย ใหม่")
    late = asks.ask("PATCH", f"/applicants/{made['id']}", {"post": "x"}, If_Match=read["ETag"])
    assert late.status_code == 412
    same = asks.ask("PATCH", f"/applicants/{made['id']}", {"name": office[0].name})
    assert same.status_code == 409


def test_results_are_entered_by_the_province(program: Programs, office: list[Applicant]) -> None:
    address = f"/applicants/{_id(office)}/result"
    assert program("officer").ask("PUT", address, {"result": "passed"}).status_code == 403
    put = program("staff").ask("PUT", address, {"result": "passed", "score": "๙๐"})
    assert (_told(put)["result"], _told(put)["score"]) == ("passed", "๙๐")


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    for n in range(1, 4):
        filed(filing("paper/letter.pdf", b"%PDF" + bytes([n])), key=f"2562/24/2400/letter-000{n}", title="หนังสือ")
    asks.get("/me")  # the token notes its first use
    for path in ("/years/2562/applicants", "/years/2562/documents", "/years/2562/dossiers", "/jobs", "/years"):
        counts = []
        for limit in (1, 3):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert asks.get(f"{path}?limit={limit}").status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1], path


# ------------------------------------------------------------------------------------------------------------ evidence
def _file(applicant: Applicant, slot: str = "", **more: Any) -> EvidenceFile:
    told = {"name": "สำเนาบัตร.pdf", "size": 3, "sha256": hashlib.sha256(slot.encode()).hexdigest(), "pages": 1}
    return EvidenceFile.objects.create(
        applicant=applicant, slot=slot, added_by="officer", added_at=datetime.now(UTC), **(told | more)
    )


def test_evidence_is_sorted_taken_out_and_brought_back(program: Programs, office: list[Applicant]) -> None:
    asks, file = program("officer"), _file(office[0])
    found = _told(asks.get(f"/applicants/{_id(office)}/evidence"))
    assert [row["id"] for row in found["tray"]] == [file.pk]
    slot = found["slots"][0]["slot"]
    moved = _told(asks.ask("PATCH", f"/evidence/{file.pk}", {"slot": slot}))
    assert (moved["tray"], moved["slots"][0]["state"]) == ([], "done")
    assert asks.ask("PATCH", f"/evidence/{file.pk}", {"slot": "no-such-slot"}).status_code == 422
    gone = _told(asks.ask("DELETE", f"/evidence/{file.pk}"))
    assert [row["id"] for row in gone["removed"]] == [file.pk]
    back = _told(asks.post(f"/evidence/{file.pk}/bring-back"))
    assert [row["id"] for row in back["slots"][0]["files"]] == [file.pk]
    assert program("neighbour").ask("PATCH", f"/evidence/{file.pk}", {"slot": ""}).status_code == 404


def test_an_original_that_was_seen_stands_for_a_copy(program: Programs, office: list[Applicant]) -> None:
    asks, whose = program("officer"), f"/applicants/{_id(office)}"
    slot = _told(asks.get(f"{whose}/evidence"))["slots"][0]["slot"]
    assert _told(asks.ask("PUT", f"{whose}/originals/{slot}"))["slots"][0]["state"] == "seen"
    assert _told(asks.ask("DELETE", f"{whose}/originals/{slot}"))["slots"][0]["original_seen"] is False
    assert asks.ask("PUT", f"{whose}/originals/no-such-slot").status_code == 422


def test_a_district_hands_over_and_the_province_gives_back(program: Programs, office: list[Applicant]) -> None:
    district, province = program("officer"), program("staff")
    made = district.post("/years/2562/handovers", {"district": "2401", "note": "ครบแล้ว"})
    assert (made.status_code, _told(made)["units"], _told(made)["complete"]) == (201, 2, 0)
    assert district.post("/years/2562/handovers", {"district": "2402"}).status_code == 403
    back = f"/handovers/{_told(made)['id']}/give-back"
    assert district.post(back, {"reason": "x"}).status_code == 403
    assert _told(province.post(back, {"reason": "ขาดใบสมัคร"}))["reason"] == "ขาดใบสมัคร"
    assert len(_told(province.get("/years/2562/handovers"))["items"]) == 1


# --------------------------------------------------------------------------------------------------- requests and jobs
def test_kinds_come_with_facts_that_make_one(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    kinds = {kind["code"]: kind for kind in _told(asks.get("/kinds"))}
    assert kinds["letter"]["by_year"]
    asked = asks.post("/years/2562/papers", {"kind": "letter", "facts": kinds["letter"]["example"]})
    assert (asked.status_code, _told(asked)["items"]["waiting"]) == (202, 1)
    refused = asks.post("/years/2562/papers", {"kind": "letter", "facts": {"emblem": "/etc/passwd"}})
    assert refused.status_code == 422
    assert asks.post("/years/2562/papers", {"kind": "no-such", "facts": {}}).status_code == 404


def test_a_district_asks_for_its_own_only(program: Programs, office: list[Applicant]) -> None:
    asks = program("officer")
    made = asks.post("/years/2562/requests", {"kind": "register-applicants", "urgent": True})
    assert (made.status_code, _told(made)["district"], _told(made)["urgent"]) == (202, "2401", False)
    assert asks.post("/years/2562/requests", {"kind": "order"}).status_code == 403
    assert asks.post("/years/2562/papers", {"kind": "letter", "facts": {}}).status_code == 403
    assert asks.post(f"/applicants/{_id(office)}/book").status_code == 422
    _file(office[0], "id-card", media_type="application/pdf")
    assert asks.post(f"/applicants/{_id(office)}/book").status_code == 202


def test_jobs_are_cancelled_retried_and_hastened_by_whom_they_belong_to(
    program: Programs, office: list[Applicant]
) -> None:
    staff, officer = program("staff"), program("officer")
    job = _told(staff.post("/years/2562/requests", {"kind": "application-form"}))["id"]
    assert officer.get(f"/jobs/{job}").status_code == 404
    assert _told(staff.post(f"/jobs/{job}/urgent"))["urgent"] is True
    assert _told(staff.post(f"/jobs/{job}/cancel"))["state"] == "cancelled"
    assert _told(staff.get(f"/jobs/{job}/items?state=cancelled&limit=2"))["items"][0]["position"] == 1
    assert _told(staff.post(f"/jobs/{job}/retry"))["state"] == "requested"
    own = _told(officer.post("/years/2562/requests", {"kind": "register-applicants"}))["id"]
    Job.objects.filter(pk=own).update(requested_by="somebody", district="2401")
    assert officer.get(f"/jobs/{own}").status_code == 200
    assert officer.post(f"/jobs/{own}/cancel").status_code == 403
    assert officer.post(f"/jobs/{own}/urgent").status_code == 403
    assert jobs.get(own).state == Job.REQUESTED
