"""Form fields: their values become part of the page, so that they stay visible after merging."""

from __future__ import annotations

from pathlib import Path

from pikepdf import AcroFormField, Annotation, Array, Dictionary, Name, Object, Page, Pdf, Stream

from docservice.pdf.lettering import Lettering

_DRAWN_BY_QPDF = "cp1252"  # the encodings qpdf can write into an appearance; Thai is not among them
_LIKE_HELVETICA = 1.4  # TH Sarabun needs this much more size to look as large as the form's own face
_AUTOMATIC = 12.0


def has_forms_or_notes(pdf: Pdf) -> bool:
    """Whether anything other than links lies on the pages (fields, comments, stamps)."""
    return Name.AcroForm in pdf.Root or any(_is_note(annotation) for page in pdf.pages for annotation in _notes(page))


def flatten(pdf: Pdf, font: Path | None) -> tuple[str, ...]:
    """Draw every field value and comment into its page in place; names of the fields whose value could not be drawn.

    Missing and stale appearances are made anew: by qpdf where its encodings suffice, else in the font file ``font``.
    Without ``font`` a Thai value keeps the appearance it has and its field is named.
    """
    lettering = Lettering(pdf, font) if font else None
    unreadable = tuple(_refresh(pdf, lettering))
    if lettering:
        lettering.embed()
    if Name.AcroForm in pdf.Root:
        # Left in place, the flag makes qpdf discard every appearance when it flattens.
        pdf.Root.AcroForm.NeedAppearances = False
    pdf.flatten_annotations("all")
    if Name.AcroForm in pdf.Root:
        del pdf.Root[Name.AcroForm]
    pdf.remove_unreferenced_resources()  # flattening gives each drawing all fonts of the form, embedded or not
    return unreadable


def is_signed(pdf: Pdf) -> bool:
    """Whether a digital signature is in the file; flattening ends its validity."""
    return any(field.field_type == "/Sig" and Name.V in field.obj for field in pdf.acroform.fields)


def is_xfa(pdf: Pdf) -> bool:
    """Whether the form is drawn by Adobe's XFA, which no free reader draws."""
    form = pdf.Root.get(Name.AcroForm)
    return isinstance(form, Dictionary) and Name.XFA in form


def _notes(page: Page) -> list[Object]:
    annotations = page.obj.get(Name.Annots)
    return list(annotations.as_list()) if isinstance(annotations, Array) else []


def _is_note(annotation: Object) -> bool:
    return isinstance(annotation, Dictionary) and annotation.get(Name.Subtype) != Name.Link


def _refresh(pdf: Pdf, lettering: Lettering | None) -> list[str]:
    """Make missing and stale appearances; names of fields that stay unreadable."""
    stale = bool(pdf.acroform.needs_appearances)
    unreadable = []
    for field in pdf.acroform.fields:
        if field.field_type not in ("/Tx", "/Ch") or not _value(field):
            continue
        for annotation in pdf.acroform.get_annotations_for_field(field):
            if (stale or not _has_appearance(annotation)) and not _draw(field, annotation, lettering):
                unreadable.append(field.fully_qualified_name)
    return unreadable


def _value(field: AcroFormField) -> str:
    """The value as text; each of several chosen in a list on a line of its own, as the list calls it."""
    chosen = field.obj.get(Name.V)
    if not isinstance(chosen, Array):
        return str(field.value_as_string)
    options = field.obj.get(Name.Opt)
    pairs = [each for each in options if isinstance(each, Array)] if isinstance(options, Array) else []
    shown = {str(pair[0]): str(pair[1]) for pair in pairs if len(pair) == 2}
    return "\n".join(shown.get(str(each), str(each)) for each in chosen)


def _has_appearance(annotation: Annotation) -> bool:
    appearance = annotation.obj.get(Name.AP)
    return isinstance(appearance, Dictionary) and isinstance(appearance.get(Name.N), Stream)


def _draw(field: AcroFormField, annotation: Annotation, lettering: Lettering | None) -> bool:
    """Give the field a fresh appearance; whether that was possible."""
    if not _can_qpdf_draw(field):
        if lettering:
            annotation.obj[Name.AP] = Dictionary(N=_appearance(field, annotation, lettering))
        return lettering is not None
    if Name.AP in annotation.obj:
        del annotation.obj[Name.AP]  # qpdf would write the new value over the old one
    field.generate_appearance(annotation)
    return True


def _can_qpdf_draw(field: AcroFormField) -> bool:
    if isinstance(field.obj.get(Name.V), Array):
        return False
    try:
        field.value_as_string.encode(_DRAWN_BY_QPDF)
    except UnicodeEncodeError:
        return False
    return True


def _appearance(field: AcroFormField, annotation: Annotation, lettering: Lettering) -> Object:
    """The value as a form XObject of the field's size: lines in the middle, as large as the form asks and fits."""
    x0, y0, x1, y1 = (float(edge) for edge in annotation.obj[Name.Rect].as_list())
    width, height = abs(x1 - x0), abs(y1 - y0)
    lines = [lettering.set(line) for line in _value(field).splitlines()]
    line_height = lettering.ascent + lettering.descent
    widest = max((line.width for line in lines), default=1.0) or 1.0
    size = min(_asked_size(field), (width - 4) / widest, height / (line_height * len(lines)))
    top = (height + size * line_height * len(lines)) / 2 - size * lettering.ascent
    drawn = b"".join(
        b"1 0 0 1 2 %.3f Tm\n%b" % (top - size * line_height * at, lettering.show([line], size))
        for at, line in enumerate(lines)
    )
    form = Stream(lettering.pdf, b"/Tx BMC q BT 0 g /DS0 %.3f Tf\n%bET Q EMC\n" % (size, drawn))
    form.update(
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, width, height]),
            Resources=Dictionary(Font=Dictionary(DS0=lettering.reference())),
        )
    )
    return lettering.pdf.make_indirect(form)


def _asked_size(field: AcroFormField) -> float:
    """The size in the field's default appearance (``/Helv 12 Tf``), where 0 means automatic, as TH Sarabun's."""
    words = bytes(field.default_appearance or b"").split()
    try:
        asked = float(words[words.index(b"Tf") - 1])
    except (ValueError, IndexError):
        asked = 0.0
    return (asked or _AUTOMATIC) * _LIKE_HELVETICA
