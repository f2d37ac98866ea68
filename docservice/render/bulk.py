"""A part of a template as a program that prints nothing itself: it gathers what is to be printed, printed all at once.

Jinja prints cell by cell: look up, put digits in Thai, escape, join. A register of 300 rows has thousands of cells.
Here Jinja's own code is made with other lines where something is looked up or printed, and ``cells`` prints the values
of a whole paper in a few steps. It is made for what goes well: whatever does not (a name that is missing, a value that
cannot be printed) gives None, and the paper goes through Jinja's own program, which alone tells what is wrong.
Only for parts that are ``sound`` (``shape``) under the rules of ``strict``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from itertools import chain, count, repeat
from typing import Any

import jinja2
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_PARAMETER

from docservice import thai
from docservice.render import cells, strict
from docservice.render.shape import Shape
from docservice.render.slots import MARK, Text

# Names in a program beside Jinja's own: the list, places of marks in it, a constant that waits for the next one
_PIECES, _MARKED, _WAITING = "pieces", "marked", "waiting"
_LOOP = {
    "index": "{0}[0]",
    "index0": "({0}[0] - 1)",
    "revindex": "({0}[1] - {0}[0] + 1)",
    "revindex0": "({0}[1] - {0}[0])",
    "first": "({0}[0] == 1)",
    "last": "({0}[0] == {0}[1])",
    "length": "{0}[1]",
}
_NUMBERS = [thai.to_thai_digits(str(number)) for number in range(1, 1001)]
_SIZED = frozenset((list, tuple, dict, str))
_ROW_END, _TABLE_END = "</w:tr>", "</w:tbl>"


class Bulk:
    """The program of one part, for facts that are ``compiled.plain``."""

    def __init__(self, environment: Environment, source: str, shape: Shape) -> None:
        """Raises what ``program`` catches: TemplateError for tags that cannot be read, or that it is not able."""
        writer = _Writer(environment, needs_rows=shape.needs_rows)
        parsed = environment.parse(source)
        for loop in list(parsed.find_all(nodes.For)):
            loop.body = _in_branches(loop.body)
        writer.visit(parsed)
        code = compile(writer.program.getvalue(), "<template>", "exec")
        self._program = environment.template_class.from_code(environment, code, environment.make_globals(None))
        self._root: Callable[[Any], Iterator[tuple[list[Any], list[int]]]] = self._program.root_render_func  # type: ignore[assignment]
        self._root.__globals__.update(LoopContext=_counted, thousands=_thousands)
        self._broken = writer.broken
        self._breaks = shape.in_runs and not writer.broken

    def render(self, context: Mapping[str, Any]) -> Text | None:
        """The part's text with its marks, line breaks and tabs resolved as docxtpl does; None where it cannot tell."""
        try:
            running = self._root(self._program.new_context(dict(context)))
            pieces, marked = next(running)
            next(running, None)
            pieces[1::2], left = cells.printed(pieces[1::2], breaks=self._breaks)
        except Exception:  # noqa: BLE001  whatever it is, Jinja's own program meets it again and tells
            return None
        if not left and not self._broken:
            return Text(pieces, marked)
        whole = b"".join(pieces)
        return None if b"{_" in whole or b"_}" in whole else Text.of(cells.listed(whole))


def program(environment: Environment, source: str, shape: Shape) -> Bulk | None:
    """The program of a part of this shape, or None."""
    if not shape.sound or environment.finalize is not strict.printed:
        return None
    try:
        return Bulk(environment, source, shape)
    except (cells.UnableError, jinja2.TemplateError):
        return None


# ------------------------------------------------------------------------------------------------------------ gathering
def _in_branches(body: list[nodes.Node]) -> list[nodes.Node]:
    """What is printed right before and after an ``if`` printed in its branches, so that a row takes fewer steps."""
    out: list[nodes.Node] = []
    for node in body:
        before = out[-1] if out else None
        if isinstance(node, nodes.If):
            held = [out.pop()] if isinstance(before, nodes.Output) and _prints_only(node) else []
            out.append(_around(node, held, []))
        elif isinstance(node, nodes.Output) and isinstance(before, nodes.If) and _prints_only(before):
            out[-1] = _around(before, [], [node])
        else:
            out.append(node)
    return out


def _prints_only(node: nodes.If) -> bool:
    return node.find(nodes.Assign) is None


def _around(node: nodes.If, before: list[nodes.Node], after: list[nodes.Node]) -> nodes.If:
    def branch(body: list[nodes.Node]) -> list[nodes.Node]:
        joined: list[nodes.Node] = []
        for part in [*before, *_in_branches(body), *after]:
            last = joined[-1] if joined else None
            if isinstance(part, nodes.Output) and isinstance(last, nodes.Output):
                joined[-1] = nodes.Output([*last.nodes, *part.nodes], lineno=last.lineno)
            else:
                joined.append(part)
        return joined

    elifs = [nodes.If(other.test, branch(other.body), [], [], lineno=other.lineno) for other in node.elif_]
    return nodes.If(node.test, branch(node.body), elifs, branch(node.else_), lineno=node.lineno)


