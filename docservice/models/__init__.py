"""The rows: fields, constraints and tiny properties. Verbs live in the state modules and the use cases."""

from docservice.models.archive import Document, Dossier, Event
from docservice.models.intake import EvidenceFile, Handover, OriginalSeen, Upload
from docservice.models.keeping import Condition, Sweep
from docservice.models.numbers import Number, NumberSeries
from docservice.models.people import Account, ApiToken, Promise
from docservice.models.queue import Job, JobItem, Pulse
from docservice.models.redaction import HiddenArea, Scrutiny
from docservice.models.templates import Edition
from docservice.models.year import Applicant, Year

__all__ = [
    "Account",
    "ApiToken",
    "Applicant",
    "Condition",
    "Document",
    "Dossier",
    "Edition",
    "Event",
    "EvidenceFile",
    "Handover",
    "HiddenArea",
    "Job",
    "JobItem",
    "Number",
    "NumberSeries",
    "OriginalSeen",
    "Promise",
    "Pulse",
    "Scrutiny",
    "Sweep",
    "Upload",
    "Year",
]
