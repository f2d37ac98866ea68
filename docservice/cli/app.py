"""The command tree and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import sys

import click
from django.db.utils import DatabaseError, OperationalError

from docservice.cli.tree import Tree
from docservice.cli.words import Words
from docservice.config import config
from docservice.errors import Broken, DocserviceError, StoreUnavailable

INTERRUPTED = 130


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_WHERE = {
    **dict.fromkeys(("make", "evidence"), "make"),
    **dict.fromkeys(("import", "request", "jobs", "job"), "office"),
    **dict.fromkeys(("up", "worker", "beat", "web", "status"), "up"),
    **{name: name for name in ("number", "person", "audit", "store", "template", "doctor", "demo")},
    "archive": "archive_tree",
}


@click.group(
    "docservice",
    cls=Tree,
    where=_WHERE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def app() -> None:
    """จัดทำเอกสารราชการและคลังจดหมายเหตุของงานมาตรฐานการพัฒนาชุมชน (มชช.)"""


def run(words: list[str]) -> int:
    """Run the command the words name; the exit code."""
    asked = Words.of(words)
    try:
        ended = app.main(args=words, prog_name="docservice", standalone_mode=False)
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except click.ClickException as wrong:
        sys.stderr.write(_usage(wrong))
        return 2
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("หยุดตามที่สั่ง งานที่เสร็จแล้วยังอยู่ครบ สั่งคำสั่งเดิมเพื่อทำต่อ\n")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except DocserviceError as fault:
        asked.screen().fault(fault)
        return fault.exit
    except (DatabaseError, OSError) as error:
        refused = _of_the_machine(error)
        asked.screen().fault(refused)
        return refused.exit
    return ended if isinstance(ended, int) else 0  # click hands back what a command exits with


def _of_the_machine(error: Exception) -> DocserviceError:
    """What the machine refused and nobody below has put into words."""
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        return Broken(
            f"ฐานข้อมูลเสียหายหรือไม่ใช่ของระบบนี้: {config().masked()['DOCSERVICE_DATABASE_URL']} ({error})",
            "อย่าเขียนทับ เก็บสำเนาไว้ แล้วกู้จากสำเนาสำรองหรือแจ้งผู้ดูแลระบบ",
            english=f"The database is damaged or not one of docservice: {error}. Keep a copy and restore a backup.",
        )
    if isinstance(error, OperationalError) and config().database_url.startswith("postgresql:"):
        return StoreUnavailable(
            f"ใช้ฐานข้อมูลไม่ได้: {config().masked()['DOCSERVICE_DATABASE_URL']} ({error})",
            "ตรวจว่า PostgreSQL เปิดอยู่ และตรวจชื่อเครื่อง ชื่อผู้ใช้ รหัสผ่านใน DOCSERVICE_DATABASE_URL แล้วสั่งใหม่",
            english=f"PostgreSQL: {error}. Check that it runs, and DOCSERVICE_DATABASE_URL.",
        )
    return StoreUnavailable(
        f"เครื่องอ่านหรือเขียนข้อมูลไม่ได้: {error}",
        "ตรวจพื้นที่ว่าง สิทธิ์ของโฟลเดอร์ และ DOCSERVICE_HOME แล้วสั่งใหม่ หรือตรวจเครื่องด้วย docservice doctor",
        english=f"The machine could not read or write: {error}. Run docservice doctor.",
    )


def _usage(wrong: click.ClickException) -> str:
    """Click's usage errors in Thai first, with the English behind."""
    where = wrong.ctx.command_path if isinstance(wrong, click.UsageError) and wrong.ctx else "docservice"
    known = {
        click.NoSuchOption: "ไม่รู้จักตัวเลือกนี้",
        click.MissingParameter: "ขาดข้อมูลที่ต้องใส่",
        click.BadParameter: "ค่าที่ใส่ใช้ไม่ได้",
    }
    what = next((text for kind, text in known.items() if isinstance(wrong, kind)), "ใช้คำสั่งไม่ถูกต้อง")
    return f"{what}: {wrong.format_message()}\nดูวิธีใช้: {where} --help\n"
