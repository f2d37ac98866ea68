"""``python -m templates_th.stock``: build every stock template into ``templates_th``."""

from __future__ import annotations

import sys
from pathlib import Path

from templates_th.stock.build import build_all


def main() -> int:
    """Write the templates and name them; 0 when done."""
    root = Path(__file__).resolve().parents[1]
    for name, data in build_all().items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        sys.stdout.write(f"{name} {len(data):,} bytes\n")
    return 0


sys.exit(main())
