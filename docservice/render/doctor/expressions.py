"""Expressions of the tags, held against the fields of a kind: unknown names, filters, tests; what each stands for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import Any

from jinja2 import nodes

from docservice.catalogue import Kind
from docservice.render import strict
from docservice.render.doctor import types, using
from docservice.render.doctor.skeleton import Skeleton
from docservice.render.doctor.tags import Trouble
from docservice.render.doctor.types import ANY, FLAG, NUMBER, TEXT, Type

_TEXT_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))
_MOST_RANGE = 10_000
_LETTER = re.compile(r"\w")
_OF_TYPES = ("list-printed", "record-printed", "date-without-form", "cannot-print", "filter-type", "not-a-list")
_FOLLOWING = frozenset(("unknown-field", "list-needs-loop", "prefix-on-field", *_OF_TYPES))
Scope = dict[str, Type]


class Expressions:
    """What stands in the tags of one part. ``used`` collects the paths of all fields met, ``troubles`` faults."""

    def __init__(self, skeleton: Skeleton, kind: Kind | None, used: set[str]) -> None:
        self.skeleton, self.kind, self.used = skeleton, kind, used
        self.environment = strict.environment()
        self.troubles: list[Trouble] = []
        self.ended: set[str] = set()  # names of loops that are over
        self.free: set[str] = set()  # names that nothing in the template makes
        self.misnamed: set[int] = set()  # lines with a name that is not there: the rest follows from it
        self.turns = 1  # how often what is read now is run through, as far as ranges tell

    # ------------------------------------------------------------------------------------------------ expressions
    def value(self, node: nodes.Node | None, scope: Scope) -> Type:
        """The type of an expression; tells what is wrong in it."""
        if node is None:
            return ANY
        found = getattr(self, f"_{type(node).__name__.lower()}", None)
        if found is not None:
            result: Type = found(node, scope)
            return result
        for child in node.iter_child_nodes():
            self.value(child, scope)
        return ANY

    def _name(self, node: nodes.Name, scope: Scope) -> Type:
        if node.name in scope:
            self._use(scope[node.name])
            return scope[node.name]
        if node.name in self.environment.globals:
            return ANY
        self.free.add(node.name)
        if node.name.startswith("__"):
            self.tell("sandbox", node.lineno, node.name, what=node.name)
        elif self.kind is not None:
            near = self._unknown(node.name, node.name, node.lineno, scope, f"“{self.kind.label}”", self.kind.code)
            return scope.get(near, ANY)
        return ANY

    def _use(self, value: Type) -> None:
        if value.name:
            self.used.add(value.name)

    def _unknown(
        self, name: str, path: str, line: int, known: Collection[str], owner: str, english: str, filed: str = ""
    ) -> str:
        """Tell of a name that is not there; the one that was meant, where one is near."""
        near = [one for one in known if one.lower() == name.lower()] or self._by_label(name)
        near = near or difflib.get_close_matches(name, list(known), 1, 0.5)
        if name in self.ended:
            hint, hint_english = f"“{name}” ใช้ได้เฉพาะระหว่าง for กับ endfor ของมัน", "It exists inside its loop only."
        elif inside := self._inside(name, known):
            hint, hint_english = f"หมายถึง {inside} ใช่หรือไม่", f"Did you mean {inside}?"
        elif name == "loop":
            hint, hint_english = "loop ใช้ได้เฉพาะระหว่าง for กับ endfor", "loop exists inside a for only."
        elif near:
            hint, hint_english = f"หมายถึง {path[: len(path) - len(name)]}{near[0]} ใช่หรือไม่", f"Did you mean {near[0]}?"
            self.used.add(filed + near[0])
        else:
            hint, hint_english = "ดูชื่อช่องทั้งหมดในคู่มือแม่แบบ", "See the guide for all names."
        facts = {"name": path, "owner": owner, "hint": hint, "owner_english": english, "hint_english": hint_english}
        if name in self.ended or name == "loop":
            facts["after"] = "its loop"
        self.tell("unknown-field", line, name, **facts)
        self.misnamed.add(line)
        return near[0] if near and name not in self.ended else ""

    def _inside(self, name: str, known: Collection[str] | Scope) -> str:
        """``member.role`` for ``role``, where an entry in reach has such a field and nothing is called so."""
        for code, value in known.items() if isinstance(known, dict) else ():
            if isinstance(value, Type) and value.what == "record" and name in (value.fields or {}):
                self.used.add(f"{value.name}.{name}")
                return f"{code}.{name}"
        return ""

    def _by_label(self, name: str) -> list[str]:
        """The field whose Thai label is like ``name``."""
        if self.kind is None:
            return []
        labels = {field.short_label: code for code, field in self.kind.fields.items()}
        return [labels[label] for label in difflib.get_close_matches(name, labels, 1, 0.5)]

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Type:
        return self._part(node, node.node, node.attr, scope)

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Type:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._part(node, node.node, node.arg.value, scope)
        owner = self.value(node.node, scope)
        self.value(node.arg, scope)
        if owner.what == "list":
            return owner if isinstance(node.arg, nodes.Slice) else owner.of or ANY
        return TEXT if owner.what in using.TEXTS else ANY

    def _part(self, node: nodes.Node, owner_node: nodes.Node, name: str, scope: Scope) -> Type:
        owner = self.value(owner_node, scope)
        if name.startswith("_"):
            self.tell("sandbox", node.lineno, name, what=f".{name}")
        elif owner.what == "record" and owner.fields is not None:
            if name in owner.fields:
                found = types.of_field(owner.fields[name], f"{owner.name}.{name}")
                self._use(found)
                return found
            said = using.said(owner_node)
            near = self._unknown(name, f"{said}.{name}", node.lineno, owner.fields, f"“{said}”", said, f"{owner.name}.")
            return types.of_field(owner.fields[near], f"{owner.name}.{near}") if near in owner.fields else ANY
        elif owner.what == "loop":
            if name in types.LOOP:
                return Type(types.LOOP[name], f"loop.{name}" if types.LOOP[name] == "bool" else "")
            self._unknown(name, f"loop.{name}", node.lineno, types.LOOP, "loop", "loop")
        elif owner.what == "list":
            using.list_needs_loop(self, node, owner_node, name, owner)
        elif owner.what in using.SCALAR and not (owner.what in using.TEXTS and name in _TEXT_METHODS):
            said = using.said(owner_node)
            self._unknown(name, f"{said}.{name}", node.lineno, (), f"“{said}” ซึ่งเป็น{owner.words[0]}", said)
        return ANY

    def _filter(self, node: nodes.Filter, scope: Scope) -> Type:
        given = self.value(node.node, scope) if node.node is not None else ANY
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self.value(argument, scope)
        if node.name not in self.environment.filters:
            self._no_such("unknown-filter", node.name, node.lineno, self.environment.filters)
            return ANY
        return using.filtered(self, node, given)

    def _test(self, node: nodes.Test, scope: Scope) -> Type:
        self.value(node.node, scope)
        for argument in node.args:
            self.value(argument, scope)
        if node.name not in self.environment.tests:
            self._no_such("unknown-test", node.name, node.lineno, self.environment.tests)
        return FLAG

    def _no_such(self, code: str, name: str, line: int, known: Collection[str]) -> None:
        near = difflib.get_close_matches(name, list(known), 1, 0.5)
        hint = f"หมายถึง |{near[0]} ใช่หรือไม่" if near else "ดูตัวกรองทั้งหมดในคู่มือแม่แบบ"
        english = f"Did you mean {near[0]}?" if near else "See the guide for all of them."
        self.tell(code, line, name, name=name, hint=hint, hint_english=english)

    def _call(self, node: nodes.Call, scope: Scope) -> Type:
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self.value(argument, scope)
        if isinstance(node.node, nodes.Name) and node.node.name == "range":
            if any(
                isinstance(one, nodes.Const) and isinstance(one.value, int) and one.value > _MOST_RANGE
                for one in node.args
            ):
                self.tell("sandbox", node.lineno, "range", what="range ที่ยาวเกินไป")
            return Type("list", of=NUMBER)
        if isinstance(node.node, nodes.Getattr):
            owner = self.value(node.node.node, scope)
            if owner.what in ("list", "record") or node.node.attr.startswith("_"):
                self.tell("sandbox", node.lineno, node.node.attr, what=f".{node.node.attr}()")
                return ANY
        found = self.value(node.node, scope)
        if found.what in using.SCALAR or found.what in ("list", "record"):
            self.tell("sandbox", node.lineno, "", what=f"{using.said(node.node)}()")
        return ANY

    def _const(self, node: nodes.Const, _: Scope) -> Type:
        if node.value is None:
            return Type("none")
        return FLAG if isinstance(node.value, bool) else NUMBER if isinstance(node.value, int) else TEXT

    def _condexpr(self, node: nodes.CondExpr, scope: Scope) -> Type:
        self.value(node.test, scope)
        one = self.value(node.expr1, scope)
        if node.expr2 is None:
            return Type("half", one.name)
        return types.joined(one, self.value(node.expr2, scope))

    def _or(self, node: nodes.Or, scope: Scope) -> Type:
        return types.joined(self.value(node.left, scope), self.value(node.right, scope))

    _and = _or

    def _not(self, node: nodes.Not, scope: Scope) -> Type:
        self.value(node.node, scope)
        return FLAG

    def _compare(self, node: nodes.Compare, scope: Scope) -> Type:
        self.value(node.expr, scope)
        for operand in node.ops:
            self.value(operand.expr, scope)
        return FLAG

    def _concat(self, node: nodes.Concat, scope: Scope) -> Type:
        for one in node.nodes:
            using.joined_on(self, one, self.value(one, scope))
        return TEXT

    def _add(self, node: Any, scope: Scope) -> Type:
        return types.joined(self.value(node.left, scope), self.value(node.right, scope))

    _sub = _add

    def _pow(self, node: nodes.Pow, scope: Scope) -> Type:
        self.tell("sandbox", node.lineno, "**", what="** (ยกกำลัง)")
        return self._add(node, scope)

    def _mul(self, node: nodes.Mul, scope: Scope) -> Type:
        sides = [self.value(node.left, scope), self.value(node.right, scope)]
        big = [one for one in (node.left, node.right) if isinstance(one, nodes.Const) and isinstance(one.value, int)]
        if any(side.what in using.TEXTS for side in sides) and any(one.value > _MOST_RANGE for one in big):
            self.tell("sandbox", node.lineno, "*", what="การทำซ้ำข้อความจำนวนมาก")
        return NUMBER if all(side.what == "int" for side in sides) else ANY

    # ------------------------------------------------------------------------------------------------------ places
    def tell(self, code: str, line: int, word: str, /, **facts: str) -> None:
        """A trouble in the tag of ``line``, at ``word`` in it where that is found."""
        if not 0 < line <= len(self.skeleton.tags) or line in self.skeleton.muted:
            return
        if line in self.misnamed and code in _FOLLOWING:
            return
        tag = self.skeleton.tags[line - 1]
        start, end = tag.start, tag.end
        at = _word(tag.paragraph.text, word, tag.start, tag.end)
        if at is not None:
            start, end = at, at + len(word)
        self.troubles.append(Trouble(code, tag.paragraph, start, end, facts))


def _word(text: str, name: str, start: int, end: int) -> int | None:
    """Where ``name`` stands as a word of its own between ``start`` and ``end``."""
    for at in _finds(text, name, start, end):
        if not _LETTER.search(text[at - 1 : at] + " " + text[at + len(name) :][:1]):
            return at
    return None


def _finds(text: str, name: str, start: int, end: int) -> Iterator[int]:
    at = text.find(name, start, end) if name else -1
    while at >= 0:
        yield at
        at = text.find(name, at + 1, end)
