"""Time stamps of RFC 3161: asking a service for one, and checking one offline. Knows no log and no store.

What is checked is that the token speaks of just these bytes and that the certificate inside it signed it, for time
stamping. Whom that certificate belongs to is told; whether to trust its issuer is for the reader (``openssl ts -verify
-CAfile``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from docservice.errors import FixityBroken, StoreUnavailable

_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_LARGEST = 100_000


@dataclass(frozen=True)
class Stamp:
    """What a token says: ``sha512`` (hex) of what was stamped, when, and who signed (the certificate's subject)."""

    sha512: str
    at: datetime
    by: str


def ask(url: str, data: bytes) -> bytes:
    """A stamp of ``data`` from the service at ``url``, checked: its whole answer (DER), as ``openssl ts`` reads it.

    ``StoreUnavailable`` when it does not answer, refuses, or answers about something else.
    """
    nonce = secrets.randbits(63)
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha512"}), "hashed_message": _sha512(data)}
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    try:
        with PoolManager(timeout=Timeout(10), retries=False) as pool:
            headers = {"Content-Type": "application/timestamp-query"}
            said = pool.request("POST", url, body=asked.dump(), headers=headers, preload_content=False)
            answer = said.read(_LARGEST)
    except (HTTPError, OSError) as error:
        raise _refused(url, type(error).__name__) from error
    try:
        if _info(answer)["nonce"].native != nonce or check(answer).sha512 != _sha512(data).hex():
            raise _refused(url, "it answers about something else")
    except FixityBroken as fault:
        raise _refused(url, f"HTTP {said.status}: {fault.english}") from fault
    return bytes(answer)


def check(answer: bytes) -> Stamp:
    """What a stamp says; ``FixityBroken`` unless its own certificate signed it for time stamping."""
    try:
        info, signed = _info(answer), _signed(answer)
        certificate = _signer(signed)
        _require_signature(signed, certificate)
        digest = info["message_imprint"]["hashed_message"].native.hex()
        return Stamp(digest, info["gen_time"].native, certificate.subject.human_friendly)
    except (ValueError, TypeError, KeyError, InvalidSignature) as error:
        raise _damaged(str(error) or "its signature is wrong") from error


def _sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def _signed(answer: bytes) -> cms.SignedData:
    told = tsp.TimeStampResp.load(answer, strict=True)
    if told["status"]["status"].native not in ("granted", "granted_with_mods"):
        raise _damaged(f"the service refused: {told['status']['status'].native}")
    return told["time_stamp_token"]["content"]


def _info(answer: bytes) -> tsp.TSTInfo:
    try:
        return _signed(answer)["encap_content_info"]["content"].parsed
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged("it is no time stamp") from error


def _signer(signed: cms.SignedData) -> x509.Certificate:
    wanted = signed["signer_infos"][0]["sid"].chosen
    for choice in signed["certificates"]:
        found = choice.chosen
        if found.issuer == wanted["issuer"] and found.serial_number == wanted["serial_number"].native:
            if "time_stamping" not in found.extended_key_usage_value.native:
                raise _damaged("its certificate is not for time stamping")
            return found
    raise _damaged("the certificate that signed it is not in it")


def _require_signature(signed: cms.SignedData, certificate: x509.Certificate) -> None:
    """Over the attributes, which hold the digest of what the token says."""
    signer = signed["signer_infos"][0]
    attributes = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    content = signed["encap_content_info"]["content"].parsed.dump()
    name = signer["digest_algorithm"]["algorithm"].native
    if attributes["message_digest"].native != hashlib.new(name, content).digest():
        raise _damaged("what it says was changed")
    _require_named(attributes, certificate)
    key = load_der_x509_certificate(certificate.dump()).public_key()
    said, over = signer["signature"].native, signer["signed_attrs"].untag().dump()
    used = (
        signer["signature_algorithm"].hash_algo
        if signer["signature_algorithm"].signature_algo != "rsassa_pss"
        else name
    )
    algorithm = _HASHES[used if used in _HASHES else name]()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(said, over, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(said, over, ec.ECDSA(algorithm))
    else:
        raise _damaged("its kind of key is not known")


def _require_named(attributes: Mapping[str, Any], certificate: x509.Certificate) -> None:
    """The signature names the certificate by its digest (ESSCertID), or another could be put in its place."""
    named = attributes.get("signing_certificate_v2") or attributes["signing_certificate"]
    first = named["certs"][0]
    algorithm = first["hash_algorithm"]["algorithm"].native if "signing_certificate_v2" in attributes else "sha1"
    if first["cert_hash"].native != hashlib.new(algorithm, certificate.dump()).digest():
        raise _damaged("its certificate is not the one that signed it")


def _damaged(english: str) -> FixityBroken:
    return FixityBroken(
        f"ตราประทับเวลาใช้ไม่ได้ ({english})",
        "เก็บสำเนาไว้ แล้วแจ้งผู้ดูแลระบบ",
        english=f"The time stamp cannot be used: {english}. Keep a copy and tell the administrator.",
    )


def _refused(url: str, why: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"บริการประทับเวลา {url} ไม่ให้ตราประทับ ({why})",
        "ตรวจ DOCSERVICE_TSA_URL บันทึกถูกผนึกไว้แล้ว จะขอประทับเวลาใหม่ในรอบหน้า",
        english=f"The time-stamp service {url} gave no stamp ({why}). Check DOCSERVICE_TSA_URL; it is asked again.",
    )
