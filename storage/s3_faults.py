"""What an S3 service refuses, said so that an officer or administrator knows what to do. Knows codes, no library."""

from __future__ import annotations

from docservice.errors import DocserviceError, StoreUnavailable
from storage.store import absent, taken

_CREDENTIALS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}
_FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
_REGION = {"AuthorizationHeaderMalformed", "PermanentRedirect", "Redirect", "IllegalLocationConstraintException"}
_LOCK = {"InvalidRequest", "ObjectLockConfigurationNotFoundError", "InvalidBucketObjectLockConfiguration"}


class Raced(StoreUnavailable):
    """Another request on the same key was under way; whether anything was stored has to be looked up."""


def refusal(place: str, key: str, code: str, status: int) -> DocserviceError:
    """The error for the S3 ``code`` and HTTP ``status`` that answered a request about ``key`` (``""``: the bucket)."""
    if code in {"NoSuchKey", "NoSuchUpload"}:
        return absent(key)
    if code == "PreconditionFailed" or status == 412:
        return taken(key)
    if code in {"ConditionalRequestConflict", "OperationAborted"}:
        return Raced(*_ASK_AGAIN, english=f"{key} is being written by another task. Wait a moment and try again.")
    thai, remedy, english = _sentence(place, code, status)
    return StoreUnavailable(thai, remedy, english=english)


def silent(place: str, reason: str) -> StoreUnavailable:
    """The error when no answer came at all, or it broke off."""
    return StoreUnavailable(
        f"ที่จัดเก็บ {place} ไม่ตอบ ({reason})",
        "ไม่มีข้อมูลใดเสียหาย กรุณาตรวจว่าบริการ S3 เปิดอยู่และ endpoint ใน DOCSERVICE_STORE_URL ถูกต้อง แล้วลองใหม่",
        english=f"{place} does not answer ({reason}). Check that it runs and the endpoint is right, then try again.",
    )


def not_s3(place: str, status: object) -> StoreUnavailable:
    """The error when somebody answered who does not speak S3."""
    return StoreUnavailable(
        f"ปลายทางของ {place} ตอบ แต่ไม่ใช่บริการ S3 (HTTP {status})",
        "กรุณาตรวจ endpoint และพอร์ตใน DOCSERVICE_STORE_URL",
        english=f"What answers at {place} does not speak S3 (HTTP {status}). Check the endpoint and its port.",
    )


def not_write_once(place: str) -> StoreUnavailable:
    """The error for a service that lets bytes be overwritten when it was told not to: no archive can be kept there."""
    return StoreUnavailable(
        f"ที่จัดเก็บ {place} ไม่รักษาสัญญา “เขียนครั้งเดียว” (ไม่สนใจ If-None-Match) จึงใช้เก็บจดหมายเหตุไม่ได้",
        "กรุณาใช้บริการ S3 ที่รองรับการเขียนแบบมีเงื่อนไข เช่น MinIO/Silo, SeaweedFS, Ceph หรือ AWS",
        english=f"{place} ignores If-None-Match, so what is filed could be overwritten. Use a service that keeps it.",
    )


_ASK_AGAIN = ("มีงานอื่นกำลังบันทึกข้อมูลเดียวกัน", "กรุณารอสักครู่แล้วลองใหม่")


def _sentence(place: str, code: str, status: int) -> tuple[str, str, str]:
    """What happened, what to do, and both in English."""
    if code in _CREDENTIALS:
        return (
            f"ที่จัดเก็บ {place} ไม่รับรหัสที่ใช้ ({code})",
            "กรุณาตรวจ DOCSERVICE_STORE_KEY และ DOCSERVICE_STORE_SECRET",
            f"{place} refuses the credentials ({code}). Check DOCSERVICE_STORE_KEY and DOCSERVICE_STORE_SECRET.",
        )
    if code == "NoSuchBucket":
        return (
            f"ไม่มี bucket ของที่จัดเก็บ {place}",
            "กรุณาตรวจชื่อใน DOCSERVICE_STORE_URL หรือสร้างด้วย docservice store create",
            f"There is no such bucket: {place}. Check its name, or make it with: docservice store create",
        )
    if code == "RequestTimeTooSkewed":
        return (
            f"นาฬิกาของเครื่องนี้ต่างจากของที่จัดเก็บ {place} มากเกินไป",
            "กรุณาตั้งนาฬิกาของเครื่องให้ตรง (timedatectl)",
            f"This machine's clock is too far from that of {place}. Set it right (timedatectl).",
        )
    if code in _REGION:
        return (
            f"ที่จัดเก็บ {place} อยู่คนละ region กับที่ตั้งไว้ ({code})",
            "กรุณาระบุ region=… ใน DOCSERVICE_STORE_URL",
            f"{place} lies in another region ({code}). Name it with region=… in DOCSERVICE_STORE_URL.",
        )
    return _about_rights_and_room(place, code, status)


def _about_rights_and_room(place: str, code: str, status: int) -> tuple[str, str, str]:
    if status == 403:
        return (
            f"ไม่มีสิทธิ์ใช้ที่จัดเก็บ {place} ({code})",
            "bucket อาจเป็นของผู้อื่น หรือรหัสไม่ถูกต้อง กรุณาให้ผู้ดูแลระบบตรวจสิทธิ์และ DOCSERVICE_STORE_KEY",
            f"No right to use {place} ({code}): it is another's, or DOCSERVICE_STORE_KEY is wrong.",
        )
    if code in _FULL or status == 507:
        return (
            f"พื้นที่จัดเก็บ {place} เต็ม",
            "ไม่มีข้อมูลใดเสียหาย กรุณาเพิ่มพื้นที่หรือโควตาแล้วลองใหม่",
            f"{place} is full. Nothing was lost; give it room or a larger quota and try again.",
        )
    if code in _LOCK:
        return (
            f"ที่จัดเก็บ {place} ไม่รับคำขอ ({code})",
            "ถ้าใช้ retention=… ใน DOCSERVICE_STORE_URL ต้องเป็น bucket ที่เปิด object lock ตั้งแต่สร้าง",
            f"{place} refused the request ({code}). With retention=… the bucket must have been made with object lock.",
        )
    return (
        f"ใช้ที่จัดเก็บ {place} ไม่ได้ในขณะนี้ ({code or status})",
        "ไม่มีข้อมูลใดเสียหาย กรุณาลองใหม่ ถ้ายังไม่ได้ให้ผู้ดูแลระบบดูบันทึกของบริการ S3",
        f"Cannot use {place} now ({code or status}). Try again; if it stays, look at the S3 service's log.",
    )
