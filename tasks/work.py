"""One task per verb, named like the use case: work whatever of a job is free. A second delivery finds nothing free."""

from __future__ import annotations

from docservice import jobs, verbs
from tasks.app import app


def _work(job_id: int) -> int:
    """Work a job's free items; how many ended here."""
    job = jobs.get(job_id)
    return sum(1 for _ in jobs.work(job, verbs.worker(job.verb)))


@app.task(name="docservice.paper")  # type: ignore[untyped-decorator]  # celery ships no types
def paper(job_id: int) -> int:
    """Make and file the papers of a job."""
    return _work(job_id)


@app.task(name="docservice.evidence")  # type: ignore[untyped-decorator]  # celery ships no types
def evidence(job_id: int) -> int:
    """Make and file the evidence books of a job."""
    return _work(job_id)


@app.task(name="docservice.export")  # type: ignore[untyped-decorator]  # celery ships no types
def export(job_id: int) -> int:
    """Write the export of a job."""
    return _work(job_id)
