"""One register of official numbers while it is locked: giving, entering, freeing. Only ``numbers`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import chain, count
from typing import Any

from django.db.models import Max, Q

from docservice.errors import Conflict, InputRefused
from docservice.models import Document, Number, NumberSeries
from docservice.number_claim import AUTO, PENDING, Claim, Series, filled
from docservice.thai import to_thai_digits

HIGHEST = 999_999
_AT_ONCE = 5000


def locked(series: Series) -> NumberSeries:
    """The register's row, made when there is none yet, held until the transaction ends."""
    return NumberSeries.objects.select_for_update().get_or_create(**asdict(series))[0]


def _active(row: NumberSeries, dossiers: Sequence[str]) -> dict[str, Number]:
    """The papers' numbers, by dossier; databases bind only so many values at once."""
    parts = [dossiers[start : start + _AT_ONCE] for start in range(0, len(dossiers), _AT_ONCE)]
    found = (row.numbers.filter(dossier__in=part, state__in=Number.BOUND) for part in parts)
    return {number.dossier: number for number in chain.from_iterable(found)}


def suffices(number: Number, claim: Claim) -> bool:
    """Whether the paper's number is what its claim asks for."""
    if claim.asks == PENDING:
        return True
    return number.value is not None and claim.asks in (AUTO, number.value)


def hold(row: NumberSeries, claims: Sequence[Claim]) -> list[int]:
    """See that each claim has its number; those given now."""
    mine = _active(row, [c.dossier for c in claims])
    without = [c for c in claims if c.dossier not in mine or not suffices(mine[c.dossier], c)]
    for claim in claims:
        if claim.dossier in mine and suffices(mine[claim.dossier], claim):
            _describe(mine[claim.dossier], claim)
    values = [_stated(row, c, mine.get(c.dossier)) for c in without if isinstance(c.asks, int)]
    if lot := [c for c in without if c.asks == AUTO]:
        values += _lot(row, lot, mine)
    for claim in (c for c in without if c.asks == PENDING):
        Number.objects.create(series=row, state=Number.PENDING, **_about(claim, None))
    return values


def give_back(row: NumberSeries, cancelled: Sequence[Claim]) -> list[int]:
    """Free what was reserved for the cancelled claims; the numbers freed."""
    asked = {claim.dossier: claim for claim in cancelled}
    bound = [n for n in _active(row, list(asked)).values() if _gives_back(n, asked[n.dossier])]
    for number in bound:
        _free(row, number)
        if number.value is not None and _is_filed(number.dossier):  # it was filed with the gap, and waits again
            shown = {name: getattr(number, name) for name in ("dossier", "dated", "subject", "addressee")}
            Number.objects.create(series=row, state=Number.PENDING, **shown)
    return [number.value for number in bound if number.value is not None]


def restore(row: NumberSeries, claim: Claim, value: int, at: datetime) -> bool:
    """Enter a filed paper's number as used; whether the register did not know it."""
    if row.numbers.filter(value=value).exclude(state=Number.FREE).exists():
        return False
    own = claim.asks == AUTO
    row.numbers.filter(Q(state=Number.PENDING, dossier=claim.dossier) | Q(value=value)).delete()
    about = {**_about(claim, value), "given_by": Number.OWN if own else Number.CENTRAL}
    Number.objects.create(series=row, value=value, state=Number.USED, reserved_at=at, used_at=at, **about)
    if own:
        row.first_value = min(row.first_value or value, value)
    row.next_value = max(row.next_value, value + 1)
    row.save()
    return True


def _gives_back(number: Number, claim: Claim) -> bool:
    """Whether a cancelled claim was what the number was reserved for."""
    if number.state == Number.PENDING:
        return claim.asks == PENDING and not _is_filed(number.dossier)
    return number.state == Number.RESERVED and claim.asks in (AUTO, number.value)


def _stated(row: NumberSeries, claim: Claim, before: Number | None) -> int:
    """Enter a number that was given elsewhere."""
    value = int(claim.asks)
    _refuse_taken(row, claim.register, [value])
    if before is not None:
        if before.state == Number.USED:
            raise Conflict(
                f"แฟ้ม {claim.dossier} ออกเลข {before.text} ไปแล้ว จึงใส่เลข {to_thai_digits(str(value))} อีกไม่ได้",
                "หากเลขเดิมผิด ให้ยกเลิกก่อนด้วย docservice number void",
                english=f"{claim.dossier} already has {before.text}. Void that number first.",
            )
        _free(row, before)
    _write(row, [claim], [value], Number.CENTRAL)
    if row.first_value is None:
        NumberSeries.objects.filter(pk=row.pk, next_value__lte=value).update(next_value=value + 1)
        row.refresh_from_db()
    return value


