"""The pictures that papers and a year's settings name (``asset:<sha256>``: emblem, border) as they go with a bag.

Without them what comes back could not be made again. In the bag they lie below ``pictures/``, named by their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from docservice import kinds, stores
from docservice.errors import FixityBroken
from docservice.models import Document, Dossier
from storage.bag import BagEntry
from storage.bagplace import Place
from storage.store import Tally

FOLDER = "pictures/"
MISSING = "pictures/missing.txt"
"""The SHA-256 of pictures that are named and were not here to leave: no gap is silent."""
_ASSET = re.compile(r'"asset:([0-9a-f]{64})"')
_NAME = re.compile(rf"data/{FOLDER}([0-9a-f]{{64}})")
_AT_ONCE = 500


def named(settings: Mapping[str, Any], dossiers: Sequence[Dossier]) -> list[str]:
    """The SHA-256 of every picture named in ``settings`` or by a paper, of any version, of ``dossiers``."""
    return sorted({*_told(settings), *_of_papers(dossiers)})


def missing(digests: Sequence[str]) -> list[str]:
    """Those that were never kept here."""
    store = stores.opened(stores.ASSETS)
    return [digest for digest in digests if store.stat(digest) is None]


def entries(digests: Sequence[str]) -> Iterator[BagEntry]:
    """Pictures that are kept here. ``FixityBroken`` for a damaged one, as of any file, when its bytes leave."""
    store = stores.opened(stores.ASSETS)
    for digest in digests:
        opened = partial(store.open, digest)
        with opened() as stream:
            tally = Tally.of(stream)
        yield BagEntry(FOLDER + digest, tally.size, digest, tally.sha512, opened)


def found(place: Place) -> dict[str, bytes]:
    """The pictures of a bag by digest; ``FixityBroken`` for one that is not what its name says."""
    held = {}
    for name in place.sizes:
        if matched := _NAME.fullmatch(name):
            with place.open(name) as stream:
                data = stream.read()
            if hashlib.sha256(data).hexdigest() != matched[1]:
                raise FixityBroken(
                    f"ภาพ {matched[1][:12]} ในชุดเอกสารเสียหายหรือถูกแก้ไข",
                    "ไม่มีสิ่งใดถูกเขียน ขอชุดนี้ใหม่จากต้นทาง",
                    english=f"The picture {matched[1][:12]} in the bag is damaged. Nothing was written.",
                )
            held[matched[1]] = data
    return held


def keep(pictures: dict[str, bytes]) -> None:
    """Put them where papers look for them; those that are there already stay."""
    for digest, data in pictures.items():
        stores.opened(stores.ASSETS).put(digest, data)


def _told(told: object) -> set[str]:
    return set(_ASSET.findall(json.dumps(told, default=str)))


def _of_papers(dossiers: Sequence[Dossier]) -> Iterator[str]:
    every = kinds.catalogue().kinds.values()
    pictured = [kind.code for kind in every if any(field.type == "image" for field in kind.fields.values())]
    for start in range(0, len(dossiers), _AT_ONCE):
        keys = [dossier.pk for dossier in dossiers[start : start + _AT_ONCE]]
        papers = Document.objects.filter(dossier__in=keys, kind__in=pictured).order_by()
        for provenance in papers.values_list("provenance", flat=True).iterator():
            yield from _told(provenance)
