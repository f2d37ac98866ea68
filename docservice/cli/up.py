"""``docservice up`` and the single processes it is made of: ``worker``, ``beat``, ``web``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click
from django.utils import timezone

from docservice import archive, keeping, people, pulse, web_files
from docservice.broker import QUEUES, broker_answers, broker_is_embedded
from docservice.celery import put_back
from docservice.cli import running
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.config import config
from docservice.errors import EngineUnavailable
from docservice.keeping import Line
from docservice.supervise import Service, Supervisor, sole

_PORT = 8000


@click.command()
@click.option("--port", type=int, default=_PORT, show_default=True, help="พอร์ตของเว็บ")
@click.option("--no-web", is_flag=True, help="ไม่เปิดเว็บ")
@click.option("--workers", type=int, default=None, help="จำนวนกระบวนการทำงาน (ค่าเดิม: จำนวนแกนของเครื่อง)")
@common
def up(screen: Screen, port: int, no_web: bool, workers: int | None) -> None:
    """เปิดระบบทั้งชุดบนเครื่องนี้: คิว ผู้ทำงาน ตัวตั้งเวลา และเว็บ (ปิดด้วย Ctrl-C)"""
    running.ready()
    _refuse_silent_broker()
    home = config().home
    with sole(home):
        archive.root()
        listed = services(0 if no_web else port, workers or os.cpu_count() or 1)
        supervisor = Supervisor(listed, home / "logs", screen.say)
        screen.say(f"กำลังเปิดระบบที่ {home} …", f"Starting docservice on {home} …")
        supervisor.run(started=lambda: _greet(screen, port))
    screen.say("ปิดระบบแล้ว งานที่ค้างอยู่จะทำต่อเมื่อเปิดครั้งหน้า", "Stopped. Waiting work goes on at the next start.")


def _greet(screen: Screen, port: int) -> None:
    if port and (first := people.first_administrator()):
        screen.say(
            f"\n  เปิดในเบราว์เซอร์   http://127.0.0.1:{port}/\n  ชื่อผู้ใช้          {first[0]}\n"
            f"  รหัสผ่านครั้งแรก    {first[1]}\n",
            f"\n  Open      http://127.0.0.1:{port}/\n  User      {first[0]}\n  Password  {first[1]} (once)\n",
        )
    screen.say(
        f"ระบบพร้อมใช้งาน http://127.0.0.1:{port}/\n  สถานะ    http://127.0.0.1:{port}/healthz\n"
        f"  บันทึก    {config().home / 'logs'}\n  ปิดระบบ  Ctrl-C",
        f"Ready: http://127.0.0.1:{port}/healthz, logs in {config().home / 'logs'}, Ctrl-C stops.",
    )


def services(port: int, workers: int) -> list[Service]:
    """What ``up`` keeps running, in the order of starting: Redis only where it is embedded, no web on port 0.

    Celery and gunicorn at once, not through the commands below: each of those would load all of the product first.
    """
    home = config().home
    listed = [_redis(home)] if broker_is_embedded() else []
    web = [Service("web", _gunicorn("127.0.0.1", port), grace=10, environ=_of(home))] if port else []
    return [
        *listed,
        _worker(_celery_worker(workers, ",".join(QUEUES))),
        Service("beat", _celery_beat(home), grace=5, environ=_of(home)),
        *web,
    ]


def _of(home: Path) -> tuple[tuple[str, str], ...]:
    return (("DOCSERVICE_HOME", str(home)),)


def _worker(command: tuple[str, ...]) -> Service:
    """The worker; on the embedded Redis it is the only one, so what it held when it died is put back at once."""
    bury = put_back if broker_is_embedded() else lambda: None
    return Service("worker", command, grace=30, environ=_of(config().home), bury=bury)


def _refuse_silent_broker() -> None:
    """Where the office has a Redis of its own, it must answer before anything is started."""
    if not broker_is_embedded() and not broker_answers():
        address = config().masked()["DOCSERVICE_BROKER_URL"]
        raise EngineUnavailable(
            f"Redis ของคิวไม่ตอบที่ {address}",
            "ตรวจว่า Redis เปิดอยู่ และตรวจชื่อเครื่อง พอร์ต รหัสผ่านใน DOCSERVICE_BROKER_URL แล้วสั่งใหม่",
            english=f"No Redis answers at {address}. Check that it runs, and DOCSERVICE_BROKER_URL.",
        )


def _redis(home: Path) -> Service:
    program = shutil.which("redis-server")
    if program is None:
        raise EngineUnavailable(
            "ไม่พบโปรแกรม redis-server บนเครื่องนี้",
            "ติดตั้งด้วย apt-get install redis-server แล้วสั่งใหม่",
            english="redis-server is missing. Install it with: apt-get install redis-server",
        )
    data = home / "redis"
    data.mkdir(parents=True, exist_ok=True)
    (home / "run").mkdir(parents=True, exist_ok=True)
    command = [program, "--port", "0", "--unixsocket", str(home / "run" / "redis.sock"), "--unixsocketperm", "600"]
    command += ["--dir", str(data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--daemonize", "no", "--databases", "2"]
    return Service("redis", tuple(command), ready=broker_answers, wait=15, grace=10)


@click.command()
@click.option("--concurrency", type=int, default=1, show_default=True, help="จำนวนกระบวนการ")
@click.option("--queues", default=",".join(QUEUES), show_default=True, help="คิวที่รับ")
@common
def worker(screen: Screen, concurrency: int, queues: str) -> None:
    """ผู้ทำงานของคิว (หน้าฉาก)"""
    running.ready()
    _become(_celery_worker(concurrency, queues))


def _celery_worker(concurrency: int, queues: str) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "celery", "-A", "tasks.app", "worker", "--loglevel", "INFO",
        "--concurrency", str(concurrency), "--queues", queues, "--without-gossip", "--without-mingle",
        "--max-memory-per-child", "900000", "--hostname", f"docservice-{os.getpid()}@%h",
    )  # fmt: skip


@click.command()
@common
def beat(screen: Screen) -> None:
    """ตัวตั้งเวลา (หน้าฉาก): มองหางานที่ไม่มีใครรับ"""
    running.ready()
    _become(_celery_beat(config().home))


def _celery_beat(home: Path) -> tuple[str, ...]:
    schedule = home / "run" / "beat-schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    lead = (sys.executable, "-m", "celery", "-A", "tasks.app", "beat", "--loglevel", "WARNING")
    return (*lead, "--schedule", str(schedule), "--pidfile", "")


@click.command()
@click.option("--port", type=int, default=_PORT, show_default=True, help="พอร์ตที่รับฟัง")
@click.option("--bind", default="127.0.0.1", show_default=True, help="ที่อยู่ที่รับฟัง")
@common
def web(screen: Screen, port: int, bind: str) -> None:
    """เว็บ (หน้าฉาก)"""
    running.ready()
    _become(_gunicorn(bind, port))


def _gunicorn(bind: str, port: int) -> tuple[str, ...]:
    """The web process's command line; what it serves is made ready."""
    run = config().home / "run"
    run.mkdir(parents=True, exist_ok=True)
    web_files.prepare()
    # Threads, not processes: an upload or a download of a slow line holds one for minutes and costs next to nothing.
    return (
        sys.executable, "-m", "gunicorn", "docservice.wsgi:application", "--bind", f"{bind}:{port}",
        "--workers", "1", "--threads", "40", "--access-logfile", "-", "--worker-tmp-dir", str(run),
        "--graceful-timeout", "5", "--no-control-socket",
    )  # fmt: skip


def _become(command: tuple[str, ...]) -> None:
    """This process becomes another: signals reach it directly."""
    os.environ["DOCSERVICE_HOME"] = str(config().home)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


@click.command()
@common
def status(screen: Screen) -> None:
    """คิวงานมีผู้รับหรือไม่ และคลังถูกเก็บรักษาดีเพียงใด"""
    running.ready()
    health = pulse.health()
    rows = [(q.name, q.waiting, q.working, "-" if q.silence is None else f"{q.silence:.0f}") for q in health.queues]
    screen.table("", ("คิว", ">รอ", ">กำลังทำ", ">รับงานล่าสุด (วินาที)"), rows)
    screen.say(health.sentence())
    kept = keeping.lines()
    screen.table("คลัง", ("", "ผล", "เมื่อ", ""), [_kept(screen, line) for line in kept])
    screen.answer({**health.as_dict(), "keeping": [line.as_dict() for line in kept]})


def _kept(screen: Screen, line: Line) -> tuple[str, ...]:
    at = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M") if line.at else "-"
    return screen.choose(*line.label), screen.choose(*line.word), at, screen.choose(*line.why)


COMMANDS: tuple[click.Command, ...] = (up, worker, beat, web, status)
