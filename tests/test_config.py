"""Settings: read once, typed, refused by name, secrets masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.config import Config, local_path
from docservice.errors import InputRefused


def test_everything_has_a_default_below_home() -> None:
    config = Config.read({"DOCSERVICE_HOME": "/srv/mchch"})

    assert config.home == Path("/srv/mchch")
    assert local_path(config.database_url) == Path("/srv/mchch/docservice.sqlite3")
    assert local_path(config.store_url) == Path("/srv/mchch/store")
    assert (config.templates / "catalogue.toml").is_file()
    assert (config.office_timeout, config.lang) == (60.0, "th")


def test_without_a_home_the_data_lies_in_the_users_data_folder() -> None:
    assert Config.read({"XDG_DATA_HOME": "/home/x/.data"}).home == Path("/home/x/.data/docservice")


def test_a_home_below_the_users_own_is_spelled_out() -> None:
    assert Config.read({"DOCSERVICE_HOME": "~/mchch"}).home == Path.home() / "mchch"


@pytest.mark.parametrize("home", ["/srv/คลัง เอกสาร", "/srv/คลัง #1", "/srv/100%", "/srv/a%20b", "/srv/ไหน?"])
def test_a_home_of_any_name_is_found_again_in_the_urls(home: str) -> None:
    config = Config.read({"DOCSERVICE_HOME": home})

    assert local_path(config.store_url) == Path(home) / "store"
    assert local_path(config.database_url) == Path(home) / "docservice.sqlite3"


def test_an_sqlite_url_may_have_three_or_four_slashes() -> None:
    assert local_path("sqlite:////srv/a.sqlite3") == local_path("sqlite:///srv/a.sqlite3") == Path("/srv/a.sqlite3")


def test_an_empty_variable_counts_as_not_given() -> None:
    assert Config.read({"DOCSERVICE_LANG": "", "DOCSERVICE_OFFICE_TIMEOUT": ""}).lang == "th"


def test_other_programs_variables_are_left_alone() -> None:
    assert Config.read({"PATH": "/bin", "DOCSERVICES": "x"}).lang == "th"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOCSERVICE_STORE_URL", "/srv/store"),
        ("DOCSERVICE_STORE_URL", "ftp://host/store"),
        ("DOCSERVICE_DATABASE_URL", "mysql://host/db"),
        ("DOCSERVICE_BROKER_URL", "amqp://host"),
        ("DOCSERVICE_OFFICE_TIMEOUT", "เร็วๆ"),
        ("DOCSERVICE_OFFICE_TIMEOUT", "0"),
        ("DOCSERVICE_OFFICE_TIMEOUT", "-5"),
        ("DOCSERVICE_OFFICE_TIMEOUT", "²"),
        ("DOCSERVICE_OFFICE_TIMEOUT", "."),
        ("DOCSERVICE_LANG", "fr"),
        ("DOCSERVICE_HOMME", "/srv"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Config.read({name: value})

    assert name in refused.value.message
    assert refused.value.remedy


S3 = {"DOCSERVICE_STORE_URL": "s3://docs/office?endpoint=http://minio:9000"}
KEYS = {"DOCSERVICE_STORE_KEY": "office-key", "DOCSERVICE_STORE_SECRET": "hush-hush"}


def test_a_bucket_is_taken_with_its_keys_and_shown_without() -> None:
    config = Config.read(S3 | KEYS)

    assert (config.store_keys.key, config.store_keys.secret) == ("office-key", "hush-hush")
    assert config.masked()["DOCSERVICE_STORE_URL"] == S3["DOCSERVICE_STORE_URL"]
    assert "office-key" not in str(config.masked())
    assert "hush-hush" not in str(config.masked())


@pytest.mark.parametrize("missing", KEYS)
def test_a_bucket_without_its_keys_is_refused_by_the_names_of_the_settings(missing: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Config.read(S3 | KEYS | {missing: ""})

    assert "DOCSERVICE_STORE_URL" in refused.value.message
    assert missing in refused.value.remedy
    assert "hush-hush" not in str(refused.value)


def test_a_wrong_part_of_a_buckets_address_is_named() -> None:
    with pytest.raises(InputRefused, match=r"DOCSERVICE_STORE_URL.*retention"):
        Config.read(S3 | KEYS | {"DOCSERVICE_STORE_URL": "s3://docs?retention=10"})


def test_secrets_and_passwords_are_masked_in_what_is_shown() -> None:
    shown = Config.read(
        {"DOCSERVICE_SECRET_KEY": "hush-hush", "DOCSERVICE_BROKER_URL": "redis://user:pa55@host:6379/0"}
    ).masked()

    assert "hush-hush" not in str(shown)
    assert "pa55" not in str(shown)
    assert "host:6379" in shown["DOCSERVICE_BROKER_URL"]


def test_a_refused_url_does_not_give_its_password_away() -> None:
    with pytest.raises(InputRefused) as refused:
        Config.read({"DOCSERVICE_STORE_URL": "s4://user:pa55@host/store"})

    assert "pa55" not in str(refused.value)
