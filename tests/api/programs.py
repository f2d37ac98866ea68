"""A program that asks the API."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Program:
    """A program with a token: ``program.post("/years/2562/applicants", {...})``."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> HttpResponse:
        """One request; ``content`` goes as JSON (bytes as they are)."""
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        sent = {"Authorization": f"Bearer {self.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        answer: HttpResponse = Client().generic(method, f"/api/v1{path}", body, "application/json", headers=sent)
        return answer

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, content: Any = None, **headers: str) -> HttpResponse:
        """Make."""
        return self.ask("POST", path, content, **headers)
