"""A real S3 server (SeaweedFS) of this test process's own, on 127.0.0.1 only, and buckets on it. A pytest plugin.

Its bucket denies deletion to everybody: what passes here needs no right to delete.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from storage.address import Bucket, Keys

BUCKET = "docs"
_PORTS = ("master", "volume", "filer", "s3", "admin")
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class S3Server:
    """A running server: ``admin`` may do everything, ``app`` read and write the bucket ``docs``, ``reader`` read it."""

    endpoint: str
    admin: Keys
    app: Keys
    reader: Keys

    def bucket(self, prefix: str = "", name: str = BUCKET) -> Bucket:
        return Bucket(name, prefix, self.endpoint, secure=False)

    def url(self, prefix: str = "", name: str = BUCKET) -> str:
        return f"s3://{name}/{prefix}?endpoint=http://{self.endpoint}"

    def client(self, keys: Keys | None = None) -> Minio:
        """The SDK's own client: to look at what a store did from outside."""
        used = keys or self.admin
        return Minio(
            self.endpoint,
            used.key,
            used.secret,
            secure=False,
            region="us-east-1",
            http_client=PoolManager(retries=False, timeout=30),
        )


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """The server, started at the first test of a file that asks for it; killed and forgotten at its end.

    One for the whole session would take an eighth of a processor doing nothing.
    """
    folder = tmp_path_factory.mktemp("s3")
    process, server = _started(folder)
    try:
        yield server
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> Bucket:
    """An empty place for one test: a folder in the bucket, for the keys ``s3_server.app``."""
    return s3_server.bucket(f"test/{uuid.uuid4().hex}")


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], S3Server]:
    """A server that answers. Others may take a free port before it has it: then it ends, and new ones are tried."""
    for attempt in range(5):
        place = folder / str(attempt)
        place.mkdir()
        ports = _free_ports()
        server = S3Server(
            f"127.0.0.1:{ports['s3']}", *(Keys(who, secrets.token_hex(16)) for who in ("admin", "app", "reader"))
        )
        process = _spawned(place, ports, server)
        if _answers(process, server):
            return process, server
        process.kill()
        process.wait()
    raise RuntimeError((place / "log").read_text(errors="replace"))


def _free_ports() -> dict[str, int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(2 * len(_PORTS))]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        numbers = [one.getsockname()[1] for one in sockets]
    names = [*_PORTS, *(f"{name}.grpc" for name in _PORTS)]
    return dict(zip(names, numbers, strict=True))


def _spawned(place: Path, ports: dict[str, int], server: S3Server) -> subprocess.Popen[bytes]:
    (place / "s3.json").write_text(json.dumps({"identities": _identities(server)}))
    (place / "security.toml").write_text(
        "".join(
            f'[jwt.{name}]\nkey = "{secrets.token_hex(16)}"\n'
            for name in ("signing", "signing.read", "filer_signing", "filer_signing.read")
        )
    )
    (place / "data").mkdir()
    words = {
        "dir": "data", "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "s3.config": "s3.json",
        "filer.localSocket": "filer.sock", "s3.localSocket": "s3.sock",
        "s3.port.iceberg": 0, "s3.port.lance": 0, "s3.autoCreateBucket": "false",
        "s3.allowDeleteBucketNotEmpty": "false", "webdav": "false", "admin.ui": "false", "master.telemetry": "false",
    }  # fmt: skip
    words |= {f"{name.partition('.')[0]}.port{'.grpc' if '.' in name else ''}": port for name, port in ports.items()}
    with (place / "log").open("wb") as log:
        return subprocess.Popen(
            [
                Path(sys.executable).with_name("weed"),
                "-logtostderr=true",
                "mini",
                *(f"-{k}={v}" for k, v in words.items()),
            ],
            cwd=place,
            # With less memory it collects its garbage at every request: half of its processor time.
            env={**os.environ, "GOMEMLIMIT": "512MiB", "TZ": "UTC"},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_dies_with_its_parent,
        )


def _dies_with_its_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _identities(server: S3Server) -> list[dict[str, object]]:
    rights = {
        server.admin: ["Admin", "Read", "Write", "List", "Tagging"],
        server.app: [f"{right}:{BUCKET}" for right in ("Read", "Write", "List", "Tagging")],
        server.reader: [f"{right}:{BUCKET}" for right in ("Read", "List")],
    }
    return [
        {"name": keys.key, "credentials": [{"accessKey": keys.key, "secretKey": keys.secret}], "actions": actions}
        for keys, actions in rights.items()
    ]


def _answers(process: subprocess.Popen[bytes], server: S3Server) -> bool:
    client, patience = server.client(), time.monotonic() + 300
    while process.poll() is None and time.monotonic() < patience:
        try:
            client.make_bucket(BUCKET)
            client.set_bucket_policy(BUCKET, json.dumps(_NO_DELETION))
        except (MinioException, HTTPError):
            time.sleep(0.05)
        else:
            return True
    return False


_NO_DELETION = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
            "Resource": [f"arn:aws:s3:::{BUCKET}/*"],
        }
    ],
}
