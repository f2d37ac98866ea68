"""The inventory of one OCFL 1.1 object, as a value: read, asked, extended by one version, written. No I/O.

Standard: https://ocfl.io/1.1/spec/#inventory. The digests are sha512; sha256 is recorded in the fixity block.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TYPE = "https://ocfl.io/1.1/spec/#inventory"
DECLARATION = ("0=ocfl_object_1.1", b"ocfl_object_1.1\n")


class InventoryUnreadableError(ValueError):
    """The bytes are not an inventory this module wrote; ``storage.ocfl`` says so in Thai."""


@dataclass(frozen=True)
class Version:
    """One filing: when (ISO 8601 with zone), why and by whom."""

    number: int
    created: str
    message: str
    user: str


@dataclass(frozen=True)
class Content:
    """New bytes for a version: where they lie in the object and their digests."""

    path: str
    sha256: str
    sha512: str


class Inventory:
    """What one dossier holds, version by version. Immutable."""

    def __init__(self, raw: Mapping[str, Any], data: bytes | None = None) -> None:
        self._raw = raw
        self._data = data
        self.version = int(raw["head"].removeprefix("v"))

    @classmethod
    def empty(cls, identifier: str) -> Inventory:
        """Before the first version; not to be stored."""
        return cls(
            {
                "id": identifier,
                "type": TYPE,
                "digestAlgorithm": "sha512",
                "head": "v0",
                "manifest": {},
                "fixity": {"sha256": {}},
                "versions": {},
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Inventory:
        """Read what ``dump`` wrote; ``InventoryUnreadableError`` when it is not an OCFL 1.1 inventory with sha512."""
        try:
            raw = json.loads(data)
            if raw["type"] != TYPE or raw["digestAlgorithm"] != "sha512":
                raise InventoryUnreadableError("not an OCFL 1.1 inventory with sha512")
            inventory = cls(raw, data)
            for number in range(1, inventory.version + 1):
                for digest in inventory.files(number).values():
                    inventory.content_path(digest)
            list(inventory.contents())
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise InventoryUnreadableError(str(error)) from error
        return inventory

    def dump(self) -> bytes:
        """The bytes it was read from, else indented JSON, Thai names readable, the same for the same contents."""
        if self._data is None:
            self._data = (json.dumps(self._raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        return self._data

    @property
    def identifier(self) -> str:
        """The object's URI."""
        return str(self._raw["id"])

    def versions(self) -> list[Version]:
        """Every filing, oldest first."""
        numbered = ((n, self._raw["versions"][f"v{n}"]) for n in range(1, self.version + 1))
        return [
            Version(n, raw["created"], raw.get("message", ""), raw.get("user", {}).get("name", ""))
            for n, raw in numbered
        ]

    def files(self, version: int | None = None) -> dict[str, str]:
        """Logical path → sha512 of ``version`` (None: the newest; 0: nothing); ``KeyError`` for an unknown one."""
        number = self.version if version is None else version
        if number == 0:
            return {}
        state = self._raw["versions"][f"v{number}"]["state"]
        return {logical: digest for digest, logicals in state.items() for logical in logicals}

    def holds(self, sha512: str) -> bool:
        """Whether some version brought these bytes."""
        return sha512 in self._raw["manifest"]

    def content_path(self, sha512: str) -> str:
        """Where these bytes lie inside the object; ``KeyError`` when they do not."""
        return str(self._raw["manifest"][sha512][0])

    def contents(self) -> Iterator[Content]:
        """Every stored file of every version; ``sha256`` is empty where none was recorded."""
        sha256 = {
            path: digest for digest, paths in self._raw.get("fixity", {}).get("sha256", {}).items() for path in paths
        }
        for digest, paths in self._raw["manifest"].items():
            for path in paths:
                yield Content(path, sha256.get(path, ""), digest)

    def emptied(self, upto: int | None = None) -> Inventory:
        """The versions up to ``upto`` (None: all) as they are named, each holding nothing: what destruction leaves."""
        last = self.version if upto is None else upto
        kept = {f"v{n}": {**self._raw["versions"][f"v{n}"], "state": {}} for n in range(1, last + 1)}
        told = {"head": f"v{last}", "manifest": {}, "fixity": {"sha256": {}}, "versions": kept}
        return Inventory({**self._raw, **told})

    def extended(self, state: Mapping[str, str], new: list[Content], version: Version) -> Inventory:
        """The next version: ``state`` is all its files (logical path → sha512), ``new`` the bytes it brings."""
        raw = copy.deepcopy(dict(self._raw))
        for content in new:
            raw["manifest"].setdefault(content.sha512, []).append(content.path)
            raw["fixity"]["sha256"].setdefault(content.sha256, []).append(content.path)
        raw["head"] = f"v{version.number}"
        raw["versions"][raw["head"]] = {
            "created": version.created,
            "message": version.message,
            "user": {"name": version.user},
            "state": _by_digest(state),
        }
        return Inventory(raw)


def _by_digest(state: Mapping[str, str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for logical in sorted(state):
        grouped.setdefault(state[logical], []).append(logical)
    return grouped
