"""The registers of official numbers: one per office, series and calendar year, gapless, a value never given twice.

A number is printed on its paper, so it is reserved for the paper's dossier before the paper is made, and becomes used
in the transaction that files it (``archive.file(…, also=…)``). A paper that failed keeps its reservation. What a
cancelled request gives back is free again and the first to be given; a voided number stays voided, with its reason.

Locks are taken in one order: the series' row, its numbers, the audit log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from docservice import audit, number_book
from docservice.errors import Conflict, InputRefused, NotFound
from docservice.models import Document, Number
from docservice.number_claim import SERIES, Claim, Series, claims
from docservice.thai import to_thai_digits

__all__ = ["SERIES", "Claim", "Series", "claims"]

WITHDRAWN = "withdrawn"
"""The kind of the document that tells of a paper's withdrawal and of the number voided with it."""


def hold(asked: Iterable[Claim], *, actor: str) -> int:
    """See that every claim has its number, all in one transaction; how many were given now.

    A paper that has one keeps it. Papers of one series that ask for the next take a run of consecutive numbers in the
    order of ``asked``. ``Conflict`` names the paper that has a stated number already; then nothing was given.
    """
    groups = _by_register(asked)
    if not groups:
        return 0
    with transaction.atomic():
        rows_ = [number_book.locked(series) for series in groups]
        given = [number_book.hold(row, group) for row, group in zip(rows_, groups.values(), strict=True)]
        _tell(actor, "number.reserved", zip(groups, given, strict=True))
    return sum(map(len, given))


def held(claim: Claim, *, actor: str) -> int | None:
    """The number of the claim's paper, reserved now if it has none; ``None`` while it is pending."""
    number = _bound(claim)
    if number is None or not number_book.suffices(number, claim):
        hold([claim], actor=actor)
        number = _bound(claim)
    return number.value if number else None


def use(claim: Claim, value: int) -> None:
    """Make the number used: call it in the transaction that files the paper. ``Conflict`` when it was taken away."""
    mine = _of(claim.register).filter(dossier=claim.dossier, value=value)
    if mine.filter(state=Number.RESERVED).update(state=Number.USED, used_at=datetime.now(UTC)):
        return
    if not mine.filter(state=Number.USED).exists():
        raise Conflict(
            f"เลข {to_thai_digits(str(value))} ของ{SERIES[claim.series]}ถูกคืนหรือยกเลิกระหว่างจัดทำเอกสาร",
            "สั่งทำใหม่ ระบบจะให้เลขถัดไป",
            english=f"Number {value} was given back or voided while the paper was made. Retry.",
        )


def release(cancelled: Iterable[Claim], *, actor: str) -> int:
    """Give back what these claims had reserved and not used; how many numbers there were."""
    groups = _by_register(cancelled)
    if not groups:
        return 0
    with transaction.atomic():
        rows_ = [number_book.locked(series) for series in groups]
        freed = [number_book.give_back(row, group) for row, group in zip(rows_, groups.values(), strict=True)]
        _tell(actor, "number.released", zip(groups, freed, strict=True))
    return sum(map(len, freed))


def void(series: Series, value: int, reason: str, *, actor: str) -> Number:
    """Void a number for ever, with its reason; it is never given again and stays in the register."""
    if not reason.strip():
        raise InputRefused("ต้องบอกเหตุผลที่ยกเลิกเลข", "เพิ่ม --reason", english="A reason is needed. Add --reason.")
    with transaction.atomic():
        row = number_book.locked(series)
        number = row.numbers.filter(value=value).first()
        if number is None:
            raise NotFound(
                f"ไม่มีเลข {to_thai_digits(str(value))} ใน{series.title}",
                "ดูรายการด้วย docservice number ls --year ปี",
                english=f"No number {value} in {series}.",
            )
        if number.state == Number.VOIDED:
            raise number_book.voided(series, number)
        number.state, number.reason, number.voided_at = Number.VOIDED, reason.strip(), datetime.now(UTC)
        number.save()
        audit.record(actor, "number.voided", str(series), {"number": value, "reason": number.reason})
    return number


