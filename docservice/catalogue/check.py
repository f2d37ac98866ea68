"""The check of facts against fields: every fault at once, each with its place, or the typed values.

Types in, types out: text → cleaned ``str``; code → ``Code``; int → ``int``; bool → ``bool``; date → ``date``;
year → ``BE``; choice → ``str``; image → ``str`` or ``bytes`` as given; list → ``list``; a type of its own → ``dict``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from docservice.catalogue.fields import Code, Field
from docservice.errors import FactsRefused
from docservice.thai import BE, clean, parse_date, thousands, to_arabic_digits, to_thai_digits

_LONGEST = 1000  # letters of a text that is not a paragraph: no name, subject or post comes near
_SHOWN = 20  # a register with a wrong column would else fill pages


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the facts.

    ``path`` is the place as a program counts (``members[3].role`` is in the fourth entry), ``label`` the same in Thai
    as a person counts (``รายชื่อคณะ รายการที่ ๔ › หน้าที่ในคณะ``); ``message`` is Thai with its remedy. ``steps`` are
    what the label is made of, to be said in another language: labels of fields, and numbers of entries from 1.
    """

    path: str
    label: str
    message: str
    english: str
    steps: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    path: str = ""
    label: str = ""
    steps: tuple[str | int, ...] = ()

    def at(self, name: str, label: str) -> _Place:
        return _Place(
            f"{self.path}.{name}" if self.path else name,
            f"{self.label} › {label}" if self.label else label,
            (*self.steps, label),
        )

    def entry(self, index: int) -> _Place:
        label = f"{self.label} รายการที่ {to_thai_digits(str(index + 1))}"
        return _Place(f"{self.path}[{index}]", label, (*self.steps, index + 1))

    def fault(self, message: str, english: str) -> Fault:
        return Fault(self.path, self.label, message, english, self.steps)


def check_fields(fields: Mapping[str, Field], facts: Mapping[str, object], faults: list[Fault]) -> dict[str, object]:
    """The typed facts, every field present; appends to ``faults`` and leaves out nothing but what is faulty."""
    return _record(fields, facts, _Place(), faults)


def refusal(subject: str, faults: Collection[Fault]) -> FactsRefused:
    """One error that lists ``faults`` of ``subject`` (the kind's label)."""
    shown = list(faults)[:_SHOWN]
    thai = [f"{fault.label} ({fault.path}): {fault.message}" for fault in shown]
    english = [f"{fault.path}: {fault.english}" for fault in shown]
    if more := len(faults) - len(shown):
        thai.append(f"และอีก {to_thai_digits(str(more))} แห่ง")
        english.append(f"and {more} more")
    count = to_thai_digits(str(len(faults)))
    return FactsRefused(
        f"ข้อมูลของ{subject}ใช้ไม่ได้ {count} แห่ง" + "".join(f"\n• {line}" for line in thai) + "\n",
        "กรุณาแก้ไขแล้วลองอีกครั้ง",
        english=f"{len(faults)} faults in the facts:" + "".join(f"\n- {line}" for line in english),
    )


def nearest(word: str, known: Collection[str], count: int = 1) -> list[str]:
    """The names in ``known`` most like ``word``, the best first."""
    return difflib.get_close_matches(word, known, n=count, cutoff=0.5)


def _record(
    fields: Mapping[str, Field], facts: Mapping[str, object], place: _Place, faults: list[Fault]
) -> dict[str, object]:
    faults.extend(_unknown(str(name), fields, place) for name in facts if name not in fields)
    typed = {
        name: _value(field, facts.get(name), place.at(name, field.short_label), faults)
        for name, field in fields.items()
    }
    for name, field in fields.items():
        if field.needed_with and typed[field.needed_with] and not typed[name]:
            beside = fields[field.needed_with].short_label
            message = f"ยังไม่ได้ใส่ ทั้งที่ใส่{beside} ({field.needed_with}) แล้ว กรุณาใส่ข้อมูล"
            faults.append(
                place.at(name, field.short_label).fault(message, f"missing, though {field.needed_with} is given")
            )
    return typed


def _value(field: Field, given: object, place: _Place, faults: list[Fault]) -> object:
    """The typed value, or the empty one where it is absent or faulty."""
    if field.default is not None and (given is None or (_is_blank(given) and not _may_be_blank(field))):
        given = field.default
    if _is_blank(given):
        if field.required:
            faults.append(place.fault("ยังไม่ได้ใส่ กรุณาใส่ข้อมูล", "missing; give a value"))
        return empty(field)
    if field.is_list:
        return _list(field, given, place, faults)
    return _single(field, given, place, faults)


def empty(field: Field) -> object:
    """What an optional field holds when nothing was given and it has no default; never ``None``."""
    if field.is_list:
        return []
    if field.fields:
        return {}
    if field.element == "bool":
        return False
    return Code("") if field.element == "code" else ""


def _may_be_blank(field: Field) -> bool:
    """Whether an emptied entry means "print nothing" here, so that it must not fall back to the default."""
    return field.is_list or field.element in ("text", "code", "image") or "" in field.choices


