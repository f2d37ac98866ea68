"""The sections of a year's settings as forms: which fields each has, how it is taken from the settings and put back.

Fields are the catalogue's own wherever a section holds what a kind of paper prints. Texts stay raw: ``{year}`` and its
like are shown and kept as they are. A signer or a person is chosen by name and kept by code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from docservice.catalogue import Field, Kind
from docservice.errors import NotFound
from docservice.making import SIDES, Making, side_told
from docservice.thai import to_thai_digits
from docservice.year_tree import Facts, Settings, at, coded, listed, put_at, table_at

GENERAL = ("year", "province", "deadline", "districts")
"""The words in braces that may stand in every text."""
_TOTALS = ("applied", "passed")
_SUBJECT = 40


@dataclass(frozen=True)
class Section:
    """One form of the year's settings. ``words``: what may stand in braces besides ``GENERAL``; ``kind``: the paper."""

    code: str
    title: str
    fields: Mapping[str, Field]
    get: Callable[[Settings], Facts]
    put: Callable[[Settings, Facts], Settings]
    words: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class _Book:
    """A directory ([signers] or [people]): its codes, and what each entry is called where one is chosen."""

    called: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, name: str) -> _Book:
        entries = settings.get(name, {})
        called: dict[str, str] = {}
        for code, entry in entries.items() if isinstance(entries, Mapping) else ():
            parts = (str(entry.get(part, "")) for part in ("name", "post")) if isinstance(entry, Mapping) else ()
            text = " ".join(part for part in parts if part) or code
            called[code] = f"{text} ({code})" if text in called.values() else text
        return cls(called)

    def name(self, code: object) -> object:
        return self.called.get(str(code), code)

    def code(self, name: object) -> object:
        return next((code for code, called in self.called.items() if called == name), name)


def sections(settings: Settings, kinds: Mapping[str, Kind]) -> list[Section]:
    """Every section that these settings have, in the order in which an office goes through them."""
    return [
        _office(kinds["letter"]),
        _directory("signers", "ผู้ลงนาม", _signer_fields(kinds)),
        _directory("people", "สมุดรายชื่อ", _PERSON),
        _dates(settings),
        _districts(),
        *(_group(n, group, kinds["guideline"]) for n, group in enumerate(_tables(settings, "groups"))),
        *(_order(n, order, settings, kinds["order"]) for n, order in enumerate(_tables(settings, "orders"))),
        _paper(settings, "letter", "หนังสือถึงอำเภอ", kinds["letter"]),
        _paper(settings, "announcement", "ประกาศรายชื่อผู้ผ่าน", kinds["announcement"], words=_TOTALS),
        _certificate(settings, kinds["certificate"]),
        _paper(settings, "report", "รายงานผลต่อกรม", kinds["report"], words=_TOTALS),
        *_registers(kinds),
        _book(settings),
    ]


def section(settings: Settings, kinds: Mapping[str, Kind], code: str) -> Section:
    """The section of that code, or ``NotFound``."""
    found = next((each for each in sections(settings, kinds) if each.code == code), None)
    if found is None:
        raise NotFound("ไม่พบส่วนนี้ของข้อมูลประจำปี", "กลับไปหน้าตั้งค่าแล้วเลือกใหม่", english="There is no such section.")
    return found


def _tables(settings: Settings, name: str) -> list[Mapping[str, Any]]:
    return [one for one in listed(settings.get(name)) if isinstance(one, Mapping)]


# --------------------------------------------------------------------------------------------------- taking and putting
def _merged(before: Any, fields: Mapping[str, Field], facts: Facts) -> Facts:
    """The table with the form's fields replaced; what the form does not show, or leaves as it was, stays."""
    held = before if isinstance(before, Mapping) else {}
    kept = {name: value for name, value in held.items() if name not in fields or _says_as_much(fields[name], value)}
    return {**kept, **facts}


def _says_as_much(field: Field, value: Any) -> bool:
    """Whether a value that a form leaves out means what leaving it out means."""
    return value in ("", []) or (field.default is not None and value == field.default)


def _plain(code: str, title: str, path: Sequence[str | int], fields: Mapping[str, Field], **more: Any) -> Section:
    """A section that is one table of the settings."""
    return Section(
        code,
        title,
        fields,
        lambda settings: _only(at(settings, path), fields),
        lambda settings, facts: put_at(settings, path, _merged(at(settings, path), fields, facts)),
        **more,
    )


