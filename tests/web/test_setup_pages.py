"""Opening a year and setting it up through the pages: nothing typed is lost, nothing is overwritten unseen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from office_year import SETTINGS, Office, settings

from docservice import register, year_setup
from docservice.factsfile import write_settings
from docservice.models import Event, Year
from docservice.thai import BE
from docservice.web import factform
from docservice.year_edit import section

As = Callable[[str], Client]
FIRST = {
    "how": "first",
    "first-province": "สงขลา",
    "first-year_be": "๒๕๗๐",
    "first-deadline": "๑๑ กุมภาพันธ์ ๒๕๗๐",
    "first-phone": "๐-๗๔๓๑-๐๐๐๐",
    "first-address.0": "ศาลากลางจังหวัด{province}",
    "first-signer.name": "นายตัวอย่าง สมมติ",
    "first-signer.post": "รองผู้ว่าราชการจังหวัด",
    "first-signer.mode": "",
}


def _settings(year: int = 2562) -> dict[str, Any]:
    return dict(register.year(BE(year)).settings)


def _typed(code: str, **changes: str) -> dict[str, str]:
    """What a browser would send of the section's form, with some fields typed over."""
    now = _settings()
    part = section(now, code)
    form = factform.FactForm(part.fields, part.get(now))

    def flat(inputs: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in inputs:
            if each.widget in ("record", "records", "lines"):
                found |= flat(each.inputs or each.entries)
            else:
                found[each.name] = "on" if each.on else "off" if each.widget == "bool" else each.value
        return found

    return flat(form.inputs) | changes


def _after() -> dict[str, str]:
    """What a browser would send to open the year after."""
    made = year_setup.next_year(_settings())
    part = section(made, "dates")
    return {"how": "after", **{f"after-{name}": str(value) for name, value in part.get(made).items()}}


def _seen(client: Client, code: str) -> str:
    shown = client.get(f"/2562/setup/{code}/").content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    assert found
    return found[1]


# ------------------------------------------------------------------------------------------------------- opening a year
def test_the_first_year_is_open_after_one_form(as_: As, home: object) -> None:
    client = as_("admin")
    shown = client.get("/years/new/").content.decode()
    assert "สำนักงานของท่านอยู่จังหวัดใด" in shown
    assert shown.count("<option") >= 77

    answer = client.post("/years/new/", FIRST)

    assert answer.status_code == 302
    made = _settings(2570)
    assert (made["province"]["name"], len(made["districts"]), made["deadline"]) == ("สงขลา", 16, "2027-02-11")
    assert client.get("/2570/").status_code == 200


def test_a_faulty_answer_keeps_what_was_typed_and_says_what_beside_it(as_: As, home: object) -> None:
    answer = as_("staff").post("/years/new/", {**FIRST, "first-province": "", "first-phone": "<b>x</b>"})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "data-answered" in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "นายตัวอย่าง สมมติ" in shown
    assert "ยังไม่ได้ใส่" in shown
    assert not Year.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"first-province": "แอตแลนติส"},
        {"first-year_be": "2027"},
        {"first-deadline": "31/2/2570"},
        {"first-phone": "\x00"},
        {"first-signer.name": "ก" * 10_000},
        {"how": "first"},
        {"how": "file"},
        {"how": "?"},
        {},
    ],
)
def test_bad_input_for_a_first_year_is_a_sentence(as_: As, home: object, wrong: dict[str, str]) -> None:
    sent = {**FIRST, **wrong} if "how" not in wrong and wrong else wrong

    assert as_("staff").post("/years/new/", sent).status_code == 422
    assert not Year.objects.exists()


def test_the_districts_of_a_province_are_shown_as_it_is_chosen(as_: As) -> None:
    shown = as_("staff").get("/years/new/districts/", {"first-province": "ฉะเชิงเทรา"}).content.decode()

    assert "๑๑ อำเภอ" in shown
    assert "คลองเขื่อน" in shown


