"""The lists of the regulation's third chapter and the record of a destruction: columns, marks, signatures."""

from __future__ import annotations

from typing import Any

import pytest
from template_papers import bare, pages

from docservice import engines
from docservice.render.paper import make_paper

_LISTED = ("ลำดับที่", "รหัสแฟ้ม", "ที่", "ลงวันที่", "เลขทะเบียนรับ", "เรื่อง", "หมายเหตุ")
COLUMNS = {
    "retention-sent": ("ลำดับที่", "ที่", "ลงวันที่", "เรื่อง", "อายุการเก็บหนังสือ", "หมายเหตุ"),
    "retention-twenty": _LISTED,
    "disposal-list": (*_LISTED, "การพิจารณา"),
    "disposal-certificate": ("ลำดับที่", "รหัสแฟ้ม", "เรื่อง", "ผล", "SHA-256"),
}


def made(kind_code: str, rows: int = 1, **changes: Any) -> list[str]:
    kind = engines.catalogue().kind(kind_code)
    facts: Any = kind.example()
    return pages(
        make_paper(engines.office(), engines.template(kind), {**facts, "rows": facts["rows"] * rows, **changes})
    )


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_regulations_columns_head_every_page_and_the_last_rows_stay_with_the_signatures(kind: str) -> None:
    found = made(kind, rows=24)
    assert len(found) > 1
    for page in found:
        assert all(bare(column) in page for column in COLUMNS[kind])
    signed = {"retention-sent": "หมายเหตุ", "retention-twenty": "ผู้รับมอบ"}.get(kind, "ประธานกรรมการ")
    assert signed in found[-1]


def test_the_list_is_signed_by_hand_until_the_committee_has_spoken() -> None:
    page = made("disposal-list", committee=[], minutes="")[-1]
    assert page.count("กรรมการ") == 3
    assert "ความเห็นของคณะกรรมการ" not in page
