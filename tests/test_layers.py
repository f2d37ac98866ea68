"""How the house is built: every verb has its task, tasks only translate, transactions belong to the state modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from docservice import verbs
from docservice.errors import NotFound
from tasks import work
from tasks.app import app

ROOT = Path(__file__).parent.parent
STATE = {
    "audit.py",
    "condition.py",
    "filing.py",
    "editions.py",
    "ending.py",
    "folder.py",
    "handing_over.py",
    "jobs.py",
    "lot.py",
    "numbers.py",
    "page_index.py",
    "people.py",
    "promises.py",
    "pulse.py",
    "redaction.py",
    "register.py",
    "tombstone.py",
}
LONGEST_TASK = 8


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def _sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("verb", sorted(verbs.VERBS))
def test_every_verb_has_a_registered_task_of_its_name(verb: str) -> None:
    app.loader.import_default_modules()

    assert f"docservice.{verb}" in app.tasks
    assert hasattr(work, verb)


@pytest.mark.parametrize("verb", sorted(verbs.VERBS))
def test_a_verb_is_worked_by_the_use_case_that_asks_for_it(verb: str) -> None:
    use_case = import_module(f"docservice.{verbs.VERBS[verb].use_case}")

    assert verb == use_case.VERB
    assert verbs.worker(verb) is use_case.work


def test_an_unknown_verb_is_not_found() -> None:
    with pytest.raises(NotFound, match="shred"):
        verbs.worker("shred")


def test_tasks_are_eight_lines_at_most() -> None:
    for path in _sources("tasks"):
        for function in _functions(path):
            first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
            assert (function.end_lineno or 0) - first < LONGEST_TASK, f"{path.name}:{function.name}"


def test_transactions_stand_in_state_modules_only() -> None:
    named = {
        path.relative_to(ROOT).as_posix()
        for path in _sources("docservice", "tasks", "storage", "templates_th")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Name)
        if "transaction" in ([alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [node.id])
    }

    assert named == {f"docservice/{name}" for name in STATE}


def test_rows_of_jobs_dossiers_and_events_are_written_by_their_state_module_only() -> None:
    owners = {
        "Document": {"filing", "tombstone"},
        "Dossier": {"archive", "filing", "lot", "dossier_lease", "tombstone"},
        "Event": {"audit"},
        "Applicant": {"register"},
    }
    owners |= {
        "Account": {"people"},
        "ApiToken": {"people"},
        "Year": {"register"},
        "Job": {"ending", "jobs"},
        "JobItem": {"ending", "jobs", "heartbeat"},
        "EvidenceFile": {"folder"},
        "OriginalSeen": {"folder"},
        "Upload": {"uploads", "folder"},
        "Handover": {"handing_over"},
        "Scrutiny": {"redaction"},
        "HiddenArea": {"redaction"},
        "Condition": {"condition"},
        "Sweep": {"condition"},
        "Pulse": {"pulse"},
        "Edition": {"editions"},
    }
    writing = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete", "bulk_update"}
    for path in _sources("docservice", "tasks"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writing):
                continue
            names = {inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)}
            for name in names & owners.keys():
                assert path.stem in owners[name], f"{path.name}:{node.lineno} writes {name}"
    for path in _sources("docservice", "tasks"):  # rows entered by a statement of our own name their table first
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "insert",
                "insert_new",
                "insert_new_all",
            }:
                name = getattr(node.args[0], "id", "")
                assert path.stem in owners.get(name, set()) | {"insertion"}, f"{path.name}:{node.lineno} writes {name}"


def test_tasks_are_reached_by_name_only() -> None:
    for path in _sources("docservice", "storage", "templates_th"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert not any(name.split(".")[0] == "tasks" for name in (*names, module)), path


def test_pages_and_api_read_rows_through_access_only() -> None:
    """``access`` gives the rows a person may see; the people pages and the two for monitoring stand outside it."""
    outside = {"account.py", "login.py", "metrics.py", "health.py"}
    for path in _sources("docservice/web", "docservice/api"):
        if path.name in outside:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr == "objects"), f"{path.name}:{node.lineno}"


def test_bytes_are_removed_by_what_carries_out_an_approved_list_only() -> None:
    """A store's ``destroy`` is called in one module, and that is imported by the two that destroy by order."""
    callers, importers = set(), set()
    for path in _sources("docservice", "tasks", "storage"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = f"{getattr(node.func.value, 'id', '')}.{node.func.attr}"
                callers |= {path.stem} if called in ("store.destroy", "versions.take_away") else set()
                callers |= {path.stem} if node.func.attr == "destroy" and called != "destruction.destroy" else set()
            if isinstance(node, ast.ImportFrom) and node.module == "storage":
                importers |= {path.stem for alias in node.names if alias.name == "destruction"}
            if isinstance(node, ast.ImportFrom) and node.module == "storage.destruction":
                importers.add(path.stem)
    assert (callers, importers) == ({"destruction", "bucket"}, {"destruction", "traces"})
