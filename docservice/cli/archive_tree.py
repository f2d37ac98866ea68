"""The group ``archive``: what is filed, and what is done with it."""

from __future__ import annotations

import click

from docservice.cli.tree import Tree

_WHERE = {
    **dict.fromkeys(("ls", "get", "remake", "reindex"), "archive"),
    **dict.fromkeys(("verify", "repair"), "verify"),
    **dict.fromkeys(("due", "dispose"), "disposal"),
    **dict.fromkeys(("hold", "lift", "holds"), "hold"),
    **dict.fromkeys(("import", "drill"), "restoring"),
    "export": "bag",
}


@click.group("archive", cls=Tree, where=_WHERE)
def archive_group() -> None:
    """คลังจดหมายเหตุ"""


COMMANDS = (archive_group,)
