"""A year begun, carried over and edited by section: what moves, what is refused, what nobody overwrites unseen."""

from __future__ import annotations

import io
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_year import SETTINGS, entered_year, entry, settings
from PIL import Image

from docservice import engines, facts, provinces, register, year_checks, year_edit, year_files, year_setup
from docservice.errors import Conflict, DocserviceError, FactsRefused, InputRefused
from docservice.factsfile import write_settings
from docservice.models import Event, EvidenceFile
from docservice.thai import BE
from docservice.web import factform
from docservice.yearfile import YearFile


def _opening(province: str = "สงขลา", year: int = 2570) -> year_setup.Opening:
    chosen = provinces.named(province)
    assert chosen is not None
    return year_setup.Opening(
        year=BE(year),
        province=chosen,
        deadline="2027-02-11",
        office={"name": "สำนักงานพัฒนาชุมชนจังหวัด", "phone": "๐-๗๔๓๑-๐๐๐๐", "address": ["ศาลากลางจังหวัด{province}"]},
        letter_head="สข ๐๐๑๙/",
        signer={"name": "นายตัวอย่าง สมมติ", "post": "รองผู้ว่าราชการจังหวัด"},
    )


# ------------------------------------------------------------------------------------------------------------ beginning
def test_every_province_ships_with_its_districts() -> None:
    found = provinces.provinces()

    assert len(found) == 77
    assert sum(len(one.districts) for one in found.values()) == 928
    assert [d.name for d in found["24"].districts] == [d["name"] for d in SETTINGS["districts"]]
    assert provinces.named("จังหวัดเชียงใหม่") == found["50"]
    assert provinces.named("ไม่มี") is None


@pytest.mark.parametrize("code", sorted(provinces.provinces()))
def test_the_first_year_of_any_province_is_sound(code: str) -> None:
    made = YearFile.parse(year_setup.first_year(_opening(code)))

    assert (made.province_code, int(made.year)) == (code, 2570)


def test_the_first_year_keeps_nothing_of_the_sample_office() -> None:
    text = write_settings(year_setup.first_year(_opening()))

    for word in ("ฉช", "วรพจน์", "ศิริ", "siri", "ฉะเชิงเทรา", "deputy-governor", "๑๖๙", "2019"):
        assert word not in text, word


def test_every_paper_of_the_first_year_can_be_made_at_once(home: Path, db: None) -> None:
    year = YearFile.parse(year_setup.first_year(_opening()))
    for part in year_edit.sections(dict(year.settings)):
        entered = factform.tidy(part.fields, part.get(dict(year.settings)))
        assert year_checks.faults(dict(year.settings), part, entered) == [], part.code
    kind = engines.catalogue().kind("guideline")
    assert kind.faults(facts.guideline(year)) == ()


def test_the_year_after_has_later_dates_and_no_numbers() -> None:
    made = year_setup.next_year(settings())

    assert (made["year_be"], made["deadline"], made["letter"]["date"]) == (2563, "2020-02-11", "2020-01-11")
    assert made["registers"]["passed"]["as_of"] == "2020-08-15"
    assert made["letter"]["number"] == "ฉช ๐๐๑๙/ว"
    assert [order["number"] for order in made["orders"]] == ["", "", ""]
    assert made["report"]["number"] == "ฉช ๐๐๑๙/"
    assert made["certificate"]["first_serial"] == "auto"
    assert made["letter"]["enclosures"][0]["title"].endswith(f"ที่ {year_setup.GAP} /{{year}}")
    assert made["signers"] == SETTINGS["signers"]


def test_a_leap_day_becomes_the_28th() -> None:
    made = year_setup.next_year(settings(deadline="2020-02-29", year_be=2563))

    assert made["deadline"] == "2021-02-28"


