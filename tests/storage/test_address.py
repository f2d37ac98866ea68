"""How a store's address is written, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.errors import InputRefused
from storage.address import Bucket, Keys, create, open_store, parse
from storage.bucket import S3Store
from storage.local import LocalStore


def test_a_folder_is_named_by_a_file_address() -> None:
    assert parse("file:///srv/%E0%B8%84%E0%B8%A5%E0%B8%B1%E0%B8%87/a b") == Path("/srv/คลัง/a b")


def test_a_bucket_is_named_with_everything_it_needs() -> None:
    url = "s3://docs/chachoengsao/มชช?endpoint=http://minio:9000&region=th-1&sse=s3&retention=10y"
    assert parse(url) == Bucket("docs", "chachoengsao/มชช", "minio:9000", False, "th-1", True, 10)


@pytest.mark.parametrize("url", ["s3://docs", "s3://docs/", "s3://docs?"])
def test_what_is_not_said_has_a_default_that_is_safe(url: str) -> None:
    found = parse(url)
    assert found == Bucket("docs")
    assert isinstance(found, Bucket)
    assert found.secure


@pytest.mark.parametrize("endpoint", ["https://s3.example.go.th", "https://10.0.0.1:9000", "https://[::1]:9000/"])
def test_an_endpoint_is_a_host_with_or_without_a_port(endpoint: str) -> None:
    found = parse(f"s3://docs?endpoint={endpoint}")
    assert isinstance(found, Bucket)
    assert f"https://{found.endpoint}" == endpoint.rstrip("/")


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("/srv/store", "file://"),
        ("ftp://host/x", "file://"),
        ("s3://", "bucket"),
        ("s3://Docs", "bucket"),
        ("s3://a", "bucket"),
        ("s3://docs/../x", ".."),
        ("s3://docs?endpoint=minio:9000", "endpoint"),
        ("s3://docs?endpoint=http://minio:9000/path", "endpoint"),
        ("s3://docs?endpoint=", "endpoint"),
        ("s3://docs?sse=kms", "sse"),
        ("s3://docs?retention=10", "retention"),
        ("s3://docs?retention=0y", "retention"),
        ("s3://docs?region=ไทย", "region"),
        ("s3://docs?retain=10y", "retain"),
    ],
)
def test_a_wrong_part_is_named_and_the_right_form_shown(url: str, part: str) -> None:
    with pytest.raises(InputRefused) as refused:
        parse(url)
    assert part in refused.value.message
    assert refused.value.remedy
    assert refused.value.english


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(InputRefused) as refused:
        parse("s3://key:pa55@docs")
    assert "pa55" not in refused.value.text("th") + refused.value.text("en")


def test_keys_do_not_show_themselves() -> None:
    assert "pa55" not in repr(Keys("key", "pa55")) + str(Keys("key", "pa55"))


def test_an_address_opens_the_store_of_its_kind_in_the_folder(tmp_path: Path) -> None:
    local = open_store(f"file://{tmp_path}", "archive")
    assert isinstance(local, LocalStore)
    assert local.path == tmp_path / "archive"
    remote = open_store("s3://docs/office?endpoint=http://minio:9000", "archive", Keys("key", "secret"))
    assert isinstance(remote, S3Store)
    assert str(remote.bucket) == "s3://docs/office/archive (http://minio:9000)"


@pytest.mark.parametrize("keys", [None, Keys(), Keys("key", ""), Keys("", "secret")])
def test_a_bucket_without_credentials_is_refused_by_the_names_of_the_settings(keys: Keys | None) -> None:
    for act in (lambda: open_store("s3://docs", "archive", keys), lambda: create("s3://docs", keys)):
        with pytest.raises(InputRefused, match="DOCSERVICE_STORE_KEY"):
            act()


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    assert create(f"file://{tmp_path}/a/b")
    assert not create(f"file://{tmp_path}/a/b")
