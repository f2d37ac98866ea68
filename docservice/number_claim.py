"""What a paper asks of a register of official numbers, and how a number is written. Pure.

``ฉช ๐๐๑๙/ว ๑๖๙`` states its number; ``ฉช ๐๐๑๙/ว auto`` and ``ว auto`` ask for the office's next one; ``ฉช ๐๐๑๙/ว`` and
an empty text wait for one (the paper is made with a gap). A year behind the running number (``๑๒/๒๕๖๒``) is not part of
it; behind an office's code (``ฉช ๐๐๑๙/๒๕๖๒``) it is the running number itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from docservice.thai import to_arabic_digits, to_thai_digits

LETTER, CIRCULAR, ORDER, ANNOUNCEMENT, CERTIFICATE = "letter", "letter-circular", "order", "announcement", "certificate"
SERIES = {
    LETTER: "หนังสือส่ง",
    CIRCULAR: "หนังสือเวียน (ว)",
    ORDER: "คำสั่ง",
    ANNOUNCEMENT: "ประกาศ",
    CERTIFICATE: "ใบประกาศเกียรติคุณ",
}
"""Every series and what its register is called. A report is a letter: it shares the letters' series."""

MARK = "{number}"
"""Stands in facts and patterns where the running number is going to be printed."""
AUTO, PENDING = "auto", "pending"
_CIRCULAR = "ว"
_YEAR = re.compile(r"2[4-7]\d\d")


@dataclass(frozen=True)
class WrittenNumber:
    """``asks``: the stated running number, ``auto`` or ``pending``; ``pattern``: its text, or with a mark."""

    pattern: str
    asks: int | str
    circular: bool = False

    @classmethod
    def parse(cls, text: str, head: str = "") -> WrittenNumber:
        """Read ``text``; ``head`` (``ฉช ๐๐๑๙/``) goes before one that does not state its number and has no head."""
        if MARK in text:
            return cls(text, AUTO)
        start, end = _running(to_arabic_digits(text))
        part = to_arabic_digits(text)[start:end]
        circular = _CIRCULAR in part
        if digits := "".join(ch for ch in part if ch.isdigit()):
            return cls(text, int(digits), circular)
        asks = AUTO if AUTO in part else PENDING
        before = text[:start] + part.replace(AUTO, "").strip()
        pattern = f"{before}{' ' if circular else ''}{MARK}{text[end:]}"
        return cls(pattern if start else head + pattern, asks, circular)


def filled(value: Any, number: int | str | None) -> Any:
    """``value`` (facts, at any depth) with the number, or nothing for ``None``, in place of every mark."""
    if isinstance(value, str):
        if MARK not in value:
            return value
        return value.replace(MARK, "" if number is None else to_thai_digits(str(number))).strip()
    if isinstance(value, Mapping):
        return {name: filled(one, number) for name, one in value.items()}
    return [filled(one, number) for one in value] if isinstance(value, list) else value


@dataclass(frozen=True, order=True)
class Series:
    """Which register: province code, series code, calendar year (BE)."""

    province: str
    code: str
    year_be: int

    def __str__(self) -> str:
        return f"{self.year_be}/{self.province}/{self.code}"

    @property
    def title(self) -> str:
        """As people call it: ``ทะเบียนคำสั่ง ปี ๒๕๖๒``."""
        return f"ทะเบียน{SERIES[self.code]} ปี {to_thai_digits(str(self.year_be))}"


@dataclass(frozen=True)
class Claim:
    """What a paper asks of a register: ``asks`` is a stated running number, ``auto`` or ``pending``.

    ``first``: the running number with which a lot begins. ``pattern``: the printed text, with a mark where the number
    comes. The rest is what the register shows of the paper (``dated`` as YYYY-MM-DD).
    """

    series: str
    province: str
    year_be: int
    dossier: str
    asks: int | str
    pattern: str
    first: int | None = None
    dated: str = ""
    subject: str = ""
    addressee: str = ""

    @property
    def register(self) -> Series:
        """The register it is made to."""
        return Series(self.province, self.series, self.year_be)

    def as_payload(self) -> dict[str, Any]:
        """As a job item's payload keeps it, under ``number``, beside the dossier's key."""
        return {name: value for name, value in asdict(self).items() if name != "dossier"}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Claim | None:
        """The claim in a job item's payload, if its paper takes a number."""
        claim = payload.get("number")
        return cls(**claim, dossier=payload["dossier"]) if isinstance(claim, Mapping) else None


def claims(payloads: Iterable[Mapping[str, Any]]) -> list[Claim]:
    """The claims of those job items whose paper takes a number."""
    return [claim for payload in payloads if (claim := Claim.of(payload))]


def _running(text: str) -> tuple[int, int]:
    """Where the part with the running number stands."""
    parts, end = text.split("/"), len(text)
    first = parts[0].strip()
    bare = len(parts) > 2 or first.isdecimal() or first in ("", AUTO)
    if len(parts) > 1 and bare and _YEAR.fullmatch(parts[-1].strip()):
        end -= len(parts.pop()) + 1
    return end - len(parts[-1]), end
