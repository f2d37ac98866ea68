"""Applicants (and results) from an Excel file: whole, or not at all and every fault by its row and column."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from ninja import Query, Schema

from docservice import access
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import YearInPath
from docservice.api.years import year_of
from docservice.applicants import Imported, import_workbook
from docservice.errors import InputRefused, TooLarge
from docservice.lists import MEDIA_TYPE
from docservice.thai import safe_file_name

area = Area()
_BINARY = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "description": "The workbook (.xlsx, 5 MB at most): as the body, or as `file` of a form",
        "required": True,
        "content": {
            MEDIA_TYPE: {"schema": _BINARY},
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _BINARY}},
                "encoding": {"file": {"contentType": MEDIA_TYPE}},
            },
        },
    }
}


class ImportRow(Schema):
    """What the import did, or with ``dry_run`` would do: rows read, applicants new and changed, results changed."""

    dry_run: bool
    rows: int
    added: int
    changed: int
    results: int


class How(Schema):
    """``dry_run``: only check the workbook and count; nothing is kept."""

    dry_run: bool = False


@area.offer(
    "POST", "/years/{year}/applicants/import", ImportRow, scope="write", actions=("enter",), once=True, extra=_BODY
)  # fmt: skip
def import_applicants(request: Asking, year: YearInPath, how: Query[How]) -> Any:
    """Import applicants from a workbook like that of `/years/{year}/sheets/applicants-form`.

    The province imports results too. Known ones (same district, group and name) are updated.

    All of it or nothing: 422 names every place to mend in `faults`, with its `row`, `column` and `value`.
    """
    found = year_of(request, year)
    name, data = _workbook(request)
    with TemporaryDirectory(prefix="docservice-") as folder:
        copy = Path(folder, safe_file_name(name))
        copy.write_bytes(data)
        bound = access.districts(request.user)
        done: Imported = import_workbook(copy, found, actor=request.user.username, districts=bound, dry=how.dry_run)
    return {"dry_run": how.dry_run, **vars(done)}


def _workbook(request: Asking) -> tuple[str, bytes]:
    """The body's name and bytes, or those of the form's file."""
    if request.content_type == "multipart/form-data":
        given = request.FILES.get("file")
        name, data = (given.name or "", given.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)) if given else ("", b"")
    else:
        name, data = "applicants.xlsx", request.body
    if len(data) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge(
            "แฟ้ม Excel ใหญ่เกิน ๕ MB", "ลบภาพและแผ่นงานที่ไม่ใช้ออก แล้วส่งใหม่", english="The workbook is above 5 MB."
        )
    if not data:
        raise InputRefused(
            "ยังไม่ได้ส่งแฟ้ม หรือแฟ้มว่าง",
            "ส่งแฟ้ม .xlsx เป็นเนื้อหา หรือเป็น file ของแบบฟอร์ม",
            english="Send the workbook as the body, or as file of a form.",
        )
    return name if name.lower().endswith((".xlsx", ".xlsm")) else f"{name or 'applicants'}.xlsx", data
