"""What a section of a year's settings is: fields, how they are taken from the settings and put back.

Used by ``year_sections``, which lists them. A signer or a person is chosen by name and kept by code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docservice.catalogue import Field, Kind
from docservice.year_tree import Facts, Settings, at, listed, put_at


@dataclass(frozen=True)
class Section:
    """One form of the year's settings. ``words``: what may stand in braces besides ``GENERAL``; ``kind``: the paper."""

    code: str
    title: str
    fields: Mapping[str, Field]
    get: Callable[[Settings], Facts]
    put: Callable[[Settings, Facts], Settings]
    words: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Directory:
    """A directory ([signers] or [people]): its codes, and what each entry is called where one is chosen."""

    called: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, name: str) -> Directory:
        """The directory ``name`` of these settings; two entries called alike are told apart by their codes."""
        entries = settings.get(name, {})
        called: dict[str, str] = {}
        for code, entry in entries.items() if isinstance(entries, Mapping) else ():
            parts = (str(entry.get(part, "")) for part in ("name", "post")) if isinstance(entry, Mapping) else ()
            text = " ".join(part for part in parts if part) or code
            called[code] = f"{text} ({code})" if text in called.values() else text
        return cls(called)

    def name(self, code: object) -> object:
        """What the entry is called; a code that is not there stays."""
        return self.called.get(str(code), code)

    def code(self, name: object) -> object:
        """The code of what is called so; a name that is not there stays."""
        return next((code for code, called in self.called.items() if called == name), name)


def tables(settings: Settings, name: str) -> list[Mapping[str, Any]]:
    """The tables of the array ``name``; what is no table is left out."""
    return [one for one in listed(settings.get(name)) if isinstance(one, Mapping)]


def only(table: Any, fields: Mapping[str, Field]) -> Facts:
    """What ``table`` says of ``fields``; nothing where it is no table."""
    return {name: value for name, value in table.items() if name in fields} if isinstance(table, Mapping) else {}


def without(kind: Kind, *names: str) -> dict[str, Field]:
    """The fields of a kind of paper but these."""
    return {name: each for name, each in kind.fields.items() if name not in names}


def merged(before: Any, fields: Mapping[str, Field], facts: Facts) -> Facts:
    """The table with the form's fields replaced; what the form does not show, or leaves as it was, stays."""
    held = before if isinstance(before, Mapping) else {}
    kept = {name: value for name, value in held.items() if name not in fields or _says_as_much(fields[name], value)}
    return {**kept, **facts}


def _says_as_much(field: Field, value: Any) -> bool:
    """Whether a value that a form leaves out means what leaving it out means."""
    return value in ("", []) or (field.default is not None and value == field.default)


def plain(code: str, title: str, path: Sequence[str | int], fields: Mapping[str, Field], **more: Any) -> Section:
    """A section that is one table of the settings."""
    return Section(
        code,
        title,
        fields,
        lambda settings: only(at(settings, path), fields),
        lambda settings, facts: put_at(settings, path, merged(at(settings, path), fields, facts)),
        **more,
    )


def choosing(base: Section, name: str, directory: Directory) -> Section:
    """The section with its field ``name`` chosen from a directory: shown by name, kept by code."""
    chosen = Field(name, "choice", base.fields[name].label, choices=tuple(directory.called.values()))

    def get(settings: Settings) -> Facts:
        facts = base.get(settings)
        return {**facts, name: directory.name(facts[name])} if name in facts else facts

    def put(settings: Settings, facts: Facts) -> Settings:
        return base.put(settings, {**facts, name: directory.code(facts[name])} if name in facts else facts)

    return replace(base, fields={**base.fields, name: chosen}, get=get, put=put)
