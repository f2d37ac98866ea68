"""Commands that bring a bag back, or prove that it would come: ``archive import|drill``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice import drill, restoring
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.thai import BE


@archive_group.command("import")
@click.argument("bag", type=click.Path(path_type=Path))
@click.option("--likeness", is_flag=True, hidden=True, help="ตอบค่าเทียบของทุกตารางและทุกไบต์ด้วย (ใช้ในการซ้อมกู้คืน)")
@common
def import_bag(screen: Screen, bag: Path, likeness: bool) -> None:
    """นำชุดส่งออก (ไฟล์ .zip .tar หรือโฟลเดอร์) กลับเข้าระบบ ตรวจครบก่อนเขียน และไม่เขียนทับสิ่งใด"""
    running.ready()
    with screen.stage("ตรวจชุดเอกสาร", 100) as stage:
        done = restoring.restore(
            bag,
            actor=actor(),
            progress=lambda read, total: stage.step(read * 100 // (total or 1) - stage.done, of=100),
        )
    screen.say(
        f"นำเข้า {done.dossiers} แฟ้ม (มีอยู่แล้ว {done.already}) {done.documents} เอกสาร เลขที่ {done.numbers} เลข "
        f"และเหตุการณ์ {done.events} รายการ",
        f"{done.dossiers} dossiers ({done.already} were here), {done.documents} documents, {done.numbers} numbers and "
        f"{done.events} events brought in",
    )
    screen.answer(vars(done) | ({"likeness": drill.likeness()} if likeness else {}))


@archive_group.command("drill")
@click.option("--year", "year_be", type=YEAR, default=None, help="ปี พ.ศ. (ค่าเดิม: ปีล่าสุดที่มีแฟ้ม)")
@common
def run_drill(screen: Screen, year_be: BE | None) -> None:
    """ซ้อมกู้คืน: ส่งออกปีล่าสุด นำเข้าในระบบว่างชั่วคราว แล้วเทียบทุกตารางและทุกไบต์"""
    running.ready()
    done = drill.run(actor=actor(), year_be=year_be)
    screen.say(
        f"ซ้อมกู้คืนปี {done.year_be} สำเร็จ: {done.dossiers} แฟ้ม {done.documents} เอกสาร "
        f"ตรงกันทุกตารางและทุกไบต์ ({done.seconds} วินาที)",
        f"The drill restored {done.dossiers} dossiers and {done.documents} documents of {done.year_be}: all the same",
    )
    screen.answer(vars(done))


COMMANDS: tuple[click.Command, ...] = ()
