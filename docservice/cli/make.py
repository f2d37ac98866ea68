"""Engine-only commands, no database: ``make KIND`` and ``evidence merge``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from docservice import engines, evidence, evidence_files
from docservice.catalogue import Kind
from docservice.checklist import guess_slot
from docservice.cli.machine import writable_folder, write_together
from docservice.cli.screen import Screen
from docservice.cli.words import YEAR, common
from docservice.config import config
from docservice.errors import InputRefused
from docservice.factsfile import read_facts, write_toml
from docservice.papers import read_picture
from docservice.render.paper import make_paper
from docservice.thai import BE
from docservice.unit_book import Unit
from docservice.yearfile import YearFile

SAMPLE_YEAR = Path(__file__).resolve().parent.parent / "samples" / "chachoengsao-2562" / "year.toml"


@click.command()
@click.argument("kind", metavar="KIND")
@click.option("--facts", type=click.Path(path_type=Path), help="แฟ้มข้อเท็จจริงของเอกสาร (TOML หรือ JSON)")
@click.option("--out", type=click.Path(path_type=Path), help="โฟลเดอร์ที่จะวาง .docx และ .pdf")
@click.option("--example", is_flag=True, help="พิมพ์แฟ้มข้อเท็จจริงตัวอย่างแล้วจบ")
@common
def make(screen: Screen, kind: str, facts: Path | None, out: Path | None, example: bool) -> None:
    """จัดทำเอกสารหนึ่งฉบับจากแฟ้มข้อเท็จจริง โดยไม่ใช้ฐานข้อมูล"""
    known = engines.catalogue().kind(kind)
    if example:
        click.echo(write_toml(known.example(), known))
        return
    if facts is None or out is None:
        raise click.UsageError("ต้องระบุ --facts FILE และ --out DIR (หรือ --example เพื่อดูตัวอย่าง)")
    read = _with_pictures(known, read_facts(facts), facts.parent)
    known.check(read)
    with _folder_unless_refused(out) as folder:
        template = engines.template(known, known.variant(read))
        with screen.stage(f"จัดทำ{known.label}"):
            paper = make_paper(engines.office(), template, read)
        name = known.file_name(read)
        written = write_together({folder / f"{name}.docx": paper.docx, folder / f"{name}.pdf": paper.pdf})
    for warning in paper.warnings:
        screen.say(f"ข้อควรทราบ: {warning}")
    for path in written:
        screen.say(f"  {path}")
    screen.answer({"title": paper.title, "pages": paper.pages, "files": written, "warnings": list(paper.warnings)})


@click.group("evidence")
def evidence_group() -> None:
    """เล่มหลักฐานของผู้สมัคร"""


@evidence_group.command("merge")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--group", "group_code", required=True, help="รหัสกลุ่มเป้าหมาย เช่น leader")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="ไฟล์ PDF ที่จะเขียน")
@click.option("--name", default="", help="ชื่อผู้สมัครบนปก (ค่าเดิม: ชื่อโฟลเดอร์)")
@click.option("--district", default="", help="อำเภอบนปก")
@click.option("--year", "year_be", type=YEAR, default=None, help="ปี พ.ศ. บนปก (ค่าเดิม: ของแฟ้มประจำปี)")
@click.option("--year-file", type=click.Path(path_type=Path), default=SAMPLE_YEAR, help="แฟ้มประจำปีที่มีรายการหลักฐาน")
@common
def merge(
    screen: Screen,
    folder: Path,
    group_code: str,
    out: Path,
    name: str,
    district: str,
    year_be: BE | None,
    year_file: Path,
) -> None:
    """รวมไฟล์ในโฟลเดอร์เป็นเล่มหลักฐานเล่มเดียว พร้อมรายงานทุกไฟล์ (ชื่อเดียวกัน .json)"""
    year = YearFile.parse(read_facts(year_file))
    group = year.group(group_code)
    if group is None:
        known = ", ".join(g.code for g in year.groups)
        raise InputRefused(f"ไม่มีกลุ่มเป้าหมาย {group_code}", f"ปีนี้มี: {known}", english=f"Groups: {known}")
    files = [
        {
            "slot": guess_slot([p.stem, *p.relative_to(folder).parts[:-1]], group.checklist),
            "name": p.name,
            "path": str(p),
        }
        for p in evidence_files.files_in(folder)
    ]
    unit = Unit(
        title=evidence.PROGRAMME,
        applicant=name or folder.absolute().name,
        applicant_code="",
        district=district,
        province=year.province,
        year_be=int(year_be or year.year),
        group=group.name,
    )
    writable_folder(out.absolute().parent)
    with screen.stage("รวมเล่มหลักฐาน"):
        made = out.absolute().with_name(f".{out.name}.{os.getpid()}.made")
        book = evidence.merge(unit, group.checklist, files, out=made, pieces=config().home / "pieces")
    report = {
        "pages": book.pages,
        "complete": book.complete,
        "missing": list(book.missing),
        "pdfa": {"conforms": book.pdfa.conforms, "reasons": list(book.pdfa.reasons)},
        "files": evidence.report_of(book),
    }
    report_path = out.with_name(out.name + ".json")
    write_together({out: made, report_path: json.dumps(report, ensure_ascii=False, indent=1).encode()})
    states = {"in-book": "อยู่ในเล่ม", "repaired": "อยู่ในเล่ม (ซ่อมแล้ว โปรดตรวจ)", "placeholder": "อ่านไม่ได้"}
    rows = [(f.name, f.slot, states[f.state], f.reason, f.first_page) for f in book.files]
    screen.table("", ("ไฟล์", "ช่อง", "ผล", "เหตุผล", ">หน้า"), rows)
    missing = f" ยังขาด: {', '.join(book.missing)}" if book.missing else " หลักฐานครบ"
    screen.say(f"เล่มหลักฐาน {book.pages} หน้า{missing}\n  {out}\n  {report_path}")
    screen.answer({**report, "out": str(out)})


def _with_pictures(kind: Kind, facts: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """Facts with the bytes of the pictures they name (paths beside the facts file)."""
    filled = dict(facts)
    for name, field in kind.fields.items():
        if field.type == "image" and isinstance(facts.get(name), str) and facts[name]:
            filled[name] = read_picture(name, base / str(facts[name]))
    return filled


@contextmanager
def _folder_unless_refused(out: Path) -> Iterator[Path]:
    """``out``, writable; folders made for it go again when nothing was written there."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        yield writable_folder(out)
    finally:
        for folder in made:
            with suppress(OSError):  # a folder that holds something stays
                folder.rmdir()


COMMANDS = (make, evidence_group)
