"""Results of the assessment for many applicants at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from docservice import access, results
from docservice.api.applicants import Result
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Code, District, Id, Line100, YearInPath
from docservice.api.problem import spoken
from docservice.api.years import year_of
from docservice.results import Verdict

area = Area()


class Seen(Schema, extra="forbid"):
    """What was there when it was read."""

    result: Literal["passed", "failed", ""]
    score: Line100 = ""


class OneResult(Result):
    """The outcome for the applicant of that id; with ``seen``, only if nobody has judged otherwise meanwhile."""

    id: Id
    seen: Seen | None = None


class ManyResults(Schema, extra="forbid"):
    """The outcomes to be kept; each for itself."""

    results: Annotated[list[OneResult], Field(min_length=1, max_length=1000)]


class NotKept(Schema):
    """An applicant whose result was not kept, and why."""

    id: int
    message: str


class Kept(Schema):
    """How many changed, and who was left as it was."""

    changed: int
    not_kept: list[NotKept]


class Rest(Schema, extra="forbid"):
    """Which of the applicants without a result pass: all, or those of a district, of a group."""

    district: District | None = None
    group: Code | None = None


class Passed(Schema):
    """How many passed."""

    changed: int


@area.offer("POST", "/years/{year}/results", Kept, scope="write", actions=("set-up",), once=True)
def put_results(request: Asking, year: YearInPath, many: ManyResults) -> Any:
    """Enter many results; what cannot be kept is told applicant by applicant, the others are kept."""
    found = year_of(request, year)
    rows = access.applicants(request.user).filter(year_be=int(found.year), province=found.province_code)
    now = {pk: (result, score) for pk, result, score in _judged(rows, [each.id for each in many.results])}
    verdicts = [Verdict(each.id, each.result, each.score, _seen(each, now)) for each in many.results]
    saved = results.save(found, rows, verdicts, actor=request.user.username)
    return {
        "changed": saved.changed,
        "not_kept": [{"id": pk, "message": spoken(fault)} for pk, fault in saved.faults.items()],
    }


def _judged(rows: Any, keys: list[int]) -> Any:
    return rows.filter(pk__in=keys).values_list("pk", "result", "score")


def _seen(each: OneResult, now: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """What the program saw, or what is there; nothing that could be meant, for who is not."""
    return (each.seen.result, each.seen.score) if each.seen else now.get(each.id, ("nobody", ""))


@area.offer("POST", "/years/{year}/results/pass-rest", Passed, scope="write", actions=("set-up",), once=True)
def pass_rest(request: Asking, year: YearInPath, rest: Rest) -> Any:
    """Let all who have no result yet pass."""
    found = year_of(request, year)
    rows = access.applicants(request.user).filter(year_be=int(found.year), province=found.province_code)
    wanted = {name: value for name, value in rest.dict().items() if value is not None}
    return {"changed": results.pass_rest(found, rows.filter(**wanted), actor=request.user.username)}
