"""The form of the doctor's words."""

from __future__ import annotations

from dataclasses import dataclass

from docservice.render.doctor.report import Severity


@dataclass(frozen=True, slots=True)
class Words:
    """One code: severity, Thai message and remedy, both in English, and whether ``mend`` can do it."""

    severity: Severity
    message: str
    remedy: str
    english: str
    mendable: bool = False


def error(message: str, remedy: str, english: str, *, mendable: bool = False) -> Words:
    """No paper can be made."""
    return Words("error", message, remedy, english, mendable)


def warning(message: str, remedy: str, english: str, *, mendable: bool = False) -> Words:
    """The paper would be wrong."""
    return Words("warning", message, remedy, english, mendable)