def _is_blank(given: object) -> bool:
    if isinstance(given, str):
        return not clean(given).strip()
    return given is None or given in ([], (), {}, b"")


def _list(field: Field, given: object, place: _Place, faults: list[Fault]) -> object:
    if not isinstance(given, list | tuple):
        faults.append(place.fault("ต้องเป็นรายการ (list)", f"must be a list, not {_type_name(given)}"))
        return []
    # A blank paragraph says nothing, and would be printed with a number of its own.
    kept = [(index, one) for index, one in enumerate(given) if field.fields or one is None or not _is_blank(one)]
    if field.required and not kept:
        faults.append(place.fault("ยังไม่ได้ใส่ กรุณาใส่ข้อมูล", "missing; give a value"))
    if field.most is not None and len(kept) > field.most:
        count, most = (to_thai_digits(str(number)) for number in (len(kept), field.most))
        faults.append(
            place.fault(f"มี {count} รายการ เกิน {most} รายการ กรุณาลดลง", f"{len(kept)} entries; {field.most} at most")
        )
    return [_single(field, one, place.entry(index), faults) for index, one in kept]


def _single(field: Field, given: object, place: _Place, faults: list[Fault]) -> object:
    if field.fields:
        if isinstance(given, Mapping):
            return _record(field.fields, given, place, faults)
        faults.append(place.fault("ต้องเป็นกลุ่มข้อมูล (ชื่อ = ค่า)", f"must be a table, not {_type_name(given)}"))
        return {}
    try:
        return _TYPED[field.element](field, given)
    except FactsRefused as refused:
        faults.append(place.fault(str(refused), refused.english))
        return empty(field)


def _unknown(name: str, fields: Mapping[str, Field], place: _Place) -> Fault:
    names = {field.short_label: known for known, field in fields.items()} | {known: known for known in fields}
    near = [names[found] for found in nearest(name, names)]
    hint = f" หมายถึง {near[0]} ({fields[near[0]].short_label}) ใช่หรือไม่" if near else " กรุณาลบออก"
    english = f"unknown field; did you mean {near[0]}?" if near else "unknown field; remove it"
    return place.at(name, name).fault(f"ไม่รู้จักช่องนี้{hint}", english)


def _text(field: Field, given: object) -> str:
    if not isinstance(given, str):
        raise FactsRefused(
            f"ต้องเป็นข้อความ ไม่ใช่ {_type_name(given)}",
            "กรุณาใส่เครื่องหมายคำพูดคร่อม",
            english=f"must be text, not {_type_name(given)}; put it in quotes",
        )
    text = clean(given).strip()
    if field.type == "text" and len(text) > _LONGEST:
        raise FactsRefused(
            f"ยาว {thousands(len(text))} ตัวอักษร เกิน {thousands(_LONGEST)} ตัวอักษร",
            "กรุณาย่อให้สั้นลง",
            english=f"{len(text):,} letters long; {_LONGEST:,} at most",
        )
    return text


def _code(field: Field, given: object) -> Code:
    return Code(_text(field, given))


def _choice(field: Field, given: object) -> str:
    text = _text(field, given)
    if text in field.choices:
        return text
    allowed = [choice for choice in field.choices if choice]
    near = nearest(text, allowed)
    raise FactsRefused(
        f"“{text}” ไม่อยู่ในตัวเลือก",
        f"กรุณาเลือก {' / '.join(allowed)}" + (f" (ใกล้เคียง: {near[0]})" if near else ""),
        english=f"{text!r} is not one of {', '.join(allowed)}" + (f"; did you mean {near[0]}?" if near else ""),
    )


def _int(_: Field, given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, str):
        digits = to_arabic_digits(given).replace(",", "").strip()
        if digits.removeprefix("-").isdecimal() and digits.isascii():
            return int(digits)
    raise FactsRefused(f"“{given}” ไม่ใช่จำนวนเต็ม", "กรุณาใส่ตัวเลข เช่น ๑๒", english=f"{given!r} is not a whole number")


def _bool(_: Field, given: object) -> bool:
    if isinstance(given, bool):
        return given
    raise FactsRefused(f"“{given}” ไม่ใช่ true หรือ false", "", english=f"{given!r} is neither true nor false")


def _date(_: Field, given: object) -> object:
    return parse_date(given)


def _year(_: Field, given: object) -> BE:
    return BE.parse(given)


def _image(_: Field, given: object) -> str | bytes:
    if isinstance(given, str | bytes):
        return given
    raise FactsRefused(
        f"ต้องเป็นที่อยู่ของแฟ้มภาพ ไม่ใช่ {_type_name(given)}",
        "กรุณาใส่ที่อยู่แฟ้ม PNG หรือ JPEG",
        english=f"must be the path of a PNG or JPEG file, not {_type_name(given)}",
    )


def _type_name(given: object) -> str:
    return type(given).__name__


_TYPED: dict[str, Callable[[Field, object], object]] = {
    "text": _text,
    "code": _code,
    "int": _int,
    "bool": _bool,
    "date": _date,
    "year": _year,
    "choice": _choice,
    "image": _image,
}
