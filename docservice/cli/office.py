"""Commands of the office: ``import``, ``request``, ``jobs`` and ``job``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docservice import applicants, jobs, papers, register
from docservice.cli import running
from docservice.cli.machine import actor
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.factsfile import read_facts
from docservice.models import Job, JobItem
from docservice.progress import CALLED
from docservice.requests import REQUESTS, Desk
from docservice.thai import BE


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", "year_be", type=YEAR, help="ปี พ.ศ. ของแฟ้ม Excel (ไม่ต้องใส่เมื่อนำเข้า year.toml)")
@common
def import_(screen: Screen, file: Path, year_be: BE | None) -> None:
    """นำเข้าแฟ้มประจำปี (.toml) หรือผู้สมัครและผลประเมิน (.xlsx)"""
    running.ready()
    if file.suffix.lower() == ".toml":
        changed = register.enter_year(papers.keep_pictures(read_facts(file), file.parent), actor=actor())
        screen.say("บันทึกข้อมูลประจำปีแล้ว" if changed else "ข้อมูลประจำปีเหมือนเดิม ไม่มีอะไรเปลี่ยน")
        screen.answer({"changed": changed})
        return
    if year_be is None:
        raise click.UsageError("ต้องระบุ --year ปี พ.ศ. เช่น --year 2562")
    done = applicants.import_workbook(file, register.year(year_be), actor=actor())
    screen.say(
        f"อ่าน {done.rows} แถว: ผู้สมัครใหม่ {done.added} แก้ไข {done.changed} ผลประเมินเปลี่ยน {done.results}",
        f"{done.rows} rows: {done.added} added, {done.changed} changed, {done.results} results changed",
    )
    screen.answer(vars(done))


@click.command()
@click.argument("what", type=click.Choice(sorted(REQUESTS)))
@click.option("--year", "year_be", type=YEAR, required=True, help="ปี พ.ศ.")
@click.option("--folder", type=click.Path(path_type=Path), help="โฟลเดอร์หลักฐาน (evidence) หรือที่วางชุดส่งออก (export)")
@click.option("--urgent", is_flag=True, help="ด่วน: ทำก่อนคำขออื่น")
@common
def request(screen: Screen, what: str, year_be: BE, folder: Path | None, urgent: bool) -> None:
    """ขอเอกสารของปี: จัดทำแล้วจัดเก็บเข้าคลัง"""
    running.ready()
    desk = Desk(register.year(year_be), actor(), folder, urgent=urgent)
    outcome = running.run(screen, REQUESTS[what](desk))
    _report(screen, outcome)


def _report(screen: Screen, outcome: running.Outcome) -> None:
    failed = [{"title": i.title, **(i.error or {})} for i in outcome.failed]
    screen.say(
        f"คำขอหมายเลข {outcome.job.pk}: สำเร็จ {outcome.done} ไม่สำเร็จ {len(failed)} เอกสารใหม่ {outcome.new}",
        f"Job {outcome.job.pk}: {outcome.done} done, {len(failed)} failed, {outcome.new} new documents",
    )
    screen.answer({"job": outcome.job.pk, "done": outcome.done, "new": outcome.new, "failed": failed})
    running.require_success(outcome)


@click.command("jobs")
@click.option("--watch", is_flag=True, help="ติดตามคำขอที่ยังไม่เสร็จจนเสร็จทุกคำขอ")
@common
def jobs_(screen: Screen, watch: bool) -> None:
    """รายการคำขอทั้งหมด ล่าสุดก่อน"""
    running.ready()
    if watch:
        for unfinished in Job.objects.filter(state__in=(Job.REQUESTED, Job.RUNNING)).order_by("id"):
            running.follow(screen, unfinished)
    rows = [_row(job) for job in Job.objects.all()[:50]]
    columns = (">คำขอ", "เรื่อง", "สถานะ", ">เสร็จ", ">ไม่สำเร็จ", ">ทั้งหมด")
    screen.table(
        "", columns, [(r["job"], r["title"], CALLED[r["state"]], r["done"], r["failed"], r["total"]) for r in rows]
    )
    screen.answer(rows)


def _row(job: Job) -> dict[str, Any]:
    counts = jobs.counts(job)
    return {
        "job": job.pk,
        "title": job.title,
        "state": job.state,
        "done": counts[JobItem.DONE],
        "failed": counts[JobItem.FAILED],
        "total": sum(counts.values()),
    }


@click.command()
@click.argument("number", type=int)
@click.option("--watch", is_flag=True, help="ติดตามจนเสร็จ")
@click.option("--retry", is_flag=True, help="ทำใหม่เฉพาะรายการที่ไม่สำเร็จ")
@click.option("--cancel", is_flag=True, help="ยกเลิกรายการที่ยังไม่เริ่ม")
@common
def job(screen: Screen, number: int, watch: bool, retry: bool, cancel: bool) -> None:
    """คำขอหนึ่งรายการ: สถานะ รายการที่ไม่สำเร็จพร้อมเหตุผล"""
    running.ready()
    found = jobs.get(number)
    if cancel:
        screen.say(f"ยกเลิก {jobs.cancel(found, actor=actor())} รายการ")
    if retry:
        screen.say(f"ทำใหม่ {jobs.retry(found, actor=actor())} รายการ")
        found.refresh_from_db()
        _report(screen, running.run(screen, found))
        return
    if watch:
        running.follow(screen, found)
    found.refresh_from_db()
    row = _row(found)
    failed = list(found.items.filter(state=JobItem.FAILED))
    screen.say(f"คำขอ {number} {found.title}: {CALLED[found.state]} ({row['done']}/{row['total']})")
    for item in failed:
        screen.say(f"  ✗ {item.title}: {running.failure(item)}")
    screen.answer({**row, "failures": [{"title": i.title, **(i.error or {})} for i in failed]})


COMMANDS = (import_, request, jobs_, job)
