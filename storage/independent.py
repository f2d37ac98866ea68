"""A second opinion on dossiers: the validator of others (ocfl-py), and plain sha512 over plain files.

Nothing here knows how docservice files, reads or checks: only the OCFL standard, JSON and files in folders. In a bucket
each object is first copied into a folder, by the SDK alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from ocfl.validator import Validator

from storage.address import Bucket, Keys

_SIDECAR = "inventory.json.sha512"


@dataclass(frozen=True)
class Opinion:
    """What was found of one object: ``faults`` as the validator and the plain digests tell them (English)."""

    key: str
    faults: tuple[str, ...]
    files: int
    size: int


def judge(place: Path | Bucket, keys: Keys, key: str) -> Opinion:
    """Validate the OCFL object ``key`` of the storage root at ``place``, and hash every file its manifest names."""
    with _folder(place, keys, key) as folder:
        if not folder.is_dir():
            return Opinion(key, ("there is no such object",), 0, 0)
        present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        size = sum(path.stat().st_size for path in present.values())
        return Opinion(key, (*_validated(folder), *_hashed(present)), len(present), size)


def _validated(folder: Path) -> Iterator[str]:
    validator = Validator(check_digests=True)
    if not validator.validate_object(str(folder)):
        yield from (line.strip() for line in validator.status_str().splitlines() if line.strip())


def _hashed(present: dict[str, Path]) -> Iterator[str]:
    """Every digest of the manifest computed again, as ``sha512sum`` would."""
    try:
        manifest = json.loads(present["inventory.json"].read_bytes())["manifest"]
        wanted = {path: digest for digest, paths in manifest.items() for path in paths}
    except (KeyError, ValueError, TypeError, AttributeError):
        yield "inventory.json: cannot be read"
        return
    for path, digest in sorted(wanted.items()):
        if path not in present:
            yield f"{path}: gone"
            continue
        with present[path].open("rb") as stream:
            if hashlib.file_digest(stream, "sha512").hexdigest() != digest.lower():
                yield f"{path}: sha512 differs"
    for path in sorted(present.keys() - wanted.keys()):
        name = path.rpartition("/")[2]
        if name not in ("inventory.json", _SIDECAR) and not path.startswith("0=ocfl_object_"):
            yield f"{path}: not in the manifest"


@contextlib.contextmanager
def _folder(place: Path | Bucket, keys: Keys, key: str) -> Iterator[Path]:
    if isinstance(place, Path):
        yield place / key
        return
    with TemporaryDirectory(prefix="docservice-") as copy:
        import_module("storage.s3").S3(place, keys).copy_to(f"{key}/", Path(copy))
        yield Path(copy) / key
