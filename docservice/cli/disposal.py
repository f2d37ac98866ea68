"""Commands on keeping and destroying: ``archive due`` and ``archive dispose …``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from django.utils import timezone

from docservice import (
    access,
    disposal,
    disposal_papers,
    disposal_work,
    register,
    retention,
)
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.disposal import STATES, Batch
from docservice.disposal_lines import CHOICES, Opinion
from docservice.errors import InputRefused
from docservice.models import Dossier, Year
from docservice.retained import Keeping
from docservice.retention_schedule import TRANSFER
from docservice.thai import BE, date_letter, parse_date, to_arabic_digits
from docservice.thai.years import FIRST

AS = click.option("--as", "person", default="", help="ชื่อผู้ใช้ที่ทำรายการ (ค่าเดิม: ผู้ใช้ของเครื่องนี้)")
_REASON = click.option("--reason", required=True, help="เหตุผล เช่น เลขคดีหรือเลขหนังสือ")


def acting(person: str) -> str:
    """Who acts: the machine's user, or the named account when its role may."""
    if not person:
        return actor()
    account = access.one(access.accounts(None), username=person)
    access.require(account, "dispose")
    return str(account.username)


def province(year_be: BE | None = None) -> str:
    """The province of the year, or that of the newest."""
    if year_be is not None:
        return register.year(year_be).province_code
    newest = Year.objects.order_by("-year_be").values_list("province", flat=True).first()
    return str(newest or Dossier.objects.values_list("province", flat=True).first() or "")


@archive_group.command("due")
@click.option("--year", "year_be", type=YEAR, help="เฉพาะแฟ้มของปี พ.ศ. นี้")
@click.option("--on", "day", default="", help="นับ ณ วันที่นี้ (ค่าเดิม: วันนี้) เช่น 2573-01-01 หรือ ๑ มกราคม ๒๕๗๓")
@common
def due(screen: Screen, year_be: BE | None, day: str) -> None:
    """แฟ้มที่ครบอายุการเก็บ: เสนอทำลายได้ ถูกระงับ หรือต้องส่งมอบหอจดหมายเหตุแห่งชาติ"""
    running.ready()
    today = _day(day) if day else timezone.localdate()
    found = retention.over(None, province(year_be), today, year_be=int(year_be) if year_be else None)
    rows = [_due_row(dossier, kept, today) for dossier, kept in found]
    columns = ("แฟ้ม", "ชื่อ", "ประเภทการเก็บ", "ต้องเก็บถึง", "ทำอะไรได้")
    shown = [
        (r["dossier"], r["title"], r["label"], date_letter(date.fromisoformat(r["until"])), _STANDS[r["stands"]])
        for r in rows
    ]
    screen.table("", columns, shown)
    count = sum(r["stands"] == "due" for r in rows)
    screen.say(f"ครบอายุ {len(rows)} แฟ้ม เสนอทำลายได้ {count} แฟ้ม", f"{len(rows)} are over, {count} may be proposed")
    screen.answer(rows)


_STANDS = {"due": "เสนอทำลายได้", "hold": "ถูกระงับการทำลาย", "transfer": "ส่งมอบหอจดหมายเหตุแห่งชาติ"}


def _day(written: str) -> date:
    """A date as people write it; in ``2573-01-01`` the year may be of the Buddhist Era."""
    year, dash, rest = to_arabic_digits(written).partition("-")
    if dash and year.isdecimal() and int(year) >= FIRST:
        written = f"{BE.parse(year).ce}-{rest}"
    return parse_date(written)


def _due_row(dossier: Dossier, kept: Keeping, today: date) -> dict[str, Any]:
    stands = "due" if kept.is_due(today) else "hold" if kept.hold else "transfer"
    return {**_keeping_row(dossier, kept), "stands": stands}


def _keeping_row(dossier: Dossier, kept: Keeping) -> dict[str, Any]:
    return {
        "dossier": dossier.key,
        "title": dossier.title,
        "class": kept.retention.code,
        "label": kept.retention.label,
        "closed": int(kept.closed),
        "until": kept.until.isoformat() if kept.until else None,
        "hold": dict(kept.hold) or None,
        "transfer": kept.then == TRANSFER,
        "version": dossier.version,
        "size": dossier.size,
    }


# ---------------------------------------------------------------------------------------------------------- the lists
@archive_group.group("dispose")
def dispose() -> None:
    """บัญชีหนังสือขอทำลาย: เสนอ ความเห็นคณะกรรมการ อนุมัติโดยอีกคนหนึ่ง ดำเนินการ"""


@dispose.command("ls")
@common
def ls(screen: Screen) -> None:
    """บัญชีทุกฉบับ"""
    running.ready()
    found = disposal.batches(None, province())
    shown = [(each.key, each.dossier.title, len(each.lines), STATES[each.state]) for each in found]
    screen.table("", ("บัญชี", "ชื่อ", ">แฟ้ม", "ขั้น"), shown)
    screen.answer([_summary(each) for each in found])


@dispose.command("show")
@click.argument("key")
@common
def show(screen: Screen, key: str) -> None:
    """บัญชีหนึ่งฉบับทีละลำดับ"""
    running.ready()
    _show(screen, disposal.get(None, key))