def _choosing(base: Section, name: str, book: _Book) -> Section:
    """The section with its field ``name`` chosen from a directory: shown by name, kept by code."""
    chosen = Field(name, "choice", base.fields[name].label, choices=tuple(book.called.values()))

    def get(settings: Settings) -> Facts:
        facts = base.get(settings)
        return {**facts, name: book.name(facts[name])} if name in facts else facts

    def put(settings: Settings, facts: Facts) -> Settings:
        return base.put(settings, {**facts, name: book.code(facts[name])} if name in facts else facts)

    return replace(base, fields={**base.fields, name: chosen}, get=get, put=put)


# ------------------------------------------------------------------------------------------------------------- sections
def _office(letter: Kind) -> Section:
    """The letterhead, and what goes before the running number of a letter."""
    head = Field(
        "letter_head",
        "text",
        "หน้าเลขที่หนังสือ",
        required=False,
        example="ฉช ๐๐๑๙/",
        help="รหัสจังหวัดและรหัสหน่วยงาน ระบบพิมพ์ไว้หน้าเลขที่ออก",
    )
    plain = _plain("office", "สำนักงาน", ("office",), letter.fields["office"].fields)

    def get(settings: Settings) -> Facts:
        return {**plain.get(settings), "letter_head": table_at(settings, ("numbers",)).get("letter", "")}

    def put(settings: Settings, facts: Facts) -> Settings:
        given = dict(facts)
        number = given.pop("letter_head", "")
        return put_at(plain.put(settings, given), ("numbers",), {**table_at(settings, ("numbers",)), "letter": number})

    return replace(plain, fields={**plain.fields, "letter_head": head}, get=get, put=put)


def _signer_fields(kinds: Mapping[str, Kind]) -> dict[str, Field]:
    return dict(kinds["letter"].fields["signer"].fields)


_PERSON = {
    "name": Field("name", "text", "ชื่อและสกุลพร้อมคำนำหน้า"),
    "post": Field("post", "text", "ตำแหน่ง", required=False),
    "workplace": Field("workplace", "text", "สังกัด", required=False),
}


def _directory(name: str, title: str, fields: Mapping[str, Field]) -> Section:
    """A table of entries by code, shown as a list; new entries get a code of their own."""
    code = Field("code", "code", "รหัสอ้างอิง", required=False, help="ระบบตั้งให้ ไม่ต้องพิมพ์")
    entry = {**fields, "code": code}
    entries = Field("entries", f"list of {name}", title, required=False, fields=entry)

    def get(settings: Settings) -> Facts:
        table = table_at(settings, (name,))
        return {"entries": [{**_only(one, fields), "code": key} for key, one in table.items()]}

    def put(settings: Settings, facts: Facts) -> Settings:
        before, made = table_at(settings, (name,)), {}
        for one in coded(facts.get("entries", []), "code", name.removesuffix("s")):
            key = one.pop("code")
            made[key] = _merged(before.get(key, {}), fields, one)
        return put_at(settings, (name,), made)

    return Section(name, title, {"entries": entries}, get, put)


def _only(table: Any, fields: Mapping[str, Field]) -> Facts:
    return {name: value for name, value in table.items() if name in fields} if isinstance(table, Mapping) else {}


def _districts() -> Section:
    fields = {
        "code": Field("code", "code", "รหัสอำเภอ ๔ หลัก", example="2401"),
        "name": Field("name", "text", "ชื่อ (ไม่มีคำว่าอำเภอ)", example="เมืองฉะเชิงเทรา"),
    }
    several = Field("districts", "list of district", "อำเภอ", fields=fields)
    return Section(
        "districts",
        "อำเภอ",
        {"districts": several},
        lambda settings: {"districts": [_only(one, fields) for one in _tables(settings, "districts")]},
        lambda settings, facts: put_at(settings, ("districts",), facts.get("districts", [])),
    )


