"""A digitally signed PDF is shown; who signed it, when, and whether it was changed since stands on the cover."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from evidence_files import Evidence
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docservice.pdf.book import Book, SourceFile
from docservice.pdf.piece import Signature
from docservice.pdf.signatures import signatures
from docservice.pdf.text import page_texts

Bind = Callable[..., Book]
SIGNER = "นางตัวอย่าง ลงนามดี"


@pytest.fixture(scope="module")
def signer() -> signers.SimpleSigner:
    """A key of nobody, made for this run."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SIGNER)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(9))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=SimpleCertificateStore(),
    )


@pytest.fixture
def signed(evidence: Evidence, signer: signers.SimpleSigner) -> SourceFile:
    writer = IncrementalPdfFileWriter(io.BytesIO(evidence.thai("plain.pdf", "หนังสือรับรอง").path.read_bytes()))
    meta = signers.PdfSignatureMetadata(field_name="Signature1")
    return evidence.raw("หนังสือรับรอง.pdf", signers.sign_pdf(writer, meta, signer=signer).getvalue())


def test_signer_time_and_integrity_are_told(signed: SourceFile) -> None:
    (found,) = signatures(signed.path)
    assert (found.signer, found.intact, found.whole) == (SIGNER, True, True)
    assert datetime.fromisoformat(found.time).date() in (datetime.now(UTC).date(), datetime.now().astimezone().date())


def test_a_file_changed_after_signing_is_told(signed: SourceFile, evidence: Evidence) -> None:
    data = signed.path.read_bytes()
    at = data.index(b"/MediaBox")
    changed = evidence.raw("changed.pdf", data[:at] + data[at:].replace(b"595", b"594", 1))
    (found,) = signatures(changed.path)
    assert not found.intact


def test_what_was_added_after_signing_is_told(signed: SourceFile, evidence: Evidence) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.path.read_bytes()))
    writer.root["/Marked"] = writer.root["/Type"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    (found,) = signatures(evidence.raw("longer.pdf", out.getvalue()).path)
    assert found.intact
    assert not found.whole


def test_a_signature_that_is_none_counts_as_broken(evidence: Evidence) -> None:
    assert signatures(evidence.raw("a.pdf", b"%PDF-1.7 nothing").path) == (Signature("", "", False, False),)


def test_the_cover_names_the_signer_and_the_original_stays_as_it_was(bind: Bind, signed: SourceFile) -> None:
    before = signed.path.read_bytes()
    book = bind(files=(signed,))
    (report,) = book.files
    assert signed.path.read_bytes() == before
    assert report.state == "in-book"
    assert report.signatures[0].signer == SIGNER
    cover = "".join(page_texts(book.pdf)[0].split())
    assert f"ลายมือชื่อดิจิทัลของ{SIGNER.replace(' ', '')}" in cover
    assert "เนื้อหาที่ลงนามไม่ถูกแก้ไข" in cover
    assert "หนังสือรับรอง" in page_texts(book.pdf)[1]
