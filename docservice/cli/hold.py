"""Commands on holds: ``archive hold|lift|holds``, each with what the store itself was seen to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from django.utils import timezone

from docservice import archive, holding, retained, retention, store_hold
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.disposal import AS, acting, province
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.errors import StoreUnavailable
from docservice.models import Document
from docservice.retention_schedule import HOLD
from docservice.thai import BE, date_letter, to_arabic_digits

_REASON = click.option("--reason", required=True, help="เหตุผล เช่น เลขคดีหรือเลขหนังสือ")


def _place(target: str) -> tuple[str, int | None]:
    """A dossier's key, or the key of a whole year's hold and that year."""
    if "/" in target:
        return target, None
    year = BE.parse(to_arabic_digits(target))
    return retained.year_hold_key(int(year), province()), int(year)


@archive_group.command("hold")
@click.argument("target")
@_REASON
@AS
@common
def hold(screen: Screen, target: str, reason: str, person: str) -> None:
    """ระงับการทำลายแฟ้ม (รหัสแฟ้ม) หรือทั้งปี (ปี พ.ศ.)"""
    running.ready()
    key, year = _place(target)
    who = acting(person)
    if year is None:
        placed = retention.place_hold(archive.get(key), reason, actor=who)
    else:
        placed = retention.hold_year(year, province(), reason, actor=who)
    screen.say(f"ระงับการทำลาย {target} แล้ว", f"{target} is on hold")
    screen.answer({"target": key, **placed.provenance, "store": _carried(screen, placed)})


@archive_group.command("lift")
@click.argument("target")
@_REASON
@AS
@common
def lift(screen: Screen, target: str, reason: str, person: str) -> None:
    """ยกเลิกการระงับการทำลายของแฟ้มหรือของปี"""
    running.ready()
    key, _ = _place(target)
    lifted = retention.lift_hold(key, reason, actor=acting(person))
    screen.say(f"ยกเลิกการระงับการทำลาย {target} แล้ว", f"The hold on {target} is lifted")
    screen.answer({"target": key, **lifted.provenance, "store": _carried(screen, lifted)})


def _carried(screen: Screen, act: Document) -> dict[str, Any]:
    """The act carried into the stores, as far as they have locks; what was seen there, said in a sentence."""
    job = holding.job_of(act)
    outcome = running.run(screen, job) if job else None
    held = act.kind == HOLD
    if outcome and outcome.failed:
        running.require_success(outcome)
    results = outcome.results if outcome else []
    files, able = sum(each["files"] for each in results), any(each["able"] for each in results)
    locked = [each for each in results if each["able"] and each["held"]]
    if not able:
        if held:
            screen.say(*_UNLOCKED)
    elif held:
        screen.say(
            f"ล็อกในที่จัดเก็บแล้ว {len(locked)} แฟ้ม {files} ไฟล์ (ถามซ้ำทุกไฟล์แล้ว)",
            f"Locked in the store: {len(locked)} dossiers, {files} files, each asked again",
        )
    else:
        screen.say(
            f"ปลดล็อกในที่จัดเก็บแล้ว {len(results) - len(locked)} แฟ้ม ยังล็อกเพราะการระงับอื่น {len(locked)} แฟ้ม",
            f"Unlocked in the store: {len(results) - len(locked)} dossiers; another hold keeps {len(locked)} locked",
        )
    return {"able": able, "dossiers": len(results), "locked": len(locked), "files": files}


_UNLOCKED = (
    "ที่จัดเก็บไม่มีการล็อก: การระงับมีผลในทะเบียนและในระบบ แต่ผู้ที่เข้าถึงที่จัดเก็บได้โดยตรงยังลบไฟล์ได้",
    "The store has no locks: the hold stands in the record and in this service, not in the store itself",
)


@archive_group.command("holds")
@click.option("--check", is_flag=True, help="ถามที่จัดเก็บทุกไฟล์ของแฟ้มที่ระงับเดี๋ยวนี้ ล็อกหรือปลดล็อกที่ยังไม่ตรง")
@common
def holds(screen: Screen, check: bool) -> None:
    """การระงับการทำลายที่ยังมีผล และการล็อกในที่จัดเก็บ"""
    running.ready()
    checked = holding.reconcile(actor()) if check else None
    rows = [_hold_row(row) for row in retention.holds(None, province())]
    shown = [(r["dossier"], _moment(r["at"]), r["by"], r["reason"], _LOCKS[r["store"]]) for r in rows]
    screen.table("", ("แฟ้ม", "ตั้งแต่", "โดย", "เหตุผล", "ในที่จัดเก็บ"), shown)
    if checked:
        screen.say(
            f"ถามที่จัดเก็บแล้ว: ระงับอยู่ {checked.held} แฟ้ม ล็อกอยู่ {checked.files} ไฟล์ แก้ให้ตรง {len(checked.mended)} แฟ้ม",
            f"Asked: {checked.held} dossiers held, {checked.files} files locked, mended {len(checked.mended)}",
        )
    elif rows and not store_hold.asked():
        screen.say(*_UNLOCKED)
    screen.answer({"holds": rows, "checked": checked.as_dict() if checked else None} if check else rows)
    if checked and checked.failed:
        raise StoreUnavailable(
            f"ยังไม่ตรง {len(checked.failed)} แฟ้ม เริ่มที่ {checked.failed[0]}: {checked.fault}",
            english=f"{len(checked.failed)} dossiers are not right, first {checked.failed[0]}: {checked.english}",
        )


_LOCKS = {
    holding.LOCKING: "ยังไม่ได้ล็อก",
    store_hold.LOCKED: "ล็อกแล้ว",
    store_hold.NO_LOCK: "ไม่มีการล็อก",
    store_hold.FAILED: "ล็อกไม่สำเร็จ",
}


def _hold_row(row: Document) -> dict[str, Any]:
    state = holding.state_of(row.dossier.key, held=True)
    return {"dossier": row.dossier.key, **row.provenance, "store": state.what, "files": state.files}


def _moment(written: str) -> str:
    return date_letter(timezone.localtime(datetime.fromisoformat(written)).date())


COMMANDS: tuple[click.Command, ...] = ()
