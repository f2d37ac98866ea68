"""Title and language are told by the same bytes as pikepdf tells them."""

from __future__ import annotations

import io

import pikepdf
import pytest
from word_files import saved, word

from docservice.render import package, packet
from docservice.render.office import Office

TITLES = ["หนังสือภายนอก ที่ ฉช ๐๐๑๙/๑", "ก & ข < ค > \"ง\" 'é'", "ก" * 300, "บรรทัด\nใหม่", "a\u00a0b", "", "😀"]


@pytest.fixture(scope="module")
def raw(office: Office) -> bytes:
    """As LibreOffice writes it."""
    document = word()
    document.add_paragraph("ทดสอบ")
    document.core_properties.author = document.core_properties.comments = ""
    return office.convert(package.read(saved(document)), title="ชื่อเดิม & <อื่น>").pdf or b""


def _by_pikepdf(document: pikepdf.Pdf, title: str) -> None:
    document.Root.Lang = pikepdf.String("th-TH")
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = ["th-TH"]


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


@pytest.mark.parametrize("title", TITLES)
def test_the_file_is_the_one_that_pikepdf_makes(raw: bytes, title: str) -> None:
    with pikepdf.open(io.BytesIO(raw)) as ours, pikepdf.open(io.BytesIO(raw)) as theirs:
        packet.tell(ours, title=title, language="th-TH")
        _by_pikepdf(theirs, title)
        assert _saved(ours) == _saved(theirs)


def test_a_packet_of_libreoffice_is_written_anew(raw: bytes) -> None:
    with pikepdf.open(io.BytesIO(raw)) as document:
        assert packet._anew(document, TITLES[0], "th-TH")
        assert not packet._anew(document, TITLES[0], "th-TH"), "it is another's now"


@pytest.mark.parametrize("strange", ["no packet", "another packet", "more information", "no information"])
def test_another_packet_is_left_to_pikepdf(raw: bytes, strange: str) -> None:
    with pikepdf.open(io.BytesIO(raw)) as ours, pikepdf.open(io.BytesIO(raw)) as theirs:
        for document in (ours, theirs):
            if strange == "no packet":
                del document.Root.Metadata
            elif strange == "another packet":
                words = document.Root.Metadata.read_bytes()
                document.Root.Metadata.write(words.replace(b"<pdfaid:conformance>B", b"<pdfaid:conformance>U"))
            elif strange == "more information":
                document.docinfo.Subject = pikepdf.String("เรื่อง")
            else:
                del document.trailer.Info
        packet.tell(ours, title=TITLES[0], language="th-TH")
        _by_pikepdf(theirs, TITLES[0])
        assert _saved(ours) == _saved(theirs)
