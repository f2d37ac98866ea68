"""Commands on what may have been damaged: ``archive verify``, by us or by others' means, and ``archive repair``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import click

from docservice import archive, condition, fixity_run, retained, second_copy, store_hold, stores
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.condition import Found
from docservice.config import config
from docservice.errors import FixityBroken, InputRefused
from docservice.models import Dossier
from docservice.thai import BE


@dataclass
class _Report:
    """What a check came to."""

    independent: bool
    dossiers: int = 0
    files: int = 0
    size: int = 0
    seconds: float = 0.0
    broken: list[dict[str, Any]] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    held: int = 0
    locked: int = 0
    loose: list[str] = field(default_factory=list)

    def add(self, found: Found) -> None:
        self.dossiers += 1
        self.files += found.files
        self.size += found.size
        if found.faults:
            sound = found.sound_at.isoformat() if found.sound_at else ""
            self.broken.append({"dossier": found.dossier.key, "sound_at": sound, "faults": list(found.faults)})

    def ask(self, dossiers: Sequence[Dossier]) -> None:
        """How many of these are on hold, and of how many of those the store says that every file is locked."""
        held = retained.held(each.key for each in dossiers)
        for each in (each for each in dossiers if each.key in held):
            seen = store_hold.look(each).store
            self.held += 1
            self.locked += seen.stands(True)
            self.loose += [each.key] if seen.able and not seen.stands(True) else []

    @property
    def faults(self) -> list[str]:
        return [fault for each in self.broken for fault in each["faults"]]

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "seconds": round(self.seconds, 3), "faults": self.faults}


@archive_group.command("verify")
@click.argument("key", required=False)
@click.option("--year", "year_be", type=YEAR, help="ทุกแฟ้มของปี พ.ศ. นี้")
@click.option("--independent", is_flag=True, help="ตรวจด้วยโปรแกรมของผู้อื่น (ocfl-py) และ sha512 ธรรมดา ไม่ใช้โปรแกรมนี้")
@click.option("--processes", type=click.IntRange(1, 64), default=os.cpu_count(), help="จำนวนกระบวนการที่อ่านพร้อมกัน")
@common
def verify(screen: Screen, key: str | None, year_be: BE | None, independent: bool, processes: int) -> None:
    """อ่านทุกไบต์ในคลังแล้วเทียบกับค่าที่บันทึกไว้ บอกไฟล์ที่เสีย หาย หรือแปลกปลอม พร้อมวันที่ยังดีอยู่ครั้งสุดท้าย"""
    running.ready()
    report, began = _Report(independent), time.monotonic()
    one = [archive.get(key)] if key else None
    year = int(year_be) if year_be else None
    total = 1 if one else Dossier.objects.filter(version__gt=0, **({"year_be": year} if year else {})).count()
    dossiers = one or fixity_run.of_year(year)
    found = _independently(dossiers) if independent else fixity_run.examine(dossiers, actor(), processes)
    with screen.stage("ตรวจความถูกต้อง", total) as stage:
        for each in found:
            report.add(each)
            report.ask([each.dossier])
            stage.step(of=total, failed=len(report.broken))
        report.strays = [] if key else list(fixity_run.unknown(year))
    report.seconds = time.monotonic() - began
    _show(screen, report)


def _independently(dossiers: Any) -> Iterator[Found]:
    """By the validator of others; what it found is not kept as ours."""
    judge, place = import_module("storage.independent").judge, stores.place(stores.ARCHIVE)
    for dossier in dossiers:
        opinion, known = judge(place, config().store_keys, dossier.key), condition.of(dossier)
        faults = tuple(f"แฟ้ม {dossier.key}: {fault}" for fault in opinion.faults)
        yield Found(dossier, faults, opinion.files, opinion.size, known.sound_at if known else None)


def _show(screen: Screen, report: _Report) -> None:
    for each in report.broken:
        for fault in each["faults"]:
            screen.say(f"  ✗ {fault}")
        sound = each["sound_at"][:19] or "ไม่เคยตรวจมาก่อน"
        screen.say(
            f"    ครบถ้วนครั้งสุดท้าย: {sound}", f"    whole for the last time: {each['sound_at'][:19] or 'never read'}"
        )
    for stray in report.strays:
        screen.say(f"  ✗ ไม่ใช่ของแฟ้มใดในทะเบียน: {stray}", f"  ✗ belongs to no dossier of the index: {stray}")
    rate = report.size / max(report.seconds, 0.001) / 1e6
    screen.table(
        "",
        (">แฟ้ม", ">ไฟล์", ">ไบต์", ">วินาที", ">MB/วินาที", ">แฟ้มที่เสียหาย", ">แปลกปลอม"),
        [
            (
                report.dossiers,
                report.files,
                f"{report.size:,}",
                f"{report.seconds:.1f}",
                f"{rate:.0f}",
                len(report.broken),
                len(report.strays),
            )
        ],
    )
    _show_held(screen, report)
    screen.answer(report.as_dict())
    wrong = len(report.faults) + len(report.strays)
    if wrong:
        raise FixityBroken(
            f"พบที่ไม่ถูกต้อง {wrong} แห่งใน {report.dossiers} แฟ้ม",
            "อย่าเขียนทับ ซ่อมจากสำเนาที่สองด้วย docservice archive repair หรือแจ้งผู้ดูแลระบบ",
            english=f"{wrong} faults in {report.dossiers} dossiers. Mend with: docservice archive repair",
        )
    screen.say(f"ถูกต้องครบ {report.dossiers} แฟ้ม", f"All {report.dossiers} dossiers are sound")


def _show_held(screen: Screen, report: _Report) -> None:
    """Whether the store's own locks of dossiers on hold stand; nothing where none is on hold."""
    if not report.held:
        return
    for key in report.loose:
        screen.say(
            f"  ! {key} ถูกระงับการทำลาย แต่ที่จัดเก็บยังไม่ได้ล็อกทุกไฟล์ สั่ง docservice archive holds --check",
            f"  ! {key} is on hold, but the store does not lock every file: docservice archive holds --check",
        )
    thai, english = ("", "") if report.locked or report.loose else (" (ที่จัดเก็บไม่มีการล็อก)", " (the store has no locks)")
    screen.say(
        f"ระงับการทำลาย {report.held} แฟ้ม ที่จัดเก็บล็อกครบทุกไฟล์ {report.locked} แฟ้ม{thai}",
        f"On hold: {report.held} dossiers; locked whole in the store: {report.locked}{english}",
    )


