"""``docservice person``: who may log in, from the machine itself: where there is no administrator yet, or none left."""

from __future__ import annotations

import click

from docservice import access, people
from docservice.cli import running
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.errors import NotFound
from docservice.models import Account
from docservice.thai import BE


@click.group()
def person() -> None:
    """ผู้ใช้ของระบบ: รายชื่อ เพิ่ม ออกรหัสผ่านใหม่"""


@person.command("ls")
@common
def ls(screen: Screen) -> None:
    """รายชื่อผู้ใช้"""
    running.ready()
    accounts = list(Account.objects.all())
    rows = [
        (a.username, a.called, a.get_role_display(), _bounds(a), "ใช้งานได้" if a.is_active else "ปิดแล้ว")
        for a in accounts
    ]
    screen.table("", ("ชื่อผู้ใช้", "ชื่อ", "บทบาท", "อำเภอ/ปี", "สถานะ"), rows)
    screen.answer(
        [
            {"username": a.username, "role": a.role, "districts": a.districts, "years": a.years, "active": a.is_active}
            for a in accounts
        ]
    )


def _bounds(account: Account) -> str:
    return ", ".join(map(str, [*account.districts, *account.years]))


@person.command("add")
@click.argument("username")
@click.option(
    "--role", type=click.Choice([code for code, _ in Account.ROLES]), default=Account.STAFF, show_default=True
)
@click.option("--district", "districts", multiple=True, help="รหัสอำเภอ ๔ หลัก (เจ้าหน้าที่อำเภอ) ใส่ได้หลายครั้ง")
@click.option("--year", "years", multiple=True, help="ปี พ.ศ. (ผู้ตรวจสอบ) ใส่ได้หลายครั้ง ไม่ใส่คือทุกปี")
@common
def add(screen: Screen, username: str, role: str, districts: tuple[str, ...], years: tuple[str, ...]) -> None:
    """เพิ่มผู้ใช้ แล้วพิมพ์รหัสผ่านครั้งแรก"""
    running.ready()
    given = {"role": role, "districts": list(districts), "years": [int(BE.parse(year)) for year in years]}
    account, password = people.make(username, actor=actor(), **given)
    _tell(screen, account, password)


@person.command("password")
@click.argument("username")
@common
def password(screen: Screen, username: str) -> None:
    """ออกรหัสผ่านใหม่ รหัสเดิมใช้ไม่ได้ทันที"""
    running.ready()
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound(f"ไม่มีผู้ใช้ชื่อ {username}", "ดูรายชื่อด้วย docservice person ls", english=f"No account {username}.")
    _tell(screen, account, people.new_password(account, actor=actor()))


def _tell(screen: Screen, account: Account, secret: str) -> None:
    screen.say(
        f"ผู้ใช้ {account.username}\nรหัสผ่านครั้งแรก {secret} (ใช้ได้ครั้งเดียว ระบบจะให้ตั้งใหม่เมื่อเข้าครั้งแรก)",
        f"User {account.username}\nOne-time password {secret}",
    )
    screen.answer({"username": account.username, "password": secret, "may": sorted(access.MAY[account.role])})


COMMANDS = (person,)
