"""The API keeps to its OpenAPI document, whatever it is sent: no 5xx, no undocumented answer (schemathesis).

``API_EXAMPLES=200`` tries harder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from docservice import people as people_
from docservice.api import root
from docservice.lists import MEDIA_TYPE
from docservice.models import Account, Applicant
from docservice.wsgi import application

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schemathesis.serializer.alias(MEDIA_TYPE, "application/octet-stream")
LABELS = [
    f"{method} /api/v1{path}"
    for _, router in root.api._routers
    for path, view in router.path_operations.items()
    for found in view.operations
    for method in found.methods
]
"""Every operation, known without the document: that takes seconds to make, and every process collects these tests."""
_THERE = {"year": 2562, "district": "2401", "name": "leader-0001", "series": "order"}


@cache
def operations() -> dict[str, Any]:
    """The operations of the OpenAPI document by their labels."""
    schema = schemathesis.openapi.from_dict(root.document())
    schema.app = application
    schema.hook(map_path_parameters)
    schema.hook(map_body)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Mostly what is there: a number nobody has is answered by the first question already."""
    for name, value in (path_parameters or {}).items():
        if name == "id" and isinstance(value, int):
            path_parameters[name] = 1 + value % 4 if value % 5 else value  # type: ignore[index]
        elif name in _THERE and sum(map(ord, str(value))) % 5:
            path_parameters[name] = _THERE[name]  # type: ignore[index]
    return path_parameters


def map_body(context: Any, body: Any) -> Any:
    """A district and a group that are there."""
    if isinstance(body, dict) and isinstance(body.get("district"), str):
        body = {**body, "district": "2401", **({"group": "leader"} if "group" in body else {})}
    return body


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The test's own connection stays open from one request to the next, as Django's test client has it."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(office: list[Applicant], people: dict[str, Account], settings: Any) -> str:
    """An administrator's token that is never told to wait, and rows behind the first numbers."""
    settings.API_PACE = (10**9, 1.0)
    settings.ALLOWED_HOSTS = ["*"]
    return people_.issue(people["admin"], "ทดสอบ", list(people_.SCOPES), timedelta(days=1))[1]


def test_every_operation_of_the_document_is_asked() -> None:
    assert sorted(LABELS) == sorted(operations())


@pytest.mark.parametrize("label", LABELS)
def test_whatever_is_sent_the_answer_is_documented(label: str, secret: str) -> None:
    """An id for each: of ``schema.parametrize``'s, which share one, pytest-xdist runs the first alone."""
    operation = operations()[label]
    for sent in (operation.as_strategy(), *operation.get_strategies_from_examples()):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=sent)
        def asked(case: Case) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, checks=CHECKS)

        asked()
