"""The office of a live service, prepared in a process of its own: ``live_office.py VERB '{"words": …}'`` → JSON.

``prepare``: the year 2562, applicants of districts 2401 and 2402, and people of every role with one known password.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()
sys.path.insert(0, str(Path(__file__).parents[1]))

from django.contrib.auth.hashers import make_password  # noqa: E402  after django.setup()
from office_year import entered_year, entry  # noqa: E402

from docservice import intake, people, register, stores  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.models import Account, Applicant, EvidenceFile, Upload  # noqa: E402
from storage.store import Tally  # noqa: E402

PASSWORD = "correct horse battery staple"
PEOPLE: dict[str, dict[str, Any]] = {
    "staff": {"role": Account.STAFF, "first_name": "สุดา", "last_name": "ตัวอย่าง"},
    "officer": {"role": Account.DISTRICT, "districts": ["2401"], "first_name": "วิชัย", "last_name": "ตัวอย่าง"},
    "neighbour": {"role": Account.DISTRICT, "districts": ["2402"]},
    "auditor": {"role": Account.AUDITOR, "years": [2562], "first_name": "อรุณ", "last_name": "ตัวอย่าง"},
    "admin": {"role": Account.ADMINISTRATOR},
}


def prepare(email: str = "") -> dict[str, Any]:
    """A small year and its people; ``email`` is the staff's."""
    running.ready()
    year = entered_year()
    people = [
        entry("นายประเสริฐ แสงตะวัน", place="หมู่ที่ ๓ ตำบลตัวอย่าง"),
        entry("กลุ่มทอผ้าบ้านหนองบัว", group="organisation"),
        entry("นางสาวมาลี ใจงาม", district="2402"),
        entry("ชุมชนบ้านสวน", district="2402", group="community"),
    ]
    register.enter_applicants(year, people, actor="tester")
    password = make_password(PASSWORD)  # once for all: making one takes a fifth of a second, by design
    for name, details in PEOPLE.items():
        account = Account(username=name, last_login=datetime.now(UTC), password=password, **details)
        account.email = email if name == "staff" else ""
        account.save()
    return {"applicants": list(Applicant.objects.values_list("pk", flat=True))}


def token(name: str, scopes: list[str]) -> dict[str, Any]:
    """A token of the API in the name of one of the people."""
    _, secret = people.issue(Account.objects.get(username=name), "ทดสอบ", scopes, timedelta(days=1))
    return {"secret": secret}


def evidence(name: str) -> dict[str, Any]:
    """What an applicant handed in: rows, bytes, how many the store holds unharmed, uploads that are not whole."""
    files = list(EvidenceFile.objects.filter(applicant__name=name, removed_at=None))
    sound = 0
    for file in files:
        with stores.opened(stores.INTAKE).open(intake.key(file.sha256)) as stream:
            sound += Tally.of(stream).sha256 == file.sha256
    left = Upload.objects.filter(applicant__name=name, finished_at=None, received__gt=0).count()
    return {"files": len(files), "bytes": sum(file.size for file in files), "sound": sound, "left": left}


VERBS = {"evidence": evidence, "token": token, "prepare": prepare}

if __name__ == "__main__":
    answer = VERBS[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
