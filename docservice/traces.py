"""What a destroyed dossier leaves beside the archive: copies that can be made again, and the files it was bound from.

Pictures, pieces and recognised text are kept in the home folder of each machine; the files as they were handed in lie
in the intake store. Only ``destruction`` calls this, under the dossier's lease.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from docservice import folder, intake, redaction, stores
from docservice.config import config
from docservice.models import Applicant, Dossier, EvidenceFile
from storage import destruction
from storage.store import Store

_BY_DIGEST = ("pictures", "cache/pages")
"""Folders whose files are named by the SHA-256 of what they were made from."""
_OPAQUE = ("pieces", "pieces-redacted", "cache/scrutiny", "recognised")
"""Folders whose names do not tell: all of it goes, and is made again where it is needed."""


def require_unlocked(dossier: Dossier) -> None:
    """``Conflict``, with the day, while the store locks a file that was handed in for the dossier."""
    for sha256 in _alone(_applicant(dossier)):
        for store in _intakes():
            destruction.require_copy_unlocked(store, intake.key(sha256))


def remove(dossier: Dossier, digests: Iterable[str]) -> int:
    """Remove every trace of files with these SHA-256 and of the applicant's evidence; how many files handed in went."""
    applicant = _applicant(dossier)
    alone = _alone(applicant)
    _forget_copies({*digests, *alone})
    for sha256 in alone:
        for store in _intakes():
            destruction.remove_copy(store, intake.key(sha256))
    if applicant is not None:
        redaction.forget(applicant)
        folder.forget(applicant)
    return len(alone)


def _intakes() -> list[Store]:
    """The intake store, and its second copy where the office has one."""
    second = stores.replica(stores.INTAKE)
    return [stores.opened(stores.INTAKE), *([second] if second else [])]


def _alone(applicant: Applicant | None) -> list[str]:
    """The digests of what this applicant alone handed in."""
    if applicant is None:
        return []
    handed_in = set(EvidenceFile.objects.filter(applicant=applicant).values_list("sha256", flat=True))
    elsewhere = EvidenceFile.objects.filter(sha256__in=handed_in).exclude(applicant=applicant)
    return sorted(handed_in - set(elsewhere.values_list("sha256", flat=True)))


def _forget_copies(digests: Iterable[str]) -> None:
    home = config().home
    for place in _BY_DIGEST:
        for sha256 in digests:
            for copy in (home / place / sha256[:2]).glob(f"{sha256}*"):
                copy.unlink(missing_ok=True)
    for place in _OPAQUE:
        for shelf in _shelves(home / place):
            shutil.rmtree(shelf, ignore_errors=True)


def _shelves(place: Path) -> list[Path]:
    return [each for each in place.glob("??") if each.is_dir()]


def _applicant(dossier: Dossier) -> Applicant | None:
    """Whose dossier it is, if it is an applicant's."""
    group, _, seq = dossier.name.rpartition("-")
    if not seq.isdecimal():
        return None
    place = {"year_be": dossier.year_be, "province": dossier.province, "district": dossier.district}
    return Applicant.objects.filter(**place, group=group, seq=int(seq)).first()
