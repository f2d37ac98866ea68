"""Title and language in a PDF's metadata: LibreOffice's own packet is known word by word, so it is written anew.

The bytes are those that pikepdf writes, which parses and serialises the packet for them; it does so still where the
packet is of another make.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pikepdf

_BEGIN = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
"""
_PART = """
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
"""
_TITLE = """
   <dc:title>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">{title}</rdf:li>
    </rdf:Alt>
   </dc:title>
  </rdf:Description>
"""
_TOLD = """
   <pdf:Producer>{producer}</pdf:Producer>
  </rdf:Description>
"""
_MADE = """
   <xmp:CreatorTool>{creator}</xmp:CreatorTool>
   <xmp:CreateDate>{date}</xmp:CreateDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
_PDFA, _DC = 'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_PDF, _XMP = 'xmlns:pdf="http://ns.adobe.com/pdf/1.3/"', 'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
_LANGUAGE = "<rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag>"
_WRITTEN = (
    f'{_BEGIN}  <rdf:Description {_PDFA} rdf:about="">{_PART}'
    f"  <dc:language {_DC}>{_LANGUAGE}</dc:language></rdf:Description>\n"
    f'  <rdf:Description {_DC} rdf:about="">{_TITLE}'
    f'  <rdf:Description {_PDF} rdf:about="">{_TOLD}'
    f'  <rdf:Description {_XMP} rdf:about="">{_MADE}\n<?xpacket end="w"?>\n'
)
_FOUND = {"title": "[^<]*", "producer": "([ -%'-;=?-~]+)", "creator": "([ -%'-;=?-~]+)"}
_FOUND["date"] = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
_READ = re.compile(
    "".join(
        _FOUND.get(piece, "") or re.escape(piece)
        for piece in re.split(
            r"\{(\w+)\}",
            f'{_BEGIN}  <rdf:Description rdf:about="" {_PDFA}>{_PART}  </rdf:Description>\n'
            f'  <rdf:Description rdf:about="" {_DC}>{_TITLE}'
            f'  <rdf:Description rdf:about="" {_PDF}>{_TOLD}'
            f'  <rdf:Description rdf:about="" {_XMP}>{_MADE}',
        )
    )
    + r'[ \n]*<\?xpacket end="w"\?>\n'
)
_PLAIN = re.compile(r"[ -~\u00a1-\ud7ff]+")


def tell(document: pikepdf.Pdf, *, title: str, language: str) -> None:
    """Write title and language into the document's metadata, and what that says into its information dictionary."""
    document.Root.Lang = pikepdf.String(language)
    if _anew(document, title, language):
        return
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [language]


def _anew(document: pikepdf.Pdf, title: str, language: str) -> bool:
    """Whether the packet was LibreOffice's, and is written anew."""
    kept, told = document.Root.get("/Metadata"), document.trailer.get("/Info")
    if not isinstance(kept, pikepdf.Stream) or not isinstance(told, pikepdf.Dictionary) or not _PLAIN.fullmatch(title):
        return False
    found = _READ.fullmatch(kept.read_bytes().decode("utf-8", "replace"))
    if found is None or set(told.keys()) != {"/Title", "/Producer", "/Creator", "/CreationDate"}:
        return False
    producer, creator, date = found.groups()
    words = _WRITTEN.format(title=escape(title), language=language, producer=producer, creator=creator, date=date)
    kept.write(words.encode())
    told.Title, told.Producer, told.Creator = map(pikepdf.String, (title, producer, creator))
    told.CreationDate = pikepdf.String("D:" + re.sub("[-:TZ]", "", date) + "+00'00")
    return True
