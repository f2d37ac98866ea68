"""Places inside a year's settings: what stands there, the settings with something else there. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Settings = dict[str, Any]
Facts = dict[str, Any]


def at(settings: Settings, path: Sequence[str | int]) -> Any:
    """What stands at ``path``; an empty table where nothing does."""
    place: Any = settings
    for step in path:
        if isinstance(step, int):
            place = place[step] if isinstance(place, list) and step < len(place) else {}
        else:
            place = place.get(step, {}) if isinstance(place, Mapping) else {}
    return place


def table_at(settings: Settings, path: Sequence[str | int]) -> Mapping[str, Any]:
    """The table at ``path``; an empty one where there is none."""
    found = at(settings, path)
    return found if isinstance(found, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The list, or an empty one for whatever is none."""
    return value if isinstance(value, list) else []


def put_at(settings: Settings, path: Sequence[str | int], value: Any) -> Settings:
    """A copy of the settings with ``value`` at ``path``."""
    made = copy.deepcopy(settings)
    place: Any = made
    for step in path[:-1]:
        if isinstance(step, str) and not isinstance(place.get(step), dict | list):
            place[step] = {}
        place = place[step]
    place[path[-1]] = value
    return made


def everywhere(value: Any, key: str, change: Callable[[Any], Mapping[str, Any]]) -> Any:
    """``value`` with every entry ``key``, at any depth, replaced by what ``change`` gives for it."""
    if isinstance(value, list):
        return [everywhere(one, key, change) for one in value]
    if not isinstance(value, Mapping):
        return value
    made: dict[str, Any] = {}
    for name, one in value.items():
        here = name == key and not isinstance(one, Mapping | list)
        made |= change(one) if here else {name: everywhere(one, key, change)}
    return made


def coded(entries: Sequence[Facts], name: str, stem: str) -> list[Facts]:
    """The entries, each with a code: those without get ``<stem>-1`` and so on, whatever is free."""
    taken = {str(one.get(name, "")) for one in entries}
    free = (f"{stem}-{n}" for n in range(1, 10_000) if f"{stem}-{n}" not in taken)
    return [{**one, name: one.get(name) or next(free)} for one in entries]
