"""The tags of a template tried out on facts: what Jinja would refuse when a paper is made, and at which tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType

from jinja2 import TemplateError, nodes

from docservice.catalogue import Kind
from docservice.errors import FactsRefused
from docservice.render import strict
from docservice.render.doctor.skeleton import Skeleton
from docservice.render.doctor.tags import Trouble

_FAULTS = (TemplateError, strict.TemplateFault, TypeError, ArithmeticError, LookupError, ValueError, RecursionError)
_WILD = (nodes.Call, nodes.Mul, nodes.Pow, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.AssignBlock)
_TAME = (nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const)


def tried(skeletons: list[Skeleton], kind: Kind) -> Iterator[Trouble]:
    """The first fault of each part with the kind's example facts, and with nothing but the required ones."""
    example = kind.example()
    for facts in (example, {name: fact for name, fact in example.items() if kind.fields[name].required}):
        try:
            context = kind.check(facts)
        except FactsRefused:
            continue
        found = [trouble for skeleton in skeletons if (trouble := fault(skeleton, context)) is not None]
        if found:
            yield from found
            return


def fault(skeleton: Skeleton, context: Mapping[str, object], *, wild: bool = False) -> Trouble | None:
    """What goes wrong when ``skeleton`` is filled with ``context``; None where nothing does.

    A template that could run away (calls, products, texts that double in a loop) is only tried when ``wild``.
    """
    environment = strict.environment()
    try:
        if not wild and not tame(environment.parse(skeleton.source)):
            return None
        environment.from_string(skeleton.source).render(dict(context))
    except _FAULTS as error:
        line = _line(error.__traceback__) or getattr(error, "lineno", None)
        if not line or line > len(skeleton.tags):
            return None
        tag = skeleton.tags[line - 1]
        facts = {"why": _thai(error), "why_english": _english(error)}
        return Trouble("render-fault", tag.paragraph, tag.start, tag.end, facts)
    return None


def tame(tree: nodes.Template) -> bool:
    """Whether trying costs no more than the facts are long."""
    if any(next(tree.find_all(wild), None) is not None for wild in _WILD):
        return False
    return all(isinstance(one.node, _TAME) for one in tree.find_all(nodes.Assign)) and not any(
        loop.recursive for loop in tree.find_all(nodes.For)
    )


def _line(trace: TracebackType | None) -> int | None:
    """The line of the skeleton, which Jinja writes into the traceback."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _thai(error: BaseException) -> str:
    return error.message if isinstance(error, strict.TemplateFault) else f"คำสั่งนี้ใช้กับข้อมูลไม่ได้ ({error})"


def _english(error: BaseException) -> str:
    return (
        error.english if isinstance(error, strict.TemplateFault) else f"The tag does not work with the facts ({error})"
    )
