"""The TLS end of a service, for tests: a certificate by ``openssl``, a socket that passes on what it deciphers."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread


@contextmanager
def tls(server: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The endpoint on 127.0.0.1 that speaks TLS for ``server``, and the certificate that vouches for it."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))
    Thread(target=_accept, args=(listening, context, server), daemon=True).start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}", certificate
    finally:
        listening.close()


def _accept(listening: socket.socket, context: ssl.SSLContext, server: str) -> None:
    with contextlib.suppress(OSError):
        while True:
            Thread(target=_pass_on, args=(listening.accept()[0], context, server), daemon=True).start()


def _pass_on(client: socket.socket, context: ssl.SSLContext, server: str) -> None:
    """One thread for both ways: a TLS socket is not to be read and written at the same time."""
    host, port = server.split(":")
    with (
        contextlib.suppress(OSError),
        context.wrap_socket(client, server_side=True) as secure,
        socket.create_connection((host, int(port))) as plain,
    ):
        while True:
            ready = [secure] if secure.pending() else select.select([secure, plain], [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (plain if source is secure else secure).sendall(data)
