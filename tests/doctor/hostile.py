"""Files that mean harm or are something else, made by code."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

from doctor.clinic import BODY, between, edited, run, stock, zipped

from docservice.render import package

HEAD = (
    '<?xml version="1.0"?>{}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
TAIL = "</w:body></w:document>"
ROLE = "{{ member.role }}"


def document(body: str, doctype: str = "") -> bytes:
    return package.write(package.read(stock("order")) | {BODY: (HEAD.format(doctype) + body + TAIL).encode()})


def with_part(name: str, data: bytes) -> bytes:
    parts = package.read(stock("order"))
    parts[name] = data
    return zipped(parts)


def raw(body: bytes) -> bytes:
    """The order with ``body`` as its document, whatever it is."""
    return with_part(BODY, body)


def bomb(size: int = 256 << 20) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in package.read(stock("order")).items():
            archive.writestr(name, data)
        entry = zipfile.ZipInfo("word/media/bomb.png")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as part:
            for _ in range(size >> 20):
                part.write(bytes(1 << 20))
    return out.getvalue()


def locked_zip() -> bytes:
    """Entries marked as encrypted."""
    data = bytearray(stock("order"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def ole(*names: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(512)
        + b"\0\0".join(name.encode("utf-16-le") for name in names)
        + bytes(512)
    )


def zip_of(**parts: bytes) -> bytes:
    return zipped({name.replace("__", "/").replace("_xml", ".xml"): data for name, data in parts.items()})


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n > 1 else "") + ";") * 10}">' for n in range(1, 10))
    + "]>"
)
FOREIGN: dict[str, list[Callable[[], bytes]]] = {
    "empty-file": [lambda: b"", lambda: bytes(100)],
    "file-too-large": [lambda: b"PK" + bytes(200 << 20)],
    "pdf": [lambda: b"%PDF-1.7\n%\xe2\xe3"],
    "old-word": [lambda: ole("WordDocument")],
    "password": [lambda: ole("EncryptionInfo", "EncryptedPackage"), locked_zip],
    "open-document": [lambda: zip_of(mimetype=b"application/vnd.oasis.opendocument.text", content_xml=b"<a/>")],
    "other-office": [
        lambda: zip_of(xl__workbook_xml=b"<a/>"),
        lambda: zip_of(ppt__presentation_xml=b"<a/>"),
        lambda: ole("Workbook"),
        lambda: b"{\\rtf1 hello}",
    ],
    "not-word": [
        lambda: b"hello",
        lambda: b"<html></html>",
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(40),
        lambda: zip_of(a=b"b"),
        lambda: bytes(range(256)) * 40,
    ],
    "damaged": [
        lambda: b"PK\x03\x04" + bytes(50),
        lambda: stock("order")[:4000],
        lambda: zipped({"[Content_Types].xml": b"<Types/>"}),
        lambda: raw(b'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body/></w:document>'),
    ],
    "broken-xml": [
        lambda: raw(b"<w:document"),
        lambda: document("<w:p><w:r><w:t>R&D</w:t></w:r></w:p>"),
        lambda: with_part("word/header1.xml", b"<a><b></a>"),
        lambda: document("<w:p>" * 400 + "</w:p>" * 400),
        lambda: raw(zlib.compress(bytes(range(256)) * 50)),
    ],
    "document-type": [
        lambda: document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", LAUGHS),
        lambda: with_part("word/styles.xml", f"<?xml version='1.0'?>{LAUGHS}<a>&a9;</a>".encode()),
    ],
    "too-much-inside": [
        bomb,
        lambda: zipped({f"word/p{n}.xml": b"<a/>" for n in range(4001)} | package.read(stock("order"))),
    ],
    "no-fields": [lambda: document("<w:p><w:r><w:t>หนังสือธรรมดา</w:t></w:r></w:p>")],
}


def many_runs(count: int = 100_000) -> bytes:
    """One paragraph of 10⁵ runs, with a tag cut over a thousand of them."""
    return document(
        "<w:p>" + run("ก") * count + "".join(run(letter) for letter in "{{ " + "s" * 1000 + " }}") + "</w:p>"
    )


def many_tags(count: int) -> bytes:
    return document("<w:p>" + "".join(run("{{ subjct }}{% if a %") for _ in range(count // 2)) + "</w:p>")


HEAVY = {
    "10⁴ runs": lambda: many_runs(10_000),
    "broken tags in a paragraph": lambda: many_tags(3_000),
    "20,000 opening braces": lambda: document(f"<w:p>{run('{' * 20_000)}</w:p>"),
    "50,000 closing braces": lambda: document(f"<w:p>{run('}' * 50_000)}</w:p>"),
    "10⁵ quotes after a brace": lambda: document(f"<w:p>{run('{{ ' + chr(39) * 100_000)}</w:p>"),
    "braces over 2,000 paragraphs": lambda: document(f"<w:p>{run('{{ a')}</w:p>" * 2_000),
    "nested conditions": lambda: document("".join(f"<w:p>{run('{%p if subject %}')}</w:p>" for _ in range(3000))),
    "ends only": lambda: document(f"<w:p>{run('{%p endif %}{%p endfor %}')}</w:p>" * 1000),
    "deep brackets": lambda: edited(stock("order"), (ROLE, "{{ " + "(" * 900 + "1" + ")" * 900 + " }}")),
    "a text that doubles in a loop": lambda: edited(
        stock("order"),
        (ROLE, ROLE + "{% set x = 'a' %}{% for a in range(99) %}{% set x = x ~ x %}{% endfor %}"),
    ),
    "loops in loops": lambda: edited(
        stock("order"), (ROLE, ROLE + "{% for a in range(9999) %}" * 5 + "a" + "{% endfor %}" * 5)
    ),
    "a large product": lambda: edited(stock("order"), (ROLE, ROLE + "{{ 'a' * 999999999 }}{{ 9 ** 9 ** 9 }}")),
    "nested tables": lambda: document(
        "<w:tbl><w:tr><w:tc>" * 60
        + f"<w:p>{run('{{ subject }}')}</w:p>"
        + "<w:p/></w:tc></w:tr></w:tbl>" * 60
        + "<w:p/>"
    ),
    "styles in a circle": lambda: with_part(
        "word/styles.xml",
        b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b'<w:style w:type="paragraph" w:styleId="Role"><w:basedOn w:val="Body"/></w:style>'
        b'<w:style w:type="paragraph" w:styleId="Body"><w:basedOn w:val="Role"/></w:style></w:styles>',
    ),
    "numbers that are none": lambda: edited(
        stock("order"),
        ('w:w="11906"', 'w:w="x"'),
        ('cx="1008000"', 'cx="∞"'),
        ("<w:keepNext/>", '<w:rPr><w:sz w:val="²"/></w:rPr><w:keepNext/>'),
    ),
    "a stray end of a field": lambda: edited(
        stock("order"),
        (
            ROLE,
            between('<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:instrText>X</w:instrText></w:r>', before=ROLE),
        ),
    ),
}
