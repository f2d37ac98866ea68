"""Putting OCFL objects back as they were, from files that were checked before: never over others, in the safe order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import IO, BinaryIO, cast

from docservice.errors import Conflict
from storage import fixity
from storage.filing import hold
from storage.fixity import INVENTORY, SIDECAR
from storage.inventory import DECLARATION, Inventory
from storage.keys import DossierKey
from storage.store import Store

Opened = Mapping[str, Callable[[], IO[bytes]]]
"""The files of an object by their path inside it."""


def is_there(store: Store, key: DossierKey, inventory: Inventory) -> bool:
    """Whether exactly this object is filed already; ``Conflict``, naming it, where another is."""
    present = fixity.read(store, f"{key}/{INVENTORY}")
    if present is None:
        return False
    if present != inventory.dump():
        raise Conflict(
            f"แฟ้ม {key} มีอยู่แล้วในคลังนี้ และไม่ตรงกับแฟ้มในชุด",
            "ไม่มีสิ่งใดถูกเขียน ตรวจว่านำชุดเข้าระบบที่ถูกต้อง หรือนำเข้าในระบบว่าง",
            english=f"Dossier {key} is filed here already and differs from the bag's. Nothing was written.",
        )
    return True


def expected(inventory: Inventory) -> set[str]:
    """Every file that the object has, by its path inside it."""
    folders = ["", *(f"v{number}/" for number in range(1, inventory.version + 1))]
    fixed = {DECLARATION[0]} | {folder + name for folder in folders for name in (INVENTORY, SIDECAR)}
    return fixed | {content.path for content in inventory.contents()}


def put_object(store: Store, key: DossierKey, inventory: Inventory, files: Opened) -> None:
    """Put the object. Dying anywhere leaves what a writer that died leaves; the same again goes on.

    Content first, then the inventories of the versions, the declaration where it is not there, and what makes it
    visible last.
    """
    with hold(store, key):
        for content in inventory.contents():
            _put(store, f"{key}/{content.path}", files[content.path])
        for number in range(1, inventory.version + 1):
            for name in (INVENTORY, SIDECAR):
                _put(store, f"{key}/v{number}/{name}", files[f"v{number}/{name}"])
        store.put(f"{key}/{DECLARATION[0]}", DECLARATION[1])
        data = inventory.dump()
        store.replace(f"{key}/{INVENTORY}", data, expected=None)
        store.replace(f"{key}/{SIDECAR}", fixity.sidecar(data), expected=None)


def _put(store: Store, name: str, opened: Callable[[], IO[bytes]]) -> None:
    with closing(opened()) as stream:
        store.put(name, cast(BinaryIO, stream))
