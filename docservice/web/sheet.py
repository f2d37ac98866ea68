"""A list as an Excel file, on its way to a browser: sent from disk, memory stays flat."""

from __future__ import annotations

from django.http import FileResponse

from docservice.lists import MEDIA_TYPE, Sheet


def sheet(made: Sheet) -> FileResponse:
    """The answer that downloads the sheet."""
    return FileResponse(made.written(), as_attachment=True, filename=made.file_name, content_type=MEDIA_TYPE)
