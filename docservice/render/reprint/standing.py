"""What papers are printed from: a forme, the fonts that grow with them, and what LibreOffice's file holds besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from docservice.render import pdfcheck
from docservice.render.pieces import Chunks, Key, Piece, Whole
from docservice.render.reading_order import Joiner
from docservice.render.reprint.embedded import Embedded
from docservice.render.reprint.forme import Forme, Setting
from docservice.render.reprint.handset import Meanings, written
from docservice.render.reprint.line import OPEN
from docservice.render.reprint.sheet import Bits

_MOST_JOINED = 1000
_Before = tuple[int, tuple[str | None, ...]]  # a standing portion, and what its glyphs meant before it


@dataclass
class Standing:
    """A forme with what its pages are written from: ``number`` is its model's page of ``whole``."""

    forme: Forme
    whole: Whole
    number: int
    fonts: dict[str, Embedded]
    keys: dict[str, Key]
    due: int = OPEN
    objects: dict[Key, Chunks] = field(default_factory=dict)
    instead: dict[Key, Key] = field(default_factory=dict)
    joined: dict[_Before, tuple[bytes, Meanings]] = field(default_factory=dict)
    joiner: Joiner = field(default_factory=lambda: Joiner({}))
    _read: dict[str, Embedded] = field(default_factory=dict)
    _supplied: dict[str, Embedded] = field(default_factory=dict)
    _made: int = 0

    def printed(self, settings: Sequence[Setting], titles: Sequence[str], fonts: Sequence[str]) -> list[Piece]:
        """A finished PDF for each setting. Raises as ``pdfcheck.check``."""
        self._supply()
        objects, contents = dict(self.objects), []
        for setting in settings:
            keys = [self._key() for _ in setting.pictures]
            objects |= {key: [_image(picture)] for key, picture in zip(keys, setting.pictures, strict=True)}
            pictures = {self.keys[name]: key for name, key in zip(self.forme.names, keys, strict=True)}
            contents.append((self._contents(setting), {**self.instead, **pictures}))
        whole = self.whole.again(self.number, contents, objects)
        pdfcheck.check(whole.specimen(titles[0]), fonts)
        return [whole.piece(at, at + 1, title) for at, title in enumerate(titles)]

    def _contents(self, setting: Setting) -> bytes:
        """A page's contents in reading order."""
        meanings: Meanings = {}
        out = []
        for each in self.forme.script(setting):
            if isinstance(each, bytes):
                out.append(each)
                continue
            block, glyphs, x = each
            stands = glyphs is block.glyphs
            key = block.start, tuple(map(meanings.get, block.outlines)) if stands else ()
            if stands and key in self.joined:
                contents, added = self.joined[key]
                meanings |= added
            else:
                before = dict(meanings)
                contents = written(block, self.fonts[block.font], glyphs, x, meanings)
                contents = self.joiner.joined(contents)
                if stands:
                    added = {of: meanings[of] for of in block.outlines if of not in before}
                    self._keep(key, contents, added)
            out.append(contents)
        return b"".join(out)

    def _keep(self, key: _Before, contents: bytes, added: Meanings) -> None:
        if len(self.joined) > _MOST_JOINED:
            self.joined.clear()
        self.joined[key] = contents, added

    def _supply(self) -> None:
        """Objects of the fonts that grew since the last time."""
        if self._read is not self.fonts:
            self._read = self.fonts
            self.joiner = Joiner({name: (font.meant, font.widths) for name, font in self.fonts.items()})
        for name, font in self.fonts.items():
            if font.added and font is not self._supplied.get(name):
                self._supplied[name] = font
                made = font.objects(self.forme.faces[font.name].file, self._key)
                self.instead[self.keys[name]] = next(iter(made))
                self.objects |= made

    def _key(self) -> Key:
        self._made += 1
        return -1, -1 - self._made


def _image(picture: Bits) -> bytes:
    """The PNG's own lines as an image object: the pixels of LibreOffice's grey one, in an eighth of the bits."""
    width, height, data = picture
    return (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode"
        b"/DecodeParms<</Predictor 15/BitsPerComponent 1/Columns %d>>/Length %d>>\nstream\n%s\nendstream"
        % (width, height, width, len(data), data)
    )
