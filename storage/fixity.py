"""Whether what is stored is still what was filed: reading inventories with suspicion, and checking a whole dossier."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from docservice.errors import FixityBroken, NotFound
from storage.inventory import DECLARATION, Content, Inventory, InventoryUnreadableError
from storage.keys import DossierKey
from storage.store import Store

INVENTORY, SIDECAR = "inventory.json", "inventory.json.sha512"


def identifier(key: DossierKey) -> str:
    """The URI of a dossier's OCFL object."""
    return "urn:docservice:" + str(key).replace("/", ":")


def sidecar(inventory: bytes) -> bytes:
    """The line ``sha512sum`` writes about an inventory."""
    return f"{hashlib.sha512(inventory).hexdigest()} {INVENTORY}\n".encode()


def sha512_of(stream: BinaryIO) -> str:
    """The digest of all that is left of a stream, in hex; its bytes are never all in memory."""
    return hashlib.file_digest(cast(io.BufferedReader, stream), "sha512").hexdigest()


def read(store: Store, name: str) -> bytes | None:
    """The bytes of a small file, or None."""
    try:
        with store.open(name) as stream:
            return stream.read()
    except NotFound:
        return None


def read_head(store: Store, key: DossierKey) -> Inventory | None:
    """The root inventory of ``key``, or None; ``FixityBroken`` when it is not what was written.

    Between root inventory and sidecar a writer may be at work or have died: then the copy in the version must agree.
    """
    data = read(store, f"{key}/{INVENTORY}")
    if data is None:
        return None
    try:
        inventory = Inventory.parse(data)
    except InventoryUnreadableError as error:
        raise unreadable(key, INVENTORY) from error
    whole = read(store, f"{key}/{SIDECAR}") == sidecar(data)
    if not whole and read(store, f"{key}/v{inventory.version}/{INVENTORY}") != data:
        raise unreadable(key, INVENTORY)
    return inventory


def unreadable(key: DossierKey, name: str) -> FixityBroken:
    """The error for an inventory that was changed or cannot be read."""
    return FixityBroken(
        f"บัญชีไฟล์ {name} ของแฟ้ม {key} เสียหายหรือถูกแก้ไข",
        "กรุณาแจ้งผู้ดูแลระบบให้กู้คืนจากสำเนาสำรอง",
        english=f"The inventory {name} of {key} is damaged or was changed. Restore it from a backup.",
    )


class Fault(str):
    """One fault as a Thai sentence that names the file; ``english``: the same in English."""

    __slots__ = ("english",)
    english: str

    def __new__(cls, message: str, english: str) -> Fault:
        """Of both sentences."""
        made = super().__new__(cls, message)
        made.english = english
        return made

    def __reduce__(self) -> tuple[type[Fault], tuple[str, str]]:
        """Both sentences, between processes too."""
        return Fault, (str(self), self.english)

    @property
    def message(self) -> str:
        """The Thai sentence."""
        return str(self)


@dataclass(frozen=True)
class Checked:
    """What reading a whole dossier again came to: ``files`` and ``size`` (bytes) read, every fault, and what it holds.

    ``state`` (logical path → sha512) is that of the newest ``version``, empty where no inventory can be read;
    ``kept``: the bytes of the one logical file that the asker wanted, where they are what was filed.
    """

    key: str
    faults: tuple[Fault, ...]
    files: int = 0
    size: int = 0
    version: int = 0
    state: Mapping[str, str] = field(default_factory=dict)
    kept: bytes | None = None


def verify(store: Store, key: DossierKey) -> list[Fault]:
    """Every fault of the dossier, each naming its file; reads each byte once, a piece at a time."""
    return list(check(store, key).faults)


def check(store: Store, key: DossierKey, keep: str = "") -> Checked:
    """Read every byte of the dossier once, a piece at a time, and compare it with the inventories and their digests.

    ``keep``: the logical path of a small file of the newest version whose bytes the answer is to carry.
    ``StoreUnavailable`` when the store cannot be read now: that says nothing about the dossier.
    """
    names = set(store.list(f"{key}/"))
    data = read(store, f"{key}/{INVENTORY}")
    if data is None:
        nothing = Fault(f"แฟ้ม {key}: ไม่พบในคลังเอกสาร", f"{key} is not in the archive.")
        return Checked(str(key), (_no_inventory(key) if names else nothing,))
    try:
        inventory = Inventory.parse(data)
    except InventoryUnreadableError:
        fault = Fault(f"แฟ้ม {key}: อ่านบัญชีไฟล์ ({INVENTORY}) ไม่ได้", f"{key}: {INVENTORY} cannot be read.")
        return Checked(str(key), (fault,), 1, len(data))
    faults = _identity_faults(store, key, inventory, data)
    for number in range(1, inventory.version + 1):
        faults += _version_faults(store, key, number, data if number == inventory.version else None)
    size, state, kept = len(data), inventory.files(), None
    for content in inventory.contents():
        found, wrong = _content(store, key, content)
        size += found
        faults += wrong
        if content.sha512 == state.get(keep) and not wrong:
            kept = read(store, f"{key}/{content.path}")
    expected = {f"{key}/{name}" for name in _expected(inventory)}
    faults += [_stray_fault(key, name.removeprefix(f"{key}/"), inventory.version) for name in sorted(names - expected)]
    return Checked(str(key), tuple(faults), len(names), size, inventory.version, state, kept)