@archive_group.command("repair")
@click.argument("key", required=False)
@click.option("--year", "year_be", type=YEAR, help="ทุกแฟ้มที่เสียหายของปี พ.ศ. นี้")
@common
def repair(screen: Screen, key: str | None, year_be: BE | None) -> None:
    """ซ่อมไฟล์ที่เสียหรือหายจากสำเนาที่สอง เฉพาะเมื่อสำเนาตรงกับค่าที่บันทึกไว้ ของเดิมย้ายไปเก็บไว้ ไม่ลบ"""
    running.ready()
    if not key and not year_be:
        raise InputRefused(
            "ยังไม่ได้บอกว่าจะซ่อมอะไร",
            "ระบุรหัสแฟ้ม หรือ --year",
            english="Name a dossier, or a year with --year.",
        )
    second_copy.require()
    dossiers = [archive.get(key)] if key else list(fixity_run.of_year(int(year_be or 0)))
    answer = [_mended(screen, one.dossier) for one in fixity_run.examine(dossiers, actor()) if one.faults]
    screen.say(
        f"ซ่อม {sum(len(each['mended']) for each in answer)} ไฟล์ใน {len(answer)} แฟ้ม จากที่ตรวจ {len(dossiers)} แฟ้ม",
        f"{sum(len(each['mended']) for each in answer)} files mended in {len(answer)} of {len(dossiers)} dossiers",
    )
    screen.answer({"dossiers": len(dossiers), "repaired": answer})
    if left := [fault for each in answer for fault in each["left"]]:
        raise FixityBroken(
            f"ยังเสียหายอยู่ {len(left)} แห่ง: {left[0]}",
            "สำเนาที่สองช่วยไม่ได้ กรุณาหาสำเนาอื่น เช่น ชุดส่งออกรายปี",
            english=f"{len(left)} faults are left: the second copy cannot mend them. Look for another copy.",
        )


def _mended(screen: Screen, dossier: Dossier) -> dict[str, Any]:
    """One dossier put right as far as can be, and read once more."""
    try:
        done = second_copy.mend(dossier, actor())
    except FixityBroken as fault:
        screen.say(f"  ✗ {fault.message}", f"  ✗ {fault.english}")
        return {"dossier": dossier.key, "mended": [], "left": [fault.message]}
    for each in done.mended:
        kept = f" (ของเดิมเก็บไว้ที่ {each.aside})" if each.aside else ""
        screen.say(f"  ✓ {dossier.key}/{each.path}{kept}")
    (now,) = fixity_run.examine([dossier], actor())
    for fault_left in now.faults:
        screen.say(f"  ✗ {fault_left}")
    mended = [{"path": each.path, "aside": each.aside} for each in done.mended]
    return {"dossier": dossier.key, "mended": mended, "left": list(now.faults)}


COMMANDS: tuple[click.Command, ...] = ()
