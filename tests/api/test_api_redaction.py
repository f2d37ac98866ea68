"""Programs hide personal data too: what is hidden of a file is read, kept and never overwritten unseen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from office_year import digest
from PIL import Image
from programs import Program

from docservice import intake, stores
from docservice.models import Applicant, EvidenceFile, HiddenArea

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
AREA = {"page": 1, "left": 1000, "top": 2000, "width": 3000, "height": 400, "kind": "religion"}


@pytest.fixture(autouse=True)
def _own_home(own_home: Path) -> None:
    """What these tests keep beside the store."""


@pytest.fixture
def file(office: list[Applicant]) -> EvidenceFile:
    out = io.BytesIO()
    Image.new("RGB", (120, 160), "navy").save(out, "PNG")
    data = out.getvalue()
    stores.opened(stores.INTAKE).put(intake.key(digest(data)), data)
    own = next(row for row in office if row.district == "2401")
    told = {"name": "a.png", "size": len(data), "sha256": digest(data), "media_type": "image/png", "pages": 1}
    return EvidenceFile.objects.create(applicant=own, slot="photo", added_by="x", added_at=datetime.now(UTC), **told)


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


def test_areas_are_put_read_and_not_overwritten_unseen(program: Programs, file: EvidenceFile) -> None:
    asks, address = program("officer"), f"/evidence/{file.pk}/redaction"
    empty = _told(asks.get(address))
    assert (empty["version"], empty["done"], empty["pages"], empty["areas"]) == (0, False, 1, [])
    put = asks.ask("PUT", address, {"version": 0, "done": True, "areas": [AREA]})
    assert put.status_code == 200, put.content
    assert _told(put) == _told(asks.get(address))
    assert _told(put)["areas"] == [AREA]
    late = asks.ask("PUT", address, {"version": 0, "done": True, "areas": []})
    assert (late.status_code, _told(late)["code"]) == (412, "outdated")
    assert HiddenArea.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"left": 9000},
        {"left": -1},
        {"width": 0},
        {"kind": "name"},
        {"page": 2},
        {"page": 10**30},
        {"top": 1.5},
        {"x": 1},
    ],
)
def test_an_area_that_is_none_is_refused(program: Programs, file: EvidenceFile, change: dict[str, Any]) -> None:
    sent = {"version": 0, "done": True, "areas": [AREA | change]}
    assert program("officer").ask("PUT", f"/evidence/{file.pk}/redaction", sent).status_code == 422
    assert not HiddenArea.objects.exists()


def test_the_edition_is_asked_for_once(program: Programs, file: EvidenceFile) -> None:
    asks, address = program("officer"), f"/applicants/{file.applicant_id}/redacted-book"
    first = asks.post(address, {})
    assert (first.status_code, _told(first)["verb"]) == (202, "redaction")
    assert _told(asks.post(address, {}))["id"] == _told(first)["id"]
