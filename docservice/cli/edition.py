"""Commands on the office's editions of templates, and what is needed to write one: ``template guide|blocks|…``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docservice import edition_check, edition_compare, editions, engines, kind_guide, register
from docservice.cli import running
from docservice.cli.machine import actor, write_together
from docservice.cli.screen import Screen
from docservice.cli.template import template_group
from docservice.cli.words import YEAR, common
from docservice.edition_check import Sent
from docservice.editions import Place
from docservice.errors import InputRefused
from docservice.models import Edition
from docservice.thai import BE, date_short, parse_date, to_thai_digits

_STATES = {
    Edition.CHECKING: "กำลังตรวจ",
    Edition.FAULTY: "มีที่ผิด ต้องแก้",
    Edition.READY: "รออนุมัติ",
    Edition.APPROVED: "อนุมัติแล้ว",
    Edition.WITHDRAWN: "ถอนแล้ว",
}
_OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="ไฟล์ที่จะเขียน")
_YEAR = click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ. ของสำนักงาน (บอกจังหวัด)")
_VARIANT = click.option("--variant", default="", help="แบบของชนิดที่มีหลายแบบ เช่น leader")


@template_group.command("guide")
@click.argument("kind", metavar="KIND")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="ไฟล์ PDF ที่จะเขียน")
@common
def guide(screen: Screen, kind: str, out: Path | None) -> None:
    """คู่มือหนึ่งหน้า (A4) ของชนิดเอกสาร: ช่องที่ใช้ได้ ตัวอย่าง และวิธีเขียน"""
    known = engines.catalogue().kind(kind)
    _write(screen, out or Path(f"guide-{known.code}.pdf"), kind_guide.pdf(known))


@template_group.command("blocks")
@_OUT
@common
def blocks(screen: Screen, out: Path) -> None:
    """ไฟล์ Word ของกลุ่มข้อความสำเร็จรูป ไว้คัดลอกไปวางในแม่แบบ"""
    _write(screen, out, kind_guide.blocks())


@template_group.command("stock")
@click.argument("kind", metavar="KIND")
@_VARIANT
@_OUT
@common
def stock(screen: Screen, kind: str, variant: str, out: Path) -> None:
    """แม่แบบกลางของชนิดเอกสารเป็นไฟล์ Word ไว้คัดลอกแล้วแก้"""
    _write(screen, out, edition_check.stock(_place("00", kind, variant)).data)


@template_group.command("ls")
@_YEAR
@common
def ls(screen: Screen, year_be: BE) -> None:
    """แม่แบบทุกรุ่นของสำนักงาน และรุ่นที่ใช้อยู่"""
    running.ready()
    rows = Edition.objects.filter(province=register.year(year_be).province_code)
    shown = [
        (row.name, _STATES[row.state], date_short(row.effective) if row.effective else "", row.uploaded_by,
         row.approved_by, row.note)
        for row in rows.defer("report")
    ]  # fmt: skip
    screen.table("", ("รุ่น", "สถานะ", "เริ่มใช้", "ผู้ส่ง", "ผู้อนุมัติ", "แก้อะไร"), shown)
    screen.answer([_told(row) for row in rows])


@template_group.command("send")
@click.argument("kind", metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path))
@_YEAR
@_VARIANT
@click.option("--note", default="", help="แก้อะไร สั้น ๆ")
@common
def send(screen: Screen, kind: str, file: Path, year_be: BE, variant: str, note: str) -> None:
    """ส่งแม่แบบรุ่นใหม่มาตรวจ พร้อมทำตัวอย่าง (ยังไม่มีผลจนกว่าอีกคนจะอนุมัติ)"""
    running.ready()
    place = _place(register.year(year_be).province_code, kind, variant)
    sent = Sent(file.name, _read(file), note)
    row, job = edition_check.send(place, sent, year_be=int(year_be), actor=actor())
    running.require_success(running.run(screen, job))
    row = editions.get(row.pk)
    for fault in row.report.get("faults", ()):
        screen.say(f"  {fault['place']}: {fault['message']} {fault['remedy']}", f"  {fault['english']}")
    screen.say(f"{row.name}: {_STATES[row.state]}", f"{row.name}: {row.state}")
    screen.answer({**_told(row), "report": row.report})
    if row.state == Edition.FAULTY:
        raise InputRefused(
            to_thai_digits(f"แม่แบบรุ่นที่ {row.number} มีที่ผิด {len(row.report.get('faults', ()))} แห่ง"),
            "แก้ใน Word แล้วส่งใหม่",
            english=f"Edition {row.number} has faults. Mend them in Word and send it again.",
        )


@template_group.command("approve")
@click.argument("edition", metavar="EDITION")
@click.option("--from", "effective", required=True, help="เริ่มใช้กับเอกสารลงวันที่ตั้งแต่ เช่น 2026-12-01 หรือ ๑ ธ.ค. ๒๕๖๙")
@common
def approve(screen: Screen, edition: str, effective: str) -> None:
    """อนุมัติแม่แบบ (ชื่อรุ่นดูจาก template ls) ผู้ส่งอนุมัติเองไม่ได้"""
    running.ready()
    row = editions.approve(_named(edition), parse_date(effective), actor=actor())
    screen.say(f"{row.name}: อนุมัติแล้ว", f"{row.name} is approved")
    screen.answer(_told(row))


@template_group.command("withdraw")
@click.argument("edition", metavar="EDITION")
@click.option("--reason", required=True, help="เหตุผลที่ถอน")
@common
def withdraw(screen: Screen, edition: str, reason: str) -> None:
    """ถอนแม่แบบที่ยังไม่เริ่มใช้"""
    running.ready()
    row = editions.withdraw(_named(edition), reason, actor=actor())
    screen.say(f"{row.name}: ถอนแล้ว", f"{row.name} is withdrawn")
    screen.answer(_told(row))


@template_group.command("compare")
@click.argument("edition", metavar="EDITION")
@click.option("--with", "other", default="", help="รุ่นที่ (ตัวเลข) หรือ stock (ค่าเดิม: รุ่นที่ใช้อยู่)")
@common
def compare(screen: Screen, edition: str, other: str) -> None:
    """เทียบถ้อยคำและภาพของแม่แบบสองรุ่น"""
    running.ready()
    row = _named(edition)
    found = edition_compare.compared(edition_compare.other(row, other), row)
    for change in found.words:
        marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
        screen.say("  " + "".join(marks[piece.how].format(piece.text) for piece in change.pieces))
    differing = [number for number, share in enumerate(found.pages, start=1) if share]
    screen.say(
        f"ถ้อยคำต่าง {len(found.words)} ย่อหน้า ภาพต่าง {len(differing)} จาก {len(found.pages)} หน้า",
        f"{len(found.words)} paragraphs differ, {len(differing)} of {len(found.pages)} pages",
    )
    words = [[vars(piece) for piece in change.pieces] for change in found.words]
    screen.answer(
        {"before": found.before.row.name if found.before.row else "stock", "words": words, "pages": found.pages}
    )


def _place(province: str, kind_code: str, variant: str) -> Place:
    kind = engines.catalogue().kind(kind_code)
    return edition_check.place_of(province, kind.code, variant or (kind.variants[0] if kind.variants else ""))


def _named(name: str) -> Edition:
    """``24-letter-3``, as ``template ls`` shows it."""
    if found := next((row for row in Edition.objects.all() if row.name == name), None):
        return found
    raise InputRefused(
        f"ไม่มีแม่แบบรุ่น {name}",
        "ดูชื่อรุ่นด้วย docservice template ls --year ปี",
        english=f"There is no edition {name}. List them with: docservice template ls --year YEAR",
    )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(edition_check.MOST_BYTES + 1)
    except OSError as error:
        raise InputRefused(
            f"เปิดไฟล์ {file} ไม่ได้ ({error.strerror})", "ตรวจชื่อไฟล์", english=f"Cannot read {file}: {error.strerror}"
        ) from error


def _write(screen: Screen, out: Path, data: bytes) -> None:
    (written,) = write_together({out: data})
    screen.say(f"  {written}")
    screen.answer({"path": str(written)})


def _told(row: Edition) -> dict[str, Any]:
    return {
        "edition": row.name,
        "state": row.state,
        "effective": row.effective.isoformat() if row.effective else "",
        "uploaded_by": row.uploaded_by,
        "approved_by": row.approved_by,
        "note": row.note,
        "sha256": row.sha256,
    }


COMMANDS = ()
"""None of its own: they hang on ``template``."""
