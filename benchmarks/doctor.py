"""The doctor of templates: a 30-page template of 400 tags, and docxtpl's own examples.

``.venv/bin/python benchmarks/doctor.py [--no-examples]``: prints seconds (warm LibreOffice) and, for each example of
docxtpl's source distribution (fetched with pip into a temporary folder; 0.4.0 is among the last that carry them), what
the check says that is not about looks.
"""

from __future__ import annotations

import argparse
import collections
import io
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from docservice.catalogue import Catalogue  # noqa: E402
from docservice.render import doctor, package  # noqa: E402
from docservice.render.fonts import prepare  # noqa: E402
from docservice.render.office import Office  # noqa: E402

TEMPLATES = REPOSITORY / "templates_th"
CATALOGUE = Catalogue.parse(tomllib.loads((TEMPLATES / "catalogue.toml").read_text(encoding="utf-8")))
KINDS = tuple(CATALOGUE.kinds.values())
OF_LOOKS = {"wrong-font", "no-cs-font", "cs-size", "cs-bold", "cs-lang", "text-size", "paper-size", "margins"}
WORDS = "ด้วยกรมการพัฒนาชุมชน ได้กำหนดให้มีการดำเนินงานการพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน ประจำปีนั้น "


def say(line: str) -> None:
    """One line of the answer."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def long_template(tags: int = 400, *, broken: int = 20) -> bytes:
    """The order with pages of text and fields before its end, every so many of them misspelt."""
    parts = package.read((TEMPLATES / "order" / "2562-1.docx").read_bytes())
    body = parts[package.DOCUMENT].decode()
    names = ("subject", "issuer", "signer.name", "signer.post", "year_be", "duties|length|thai", "date|date_order")
    paragraphs = []
    for number in range(tags):
        name = names[number % len(names)] if number % broken else "subjct"
        text = WORDS + f"{{{{ {name} }}}} " + WORDS[:30]
        run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
        paragraphs.append(f'<w:p><w:pPr><w:pStyle w:val="Body"/></w:pPr>{run}</w:p>')
    at = body.index('<w:p><w:pPr><w:pStyle w:val="SectionEnd"/>')
    parts[package.DOCUMENT] = (body[:at] + "".join(paragraphs) + body[at:]).encode()
    return package.write(parts)


def timed(office: Office) -> None:
    """Print the figures of the long template."""
    data, kind = long_template(), CATALOGUE.kinds["order"]
    doctor.examine(data, kind, KINDS, office=office)
    for name, used in (("with pages", office), ("without pages", None)):
        seconds = []
        for _ in range(7):
            started = time.perf_counter()
            report = doctor.examine(data, kind, KINDS, office=used)
            seconds.append(time.perf_counter() - started)
        say(
            f"400 tags, {report.pages or '-'} pages, {len(report.faults)} faults, {name}: "
            f"median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s"
        )


def examples(folder: Path) -> None:
    """Print what the check says of docxtpl's examples."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "-q", "-d", str(folder), "docxtpl==0.4.0"], check=True)
    total: collections.Counter[str] = collections.Counter()
    clean = looked = 0
    with tarfile.open(next(folder.glob("docxtpl-*.tar.gz"))) as archive:
        for entry in sorted(archive.getmembers(), key=lambda entry: entry.name):
            if not (entry.name.endswith("_tpl.docx")):
                continue
            data = archive.extractfile(entry)
            report = doctor.examine(io.BytesIO(data.read() if data else b"").getvalue(), None, KINDS)
            rest = [fault for fault in report.faults if fault.code not in OF_LOOKS]
            looked += 1
            clean += not rest
            total.update({fault.code for fault in report.faults})
            for fault in rest:
                say(f"  {Path(entry.name).name}: {fault.code} {fault.place.english()} {fault.place.sentence()[:90]}")
    say(f"docxtpl's examples: {looked}, {clean} with nothing but looks; files by code: {dict(total.most_common())}")


def main() -> None:
    """Run both."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--no-examples", action="store_true")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="docservice-bench-") as home:
        with Office(Path(home), prepare(Path(home))) as office:
            timed(office)
        if not words.no_examples:
            examples(Path(home))


if __name__ == "__main__":
    main()
