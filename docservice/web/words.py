"""Template tags: numbers in the person's digits, Thai dates, sizes, states in words. Loaded into every template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext

from docservice import progress
from docservice.errors import DocserviceError
from docservice.thai import BE, date_short, to_thai_digits
from docservice.web import happenings

register = template.Library()
_thai: ContextVar[bool] = ContextVar("thai digits", default=True)

_STATES = {
    **progress.CALLED,
    "pending": "รอเลข",
    "reserved": "จองเลขไว้",
    "used": "ออกเลขแล้ว",
    "voided": "ยกเลิกเลข",
    "passed": "ผ่าน",
    "not-passed": "ไม่ผ่าน",
}


@contextmanager
def digits(*, thai: bool) -> Iterator[None]:
    """Show numbers in Thai digits, or not, inside the block."""
    token = _thai.set(thai and get_language() != "en")
    try:
        yield
    finally:
        _thai.reset(token)


def spoken(error: DocserviceError) -> str:
    """The error's sentence and remedy in the person's language."""
    return error.text(get_language() or "th")


@register.filter
def n(value: Any) -> str:
    """A number or a text with numbers, in the person's digits; whole numbers grouped by thousands."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return to_thai_digits(text) if _thai.get() else text


@register.filter
def be(value: Any) -> str:
    """A BE year: never grouped."""
    return n(str(int(value)))


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A date as ๑๑ ก.พ. ๒๕๖๒ (BE), in Bangkok."""
    if not value:
        return ""
    if isinstance(value, str):
        written = datetime.fromisoformat(value)
        value = written if written.tzinfo else written.date()
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if get_language() == "en":
        return f"{value.day} {value:%b} {int(BE.of(value))} BE"
    return n(date_short(value)[:-2] + str(int(BE.of(value))))  # four digits of the year: an archive is read for decades


@register.filter
def moment(value: datetime | None) -> str:
    """A date with its time, in Bangkok."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local)} {n(f'{local:%H:%M}')}" + ("" if get_language() == "en" else " น.")


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, roughly; older than a day as a date."""
    if value is None:
        return ""
    seconds = (datetime.now(UTC) - value).total_seconds()
    if seconds < 60:
        return gettext("เมื่อครู่")
    if seconds < 3600:
        return gettext("%(count)s นาทีก่อน") % {"count": n(int(seconds // 60))}
    if seconds < 24 * 3600:
        return gettext("%(count)s ชั่วโมงก่อน") % {"count": n(int(seconds // 3600))}
    return moment(value)


@register.filter
def size(value: int | None) -> str:
    """Bytes as KB, MB, GB (decimal)."""
    amount = float(value or 0)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            return f"{n(f'{amount:.0f}' if unit in ('B', 'KB') else f'{amount:.1f}')} {unit}"
        amount /= 1000
    return ""


@register.filter
def state(value: str) -> str:
    """A state in words."""
    return pgettext("state", _STATES.get(value, value))


@register.filter
def happened(verb: str) -> str:
    """An event's verb in words."""
    return happenings.told(verb)


@register.filter
def wrong(told: Any) -> str:
    """What is wrong, in the person's language: of a fault, an error, or an error as a job keeps it."""
    return (get_language() == "en" and _part(told, "english")) or _part(told, "message")


@register.filter
def place(fault: Any) -> str:
    """Where a fault stands in a form, as a person counts, in the person's language."""
    if get_language() != "en" or not fault.steps:
        return gettext(fault.label) if fault.label else ""
    said = ""
    for step in fault.steps:
        said += f" {step}" if isinstance(step, int) else f"{' › ' if said else ''}{gettext(step)}"
    return said


@register.filter
def remedy(told: Any) -> str:
    """What to do about it; nothing in English, where ``wrong`` tells both."""
    return "" if get_language() == "en" and _part(told, "english") else _part(told, "remedy")


def _part(told: Any, name: str) -> str:
    return str(told.get(name, "") if isinstance(told, Mapping) else getattr(told, name, ""))


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.simple_tag(takes_context=True)
def keeping(context: template.Context, **changes: object) -> str:
    """The query string of this address with some words changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"
