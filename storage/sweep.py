"""Checking many dossiers: one after the other, or in several processes, each answer as soon as it is there."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby, islice

from storage import fixity
from storage.fixity import Checked
from storage.keys import DossierKey
from storage.ocfl import README, ROOT_DECLARATION
from storage.store import Store

_ROOT = {ROOT_DECLARATION[0], README}
_YEAR = re.compile("[0-9]{4}")
_ASKED_AT_ONCE = 500

_AT_ONCE = 8
"""Dossiers of one errand: what is lost of a process that dies, and what its messages are worth."""
_AHEAD = 4
"""Errands of each process that are given out before their turn."""
_stores: list[Store] = []


def sweep(store: Store, keys: Iterable[DossierKey], processes: int = 1, keep: str = "") -> Iterator[Checked]:
    """Check every dossier of ``keys``, in order (``keep``: see ``fixity.check``), by as many ``processes``.

    ``StoreUnavailable`` ends it. The processes are forks that use the store and nothing else of this one.
    """
    if processes <= 1:
        yield from (fixity.check(store, key, keep) for key in keys)
        return
    waiting = iter(keys)
    errands = iter(lambda: list(islice(waiting, _AT_ONCE)), [])
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, fork, initializer=_stores.append, initargs=(store,)) as pool:
        under_way = [pool.submit(_checked, errand, keep) for errand in islice(errands, processes * _AHEAD)]
        while under_way:
            yield from under_way.pop(0).result()
            under_way += [pool.submit(_checked, errand, keep) for errand in islice(errands, 1)]


def _checked(keys: list[DossierKey], keep: str) -> list[Checked]:
    return [fixity.check(_stores[-1], key, keep) for key in keys]


def strays(store: Store, known: Callable[[list[str]], set[str]], prefix: str = "") -> Iterator[str]:
    """What lies below ``prefix`` in the root and belongs to no dossier; ``known`` tells which of some keys are ours.

    A foreign object is told once, by its folder (``…/``); a file by its name. The root's own files are none.
    """
    places = (place for place, _ in groupby(store.list(prefix), key=_place))
    while some := list(islice(places, _ASKED_AT_ONCE)):
        ours = known([place.removesuffix("/") for place in some if place.endswith("/")])
        for place in some:
            if place not in _ROOT and not place.startswith("extensions/") and place.removesuffix("/") not in ours:
                yield place


def _place(name: str) -> str:
    """What ``name`` is told by: the folder of the dossier it would be in, a foreign folder, or itself."""
    parts = name.split("/")
    if len(parts) > 1 and not _YEAR.fullmatch(parts[0]):
        return f"{parts[0]}/"
    return "/".join(parts[:4]) + "/" if len(parts) > 4 else name
