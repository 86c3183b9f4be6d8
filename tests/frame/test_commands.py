"""The commands of a fresh clone: what is missing is said with the line that mends it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)


def as_nobody() -> list[str]:
    """The words that put a command into the hands of somebody who may install nothing."""
    if os.geteuid() != 0:
        if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
            pytest.skip("this person may install packages without a password, so nothing is ever missing for long")
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not here, and without it root cannot be somebody else")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def test_the_exact_line_is_printed_when_packages_may_not_be_installed(tmp_path: Path) -> None:
    script = tmp_path / "system-packages"
    shutil.copy(ROOT / ".ci" / "system-packages", script)
    for folder in (tmp_path, *tmp_path.parents):
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    # A Python without venv is what a bare Debian has; `false` answers every question about itself with no.
    done = run(*as_nobody(), "bash", str(script), "demo", PYTHON="false", HOME=str(tmp_path))
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends python3-venv" in done.stdout


def test_help_names_every_command() -> None:
    said = run("make", "help").stdout
    for command in ("demo", "demo-reset", "test", "lint", "bench", "backup-test", "docs-shots"):
        assert f"make {command} " in said


def test_every_command_is_known_to_make() -> None:
    for command in ("demo", "demo-reset", "test", "lint", "format", "bench", "backup-test", "docs-shots", "lock"):
        assert run("make", "--dry-run", command).returncode == 0, command


def test_the_port_can_be_chosen() -> None:
    said = run("make", "--dry-run", "demo", "PORT=8123").stdout
    assert "serve --port 8123" in said
    assert "SITE_URL=http://127.0.0.1:8123" in said


def test_the_demonstration_ignores_a_real_database_in_the_environment() -> None:
    said = run("make", "--dry-run", "demo", DATABASE_URL="postgres://real.example/live").stdout
    assert "env -u DATABASE_URL" in said
    assert "real.example" not in said