def rows(province: str, year_be: int, codes: Sequence[str] = tuple(SERIES)) -> list[Number]:
    """The lines of the registers of a year, by series, then number; papers that wait come last in their series."""
    found = Number.objects.filter(series__province=province, series__year_be=year_be, series__code__in=codes)
    order = {code: n for n, code in enumerate(SERIES)}
    return sorted(
        found.select_related("series"),
        key=lambda n: (order[n.series.code], n.value or number_book.HIGHEST + 1, n.dossier),
    )


def waiting(series: Series) -> list[Number]:
    """The papers that are filed, or going to be, without their number."""
    return list(_of(series).filter(state=Number.PENDING).order_by("dossier"))


def knows(dossier: str) -> bool:
    """Whether a paper of that dossier has a number or waits for one."""
    return Number.objects.filter(dossier=dossier, state__in=Number.BOUND).exists()


def restore(*, actor: str) -> int:
    """Enter the numbers of filed papers that no register knows, after the index was rebuilt; how many.

    A number voided with its paper is void again; one voided in the register alone comes back as used.
    """
    entered: dict[Series, list[int]] = {}
    with transaction.atomic():
        for paper in Document.objects.filter(path__startswith="paper/", provenance__has_key="number"):
            told = dict(paper.provenance["number"])
            value, claim = told.pop("value"), Claim(**told, dossier=paper.dossier.key)
            if value and number_book.restore(number_book.locked(claim.register), claim, value, paper.filed_at):
                entered.setdefault(claim.register, []).append(value)
        for notice in Document.objects.filter(kind=WITHDRAWN, provenance__has_key="voided").select_related("dossier"):
            _void_again(notice)
        _tell(actor, "number.restored", entered.items())
    return sum(map(len, entered.values()))


def _void_again(notice: Document) -> None:
    """A withdrawn paper's number, which the index has as used."""
    if told := notice.provenance["voided"]:
        series = Series(notice.province, told["series"], told["year_be"])
        found = _of(series).filter(value=told["value"], dossier=notice.dossier.key, state=Number.USED)
        found.update(state=Number.VOIDED, reason=notice.provenance["reason"], voided_at=notice.filed_at)


def _by_register(asked: Iterable[Claim]) -> dict[Series, list[Claim]]:
    """The claims by register, in the one order in which registers are locked; a paper has one number in each."""
    ordered = sorted(asked, key=lambda c: c.register)
    groups = {series: list(group) for series, group in groupby(ordered, key=lambda c: c.register)}
    for series, group in groups.items():
        dossiers = Counter(claim.dossier for claim in group)
        for twice in (claim for claim in group if dossiers[claim.dossier] > 1):
            raise InputRefused(
                f"เอกสาร ๒ ฉบับใช้เลขเดียวกันหรือเรื่องเดียวกันใน{series.title}: {twice.pattern} {twice.subject}",
                "แก้เลขที่หรือเรื่องใน year.toml ให้ต่างกัน",
                english=f"Two papers of {series} have the same number or subject. Tell them apart in year.toml.",
            )
    return groups


def _tell(actor: str, verb: str, happened: Iterable[tuple[Series, Sequence[int]]]) -> None:
    for series, values in happened:
        if values:
            audit.record(actor, verb, str(series), {"numbers": _ranges(values)})


def _of(series: Series) -> QuerySet[Number]:
    return Number.objects.filter(**{f"series__{name}": value for name, value in asdict(series).items()})


def _bound(claim: Claim) -> Number | None:
    return _of(claim.register).filter(dossier=claim.dossier, state__in=Number.BOUND).first()


def _ranges(values: Iterable[int]) -> str:
    """``1-40, 44``: the values, short."""
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in _runs(sorted(values)))


def _runs(values: Sequence[int]) -> Iterator[list[int]]:
    for _, run in groupby(enumerate(values), key=lambda pair: pair[1] - pair[0]):
        yield [value for _, value in run]
