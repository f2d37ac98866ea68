"""What may be done with a value of each type: printed, repeated, put through a filter; and what to write instead."""

from __future__ import annotations

from typing import Protocol

from jinja2 import nodes

from docservice.render.doctor.types import ANY, NUMBER, TEXT, Type

TEXTS = ("text", "code", "choice", "year")
SCALAR = (*TEXTS, "int", "bool", "date", "image")
_DATES = ("date_letter", "date_order", "date_certificate", "date_short")
_MARKUP = ("safe", "tojson", "xmlattr", "urlize", "forceescape", "escape", "e")
_SAME = ("sort", "unique", "reverse", "select", "reject", "selectattr", "rejectattr", "list")
_ENTRY = ("first", "last", "random", "min", "max")
_OF_TEXT = (
    "upper",
    "lower",
    "trim",
    "title",
    "capitalize",
    "replace",
    "center",
    "indent",
    "truncate",
    "wordwrap",
    "thai",
    "baht",
    "arabic",
)
_LENGTH = ("length", "count", "wordcount")
_NUMBERS = ("int", "round", "abs", "float", "sum")
_LONGEST_HINT = 60


class Telling(Protocol):
    """Who takes down what is wrong."""

    def tell(self, code: str, line: int, word: str, /, **facts: str) -> None:
        """A trouble in the tag of ``line``, at ``word``."""


def said(node: nodes.Node) -> str:
    """An expression as its template wrote it, near enough."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{said(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        inside = node.arg.value if isinstance(node.arg, nodes.Const) else "…"
        return (
            f"{said(node.node)}.{inside}"
            if isinstance(inside, str) and inside != "…"
            else f"{said(node.node)}[{inside}]"
        )
    if isinstance(node, nodes.Filter):
        return f"{said(node.node)}|{node.name}" if node.node is not None else node.name
    return "…" if not isinstance(node, nodes.Const) else repr(node.value)


def _last(node: nodes.Node) -> str:
    """The word to mark in the tag."""
    return said(node).replace("[", ".").split(".")[0].split("|")[0]


def loop_for(name: str, of: Type | None) -> str:
    """The loop to write for a list."""
    entry = name.rpartition(".")[2]
    one = entry[:-1] if entry.endswith("s") and len(entry) > 2 else "item"
    inside = f"{one}.{next(iter(of.fields))}" if of is not None and of.fields else one
    return f"{{%p for {one} in {name} %}} {{{{ {inside} }}}} {{%p endfor %}}"


def printed(names: Telling, node: nodes.Node, value: Type) -> None:
    """``{{ value }}``: tells what cannot be printed."""
    name = said(node)
    line, word = node.lineno, _last(node)
    if value.what == "list":
        names.tell("list-printed", line, word, name=name, meant=loop_for(name, value.of))
    elif value.what == "record":
        first = next(iter(value.fields or ()), "…")
        names.tell("record-printed", line, word, name=name, meant=f"{{{{ {name}.{first} }}}}")
    elif value.what == "date":
        names.tell("date-without-form", line, word, name=name, meant=f"{{{{ {name}|date_order }}}}")
    elif value.what == "half":
        shown = value.name or "ช่อง"
        names.tell("no-else", line, "if", meant=f"{{{{ {shown} if … else '' }}}}")
    elif value.what in ("bool", "none", "loop", "image"):
        hint = {
            "bool": f"ใช้ {{% if {name} %}} … {{% endif %}}",
            "image": "วางภาพเป็นกรอบ และตั้งข้อความแสดงแทนของกรอบเป็นชื่อช่องนี้",
        }.get(value.what, "ลบออก")
        what, english = value.words
        names.tell("cannot-print", line, word, name=name, what=what, what_english=english, hint=hint)


def joined_on(names: Telling, node: nodes.Node, value: Type) -> None:
    """``a ~ value``: a date, list or group would print as a program sees it."""
    if value.what in ("list", "record", "date"):
        printed(names, node, value)


def repeated(names: Telling, node: nodes.Node, value: Type) -> None:
    """``for … in value``: tells what is no list."""
    if value.what in (*SCALAR, "record"):
        meant = f"{{{{ {said(node)} }}}}" if value.what in TEXTS else "{% if … %}"
        if value.what == "record" and value.fields:
            meant = f"{{{{ {said(node)}.{next(iter(value.fields))} }}}}"
        names.tell("not-a-list", node.lineno, _last(node), name=said(node), meant=meant)


def list_needs_loop(names: Telling, node: nodes.Node, owner: nodes.Node, attribute: str, value: Type) -> None:
    """``members.post``."""
    name = said(owner)
    names.tell(
        "list-needs-loop", node.lineno, _last(owner), name=name, attribute=attribute, meant=loop_for(name, value.of)
    )


def filtered(names: Telling, node: nodes.Filter, given: Type) -> Type:
    """``given|filter``: the type that comes out; tells what the filter cannot take."""
    name, subject = node.name, node.node or node
    if name in _DATES:
        if given.what not in ("date", "any"):
            _wrong(names, node, subject, given, "ตัวกรองวันที่ใช้กับช่องชนิดวันที่เท่านั้น")
        return TEXT
    if name == "thousands":
        if given.what not in ("int", "any"):
            _wrong(names, node, subject, given, "|thousands ใช้กับจำนวนนับเท่านั้น")
        return TEXT
    if name in _MARKUP:
        if name in ("safe", "tojson", "xmlattr", "urlize"):
            names.tell("unsafe-value", node.lineno, name, what=f"|{name}")
        elif given.what in ("text", "choice", "year", "int", "any"):
            names.tell("digits-stay-arabic", node.lineno, name, what=f"|{name}", name=said(subject)[:_LONGEST_HINT])
        return TEXT
    return _plain(names, node, subject, given)


def _plain(names: Telling, node: nodes.Filter, subject: nodes.Node, given: Type) -> Type:
    name = node.name
    if (hint := _refuses(name, given)) is not None:
        _wrong(names, node, subject, given, hint)
    if name in _SAME:
        return given if given.what == "list" else Type("list")
    if name in _ENTRY:
        return given.of or ANY
    return given if name in ("default", "d") else _RESULTS.get(name, ANY)


def _refuses(name: str, given: Type) -> str | None:
    """What to do instead, where a filter cannot take what it is given."""
    if name in _LENGTH and given.what in ("int", "bool", "date", "image"):
        return "ใช้กับข้อความหรือรายการเท่านั้น"
    if name == "lines" and (given.what in ("record", "date") or (given.of is not None and given.of.what == "record")):
        return "|lines ใช้กับรายการข้อความเท่านั้น"
    if name == "join" and given.what in SCALAR:
        return "|join ใช้กับรายการเท่านั้น"
    if name in _OF_TEXT and given.what in ("list", "record", "date"):
        return "วนซ้ำหรือเลือกช่องย่อยก่อน หรือใช้ตัวกรองวันที่"
    return None


_RESULTS = {
    **dict.fromkeys((*_OF_TEXT, "join", "lines", "string", "format"), TEXT),
    **dict.fromkeys((*_LENGTH, *_NUMBERS), NUMBER),
    **dict.fromkeys(("map", "batch", "slice", "groupby", "dictsort", "items"), Type("list")),
}


def _wrong(names: Telling, node: nodes.Filter, subject: nodes.Node, given: Type, hint: str) -> None:
    what, english = given.words
    facts = {"filter": node.name, "name": said(subject), "what": what, "what_english": english, "hint": hint}
    names.tell("filter-type", node.lineno, node.name, **facts)
