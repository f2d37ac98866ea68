"""What pikepdf's checker of PDF/A finds in a written file, whatever the test before left to the garbage collector."""

from __future__ import annotations

import gc
import io
from pathlib import Path

from pikepdf import pdfa


def faults(pdf: bytes | Path, part: str = "2b") -> list[pdfa.Finding]:
    """The findings, ``[]`` where the file conforms.

    The checker takes every warning that Python gives while it reads a page for the page's own, also the one about a
    file that some test forgot to close and that is collected just then.
    """
    gc.collect()
    return pdfa.validate_written(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf, part).findings
