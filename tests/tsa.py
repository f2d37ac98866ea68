"""A time-stamp service of the tests' own: ``openssl ts`` behind an HTTP server on 127.0.0.1."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_SETTINGS = """[tsa]
default_tsa = office
[office]
serial = {folder}/serial
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
"""


@dataclass(frozen=True)
class Tsa:
    """A running service: its address, and its certificate for ``openssl ts -verify``."""

    url: str
    certificate: Path


@contextmanager
def running(folder: Path) -> Iterator[Tsa]:
    """The service until the block ends."""
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "settings").write_text(_SETTINGS.format(folder=folder))
    _openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9",
        "-subj", "/O=Test/CN=Test TSA", "-addext", "extendedKeyUsage=critical,timeStamping",
        "-keyout", folder / "key.pem", "-out", folder / "cert.pem",
    )  # fmt: skip

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            _openssl(
                "ts",
                "-reply",
                "-config",
                folder / "settings",
                "-queryfile",
                folder / "query",
                "-out",
                folder / "answer",
            )
            answer = (folder / "answer").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield Tsa(f"http://127.0.0.1:{server.server_port}/", folder / "cert.pem")
        finally:
            server.shutdown()


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