def test_the_next_year_is_one_button_and_its_dates_may_be_mended(as_: As, office: Office) -> None:
    client = as_("staff")
    assert "เริ่มปี ๒๕๖๓ จากปี ๒๕๖๒" in client.get("/years/new/").content.decode()

    answer = client.post("/years/new/", {**_after(), "after-deadline": "14 ก.พ. 2563"})

    assert answer["Location"] == "/2563/setup/"
    made = _settings(2563)
    assert (made["deadline"], made["letter"]["date"], made["orders"][0]["number"]) == ("2020-02-14", "2020-01-11", "")
    assert "ควรดูอีกครั้ง" in client.get("/2563/setup/").content.decode()


def test_a_date_that_was_emptied_is_asked_for(as_: As, office: Office) -> None:
    answer = as_("staff").post("/years/new/", {**_after(), "after-deadline": ""})

    assert answer.status_code == 422
    assert "ยังไม่ได้ใส่" in answer.content.decode()
    assert Year.objects.count() == 1


def test_the_same_year_is_not_opened_twice(as_: As, office: Office) -> None:
    client = as_("staff")
    again = client.post("/years/new/", {**FIRST, "first-province": "ฉะเชิงเทรา", "first-year_be": "2562"})

    assert again.status_code == 409
    assert "อยู่แล้ว" in again.content.decode()
    assert "นายตัวอย่าง สมมติ" in again.content.decode()


def test_a_year_begins_from_a_file(as_: As, home: object) -> None:
    file = SimpleUploadedFile("year.toml", write_settings(SETTINGS).encode())

    assert as_("staff").post("/years/new/", {"how": "file", "file": file}).status_code == 302
    assert _settings() == SETTINGS


def test_only_staff_and_administrators_set_up(as_: As, office: Office) -> None:
    for name in ("officer", "auditor"):
        for address in ("/years/new/", "/2562/setup/", "/2562/setup/office/", "/2562/setup/year.toml"):
            assert as_(name).get(address).status_code == 403, (name, address)
        assert as_(name).post("/2562/setup/office/", {}).status_code == 403


# ------------------------------------------------------------------------------------------------------------- sections
def test_every_section_has_a_page(as_: As, office: Office) -> None:
    client = as_("staff")
    shown = client.get("/2562/setup/").content.decode()
    addresses = set(re.findall(r'href="(/2562/setup/[^"]+)"', shown))
    assert len(addresses) >= 20
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("code", ["office", "signers", "dates", "groups.leader", "orders.0", "letter", "certificate"])
def test_a_form_sent_back_untouched_changes_nothing(as_: As, office: Office, code: str) -> None:
    client = as_("staff")

    assert client.post(f"/2562/setup/{code}/", {**_typed(code), "seen": _seen(client, code)}).status_code == 302
    assert _settings() == SETTINGS


def test_what_is_saved_is_there_and_has_its_event(as_: As, office: Office) -> None:
    client = as_("staff")
    client.post("/2562/setup/office/", {**_typed("office", phone="๐-๒๑๔๑-๐๐๐๐"), "seen": _seen(client, "office")})

    assert _settings()["office"]["phone"] == "๐-๒๑๔๑-๐๐๐๐"
    assert Event.objects.filter(verb="year.entered", actor="staff", details__section="office").exists()
    assert "บันทึก “สำนักงาน” แล้ว" in client.get("/2562/setup/").content.decode()


def test_an_unknown_word_stands_beside_its_field_with_the_known_ones(as_: As, office: Office) -> None:
    client = as_("staff")
    sent = {**_typed("letter", subject="ปี {yaer} <script>"), "seen": _seen(client, "letter")}

    answer = client.post("/2562/setup/letter/", sent)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "ไม่รู้จักคำในปีกกา {yaer}" in shown
    assert "<script>" not in shown.split("<main")[1].split("</main>")[0]
    assert _settings() == SETTINGS


def test_two_clerks_on_one_section_see_each_other(as_: As, office: Office) -> None:
    first, second = as_("staff"), as_("admin")
    seen_first, seen_second = _seen(first, "office"), _seen(second, "office")
    typed = _typed("office")
    first.post("/2562/setup/office/", {**typed, "phone": "๑๑๑", "seen": seen_first})

    answer = second.post("/2562/setup/office/", {**typed, "phone": "๒๒๒", "seen": seen_second})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "๑๑๑" in shown
    assert 'value="๒๒๒"' in shown
    assert _settings()["office"]["phone"] == "๑๑๑"
    now = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    assert now
    assert second.post("/2562/setup/office/", {**typed, "phone": "๒๒๒", "seen": now[1]}).status_code == 302
    assert _settings()["office"]["phone"] == "๒๒๒"


