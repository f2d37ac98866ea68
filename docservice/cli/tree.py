"""Groups of commands whose modules are loaded when one of their commands is called.

What a command does not use costs it neither time nor memory: the engines for papers take some 80 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Tree(click.Group):
    """A group. ``where``: module of ``docservice.cli`` for each command's name; it enters its commands when it is
    loaded, or names them in ``COMMANDS``."""

    def __init__(self, *words: Any, where: Mapping[str, str], **more: Any) -> None:
        super().__init__(*words, **more)
        self.where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted({*self.where, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now where it was not."""
        if cmd_name not in self.commands and cmd_name in self.where:
            for command in import_module(f"docservice.cli.{self.where[cmd_name]}").COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)
