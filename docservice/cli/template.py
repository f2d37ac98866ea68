"""Commands on Word templates: ``template …``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice import engines
from docservice.catalogue import Kind
from docservice.cli.machine import write_together
from docservice.cli.screen import Screen
from docservice.cli.tree import Tree
from docservice.cli.words import common
from docservice.errors import EngineUnavailable, InputRefused
from docservice.render import doctor
from docservice.render.office import Office
from docservice.thai import to_thai_digits

FAULTY = 3
_SIGN = {"error": ("ผิด", "error"), "warning": ("ควรแก้", "warning")}


_EDITIONS = ("guide", "blocks", "stock", "ls", "send", "approve", "withdraw", "compare")


@click.group("template", cls=Tree, where=dict.fromkeys(_EDITIONS, "edition"))
def template_group() -> None:
    """แม่แบบ Word: ตรวจ คู่มือ และรุ่นของสำนักงาน"""


@template_group.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", "kind_code", default="", help="ชนิดเอกสาร เช่น order (ค่าเดิม: ชื่อโฟลเดอร์ หรือเดาจากช่องในไฟล์)")
@click.option("--fix", is_flag=True, help="แก้ที่แก้ได้โดยไม่เปลี่ยนความ ลงไฟล์ใหม่ FILE-fixed.docx และ FILE-tracked.docx")
@click.option(
    "--comments", type=click.Path(path_type=Path, dir_okay=False), help="ไฟล์ .docx ที่จะเขียนพร้อมข้อคิดเห็นตรงจุดที่ผิด"
)
@click.option("--pages/--no-pages", default=True, help="บอกเลขหน้าด้วย (ต้องมี LibreOffice; ค่าเดิม: บอก)")
@common
def check(screen: Screen, file: Path, kind_code: str, fix: bool, comments: Path | None, pages: bool) -> None:
    """ตรวจแม่แบบ: บอกทุกจุดที่ผิดในครั้งเดียว พร้อมหน้า ตาราง แถว ช่อง และวิธีแก้"""
    data = read(file)
    kind, kinds = _kind(kind_code, file), tuple(engines.catalogue().kinds.values())
    report = doctor.examine(data, kind, kinds, office=_office() if pages else None, name=file.name)
    told = doctor.to_json(report)
    _say(screen, report)
    if comments is not None:
        write_together({comments: doctor.comments(data, report)})
        screen.say(f"ไฟล์ที่มีข้อคิดเห็น: {comments}", f"With comments: {comments}")
        told["comments"] = str(comments)
    if fix:
        told |= _fixed(screen, file, data)
    screen.answer(told)
    if not report.clean:
        raise click.exceptions.Exit(FAULTY)


def read(file: Path) -> bytes:
    """The file's bytes, one more than a template may have where it is larger; InputRefused where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(doctor.MOST_BYTES + 1)
    except OSError as error:
        raise InputRefused(
            f"เปิดไฟล์ {file} ไม่ได้ ({error.strerror})", "ตรวจชื่อไฟล์", english=f"Cannot read {file}: {error.strerror}"
        ) from error


def _kind(code: str, file: Path) -> Kind | None:
    """The kind that was named, or that the folder is named after."""
    known = engines.catalogue()
    return known.kind(code) if code else known.kinds.get(file.absolute().parent.name)


def _office() -> Office | None:
    try:
        return engines.office()
    except EngineUnavailable:
        return None


def _say(screen: Screen, report: doctor.Report) -> None:
    for number, fault in enumerate(report.faults, start=1):
        thai, english = _SIGN[fault.severity]
        again = f" (×{fault.times})" if fault.times > 1 else ""
        screen.say(
            f"{to_thai_digits(str(number))}. [{thai}] {fault.line()}",
            f"{number}. [{english}] {fault.place.english()}: {fault.english}{again}",
        )
        if sentence := fault.place.sentence():
            screen.say(f"     {sentence}", f"     {sentence}")
    for note in report.notes:
        screen.say(f"- [ข้อสังเกต] {note.line()}", f"- [note] {note.place.english()}: {note.english}")
    errors, warnings = report.count("error"), report.count("warning")
    kind = report.kind or "-"
    screen.say(
        to_thai_digits(f"ผิด {errors} แห่ง ควรแก้ {warnings} แห่ง") + f" (ชนิดเอกสาร: {kind})"
        if errors or warnings
        else f"ใช้ได้ ไม่พบที่ผิด (ชนิดเอกสาร: {kind})",
        f"{errors} errors, {warnings} warnings (kind: {kind})" if errors or warnings else f"No faults (kind: {kind}).",
    )


def _fixed(screen: Screen, file: Path, data: bytes) -> dict[str, object]:
    """Write the mended copies beside the file, and list what was changed."""
    mended = doctor.mend(data, engines.catalogue().kinds.values())
    changes = [
        {"code": one.code, "place": one.place.label(), "before": one.before, "after": one.after, "message": one.message,
         "english": one.english}
        for one in mended.changes
    ]  # fmt: skip
    if not changes:
        screen.say("ไม่มีที่แก้ให้ได้โดยไม่เปลี่ยนความ", "Nothing that can be mended without changing what it says.")
        return {"changes": []}
    clean, tracked = (file.with_name(f"{file.stem}-{word}.docx") for word in ("fixed", "tracked"))
    write_together({clean: mended.clean, tracked: mended.tracked})
    for one in mended.changes:
        screen.say(f"  แก้ {one.place.label()}: {one.message}", f"  {one.place.english()}: {one.english}")
    screen.say(
        f"แก้แล้ว {to_thai_digits(str(len(changes)))} แห่ง: {clean} (ดูทีละแห่งใน Word ได้จาก {tracked})",
        f"{len(changes)} changes: {clean} (one by one in Word: {tracked})",
    )
    return {"changes": changes, "fixed": str(clean), "tracked": str(tracked)}


COMMANDS = (template_group,)