class _Writer(CodeGenerator):
    """Writes Jinja's code, but a program yields one list that it then fills: a constant, a value, a constant ...

    A key of a dict is looked up directly, and ``loop`` is what ``_counted`` gives; both fail where Jinja would have
    done something else. Where an expression fails, the paper is begun anew: none of them changes anything.
    """

    def __init__(self, environment: Environment, *, needs_rows: bool) -> None:
        self.program = StringIO()
        super().__init__(environment, None, None, self.program, optimized=environment.optimized)
        self._needs_rows = needs_rows
        self.broken = False

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline(f"{_PIECES}, {_MARKED}, {_WAITING} = [], [], b''")
        self.writeline(f"yield {_PIECES}, {_MARKED}")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802  Jinja calls it so
        finalize = self._make_finalize()
        pairs: list[tuple[str, nodes.Expr]] = []
        text = ""
        for child in node.nodes:
            try:
                text += self._output_child_to_const(child, frame, finalize)
            except Exception:  # noqa: BLE001  as Jinja does: no constant, or a fault to be met when it runs
                pairs.append((text, child))
                text = ""
        texts = [*(before for before, _ in pairs), text]
        self._look_for_rows(texts)
        for number, constant in enumerate(texts):
            if MARK in constant:
                self.writeline(f"{_MARKED}.append(len({_PIECES}) + {2 * number})")
        if not pairs:
            self.writeline(f"{_WAITING} += {self._constant(text)!r}")
            return
        self.writeline(f"{_PIECES} += ({_WAITING} + ", node)
        for before, value in pairs:
            self.write(f"{self._constant(before)!r}, ")
            self._value(value, frame)
            self.write(", ")
        self.write(")")
        self.writeline(f"{_WAITING} = {self._constant(text)!r}")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        super().blockvisit(nodes, frame)
        if frame.rootlevel:
            self.writeline(f"{_PIECES}.append({_WAITING})")

    def _constant(self, text: str) -> bytes:
        if "{_" in text or "_}" in text:  # docxtpl's way to write braces
            raise cells.UnableError
        self.broken = self.broken or "\n" in text or "\t" in text
        return text.encode()

    def _look_for_rows(self, texts: list[str]) -> None:
        """See to it that every table ends after a row, where that matters: now, or in the program."""
        for number, text in enumerate(texts if self._needs_rows else []):
            for end in re.finditer(_TABLE_END, text):
                if text.endswith(_ROW_END, 0, end.start()):
                    continue
                if number or end.start():
                    raise cells.UnableError
                self.writeline(f"if not {_WAITING}.endswith({_ROW_END.encode()!r}):")
                self.indent()
                self.writeline("raise LookupError")
                self.outdent()

    def _value(self, value: nodes.Expr, frame: Frame) -> None:
        """An expression to be printed; filters that only put digits in Thai need not, as all is put in Thai digits."""
        inner = value.node if isinstance(value, nodes.Filter) and not (value.args or value.kwargs) else None
        name = value.name if isinstance(value, nodes.Filter) else ""
        if inner is None or name not in ("thai", "thousands"):
            self.visit(value, frame)
        elif name == "thai" and _is_loop(inner, "index"):
            self.write(f"{self._loop(frame)}[2]")
        else:
            self.write("str(" if name == "thai" else "thousands(")
            self.visit(inner, frame)
            self.write(")")

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802
        if node.name == "loop":
            raise cells.UnableError
        super().visit_Name(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        if _is_loop(node, *_LOOP):
            self.write(_LOOP[node.attr].format(self._loop(frame)))
        else:
            self._looked_up(node.node, frame, repr(node.attr))

    def _loop(self, frame: Frame) -> str:
        """What ``_counted`` gives, in a loop; no fact of that name."""
        loop = frame.symbols.ref("loop")
        if (frame.symbols.find_load(loop) or ("",))[0] != VAR_LOAD_PARAMETER:
            raise cells.UnableError
        return str(loop)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        self._looked_up(node.node, frame, node.arg)

    def _looked_up(self, holder: nodes.Expr, frame: Frame, key: str | nodes.Expr) -> None:
        self.write("(")
        self.visit(holder, frame)
        self.write(")[")
        if isinstance(key, str):
            self.write(key)
        else:
            self.visit(key, frame)
        self.write("]")


def _is_loop(node: nodes.Expr, *attributes: str) -> bool:
    holder = node.node if isinstance(node, nodes.Getattr) and node.attr in attributes else None
    return isinstance(holder, nodes.Name) and holder.name == "loop"


def _counted(items: Any, _: Any) -> Iterable[tuple[Any, tuple[int, int, str]]]:
    """Each item with its number, how many they are, and its number as a text."""
    held = items if type(items) in _SIZED else list(items)
    numbers = chain(_NUMBERS, map(str, count(len(_NUMBERS) + 1)))
    return zip(held, zip(count(1), repeat(len(held)), numbers, strict=False), strict=False)


def _thousands(value: Any) -> str:
    if type(value) is not int:
        raise cells.UnableError
    return f"{value:,}"
