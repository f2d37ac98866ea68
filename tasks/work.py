"""One task per verb, named like the use case: one turn at a job. A second delivery finds nothing free, or its own."""

from __future__ import annotations

from celery import Task

from docservice import book_text, books, broker, drill, engines, jobs, pulse, sealing, verbs
from docservice.celery import EXPORT_LIMIT, REDACTION_LIMIT, TEXT_LIMIT, app
from tasks.lost import claim_of

_LOST = "tasks.lost:Turn"


def _turn(task: Task, job_id: int) -> int:
    """One chunk of the job; the message's id names the claim, so that a redelivery takes it up again."""
    job = jobs.get(job_id)
    verb = verbs.verb(job.verb)
    ended = jobs.work_chunk(job, verb.worker, verb.chunk, claim_of(task.request.id))
    pulse.add(pulse.OFFICE_RESTARTS, engines.office_restarts())
    return ended


@app.task(name="docservice.paper", bind=True, Request=_LOST)
def paper(self: Task, job_id: int) -> int:
    """Make and file papers of a job."""
    return _turn(self, job_id)


@app.task(name="docservice.template", bind=True, Request=_LOST)
def template(self: Task, job_id: int) -> int:
    """Check editions of templates that were sent in."""
    return _turn(self, job_id)


@app.task(name="docservice.evidence", bind=True, Request=_LOST)
def evidence(self: Task, job_id: int) -> int:
    """Make and file evidence books of a job."""
    return _turn(self, job_id)


@app.task(
    name="docservice.redaction", bind=True, Request=_LOST,
    time_limit=REDACTION_LIMIT, soft_time_limit=REDACTION_LIMIT - 60,
)  # fmt: skip
def redaction(self: Task, job_id: int) -> int:
    """Make and file redacted editions of a job."""
    return _turn(self, job_id)


@app.task(
    name="docservice.disposal", bind=True, Request=_LOST, time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60
)
def disposal(self: Task, job_id: int) -> int:
    """Carry out a line of an approved list."""
    return _turn(self, job_id)


@app.task(name="docservice.hold", bind=True, Request=_LOST, time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def hold(self: Task, job_id: int) -> int:
    """Bring the store's own locks of dossiers in line with the holds that stand."""
    return _turn(self, job_id)


@app.task(
    name="docservice.export", bind=True, Request=_LOST, time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60
)
def export(self: Task, job_id: int) -> int:
    """Write the export of a job."""
    return _turn(self, job_id)


@app.task(name="docservice.text", bind=True, Request=_LOST, time_limit=TEXT_LIMIT, soft_time_limit=TEXT_LIMIT - 60)
def text(self: Task, job_id: int) -> int:
    """Recognise text of a book, while a process of this machine stays free for what people wait for."""
    with book_text.turn() as mine:
        ended = _turn(self, job_id) if mine else 0
    return book_text.go_on(job_id, ended)


@app.task(name="docservice.pieces")
def pieces(unit_pk: int) -> None:
    """Make the pages of an applicant's files ready for the book."""
    if books.make_ready(unit_pk):
        broker.nudge("pieces", unit_pk)


@app.task(name="docservice.watch")
def watch() -> int:
    """Tell the workers of work that nobody was told of."""
    return jobs.watch()


@app.task(name="docservice.drill", time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def drill_() -> None:
    """Hold the restore drill, where there is something to restore."""
    drill.scheduled()


@app.task(name="docservice.seal")
def seal() -> int:
    """Put the newest events of the audit log into the store."""
    return sealing.seal()


@app.task(name="docservice.pulse")
def pulse_of(queue: str) -> None:
    """Prove that a queue is consumed."""
    pulse.beat(queue)
