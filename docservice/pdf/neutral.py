"""Takes everything out of a PDF that acts by itself: scripts, launches, attached files. What is drawn stays."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

_ROOT_ACTIONS = (Name.OpenAction, Name.AA, Name.AF, Name.Collection, Name.URI)
_NAME_TREES = (Name.JavaScript, Name.EmbeddedFiles, Name.Renditions)
_PAGE_ACTIONS = (Name.AA, Name.AF)
_LINK_LEFTOVERS = (Name.AA, Name.AF, Name.PA)
_CARRIERS = (Name.FileAttachment, Name.RichMedia, Name.Screen, Name.Movie, Name.Sound, Name("/3D"))
_WEB = ("http://", "https://", "mailto:", "tel:")


def neutralise(pdf: Pdf) -> int:
    """Drop actions and attachments from ``pdf`` in place; the number of them.

    Links within the document and to the web stay. Every other annotation goes (silently when it does nothing), so
    flatten those with an appearance before. Contract: afterwards no JavaScript, Launch, OpenAction, page AA or
    embedded file can be reached.
    """
    dropped = _drop(pdf.Root, _ROOT_ACTIONS)
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary):
        dropped += _drop(names, _NAME_TREES)
    return dropped + sum(_neutralise_page(page) for page in pdf.pages)


def _drop(holder: Object, keys: tuple[Name, ...]) -> int:
    found = [key for key in keys if key in holder]
    for key in found:
        del holder[key]
    return len(found)


def _neutralise_page(page: Page) -> int:
    dropped = _drop(page.obj, _PAGE_ACTIONS)
    annotations = page.obj.get(Name.Annots)
    if annotations is None:
        return dropped
    if not isinstance(annotations, Array):
        del page.obj[Name.Annots]
        return dropped + 1
    kept = [annotation for annotation in annotations if _is_harmless_link(annotation)]
    if len(kept) < len(annotations):
        dropped += sum(_acts(annotation) for annotation in annotations) - sum(_acts(link) for link in kept)
        page.obj[Name.Annots] = Array(kept)
    return dropped + sum(_disarm(link) for link in kept)


def _acts(annotation: Object) -> bool:
    """Whether the annotation does something or carries something, other than to be seen."""
    if not isinstance(annotation, Dictionary):
        return False
    return annotation.get(Name.Subtype) in _CARRIERS or Name.A in annotation or Name.AA in annotation


def _is_harmless_link(annotation: Object) -> bool:
    if not isinstance(annotation, Dictionary) or annotation.get(Name.Subtype) != Name.Link:
        return False
    action = annotation.get(Name.A)
    if action is None:
        return Name.Dest in annotation
    if not isinstance(action, Dictionary):
        return False
    if action.get(Name.S) == Name.GoTo:
        return True
    return action.get(Name.S) == Name.URI and str(action.get(Name.URI, "")).lower().startswith(_WEB)


def _disarm(link: Object) -> int:
    dropped = _drop(link, _LINK_LEFTOVERS)
    action = link.get(Name.A)
    return dropped + (_drop(action, (Name.Next,)) if isinstance(action, Dictionary) else 0)
