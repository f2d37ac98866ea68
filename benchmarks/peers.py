"""The peers of the paper benchmarks, each installed by this file from PyPI or Debian and asked the same.

``unoserver`` lives in a virtual environment of its own on the system's Python (it needs ``uno``), its LibreOffice warm;
``soffice`` is started anew for every paper, on a profile that is there already. Both use the papers' fonts and write
PDF/A-2b, as ours. ``docxtpl`` fills the stock templates with the same filters; its pictures are put in for free.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from docxtpl import DocxTemplate

from docservice.render import package, pictures, strict
from docservice.render.fonts import Fonts
from docservice.render.office_process import program_folder, uno_python
from docservice.render.template import Template

_UNOSERVER = "unoserver==3.7"
_OPTIONS = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
# In its own environment: one line of JSON for each file, seconds of the conversion back.
_CLIENT = """
import json, sys, time
from unoserver.client import UnoClient
client = UnoClient(port=sys.argv[1])
for line in sys.stdin:
    source, target = json.loads(line)
    started = time.perf_counter()
    client.convert(inpath=source, outpath=target, convert_to="pdf", filter_options=["SelectPdfVersion=2"])
    print(time.perf_counter() - started, flush=True)
"""

# The system's Python, which has uno: LibreOffice started and kept warm; one line of JSON for each file, seconds back.
_UNO = """
import json, subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
program, profile = sys.argv[1:]
words = [program, "--headless", "--norestore", "-env:UserInstallation=file://" + profile,
         "--accept=pipe,name=plain;urp;StarOffice.ComponentContext"]
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
def value(name, content):
    made = PropertyValue()
    made.Name, made.Value = name, content
    return made
office = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while True:
    try:
        context = resolver.resolve("uno:pipe,name=plain;urp;StarOffice.ComponentContext")
        break
    except NoConnectException:
        time.sleep(0.1)
        if office.poll() is not None:
            office = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
options = uno.Any("[]com.sun.star.beans.PropertyValue", (value("SelectPdfVersion", 2),))
for line in sys.stdin:
    source, target = json.loads(line)
    started = time.perf_counter()
    document = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (value("Hidden", True),))
    document.storeToURL("file://" + target, (value("FilterName", "writer_pdf_Export"), value("FilterData", options)))
    document.close(True)
    print(time.perf_counter() - started, flush=True)
office.kill()
office.wait()
"""


class PlainUno:
    """A UNO client as LibreOffice's manual has it, and its warm LibreOffice: load, store, close. A context manager."""

    def __init__(self, home: Path, fonts: Fonts) -> None:
        self.home = home
        program = str(program_folder("soffice") / "soffice.bin")
        words = [uno_python("soffice"), "-c", _UNO, program, str(home / "plain-uno-profile")]
        environ = {**os.environ, "FONTCONFIG_FILE": str(fonts.config), "HOME": str(home)}
        self._client = subprocess.Popen(words, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.communicate(timeout=30)

    def convert(self, docx: bytes) -> float:
        """Seconds, as the client sees them."""
        source, target = self.home / "plain-uno.docx", self.home / "plain-uno.pdf"
        source.write_bytes(docx)
        stdin, stdout = self._client.stdin, self._client.stdout
        assert stdin is not None  # noqa: S101
        assert stdout is not None  # noqa: S101
        stdin.write(json.dumps([str(source), str(target)]) + "\n")
        stdin.flush()
        return float(stdout.readline() or "nan")


class Docxtpl:
    """docxtpl as its manual has it: the template opened, rendered and saved for each paper."""

    def __init__(self, template: Template) -> None:
        self.template = template

    def fill(self, facts: Mapping[str, Any]) -> tuple[bytes, float]:
        """The Word file with its pictures, and the seconds docxtpl took."""
        context = self.template.kind.check(facts)
        started = time.perf_counter()
        word = DocxTemplate(io.BytesIO(self.template.data))
        word.render(dict(context), strict.environment())
        out = io.BytesIO()
        word.save(out)
        seconds = time.perf_counter() - started
        parts = package.read(out.getvalue())
        pictures.place(parts, context)
        return package.write(parts), seconds


class Unoserver:
    """A warm unoserver; a context manager."""

    def __init__(self, home: Path, fonts: Fonts, port: int = 2123) -> None:
        self.home = home
        venv = home / "unoserver"
        if not (venv / "bin" / "unoserver").exists():
            subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", str(venv)], check=True)
            subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", _UNOSERVER], check=True)
        environ = {**os.environ, "FONTCONFIG_FILE": str(fonts.config), "HOME": str(home)}
        ports = ["--port", str(port), "--uno-port", str(port + 1)]
        profile = ["--user-installation", str(home / "unoserver-profile")]
        log = (home / "unoserver.log").open("wb")
        self._server = subprocess.Popen(
            [str(venv / "bin" / "unoserver"), *ports, *profile],
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        client = [str(venv / "bin" / "python"), "-c", _CLIENT, str(port)]
        self._client_words, self._log = client, log
        self._client: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        time.sleep(5)  # it takes about two to listen
        self._client = subprocess.Popen(
            self._client_words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.kill()
            self._client.wait()
        os.killpg(self._server.pid, signal.SIGKILL)  # LibreOffice does not end with it
        self._server.wait()

    def convert(self, docx: bytes) -> tuple[bytes, float]:
        """The PDF, and the seconds as its client sees them."""
        source, target = self.home / "unoserver.docx", self.home / "unoserver.pdf"
        source.write_bytes(docx)
        client = self._client
        assert client is not None  # noqa: S101
        assert client.stdin is not None  # noqa: S101
        assert client.stdout is not None  # noqa: S101
        client.stdin.write(json.dumps([str(source), str(target)]) + "\n")
        client.stdin.flush()
        seconds = float(client.stdout.readline() or "nan")
        return target.read_bytes(), seconds


def cold(home: Path, fonts: Fonts, docx: bytes) -> float:
    """Seconds of ``soffice --convert-to`` for one file."""
    source, profile = home / "cold.docx", home / "cold-profile"
    source.write_bytes(docx)
    words = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", _OPTIONS]
    environ = {**os.environ, "FONTCONFIG_FILE": str(fonts.config), "HOME": str(home)}
    started = time.perf_counter()
    subprocess.run([*words, "--outdir", str(home), str(source)], env=environ, check=True, capture_output=True)
    return time.perf_counter() - started


def put(folder: Path, name: str, data: bytes) -> float:
    """Seconds of a plain put: the file written and safely on the disk."""
    started = time.perf_counter()
    with (folder / name).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - started
