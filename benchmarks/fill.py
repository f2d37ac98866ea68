"""Filling Word templates: ours against docxtpl, on every stock template, in one process.

``.venv/bin/python benchmarks/fill.py [--rounds 15] [--write]``: prints a table; with ``--write`` also docs/fill.json
and docs/fill.svg. Pairs are interleaved: in each round docxtpl fills a paper once and ours fills it 20 times; the ratio
is taken within the round. Times are processor times. Both get the same facts and the same strict Jinja environment,
template bytes in memory, and write the Word file into memory. ``docxtpl`` is its render and save alone, with the
placeholders left in the picture slots; ``with pictures`` it also puts the pictures in by ``replace_pic`` and makes the
QR code with segno. Ours always places the pictures, makes the QR code, looks through the facts and writes title and
language.

After the stock examples come papers with long lists (``long_lists``), no two rows alike, with a third of the rounds.

Every part of every template is compared with docxtpl's as canonical XML.

``--examples``: instead, the example scripts of docxtpl itself, out of its source archive at PyPI (0.4.13 is one of the
last that have them), are run twice, once by docxtpl and once through ``Compiled``, and their Word files compared.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import random
import runpy
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from math import log10
from pathlib import Path
from typing import Any, ClassVar

import docxtpl
import jinja2.utils
import segno
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree
from markupsafe import Markup
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks.long_lists import LONG, longer  # noqa: E402  run as a file, from anywhere
from docservice.catalogue import Catalogue, Code  # noqa: E402
from docservice.render import package, strict  # noqa: E402
from docservice.render import template as templates  # noqa: E402
from docservice.render.compiled import Compiled  # noqa: E402
from docservice.render.package import Parts  # noqa: E402
from docservice.render.template import Template, fill  # noqa: E402

STOCK = REPOSITORY / "templates_th"
EACH = 20
EXAMPLES = ("0.4.13", "5639945f9a4bfabbee489d97302fb40e6703796d6822a615514744e984867e9b")
GREY, GREEN, FAINT = "#888888", "#1a7f5a", "#e5e5e5"


# ------------------------------------------------------------------------------------------------------------- papers
def picture(width: int, height: int) -> bytes:
    """A white PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def papers() -> list[tuple[str, Template, dict[str, Any]]]:
    """Every stock template with the example of its kind and a picture in every slot."""
    catalogue = Catalogue.parse(tomllib.loads((STOCK / "catalogue.toml").read_text(encoding="utf-8")))
    made = []
    given = {"emblem": picture(300, 320), "border": picture(1754, 1240), "photo": picture(300, 400)}
    for path in sorted(STOCK.glob("*/*.docx")):
        kind = catalogue.kind(path.parent.name)
        facts = dict(kind.check(kind.example()))
        facts |= {name: data for name, data in given.items() if name in kind.fields}
        if "qr" in kind.fields:
            facts["qr"] = Code("https://example.go.th/v/2562-24-0123456789")
        made.append((f"{path.parent.name}/{path.stem}", Template.load(path, kind), facts))
    return made


def grown() -> list[tuple[str, Template, dict[str, Any]]]:
    """Papers of many rows, where rendering itself takes most of the time; no two rows alike."""
    made = {name.split("/")[0]: (template, facts) for name, template, facts in papers()}
    draw = random.Random(300)  # noqa: S311  the same rows in every run
    found = []
    for kind, field, rows in LONG:
        template, facts = made[kind]
        found.append((f"{kind}, {rows} {field}", template, {**facts, **longer(facts, field, rows, draw)}))
    return found


def by_docxtpl(template: Template, facts: Mapping[str, Any], *, pictures: bool = False) -> bytes:
    """The Word file as docxtpl fills it."""
    word = DocxTemplate(io.BytesIO(template.data))
    if pictures:
        for name in ("emblem", "border", "photo"):
            if facts.get(name):
                word.replace_pic(f"{name}.png", io.BytesIO(facts[name]))
        if facts.get("qr"):
            code = io.BytesIO()
            segno.make_qr(facts["qr"], error="m").save(code, kind="png", scale=8, border=2)
            code.seek(0)
            word.replace_pic("qr.png", code)
    word.render(dict(facts), strict.environment())
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def differing(ours: Parts, theirs: Parts) -> list[str]:
    """Names of parts that are not the same canonical XML, or not the same bytes."""
    return sorted(name for name in ours.keys() | theirs.keys() if _canonical(name, ours) != _canonical(name, theirs))


def _canonical(name: str, parts: Parts) -> bytes | None:
    data = parts.get(name)
    if data is None or not name.endswith((".xml", ".rels")):
        return data
    return etree.tostring(etree.fromstring(data), method="c14n")


