"""Files sent with a form, as paths for as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from docservice.thai import clean

_LONGEST = 150


@contextmanager
def on_disk(files: Sequence[UploadedFile[Any]]) -> Iterator[list[tuple[str, Path]]]:
    """The name each file was given by its owner (cleaned, cut) and where its bytes are; gone after the block."""
    with TemporaryDirectory(prefix="docservice-form-") as folder:
        yield [(_name(file), _written(file, Path(folder) / str(n))) for n, file in enumerate(files)]


def _name(file: UploadedFile[Any]) -> str:
    return clean(file.name or "").replace("/", "-")[-_LONGEST:] or "ไฟล์"


def _written(file: UploadedFile[Any], path: Path) -> Path:
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path
