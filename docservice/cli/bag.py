"""Commands on bags of the archive: ``archive export|import|drill``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice import drill, register, restoring
from docservice.bag_choice import Choice
from docservice.cli import running
from docservice.cli.archive import archive_group
from docservice.cli.make import writable_folder
from docservice.cli.office import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.requests import Desk, export_year
from docservice.thai import BE


@archive_group.command("export")
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="โฟลเดอร์ที่จะวางชุดส่งออก")
@click.option("--district", "districts", multiple=True, help="เฉพาะรหัสอำเภอนี้ (ใส่ได้หลายครั้ง จังหวัด: 2400)")
@click.option("--group", "groups", multiple=True, help="เฉพาะกลุ่มเป้าหมายนี้ เช่น leader (ใส่ได้หลายครั้ง)")
@click.option("--kind", "kinds", multiple=True, help="เฉพาะเอกสารชนิดนี้ เป็นไฟล์ธรรมดา ไม่ใช่แฟ้มทั้งแฟ้ม (ใส่ได้หลายครั้ง)")
@click.option("--redacted", is_flag=True, help="เฉพาะฉบับปกปิดข้อมูลส่วนบุคคล")
@common
def export(
    screen: Screen,
    year_be: BE,
    out: Path | None,
    districts: tuple[str, ...],
    groups: tuple[str, ...],
    kinds: tuple[str, ...],
    redacted: bool,
) -> None:
    """ส่งออกคลังทั้งปีหรือบางส่วนเป็นชุด BagIt (ZIP) ที่ตรวจแล้ว"""
    running.ready()
    if out:
        writable_folder(out)
    year = register.year(year_be)
    choice = Choice.of(year, districts, groups, kinds, redacted=redacted)
    outcome = running.run(screen, export_year(Desk(year, actor(), out), choice))
    running.require_success(outcome)
    for result in outcome.results:
        screen.say(f"ชุดส่งออก {result['files']} ไฟล์ ตรวจแล้วถูกต้อง\n  {result['path']}")
    screen.answer(outcome.results)


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