def _lot(row: NumberSeries, claims: Sequence[Claim], mine: Mapping[str, Number]) -> list[int]:
    """Give the claims consecutive numbers of the office's own run: those given back first, where they make a run."""
    first = claims[0].first
    for waited in (mine[c.dossier] for c in claims if c.dossier in mine):
        waited.delete()
    if first and (row.first_value is None or first >= row.next_value):
        values = list(range(first, first + len(claims)))
        _refuse_taken(row, claims[0].register, values)
    else:  # the year's run has begun: later papers of the lot go on where it stands
        values = _run(row, len(claims))
        _fill(row, values)
    _write(row, claims, values, Number.OWN)
    row.first_value = min(row.first_value or values[0], values[0])
    row.next_value = max(row.next_value, values[-1] + 1)
    row.save()
    return values


def _run(row: NumberSeries, wanted: int) -> list[int]:
    """The lowest ``wanted`` consecutive values that nobody has."""
    free = row.numbers.filter(state=Number.FREE).order_by("value").values_list("value", flat=True)
    ahead = set(
        row.numbers.filter(value__gte=row.next_value).exclude(state=Number.FREE).values_list("value", flat=True)
    )
    run: list[int] = []
    for value in chain([v for v in free if v is not None and v < row.next_value], count(row.next_value)):
        if value in ahead:
            run = []
            continue
        if run and run[-1] != value - 1:
            run = []
        run.append(value)
        if len(run) == wanted:
            break
    return run


def _fill(row: NumberSeries, values: Sequence[int]) -> None:
    """What a lot passed over to stay together is free for the next paper: the register has no gap."""
    if row.first_value is not None:
        known = row.numbers.filter(value__gte=row.next_value, value__lt=values[0]).values_list("value", flat=True)
        passed = sorted(set(range(row.next_value, values[0])) - set(known))
        Number.objects.bulk_create(Number(series=row, value=value, state=Number.FREE) for value in passed)


def _write(row: NumberSeries, claims: Sequence[Claim], values: Sequence[int], given_by: str) -> None:
    """Reserve each of the consecutive ``values`` for its claim, over the row of one that was given back."""
    now = datetime.now(UTC)
    row.numbers.filter(value__gte=values[0], value__lte=values[-1], state=Number.FREE).delete()
    Number.objects.bulk_create(
        (
            Number(
                series=row,
                value=value,
                state=Number.RESERVED,
                given_by=given_by,
                reserved_at=now,
                **_about(claim, value),
            )
            for claim, value in zip(claims, values, strict=True)
        ),
        batch_size=500,
    )


def _refuse_taken(row: NumberSeries, series: Series, values: Sequence[int]) -> None:
    if not 0 < values[0] <= values[-1] <= HIGHEST:
        raise InputRefused(
            f"เลข {to_thai_digits(str(values[0]))} ใช้เป็นเลขที่ใน{series.title} ไม่ได้",
            f"ต้องเป็น ๑ ถึง {to_thai_digits(str(HIGHEST))}",
            english=f"{values[0]} cannot be a number of {series}: 1 to {HIGHEST}.",
        )
    within = row.numbers.filter(value__gte=values[0], value__lte=values[-1])
    taken = within.exclude(state=Number.FREE).order_by("value").first()
    if taken is None:
        return
    if taken.state == Number.VOIDED:
        raise voided(series, taken)
    raise Conflict(
        f"เลข {taken.text} ใน{series.title} เป็นของแฟ้ม {taken.dossier} {taken.subject}".strip(),
        "ตรวจเลขกับทะเบียนกลาง หรือดูรายการด้วย docservice number ls --year ปี",
        english=f"Number {taken.value} of {series} belongs to {taken.dossier}. Check it with the central register.",
    )


def voided(series: Series, number: Number) -> Conflict:
    """The answer to whoever wants a voided number."""
    return Conflict(
        f"เลข {to_thai_digits(str(number.value))} ใน{series.title} ยกเลิกแล้ว: {number.reason}",
        "ใช้เลขอื่น เลขที่ยกเลิกแล้วไม่นำกลับมาใช้",
        english=f"Number {number.value} of {series} was voided: {number.reason}. Use another one.",
    )


def _free(row: NumberSeries, number: Number) -> None:
    """Free a value of the office's own run, forget one that came from elsewhere."""
    number.delete()
    if number.value is None:
        return
    if row.first_value is not None and row.first_value <= number.value < row.next_value:
        Number.objects.create(series=row, value=number.value, state=Number.FREE)
    elif row.first_value is None:
        row.next_value = (row.numbers.aggregate(last=Max("value"))["last"] or 0) + 1
        row.save()


def _is_filed(dossier: str) -> bool:
    return Document.objects.filter(dossier__key=dossier, path__startswith="paper/").exists()


def _about(claim: Claim, value: int | None) -> dict[str, Any]:
    """What the register shows of the paper."""
    return {
        "dossier": claim.dossier,
        "text": filled(claim.pattern, value)[:100],
        "dated": date.fromisoformat(claim.dated) if claim.dated else None,
        "subject": claim.subject[:700],
        "addressee": claim.addressee[:300],
    }


def _describe(number: Number, claim: Claim) -> None:
    """The paper may have another subject or date by now."""
    shown = _about(claim, number.value)
    if any(getattr(number, name) != value for name, value in shown.items()):
        Number.objects.filter(pk=number.pk).update(**shown)
