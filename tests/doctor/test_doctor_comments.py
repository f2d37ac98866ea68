"""The report as Word comments: each around its very letters, ours renewed at each check, other people's kept."""

from __future__ import annotations

import io

import docx
import pytest
from doctor.clinic import KINDS, edited, kind, stock
from doctor.ill import ROLE, SUBJECT
from doctor.ill_looks import LOOKS
from doctor.ill_statements import NAMES, STATEMENTS
from doctor.ill_tags import BRACES, MANGLED
from lxml import etree

from docservice.render import doctor, package
from docservice.render.package import DOCUMENT, NS, q

SICK = edited(stock("order"), (ROLE, "{{ member.rolle }} ข้อ 12 {{ date }}"), (SUBJECT, "{{ subject }"))
ILLS = [one for one in (*BRACES, *MANGLED, *STATEMENTS, *NAMES, *LOOKS) if one.words]


def commented(data: bytes, code: str = "order") -> bytes:
    return doctor.comments(data, doctor.examine(data, kind(code), KINDS))


def bracketed(data: bytes, number: int) -> str:
    """The letters between the marks of comment ``number``."""
    root = package.parse(package.read(data)[DOCUMENT])
    inside, letters = False, []
    for one in root.iter(q("w:commentRangeStart"), q("w:commentRangeEnd"), q("w:t"), q("w:tab"), q("w:br")):
        if one.tag in (q("w:commentRangeStart"), q("w:commentRangeEnd")):
            if one.get(q("w:id")) == str(number):
                inside = one.tag == q("w:commentRangeStart")
        elif inside:
            letters.append(one.text or " ")
    return "".join(letters)


def test_each_comment_opens_at_the_very_letters() -> None:
    report = doctor.examine(SICK, kind("order"), KINDS)
    done = doctor.comments(SICK, report)
    found = [bracketed(done, number) for number in range(1, len(report.faults) + 1)]
    assert found == [fault.place.spot for fault in report.faults] == ["{{ subject }", "rolle", "12", "date"]


@pytest.mark.parametrize("ill", ILLS, ids=[ill.name for ill in ILLS])
def test_the_comment_of_an_ill_template_is_at_its_letters(ill: object) -> None:
    data = ill.data()  # type: ignore[attr-defined]
    report = doctor.examine(data, kind(ill.kind), KINDS)  # type: ignore[attr-defined]
    done = doctor.comments(data, report)
    for number, fault in enumerate(report.faults, start=1):
        if fault.place.part == "body" and not fault.place.text_box:
            assert bracketed(done, number) == fault.place.spot


def test_word_can_read_them_and_they_say_what_to_do() -> None:
    first = next(iter(docx.Document(io.BytesIO(commented(SICK))).comments))
    assert "วงเล็บปีกกา" in first.text
    assert "{{ subject }}" in first.text


def test_comments_of_an_earlier_check_are_replaced() -> None:
    once = commented(SICK)
    twice = commented(once)
    assert len(list(docx.Document(io.BytesIO(twice)).comments)) == len(list(docx.Document(io.BytesIO(once)).comments))
    assert not list(docx.Document(io.BytesIO(doctor.without_comments(twice))).comments)


def test_comments_of_other_people_stay() -> None:
    document = docx.Document(io.BytesIO(SICK))
    document.add_comment(document.paragraphs[1].runs[0], text="ถามหัวหน้าก่อน", author="สมหญิง")
    out = io.BytesIO()
    document.save(out)
    done = docx.Document(io.BytesIO(commented(out.getvalue())))
    assert [one.text for one in done.comments if one.author == "สมหญิง"] == ["ถามหัวหน้าก่อน"]
    assert len(list(done.comments)) == 5


def test_what_is_wrong_in_a_header_is_told_at_the_beginning_of_the_body() -> None:
    data = edited(stock("order"), ("- ", "{{ nmuber }} - ", "word/header1.xml"))
    (only,) = docx.Document(io.BytesIO(commented(data))).comments
    assert "หัวกระดาษ" in only.text


def test_nothing_but_comments_is_added() -> None:
    before, after = package.read(SICK), package.read(commented(SICK))

    def letters(data: bytes) -> str:
        return "".join(one.text or "" for one in etree.fromstring(data).iterfind(".//w:t", NS))

    assert letters(before[DOCUMENT]) == letters(after[DOCUMENT])
    assert set(after) - set(before) == {"word/comments.xml"}
