"""The sample's 44 applicants in a live service, as a year stands in the middle: ``staff_office.py`` → JSON."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

from docservice import register  # noqa: E402  after django.setup()
from docservice.models import Handover  # noqa: E402
from docservice.samples.applicants import read_applicants  # noqa: E402
from docservice.thai import BE  # noqa: E402


def whole_year() -> None:
    """Everybody entered; most of the evidence there, two districts behind; half of the registers handed over."""
    year = register.year(BE(2562))
    entries = []
    for one in read_applicants():
        district, group = year.district(one.district), year.group(one.group)
        assert district is not None
        assert group is not None
        entries.append({"district": district.code, "group": group.code, "name": one.name})
    register.enter_applicants(year, entries, actor="tester")
    for row in register.applicants(year):
        behind = row.district in ("2403", "2408") and row.group in ("network", "community")
        register.note_evidence(row.dossier_key, complete=not behind)
    for district in year.districts[:6]:
        Handover.objects.create(
            year_be=2562, province="24", district=district.code, units=4, complete=4, handed_by="officer",
            handed_at=datetime.now(UTC),
        )  # fmt: skip


if __name__ == "__main__":
    whole_year()
    sys.stdout.write(json.dumps({}) + "\n")
