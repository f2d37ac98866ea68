"""Results of the assessment entered by hand: row by row, or for everybody who has none yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from docservice import register
from docservice.models import Applicant
from docservice.thai import clean
from docservice.yearfile import YearFile

WORDS = {"passed": "ผ่าน", "failed": "ไม่ผ่าน", "": "ยังไม่มีผล"}
_ENGLISH = {"passed": "passed", "failed": "failed", "": "no result yet"}
_LONGEST_SCORE = 40  # models.Applicant.score


@dataclass(frozen=True)
class Verdict:
    """What was entered for an applicant, and what stood there when the page was opened."""

    pk: int
    result: str
    score: str
    seen: tuple[str, str]

    @property
    def entered(self) -> tuple[str, str]:
        """Result and score, cleaned."""
        return self.result, " ".join(clean(self.score).split())


@dataclass(frozen=True)
class Fault:
    """Why a row was not kept, in Thai (``message``) and English."""

    message: str
    english: str


@dataclass(frozen=True)
class Saved:
    """How many rows changed, and why others did not, by applicant."""

    changed: int
    faults: Mapping[int, Fault]


def save(year: YearFile, rows: QuerySet[Applicant], verdicts: Iterable[Verdict], *, actor: str) -> Saved:
    """Keep what was changed of ``rows`` (those the person may judge); each row's trouble is its own.

    A row that somebody else has judged meanwhile keeps their result.
    """
    changed = [verdict for verdict in verdicts if verdict.entered != verdict.seen]
    faults = {verdict.pk: fault for verdict in changed if (fault := _fault(verdict))}
    wanted = {verdict.pk: verdict for verdict in changed if verdict.pk not in faults}
    known = set(rows.filter(pk__in=wanted).values_list("pk", flat=True))
    faults |= dict.fromkeys(wanted.keys() - known, _STRANGER)
    results = {pk: verdict.entered for pk, verdict in wanted.items() if pk in known}
    count = register.enter_results(year, results, seen={pk: wanted[pk].seen for pk in results}, actor=actor)
    now = {
        pk: (result, score) for pk, result, score in rows.filter(pk__in=results).values_list("pk", "result", "score")
    }
    faults |= {pk: _taken(now[pk]) for pk, entered in results.items() if pk in now and now[pk] != entered}
    return Saved(count, faults)


def pass_rest(year: YearFile, rows: QuerySet[Applicant], *, actor: str) -> int:
    """Let all of ``rows`` that have no result pass; how many there were."""
    waiting = rows.filter(result="").values_list("pk", "score")
    found = {pk: ("", score) for pk, score in waiting}
    return register.enter_results(year, {pk: ("passed", was[1]) for pk, was in found.items()}, seen=found, actor=actor)


_STRANGER = Fault(
    "ไม่พบผู้สมัครรายนี้ในปีนี้ โหลดหน้าใหม่แล้วลองอีกครั้ง", "There is no such applicant in this year. Load the list again."
)


def _fault(verdict: Verdict) -> Fault | None:
    if verdict.result not in WORDS:
        return Fault("เลือก ผ่าน ไม่ผ่าน หรือ ยังไม่มีผล", "Choose passed, failed or no result yet.")
    if len(verdict.entered[1]) > _LONGEST_SCORE:
        return Fault("คะแนนยาวเกิน ๔๐ ตัวอักษร พิมพ์ให้สั้นลง", "The score is longer than 40 letters. Shorten it.")
    return None


def _taken(now: tuple[str, str]) -> Fault:
    thai, english = (f" คะแนน {now[1]}", f", score {now[1]}") if now[1] else ("", "")
    return Fault(
        f"มีผู้อื่นบันทึกไว้ก่อนว่า {WORDS[now[0]]}{thai} หากต้องการเปลี่ยน เลือกแล้วบันทึกอีกครั้ง",
        f"Somebody entered before: {_ENGLISH[now[0]]}{english}. To change it, choose again and save.",
    )
