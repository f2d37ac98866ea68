"""The tree of commands: every name leads to its command, and a command loads what it uses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docservice.cli.app import app
from docservice.cli.tree import Tree

FOLDER = Path(__file__).resolve().parents[2] / "docservice" / "cli"
ENGINES = ("pikepdf", "docx", "docxtpl", "PIL", "pypdfium2", "fontTools")


def _trees(tree: Tree, context: click.Context) -> Iterator[tuple[Tree, click.Context]]:
    yield tree, context
    for name in tree.list_commands(context):
        if isinstance(below := tree.get_command(context, name), Tree):
            yield from _trees(below, click.Context(below, context))


def test_every_name_leads_to_a_command_of_that_name() -> None:
    for tree, context in _trees(app, click.Context(app)):
        for name in tree.list_commands(context):
            command = tree.get_command(context, name)
            assert command is not None
            assert command.name == name


def test_every_module_of_commands_is_found_by_some_name() -> None:
    named = {module for tree, _ in _trees(app, click.Context(app)) for module in tree.where.values()}

    assert {path.stem for path in FOLDER.glob("*.py") if "\nCOMMANDS" in path.read_text()} == named


@pytest.mark.parametrize("words", [("archive", "export"), ("archive", "verify"), ("person",), ("audit",), ("store",)])
def test_a_command_without_papers_loads_no_engine_for_papers(words: tuple[str, ...], tmp_path: Path) -> None:
    program = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'docservice.settings'; django.setup()\n"
        "from docservice.cli.app import run\n"
        f"run([*{words!r}, '--help'])\n"
        f"print('LOADED', [name for name in {ENGINES!r} if name in sys.modules])"
    )
    environ = {"DOCSERVICE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "LOADED []"
