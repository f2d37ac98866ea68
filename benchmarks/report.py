"""What benchmarks share: the machine in words, medians with their spread, and results put into docs/.

``keep`` writes ``docs/<name>.json`` and the Markdown between ``<!-- name -->`` and ``<!-- /name -->`` in
docs/performance.md, so that a run is all that a new figure takes.
"""

from __future__ import annotations

import json
import math
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, and how busy it was."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    name = re.search(r"model name\s*: (.*)", told)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    office = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=False).stdout
    return {
        "processor": name[1] if name else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "system": platform.release(),
        "python": platform.python_version(),
        "office": " ".join(office.split()[:2]),
        "load": round(os.getloadavg()[0], 1),
    }


def middle(values: Sequence[float]) -> dict[str, float]:
    """Median, and the quarter below and above it."""
    if len(values) < 2:
        return {"median": round(values[0], 2), "low": round(values[0], 2), "high": round(values[0], 2)}
    low, mid, high = statistics.quantiles(values, n=4)
    return {"median": round(mid, 2), "low": round(low, 2), "high": round(high, 2)}


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, figures to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """An SVG of horizontal bars on a logarithmic scale: name, figure, and what stands beside it."""
    most, least = max(value for _, value, _ in rows), min(value for _, value, _ in rows)
    decades = len(str(int(most / least))) if least > 0 else 1
    parts = [f'<text x="10" y="22" font-weight="bold">{title}</text>']
    for number, (name, value, told) in enumerate(rows):
        y, width = 40 + 26 * number, 30 + 330 * _log(value / least) / max(_log(most / least), 0.01)
        colour = "#1f6b46" if name.startswith("docservice") else "#7b8491"
        parts.append(f'<text x="250" y="{y + 14}" text-anchor="end">{name}</text>')
        parts.append(f'<rect x="258" y="{y}" width="{width:.0f}" height="18" fill="{colour}"/>')
        parts.append(f'<text x="{264 + width:.0f}" y="{y + 14}">{told}</text>')
    height = 52 + 26 * len(rows)
    note = f'<text x="258" y="{height - 4}" fill="#666" font-size="11">logarithmic, {decades} decades</text>'
    size = f'width="760" height="{height}" font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="760" height="{height}" fill="white"/>'
    return f"{head}{''.join(parts)}{note}</svg>\n"


def _log(value: float) -> float:
    return math.log10(max(value, 1e-9))


def keep(name: str, told: Mapping[str, Any], markdown: str, svg: str = "") -> None:
    """Write a benchmark's results into docs/."""
    facts = {"machine": machine(), **told}
    (DOCS / f"{name}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if svg:
        (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")
    page = DOCS / "performance.md"
    text = page.read_text(encoding="utf-8")
    where = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    page.write_text(where.sub(lambda found: found[1] + markdown + "\n" + found[2], text), encoding="utf-8")