def test_what_is_worth_a_look_is_named_with_its_section(home: Path) -> None:
    made = year_setup.next_year(settings())
    made["announcement"]["subject"] = "ผลการประเมิน ปี ๒๕๖๒"

    found = [(look.section, look.message) for look in year_setup.looks(made)]

    assert any(section == "letter" and year_setup.GAP in what for section, what in found)
    assert any(section == "announcement" and "๒๕๖๒" in what for section, what in found)
    assert ("pictures", "ยังไม่มีภาพตรา หนังสือจะเว้นกรอบไว้ให้") in found


# ------------------------------------------------------------------------------------------------------------ the file
def test_settings_written_as_toml_read_back_the_same() -> None:
    assert tomllib.loads(write_settings(SETTINGS)) == SETTINGS


_VALUES = st.recursive(
    st.one_of(st.text(st.characters(blacklist_categories=("Cs",))), st.integers(-9, 9), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("ab กข\"'", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@given(st.dictionaries(st.text("abc-ก", min_size=1, max_size=4), _VALUES, max_size=4))
def test_any_settings_written_as_toml_read_back_the_same(made: dict[str, Any]) -> None:
    assert tomllib.loads(write_settings(made)) == made


def test_a_path_in_an_uploaded_year_file_reads_no_file_of_this_machine(home: Path) -> None:
    given_ = settings(emblem="/etc/passwd", certificate={**SETTINGS["certificate"], "border": "asset:" + "0" * 64})

    found = year_files.read_file(write_settings(given_).encode())

    assert "emblem" not in found
    assert "border" not in found["certificate"]


@pytest.mark.parametrize("wrong", [b"\xff\xfe", b"[", b"year_be = 2562", b"x = " + b"[" * 5000, b"\x00"])
def test_what_is_no_year_file_is_refused(home: Path, wrong: bytes) -> None:
    with pytest.raises(InputRefused):
        year_files.read_file(wrong)


# ----------------------------------------------------------------------------------------------------------- by section
@pytest.fixture
def year(home: Path, db: None) -> YearFile:
    """The sample year, entered."""
    return entered_year()


def _seen(year: YearFile, code: str) -> tuple[dict[str, Any], str]:
    now = dict(register.year(year.year).settings)
    part = year_edit.section(now, code)
    return factform.tidy(part.fields, part.get(now)), year_edit.version(now, part)


def test_how_long_a_kind_is_kept_is_chosen_and_what_the_schedule_has_is_not_written() -> None:
    found = {**settings(), "retention": {"certificate": "permanent", "seal": "one-year"}}
    part = next(each for each in year_edit.sections(found) if each.code == "retention")

    assert part.get(found) == {"certificate": "เก็บไว้ตลอดไป"}
    changed = part.put(found, {"order": "เก็บไว้ตลอดไป", "certificate": "เก็บไม่น้อยกว่า ๑๐ ปี", "book": "เก็บไม่น้อยกว่า ๕ ปี"})
    assert changed["retention"] == {"seal": "one-year", "order": "permanent", "book": "five-years"}
    assert "retention" not in part.put({**found, "retention": {"order": "permanent"}}, {})


@pytest.mark.parametrize("code", [part.code for part in year_edit.sections(settings())])
def test_a_section_saved_as_it_was_changes_nothing(year: YearFile, code: str) -> None:
    entered, seen = _seen(year, code)

    year_edit.change(year, code, entered, seen, actor="suda")

    assert register.year(year.year).settings == year.settings


def test_one_event_names_the_section_and_no_content(year: YearFile) -> None:
    entered, seen = _seen(year, "office")

    assert year_edit.change(year, "office", {**entered, "phone": "๐-๒๑๔๑-๐๐๐๐"}, seen, actor="suda")

    event = Event.objects.get(verb="year.entered", actor="suda")
    assert event.details.keys() == {"digest", "section"}
    assert event.details["section"] == "office"


def test_two_clerks_on_two_sections_both_win(year: YearFile) -> None:
    office, seen_office = _seen(year, "office")
    letter, seen_letter = _seen(year, "letter")

    year_edit.change(year, "office", {**office, "phone": "๑"}, seen_office, actor="suda")
    year_edit.change(year, "letter", {**letter, "to": "นายอำเภอทุกอำเภอ"}, seen_letter, actor="wichai")

    now = register.year(year.year).settings
    assert (now["office"]["phone"], now["letter"]["to"]) == ("๑", "นายอำเภอทุกอำเภอ")


def test_two_clerks_on_one_section_clash_and_the_first_stands(year: YearFile) -> None:
    office, seen = _seen(year, "office")
    year_edit.change(year, "office", {**office, "phone": "๑"}, seen, actor="suda")

    with pytest.raises(year_edit.Clash) as clash:
        year_edit.change(year, "office", {**office, "phone": "๒"}, seen, actor="wichai")

    assert clash.value.theirs["phone"] == "๑"
    assert register.year(year.year).settings["office"]["phone"] == "๑"


def _faults(year: YearFile, code: str, **changes: Any) -> dict[str, str]:
    entered, _ = _seen(year, code)
    now = dict(year.settings)
    found = year_checks.faults(now, year_edit.section(now, code), {**entered, **changes})
    return {fault.path: fault.message for fault in found}


def test_an_unknown_word_in_braces_is_refused_beside_its_field(year: YearFile) -> None:
    found = _faults(year, "letter", body=["ปี {yaer}", "จังหวัด{province}"])

    assert "{yaer}" in found["body[0]"]
    assert "{year}" in found["body[0]"]


def test_a_missing_field_is_refused_beside_it(year: YearFile) -> None:
    assert _faults(year, "letter", subject="").keys() == {"subject"}
    assert _faults(year, "dates", deadline="30/2/2562").keys() == {"deadline"}
    assert _faults(year, "certificate", first_serial="หนึ่ง")


def test_a_signer_is_chosen_by_name_and_kept_by_code(year: YearFile) -> None:
    entered, seen = _seen(year, "letter")
    assert entered["signer"] == "นายวรพจน์ แววสิงห์งาม รองผู้ว่าราชการจังหวัด"

    year_edit.change(year, "letter", {**entered, "to": "นายอำเภอ ทุกอำเภอ"}, seen, actor="suda")

    assert register.year(year.year).settings["letter"]["signer"] == "deputy-governor"
    assert _faults(year, "letter", signer="นายคนแปลกหน้า").keys() == {"signer"}


def test_a_new_signer_gets_a_code_and_one_in_use_stays(year: YearFile) -> None:
    entered, seen = _seen(year, "signers")
    new = {"name": "นางตัวอย่าง สมมติ", "post": "ผู้ว่าราชการจังหวัด"}
    year_edit.change(year, "signers", {"entries": [*entered["entries"], new]}, seen, actor="suda")

    assert register.year(year.year).settings["signers"]["signer-1"] == new
    assert "deputy-governor" in _faults(year, "signers", entries=[new])["entries"]


def test_a_member_is_a_person_of_the_directory_or_a_post(year: YearFile) -> None:
    entered, seen = _seen(year, "orders.0")
    assert entered["members"][-1]["person"] == "นางสาวศิริ ประดิษฐ์แจ้ง นักวิชาการพัฒนาชุมชนชำนาญการ"

    members = [*entered["members"][:1], {**entered["members"][-1], "post": "ไม่ใช้"}]
    year_edit.change(year, "orders.0", {**entered, "members": members}, seen, actor="suda")

    kept = register.year(year.year).settings["orders"][0]["members"]
    assert kept[1] == {"person": "siri", "role": entered["members"][-1]["role"]}


def test_a_slot_with_evidence_cannot_be_taken_out_but_renamed_and_moved(year: YearFile) -> None:
    register.enter_applicants(year, [entry("ก")], actor="tester")
    EvidenceFile.objects.create(
        applicant=register.applicants(year)[0], slot="photo", name="x", size=1, sha256="0" * 64, added_by="x",
        added_at=datetime.now(UTC),
    )  # fmt: skip
    entered, seen = _seen(year, "groups.leader")
    items = entered["checklist"]

    gone = _faults(year, "groups.leader", checklist=[one for one in items if one["slot"] != "photo"])
    assert "รูปถ่าย" in gone["checklist"]

    renamed = [{**one, "title": "รูปถ่ายหน้าตรง"} if one["slot"] == "photo" else one for one in reversed(items)]
    year_edit.change(year, "groups.leader", {**entered, "checklist": [*renamed, {"title": "ใหม่"}]}, seen, actor="suda")
    now = register.year(year.year).group("leader")
    assert now is not None
    assert [one["slot"] for one in now.checklist] == [*(one["slot"] for one in reversed(items)), "item-1"]


def test_a_district_and_a_group_with_applicants_stay(year: YearFile) -> None:
    register.enter_applicants(year, [entry("ก")], actor="tester")
    entered, _ = _seen(year, "districts")

    assert "2401" in _faults(year, "districts", districts=entered["districts"][1:])["districts"]
    assert _faults(year, "districts", districts=entered["districts"][1:]).keys() == {"districts"}
    assert _faults(year, "districts", districts=entered["districts"][:-1]) == {}
    with pytest.raises(FactsRefused, match="ผู้นำชุมชน"):
        year_edit.remove(year, "groups.leader", _seen(year, "groups.leader")[1], actor="suda")


def test_orders_and_groups_are_added_ready_to_print_and_taken_out_again(year: YearFile) -> None:
    order = year_edit.add(year, "orders", actor="suda")
    group = year_edit.add(year, "groups", actor="suda")
    now = register.year(year.year)

    assert (order, group) == ("orders.3", "groups.group-1")
    for code in (order, group):
        part = year_edit.section(dict(now.settings), code)
        assert year_checks.faults(dict(now.settings), part, part.get(dict(now.settings))) == []
        year_edit.remove(now, code, _seen(now, code)[1], actor="suda")
    assert register.year(year.year).settings == year.settings


def test_a_whole_file_of_another_year_is_refused(year: YearFile) -> None:
    with pytest.raises(Conflict):
        year_edit.replace_all(year, settings(year_be=2563), actor="suda")


def test_a_year_is_begun_once(year: YearFile) -> None:
    with pytest.raises(Conflict):
        register.begin_year(settings(deadline="2019-03-01"), actor="suda")

    assert register.year(year.year).settings == year.settings


@pytest.mark.parametrize("wrong", ["ก", 1, [], ["ก"], {}, {"ก": "ข"}])
def test_whatever_an_uploaded_file_holds_in_any_place_its_forms_are_shown(wrong: object) -> None:
    for name in set(SETTINGS) - {"year_be", "deadline", "province", "districts", "groups"}:
        found = settings(**{name: wrong})
        for part in year_edit.sections(found):
            assert factform.FactForm(part.fields, part.get(found)).inputs is not None
        for below in SETTINGS[name] if isinstance(SETTINGS[name], dict) and wrong in ("ก", 1) else ():
            found = settings(**{name: {**SETTINGS[name], below: wrong}})
            for part in year_edit.sections(found):
                assert factform.FactForm(part.fields, part.get(found)).inputs is not None


# ------------------------------------------------------------------------------------------------------------- pictures
def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "white").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_kept_by_digest_and_taken_out_again(year: YearFile) -> None:
    for which in ("emblem", "border"):
        year_files.set_picture(year, which, _png(), actor="suda")
        now = register.year(year.year)
        assert year_files.picture_bytes(dict(now.settings), which) == _png()
        year_files.set_picture(now, which, None, actor="suda")
        assert year_files.picture(dict(register.year(year.year).settings), which) == ""


def test_what_is_no_picture_is_refused_and_nothing_kept(year: YearFile) -> None:
    for wrong in (b"", b"MZ", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"0" * 50):
        with pytest.raises(DocserviceError):
            year_files.set_picture(year, "emblem", wrong, actor="suda")
    assert register.year(year.year).settings == year.settings
