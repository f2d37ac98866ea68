"""Writes the sample evidence folders: what a district collects for each applicant, named as people do.

Made on the spot from a fixed seed, so that the repository keeps no pictures. Everything is marked ตัวอย่าง. Two things
are wrong on purpose: one file is cut off in the middle, and one applicant has no list of advisers (which is allowed).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docservice.samples.applicants import SampleApplicant
from docservice.samples.drawing import Faces, Grain, Page, photographed, portrait, scanned
from docservice.samples.sheets import (
    ADVISER_POSTS,
    POSTS,
    MinutesInWord,
    Setting,
    blank_form,
    filled_form,
    house_registration,
    identity_card,
    list_page,
    minutes_pages,
)
from docservice.thai import BE, safe_file_name

DAMAGED = 23  # running number of the applicant whose minutes stop in the middle of the file
WITHOUT_ADVISERS = 16  # running number of the applicant without the optional list
TURNED = 25  # running number of the leader whose card was photographed with the phone held upright

_DESKS = ((122, 92, 66), (150, 152, 156), (96, 110, 96), (176, 150, 118))
_SHIRTS = ((44, 74, 140), (120, 48, 60), (60, 104, 84), (92, 84, 120))


@dataclass(frozen=True)
class SampleFile:
    """One file written, and the checklist slot it belongs to; ``flaw`` says what is wrong with it, if anything."""

    slot: str
    path: Path
    flaw: str = ""


@dataclass(frozen=True)
class SampleFolder:
    """One applicant's evidence folder, ``<district>/<group>/<number name>/``, and its files in checklist order."""

    applicant: SampleApplicant
    path: Path
    files: tuple[SampleFile, ...]


def make_evidence(
    folder: Path, applicants: Iterable[SampleApplicant], year: BE, fonts: Path, *, province: str = "ฉะเชิงเทรา"
) -> tuple[SampleFolder, ...]:
    """Write the evidence of ``applicants`` below ``folder``; ``fonts`` holds a Thai family, regular and bold.

    The same arguments give the same bytes; files already there are overwritten. ``InputRefused`` without fonts.
    """
    desk = _Desk(Setting(year, province, Faces.find(fonts)))
    return tuple(_write(folder, applicant, desk) for applicant in applicants)


def _write(folder: Path, applicant: SampleApplicant, desk: _Desk) -> SampleFolder:
    name = safe_file_name(f"{applicant.number:02d} {applicant.name}")
    place = folder / applicant.district / safe_file_name(applicant.group) / name
    place.mkdir(parents=True, exist_ok=True)
    made = []
    for slot, file_name, data in desk.papers(applicant):
        flaw = "damaged" if slot.endswith("minutes") and applicant.number == DAMAGED else ""
        path = place / file_name
        path.write_bytes(data[: len(data) // 3] if flaw else data)
        made.append(SampleFile(slot, path, flaw))
    return SampleFolder(applicant, place, tuple(made))


class _Desk:
    """Makes every paper of one applicant: ``(slot, file name, bytes)``; blanks and paper texture are made once."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._grain = Grain(int(setting.year))
        self._blanks: dict[str, Page] = {}
        self._word = MinutesInWord(setting)
        self._makers: Mapping[str, Callable[[SampleApplicant], list[tuple[str, str, bytes]]]] = {
            "ผู้นำชุมชน": self._leader
        }

    def papers(self, applicant: SampleApplicant) -> list[tuple[str, str, bytes]]:
        """Everything in the applicant's folder, in checklist order."""
        made = [("application", "ใบสมัคร.pdf", self._application(applicant))]
        made += self._makers.get(applicant.group, self._body)(applicant)
        if applicant.number != WITHOUT_ADVISERS:
            page = list_page(self._setting, applicant, "รายชื่อคณะที่ปรึกษา", ADVISER_POSTS)
            made.append(("advisers", "รายชื่อคณะที่ปรึกษา.jpg", self._photo(page, applicant, 4)))
        return made

    def _application(self, applicant: SampleApplicant) -> bytes:
        group = applicant.group
        if group not in self._blanks:
            self._blanks[group] = blank_form(self._setting, group)
        page = filled_form(self._blanks[group], self._setting, applicant)
        return scanned([page], angle=self._angle(applicant, 1), grain=self._grain, colour=True)

    def _leader(self, applicant: SampleApplicant) -> list[tuple[str, str, bytes]]:
        number = applicant.number
        turned = number == TURNED
        face = portrait(self._setting.faces, shirt=_SHIRTS[number % 4], backdrop=(206, 222, 238))
        house = self._photo(house_registration(self._setting, applicant), applicant, 2)
        card = self._photo(identity_card(self._setting, applicant), applicant, 3, turned=turned)
        card_name = "บัตรประชาชน IMG_2045.jpg" if turned else "สำเนาบัตรประชาชน.jpg"
        return [
            ("photo", "รูปถ่าย.png", face),
            ("house", "สำเนาทะเบียนบ้าน.jpg", house),
            ("id-card", card_name, card),
        ]

    def _body(self, applicant: SampleApplicant) -> list[tuple[str, str, bytes]]:
        forum = applicant.group == "ชุมชน"
        slot, name = ("forum-minutes", "บันทึกประชาคม") if forum else ("minutes", "บันทึกการประชุม")
        team = "รายชื่อทีมนำการพัฒนา" if forum else "รายชื่อทีมพัฒนา"
        page = list_page(self._setting, applicant, team, POSTS)
        listed = scanned([page], angle=self._angle(applicant, 5), grain=self._grain)
        return [(slot, *self._minutes(applicant, name)), ("team", f"{team}.pdf", listed)]

    def _minutes(self, applicant: SampleApplicant, name: str) -> tuple[str, bytes]:
        if applicant.number % 3 == 0:
            return f"{name}.docx", self._word.make(applicant)
        pages = minutes_pages(self._setting, applicant)
        return f"{name}.pdf", scanned(pages, angle=self._angle(applicant, 6), grain=self._grain)

    def _photo(self, page: Page, applicant: SampleApplicant, salt: int, *, turned: bool = False) -> bytes:
        angle = 2 * self._angle(applicant, salt)
        desk = _DESKS[(applicant.number + salt) % len(_DESKS)]
        return photographed(page, angle=angle, grain=self._grain, desk=desk, turned=turned)

    def _angle(self, applicant: SampleApplicant, salt: int) -> float:
        """How crooked the sheet lies, degrees; every other one went through a feeder and lies straight."""
        if (applicant.number + salt) % 2:
            return 0.0
        return random.Random(applicant.number * 10 + salt).uniform(-1.3, 1.3)  # noqa: S311 -- decoration
