"""A real worker on a real Redis is killed while it makes reports; every report is made, and told, exactly once."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
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
REPORTS, KILLS, PATIENCE = 5, 2, 150


class Installation:
    """Its own database and place in Redis, with a worker that can be started and killed."""

    def __init__(self, environment: dict[str, str], database: BaseDatabaseWrapper, name: str, log: Path) -> None:
        self.environment, self.database, self.name, self.log = environment, database, name, log

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def count(self, sql: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {sql}")[0][0])

    def look_for_unfinished(self) -> None:
        """What the scheduler does each minute."""
        app = Celery(broker=REDIS, broker_transport_options={"global_keyprefix": f"{self.name}:"})
        app.send_task("scorecard.tasks.resume_reports")
        app.close()

    def start_worker(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "qaf", "worker", "--concurrency", "2", "--without-gossip",
                 "--without-mingle", "--without-heartbeat", "-l", "WARNING"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and its children: nobody gets to tidy up."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.fixture
def installation(tmp_path: Path, django_db_blocker: Any) -> Iterator[Installation]:
    name = f"qaf_reports_{uuid.uuid4().hex[:10]}"
    server = redis.Redis.from_url(REDIS)
    try:
        server.ping()
    except redis.RedisError:
        cannot_be_had(f"no Redis answers at {REDIS}")
    default, control = settings.DATABASES["default"], None
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
    else:
        url = f"sqlite:///{tmp_path / 'kill.sqlite3'}"
    config = {**environ.Env.db_url_config(url), "OPTIONS": {"timeout": 20} if control is None else {}}
    database = ConnectionHandler({"default": config})["default"]
    environment = {
        **os.environ, "DATABASE_URL": url, "REDIS_URL": REDIS, "CELERY_KEY_PREFIX": f"{name}:",
        "QAF_DATA_DIR": str(tmp_path), "EMAIL_FILE_PATH": str(tmp_path / "mail"), "EMAIL_URL": "filemail://",
        # A killed worker's reports are taken over after this silence instead of two minutes; longer than any step.
        "REPORT_STALE_SECONDS": "12",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "qaf.settings"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    try:
        with django_db_blocker.unblock():
            yield Installation(environment, database, name, tmp_path / "worker.log")
    finally:
        with django_db_blocker.unblock():
            database.close()
        if control is not None:
            control.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        for key in server.scan_iter(f"{name}:*"):
            server.delete(key)


def test_every_report_is_made_and_told_once_however_often_the_worker_is_killed(installation: Installation) -> None:
    seed = [sys.executable, "-m", "tests.scorecard.seed_waiting_reports", str(REPORTS)]
    seeded = subprocess.run(seed, cwd=ROOT, env=installation.environment, capture_output=True, text=True)
    assert seeded.returncode == 0, seeded.stderr[-2000:]
    kills = 0
    started = time.monotonic()
    worker = installation.start_worker()
    try:
        asked = 0.0
        while installation.count("scorecard_report WHERE state = 'made'") < REPORTS:
            tail = installation.log.read_text()[-2000:]
            assert worker.poll() is None, f"The worker ended by itself:\n{tail}"
            assert time.monotonic() - started < PATIENCE, f"Not done after {PATIENCE} seconds.\n{tail}"
            if time.monotonic() - asked > 3:
                installation.look_for_unfinished()
                asked = time.monotonic()
            # In the middle of a report: some step is done, but not all.
            if kills < KILLS and installation.count("scorecard_report WHERE state = 'making' AND steps_done >= 1"):
                kill(worker)
                kills += 1
                worker = installation.start_worker()
            time.sleep(0.05)
    finally:
        if worker.poll() is None:
            kill(worker)
    assert kills == KILLS
    attempts = [number for (number,) in installation.ask("SELECT attempts FROM scorecard_report")]
    assert sum(attempts) > REPORTS, "No report was taken up a second time, so the kills showed nothing."
    notices = [key for (key,) in installation.ask("SELECT key FROM notices_notice WHERE key LIKE 'report:%'")]
    assert sorted(int(key.split(":")[1]) for key in notices) == sorted(
        pk for (pk,) in installation.ask("SELECT id FROM scorecard_report")
    )
    assert installation.count("trail_entry WHERE verb = 'report.made'") == REPORTS
    assert installation.count("scorecard_reportfile") == 4 * REPORTS
