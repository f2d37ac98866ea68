"""Commands on the registers of official numbers: ``number ls|enter|void``."""

from __future__ import annotations

from typing import Any

import click

from docservice import numbering, numbers, register
from docservice.cli import running
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.models import Number
from docservice.numbers import SERIES, Series
from docservice.thai import BE, to_thai_digits

_STATES = {
    Number.PENDING: "รอเลข",
    Number.RESERVED: "จองไว้",
    Number.USED: "ออกแล้ว",
    Number.VOIDED: "ยกเลิก",
    Number.FREE: "ว่าง",
}
_SERIES = click.Choice(list(SERIES))


@click.group("number")
def number_group() -> None:
    """ทะเบียนเลขที่หนังสือ คำสั่ง และใบประกาศ"""


@number_group.command("ls")
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ. (ปีปฏิทิน)")
@click.option("--series", type=_SERIES, default=None, help="เฉพาะทะเบียนนี้")
@common
def ls(screen: Screen, year_be: BE, series: str | None) -> None:
    """เลขทุกเลขของปี พร้อมเลขที่ยกเลิก และเอกสารที่ยังรอเลข"""
    running.ready()
    province = register.year(year_be).province_code
    found = numbers.rows(province, int(year_be), [series] if series else tuple(SERIES))
    columns = ("ทะเบียน", ">เลข", "ที่", "สถานะ", "แฟ้ม", "เรื่องหรือเหตุผล")
    screen.table("", columns, [_shown(number) for number in found])
    counts = {state: sum(n.state == state for n in found) for state in _STATES}
    told = " ".join(f"{_STATES[state]} {count}" for state, count in counts.items() if count)
    screen.say(f"{len(found)} เลข {told}".strip(), f"{len(found)} lines")
    screen.answer([_row(number) for number in found])


@number_group.command("enter")
@click.argument("series", type=_SERIES)
@click.argument("number")
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ. (ปีปฏิทิน)")
@click.option("--dossier", default="", help="แฟ้มของเอกสารที่ได้เลข (ไม่ต้องใส่เมื่อมีฉบับเดียวที่รอเลข)")
@common
def enter(screen: Screen, series: str, number: str, year_be: BE, dossier: str) -> None:
    """ใส่เลขที่ทะเบียนกลางออกให้ แล้วจัดทำเอกสารรุ่นที่มีเลข"""
    running.ready()
    of = _series(series, year_be)
    outcome = running.run(screen, numbering.enter(of, _value(number), dossier, actor=actor()))
    running.require_success(outcome)
    for result in outcome.results:
        screen.say(f"ใส่เลข {to_thai_digits(number)} ใน{of.title} แล้ว: แฟ้ม {result['dossier']}", f"Entered {number}")
    screen.answer(outcome.results)


@number_group.command("void")
@click.argument("series", type=_SERIES)
@click.argument("number")
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ. (ปีปฏิทิน)")
@click.option("--reason", required=True, help="เหตุผล จะแสดงในทะเบียน")
@common
def void(screen: Screen, series: str, number: str, year_be: BE, reason: str) -> None:
    """ยกเลิกเลข: เลขนั้นไม่นำกลับมาใช้อีก และแสดงในทะเบียนพร้อมเหตุผล"""
    running.ready()
    of = _series(series, year_be)
    voided = numbers.void(of, _value(number), reason, actor=actor())
    screen.say(f"ยกเลิกเลข {to_thai_digits(number)} ใน{of.title} แล้ว: {voided.reason}", f"Voided {number} of {of}")
    screen.answer(_row(voided))


def _series(code: str, year_be: BE) -> Series:
    return Series(register.year(year_be).province_code, code, int(year_be))


def _value(text: str) -> int:
    if not text.isdecimal():
        raise click.BadParameter(f"“{text}” ไม่ใช่เลข ใส่เฉพาะเลขลำดับ เช่น 12")
    return int(text)


def _row(number: Number) -> dict[str, Any]:
    shown = ("value", "text", "state", "given_by", "dossier", "dated", "subject", "addressee", "reason")
    return {"series": number.series.code, **{name: getattr(number, name) for name in shown}}


def _shown(number: Number) -> tuple[object, ...]:
    value = to_thai_digits(str(number.value)) if number.value else "-"
    about = number.reason or number.subject
    return SERIES[number.series.code], value, number.text, _STATES[number.state], number.dossier, about


COMMANDS = (number_group,)
