"""What a checker of PDF/A need not read twice: pages made alike, and text that shows no glyph not shown before.

The checker walks every object and every operator in Python. A scan of twenty pages says the same twenty times; a typed
page sets position, font and glyphs a thousand times, of which only the glyphs shown matter, font by font. What is left
out here matches a strict form and cannot give a finding; anything else is left to the checker as it stands. Tests
compare the findings with and without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, PdfError, Stream

# ----------------------------------------------------------------------------------------------------- pages made alike
_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Resources",
         "/Contents"}  # fmt: skip
_TEXT_PAGE = _PAGE | {"/Group", "/Tabs", "/StructParents"}
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
_LEFT_OUT = {"/Parent", "/Contents", "/StructParents", *_BOXES}
_RESOURCES = {"/ProcSet", "/XObject"}
_FILTERS = {"/DCTDecode", "/FlateDecode", "/CCITTFaxDecode"}
_SIZES = {"/Width", "/Height", "/Length"}
_LEAST_SIDE, _LARGEST_SIDE = 3, 14400
_SHORT = 2000
_NUMBER = rb"[+-]?(?:[0-9]{1,5}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?![0-9.+\-])"
_NUMBERS = re.compile(_NUMBER)
_PAINTING = re.compile(rb"(?:%b|/[A-Za-z0-9]{1,40}|[A-Za-z*]{1,3}|[\x00\t\n\f\r ]+)*+" % _NUMBER)


def different_pages(source: Pdf) -> list[int]:
    """The pages (from 0) to check: of those that differ in nothing but numbers within bounds, the first."""
    seen: set[tuple[object, ...]] = set()
    chosen = []
    for number, page in enumerate(source.pages):
        make = _make(page.obj)
        if make is None or make not in seen:
            chosen.append(number)
        if make is not None:
            seen.add(make)
    return chosen


def _make(page: Object) -> tuple[object, ...] | None:
    """What a page of nothing but one picture is made of, sizes left out; ``None`` for any other page."""
    keys = set(page.keys())
    resources, contents = page.get(Name.Resources), page.get(Name.Contents)
    if not keys <= _PAGE or not isinstance(resources, Dictionary) or not isinstance(contents, Stream):
        return None
    pictures = resources.get(Name.XObject)
    if not set(resources.keys()) <= _RESOURCES or not isinstance(pictures, Dictionary) or len(pictures) != 1:
        return None
    ((key, picture),) = pictures.items()
    if not isinstance(picture, Stream) or not all(_is_usual(page.get(name)) for name in _BOXES if name in keys):
        return None
    picture_make, painting = _picture(picture), _painting(contents, key)
    if picture_make is None or painting is None:
        return None
    rest = tuple(_told(page.get(name)) for name in ("/Type", "/Rotate"))
    return (tuple(sorted(keys)), *rest, _told(resources.get(Name.ProcSet)), painting, picture_make)


def _is_usual(box: Object | None) -> bool:
    if not isinstance(box, Array) or len(box) != 4:
        return False
    try:
        edges = [float(edge) for edge in box.as_list()]
    except (TypeError, ValueError):
        return False
    sides = (abs(edges[2] - edges[0]), abs(edges[3] - edges[1]))
    return all(_LEAST_SIDE <= side <= _LARGEST_SIDE for side in sides)


def _picture(picture: Stream) -> tuple[tuple[str, bytes], ...] | None:
    if str(picture.get(Name.Subtype)) != "/Image" or str(picture.get(Name.Filter)) not in _FILTERS:
        return None
    if not all(isinstance(picture.get(name), int) and 0 < int(picture[name]) < 1 << 31 for name in _SIZES):
        return None
    told = ((key, _told(value)) for key, value in picture.items() if key not in _SIZES)
    return tuple(sorted((key, _parameters(value) if key == "/DecodeParms" else value) for key, value in told))


def _parameters(told: bytes) -> bytes:
    return re.sub(rb"/(Columns|Rows) [0-9]{1,6}(?![0-9.])", rb"/\1 #", told)


def _told(value: object) -> bytes:
    """The value as it is written; references stay references, so two objects are never taken for one."""
    return value.unparse() if isinstance(value, Object) else repr(value).encode()


def _painting(contents: Stream, key: str) -> bytes | None:
    try:
        data = contents.read_bytes()
    except (PdfError, RuntimeError):
        return None
    if len(data) > _SHORT or not _PAINTING.fullmatch(data):
        return None
    return _NUMBERS.sub(b"#", re.sub(rb"%b(?![A-Za-z0-9])" % re.escape(key.encode()), b"/X", data))


# ------------------------------------------------------------------------------------------------------- text said once
_LONG = 200  # bytes of content from which it pays
_LONGEST = 8_000_000
_DEEPEST = 27  # one less than the checker allows
_S = r"[\x00\t\n\f\r ]"
_N = _NUMBER.decode()
_END = rf"(?=[\x00\t\n\f\r /\[(<]|\Z){_S}*+"
_NAME = r"/[A-Za-z0-9_.+\-]{1,100}(?![^\x00\t\n\f\r /\[(<>\])])"
_STRING = r"\((?:[^()\\]|\\[\x00-\xff])*+\)"
_HEX = r"<(?:[0-9A-Fa-f]{2})*+>"
_TEXT = f"(?:{_STRING}|{_HEX})"
_ANY = f"(?:{_N}|{_NAME}|{_TEXT})"
_LONGEST_STRING = 8000


_MORE = f"{_N}{_S}++"
_PAIR = f"{_MORE}{_MORE}"
_MARKS = rf"<<{_S}*+(?:{_NAME}{_S}*+(?:{_N}|{_NAME}|{_TEXT}){_S}*+)*+>>{_S}*+BDC{_END}"
_ALL = rf"(?:{_ANY}{_S}*+)*+(?:gs|cs|CS|scn|SCN|sc|SC|g|G|rg|RG|k|K|ri|Do|sh|BMC|BDC|MP|DP|J|j){_END}"
_SHOWN = rf"(?:\[(?:{_TEXT}|{_N}|{_S})*+\]{_S}*+TJ|{_TEXT}{_S}*+Tj){_END}"
_FORMS = {
    "font": rf"{_NAME}{_S}*+{_N}{_S}++Tf{_END}",
    "mode": rf"[0-7]{_S}++Tr{_END}",
    "begun": rf"BT{_END}",
    "ended": rf"ET{_END}",
    "saved": rf"q{_END}",
    "restored": rf"Q{_END}",
    "kept": rf"{_NAME}{_S}*+{_MARKS}|{_ALL}",
}
_SPOKEN = r"(?:EMC|h|S|s|f\*?|F|B\*?|b\*?|n|W\*?|T\*)"
_MARK = rf"(?!/OC){_NAME}{_S}*+{_MARKS}"
_SILENT = (
    rf"{_MORE}(?:(?:w|M|i|T[cwzLs]){_END}|{_MORE}(?:(?:[ml]|T[dD]){_END}"
    rf"|{_PAIR}(?:(?:re|v|y){_END}|{_PAIR}(?:Tm|cm?){_END})))|{_SPOKEN}{_END}|{_MARK}"
)
_NUMBERED = r"[-+0-9.\x00\t\n\f\r ]*(?:Tm|T[cwzLsdD]|re|cm?|[mlvywMi])"
# Not possessive: Python before 3.11.5 loses its place there. What is left over is taken whole, so nothing goes back.
_INSTRUCTION = re.compile(
    f"((?:{_NUMBERED}{_END}|{_MARK}|{_SPOKEN}{_END})*)"
    f"(?:({_SHOWN})|({'|'.join(_FORMS.values())})|([\\x00-\\xff]*))".encode("latin-1")
)
_SILENCE = re.compile(f"(?:{_SILENT})*".encode("latin-1"))
_ZEROES = bytes.maketrans(b"123456789", b"000000000")
_KINDS = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()).encode("latin-1"))
_PLACED = re.compile(rb"T[dDm*]")
_STRINGS = re.compile(_TEXT.encode("latin-1"))
_ESCAPES = re.compile(rb"\\([0-7]{1,3}|\r\n|[\x00-\xff])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def say_once(pdf: Pdf) -> None:
    """Leave out of the pages of ``pdf``, in place, text that shows what was shown before in the same font.

    Pages that differ in nothing but their contents and in numbers within bounds become one, which shows what each of
    them shows. ``pdf`` is for the checker only: its pages look like nothing afterwards.
    """
    alike: dict[tuple[bytes, ...], _Alike] = {}
    surplus = []
    for number, page in enumerate(pdf.pages):
        contents = page.obj.get(Name.Contents)
        if not isinstance(contents, Stream) or not _counts_in_pairs(page):
            continue
        try:
            data = contents.read_bytes()
        except (PdfError, RuntimeError):
            continue
        make = _text_make(page.obj)
        group = alike.setdefault(make, _Alike()) if make is not None else _Alike()
        kept = _kept(data, group.shown)
        if make is None or kept is None or not kept.is_closed:
            group.shown = {}
            kept = _kept(data, {})
            if kept is not None:
                page.obj[Name.Contents] = pdf.make_stream(b"\n".join(kept.lines))
            continue
        if group.contents:
            surplus.append(number)
        else:
            group.first = number
        group.contents.append(b"q\n%b\nQ\n" % b"\n".join(kept.lines))
    for group in alike.values():
        if group.contents:
            pdf.pages[group.first].obj[Name.Contents] = pdf.make_stream(b"".join(group.contents))
    for number in reversed(surplus):
        del pdf.pages[number]


@dataclass
class _Alike:
    """Pages made alike: the ``first`` of them, what they say, and what was shown so far."""

    first: int = 0
    contents: list[bytes] = field(default_factory=list)
    shown: dict[tuple[bytes, bytes], set[bytes]] = field(default_factory=dict)


def _text_make(page: Object) -> tuple[bytes, ...] | None:
    """What a page is made of but for its contents, numbers within bounds left out; ``None`` for an unusual one."""
    keys = set(page.keys())
    if not keys <= _TEXT_PAGE or not isinstance(page.get(Name.Resources), Dictionary):
        return None
    if not all(_is_usual(page.get(name)) for name in _BOXES if name in keys):
        return None
    number = page.get(Name.StructParents, 0)
    if not isinstance(number, int) or not 0 <= number < 1 << 31:
        return None
    named = (name for name in sorted(keys) if name not in _LEFT_OUT)
    told = (page[name] for name in named)
    resolved = (each.unparse(resolved=True) if isinstance(each, Dictionary) else _told(each) for each in told)
    return (*sorted(name.encode() for name in keys), *resolved)


def _counts_in_pairs(page: Page) -> bool:
    """Whether every font takes its codes as single bytes or as pairs of them."""
    resources = page.obj.get(Name.Resources)
    fonts = resources.get(Name.Font) if isinstance(resources, Dictionary) else None
    if not isinstance(fonts, Dictionary):
        return False
    return all(
        isinstance(font, Dictionary)
        and (font.get(Name.Subtype) != Name.Type0 or str(font.get(Name.Encoding)) in ("/Identity-H", "/Identity-V"))
        for font in fonts.values()
    )


def condensed(data: bytes) -> bytes | None:
    """Content that gives a checker the findings of ``data`` with less reading; ``None`` where there is none."""
    kept = _kept(data, {})
    return None if kept is None else b"\n".join(kept.lines)


def _kept(data: bytes, shown: dict[tuple[bytes, bytes], set[bytes]]) -> _Kept | None:
    """What to keep of ``data``, besides what was ``shown`` before, which grows; ``None``: all of it.

    All is taken apart by one expression in one call, since a page may say ten thousand things: silence (what can give
    no finding; its numbers are looked at behind it), then an instruction that shows text or another one that may
    matter, again and again.
    """
    if not _LONG <= len(data) <= _LONGEST:
        return None
    parts = _INSTRUCTION.split(data.lstrip(b"\x00\t\n\f\r "))
    if any(parts[4::5]) or not all(map(_is_silent, {silence.translate(_ZEROES) for silence in parts[1::5]})):
        return None
    kept = _Kept(shown)
    for silence, text, other in zip(parts[1::5], parts[2::5], parts[3::5], strict=True):
        if not kept.in_text and silence and _PLACED.search(silence):
            return None
        if text:
            kept.show(text)
        elif other:
            kept.add(other)
    return kept


class _Kept:
    """The instructions that matter so far, and what the next ones are measured by."""

    def __init__(self, shown: dict[tuple[bytes, bytes], set[bytes]]) -> None:
        self.lines: list[bytes] = []
        self.in_text = False
        self._font = self._mode = b""
        self._saved: list[tuple[bytes, bytes]] = []
        self._deepest, self._torn = 0, False
        self._shown = shown
        self._known: set[bytes] = set()
        self._kinds: dict[bytes, str] = {}

    @property
    def is_closed(self) -> bool:
        """Whether it ends as it began, and may stand within one more ``q``."""
        return not (self.in_text or self._saved or self._torn) and self._deepest < _DEEPEST

    def show(self, said: bytes) -> None:
        """Keep of ``said``, which shows text, what is new in it."""
        if self.in_text and self._font:
            said = b"" if said in self._known else self._only_new(said)
        if said:
            self.lines.append(said)

    def add(self, said: bytes) -> None:
        """Keep ``said``, another instruction, unless nothing new is in it."""
        kind = self._kinds.get(said) or self._kinds.setdefault(said, _kind(said))
        if kind in ("font", "mode"):
            if said in (self._font, self._mode):
                return
            self._font, self._mode = (said, self._mode) if kind == "font" else (self._font, said)
        elif kind in ("begun", "ended"):
            self._torn |= self.in_text == (kind == "begun")
            self.in_text = kind == "begun"
        elif kind == "saved":
            self._saved.append((self._font, self._mode))
            self._deepest = max(self._deepest, len(self._saved))
        elif kind == "restored":
            self._torn |= not self._saved
            self._font, self._mode = self._saved.pop() if self._saved else (self._font, self._mode)
        self._known = self._shown.setdefault((self._font, self._mode), set())
        self.lines.append(said)

    def _only_new(self, said: bytes) -> bytes:
        """The pairs of codes not shown before in this font and mode, as one instruction; nothing if there are none.

        A pair of single bytes stands for both, and one left over at the end for itself: as in the string it came from.
        """
        known = self._known
        known.add(said)
        new = []
        for string in _STRINGS.findall(said):
            codes = _codes(string)
            if len(codes) > _LONGEST_STRING:
                return said
            pairs = {codes[at : at + 2] for at in range(0, len(codes), 2)} - known
            known |= pairs
            new += [b"<%b>" % pair.hex().encode() for pair in sorted(pairs)]
        return b"[%b] TJ" % b"".join(new) if new else b""


def _is_silent(zeroed: bytes) -> bool:
    """Whether instructions, their digits made zeroes, are such as give no finding; not if a mark may be too long."""
    return _SILENCE.fullmatch(zeroed) is not None and (len(zeroed) <= _LONGEST_STRING or b"BDC" not in zeroed)


def _kind(said: bytes) -> str:
    found = _KINDS.fullmatch(said)
    return str(found.lastgroup) if found else "kept"


def _codes(string: bytes) -> bytes:
    """The bytes that a string of a content stream stands for."""
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    inside = string[1:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _ESCAPES.sub(_meant, inside) if b"\\" in inside else inside


def _meant(escape: re.Match[bytes]) -> bytes:
    told = escape[1]
    return bytes([int(told, 8) & 255]) if told[:1].isdigit() and told[:1] < b"8" else _ESCAPED.get(told, told)
