"""The papers of a list of dossiers to be destroyed: form 25 as it stands, and the record once it was carried out.

Both are papers like any other, filed in the list's own dossier; asked for twice they are the same papers.
"""

from __future__ import annotations

from docservice import jobs, papers, register, retention_papers
from docservice.disposal import DONE, WITHDRAWN, Batch
from docservice.errors import Conflict
from docservice.models import Job
from docservice.papers import Draft
from docservice.thai import BE
from docservice.yearfile import YearFile


def ask_list(batch: Batch, *, actor: str) -> Job:
    """The list as it stands, with the opinions once they are there."""
    if batch.state == WITHDRAWN:
        raise Conflict(f"บัญชี {batch.key} ถอนไปแล้ว", "เสนอบัญชีใหม่", english=f"{batch.key} was withdrawn.")
    return _ask(retention_papers.LIST, batch, retention_papers.proposed(_year(batch), batch), actor)


def ask_certificate(batch: Batch, *, actor: str) -> Job:
    """The record of the destruction; ``Conflict`` while a line is left."""
    if batch.state != DONE:
        raise Conflict(
            f"บัญชี {batch.key} ยังดำเนินการไม่ครบ", "ดำเนินการให้ครบก่อน", english=f"{batch.key} is not carried out yet."
        )
    return _ask(retention_papers.CERTIFICATE, batch, retention_papers.certificate(_year(batch), batch), actor)


def _year(batch: Batch) -> YearFile:
    return register.year(BE(batch.dossier.year_be), batch.dossier.province)


def _ask(kind: str, batch: Batch, facts: retention_papers.Facts, actor: str) -> Job:
    draft = Draft(kind, facts, batch.key, batch.dossier.title)
    title = f"พิมพ์{papers.label(kind)} {batch.dossier.title}"
    scope = jobs.Scope(batch.dossier.year_be, batch.dossier.province)
    return jobs.submit(papers.VERB, title, [papers.request(draft)], actor=actor, scope=scope)
