"""Request slips: what is asked of the queue, item by item, and the identity of the whole. No rows are known here.

Slips are written down before a transaction begins: reading a request may take long (facts are checked, pictures kept),
and on SQLite a transaction keeps every other writer waiting. Many of them lie in a file, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import NamedTuple, Self

_IN_MEMORY = 2**20
_AT_ONCE = 500


@dataclass(frozen=True)
class Request:
    """One item to be: its title for people and its payload (JSON-able) for the worker."""

    title: str
    payload: Mapping[str, object]


class Slip(NamedTuple):
    """One request as it is entered: its payload as canonical JSON, and whether its paper takes an official number."""

    title: str
    payload: str
    numbered: bool


def digest(content: object) -> str:
    """SHA-256 (hex) of the canonical JSON of ``content``: the identity of anything made from it."""
    return _sha256(_canonical(content))


class Slips:
    """The requests of one job, read once; ``identity`` is the digest of its verb and payloads. A context manager."""

    def __init__(self, verb: str, requests: Iterable[Request]) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115  closed on exit
        self.count = 0
        identity = hashlib.sha256(verb.encode())
        for request in requests:
            payload = _canonical(dict(request.payload))
            identity.update(_sha256(payload).encode())
            self._file.write(f"{json.dumps(request.title)}\n{payload}\n{int('number' in request.payload)}\n")
            self.count += 1
        self.identity = identity.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def chunks(self) -> Iterator[list[Slip]]:
        """The requests in their order, a few hundred at a time."""
        self._file.seek(0)
        lines = map(str.rstrip, self._file)  # JSON ends with no space, and has no line break inside
        slips = (
            Slip(json.loads(title), payload, flag == "1") for title, payload, flag in zip(*[lines] * 3, strict=True)
        )
        while chunk := list(islice(slips, _AT_ONCE)):
            yield chunk


def _canonical(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