def test_a_faulty_form_keeps_the_version_it_was_opened_with(as_: As, office: Office) -> None:
    first, second = as_("staff"), as_("admin")
    seen = _seen(second, "office")
    first.post("/2562/setup/office/", {**_typed("office"), "phone": "๑๑๑", "seen": _seen(first, "office")})

    shown = second.post("/2562/setup/office/", {**_typed("office"), "phone": "", "seen": seen}).content.decode()

    assert f'value="{seen}"' in shown


@pytest.mark.parametrize("value", ["\x00", "ก" * 10_000, "{", "{{ x }}", "<b>", "../../etc/passwd"])
def test_bad_input_in_a_section_never_breaks_the_page(as_: As, office: Office, value: str) -> None:
    client = as_("staff")
    for code, name in (("letter", "subject"), ("dates", "deadline"), ("groups.leader", "quota"), ("letter", "signer")):
        sent = {**_typed(code, **{name: value}), "seen": _seen(client, code)}
        assert client.post(f"/2562/setup/{code}/", sent).status_code in (302, 422), (code, name)
    assert client.post("/2562/setup/letter/", {"body.0.1.2": value, "seen": value}).status_code in (409, 422)
    assert client.get("/2562/setup/nothing/").status_code == 404


def test_orders_and_groups_come_and_go(as_: As, office: Office) -> None:
    client = as_("staff")
    made = client.post("/2562/setup/new/orders/")
    assert made["Location"] == "/2562/setup/orders.3/"
    assert client.post("/2562/setup/orders.3/remove/", {"seen": "old"}).status_code == 409
    assert client.post("/2562/setup/orders.3/remove/", {"seen": _seen(client, "orders.3")}).status_code == 302
    used = client.post("/2562/setup/groups.leader/remove/", {"seen": _seen(client, "groups.leader")})
    assert used.status_code == 422
    assert "มีผู้สมัครแล้ว" in used.content.decode()
    assert client.get("/2562/setup/new/orders/").status_code == 404
    assert _settings() == SETTINGS


# --------------------------------------------------------------------------------------------------- pictures and files
def test_a_picture_is_shown_replaced_and_taken_out(as_: As, office: Office) -> None:
    client = as_("staff")
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5"
        "f645400000000049454e44ae426082"
    )
    wrong = client.post("/2562/setup/pictures/", {"which": "emblem", "picture": SimpleUploadedFile("x.png", b"MZ")})
    assert wrong.status_code == 422
    sent = {"which": "emblem", "picture": SimpleUploadedFile("x.png", png)}
    assert client.post("/2562/setup/pictures/", sent).status_code == 302
    shown = client.get("/2562/setup/pictures/emblem/")
    assert (shown["Content-Type"], shown.content) == ("image/png", png)
    assert client.post("/2562/setup/pictures/", {"which": "emblem", "take-out": "1"}).status_code == 302
    assert client.get("/2562/setup/pictures/emblem/").status_code == 404
    assert client.get("/2562/setup/pictures/passwd/").status_code == 404


def test_the_year_goes_out_and_comes_in_as_a_file(as_: As, office: Office) -> None:
    client = as_("staff")
    out = client.get("/2562/setup/year.toml")
    assert tomllib.loads(out.content.decode()) == SETTINGS
    changed = settings(deadline="2019-03-01")

    file = SimpleUploadedFile("year.toml", write_settings(changed).encode())
    assert client.post("/2562/setup/file/", {"file": file}).status_code == 302
    assert _settings()["deadline"] == "2019-03-01"

    for content in (b"", b"[", write_settings(settings(districts=SETTINGS["districts"][1:])).encode()):
        refused = client.post("/2562/setup/file/", {"file": SimpleUploadedFile("year.toml", content)})
        assert refused.status_code == 422
        assert 'class="fault"' in refused.content.decode()