def _no_inventory(key: DossierKey) -> Fault:
    return Fault(
        f"แฟ้ม {key}: ไม่มีบัญชีไฟล์ ({INVENTORY}) การบันทึกอาจหยุดกลางคัน",
        f"{key}: {INVENTORY} is missing; the filing may have broken off.",
    )


def _expected(inventory: Inventory) -> set[str]:
    folders = ["", *(f"v{number}/" for number in range(1, inventory.version + 1))]
    fixed = {DECLARATION[0]} | {folder + name for folder in folders for name in (INVENTORY, SIDECAR)}
    return fixed | {content.path for content in inventory.contents()}


def _identity_faults(store: Store, key: DossierKey, inventory: Inventory, data: bytes) -> list[Fault]:
    faults = []
    if inventory.identifier != identifier(key):
        said = f"แฟ้ม {key}: บัญชีไฟล์เป็นของแฟ้มอื่น ({inventory.identifier})"
        faults.append(Fault(said, f"{key}: its inventory is of another dossier ({inventory.identifier})."))
    if read(store, f"{key}/{DECLARATION[0]}") != DECLARATION[1]:
        said = f"แฟ้ม {key}: ไฟล์ {DECLARATION[0]} หายไปหรือไม่ถูกต้อง"
        faults.append(Fault(said, f"{key}: the file {DECLARATION[0]} is missing or wrong."))
    if read(store, f"{key}/{SIDECAR}") != sidecar(data):
        said = f"แฟ้ม {key}: ค่าตรวจสอบของบัญชีไฟล์ ({SIDECAR}) ไม่ตรง"
        faults.append(Fault(said, f"{key}: the digest of its inventory ({SIDECAR}) does not match."))
    return faults


def _version_faults(store: Store, key: DossierKey, number: int, root: bytes | None) -> list[Fault]:
    """``root``: the root inventory, when ``number`` is the newest version and the two must be the same."""
    place = f"v{number}/{INVENTORY}"
    data = read(store, f"{key}/{place}")
    if data is None:
        said = f"แฟ้ม {key}: บัญชีไฟล์ของรุ่นที่ {number} ({place}) หายไป"
        return [Fault(said, f"{key}: the inventory of version {number} ({place}) is missing.")]
    faults = []
    if read(store, f"{key}/v{number}/{SIDECAR}") != sidecar(data):
        said = f"แฟ้ม {key}: ค่าตรวจสอบของบัญชีไฟล์รุ่นที่ {number} (v{number}/{SIDECAR}) ไม่ตรง"
        faults.append(
            Fault(said, f"{key}: the digest of version {number}'s inventory (v{number}/{SIDECAR}) does not match.")
        )
    if root is not None and data != root:
        said = f"แฟ้ม {key}: บัญชีไฟล์ของรุ่นที่ {number} ({place}) ไม่ตรงกับบัญชีหลัก"
        faults.append(Fault(said, f"{key}: the inventory of version {number} ({place}) differs from the main one."))
    return faults


def _content(store: Store, key: DossierKey, content: Content) -> tuple[int, list[Fault]]:
    """How many bytes were read, and what is wrong with them. The sha512 is the object's own digest (OCFL)."""
    try:
        with store.open(f"{key}/{content.path}") as stream:
            digest, size = sha512_of(stream), stream.tell()
    except NotFound:
        return 0, [Fault(f"แฟ้ม {key}: ไฟล์ {content.path} หายไป", f"{key}: the file {content.path} is gone.")]
    except OSError as error:  # the disk gives some of its bytes no more
        said = f"แฟ้ม {key}: อ่านไฟล์ {content.path} ไม่ได้ ({error.strerror})"
        return 0, [Fault(said, f"{key}: the file {content.path} cannot be read ({error.strerror}).")]
    if digest != content.sha512:
        said = f"แฟ้ม {key}: ไฟล์ {content.path} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ"
        return size, [Fault(said, f"{key}: the file {content.path} is not what was filed.")]
    return size, []


def _stray_fault(key: DossierKey, name: str, version: int) -> Fault:
    if name.startswith(f"v{version + 1}/"):
        said = f"แฟ้ม {key}: ไฟล์ {name} ค้างจากการบันทึกที่หยุดกลางคัน"
        return Fault(said, f"{key}: the file {name} is left over from a filing that broke off.")
    return Fault(f"แฟ้ม {key}: มีไฟล์แปลกปลอม {name}", f"{key}: the file {name} does not belong there.")
