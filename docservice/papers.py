"""Papers: what a request for a paper needs, and making and filing the papers of a chunk of items.

A paper item's payload: ``kind``, ``facts``, ``dossier`` (key), ``dossier_title``, ``about`` (what the dossier is about)
and ``encloses`` (keys of dossiers whose paper goes with it as an enclosure).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from docservice import archive, engines, jobs, lot, numbers, paper_life, selection, stores, template_choice
from docservice.catalogue import Fault, Kind
from docservice.errors import DocserviceError, InputRefused, NotFound
from docservice.models import Document, JobItem
from docservice.number_claim import MARK, PENDING, Claim, filled
from docservice.record import Wish
from docservice.render.paper import Paper, make_lots, make_papers
from docservice.render.template import Template
from storage.store import Store

VERB = "paper"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
REPLACES = "replaces"
"""In ``about`` of a draft: the key of the dossier whose paper this one replaces, once it is filed."""
_ASSET = "asset:"
_PICTURES = ("emblem", "border")
_ON_FILE = (
    "SELECT held.key, filed.path, filed.inputs FROM docservice_document filed JOIN docservice_dossier held"
    " ON held.id = filed.dossier_id WHERE filed.current = %s AND held.key IN ({})"
)
# Raise when the engine makes a different paper from the same facts and template.
_ENGINE = "1"


@dataclass(frozen=True)
class Draft:
    """One paper to be requested: its facts, the dossier it belongs to, and what it asks of a register of numbers."""

    kind: str
    facts: Mapping[str, Any]
    dossier: str
    dossier_title: str
    about: Mapping[str, object] | None = None
    encloses: tuple[str, ...] = ()
    number: Claim | None = None


def request(draft: Draft, known: template_choice.Known | None = None) -> jobs.Request:
    """The job item for a draft. Facts are checked now, its template is chosen, its pictures are kept in the store."""
    kind = engines.catalogue().kind(draft.kind)
    facts = _with_kept_pictures(kind, draft.facts)
    kind.check(_with_pictures(kind, filled(facts, _sample(draft))))
    template = template_of(draft, known)
    payload = {
        "kind": kind.code,
        "facts": facts,
        "dossier": draft.dossier,
        "dossier_title": draft.dossier_title,
        "about": dict(draft.about or {}),
        "encloses": list(draft.encloses),
        "template": template.digest,
        "engine": _ENGINE,
    }
    if template.digest != engines.template(kind, kind.variant(facts)).digest:
        payload["edition"] = template.kind.edition
    if draft.number:
        payload["number"] = draft.number.as_payload()
    return jobs.Request(kind.title(facts).replace(MARK, "…"), payload)


def faults(draft: Draft) -> tuple[Fault, ...]:
    """What ``request`` would refuse, each with its place in the form; empty when it would not."""
    kind = engines.catalogue().kind(draft.kind)
    return kind.faults(_with_pictures(kind, filled(draft.facts, _sample(draft))))


def preview(drafts: Sequence[Draft]) -> Iterator[Paper | DocserviceError]:
    """The papers of drafts of one kind, made here and kept nowhere; a number that is going to be given shows as “…”."""
    kind = engines.catalogue().kind(drafts[0].kind)
    facts = [_with_pictures(kind, filled(dict(d.facts), None if _sample(d) is None else "…")) for d in drafts]
    known: template_choice.Known = {}
    templates = [template_of(draft, known) for draft in drafts]
    for template, alike in groupby(zip(templates, facts, strict=True), key=itemgetter(0)):
        yield from make_papers(engines.office(), template, [one for _, one in alike])


def template_of(draft: Draft, known: template_choice.Known | None = None) -> Template:
    """The edition in force for the office whose dossier it is, on the day the paper bears."""
    kind = engines.catalogue().kind(draft.kind)
    facts = filled(dict(draft.facts), 1)
    return template_choice.chosen(kind, kind.variant(facts), draft.dossier, facts, known)


def again(kind_code: str, facts: Mapping[str, Any], template: Template) -> Paper:
    """One paper made with a template of one's own choice, kept nowhere. Raises as making a paper does."""
    whole = _with_pictures(engines.catalogue().kind(kind_code), facts)
    (made,) = make_papers(engines.office(), template, [whole])
    if isinstance(made, DocserviceError):
        raise made
    return made


def label(kind: str) -> str:
    """What the catalogue calls the kind."""
    return engines.catalogue().kind(kind).label


