"""Facts files: reading TOML or JSON that a person wrote, and writing a commented TOML example."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from docservice.catalogue import Kind
from docservice.errors import InputRefused

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_facts(path: Path) -> dict[str, Any]:
    """The mapping in a TOML or JSON file (by suffix); ``InputRefused`` says which line is wrong and why."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            path,
            f"ไม่ได้บันทึกเป็น UTF-8 (ไบต์ที่ {error.start + 1})" + _looks_thai(path),
            "เปิดด้วย Notepad เลือก บันทึกเป็น แล้วเลือกการเข้ารหัส UTF-8",
        ) from error
    except OSError as error:
        raise _refused(path, f"เปิดไม่ได้ ({error.strerror})", "ตรวจชื่อแฟ้มและสิทธิ์อ่าน") from error
    try:
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except RecursionError as error:
        raise _refused(path, "มีวงเล็บซ้อนกันลึกเกินไป", "ดูตัวอย่างด้วย docservice make KIND --example") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(path, f"ผิดรูปแบบ: {error}", "แก้บรรทัดนั้น ดูตัวอย่างด้วย docservice make KIND --example") from error
    if not isinstance(content, dict):
        raise _refused(path, "ต้องเป็นชุดของ ชื่อช่อง = ค่า", "ดูตัวอย่างด้วย docservice make KIND --example")
    return content


def write_toml(facts: Mapping[str, Any], kind: Kind) -> str:
    """``facts`` as TOML with each field's Thai label above it; reading it back gives the same facts."""
    lines = [f"# {kind.label} ({kind.code}): แก้ค่าแล้วสั่ง docservice make {kind.code} --facts แฟ้มนี้ --out โฟลเดอร์"]
    for name, value in facts.items():
        field = kind.fields[name]
        lines += ["", f"# {field.label}" + ("" if field.required else " (เว้นว่างได้)"), f"{name} = {_toml(value)}"]
    return "\n".join(lines)


def write_settings(settings: Mapping[str, Any]) -> str:
    """A year's settings as TOML, tables and lists of tables under headings of their own; read back, they are the same.

    ``None`` and an empty name cannot be written; settings that were read from TOML or a form have neither.
    """
    plain = {name: value for name, value in settings.items() if not _is_tables(value)}
    lines = [f"{_key(name)} = {_toml(value)}" for name, value in plain.items()]
    for name, value in settings.items():
        if _is_tables(value):
            lines += _tables(_key(name), value)
    return "\n".join(lines) + "\n"


def _is_tables(value: Any) -> bool:
    several = isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping) or several


def _tables(heading: str, value: Any) -> list[str]:
    """A table ``[heading]``, the tables of a directory ``[heading.code]``, or a list ``[[heading]]``."""
    if isinstance(value, list):
        return [line for one in value for line in ("", f"[[{heading}]]", *_pairs(one))]
    inner = {name: one for name, one in value.items() if isinstance(one, Mapping)}
    own = {name: one for name, one in value.items() if name not in inner}
    lines = ["", f"[{heading}]", *_pairs(own)] if own or not inner else []
    return lines + [line for name, one in inner.items() for line in _tables(f"{heading}.{_key(name)}", one)]


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_toml(value)}" for name, value in table.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }"
    if isinstance(value, (list, tuple)):
        return "[\n" + "".join(f"  {_toml(v)},\n" for v in value) + "]" if value else "[]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _looks_thai(path: Path) -> str:
    try:
        path.read_bytes().decode("cp874")
    except UnicodeDecodeError:
        return ""
    return " น่าจะเป็นภาษาไทยแบบเดิมของ Windows (cp874)"


def _refused(path: Path, what: str, remedy: str) -> InputRefused:
    return InputRefused(f"แฟ้ม {path} {what}", remedy, english=f"{path}: cannot be read as TOML or JSON in UTF-8.")
