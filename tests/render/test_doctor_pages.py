"""Pages and marks of a template's faults, as LibreOffice lays it out."""

from __future__ import annotations

from dataclasses import replace

from doctor.clinic import HEADER, KINDS, edited, kind, stock

from docservice.render import doctor
from docservice.render.office import Office

SICK = edited(
    stock("letter"),
    ("{{ item.title }}", "{{ item.title }"),
    ("{{ closing }}", "{{ closing }}{{ date }}"),
    ("- ", "{{ nmuber }} - ", HEADER),
)


def test_every_place_carries_its_page(office: Office) -> None:
    report = doctor.examine(SICK, kind("letter"), KINDS, office=office)
    places = {fault.code: fault.place.page for fault in report.faults}
    assert report.pages == 3
    assert places == {"single-brace": 1, "date-without-form": 3, "unknown-field": 2}


def test_marks_stand_where_the_letters_are(office: Office) -> None:
    report = doctor.examine(SICK, kind("letter"), KINDS)
    marked = doctor.marked(office, SICK, report)
    assert [(mark.number, mark.page) for mark in marked.marks] == [(1, 1), (2, 3), (3, 2)]
    assert all(0 < mark.x < 595 and 0 < mark.y < 842 for mark in marked.marks)
    assert marked.pdf.startswith(b"%PDF")


def test_what_cannot_be_laid_out_is_told_without_pages(office: Office) -> None:
    report = doctor.examine(b"%PDF-1.7", kind("letter"), KINDS, office=office)
    assert (report.pages, report.faults[0].code) == (None, "pdf")
    assert replace(report, name="x").name == "x"
