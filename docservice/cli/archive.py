"""Commands on what is filed: ``archive ls|get|remake|reindex``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docservice import archive, book_text, editions, ledger, numbers, remake, retained, search, tombstone
from docservice.cli import running
from docservice.cli.archive_tree import archive_group
from docservice.cli.machine import actor, writable_folder, write_together
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.errors import FixityBroken, NotFound
from docservice.models import Document, Dossier
from docservice.thai import BE, date_letter


@archive_group.command("ls")
@click.option("--year", "year_be", type=YEAR, help="เฉพาะปี พ.ศ. นี้")
@click.option("--district", default="", help="เฉพาะรหัสอำเภอนี้ เช่น 2401 (จังหวัด: 2400)")
@click.option("--applicant", default="", help="เฉพาะแฟ้มที่ชื่อมีคำเหล่านี้ทุกคำ (ค้นอย่างช่องค้นหา)")
@click.argument("key", required=False)
@common
def ls(screen: Screen, year_be: BE | None, district: str, applicant: str, key: str | None) -> None:
    """แฟ้มในคลัง หรือเอกสารทุกรุ่นในแฟ้มหนึ่ง (ใส่รหัสแฟ้ม)"""
    running.ready()
    if key:
        _ls_one(screen, archive.get(key))
        return
    dossiers = Dossier.objects.filter(version__gt=0)
    dossiers = dossiers.filter(year_be=int(year_be)) if year_be else dossiers
    dossiers = dossiers.filter(district=district) if district else dossiers
    if applicant:
        years = dossiers.order_by("year_be").values_list("year_be", flat=True).distinct()
        dossiers = dossiers.filter(pk__in=search.titled(applicant, years))
    rows = [{"dossier": d.key, "title": d.title, "version": d.version} for d in dossiers]
    screen.table("", ("แฟ้ม", "ชื่อ", ">รุ่น"), [tuple(row.values()) for row in rows])
    screen.say(f"{len(rows)} แฟ้ม", f"{len(rows)} dossiers")
    screen.answer(rows)


def _ls_one(screen: Screen, dossier: Dossier) -> None:
    if dossier.disposed:
        screen.say(f"{dossier.key}  {dossier.title}  {tombstone.told_of(dossier)}")
        screen.answer({"dossier": dossier.key, "title": dossier.title, "documents": [], "disposed": dossier.disposed})
        return
    documents, kept = dossier.documents.all(), retained.of(dossier)
    rows: list[dict[str, Any]] = [
        {
            "path": d.path,
            "title": d.title,
            "version": d.version,
            "current": d.current,
            "pages": d.pages,
            "size": d.size,
            "sha256": d.sha256,
        }
        for d in documents
    ]
    until = f"ต้องเก็บถึง {date_letter(kept.until)}" if kept.until else ""
    screen.say(f"{dossier.key}  {dossier.title}\n  {kept.retention.label} {until}".rstrip())
    shown = [
        (r["path"], f"{r['version']}{'' if r['current'] else ' (เดิม)'}", r["pages"] or "", r["size"], r["sha256"][:16])
        for r in rows
    ]
    screen.table("", ("ไฟล์", ">รุ่น", ">หน้า", ">ไบต์", "SHA-256"), shown)
    told = {"class": kept.retention.code, "until": kept.until, "hold": dict(kept.hold) or None}
    screen.answer({"dossier": dossier.key, "title": dossier.title, "documents": rows, "retention": told})


@archive_group.command("get")
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="โฟลเดอร์ที่จะวางไฟล์")
@click.option("--path", default="", help="เฉพาะไฟล์นี้ในแฟ้ม เช่น book/book.pdf")
@click.option("--version", type=int, default=None, help="รุ่นของไฟล์ (ค่าเดิม: รุ่นปัจจุบัน)")
@common
def get(screen: Screen, key: str, out: Path, path: str, version: int | None) -> None:
    """คัดลอกไฟล์ของแฟ้มออกมา"""
    running.ready()
    found = _wanted(archive.get(key), path, version)
    written = []
    for document in found:
        target = out / document.path
        writable_folder(target.parent)
        written += write_together({target: archive.read_document(document)})
        screen.say(f"  {target}")
    screen.answer([str(p) for p in written])


def _wanted(dossier: Dossier, path: str, version: int | None) -> list[Document]:
    documents = dossier.documents.all()
    documents = documents.filter(path=path) if path else documents
    documents = documents.filter(version=version) if version else documents.filter(current=True)
    if not documents:
        raise NotFound(
            f"แฟ้ม {dossier.key} ไม่มี {path or 'ไฟล์'} รุ่นที่ {version or 'ปัจจุบัน'}",
            f"ดูรายการด้วย docservice archive ls {dossier.key}",
            english=f"{dossier.key} has no such file or version.",
        )
    return list(documents)


_MADE_WITH = {"template": "แม่แบบ", "edition": "รุ่นของแม่แบบ", "engine": "โปรแกรมจัดหน้า", "fonts": "แบบอักษร"}
_MOST_LINES = 20


@archive_group.command("remake")
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="โฟลเดอร์ที่จะวางฉบับที่ทำใหม่")
@common
def remake_papers(screen: Screen, key: str, out: Path | None) -> None:
    """ทำเอกสารของแฟ้มใหม่จากข้อเท็จจริงที่บันทึกไว้ แล้วเทียบข้อความและภาพกับฉบับที่จัดเก็บ (ไม่จัดเก็บใหม่)"""
    running.ready()
    told = []
    for document in remake.papers_of(key):
        found = remake.remake(document)
        _show_remade(screen, found)
        if out:
            target = out / document.path
            writable_folder(target.parent)
            write_together({target: found.pdf})
            screen.say(f"  {target}")
        differing = [vars(each) for each in found.differing]
        told.append({"path": document.path, "same": not differing, "differing": differing, "changed": found.changed})
    screen.answer(told)


def _show_remade(screen: Screen, found: remake.Remade) -> None:
    path = found.document.path
    if not found.differing:
        screen.say(f"✓ {path} เหมือนฉบับที่จัดเก็บทุกหน้า ({found.pages} หน้า)", f"{path}: the same on all pages")
    for page in found.differing:
        share = f"{page.pixels:.2%}"
        screen.say(
            f"✗ {path} หน้า {page.page} ต่างกัน (จุดภาพ {share})", f"{path}: page {page.page} differs, {share} of pixels"
        )
        for line in page.lines[:_MOST_LINES]:
            screen.say(f"    {line}")
    for name, (then, now) in found.changed.items():
        screen.say(f"  {_MADE_WITH[name]}: เดิม {then or '-'} ปัจจุบัน {now or '-'}", f"{name}: then {then}, now {now}")


def _log_restored() -> tuple[int, FixityBroken | None]:
    """Before anything is recorded anew: events brought back, or why not, which does not keep the index from coming."""
    try:
        return ledger.restore(), None
    except FixityBroken as fault:
        return 0, fault


@archive_group.command("reindex")
@common
def reindex(screen: Screen) -> None:
    """สร้างทะเบียนคลังใหม่จากไฟล์ในคลังเท่านั้น (เมื่อฐานข้อมูลหายหรือตามไม่ทัน)"""
    running.ready()
    events, fault = _log_restored()
    dossiers, documents = archive.reindex(actor=actor())
    restored = numbers.restore(actor=actor())
    templates = editions.restore()
    books = book_text.enter_all()
    screen.say(
        f"อ่านคลัง {dossiers} แฟ้ม เพิ่มในทะเบียน {documents} เอกสาร เลขที่ {restored} เลข แม่แบบ {templates} รุ่น "
        f"คำในเล่มหลักฐาน {books} เล่ม และเหตุการณ์ {events} รายการ",
        f"{dossiers} dossiers read, {documents} documents, {restored} numbers, {templates} templates, the words of "
        f"{books} books and {events} events entered",
    )
    told = {"dossiers": dossiers, "documents": documents, "numbers": restored, "templates": templates}
    told |= {"books": books, "events": events}
    screen.answer(told)
    if fault:
        raise fault


COMMANDS: tuple[click.Command, ...] = ()
