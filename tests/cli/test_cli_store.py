"""Commands on the store: made, moved to another place and back, examined, and what is said when it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from office_year import digest
from real_command import DONE, REFUSED, UNAVAILABLE, command, told
from s3server import S3Server

from docservice import archive
from docservice.config import config
from storage.address import Bucket

Answer = Callable[..., Any]
ORDER = "2562/24/2400/order-0012"


@pytest.fixture
def bucket_url(s3_server: S3Server, s3_bucket: Bucket) -> Iterator[str]:
    """An empty place in the bucket, and the settings' keys for it."""
    for name, value in (("store_key", s3_server.app.key), ("store_secret", s3_server.app.secret)):
        object.__setattr__(config(), name, value)
    yield s3_server.url(s3_bucket.prefix)
    for name in ("store_key", "store_secret"):
        object.__setattr__(config(), name, "")


def _use(url: str) -> None:
    object.__setattr__(config(), "store_url", url)
    archive.root.cache_clear()


@pytest.mark.usefixtures("office")
def test_an_office_moves_into_a_bucket_and_back(answer: Answer, home: Path, bucket_url: str, tmp_path: Path) -> None:
    here = config().store_url

    moved = answer("store", "migrate", here, bucket_url)
    again = answer("store", "migrate", here, bucket_url)
    _use(bucket_url)

    assert moved["archive"]["copied"] == again["archive"]["already"] > 20
    assert again["archive"]["copied"] == again["assets"]["copied"] == 0
    assert answer("archive", "verify", "--year", "2562")["dossiers"] == 3
    answer("archive", "get", ORDER, "--out", tmp_path / "out")
    assert digest((tmp_path / "out/paper/order.pdf").read_bytes()) == digest(b"order 12")

    back = f"file://{tmp_path}/back"
    assert answer("store", "migrate", bucket_url, back)["archive"]["copied"] == moved["archive"]["copied"]
    _use(back)
    assert answer("archive", "verify", "--year", "2562")["dossiers"] == 3


@pytest.mark.usefixtures("office")
def test_an_office_in_a_bucket_is_exported(answer: Answer, bucket_url: str, tmp_path: Path) -> None:
    answer("store", "migrate", config().store_url, bucket_url)
    _use(bucket_url)

    (result,) = answer("archive", "export", "--year", "2562", "--out", tmp_path / "out")

    assert Path(result["path"]).is_file()


@pytest.mark.parametrize(
    "words", [("FROM", "FROM"), ("file:///nothing/here", "TO"), ("FROM", "s4://x"), ("s3://A", "TO")]
)
def test_a_move_that_makes_no_sense_is_refused(answer: Answer, tmp_path: Path, words: tuple[str, str]) -> None:
    known = {"FROM": config().store_url, "TO": f"file://{tmp_path}/to"}

    said = answer("store", "migrate", *(known.get(word, word) for word in words), exit_code=REFUSED)

    assert said["code"] == "input-refused"
    assert not (tmp_path / "to").exists()


def test_a_move_into_a_bucket_asks_for_its_keys(answer: Answer, s3_server: S3Server) -> None:
    said = answer("store", "migrate", config().store_url, s3_server.url("x"), exit_code=REFUSED)

    assert "DOCSERVICE_STORE_KEY" in said["remedy"]


def _settings(server: S3Server, url: str, **changes: str) -> dict[str, str]:
    keys = {"DOCSERVICE_STORE_KEY": server.app.key, "DOCSERVICE_STORE_SECRET": server.app.secret}
    return {"DOCSERVICE_STORE_URL": url, **keys, **changes}


def test_a_bucket_is_made_once(s3_server: S3Server, tmp_path: Path) -> None:
    url = s3_server.url(name=f"made-{abs(hash(tmp_path)) % 10**8}")
    keys = {"DOCSERVICE_STORE_KEY": s3_server.admin.key, "DOCSERVICE_STORE_SECRET": s3_server.admin.secret}

    for word in ("สร้าง", "อยู่แล้ว"):
        made = command("store", "create", home=tmp_path, environ=_settings(s3_server, url, **keys))
        assert (made.returncode, made.stderr) == (DONE, "")
        assert word in made.stdout


def test_what_cannot_be_used_is_said_with_what_to_do(s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path) -> None:
    good, away = s3_server.url(s3_bucket.prefix), s3_server.url(name="away")
    wrong = _settings(s3_server, good, DOCSERVICE_STORE_SECRET="not-the-secret")

    told(command("archive", "ls", home=tmp_path, environ=wrong), UNAVAILABLE, "DOCSERVICE_STORE_SECRET")
    told(command("archive", "ls", home=tmp_path, environ=_settings(s3_server, away)), UNAVAILABLE, "away")
    none = _settings(s3_server, good, DOCSERVICE_STORE_SECRET="")
    told(command("archive", "ls", home=tmp_path, environ=none), REFUSED, "DOCSERVICE_STORE_URL", "DOCSERVICE_STORE_KEY")


def test_doctor_says_whether_the_store_answers_and_shows_no_secret(
    s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path
) -> None:
    url = s3_server.url(s3_bucket.prefix)
    well = command("doctor", home=tmp_path, environ=_settings(s3_server, url))
    ill = command("doctor", home=tmp_path, environ=_settings(s3_server, url, DOCSERVICE_STORE_SECRET="not-the-secret"))

    assert "✓ │ ที่จัดเก็บ" in well.stdout
    assert s3_server.endpoint in well.stdout
    assert "✗ │ ที่จัดเก็บ" in ill.stdout
    assert s3_server.app.secret not in well.stdout
    assert "not-the-secret" not in ill.stdout + ill.stderr
