"""Facts files: reading TOML or JSON that a person wrote, and writing a commented TOML example."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from docservice.catalogue import Kind
from docservice.errors import InputRefused


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


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[\n" + "".join(f"  {_toml(v)},\n" for v in value) + "]" if value else "[]"
    return json.dumps(str(value), ensure_ascii=False)


def _looks_thai(path: Path) -> str:
    try:
        path.read_bytes().decode("cp874")
    except UnicodeDecodeError:
        return ""
    return " น่าจะเป็นภาษาไทยแบบเดิมของ Windows (cp874)"


def _refused(path: Path, what: str, remedy: str) -> InputRefused:
    return InputRefused(f"แฟ้ม {path} {what}", remedy, english=f"{path}: cannot be read as TOML or JSON in UTF-8.")
