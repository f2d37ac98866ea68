"""The container files: what runs, as whom, with what rights, and what can be reached. No engine is needed to look."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from office_year import REPOSITORY

from docservice.config import Config
from storage.address import Bucket, parse

FILE = REPOSITORY / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
OURS = ("web", "worker", "beat")
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
EXAMPLES = sorted((REPOSITORY / "deploy").glob("*.env.example"))


def _compose() -> str:
    """The compose command: alone, or where Ubuntu keeps it as a plug-in."""
    found = shutil.which("docker-compose") or shutil.which("docker-compose", path="/usr/libexec/docker/cli-plugins")
    assert found, "script/setup --dev installs docker-compose"
    return found


def _settings(name: str) -> dict[str, str]:
    lines = (REPOSITORY / "deploy" / name).read_text(encoding="utf-8").splitlines()
    return dict(line.partition("=")[::2] for line in lines if line and not line.startswith("#"))


def _instructions(word: str) -> list[str]:
    joined = re.sub(r"\\\n", " ", DOCKERFILE)
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.split(" ")[0] == word]


def test_compose_itself_reads_the_file_with_the_examples_as_settings(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path)
    (tmp_path / "deploy").mkdir()
    for example in EXAMPLES:
        shutil.copy(example, tmp_path / "deploy" / example.stem)

    read = subprocess.run(
        [_compose(), "--project-name", "docservice", "--file", "docker-compose.yml", "config"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert (read.returncode, read.stderr) == (0, "")
    assert yaml.safe_load(read.stdout)["services"].keys() == SERVICES.keys()


def test_everything_an_office_needs_is_there() -> None:
    assert set(SERVICES) == {"web", "worker", "beat", "redis", "postgres", "minio", "bucket"}


def test_only_the_web_is_published_and_only_to_this_machine_unless_told() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["${WEB_ADDRESS:-127.0.0.1:8000}:8000"]


def test_only_the_web_touches_a_network_with_a_way_out() -> None:
    networks = yaml.safe_load(FILE.read_text(encoding="utf-8"))["networks"]

    assert networks["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if service["networks"] != ["inside"]} == {"web"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"bucket"}))
def test_a_service_starts_again_and_says_how_it_is(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert name == "web" or SERVICES[name]["healthcheck"]["test"]


def test_the_webs_health_is_the_images_own() -> None:
    assert "http://127.0.0.1:8000/healthz" in _instructions("HEALTHCHECK")[0]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_rights_it_does_not_need(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICES[name]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"minio"}))
def test_a_service_runs_as_nobody_special_on_a_file_system_it_cannot_write(name: str) -> None:
    assert SERVICES[name]["user"] not in ("", "root", "0", "0:0")
    assert SERVICES[name]["read_only"] is True


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    assert "environment" not in SERVICES[name]


def test_redis_keeps_what_it_is_given_and_refuses_rather_than_forgets() -> None:
    words = SERVICES["redis"]["command"]

    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


@pytest.mark.parametrize("name", ["redis", "postgres", "minio"])
def test_every_image_has_a_version(name: str) -> None:
    tag = SERVICES[name]["image"].rstrip("}").rpartition(":")[2]

    assert tag
    assert tag != "latest"


def test_the_bucket_is_made_once_the_store_is_healthy_and_before_anything_is_filed() -> None:
    assert SERVICES["bucket"]["command"] == ["store", "create"]
    assert SERVICES["bucket"]["restart"] == "on-failure"
    assert SERVICES["bucket"]["depends_on"] == {"minio": {"condition": "service_healthy"}}
    for name in OURS:
        assert SERVICES[name]["depends_on"]["bucket"] == {"condition": "service_completed_successfully"}


def test_the_example_settings_name_the_bucket_with_the_stores_own_keys() -> None:
    config, made = Config.read(_settings("app.env.example")), _settings("minio.env.example")
    place = parse(config.store_url)

    assert isinstance(place, Bucket)
    assert (place.name, place.endpoint, place.secure) == ("docservice", "minio:9000", False)
    assert (config.store_key, config.store_secret) == (made["MINIO_ROOT_USER"], made["MINIO_ROOT_PASSWORD"])


def test_the_users_policy_is_about_that_bucket_and_lets_nobody_delete() -> None:
    policy = json.loads((REPOSITORY / "deploy" / "store-policy.json").read_text(encoding="utf-8"))
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    resources = {resource for statement in policy["Statement"] for resource in statement["Resource"]}

    assert not [action for action in actions if "Delete" in action or "*" in action]
    assert resources == {"arn:aws:s3:::docservice", "arn:aws:s3:::docservice/*"}


def test_the_archive_may_lie_in_the_volume_instead() -> None:
    other = re.search(
        "^# (DOCSERVICE_STORE_URL=.*)$", (REPOSITORY / "deploy/app.env.example").read_text(), re.MULTILINE
    )

    assert other
    place = parse(other[1].partition("=")[2])
    assert f"archive:{place}" in SERVICES["web"]["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_our_processes_share_the_archive_and_nothing_they_write_to_for_themselves(name: str) -> None:
    places = [volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in SERVICES[name]["volumes"]]

    # The web process alone takes files in: what is on its way up is its own, and outlives it.
    folders = ("store", "evidence", "exports", "intake") if name == "web" else ("store", "evidence", "exports")
    assert places == [f"/var/lib/docservice/{folder}" for folder in folders]
    assert any(place.startswith("/var/lib/docservice:uid=10001") for place in SERVICES[name]["tmpfs"])


def test_the_example_settings_are_ones_docservice_takes() -> None:
    config = Config.read(_settings("app.env.example"))

    assert config.database_url.startswith("postgresql://")
    assert config.secret_key


def test_the_database_is_made_with_the_name_and_the_password_docservice_asks_with() -> None:
    made, asked = _settings("postgres.env.example"), Config.read(_settings("app.env.example")).database_url

    assert asked == f"postgresql://{made['POSTGRES_USER']}:{made['POSTGRES_PASSWORD']}@postgres/{made['POSTGRES_DB']}"
    assert "--locale=C.UTF-8" in made["POSTGRES_INITDB_ARGS"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_holds_no_secret_of_anybody(example: Path) -> None:
    secrets = {k: v for k, v in _settings(example.name).items() if re.search("PASSWORD|SECRET|DATABASE_URL", k)}

    assert secrets
    assert all("CHANGE-ME-" in value for value in secrets.values())


def test_filled_in_settings_reach_neither_the_repository_nor_an_image() -> None:
    assert "/deploy/*.env" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()
    allowed = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in allowed
    assert "!deploy" not in allowed


def test_the_image_runs_as_an_ordinary_user_by_number() -> None:
    assert _instructions("USER") == ["10001:10001"]


def test_the_image_holds_exactly_the_pinned_packages() -> None:
    installs = [line for line in _instructions("RUN") if "pip install" in line]

    assert "--require-hashes" in installs[0]
    assert "requirements/runtime.txt" in installs[0]
    assert all("--no-deps" in line for line in installs[1:])


def test_the_image_has_the_programs_that_set_up_installs() -> None:
    setup = (REPOSITORY / "script" / "setup").read_text(encoding="utf-8")
    wanted = set(re.search(r"^packages=\((.*)\)$", setup, re.MULTILINE)[1].split()) - {"redis-server"}  # type: ignore[index]

    assert wanted <= set(DOCKERFILE.split())


def test_whatever_is_copied_into_the_image_is_let_through_and_is_there() -> None:
    allowed = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split()
    copied = {word for line in _instructions("COPY") if "--from" not in line for word in line.split()[:-1]}

    assert {f"!{name}" for name in copied} <= set(allowed)
    assert all((REPOSITORY / name).exists() for name in copied)


def test_no_package_is_installed_for_being_recommended() -> None:
    installs = [line for line in _instructions("RUN") if "apt-get install" in line]

    assert installs
    assert all("--no-install-recommends" in line for line in installs)
