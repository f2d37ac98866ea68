"""The ``docservice`` command: reads the words, calls a use case, prints the answer. No rules of the office live here.

Exit codes: 0 done, 2 wrong usage, 3 refused, 4 unavailable, 5 broken.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

from docservice.errors import DocserviceError


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code. ``--home`` is looked at first, because the settings are read from it."""
    words = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
    try:
        if home := _home(words):
            os.environ["DOCSERVICE_HOME"] = home
        django.setup()
    except DocserviceError as fault:
        sys.stderr.write(f"{fault}\n")
        return fault.exit
    # The commands import the models, which exist only after django.setup().
    return int(import_module("docservice.cli.app").run(words))


def _home(words: list[str]) -> str:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--home":
            return following
        if word.startswith("--home="):
            return word.removeprefix("--home=")
    return ""
