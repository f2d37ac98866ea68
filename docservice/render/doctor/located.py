"""A refusal while a real paper is made, told with the place in the template and the words of the check."""

from __future__ import annotations

from collections.abc import Mapping

from docservice.catalogue import Kind
from docservice.errors import TemplateRefused
from docservice.render.doctor import examination, proof
from docservice.render.doctor.opening import Unreadable
from docservice.render.doctor.report import Fault

_REMEDY = "กรุณาแก้แม่แบบใน Word แล้วตรวจด้วยคำสั่ง docservice template check"
_SHOWN = 5


def located(refused: TemplateRefused, name: str, data: bytes, context: Mapping[str, object]) -> TemplateRefused:
    """``refused`` with the place of the tag that does not work with ``context``; itself where no tag is to blame."""
    try:
        found = examination.read(data)
    except Unreadable:
        return refused
    for skeleton in found.skeletons.values():
        trouble = proof.fault(skeleton, context, wild=True)
        if trouble is not None:
            place = trouble.paragraph.spot(trouble.start, trouble.end)
            return _refusal(name, [examination.fault(trouble.code, place, **trouble.facts)])
    return refused


def explained(refused: TemplateRefused, name: str, data: bytes, kind: Kind) -> TemplateRefused:
    """``refused``, on loading a template, with every error the check finds in it; itself where it finds none."""
    faults = [one for one in examination.examine(data, kind, ()).faults if one.severity == "error"]
    return _refusal(name, faults) if faults else refused


def _refusal(name: str, faults: list[Fault]) -> TemplateRefused:
    thai = " · ".join(f"{one.place.label()} {one.place.sentence()}: {one.message}" for one in faults[:_SHOWN])
    english = "; ".join(f"{one.place.english()} {one.place.sentence()}: {one.english}" for one in faults[:_SHOWN])
    return TemplateRefused(f"แม่แบบ {name}: {thai}", _REMEDY, english=f"Template {name}: {english}")
