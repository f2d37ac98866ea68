"""Commands on the place where bytes are kept: ``store create|migrate``."""

from __future__ import annotations

from typing import Any

import click

from docservice import stores
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.config import config
from docservice.errors import InputRefused
from storage import address
from storage.migration import Migration


@click.group("store")
def store_group() -> None:
    """ที่จัดเก็บ (โฟลเดอร์หรือ S3)"""


@store_group.command("create")
@common
def create(screen: Screen) -> None:
    """เตรียมที่จัดเก็บตาม DOCSERVICE_STORE_URL: สร้าง bucket ถ้ายังไม่มี (สั่งซ้ำได้)"""
    place = address.parse(config().store_url)
    new = address.create(config().store_url, config().store_keys)
    screen.say(
        f"{'สร้างที่จัดเก็บแล้ว' if new else 'มีที่จัดเก็บอยู่แล้ว'}: {place}",
        f"{'Made' if new else 'There already'}: {place}",
    )
    screen.answer({"place": str(place), "new": new})


@store_group.command("migrate")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@common
def migrate(screen: Screen, source: str, target: str) -> None:
    """คัดลอกทั้งคลังจาก FROM ไป TO (file:///โฟลเดอร์ หรือ s3://bucket/…) พร้อมตรวจทุกไฟล์

    ต้นทางไม่ถูกแก้ และใช้งานต่อได้ระหว่างคัดลอก สั่งซ้ำจะทำต่อจากที่ค้างและตามสิ่งที่จัดเก็บเพิ่ม
    ก่อนเปลี่ยน DOCSERVICE_STORE_URL เป็น TO ให้หยุด web, worker, beat แล้วสั่งซ้ำอีกครั้ง
    รหัสของ S3 อ่านจาก DOCSERVICE_STORE_KEY และ DOCSERVICE_STORE_SECRET
    """
    places = address.parse(source), address.parse(target)
    if places[0] == places[1]:
        raise InputRefused(
            "ต้นทางและปลายทางเป็นที่เดียวกัน",
            "กรุณาระบุปลายทางอื่น",
            english="FROM and TO are the same place. Name another target.",
        )
    answer = {folder: _folder(screen, folder, source, target) for folder in stores.FOLDERS}
    total = sum(one["copied"] + one["already"] for one in answer.values())
    if not total:
        raise InputRefused(
            f"ไม่มีไฟล์ใดใน {places[0]}",
            "กรุณาตรวจว่า FROM คือค่าของ DOCSERVICE_STORE_URL เดิม และต่อดิสก์แล้ว",
            english=f"There is nothing in {places[0]}. FROM is what DOCSERVICE_STORE_URL was; is its disk attached?",
        )
    screen.say(
        f"ปลายทางมีครบ {total} ไฟล์ ทุกไฟล์ตรงกับต้นทาง\n  {places[1]}",
        f"All {total} files are in the target and equal to the source's\n  {places[1]}",
    )
    screen.answer(answer)


def _folder(screen: Screen, folder: str, source: str, target: str) -> dict[str, Any]:
    keys = config().store_keys
    migration = Migration(address.open_store(source, folder, keys), address.open_store(target, folder, keys))
    count = len(migration.keys)
    with screen.stage(f"คัดลอก {folder}", count) as stage:
        done = migration.run(lambda: stage.step(of=count))
    screen.say(
        f"  คัดลอก {done.copied} ไฟล์ มีอยู่แล้ว {done.already} ไฟล์ รวม {done.size:,} ไบต์",
        f"  {done.copied} copied, {done.already} there already, {done.size:,} bytes",
    )
    return vars(done)


COMMANDS = (store_group,)
