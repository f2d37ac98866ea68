"""What commands print: sentences, tables, progress bars on a terminal, plain lines elsewhere, or JSON alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from docservice.errors import DocserviceError

_PLAIN_WIDTH = 100


@dataclass
class Screen:
    """One command's output. With ``as_json`` only ``answer`` prints, one JSON document on standard output."""

    as_json: bool = False
    lang: str = "th"
    console: Console = field(default_factory=lambda: _console(stderr=False))
    errors: Console = field(default_factory=lambda: _console(stderr=True))

    def say(self, thai: str, english: str = "") -> None:
        """One sentence."""
        if not self.as_json:
            self.console.print(self.choose(thai, english), markup=False, highlight=False, soft_wrap=True)

    def choose(self, thai: str, english: str = "") -> str:
        """The text in the chosen language, Thai where there is no English."""
        return english if self.lang == "en" and english else thai

    def answer(self, content: Any) -> None:
        """The command's result as JSON (printed only with ``--json``)."""
        if self.as_json:
            self.console.file.write(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table; cells fold instead of being cut. A column named ``>…`` is set to the right."""
        if self.as_json:
            return
        shown = Table(title=title or None, title_justify="left", expand=False)
        for column in columns:
            justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
            shown.add_column(column.removeprefix(">"), overflow="fold", justify=justify)
        for row in rows:
            shown.add_row(*(escape(str(cell)) for cell in row))
        self.console.print(shown)

    def fault(self, fault: DocserviceError) -> None:
        """An error: the sentence and what to do, on standard error (as JSON with ``--json``)."""
        if self.as_json:
            self.errors.file.write(json.dumps(fault.as_dict(), ensure_ascii=False) + "\n")
            return
        self.errors.print(fault.text(self.lang), markup=False, highlight=False, soft_wrap=True, style="red")

    @contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Stage]:
        """A stage of long work: a bar on a terminal, two plain lines elsewhere."""
        if self.as_json or not self.console.is_terminal:
            yield from self._plain_stage(title, total)
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console) as bar:
            task = bar.add_task(title, total=total, rate="")
            started = time.monotonic()

            def show(done: int, of: int | None, failed: int) -> None:
                rate = f"{done / max(time.monotonic() - started, 0.1):.1f}/วินาที" if done else ""
                trouble = f" ไม่สำเร็จ {failed}" if failed else ""
                bar.update(task, completed=done, total=of, rate=rate + trouble)

            stage = Stage(show)
            yield stage
            bar.update(task, completed=stage.done, total=max(stage.done, 1))

    def _plain_stage(self, title: str, total: int | None) -> Iterator[Stage]:
        count = f" {total} รายการ" if total else ""
        self.say(f"▸ {title}{count} …")
        started = time.monotonic()
        yield Stage(lambda done, of, failed: None)
        self.say(f"  เสร็จใน {time.monotonic() - started:.1f} วินาที")


class Stage:
    """The moving part of a stage."""

    def __init__(self, show: Any) -> None:
        self._show = show
        self.done = 0

    def step(self, count: int = 1, of: int | None = None, failed: int = 0) -> None:
        """``count`` more are done (of ``of``), ``failed`` of all without success."""
        self.done += count
        self._show(self.done, of, failed)


def _console(*, stderr: bool) -> Console:
    """A console that wraps at a readable width when it is not a terminal (a log, a pipe)."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=_PLAIN_WIDTH)
