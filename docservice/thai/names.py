"""A person's name as the parts an office writes: title, first name, last name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from docservice.errors import FactsRefused
from docservice.thai import titles
from docservice.thai.hygiene import clean

# An abbreviation nobody listed (จ.อ., คสช.) still stands before the name and must not become part of it.
_ABBREVIATION = re.compile(r"((?:[ก-ฮ]{1,4}\.)+)\s*(?=\S)")
_NAVY = re.compile(r"\s+ร\.\s?น\.$")


@dataclass(frozen=True, slots=True)
class Person:
    """Title in full, first name, last name (with ``ณ``; a monk's Pali name); any but ``first`` may be empty.

    ``str`` sets a space after a police or military rank, none after other titles, one before the last name.
    """

    title: str
    first: str
    last: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """The person meant by ``"น.ส.ศิริ  ประดิษฐ์แจ้ง"``; raises ``FactsRefused`` when no name is left.

        Known abbreviations are written out; an unknown one stays the title as it is; sex is never guessed. The ranks
        ร.อ. ร.ท. ร.ต. are the navy's with a closing ร.น., else the army's (as the acting ranks of civilians are), and
        น.อ. น.ท. น.ต. the navy's with it, else the air force's: the air force writes its เรืออากาศ ranks in full here.
        """
        text = " ".join(clean(written).split())
        navy = _NAVY.search(text)
        title, name = _split_title(text[: navy.start()] if navy else text, navy=bool(navy))
        first, _, last = name.partition(" ")
        if not first:
            raise FactsRefused(
                f"“{written}” ไม่มีชื่อบุคคล",
                "กรุณาใส่คำนำหน้า ชื่อ และสกุล เช่น นางสาวตัวอย่าง ใจดี",
                english=f"{written!r} holds no person's name; give title, first and last name.",
            )
        return cls(title, first, last)

    @property
    def title_known(self) -> bool:
        """Whether the title is empty or one the product knows; an unknown one deserves a warning."""
        return titles.is_known(self.title)

    def __str__(self) -> str:
        gap = " " if titles.is_rank(self.title) else ""
        return f"{self.title}{gap}{self.first} {self.last}".strip()


def _split_title(text: str, *, navy: bool) -> tuple[str, str]:
    """All titles at the start of ``text`` (ผศ. ดร., พันโท ดร.) joined by spaces, and the rest."""
    found: list[str] = []
    while title := titles.find_title(text, navy=navy):
        found.append(title.full)
        text = text[title.length :]
        if title.is_civil:
            break
    if not found and (unknown := _ABBREVIATION.match(text)):
        return unknown[1], text[unknown.end() :]
    return " ".join(found), text
