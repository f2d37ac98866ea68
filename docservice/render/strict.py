"""The strict side of templates: a sandboxed Jinja that refuses what is missing and prints digits in Thai."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docservice import thai
from docservice.catalogue import Code
from docservice.errors import FactsRefused
from docservice.thai import BE

_MOST_DAYS = 4096  # rows of registers have few days between them
_LOOP = {"index", "index0", "revindex", "revindex0", "first", "last", "length"}


class TemplateFault(Exception):
    """What is wrong inside a template, without its name: (Thai, English). ``template`` adds the name."""

    def __init__(self, message: str, english: str) -> None:
        super().__init__(english)
        self.message, self.english = message, english


class _Missing(StrictUndefined):
    """A name that the facts do not have."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> Any:
        name = self._undefined_name
        raise TemplateFault(
            f"แม่แบบอ้างถึง “{name}” ซึ่งไม่มีในข้อมูล",
            f"the template names '{name}', which the facts do not have",
        )

    __add__ = __radd__ = __sub__ = __mul__ = __mod__ = __call__ = __getitem__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = _fail_with_undefined_error
    __iter__ = __str__ = __len__ = __bool__ = __contains__ = __hash__ = _fail_with_undefined_error
    __eq__ = __ne__ = _fail_with_undefined_error


def environment() -> ImmutableSandboxedEnvironment:
    """A new environment for templates: autoescape, strict names, the filters of the template guide."""
    made = _Environment(autoescape=True, undefined=_Missing, finalize=printed)
    del made.globals["lipsum"]
    made.filters.update(FILTERS)
    return made


class _Environment(ImmutableSandboxedEnvironment):
    """Facts are looked up as keys only: ``signer.items`` is a field or a fault, never a method of dict."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict or isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj) is LoopContext and attribute in _LOOP:  # the sandbox takes long to find these harmless
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def printed(value: Any) -> Any:
    """What ``{{ value }}`` prints: Thai digits, except in a ``Code``; refuses None, dates, lists and the like."""
    if type(value) is str:
        return thai.to_thai_digits(value)
    if isinstance(value, Undefined | str):
        return value
    if isinstance(value, BE):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return thai.to_thai_digits(str(value))
    raise _unprintable(value)


def _unprintable(value: Any) -> TemplateFault:
    if value is None:
        return TemplateFault("แม่แบบพิมพ์ค่าที่ไม่มี (None)", "the template prints a value that is not there (None)")
    if isinstance(value, date):
        return TemplateFault(
            "แม่แบบพิมพ์วันที่โดยไม่บอกรูปแบบ ให้ใช้ |date_letter, |date_order, |date_certificate หรือ |date_short",
            "the template prints a bare date; use |date_letter, |date_order, |date_certificate or |date_short",
        )
    kind = type(value).__name__
    return TemplateFault(f"แม่แบบพิมพ์ค่าชนิด {kind} โดยตรงไม่ได้", f"the template prints a bare {kind}")


def _dated(form: Callable[[date], str]) -> Callable[[Any], str]:
    written = lru_cache(maxsize=_MOST_DAYS)(form)

    def filtered(value: Any) -> str:
        if type(value) is date:
            return written(value)
        if value == "":  # an optional date that was not given
            return ""
        if not isinstance(value, date):
            raise TemplateFault(f"ตัวกรองวันที่ใช้กับ “{value}” ไม่ได้", f"a date filter was given {value!r}")
        return form(value)

    return filtered


def _thai(value: Any) -> str:
    return thai.to_thai_digits(str(value))


def _arabic(value: Any) -> Code:
    return Code(thai.to_arabic_digits(str(value)))


def _thousands(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TemplateFault(f"ตัวกรอง thousands ใช้กับ “{value}” ไม่ได้", f"|thousands was given {value!r}")
    return thai.thousands(value)


def _baht(value: Any) -> str:
    if value == "":  # an optional amount that was not given
        return ""
    try:
        return thai.baht(value)
    except FactsRefused as refused:
        raise TemplateFault(f"ตัวกรอง baht: {refused.message}", f"|baht was given {value!r}") from refused


def _lines(value: Iterable[Any]) -> str:
    texts = [value] if isinstance(value, str) else list(value)
    return "\n".join(str(printed(text)) for text in texts)


FILTERS: dict[str, Callable[..., Any]] = {
    "thai": _thai,
    "arabic": _arabic,
    "date_letter": _dated(thai.date_letter),
    "date_order": _dated(thai.date_order),
    "date_certificate": _dated(thai.date_certificate),
    "date_short": _dated(thai.date_short),
    "thousands": _thousands,
    "baht": _baht,
    "lines": _lines,
}