def _sample(draft: Draft) -> int | None:
    """The number with which a draft's facts are checked: none while its paper is going to wait for one."""
    return None if draft.number and draft.number.asks == PENDING else 1


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Make and file the papers of ``items``; one result per item, one paper's fault is its own."""
    for (kind_code, _), group in groupby(items, key=lambda i: (i.payload["kind"], i.payload["template"])):
        yield from _work_kind(engines.catalogue().kind(kind_code), list(group))


def _work_kind(kind: Kind, items: list[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    todo, filed = [], _inputs_on_file(items)
    for item in items:
        try:
            _number(item)
        except DocserviceError as fault:
            yield item, fault
            continue
        if _inputs(kind, item).items() <= filed[item.payload["dossier"]]:
            _use(item)
            _replace(item)
            yield item, {"dossier": item.payload["dossier"], "new": 0}
        else:
            todo.append(item)
    if todo:
        asked = todo[0].payload
        variant = kind.variant(asked["facts"])
        template = template_choice.kept(kind, variant, asked["template"], str(asked.get("edition", "")))
        facts = [_with_pictures(kind, item.payload["facts"]) for item in todo]
        waiting = iter(todo)
        for papers in make_lots(engines.office(), template, facts):
            yield from _filed(kind, template, zip(islice(waiting, len(papers)), papers, strict=True))


def _inputs_on_file(items: Sequence[JobItem]) -> dict[str, set[tuple[str, str]]]:
    """Dossier → path and input digest of each of its current documents, for all items in one question."""
    found: dict[str, set[tuple[str, str]]] = {item.payload["dossier"]: set() for item in items}
    question = _ON_FILE.format(", ".join(["%s"] * len(found)))
    for key, path, inputs in selection.answers(question, [True, *found]):
        found[key].add((path, inputs))
    return found


def _number(item: JobItem) -> None:
    """Print the paper's number into the facts of this attempt; in the database the payload keeps its mark."""
    if claim := Claim.of(item.payload):
        value = numbers.held(claim, actor=item.job.requested_by)
        item.payload = {**item.payload, "facts": filled(item.payload["facts"], value), "value": value}


def _use(item: JobItem) -> None:
    """The paper is filed: its number is used."""
    claim = Claim.of(item.payload)
    if claim and item.payload["value"] is not None:
        numbers.use(claim, item.payload["value"])


def _replace(item: JobItem) -> None:
    """The paper is filed: the one it replaces is withdrawn."""
    if old := item.payload["about"].get(REPLACES):
        paper_life.replaced(str(old), by=item.payload["dossier"], actor=item.job.requested_by)


def _filed(
    kind: Kind, template: Template, made: Iterable[tuple[JobItem, Paper | DocserviceError]]
) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    wishes: list[tuple[JobItem, Paper, Wish]] = []
    for item, paper in made:
        try:
            if isinstance(paper, DocserviceError):
                raise paper
            wishes.append((item, paper, _wish(kind, template, item, paper)))
        except DocserviceError as fault:
            yield item, fault
    by = wishes[0][0].job.requested_by if wishes else ""
    filed = lot.file_all([wish for *_, wish in wishes], actor=by)
    for (item, paper, _), outcome in zip(wishes, filed, strict=True):
        yield item, _told(item, paper, outcome)


def _told(item: JobItem, paper: Paper, outcome: lot.Outcome) -> jobs.Outcome:
    if isinstance(outcome, DocserviceError):
        return outcome
    try:
        _replace(item)
    except DocserviceError as fault:
        return fault
    return {"dossier": outcome.key, "version": outcome.version, "new": outcome.new, "pages": paper.pages}


def _wish(kind: Kind, template: Template, item: JobItem, paper: Paper) -> Wish:
    payload = item.payload
    template_choice.keep(template)
    provenance = {
        "facts": payload["facts"],
        "edition": paper.edition,
        "template": template.digest,
        "engine": paper.engine,
        "fonts": list(paper.fonts),
        "warnings": list(paper.warnings),
    }
    if "number" in payload:
        provenance["number"] = {**payload["number"], "value": payload["value"]}
    number = str(payload["facts"].get("number") or payload["facts"].get("serial") or "")
    forms = ((PDF, "pdf", paper.pdf, paper.pages), (DOCX, "docx", paper.docx, None))
    filings = [
        archive.Filing(
            path=_path(kind, payload["facts"], suffix),
            data=data,
            kind=kind.code,
            title=paper.title,
            media_type=media_type,
            inputs=_inputs(kind, item)[_path(kind, payload["facts"], suffix)],
            number=number,
            pages=pages,
            provenance=provenance,
        )
        for media_type, suffix, data, pages in forms
    ]
    filings += [_enclosure(n, key) for n, key in enumerate(payload["encloses"], start=1)]
    return Wish(payload["dossier"], payload["dossier_title"], filings, payload["about"], partial(_use, item))


def _enclosure(position: int, key: str) -> archive.Filing:
    """A copy of another dossier's paper, filed with this one as it is sent."""
    papers_ = Document.objects.filter(dossier__key=key, path__startswith="paper/", media_type=PDF, current=True)
    document = papers_.order_by("-version").first()  # the signed copy, unless the paper was made again since
    if document is None:
        raise NotFound(
            f"สิ่งที่ส่งมาด้วยลำดับที่ {position} ({key}) ยังไม่ได้จัดทำ",
            "ออกเอกสารนั้นก่อน แล้วสั่งทำใหม่",
            english=f"Enclosure {position} ({key}) has not been made yet. Make it, then retry.",
        )
    return archive.Filing(
        path=f"enclosures/{position}-{key.rsplit('/', 1)[1]}.pdf",
        data=archive.read_document(document),
        kind="enclosure",
        title=document.title,
        media_type=PDF,
        inputs=document.sha256,
        number=document.number,
        pages=document.pages,
        provenance={"copy_of": f"{key}/{document.path}", "version": document.version},
    )


def _path(kind: Kind, facts: Mapping[str, Any], suffix: str) -> str:
    variant = kind.variant(facts)
    return f"paper/{kind.code}-{variant}.{suffix}" if variant else f"paper/{kind.code}.{suffix}"


def _inputs(kind: Kind, item: JobItem) -> dict[str, str]:
    """Path → digest of everything the file is made from."""
    payload = item.payload
    digest = jobs.digest([payload[k] for k in ("kind", "facts", "template", "engine", "encloses")])
    return {_path(kind, payload["facts"], suffix): digest for suffix in ("pdf", "docx")}


# ------------------------------------------------------------------------------------------------------------ pictures
def _picture_fields(kind: Kind) -> list[str]:
    return [name for name, field in kind.fields.items() if field.type == "image"]


def _assets() -> Store:
    return stores.opened(stores.ASSETS)


def keep_pictures(settings: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """A year file's settings whose picture paths (from ``base``) have become ``asset:<sha256>``, at any depth."""
    kept = dict(settings)
    for name, value in settings.items():
        if isinstance(value, Mapping):
            kept[name] = keep_pictures(value, base)
        elif name in _PICTURES and isinstance(value, str) and value and not value.startswith(_ASSET):
            kept[name] = _keep(name, base / value)
    return kept


def _keep(name: str, path: Path) -> str:
    data = read_picture(name, path)
    digest = hashlib.sha256(data).hexdigest()
    _assets().put(digest, data)
    return _ASSET + digest


def _with_kept_pictures(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts whose picture paths have become ``asset:<sha256>``: the request no longer depends on the user's files."""
    kept = dict(facts)
    for name in _picture_fields(kind):
        value = str(kept.get(name, ""))
        if value and not value.startswith(_ASSET):
            kept[name] = _keep(name, Path(value))
    return kept


def _with_pictures(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with the pictures' bytes in place of their ``asset:`` names."""
    filled = dict(facts)
    for name in _picture_fields(kind):
        value = str(filled.get(name, ""))
        if value.startswith(_ASSET):
            filled[name] = _asset(value.removeprefix(_ASSET))
    return filled


@lru_cache(maxsize=8)
def _asset(digest: str) -> bytes:
    """A picture's bytes; a lot's emblem and border are read once."""
    with _assets().open(digest) as stream:
        return stream.read()


def read_picture(field: str, path: Path) -> bytes:
    """The bytes of a picture file, or ``InputRefused`` naming the field and the file."""
    try:
        if data := path.read_bytes():
            return data
    except OSError as error:
        raise InputRefused(
            f"เปิดภาพของช่อง {field} ไม่ได้: {path}",
            "ตรวจชื่อไฟล์และสิทธิ์ แล้วสั่งใหม่",
            english=f"Cannot read the picture of field {field}: {path} ({error.strerror})",
        ) from error
    raise InputRefused(
        f"ภาพของช่อง {field} เป็นแฟ้มว่าง: {path}",
        "เลือกแฟ้มภาพ PNG หรือ JPEG แล้วสั่งใหม่",
        english=f"The picture of field {field} is an empty file: {path}. Choose a PNG or JPEG file.",
    )