@dispose.command("propose")
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ. ที่ทำบัญชี")
@AS
@common
def propose(screen: Screen, year_be: BE, person: str) -> None:
    """เสนอบัญชีจากแฟ้มที่ครบอายุ ไม่รวมที่ถูกระงับหรือต้องส่งมอบ และพิมพ์บัญชี (แบบที่ ๒๕)"""
    running.ready()
    who = acting(person)
    batch = disposal.propose(None, year_be, province(year_be), timezone.localdate(), actor=who)
    running.require_success(running.run(screen, disposal_papers.ask_list(batch, actor=who)))
    _show(screen, disposal.get(None, batch.key))


@dispose.command("opine")
@click.argument("key")
@click.option("--all", "everything", type=click.Choice(list(CHOICES)), default=None, help="ความเห็นของทุกลำดับที่ไม่ได้ระบุ")
@click.option("--line", "lines", multiple=True, help="ความเห็นของหนึ่งลำดับ เช่น 3=keep:2580 หรือ 4=transfer")
@click.option("--member", "members", multiple=True, help="ชื่อกรรมการ คนแรกเป็นประธาน (อย่างน้อย ๓ ครั้ง)")
@click.option("--minutes", required=True, help="รายงานของคณะกรรมการ (ลงวันที่ …)")
@AS
@common
def opine(
    screen: Screen,
    key: str,
    everything: str | None,
    lines: Sequence[str],
    members: Sequence[str],
    minutes: str,
    person: str,
) -> None:
    """บันทึกความเห็นคณะกรรมการทุกลำดับ และพิมพ์บัญชีใหม่"""
    running.ready()
    batch, who = disposal.get(None, key), acting(person)
    opinions = {line.no: Opinion(everything) for line in batch.lines} if everything else {}
    opinions |= dict(map(_opinion, lines))
    batch = disposal.opine(batch, opinions, members, minutes, actor=who)
    running.require_success(running.run(screen, disposal_papers.ask_list(batch, actor=who)))
    _show(screen, disposal.get(None, key))


def _opinion(written: str) -> tuple[int, Opinion]:
    """``3=keep:2580`` → line 3 is kept on until 2580."""
    number, _, told = to_arabic_digits(written).partition("=")
    decision, _, until = told.partition(":")
    if not number.isdecimal() or not decision or (until and not until.isdecimal()):
        raise InputRefused(
            f"อ่าน --line {written} ไม่ได้",
            "เขียนเป็น ลำดับ=destroy, ลำดับ=keep:ปี หรือ ลำดับ=transfer",
            english=f"Cannot read --line {written}. Write 3=destroy, 3=keep:2580 or 3=transfer.",
        )
    return int(number), Opinion(decision, int(until) if until else None)


@dispose.command("approve")
@click.argument("key")
@click.option("--order", required=True, help="เลขที่และวันที่ของคำอนุมัติ")
@click.option("--archives", required=True, help="หนังสือตอบของสำนักหอจดหมายเหตุแห่งชาติ หรือเหตุที่ถือว่าเห็นชอบ")
@AS
@common
def approve(screen: Screen, key: str, order: str, archives: str, person: str) -> None:
    """อนุมัติบัญชี ผู้อนุมัติต้องไม่ใช่ผู้เสนอหรือผู้บันทึกความเห็น"""
    running.ready()
    _show(screen, disposal.approve(disposal.get(None, key), order, archives, actor=acting(person)))


@dispose.command("withdraw")
@click.argument("key")
@_REASON
@AS
@common
def withdraw(screen: Screen, key: str, reason: str, person: str) -> None:
    """ถอนบัญชีที่ยังไม่อนุมัติ"""
    running.ready()
    _show(screen, disposal.withdraw(disposal.get(None, key), reason, actor=acting(person)))


@dispose.command("run")
@click.argument("key")
@AS
@common
def run(screen: Screen, key: str, person: str) -> None:
    """ดำเนินการตามบัญชีที่อนุมัติแล้ว ทีละลำดับ สั่งซ้ำได้ แล้วพิมพ์บันทึกการทำลาย"""
    running.ready()
    who = acting(person)
    outcome = running.run(screen, disposal_work.carry_out(disposal.get(None, key), actor=who))
    running.require_success(outcome)
    batch = disposal.get(None, key)
    running.require_success(running.run(screen, disposal_papers.ask_certificate(batch, actor=who)))
    _show(screen, batch)


def _show(screen: Screen, batch: Batch) -> None:
    done = batch.carried_out()
    rows = [_line_row(batch, line.no, done[line.no]) for line in batch.lines]
    screen.say(f"{batch.key}  {batch.dossier.title}  {STATES[batch.state]}", f"{batch.key}: {batch.state}")
    shown = [
        (r["no"], r["dossier"], r["subject"], CHOICES.get(r["decision"], ""), "✓" if r["done"] else "") for r in rows
    ]
    screen.table("", (">ลำดับที่", "แฟ้ม", "เรื่อง", "การพิจารณา", "ดำเนินการ"), shown)
    screen.answer({**_summary(batch), "lines": rows})


def _line_row(batch: Batch, number: int, done: bool) -> dict[str, Any]:
    line, opinion = batch.lines[number - 1], batch.decided.get(number)
    told = asdict(opinion) if opinion else {"decision": "", "until_be": None, "note": ""}
    return {**asdict(line), **told, "done": done}


def _summary(batch: Batch) -> dict[str, Any]:
    return {
        "list": batch.key,
        "title": batch.dossier.title,
        "state": batch.state,
        "count": len(batch.lines),
        "proposed_by": batch.list["by"],
        "decided_by": batch.opinions.get("by", ""),
        "approved_by": batch.approval.get("by", ""),
    }


COMMANDS: tuple[click.Command, ...] = ()
"""They hang below ``archive``."""