def dated(settings: Settings) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Every date of the year: its name in the form, its label, and where it stands in the settings."""
    yield "deadline", "อำเภอส่งทะเบียนผู้สมัครภายใน", ("deadline",)
    yield "letter", "หนังสือถึงอำเภอ ลงวันที่", ("letter", "date")
    for n, order in enumerate(_tables(settings, "orders")):
        subject = str(order.get("subject", ""))[:_SUBJECT]
        label = _("คำสั่งฉบับที่ %(number)s ลงวันที่ (%(subject)s…)") % {"number": _nth(n), "subject": subject}
        yield f"order{n}", label, ("orders", n, "date")
    yield "announcement", "ประกาศรายชื่อผู้ผ่าน ลงวันที่", ("announcement", "date")
    yield "certificate", "ใบประกาศ ให้ไว้ ณ วันที่", ("certificate", "date")
    for name, label in _REGISTERS.items():
        if name in table_at(settings, ("registers",)):
            told = _("%(register)s ข้อมูล ณ วันที่") % {"register": _(label)}
            yield f"register_{name}", told, ("registers", name, "as_of")
    yield "report", "รายงานผลต่อกรม ลงวันที่", ("report", "date")


def _nth(number: int) -> str:
    return str(number + 1) if get_language() == "en" else to_thai_digits(str(number + 1))


def _dates(settings: Settings) -> Section:
    """All dates on one page."""
    places = {name: (label, path) for name, label, path in dated(settings) if table_at(settings, path[:-1])}

    def get(now: Settings) -> Facts:
        return {name: value for name, (_, path) in places.items() if (value := at(now, path))}

    def put(now: Settings, facts: Facts) -> Settings:
        for name, (_label, path) in places.items():
            now = put_at(now, path, facts[name]) if name in facts else now
        return now

    fields = {name: Field(name, "date", label) for name, (label, _) in places.items()}
    return Section("dates", "วันที่ทั้งหมด", fields, get, put)


def _group(number: int, group: Mapping[str, Any], guideline: Kind) -> Section:
    """A target group with its checklist; a new slot gets a code of its own."""
    known = guideline.fields["groups"].fields
    slot = replace(known["checklist"].fields["slot"], required=False, help="ระบบตั้งให้ ไม่ต้องพิมพ์", example="")
    items = known["checklist"].fields
    checklist = replace(
        known["checklist"], fields={"title": items["title"], "required": items["required"], "slot": slot}
    )
    fields = {name: each for name, each in known.items() if name != "code"} | {"checklist": checklist}
    base = _plain(f"groups.{group.get('code', number)}", str(group.get("name", "")), ("groups", number), fields)

    def put(settings: Settings, facts: Facts) -> Settings:
        return base.put(settings, {**facts, "checklist": coded(facts.get("checklist", []), "slot", "item")})

    return replace(base, put=put)


def _order(number: int, order: Mapping[str, Any], settings: Settings, kind: Kind) -> Section:
    """One order; a member is a person of the directory, or a post as it is printed."""
    book = _Book.of(settings, "people")
    members = kind.fields["members"]
    person = Field("person", "choice", "คนในสมุดรายชื่อ", required=False, choices=("", *book.called.values()))
    post = replace(members.fields["post"], required=False, label="หรือพิมพ์ชื่อ/ตำแหน่ง (ขึ้นบรรทัดใหม่ได้)")
    member = {"person": person, "post": post, "role": members.fields["role"]}
    fields = _without(kind, "emblem", "year_be") | {"members": replace(members, fields=member)}
    fields["number"] = replace(fields["number"], label="เลขที่คำสั่ง", required=False, help=_NUMBER_HELP)
    province = str(table_at(settings, ("province",)).get("name", ""))
    subject = str(order.get("subject", "")).replace("{province}", province)
    title = _("คำสั่งฉบับที่ %(number)s: %(subject)s") % {"number": _nth(number), "subject": subject}
    base = _plain(f"orders.{number}", title, ("orders", number), fields, kind="order")

    def get(now: Settings) -> Facts:
        facts = base.get(now)
        return {**facts, "members": [_shown_member(one, book) for one in listed(facts.get("members"))]}

    def put(now: Settings, facts: Facts) -> Settings:
        return base.put(now, {**facts, "members": [_kept_member(one, book) for one in listed(facts.get("members"))]})

    return _choosing(replace(base, get=get, put=put), "signer", _Book.of(settings, "signers"))


def _shown_member(member: Any, book: _Book) -> Facts:
    found = dict(member) if isinstance(member, Mapping) else {}
    return {**found, "person": book.name(found["person"])} if found.get("person") else found


def _kept_member(member: Facts, book: _Book) -> Facts:
    if not member.get("person"):
        return member
    return {"person": book.code(member["person"]), **{k: v for k, v in member.items() if k not in ("person", "post")}}


_NUMBER_HELP = "เว้นว่างไว้ใส่ภายหลังได้ หรือพิมพ์ auto ให้ระบบออกเลขถัดไป"


def _without(kind: Kind, *names: str) -> dict[str, Field]:
    return {name: each for name, each in kind.fields.items() if name not in names}


def _paper(settings: Settings, name: str, title: str, kind: Kind, words: tuple[str, ...] = ()) -> Section:
    """What a paper of the year says; what is looked up or counted elsewhere is left out."""
    fields = _without(kind, "office", "emblem", "list_groups", "group_names", "rows", "totals")
    if "number" in fields:
        said = _NUMBER_HELP + (" (หนังสือเวียน: ว auto)" if name == "letter" else "")
        fields["number"] = replace(fields["number"], required=False, help=said)
    base = _plain(name, title, (name,), fields, words=words, kind=kind.code)
    return _choosing(base, "signer", _Book.of(settings, "signers"))


def _certificate(settings: Settings, kind: Kind) -> Section:
    first = Field(
        "first_serial", "text", "เลขที่ใบแรก", required=False, example="1", help="auto คือต่อจากทะเบียนใบประกาศของปีปฏิทิน"
    )
    fields = _without(kind, "emblem", "border", "qr") | {"first_serial": first}
    words = ("name", "group", "place", "district", "serial", "serial_year")
    base = _plain("certificate", "ใบประกาศเกียรติคุณ", ("certificate",), fields, words=words, kind="certificate")

    def put(now: Settings, facts: Facts) -> Settings:
        given = str(facts.get("first_serial", ""))
        return base.put(now, {**facts, "first_serial": int(given)} if given.isdecimal() else facts)

    return _choosing(replace(base, put=put), "signer", _Book.of(settings, "signers"))


_REGISTERS = {
    "applicants": "ทะเบียนผู้สมัครรายอำเภอ",
    "passed": "ทะเบียนผู้ผ่านการประเมิน",
    "letters": "ทะเบียนหนังสือส่ง",
    "orders": "ทะเบียนคำสั่ง",
}


def _registers(kinds: Mapping[str, Kind]) -> Iterator[Section]:
    for name, title in _REGISTERS.items():
        kind = kinds[f"register-{name}"]
        fields = _without(kind, "rows", "parts", "year_be")
        words = ("district",) if name == "applicants" else ()
        yield _plain(f"registers.{name}", title, ("registers", name), fields, words=words, kind=kind.code)


def _book(settings: Settings) -> Section:
    """How evidence books are made: the table is there only while it says something."""
    now = Making.kept(settings.get("book")).longest_side
    sides = {side_told(side): side for side in dict.fromkeys((*SIDES, now))}
    parted = Field("separators", "bool", "มีใบคั่นหน้าหลักฐานแต่ละรายการ", required=False, default=False)
    side = Field(
        "longest_side",
        "choice",
        "ภาพถ่ายในเล่ม",
        required=False,
        default=side_told(0),
        choices=tuple(sides),
        help="ภาพใหญ่ทำให้เล่มใหญ่ ไฟล์ต้นฉบับเก็บไว้เต็มขนาดเสมอ",
    )

    def get(found: Settings) -> Facts:
        told = Making.kept(found.get("book")).told()
        return {**told, "longest_side": side_told(told["longest_side"])} if "longest_side" in told else dict(told)

    def put(found: Settings, facts: Facts) -> Settings:
        meant = Making(facts.get("separators") is True, sides.get(facts.get("longest_side", side_told(0)), 0)).told()
        kept = {k: v for k, v in table_at(found, ("book",)).items() if k not in vars(Making())} | meant
        return put_at(found, ("book",), kept) if kept else {k: v for k, v in found.items() if k != "book"}

    return Section("book", "เล่มหลักฐาน", {"separators": parted, "longest_side": side}, get, put)
