"""A list as an Excel file: rows are written as they are read, the file is sent from disk, memory stays flat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from docservice.thai import date_short, safe_file_name

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767


def sheet(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int] = ()
) -> FileResponse:
    """The answer that downloads ``name.xlsx``: one sheet, its header in bold and fixed; dates in Thai, text as text."""
    book = Workbook(write_only=True)
    page: Any = book.create_sheet(safe_file_name(name)[:31])
    for number, width in enumerate(widths):
        page.column_dimensions[chr(ord("A") + number)].width = width
    page.freeze_panes = "A2"
    page.append(_bold(page, header))
    for row in rows:
        page.append([_cell(page, value) for value in row])
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  closed by the answer, which sends it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{safe_file_name(name)}.xlsx", content_type=_TYPE)


def _bold(page: Any, header: Sequence[str]) -> list[object]:
    cells = [WriteOnlyCell(page, text) for text in header]
    for cell in cells:
        cell.font = Font(bold=True)
    return list(cells)


def _cell(page: Any, value: object) -> object:
    """A cell; a text is never taken for a formula."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if isinstance(value, date):
        return date_short(value)
    if value is None or isinstance(value, int | float):
        return value
    cell = WriteOnlyCell(page, _UNWRITABLE.sub("", str(value))[:_LONGEST])
    cell.data_type = "s"
    return cell
