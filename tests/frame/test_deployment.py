"""The production shape is right as written, even where no container engine runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser import cannot_be_had

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "qaf" / "settings.py").read_text()
OURS = ("migrate", "web", "worker", "beat")
# Ends by itself; what waits for it asks whether it ended well.
RUNS_ONCE = {"migrate"}
# Their images begin as root to prepare their volumes, then give that up for a user of their own.
DROPS_ROOT_ITSELF = {"caddy", "postgres", "redis"}
SECRET = re.compile(r"SECRET|KEY|PASSWORD|AUTH|URL")
REQUIRED = set(re.findall(r'required_unless_embedded\(\s*"(\w+)"', SETTINGS))
READ = REQUIRED | set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS))
PRODUCTION = {
    "QAF_EMBEDDED": "false",
    "SECRET_KEY": "dLx8-0zEJrGhgk0lFvd2nJ5hVQy3SPr7Tq1bM6uA",
    "TRAIL_KEY": "mKq2_9wTBfYxcV4sHn7RjE0uDa8ZgLp5Xi3oWt6C",
    "FIELD_ENCRYPTION_KEYS": "Qe7yU1tRz9oPa3sDf5gHj8kLx0cVb2nMw4iEq6rT",
    "ALLOWED_HOSTS": "qaf.example.gov.uk",
    "SITE_URL": "https://qaf.example.gov.uk",
    "DATABASE_URL": "postgres://qaf:secret@postgres:5432/qaf",
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.gov.uk:587",
    "DEFAULT_FROM_EMAIL": "qaf@example.gov.uk",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with this environment and nothing of ours."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean | environment, capture_output=True, text=True
    )


def test_the_services_are_those_of_the_production_shape() -> None:
    assert set(SERVICES) == {"caddy", "web", "worker", "beat", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - RUNS_ONCE))
def test_every_service_that_stays_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_everything_waits_for_the_tables() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_no_secret_has_a_default() -> None:
    for name, service in SERVICES.items():
        for variable, value in (service.get("environment") or {}).items():
            if SECRET.search(variable) and variable != "SITE_URL":
                assert re.search(r"\$\{\w+:\?", str(value)), f"{name}: {variable} has a default or a value"
                assert not re.search(r"\$\{\w+:-", str(value)), f"{name}: {variable} has a default"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_root_and_no_way_to_become_it(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in ("0", "root")
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]


def test_only_the_front_door_is_open() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if service["networks"] == ["data"]} == {
        "postgres",
        "redis",
        "beat",
        "migrate",
    }


def test_what_must_not_be_lost_lies_on_volumes() -> None:
    for name in ("postgres", "redis", "caddy", "web", "worker"):
        named = [volume.split(":")[0] for volume in SERVICES[name]["volumes"] if not volume.startswith(".")]
        assert named, name
        assert set(named) <= set(COMPOSE["volumes"])


def test_web_and_worker_can_be_scaled() -> None:
    for name in ("web", "worker"):
        assert "container_name" not in SERVICES[name]
        assert "ports" not in SERVICES[name]


def test_the_settings_get_every_name_they_require_and_no_name_they_do_not_read() -> None:
    # WEB_CONCURRENCY is read by Gunicorn itself.
    given = set(SERVICES["web"]["environment"]) - {"WEB_CONCURRENCY"}
    assert given >= REQUIRED
    assert given <= READ


def test_every_variable_is_explained_to_administrators() -> None:
    text = (ROOT / "docs" / "configure.md").read_text()
    asked_by_compose = set(re.findall(r"\$\{(\w+)[:}]", (ROOT / "docker-compose.yml").read_text()))
    missing = {name for name in READ | asked_by_compose if f"`{name}`" not in text}
    assert missing == set()


def test_the_image_runs_without_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert len(stages) == 3
    users = re.findall(r"^USER (\S+)", stages[-1], flags=re.MULTILINE)
    assert users == ["qaf"]
    assert re.search(r"useradd --uid 10001 ", stages[-1])


def test_the_image_holds_only_what_is_locked() -> None:
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in install for install in installs)
    assert "npm ci" in DOCKERFILE
    assert "npm install" not in DOCKERFILE


def test_everything_the_image_copies_exists_and_is_let_through() -> None:
    ignore = (ROOT / ".dockerignore").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert f"!{name.rstrip('/')}" in ignore or f"!{name.split('/')[0]}\n" in ignore, name


def test_a_real_installation_refuses_to_start_without_each_required_value(tmp_path: Path) -> None:
    name = "TRAIL_KEY"
    without = {key: value for key, value in PRODUCTION.items() if key != name}
    done = manage("check", **without, QAF_DATA_DIR=str(tmp_path))
    assert done.returncode != 0
    assert f"Set {name} in the environment" in done.stderr


def test_a_real_installation_starts_with_them(tmp_path: Path) -> None:
    done = manage("check", "--deploy", **PRODUCTION, QAF_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "qaf." not in done.stderr


def test_static_files_are_collected_for_a_real_installation(tmp_path: Path) -> None:
    if not (ROOT / "static" / "vendor" / "govuk").is_dir():
        cannot_be_had("the compiled front-end is not here (run: make test-setup)")
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("qaf", "audits", "moderation", "scorecard", "templates", "static", "manage.py"):
        (copy / name).symlink_to(ROOT / name)
    # The settings look for the project beside their own file, so they are given a folder of their own to write to.
    code = (
        "from pathlib import Path; from django.core.management import call_command; import django;"
        "from django.conf import settings; settings.STATIC_ROOT = Path('collected').resolve(); django.setup();"
        "call_command('collectstatic', '--noinput', verbosity=0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env=PRODUCTION
        | {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "qaf.settings", "QAF_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert list((copy / "collected" / "vendor" / "govuk").glob("govuk-frontend.min.*.css"))


def compose_client() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None


@pytest.mark.parametrize("missing", [None, "SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "QAF_HOST"])
def test_a_compose_client_agrees_where_there_is_one(missing: str | None) -> None:
    client = compose_client()
    if client is None:
        pytest.skip("no docker compose client is installed; the file is still checked by the other tests")
    values = PRODUCTION | {"QAF_HOST": "qaf.example.gov.uk", "POSTGRES_PASSWORD": "one", "REDIS_PASSWORD": "two"}
    values = {name: value for name, value in values.items() if name != missing}
    done = subprocess.run(
        [*client, "-f", "docker-compose.yml", "config", "-q"],
        cwd=ROOT,
        env=values | {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
    )
    if missing is None:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode != 0
        assert f"set {missing}" in done.stderr


def test_caddy_agrees_where_there_is_one(tmp_path: Path) -> None:
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not installed here; the container brings its own")
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", ".docker/Caddyfile"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "QAF_HOST": "qaf.example.gov.uk"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
