"""The year file: checked with the place of every fault, its {words} filled, its directories looked up."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from office_year import SETTINGS, Unit, settings, year

from docservice import facts
from docservice.errors import DocserviceError, InputRefused
from docservice.thai import BE
from docservice.yearfile import YearFile


def test_the_sample_year_is_read_whole() -> None:
    found = year()

    assert (found.year, found.province_code, found.province) == (BE(2562), "24", "ฉะเชิงเทรา")
    assert found.deadline == date(2019, 2, 11)
    assert len(found.districts) == 11
    assert [group.code for group in found.groups] == ["leader", "organisation", "network", "community"]


def test_words_in_braces_are_filled_with_thai_digits() -> None:
    assert year().fill("ปี {year} จังหวัด{province} ภายใน {deadline} {districts} อำเภอ", "x") == (
        "ปี ๒๕๖๒ จังหวัดฉะเชิงเทรา ภายใน ๑๑ กุมภาพันธ์ ๒๕๖๒ ๑๑ อำเภอ"
    )


def test_an_unknown_word_in_braces_is_refused_with_its_place_and_the_known_words() -> None:
    with pytest.raises(InputRefused) as refused:
        year(letter={"subject": "ปี {yaer}"}).section("letter")

    assert "letter.subject" in refused.value.message
    assert "{yaer}" in refused.value.message
    assert "year" in refused.value.remedy


def test_a_signer_is_looked_up_in_the_directory() -> None:
    signer = year().section("letter")["signer"]

    assert signer["principal"] == "ผู้ว่าราชการจังหวัดฉะเชิงเทรา"


def test_a_person_becomes_a_line_with_the_workplace_below() -> None:
    members = year().sections("orders")[0]["members"]

    assert members[-1]["post"].splitlines() == [
        "นางสาวศิริ ประดิษฐ์แจ้ง นักวิชาการพัฒนาชุมชนชำนาญการ",
        "สำนักงานพัฒนาชุมชนจังหวัดฉะเชิงเทรา",
    ]


def test_an_unknown_signer_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputRefused, match="governer") as refused:
        year(letter={"signer": "governer"}).section("letter")

    assert "deputy-governor" in refused.value.remedy


@pytest.mark.parametrize("written", ["2402", "บางคล้า"])
def test_a_district_is_found_by_code_or_name(written: str) -> None:
    found = year().district(written)

    assert found is not None
    assert found.code == "2402"


@pytest.mark.parametrize("written", ["organisation", "กลุ่ม/องค์กรชุมชน", "กลุ่ม / องค์กรชุมชน"])
def test_a_group_is_found_by_code_or_name_whatever_the_blanks(written: str) -> None:
    found = year().group(written)

    assert found is not None
    assert found.code == "organisation"


def test_dates_in_tomls_own_form_are_taken_as_they_are() -> None:
    found = year(deadline=date(2019, 2, 11), letter={"date": date(2019, 1, 11)})

    assert found.deadline == date(2019, 2, 11)
    assert found.section("letter")["date"] == "2019-01-11"


_GROUP = {"code": "leader", "name": "ผู้นำชุมชน", "checklist": [{"slot": "application", "title": "ใบสมัคร"}]}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"year_be": 2019}, "year_be"),
        ({"year_be": True}, "year_be"),
        ({"deadline": "30/2/2562"}, "deadline"),
        ({"deadline": 5}, "deadline"),
        ({"province": "ฉะเชิงเทรา"}, "province"),
        ({"province": {"code": "2", "name": "x"}}, "province.code"),
        ({"province": {"code": "24"}}, "province.name"),
        ({"districts": []}, "districts"),
        ({"districts": ["เมือง"]}, "districts.code"),
        ({"districts": [{"code": "2501", "name": "x"}]}, "districts.code"),
        ({"districts": [{"code": "2400", "name": "x"}]}, "districts.code"),
        ({"districts": [{"code": "2401", "name": "x"}, {"code": "2401", "name": "y"}]}, "districts"),
        ({"groups": []}, "groups"),
        ({"groups": [{**_GROUP, "code": "ผู้นำ"}]}, "groups.code"),
        ({"groups": [_GROUP, _GROUP]}, "groups"),
        ({"groups": [{**_GROUP, "checklist": "ใบสมัคร"}]}, "groups.checklist"),
        ({"groups": [{**_GROUP, "checklist": [{"title": "ใบสมัคร"}]}]}, "groups.leader.checklist.slot"),
        ({"groups": [{**_GROUP, "checklist": [{"slot": "application"}]}]}, "groups.leader.checklist.title"),
        ({"groups": [{**_GROUP, "checklist": [{"slot": "../x", "title": "x"}]}]}, "groups.leader.checklist.slot"),
        (
            {"groups": [{**_GROUP, "checklist": [*_GROUP["checklist"], *_GROUP["checklist"]]}]},
            "groups.leader.checklist",
        ),
    ],
)
def test_a_fault_is_refused_with_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InputRefused) as refused:
        year(**changes)

    assert f"ที่ {place}:" in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize("missing", ["year_be", "deadline", "province", "districts", "groups"])
def test_a_missing_setting_is_refused_by_name(missing: str) -> None:
    with pytest.raises(InputRefused, match=missing):
        YearFile.parse({name: value for name, value in SETTINGS.items() if name != missing})


@pytest.mark.parametrize("wrong", ["หนึ่ง", "0", "-1", "1.5"])
def test_a_first_serial_that_is_no_number_is_refused_with_its_place(wrong: str) -> None:
    found = year(certificate={**SETTINGS["certificate"], "first_serial": wrong})

    with pytest.raises(InputRefused, match=r"certificate\.first_serial"):
        list(facts.certificates(found, [Unit()]))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name in value:
            yield from _places(value[name], (*path, name))
    if isinstance(value, list):
        for index in range(min(len(value), 2)):
            yield from _places(value[index], (*path, index))


def _changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(SETTINGS)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def _use(found: YearFile) -> None:
    """Everything that reads a year file without an engine."""
    units = [Unit()]
    facts.letter(found)
    facts.orders(found)
    facts.guideline(found)
    facts.announcement(found, units)
    facts.register_passed(found, units)
    facts.register_applicants(found, found.districts[0], units)
    facts.report(found, units)
    list(facts.certificates(found, units))
    for group in found.groups:
        facts.application_form(found, group.code)


@pytest.mark.parametrize("wrong", [0, "ก", [], ["ก"], {}, {"ก": "ข"}, True, 1.5])
def test_whatever_is_put_in_any_place_is_used_or_refused_but_never_a_fault_of_the_program(wrong: object) -> None:
    for path in _places(SETTINGS):
        with contextlib.suppress(DocserviceError):
            _use(YearFile.parse(_changed(path, wrong)))


def test_leaving_any_one_setting_out_is_no_fault_of_the_program() -> None:
    for path in _places(SETTINGS):
        changed = _changed(path, None)
        place: Any = changed
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
        with contextlib.suppress(DocserviceError):
            _use(YearFile.parse(changed))


def test_the_settings_given_are_not_changed_by_using_them() -> None:
    given = settings()

    _use(YearFile.parse(given))

    assert given == SETTINGS
