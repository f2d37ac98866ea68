"""Names, filters and tests of the tags, held against the fields of a kind: what is unknown, and what cannot be used so.

Walks Jinja's syntax tree of a ``skeleton``; types come from the catalogue. What it does not know it lets pass.
"""

from __future__ import annotations

from jinja2 import TemplateError, nodes

from docservice.render.doctor import syntax, types, using
from docservice.render.doctor.expressions import Expressions, Scope
from docservice.render.doctor.tags import Trouble
from docservice.render.doctor.types import ANY, Type

_MOST_RANGE = 10_000
_MOST_TURNS = 20_000
_FORBIDDEN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)


class Names(Expressions):
    """The names of one part, statement by statement."""

    def read(self) -> list[Trouble]:
        """All troubles with names."""
        try:
            tree = self.environment.parse(self.skeleton.source)
        except TemplateError as error:
            thai, hint = syntax.why(str(error))
            self.tell("bad-expression", getattr(error, "lineno", 0), "", why=thai, hint=hint, why_english=str(error))
            return self.troubles
        scope: Scope = {}
        if self.kind is not None:
            scope = {name: types.of_field(field, name) for name, field in self.kind.fields.items()}
        self._body(tree.body, scope)
        return self.troubles

    # ------------------------------------------------------------------------------------------------- statements
    def _body(self, body: list[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:
        found = getattr(self, f"do_{type(node).__name__.lower()}", None)
        if found is not None:
            found(node, scope)
        elif isinstance(node, _FORBIDDEN):
            self.tell("sandbox", node.lineno, "", what=type(node).__name__.lower())
        else:
            for child in node.iter_child_nodes():
                self.value(child, scope)

    def do_output(self, node: nodes.Output, scope: Scope) -> None:
        """``{{ … }}``."""
        for part in node.nodes:
            if not isinstance(part, nodes.TemplateData):
                value = self.value(part, scope)
                using.printed(self, part, value)
                self._bare(part.lineno, value)

    def _bare(self, line: int, value: Type) -> None:
        """``{{p name }}`` takes the paragraph away and leaves letters where Word allows none."""
        tag = self.skeleton.tags[line - 1] if 0 < line <= len(self.skeleton.tags) else None
        if tag is not None and tag.prefix and value.what in using.SCALAR:
            self.tell("prefix-on-field", line, "", written=tag.text, meant=f"{{{{ {tag.body.strip()} }}}}")

    def do_if(self, node: nodes.If, scope: Scope) -> None:
        """``{% if … %}`` with its ``elif`` and ``else``."""
        self.value(node.test, scope)
        for body in (node.body, node.elif_, node.else_):
            self._body(list(body), scope)

    def do_assign(self, node: nodes.Assign, scope: Scope) -> None:
        """``{% set name = … %}``."""
        self._bind(node.target, self.value(node.node, scope), scope)

    def do_assignblock(self, node: nodes.AssignBlock, scope: Scope) -> None:
        """``{% set name %}…{% endset %}``."""
        self.do_filterblock(node, scope)
        self._bind(node.target, ANY, scope)

    def do_filterblock(self, node: nodes.FilterBlock | nodes.AssignBlock, scope: Scope) -> None:
        """``{% filter … %}``: what stands between is Word's own markup, no text."""
        self.tell("unsafe-value", node.lineno, "", what="{% set %} หรือ {% filter %} ที่คร่อมข้อความ")
        self._body(node.body, scope)

    def do_with(self, node: nodes.With, scope: Scope) -> None:
        """``{% with … %}``."""
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self.value(value, scope), inner)
        self._body(node.body, inner)

    def do_for(self, node: nodes.For, scope: Scope) -> None:
        """``{% for … in … %}``."""
        listed = self.value(node.iter, scope)
        using.repeated(self, node.iter, listed)
        before, self.turns = self.turns, self.turns * _turns(node.iter)
        if self.turns > _MOST_TURNS:
            self.tell("sandbox", node.lineno, "for", what="การวนซ้ำซ้อนกันที่ยาวเกินไป")
        inner = dict(scope) | {"loop": Type("loop", "loop")}
        self._bind(node.target, listed.of or ANY, inner)
        if node.test is not None:
            self.value(node.test, inner)
        self._body(node.body, inner)
        self.turns = before
        self._body(node.else_, scope)
        self.ended |= set(inner) - set(scope) - {"loop"}

    def do_macro(self, node: nodes.Macro, scope: Scope) -> None:
        """``{% macro … %}``."""
        scope[node.name] = ANY
        self._called(node, scope)

    def do_callblock(self, node: nodes.CallBlock, scope: Scope) -> None:
        """``{% call … %}``."""
        self.value(node.call, scope)
        self._called(node, scope)

    def _called(self, node: nodes.Macro | nodes.CallBlock, scope: Scope) -> None:
        inner = dict(scope) | {argument.name: ANY for argument in node.args}
        self._body(node.body, inner | dict.fromkeys(("caller", "varargs", "kwargs"), ANY))

    def _bind(self, target: nodes.Node, value: Type, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = value
        elif isinstance(target, nodes.Tuple | nodes.List):
            for one in target.items:
                self._bind(one, ANY, scope)


def _turns(node: nodes.Node) -> int:
    """How long a ``range`` may be; 1 for a list of the facts."""
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range"):
        return 1
    numbers = [one.value for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, int)]
    return max(1, *numbers, 1) if len(numbers) == len(node.args) else _MOST_RANGE
