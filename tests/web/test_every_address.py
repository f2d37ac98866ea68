"""Every address, every role and nobody, own and other district and year: nothing is seen or changed that access does
not give, nothing fails, and every answer carries its headers. The lines are in ``addresses.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from addresses import ALL, OPEN, OPERATIONS, PAGES, Operation, Page
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver
from office_year import REPOSITORY, entered_year, filed, filing

from docservice import edition_store, intake, jobs, stores
from docservice import people as people_
from docservice.api import pace, root
from docservice.models import Account, Applicant, Document, Edition, EvidenceFile, Handover, Upload

pytestmark = pytest.mark.django_db
NOBODY = "nobody"
NAMED = {"own": "ของเราเอง", "other": "ของอำเภออื่น", "old": "ของปีก่อน"}
"""What every row of ours is called: a name that turns up where it may not be seen is a leak."""
PLACES = {"own": (2562, "2401"), "other": (2562, "2402"), "old": (2561, "2401")}
SEEN: dict[str, set[str]] = {
    "staff": {"own", "other", "old"},
    "admin": {"own", "other", "old"},
    "officer": {"own", "old"},
    "neighbour": {"other"},
    "auditor": {"own", "other"},
    NOBODY: set(),
}
GONE = {403, 404}
_LETTER = REPOSITORY / "templates_th" / "letter" / "2562-1.docx"
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"


@dataclass
class Rows:
    """What there is: kind → whose → number (or the words of an address)."""

    of: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, kind: str, whose: str, key: Any) -> None:
        """Remember."""
        self.of.setdefault(kind, {})[whose] = key

    def key(self, kind: str, whose: str) -> Any:
        """The number, or one that nobody has."""
        nobody = "00000000-0000-4000-8000-000000000000" if kind == "upload" else 999_999
        return self.of[kind].get(whose, "leader-0999" if kind == "dossier" else nobody)


@pytest.fixture
def rows(home: Any, people: dict[str, Account], settings: Any) -> Rows:
    """In each place an applicant with everything that hangs on one; accounts."""
    settings.API_PACE = (10**9, 1.0)
    pace.forget()
    made = Rows()
    entered_year()
    entered_year(year_be=2561)
    for whose, (year_be, district) in PLACES.items():
        _fill(made, whose, year_be, district)
    for whose in PLACES:
        made.put("account", whose, people["officer"].pk)
    made.of["token"] = {}
    return made


def _fill(made: Rows, whose: str, year_be: int, district: str) -> None:
    name, now = NAMED[whose], datetime.now(UTC)
    place = {"year_be": year_be, "province": "24", "district": district}
    applicant = Applicant.objects.create(**place, group="leader", seq=1, name=name)
    digest = hashlib.sha256(_PDF).hexdigest()
    stores.opened(stores.INTAKE).put(intake.key(digest), _PDF)
    told = {"name": f"{name}.pdf", "size": len(_PDF)}
    file = EvidenceFile.objects.create(
        applicant=applicant, **told, sha256=digest, media_type="application/pdf", pages=1, added_by="x", added_at=now
    )
    upload = Upload.objects.create(applicant=applicant, **told, started_by="x", started_at=now)
    handover = Handover.objects.create(**place, units=1, complete=0, note=name, handed_by="x", handed_at=now)
    key = f"{year_be}/24/{district}/leader-0001"
    filed(filing("paper/certificate.pdf", name.encode(), kind="certificate", title=name), key=key, title=name)
    job = jobs.submit(
        "paper", name, [jobs.Request(name, {"whose": whose})], actor="x", scope=jobs.Scope(year_be, "24", district)
    )
    told_of: dict[str, Any] = {
        "file_name": f"{name}.docx",
        "sha256": edition_store.keep(_LETTER.read_bytes()),
        "size": 1,
    }
    number = len(made.of.get("edition", ())) + 1
    told_of |= {"number": number, "step": 1, "state": Edition.READY, "uploaded_by": "x", "uploaded_at": now}
    edition = Edition.objects.create(province="24", kind="letter", **told_of)
    made.put("edition", whose, edition.pk)
    made.put("applicant", whose, applicant.pk)
    made.put("evidence", whose, file.pk)
    made.put("upload", whose, str(upload.pk))
    made.put("handover", whose, handover.pk)
    made.put("document", whose, Document.objects.get(dossier__key=key).pk)
    made.put("dossier", whose, "leader-0001")
    made.put("job", whose, job.pk)


# -------------------------------------------------------------------------------------------- nothing forgotten
def _routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from _routes(pattern.url_patterns, here)


def test_every_address_has_its_line() -> None:
    routes = set(_routes(get_resolver().url_patterns))
    pages = {r for r in routes if not r.startswith(("admin/", "api/")) and r not in OPEN}
    assert pages == set(PAGES), pages ^ set(PAGES)


def test_every_operation_of_the_api_has_its_line() -> None:
    offered = {f"{m.upper()} {path}" for path, found in root.document()["paths"].items() for m in found}
    assert offered == set(OPERATIONS), offered ^ set(OPERATIONS)


# ------------------------------------------------------------------------------------------------------------- the walk
def _addresses(route: str, page: Page, rows: Rows) -> Iterator[tuple[str, str]]:
    """Every address of a route, with whose it is: ``own``, ``other``, ``old``, ``none`` for what nobody has.

    ``mixed``: the old year's row below the new year's address.
    """
    mixed = ("mixed",) if page.of not in ("", "dossier", "account") and route.startswith("<year") else ()
    for whose in (*PLACES, "none", *mixed):
        year_be, district = PLACES.get(whose, (2562 if page.of else 2563, "2401"))
        words = {"year:year": year_be, "int:district": int(district)}
        words |= {f"{kind}:{name}": value for name, value in page.with_.items() for kind in ("str", "slug", "int")}
        if page.of:
            key = rows.key(page.of, "old" if whose == "mixed" else whose)
            words |= {"int:pk": key, "uuid:pk": key, "slug:name": key}
        yield "/" + _filled(route, words), whose


def _filled(route: str, words: dict[str, Any]) -> str:
    for name, value in words.items():
        route = route.replace(f"<{name}>", str(value))
    assert "<" not in route, f"{route}: say in its line what it takes"
    return route


def _shut(role: str, route: str, page: Page, whose: str) -> bool:
    """Whether what is there does not exist for the role."""
    if whose == "none":
        return bool(page.of) or route.startswith("<year")
    if page.of and page.of != "account":
        return ("old" if whose == "mixed" else whose) not in SEEN[role]
    return route.startswith("<year") and role == "auditor" and whose == "old"


def _sent(client: Client, method: str, address: str, data: Any = None) -> tuple[int, str, Any, list[str]]:
    """One request whose changes are taken back: status, everything it says, the answer, what it wrote."""
    with _taken_back() as writes:
        form = "application/x-www-form-urlencoded"
        answer: Any = client.generic(method, address, _form(data), form, headers={"Tus-Resumable": "1.0.0"})
        said = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, said.decode("utf-8", "replace"), answer, writes.found


def _form(data: dict[str, str] | None) -> bytes:
    return "&".join(f"{name}={value}" for name, value in (data or {}).items()).encode()


def _leaks(role: str, said: str) -> list[str]:
    return [name for whose, name in NAMED.items() if name in said and whose not in SEEN[role]]


@pytest.mark.parametrize("role", sorted(ALL))
def test_a_role_opens_what_it_may_and_sees_nothing_else(role: str, rows: Rows, as_: Callable[[str], Client]) -> None:
    client, wrong = as_(role), []
    for route, page in PAGES.items():
        for address, whose in _addresses(route, page, rows):
            status, said, answer, wrote = _sent(client, "GET", address)
            allowed = role in page.get
            if not allowed:
                right = status in GONE or status == 405
            elif _shut(role, route, page, whose):
                right = status in GONE and not wrote
            else:
                right = status in (200, 204, 302, *(GONE if whose == "mixed" else page.fine))
            if not right or _leaks(role, said) or _bare(answer):
                wrong.append((status, address, whose, _leaks(role, said), _bare(answer)))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", sorted(ALL))
def test_a_role_changes_what_it_may_and_nothing_else(role: str, rows: Rows, as_: Callable[[str], Client]) -> None:
    client, wrong = as_(role), []
    for route, page in PAGES.items():
        if route.startswith(("login/", "account/")):
            continue  # one's own account: nothing of it names anybody else's
        for address, whose in _addresses(route, page, rows):
            closed = role not in page.post or _shut(role, route, page, whose)
            status, said, _, wrote = _sent(client, "POST", address, page.send)
            right = status < 500 and (not closed or (status in (*GONE, 405) and not wrote))
            if not right or _leaks(role, said):
                wrong.append((status, address, whose, wrote, _leaks(role, said)))
    assert not wrong, "\n".join(map(str, wrong))


def test_nobody_opens_or_changes_anything(rows: Rows) -> None:
    client, wrong = Client(), []
    for route, page in PAGES.items():
        for address, _ in _addresses(route, page, rows):
            for method in ("GET", "POST"):
                status, said, answer, wrote = _sent(client, method, address, page.send)
                led = status == 302 and answer["Location"].startswith(("/login/", "/account/2fa/authenticate/"))
                if not (led or status in (401, 405)) or wrote or _leaks(NOBODY, said) or _bare(answer):
                    wrong.append((method, status, address, answer.get("Location"), wrote))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_walk_would_see_a_leak(rows: Rows, as_: Callable[[str], Client]) -> None:
    told = [
        address
        for route, page in PAGES.items()
        for address, whose in _addresses(route, page, rows)
        if whose == "other" and NAMED["other"] in _sent(as_("staff"), "GET", address)[1]
    ]
    assert len(told) > 12, told


class _Writes:
    """The statements that wrote into a table, the session's own and the token's note of its use aside."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        """Look at each statement on its way."""
        writes = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
        if writes and not any(table in sql for table in ("django_session", "docservice_apitoken", '"cache"')):
            self.found.append(sql[:120])
        return execute(sql, parameters, many, context)


@contextmanager
def _taken_back() -> Iterator[_Writes]:
    """Whatever is changed inside is seen, and taken back."""
    writes = _Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        yield writes
        transaction.set_rollback(True)


# -------------------------------------------------------------------------------------------------------------- the API
@pytest.mark.parametrize("role", [*sorted(ALL), NOBODY])
def test_a_program_does_what_its_person_may_and_nothing_else(role: str, rows: Rows, people: dict[str, Account]) -> None:
    secret = ""
    if role != NOBODY:
        secret = people_.issue(people[role], "ทดสอบ", list(people_.SCOPES), timedelta(days=1))[1]
    wrong = []
    for line, operation in OPERATIONS.items():
        method, path = line.split(" ")
        for whose in (*PLACES, "none"):
            year_be, district = PLACES.get(whose, (2562 if operation.of else 2563, "2401"))
            key = rows.key(operation.of, whose) if operation.of else ""
            words = {"year": year_be, "district": district, "id": key, "name": key}
            address = path.format_map({**_WORDS, **words})
            status, said, wrote = _asked(method, address, operation, secret)
            closed = role not in operation.who
            gone = _nothing_there(role, path, operation.of, whose)
            expected = {401} if role == NOBODY else {403} if closed else GONE if gone else _ANSWERED
            if status not in expected or ((closed or gone) and wrote) or _leaks(role, said):
                wrong.append((status, method, address, whose, wrote, _leaks(role, said)))
    assert not wrong, "\n".join(map(str, wrong))


_ANSWERED = set(range(200, 500)) - {401, 405}
_WORDS = {
    "batch": "disposal-01",
    "slot": "id-card",
    "series": "order",
    "value": 1,
    "which": "emblem",
    "page": 1,
    "kind": "register-applicants",
}
_WORDS |= {"part": "template", "side": "after", "sample": "plain"}
"""What stands in the addresses of operations besides."""


def _nothing_there(role: str, path: str, of: str, whose: str) -> bool:
    if "settings" in path:
        return False  # nothing is replaced without the digest of what was read
    if whose == "none":
        return bool(of) or "{year}" in path
    if of:
        return whose not in SEEN[role]
    return "{year}" in path and role == "auditor" and whose == "old"


def _asked(method: str, address: str, operation: Operation, secret: str) -> tuple[int, str, list[str]]:
    with _taken_back() as writes:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if operation.form:
            files = {name: SimpleUploadedFile(value, b"x") for name, value in operation.form.items() if "." in value}
            given = {**operation.form, **files}
            answer: Any = Client().post(address, given, headers=headers)
        else:
            answer = Client().generic(method, address, _json(operation.send), "application/json", headers=headers)
        said = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, said.decode("utf-8", "replace"), writes.found


def _json(content: Any) -> bytes:
    return b"" if content is None else json.dumps(content).encode()


# --------------------------------------------------------------------------------------------------- the admin
def test_only_an_administrator_opens_the_built_in_admin(rows: Rows, as_: Callable[[str], Client]) -> None:
    routes = [r for r in _routes(get_resolver().url_patterns) if r.startswith("admin/")]
    told = {"path:object_id": rows.of["account"]["own"], "path:content_type_id": 1}
    shut = {"admin/login/", "admin/logout/", "admin/jsi18n/"}
    for route in routes:
        address = "/admin/nothing" if "(?P" in route else "/" + _filled(route.replace("<path:url>", "nothing"), told)
        for role in sorted(ALL - {"admin"}):
            if route not in shut:
                assert _sent(as_(role), "GET", address)[0] in (302, *GONE), (role, address)
                assert _sent(as_(role), "POST", address)[0] in (302, 403, 404, 405), (role, address)
        assert _sent(as_("admin"), "GET", address)[0] < 500, address
        assert _sent(Client(), "GET", address)[0] in (302, 404), address


def _bare(answer: HttpResponse) -> list[str]:
    """Headers that an answer lacks."""
    lacks = [
        name
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")
        if name not in answer.headers
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    return lacks + [word for word in ("unsafe", "http:", "https:", "*") if word in policy]
