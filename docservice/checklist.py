"""Which slot of a group's checklist a file most likely belongs to, judged from names alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from docservice.thai import clean

UNASSIGNED = "unassigned"
# A name of which less than this is found in a slot's title says nothing about the slot.
_LIKELY = 0.6
_SHORTEST = 3


def guess_slot(names: Sequence[str], checklist: Sequence[Mapping[str, Any]]) -> str:
    """The slot code for a file known by ``names`` (its stem, then the sub-folders it is in), else ``unassigned``."""
    for name in names:
        scored = [(_likeness(name, item), str(item["slot"])) for item in checklist]
        score, slot = max(scored, key=lambda pair: pair[0], default=(0.0, UNASSIGNED))
        if score >= _LIKELY:
            return slot
    return UNASSIGNED


def _likeness(name: str, item: Mapping[str, Any]) -> float:
    """How much of the name is one run of the slot's title, or of its code: 0…1."""
    letters = _letters(name)
    if len(letters) < _SHORTEST:
        return 0.0
    return max(_share(letters, _letters(str(item["title"]))), _share(letters, _letters(str(item["slot"]))))


def _share(letters: str, title: str) -> float:
    match = SequenceMatcher(None, letters, title, autojunk=False).find_longest_match()
    return match.size / len(letters)


def _letters(text: str) -> str:
    """Letters only, lower case: digits, punctuation and Thai marks above and below are dropped."""
    bare = re.sub(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]", "", clean(text).lower())
    return re.sub(r"[\W\d_]+", "", bare)
