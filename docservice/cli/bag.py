"""``archive export``: a year or a part of it as a bag."""

from __future__ import annotations

from pathlib import Path

import click

from docservice import register
from docservice.bag_choice import Choice
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.machine import actor, writable_folder
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.desk import Desk
from docservice.export import export_year
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


COMMANDS: tuple[click.Command, ...] = ()
