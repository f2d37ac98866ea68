"""Commands on the audit log: ``audit verify|seal|export``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice import audit, bag_events, ledger, sealing, stamps
from docservice.cli import running
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.timestamp import Stamp


@click.group("audit")
def audit_group() -> None:
    """บันทึกเหตุการณ์"""


@audit_group.command("verify")
@click.option(
    "--file",
    "exported",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="ตรวจไฟล์จาก audit export โดยไม่ใช้ฐานข้อมูล",
)
@click.option(
    "--extract",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="ตรวจ events.jsonl ของชุดส่งออก กับ --file หรือกับบันทึกของระบบนี้",
)
@common
def audit_verify(screen: Screen, exported: Path | None, extract: Path | None) -> None:
    """ตรวจว่าบันทึกเหตุการณ์ต่อเนื่องกัน ไม่ถูกแก้ สลับ ตัดออก หรือต่างจากที่ผนึกไว้ในคลัง"""
    if extract:
        _verify_extract(screen, extract, exported)
        return
    if exported:
        with exported.open("rb") as lines:
            count, last = 0, audit.FIRST
            for event in ledger.read(lines, exported.name):
                count, last = count + 1, event.digest
        with exported.open("rb") as lines:
            stamped = stamps.verify_exported(lines, _stamps_of(exported))
        screen.say(f"เหตุการณ์ {count} รายการในไฟล์ต่อเนื่องกันครบ\n  รายการสุดท้าย {last}", f"{count} events, up to {last}")
        _tell_stamps(screen, stamped)
        screen.answer({"events": count, "last": last, "stamps": [vars(each) for each in stamped]})
        return
    running.ready()
    count, sealed, stamped = audit.verify(), ledger.verify().events, stamps.verify()
    screen.say(
        f"บันทึกเหตุการณ์ {count} รายการต่อเนื่องกันครบ ตรงกับที่ผนึกไว้ในคลัง {sealed} รายการ",
        f"{count} events, the chain is whole; {sealed} of them are sealed in the store",
    )
    _tell_stamps(screen, stamped)
    screen.answer({"events": count, "sealed": sealed, "stamps": [vars(each) for each in stamped]})


def _stamps_of(exported: Path) -> Path:
    """The folder beside an exported log in which its time stamps are."""
    return exported.with_name(f"{exported.name}.stamps")


def _tell_stamps(screen: Screen, stamped: list[Stamp]) -> None:
    if stamped:
        last = stamped[-1]
        screen.say(
            f"ประทับเวลา {len(stamped)} ครั้ง ล่าสุด {last.at:%Y-%m-%d %H:%M:%S} UTC โดย {last.by}",
            f"{len(stamped)} time stamps, the last of {last.at:%Y-%m-%d %H:%M:%S} UTC by {last.by}",
        )


def _verify_extract(screen: Screen, extract: Path, exported: Path | None) -> None:
    """Every line of an extract, and that the log (an exported one, or this system's) has the same."""
    if exported is None:
        running.ready()
    with extract.open("rb") as lines:
        count = bag_events.compare(bag_events.read(lines, extract.name), _log_of(exported))
    screen.say(
        f"เหตุการณ์ {count} รายการใน {extract.name} ถูกต้อง และตรงกับบันทึกเหตุการณ์",
        f"{count} events of {extract.name} are sound and stand in the log",
    )
    screen.answer({"events": count})


def _log_of(exported: Path | None) -> dict[int, str]:
    if exported is None:
        ledger.verify()
        return bag_events.digests()
    with exported.open("rb") as lines:
        return {event.pk: event.digest for event in ledger.read(lines, exported.name)}


@audit_group.command("seal")
@common
def audit_seal(screen: Screen) -> None:
    """ผนึกเหตุการณ์ที่ยังไม่ได้ผนึกไว้ในคลัง (ระบบทำเองทุกชั่วโมง)"""
    running.ready()
    count = sealing.seal()
    screen.say(f"ผนึกเหตุการณ์เพิ่ม {count} รายการ", f"{count} more events sealed")
    screen.answer({"events": count})


@audit_group.command("export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@common
def audit_export(screen: Screen, target: Path) -> None:
    """เขียนบันทึกเหตุการณ์ทั้งหมดลงไฟล์ (JSON ทีละบรรทัด) ที่ตรวจได้โดยไม่ใช้ฐานข้อมูล"""
    running.ready()
    count, stamped = ledger.export(target), stamps.export(_stamps_of(target))
    screen.say(f"เขียนเหตุการณ์ {count} รายการ\n  {target}", f"{count} events written to {target}")
    screen.answer({"events": count, "path": str(target), "stamps": stamped})


COMMANDS = (audit_group,)
