"""Finds the modules of the kinds of paper and collects the Word files they build."""

from __future__ import annotations

import importlib
import pkgutil

import templates_th.stock as package


def build_all() -> dict[str, bytes]:
    """Every stock template: path below ``templates_th`` → bytes, the same at every call."""
    made: dict[str, bytes] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        if name == "__main__":
            continue
        papers = getattr(importlib.import_module(f"{package.__name__}.{name}"), "papers", None)
        if papers is not None:
            made |= papers()
    return made