def same_xml(template: Template, facts: Mapping[str, Any]) -> bool:
    """Whether the compiled template goes the quick way and writes docxtpl's XML in every part."""
    compiled, press = templates._compiled(template)
    theirs = package.read(by_docxtpl(template, facts))
    # core properties are ours by design: a title and a language, no dates
    return press.able and set(differing(compiled.render(facts), theirs)) <= {"docProps/core.xml"}


# --------------------------------------------------------------------------------------------------------------- time
def seconds(work: Callable[[], object], times: int = 1) -> float:
    """Processor time ``work`` takes: nothing here waits, and other jobs on the machine do not count."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


def measured(name: str, template: Template, facts: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Medians in milliseconds, and the ratios of the rounds: median, least, most."""
    templates._ready.clear()
    compiling = seconds(lambda: fill(template, facts))
    fill(template, facts)
    rows = []
    for _ in range(rounds):
        bare = seconds(lambda: by_docxtpl(template, facts))
        ours = seconds(lambda: fill(template, facts), EACH)
        whole = seconds(lambda: by_docxtpl(template, facts, pictures=True))
        rows.append((bare, whole, ours))
    bare, whole, ours = ([row[column] for row in rows] for column in range(3))
    ratios = sorted(theirs / mine for theirs, mine in zip(bare, ours, strict=True))
    return {
        "template": name,
        "bytes": len(fill(template, facts)),
        "same_xml": same_xml(template, facts),
        "compile_ms": _ms(compiling),
        "docxtpl_ms": _ms(statistics.median(bare)),
        "docxtpl_with_pictures_ms": _ms(statistics.median(whole)),
        "ours_ms": _ms(statistics.median(ours)),
        "ours_spread_ms": [_ms(min(ours)), _ms(max(ours))],
        "docxtpl_spread_ms": [_ms(min(bare)), _ms(max(bare))],
        "ratio": round(statistics.median(ratios), 1),
        "ratio_spread": [round(ratios[0], 1), round(ratios[-1], 1)],
        "ratio_with_pictures": round(statistics.median(t / m for t, m in zip(whole, ours, strict=True)), 1),
    }


def _ms(value: float) -> float:
    return round(value * 1000, 3)


