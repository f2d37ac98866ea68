"""This machine as commands meet it: who gives them, and the folders they write into."""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from docservice.errors import InputRefused, StoreUnavailable


def actor() -> str:
    """Who gives the command: the person logged in at this machine."""
    return getpass.getuser()


def writable_folder(folder: Path) -> Path:
    """``folder``, made if need be; ``InputRefused`` when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise InputRefused(
            f"เขียนลงโฟลเดอร์ {folder} ไม่ได้ ({error.strerror})",
            "เลือกโฟลเดอร์อื่น หรือขอสิทธิ์เขียนโฟลเดอร์นี้",
            english=f"Cannot write to {folder}: {error.strerror}",
        ) from error


def write_together(files: Mapping[Path, bytes | Path]) -> list[Path]:
    """Write all or none: temporary files first, renamed when every byte is on the disk.

    A path in place of bytes is a finished file in its folder; it is moved, or goes when nothing is written.
    """
    for path in files:
        if path.is_dir():
            raise InputRefused(
                f"เขียนแฟ้ม {path} ไม่ได้ เพราะมีโฟลเดอร์ชื่อนี้อยู่แล้ว",
                "ย้ายหรือเปลี่ยนชื่อโฟลเดอร์นั้น แล้วสั่งใหม่",
                english=f"Cannot write {path}: a folder has that name. Move it, then try again.",
            )
    parts = {
        path: data if isinstance(data, Path) else path.with_name(f".{path.name}.{os.getpid()}.part")
        for path, data in files.items()
    }
    try:
        for path, data in files.items():
            with parts[path].open("ab" if isinstance(data, Path) else "wb") as stream:
                if isinstance(data, bytes):
                    stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"เขียนแฟ้มไม่ได้: {error.filename or next(iter(files)).parent} ({error.strerror})",
            "ตรวจพื้นที่ว่างของดิสก์ แล้วสั่งใหม่ ยังไม่มีแฟ้มใดถูกเขียน",
            english=f"Cannot write: {error.strerror}. Nothing was written.",
        ) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return list(files)
