"""One command serves the pages and does the background work; Ctrl-C stops all of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def embedded(folder: Path) -> dict[str, str]:
    """The environment of a demonstration in this folder, and nothing of ours."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return clean | {"QAF_DATA_DIR": str(folder), "QAF_EMBEDDED": "true"}


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str = "/health/") -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.status, answer.read().decode()


def wait_until_served(port: int, server: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if server.poll() is not None:
            pytest.fail(f"serve ended by itself: {server.communicate()[1]}")
        try:
            ask(port)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("serve did not answer within 40 seconds")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    subprocess.run(manage("migrate", "-v0"), env=embedded(folder), cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        manage("serve", "--port", str(port)),
        env=embedded(folder),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_served(port, server)
        yield port
        asked = time.monotonic()
        server.send_signal(signal.SIGINT)
        said, complained = server.communicate(timeout=20)
        assert server.returncode == 0, complained
        assert time.monotonic() - asked < 12
        assert f"http://127.0.0.1:{port}/" in said
        assert "Traceback" not in complained
    finally:
        server.kill()


def test_pages_are_served_and_it_stops_cleanly(port: int) -> None:
    status, body = ask(port)
    assert status == 200
    assert json.loads(body) == {"database": "ok", "broker": "ok"}
    status, body = ask(port, "/accounts/login/")
    assert status == 200
    assert "<h1" in body


def test_waiting_email_is_sent_by_the_worker_in_the_same_process(port: int, folder: Path) -> None:
    """An e-mail in the outbox becomes a file, because the scheduler sent the task and the worker did it."""
    tells = (
        "from qaf.notices.outbox import tell; from qaf.people.models import User;"
        "person = User.objects.create_user('worker@example.org', name='Ife Cole');"
        "tell(person, key='proof', text='Proof that the worker works.', urgent=True)"
    )
    subprocess.run(manage("shell", "-c", tells), env=embedded(folder), cwd=ROOT, check=True, capture_output=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not list((folder / "mail").glob("*")):
        time.sleep(0.5)
    assert list((folder / "mail").glob("*"))


def test_a_taken_port_is_told_with_another_one(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        done = subprocess.run(
            manage("serve", "--port", str(number)),
            env=embedded(folder),
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{number}" in done.stderr
    assert f"make demo PORT={number + 1}" in done.stderr
    assert "Traceback" not in done.stderr
