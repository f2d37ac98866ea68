"""The papers that benchmarks ask for: facts, pictures, requests. Whoever imports this has set Django up on a home."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from docservice import engines, facts, jobs, papers, register
from docservice.cli import running
from docservice.config import config
from docservice.papers import Draft
from docservice.render.template import fill
from docservice.yearfile import YearFile

SAMPLE = Path(__file__).resolve().parent.parent / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"


def _picture(name: str, width: int, height: int) -> str:
    """A drawn border or emblem: lines in many colours, so that it compresses like one."""
    picture, draw = Image.new("RGB", (width, height), "white"), random.Random(7)  # noqa: S311
    pen = ImageDraw.Draw(picture)
    for at in range(60):
        pen.rectangle([at, at, width - 1 - at, height - 1 - at], outline=tuple(draw.randrange(230) for _ in range(3)))
    picture.save(config().home / name)
    return name


class Wanted:
    """Facts of the papers that are asked for; pictures are in the store, as a year's are."""

    def __init__(self) -> None:
        running.ready()
        settings = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
        register.enter_year(settings, actor="bench")
        self.year = YearFile.parse(settings)
        files = {"border": _picture("border.png", 1754, 1240), "emblem": _picture("emblem.png", 400, 420)}
        self.pictures = papers.keep_pictures(files, config().home)

    def certificate(self, number: int) -> dict[str, Any]:
        """With border, emblem and a code of its own."""
        words = {"name": "นายตัวอย่าง ใจดี", "group": "ผู้นำชุมชน", "place": "", "district": ""}
        content = self.year.section("certificate", **words, serial="๑", serial_year="๒๕๖๒")
        content.pop("first_serial", None)
        own = {"recipient": f"นายตัวอย่าง ลำดับ{number}", "serial": f"{number}/2562", "qr": f"docservice:{number}"}
        return {**content, **self.pictures, **own}

    def order(self, number: int) -> dict[str, Any]:
        """Two pages: eleven members, a catchword."""
        content = engines.catalogue().kind("order").example()
        members = (content["members"] * 4)[:11]
        return {**content, "members": members, "duties": content["duties"] * 2, "number": f"{number}"}

    def letter(self, number: int) -> dict[str, Any]:
        """One page."""
        content = facts.letter(self.year)
        short = {"body": content["body"][1:], "items": content["items"][:1], "enclosures": []}
        return {**content, **short, "number": f"ฉช ๐๐๑๙/{number}"}

    def facts(self, kind: str, number: int) -> dict[str, Any]:
        """Facts of that kind with the pictures' bytes, as the engine takes them."""
        content: dict[str, Any] = getattr(self, kind)(number)
        return papers._with_pictures(engines.catalogue().kind(kind), content)

    def request(self, kind: str, first: int, count: int) -> Iterator[jobs.Request]:
        """A job's items, each with a dossier of its own."""
        for number in range(first, first + count):
            key = f"2562/24/2401/{kind}-{number:05d}"
            yield papers.request(Draft(kind, getattr(self, kind)(number), key, f"{kind} {number}"))


def filled(wanted: Wanted, kind: str, numbers: range) -> list[bytes]:
    """Word files made beforehand, for those who only convert."""
    paper = engines.catalogue().kind(kind)
    template = engines.template(paper)
    return [fill(template, paper.check(wanted.facts(kind, n)), title=f"{kind} {n}") for n in numbers]