def machine() -> dict[str, Any]:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in ("docxtpl", "python-docx", "lxml", "jinja2", "segno")},
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The results in Markdown."""
    head = (
        "| template | docxtpl ms | with pictures ms | ours ms | times faster (least–most) | with pictures | same XML |"
    )
    lines = [head, "|---|---|---|---|---|---|---|"]
    for row in rows:
        low, high = row["ratio_spread"]
        lines.append(
            f"| {row['template']} | {row['docxtpl_ms']:.1f} | {row['docxtpl_with_pictures_ms']:.1f} "
            f"| {row['ours_ms']:.3f} | {row['ratio']:.0f} ({low:.0f}–{high:.0f}) | {row['ratio_with_pictures']:.0f} "
            f"| {'yes' if row['same_xml'] else 'NO'} |"
        )
    return "\n".join(lines)


def drawn(rows: list[dict[str, Any]]) -> str:
    """Two bars a template on a logarithmic axis of milliseconds."""
    left, width, step = 235, 420, 34

    def at(ms: float) -> float:
        return left + (log10(ms) + 2) / 4 * width  # 0.01 to 100 ms

    height = 60 + step * len(rows)
    out = []
    for ms in (0.01, 0.1, 1, 10, 100):
        out.append(f'<line x1="{at(ms):.0f}" y1="30" x2="{at(ms):.0f}" y2="{height - 24}" stroke="{FAINT}"/>')
        out.append(f'<text x="{at(ms):.0f}" y="{height - 8}" text-anchor="middle">{ms:g} ms</text>')
    for number, row in enumerate(rows):
        top = 38 + number * step
        out.append(f'<text x="{left - 8}" y="{top + 15}" text-anchor="end">{row["template"]}</text>')
        for offset, key, colour in ((0, "docxtpl_ms", GREY), (11, "ours_ms", GREEN)):
            reach = max(at(row[key]) - left, 1)
            out.append(f'<rect x="{left}" y="{top + offset}" width="{reach:.1f}" height="10" fill="{colour}"/>')
        out.append(f'<text x="{at(row["docxtpl_ms"]) + 6:.0f}" y="{top + 13}">{row["ratio"]:.0f}×</text>')
    names = f'<tspan fill="{GREY}">docxtpl</tspan> · <tspan fill="{GREEN}">docservice</tspan>'
    key = f'<text x="{left}" y="20">{names}</text>'
    size = f'width="{left + width + 60}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return f'{head}<rect {size} fill="white"/>{key}{"".join(out)}</svg>\n'


# ----------------------------------------------------------------------------------------------------------- examples
class _Recorded(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """Keeps what an example rendered; the second time it is rendered by ``Compiled``."""

    made: ClassVar[list[Parts]] = []
    compiling = busy = False

    def render(
        self, context: Mapping[str, Any], jinja_env: Environment | None = None, autoescape: bool = False
    ) -> None:
        self._environment = jinja_env or Environment(autoescape=autoescape)  # noqa: S701
        if self.busy or not self.compiling:
            super().render(context, jinja_env, autoescape)
        elif _replaces(self):
            super().render(context, jinja_env, autoescape)
            self.made.append({})
        else:
            _Recorded.busy = True
            try:
                self.made.append(Compiled(Path(self.template_file).read_bytes(), self._environment).render(context))
            finally:
                _Recorded.busy = False

    def save(self, filename: Any, *args: Any, **kwargs: Any) -> None:
        out = io.BytesIO()
        super().save(out)
        if self.busy:
            filename.write(out.getvalue())
        elif not self.compiling:
            self.made.append({} if _replaces(self) else package.read(out.getvalue()))


def _replaces(word: DocxTemplate) -> bool:
    """Whether parts are swapped when the file is saved, which is no matter of filling."""
    return bool(word.crc_to_new_media or word.crc_to_new_embedded or word.zipname_to_replace or word.pics_to_replace)


def examples() -> list[tuple[str, str]]:
    """Each example script, and "same", "differs: …" or why it was not run."""
    found = []
    with tempfile.TemporaryDirectory(prefix="docservice-bench-") as place:
        folder = _fetched(Path(place)) / "tests"
        os.chdir(folder)
        docxtpl.DocxTemplate = _Recorded
        jinja2.utils.Markup = Markup  # where Jinja had it when the examples were written
        for script in sorted(folder.glob("*.py")):
            if script.name not in ("__init__.py", "runtests.py"):
                found.append((script.stem, _compared(script)))
    return found


def _compared(script: Path) -> str:
    outcomes = []
    for compiling in (False, True):
        _Recorded.made, _Recorded.compiling = [], compiling
        try:
            runpy.run_path(str(script), run_name="__main__")
        except Exception as fault:  # noqa: BLE001  scripts of other hands, written for an older docxtpl
            return f"does not run: {type(fault).__name__}: {str(fault)[:60]}"
        outcomes.append(_Recorded.made)
    pairs = list(zip(*outcomes, strict=True))
    if not any(ours for _, ours in pairs):
        return "only swaps parts at saving"
    different = [name for theirs, ours in pairs for name in differing(ours, theirs)]
    return f"differs: {', '.join(different)}" if different else "same"


def _fetched(place: Path) -> Path:
    number, digest = EXAMPLES
    wanted = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", f"docxtpl=={number}"]
    subprocess.run([sys.executable, "-m", "pip", *wanted, "--dest", str(place)], check=True)
    (archive,) = place.glob("docxtpl-*.tar.gz")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{archive.name} is not the archive this benchmark was written for")
    with tarfile.open(archive) as packed:
        packed.extractall(place)  # noqa: S202  its digest is known
    return place / f"docxtpl-{number}"


def main() -> None:
    """Compare, measure, print; write the results where asked."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--write", action="store_true", help="write docs/fill.json and docs/fill.svg")
    words.add_argument("--examples", action="store_true", help="compare docxtpl's own examples, measure nothing")
    asked = words.parse_args()
    if asked.examples:
        for name, outcome in examples():
            print(f"{name:26} {outcome}")  # noqa: T201  a command's answer
        return
    rows = [measured(name, template, facts, asked.rounds) for name, template, facts in papers()]
    large = [measured(name, template, facts, max(asked.rounds // 3, 1)) for name, template, facts in grown()]
    result = {"machine": machine(), "rounds": asked.rounds, "each": EACH, "rows": rows, "grown": large}
    print(json.dumps(result["machine"]))  # noqa: T201  a command's answer
    print(table([*rows, *large]))  # noqa: T201  a command's answer
    ratios = [row["ratio"] for row in rows]
    print(f"stock examples: least {min(ratios)}, median {statistics.median(ratios):.0f}")  # noqa: T201  a command's answer
    if asked.write:
        (REPOSITORY / "docs" / "fill.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (REPOSITORY / "docs" / "fill.svg").write_text(drawn([*rows, *large]), encoding="utf-8")


if __name__ == "__main__":
    main()
