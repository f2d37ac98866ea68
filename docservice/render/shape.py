"""What can be said of a patched template part before any facts are known.

``sound``: whatever plain texts are filled in, the result is well-formed XML, because every block of tags opens and
closes inside one element and nothing is printed unescaped. ``steady``: docxtpl's mending of tables (``fix_tables``)
changes nothing, because every row has the columns of its table. What cannot be shown goes the way of docxtpl.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jinja2 import Environment, nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from lxml import etree

from docservice.render import package, strict
from docservice.render.package import q

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = "jinja-tag"
_VALUE = "\ue000"  # stands for what is printed
# Not escape: what it made may be changed before it is printed, "&lt;"|upper to "&LT;".
_TEXT_FILTERS = {
    *("abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int", "join", "last"),
    *(
        "length",
        "list",
        "lower",
        "max",
        "min",
        "replace",
        "reverse",
        "round",
        "slice",
        "sort",
        "string",
        "sum",
        "title",
    ),
    *("trim", "truncate", "unique", "upper", "wordcount"),
}
_HARMLESS = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Test),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.If, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Neg, nodes.Pos),
    *(nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword),
)
_ENDS = {"endif": "if", "endfor": "for"}


@dataclass(frozen=True)
class Shape:
    """``tree`` is the part with tags as processing instructions, None where tags and elements do not nest.

    ``needs_rows``: steady only while no table comes out without a row. ``constant``: there is no tag at all.
    ``in_runs``: whatever is printed stands in the text of a run of a paragraph, and none of these in another.
    """

    tree: etree._Element | None
    sound: bool
    steady: bool
    needs_rows: bool
    constant: bool
    in_runs: bool = False


def of(environment: Environment, source: str) -> Shape:
    """The shape of a patched part. Raises TemplateError for tags that cannot be read."""
    parsed = environment.parse(source)
    constant = not any(isinstance(node, nodes.Output) for node in parsed.body) or all(
        isinstance(node, nodes.Output) and all(isinstance(inner, nodes.TemplateData) for inner in node.nodes)
        for node in parsed.body
    )
    tree = _skeleton(environment, source)
    if tree is None or not _escapes(environment, parsed) or not all(_nested(element) for element in _elements(tree)):
        return Shape(tree, sound=False, steady=False, needs_rows=False, constant=constant)
    tables = [_steadiness(table) for table in tree.iter(q("w:tbl"))]
    return Shape(
        tree,
        sound=True,
        steady=None not in tables,
        needs_rows="rows" in tables,
        constant=constant and bool(parsed.body),
        in_runs=_in_runs(tree),
    )


def _skeleton(environment: Environment, source: str) -> etree._Element | None:
    """The part with each block tag as a processing instruction that holds its keyword, and values as text."""
    out: list[str] = []
    inside = ""
    words: list[str] = []
    try:
        for _, what, value in environment.lex(source):
            if what == "data":
                out.append(value)
            elif what in ("block_begin", "variable_begin"):
                inside, words = what, []
            elif what == "block_end":
                out.append(f"<?{_TAG} {_keyword(words)}?>")
            elif what == "variable_end":
                out.append(_VALUE)
            elif what in ("raw_begin", "linestatement_begin") or (inside and "<w:p" in value):
                return None
            elif what in ("name", "operator"):
                words.append(value)
        return package.parse("".join(out).encode())
    except (etree.XMLSyntaxError, package.NotWordXml, UnicodeEncodeError, ValueError):
        return None


def _keyword(words: list[str]) -> str:
    """``set`` only where it is an assignment, else a word no rule knows."""
    first = words[0] if words else "none"
    return "set-block" if first == "set" and "=" not in words else first


def _escapes(environment: Environment, parsed: nodes.Template) -> bool:
    """Whether every value printed is escaped text without characters that XML forbids."""
    if environment.autoescape is not True or environment.finalize not in (None, strict.printed):
        return False
    if environment.extensions:  # they may change the source, and add tags
        return False
    tests = {id(inner) for branch in parsed.find_all((nodes.If,)) for inner in branch.test.find_all(nodes.Mod)}
    tests |= {id(branch.test) for branch in parsed.find_all((nodes.If,)) if isinstance(branch.test, nodes.Mod)}
    return all(_harmless(environment, node, tests) for node in parsed.find_all(nodes.Node))


def _harmless(environment: Environment, node: nodes.Node, tests: set[int]) -> bool:
    if isinstance(node, nodes.Mod):  # "%c" % 1 would print any character
        return id(node) in tests
    if isinstance(node, nodes.Call):
        return isinstance(node.node, nodes.Name) and node.node.name == "range" and node.node.ctx == "load"
    if isinstance(node, nodes.Filter):
        known = environment.filters.get(node.name)
        return known is strict.FILTERS.get(node.name, ...) or (
            node.name in _TEXT_FILTERS and known is JINJA_FILTERS[node.name]
        )
    if isinstance(node, nodes.Const):
        return not isinstance(node.value, str) or not UNPRINTABLE.search(node.value)
    if isinstance(node, nodes.Assign):
        return isinstance(node.target, nodes.Name)
    if isinstance(node, nodes.For):
        return not node.recursive
    if isinstance(node, nodes.Name):
        return node.name == "range" or node.name not in environment.globals
    return isinstance(node, _HARMLESS)


def _in_runs(tree: etree._Element) -> bool:
    if any(tree.find(f".//{q(name)}//{q(name)}") is not None for name in ("w:p", "w:r")):
        return False
    for element in tree.iter():
        holder = element.getparent()
        if _VALUE in (element.tail or "") and (holder is None or holder.tag != q("w:t")):
            return False
        if not isinstance(element.tag, str):
            continue
        if any(_VALUE in str(told) for told in element.attrib.values()):
            return False
        if element.tag == q("w:t"):
            paragraph = None if holder is None else next(holder.iterancestors(q("w:p")), None)
            if holder is None or paragraph is None or holder.tag != q("w:r"):
                return False
            if {element.prefix, holder.prefix, paragraph.prefix} != {"w"}:  # docxtpl knows them by their letters
                return False
        elif _VALUE in (element.text or ""):
            return False
    return True


def _elements(tree: etree._Element) -> list[etree._Element]:
    return [element for element in tree.iter() if isinstance(element.tag, str)]


def _tags(element: etree._Element) -> list[str]:
    """Keywords of the tags that stand directly in ``element``."""
    return [str(child.text or "").strip() for child in element if _is_tag(child)]


def _is_tag(child: etree._Element) -> bool:
    return isinstance(child, etree._ProcessingInstruction) and child.target == _TAG


def _nested(element: etree._Element) -> bool:
    """Whether the blocks that open in ``element`` close in it, in order."""
    open_blocks: list[str] = []
    for word in _tags(element):
        if word in ("if", "for"):
            open_blocks.append(word)
        elif word in _ENDS:
            if not open_blocks or open_blocks.pop() != _ENDS[word]:
                return False
        elif word == "set" or (word == "else" and open_blocks) or (word == "elif" and open_blocks[-1:] == ["if"]):
            continue
        else:
            return False
    return not open_blocks


def _steadiness(table: etree._Element) -> str | None:
    """ "always" or "rows" (while it has a row) when ``fix_tables`` leaves this table alone, else None.

    As ``fix_tables`` does, rows of tables inside this one count as its own.
    """
    grid = table.find(q("w:tblGrid"))
    if grid is None or any(_is_tag(inner) for inner in grid.iter()):
        return None
    columns = len(grid.findall(q("w:gridCol")))
    spans: dict[etree._Element, int] = {}
    for row in table.iter(q("w:tr")):
        span = _span(row)
        if span is None or len(row.findall(q("w:tc"))) > columns:
            return None
        spans[row] = span
    if any(spans[row] >= columns for row in _unconditional(table)):
        return "always"
    return "rows" if spans and all(span >= columns for span in spans.values()) else None


def _unconditional(table: etree._Element) -> list[etree._Element]:
    """Rows that stand in the table itself outside every block."""
    found, depth = [], 0
    for child in table:
        if _is_tag(child):
            word = str(child.text or "").strip()
            depth += (word in ("if", "for")) - (word in _ENDS)
        elif child.tag == q("w:tr") and depth == 0:
            found.append(child)
    return found


def _span(row: etree._Element) -> int | None:
    """Columns the row takes; None when that depends on facts."""
    if _tags(row):
        return None
    total = 0
    for cell in row.findall(q("w:tc")):
        properties = cell.find(q("w:tcPr"))
        if properties is None:
            total += 1
            continue
        before = properties.getprevious()
        if before is not None or any(_is_tag(inner) for inner in properties.iter()):
            return None
        span = properties.find(q("w:gridSpan"))
        width = "1" if span is None else str(span.get(q("w:val")))
        if not width.isdigit():
            return None
        total += int(width)
    return total
