"""A real worker on a real Redis is killed at random moments, again and again; every reminder comes exactly once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import environ
import psycopg2
import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.browser import cannot_be_had

ROOT = Path(__file__).resolve().parent.parent.parent
REDIS = os.environ.get("QAF_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
DEADLINES = 210
# The whole worker at once, as a power cut does; or one of its processes, as the kernel does when memory runs out.
KILLS = ["process", "whole", "process", "process", "whole", "process"]
# A worker that makes no headway for so long is killed as well, and another one started.
PATIENCE = 20
# It takes half a minute on a machine that is not busy; this only ends a test that hangs.
AT_MOST = 240


@dataclass
class Installation:
    """Its own database, mail directory and place in Redis, and how to ask and command it."""

    environment: dict[str, str]
    database: BaseDatabaseWrapper
    mail: Path
    queue: str
    prefix: str
    log: Path
    started: float

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def count(self, sql: str) -> int:
        return int(self.ask(sql)[0][0])

    def order_work(self) -> None:
        """What the scheduler does every few minutes, and here after every start."""
        app = Celery(broker=REDIS, broker_transport_options={"global_keyprefix": self.prefix})
        for task in ("qaf.deadlines.tasks.sweep_reminders", "qaf.notices.tasks.send_outbox"):
            app.send_task(task, queue=self.queue)
        app.close()

    def start_worker(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "qaf", "worker", "-Q", self.queue, "--concurrency", "2",
                 "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and its processes: nobody gets to tidy up."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def kill_one_process_of(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to one of the processes that do a worker's tasks."""
    processes = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if parent_of(pid) == worker.pid]
    if processes:
        os.kill(random.choice(processes), signal.SIGKILL)


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:  # it ended while we looked
        return None


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    name = f"qaf_kill_{uuid.uuid4().hex[:10]}"
    try:
        server = redis.Redis.from_url(REDIS)
        server.ping()
    except redis.RedisError:
        cannot_be_had(f"no Redis answers at {REDIS}")
    default = settings.DATABASES["default"]
    drop: Callable[[], None] = lambda: None  # noqa: E731
    if default["ENGINE"].endswith("postgresql"):
        user = default["USER"] + (f":{default['PASSWORD']}" if default["PASSWORD"] else "")
        place = f"{user}@{default['HOST']}" + (f":{default['PORT']}" if default["PORT"] else "")
        url = f"postgres://{place}/{name}"
        control = psycopg2.connect(
            host=default["HOST"], port=default["PORT"] or 5432, user=default["USER"],
            password=default["PASSWORD"], dbname="postgres",
        )  # fmt: skip
        control.autocommit = True
        control.cursor().execute(f"CREATE DATABASE {name}")
        drop = lambda: control.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")  # noqa: E731
    else:
        url = f"sqlite:///{tmp_path / 'kill.sqlite3'}"
    config = {**environ.Env.db_url_config(url), "OPTIONS": {}}
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {"timeout": 20}
    database = ConnectionHandler({"default": config})["default"]
    environment = {
        **os.environ, "DATABASE_URL": url, "REDIS_URL": REDIS, "CELERY_KEY_PREFIX": f"{name}:",
        "QAF_DATA_DIR": str(tmp_path), "EMAIL_FILE_PATH": str(tmp_path / "mail"), "EMAIL_URL": "filemail://",
        # A dead worker's claims are taken over after a second instead of ten minutes.
        "OUTBOX_CLAIM_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "qaf.settings"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    mail = tmp_path / "mail"
    mail.mkdir()
    try:
        yield Installation(environment, database, mail, name, f"{name}:", tmp_path / "worker.log", time.monotonic())
    finally:
        database.close()
        drop()
        for key in server.scan_iter(f"{name}:*"):
            server.delete(key)


def test_every_reminder_comes_exactly_once_however_often_the_worker_is_killed(
    installation: Installation, django_db_blocker: Any
) -> None:
    seeded = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("seed_due_reminders.py")), str(DEADLINES)],
        cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert seeded.returncode == 0, seeded.stderr
    expected = json.loads(seeded.stdout.splitlines()[-1])
    total = len(expected["steps"]) + len(expected["notices"])

    def done() -> int:
        reminders = installation.count("SELECT count(*) FROM deadlines_reminder")
        return reminders + installation.count("SELECT count(*) FROM notices_outboxemail WHERE state = 'sent'")

    with django_db_blocker.unblock():
        # A share of the work that is reached at different places: while reminding, and while sending.
        moments = sorted(random.sample(range(1, total * 9 // 10), len(KILLS)))
        killed_at: list[int] = []
        worker = installation.start_worker()
        try:
            for moment, what in zip([*moments, total], [*KILLS, "none"], strict=True):
                while not headway(lambda: done() >= moment, done, installation):  # noqa: B023
                    kill(worker)
                    worker = installation.start_worker()
                time.sleep(random.uniform(0, 0.03))
                if what == "process":
                    kill_one_process_of(worker)
                elif what == "whole":
                    kill(worker)
                    worker = installation.start_worker()
                killed_at.append(done())
        finally:
            kill(worker)

        reminders = installation.ask("SELECT deadline_id, step, superseded FROM deadlines_reminder")
        notices = installation.ask("SELECT key FROM notices_notice")
        emails = installation.ask("SELECT key, state FROM notices_outboxemail")
        due = installation.count("SELECT count(*) FROM deadlines_deadline WHERE next_reminder_on <= CURRENT_DATE")
        numbers = [row[0] for row in installation.ask("SELECT id FROM notices_notice")]

    assert sum(at < total for at in killed_at) >= 3, f"The kills came too late to show anything: {killed_at}"
    assert Counter((d, s, bool(x)) for d, s, x in reminders) == Counter(map(tuple, expected["steps"]))
    assert Counter(key for (key,) in notices) == Counter(expected["notices"])
    assert due == 0
    # One e-mail a notice: one promised, and one in the spool, complete.
    assert sorted(emails) == sorted((f"notice:{number}", "sent") for number in numbers)
    kept = [message_from_bytes(path.read_bytes()) for path in installation.mail.glob("*.eml")]
    assert len(kept) == len(expected["notices"])
    assert len({message["Message-ID"] for message in kept}) == len(kept)
    assert all("/notices/preferences/" in str(message.get_payload()) for message in kept)
    assert Counter(m["To"] for m in kept if m["To"] != "manager@example.org") == Counter(
        f"owner{number}@example.org" for number in range(DEADLINES)
    )


def headway(reached: Callable[[], bool], done: Callable[[], int], installation: Installation) -> bool:
    """Wait until so much is done, ordering the work again and again as the scheduler does.

    Looks every few milliseconds, so that what follows comes at a moment of work. Gives False when nothing moves.
    """
    ordered = moved = 0.0
    last = -1
    while not reached():
        now = time.monotonic()
        if now - ordered > 1.5:
            installation.order_work()
            ordered = now
        if (at := done()) != last:
            last, moved = at, now
        if now - installation.started > AT_MOST:
            pytest.fail(f"{at} done after {AT_MOST} seconds.\n{installation.log.read_text()[-2000:]}")
        if now - moved > PATIENCE:
            return False
        time.sleep(0.005)
    return True
