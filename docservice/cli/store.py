"""Commands on the place where bytes are kept: ``store create|migrate|probe|replicate``."""

from __future__ import annotations

from typing import Any

import click

from docservice import second_copy, stores, worm_check
from docservice.cli import running
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.config import config
from docservice.errors import FixityBroken, InputRefused
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


@store_group.command("probe")
@common
def probe(screen: Screen) -> None:
    """ลองว่าที่จัดเก็บล็อกไฟล์ได้จริง: ล็อกไฟล์ทดลอง แล้วลองเขียนทับ ลบ ลดเวลา และข้ามล็อก"""
    running.ready()
    found = worm_check.probe(actor())
    told = found.details
    screen.say(
        f"การล็อกไม่ให้แก้ (WORM): {worm_check.WORDS[told['state']]}\n  {told['reason']}",
        f"Write-once (WORM): {worm_check.ENGLISH[told['state']]}\n  {told['english']}",
    )
    rows = [("✓" if each["held"] else "✗", each["name"], each["seen"]) for each in told["tries"]]
    screen.table("", ("", "ที่ลอง", "ที่บริการตอบ"), rows) if rows else None
    screen.answer({**told, "at": found.at.isoformat()})
    if told["state"] == worm_check.FAILED:
        raise FixityBroken(
            f"ที่จัดเก็บไม่ล็อกไฟล์ตามที่สั่ง: {told['reason']}",
            "กรุณาแจ้งผู้ดูแลบริการ S3 และดู docs/archive.md",
            english=f"The store does not keep its locks. {told['english']}",
        )


@store_group.command("replicate")
@click.option("--new", is_flag=True, help="เริ่มสำเนาใหม่ในที่ว่าง เช่นเปลี่ยนดิสก์ของสำเนาที่เสีย")
@common
def replicate(screen: Screen, new: bool) -> None:
    """เทียบสำเนาที่สอง (DOCSERVICE_REPLICA_URL) กับคลังทั้งหมด คัดลอกที่ขาด และบอกที่ต่าง (ระบบทำเองทุกคืน)"""
    running.ready()
    if new:
        second_copy.begin()
    found = second_copy.compare()
    screen.say(f"คัดลอกเพิ่ม {found.copied} รายการ", f"{found.copied} more copied")
    for each in found.differing:
        screen.say(f"  ✗ {each}")
    screen.answer({"copied": found.copied, "differing": found.differing})
    if found.differing:
        raise FixityBroken(
            f"สำเนาที่สองต่างจากคลัง {len(found.differing)} แห่ง ไม่ได้เขียนทับ",
            "ตรวจคลังด้วย docservice archive verify แล้วตรวจดิสก์ของสำเนา",
            english=f"The second copy differs in {len(found.differing)} places; nothing was overwritten.",
        )


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
