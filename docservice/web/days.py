"""A day in an address: as a browser's date field sends it, or as a Thai person writes it."""

from __future__ import annotations

from datetime import date

from docservice.errors import FactsRefused, InputRefused
from docservice.thai import parse_date
from docservice.web.page import Request

_LONGEST = 40


def day_asked(request: Request, name: str) -> date | None:
    """``?name=2019-02-11`` or ``๑๑ ก.พ. ๒๕๖๒``; ``None`` when it is empty, ``InputRefused`` when it is no day."""
    written = request.GET.get(name, "").strip()
    if not written:
        return None
    try:
        return parse_date(written[:_LONGEST])
    except FactsRefused as refused:
        raise InputRefused(refused.message, refused.remedy, english=refused.english) from refused
