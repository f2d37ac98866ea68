"""The corpus: good templates made ill by code, each with the one fault that must be found and the words where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doctor.clinic import Edit, edited, run, stock

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
BY = 'w:id="901" w:author="ก" w:date="2026-01-01T00:00:00Z"'
NEXT_TAG = '</w:t></w:r></w:p>\n<w:p><w:pPr><w:pStyle w:val="Tag"/></w:pPr><w:r><w:t xml:space="preserve">'
"""What stands between a paragraph of the order and the tag in the paragraph behind it."""
BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:90pt;height:30pt"><v:textbox>'
    "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


@dataclass(frozen=True)
class Ill:
    """A template with one fault: ``code`` in the paragraph that holds ``words`` (``""``: the file as a whole)."""

    name: str
    kind: str
    code: str
    words: str
    edits: tuple[Edit, ...]
    make: Callable[[str], bytes] = stock

    def data(self) -> bytes:
        return edited(self.make(self.kind), *self.edits)


def order(name: str, code: str, words: str, *edits: Edit) -> Ill:
    return Ill(name, "order", code, words, edits)


def letter(name: str, code: str, words: str, *edits: Edit) -> Ill:
    return Ill(name, "letter", code, words, edits)


def field(code: str, shown: str) -> str:
    return f"{BEGIN}<w:r><w:instrText>{code}</w:instrText></w:r>{SEPARATE}{run(shown)}{END}"


def paragraph(text: str, style: str = "Body") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'


def with_file(name: str, data: bytes, kind: str = "") -> Callable[[dict[str, bytes]], None]:
    def edit(parts: dict[str, bytes]) -> None:
        parts[name] = data
        if kind:
            types = parts["[Content_Types].xml"].decode()
            parts["[Content_Types].xml"] = types.replace(
                "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
            ).encode()

    return edit


ROLE, SUBJECT, TEXT, POST = "{{ member.role }}", "{{ subject }}", "{{ text }}", "{{ signer.post }}"
W = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NUMBERING = (
    b'<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b'<w:abstractNum w:abstractNumId="1">'
    b'<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    b'<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
