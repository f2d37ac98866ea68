"""The doctor of templates: every fault of a Word template at once, each with its place; comments; safe mends.

Bytes in, data or bytes out. It never raises for what is in the bytes: a file that is no template has one fault.
"""

from __future__ import annotations

from docservice.render.doctor.examination import examine
from docservice.render.doctor.report import Fault, Place, Report, to_json

__all__ = ["Fault", "Place", "Report", "examine", "to_json"]
