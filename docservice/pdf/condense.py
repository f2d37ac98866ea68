"""What a checker of PDF/A need not read twice: pages made alike, and text that shows no glyph not shown before.

The checker walks every object and every operator in Python. A scan of twenty pages says the same twenty times; a typed
page sets position, font and glyphs a thousand times, of which only the glyphs shown matter, font by font. What is left
out here matches a strict form and cannot give a finding; anything else is left to the checker as it stands. Tests
compare the findings with and without.
"""

from __future__ import annotations

import re

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, PdfError, Stream

# ----------------------------------------------------------------------------------------------------- pages made alike
_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Resources",
         "/Contents"}  # fmt: skip
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
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
_LONG = 2000  # bytes of content from which it pays
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
_FORMS = (
    rf"(?P<shown>(?:\[(?:{_TEXT}|{_N}|{_S})*+\]{_S}*+TJ|{_TEXT}{_S}*+Tj){_END})",
    rf"{_NAME}{_S}*+(?:(?P<font>{_N}{_S}++Tf{_END})"
    rf"|(?P<tagged><<{_S}*+(?:{_NAME}{_S}*+(?:{_N}|{_NAME}|{_TEXT}){_S}*+)*+>>{_S}*+BDC{_END}))",
    rf"(?P<mode>[0-7]{_S}++Tr{_END})",
    rf"(?P<joined>[0-2]{_S}++[Jj]{_END})",
    rf"{_MORE}(?:(?P<set>(?:w|M|i|T[cwzLs]){_END})"
    rf"|{_MORE}(?:(?P<line>[ml]{_END})|(?P<moved>T[dD]{_END})"
    rf"|{_PAIR}(?:(?P<box>(?:re|v|y){_END})"
    rf"|{_PAIR}(?:(?P<curve>cm?{_END})|(?P<placed>Tm{_END})))))",
    rf"(?P<drawn>(?:EMC|h|S|s|f\*?|F|B\*?|b\*?|n|W\*?){_END})",
    rf"(?P<next>T\*{_END})",
    rf"(?P<begun>BT{_END})",
    rf"(?P<ended>ET{_END})",
    rf"(?P<saved>q{_END})",
    rf"(?P<restored>Q{_END})",
    rf"(?P<kept>(?:{_ANY}{_S}*+)*+(?:gs|cs|CS|scn|SCN|sc|SC|g|G|rg|RG|k|K|ri|Do|sh|BMC|BDC|MP|DP){_END})",
)
_SILENT = {"joined", "set", "line", "box", "curve", "drawn"}
_SILENT_IN_TEXT = {"moved", "placed", "next"}
_INSTRUCTION = re.compile("|".join(_FORMS).encode("latin-1"))
_STRINGS = re.compile(_TEXT.encode("latin-1"))
_ESCAPES = re.compile(rb"\\([0-7]{1,3}|\r\n|[\x00-\xff])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def say_once(pdf: Pdf) -> None:
    """Leave out of the pages of ``pdf``, in place, text that shows what the page has shown before in the same font.

    ``pdf`` is for the checker only: its pages look like nothing afterwards.
    """
    for page in pdf.pages:
        contents = page.obj.get(Name.Contents)
        if isinstance(contents, Stream) and _counts_in_pairs(page):
            try:
                shorter = condensed(contents.read_bytes())
            except (PdfError, RuntimeError):
                continue
            if shorter is not None:
                page.obj[Name.Contents] = pdf.make_stream(shorter)


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
    if len(data) < _LONG:
        return None
    kept = _Kept()
    at = len(data) - len(data.lstrip(b"\x00\t\n\f\r "))
    for found in _INSTRUCTION.finditer(data, at):
        if found.start() != at:
            return None
        at = found.end()
        kind = found.lastgroup
        if kind not in _SILENT and not (kept.in_text and kind in _SILENT_IN_TEXT):
            kept.add(str(kind), found[0])
    return b"\n".join(kept.lines) if at == len(data) else None


class _Kept:
    """The instructions that matter so far, and what the next ones are measured by."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.in_text = False
        self._font = self._mode = b""
        self._saved: list[tuple[bytes, bytes]] = []
        self._shown: dict[tuple[bytes, bytes], set[bytes]] = {}

    def add(self, kind: str, said: bytes) -> None:
        """Keep ``said``, an instruction of this ``kind``, unless nothing new is in it."""
        if kind == "font":
            new, self._font = said != self._font, said
        elif kind == "mode":
            new, self._mode = said != self._mode, said
        elif kind == "shown" and self.in_text and self._font:
            said, new = self._only_new(said), True
        else:
            new = self._notes(kind, said)
        if new and said:
            self.lines.append(said)

    def _notes(self, kind: str, said: bytes) -> bool:
        """What moves the measure; whether it is to be kept."""
        if kind in ("begun", "ended"):
            self.in_text = kind == "begun"
        elif kind == "saved":
            self._saved.append((self._font, self._mode))
        elif kind == "restored" and self._saved:
            self._font, self._mode = self._saved.pop()
        return kind != "tagged" or said.startswith(b"/OC") or len(said) > _LONGEST_STRING

    def _only_new(self, said: bytes) -> bytes:
        """The pairs of codes not shown before in this font and mode, as one instruction; nothing if there are none.

        A pair of single bytes stands for both, and one left over at the end for itself: as in the string it came from.
        """
        known = self._shown.setdefault((self._font, self._mode), set())
        if said in known:
            return b""
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


def _codes(string: bytes) -> bytes:
    """The bytes that a string of a content stream stands for."""
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    inside = string[1:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _ESCAPES.sub(_meant, inside) if b"\\" in inside else inside


def _meant(escape: re.Match[bytes]) -> bytes:
    told = escape[1]
    return bytes([int(told, 8) & 255]) if told[:1].isdigit() and told[:1] < b"8" else _ESCAPED.get(told, told)
