"""The embedded worker and scheduler: Celery as threads of the process that serves the pages.

One laptop, no server: the broker is in memory, so it forgets on exit. That is safe because nothing lives only in
the queue; every promise is a row in the database that the next sweep picks up. The tasks and the schedule are
those of the real installation, run by Celery's own worker and its own scheduler.
"""

import threading
import time
from typing import Any

from celery import Celery
from celery.apps.worker import Worker
from celery.beat import Service
from celery.worker import state as worker_state
from django.conf import settings
from django.db import connections


class _ThreadedWorker(Worker):
    """Celery's worker without what only the main thread of a process may do: signal handlers and a title."""

    def install_platform_tweaks(self, worker: Any) -> None:
        """Leave the process's signals to the web server."""

    def set_process_status(self, info: str) -> None:
        """Leave the process's title to the web server."""


class _Scheduler(threading.Thread):
    """Celery's scheduler in a thread that stops at once; Celery's own embedded one sleeps its pause out first."""

    def __init__(self, app: Celery) -> None:
        super().__init__(name="celery-beat", daemon=True)
        self._service = Service(app, scheduler_cls=settings.CELERY_BEAT_SCHEDULER)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        scheduler = self._service.scheduler
        try:
            while not self._stop_asked.is_set():
                self._stop_asked.wait(scheduler.tick())
        finally:
            # Writes down when each task last ran.
            scheduler.close()
            connections.close_all()

    def ask_to_stop(self) -> None:
        self._stop_asked.set()


class Background:
    """A worker and a scheduler that run beside the web server, in its process."""

    def __init__(self, app: Celery, *, threads: int = 2) -> None:
        if app.conf.broker_url.startswith("memory:"):
            # The in-memory broker is asked for work once a second by default; a person waits for what is made.
            app.conf.broker_transport_options = {**app.conf.broker_transport_options, "polling_interval": 0.2}
        self._worker = _ThreadedWorker(
            app=app,
            pool_cls="threads",
            concurrency=threads,
            loglevel="INFO",
            quiet=True,
            # Gossip and the like are talk between several workers; here there is one.
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._worker_thread = threading.Thread(target=self._worker.start, name="celery-worker", daemon=True)
        self._scheduler = _Scheduler(app)

    def start(self) -> None:
        """Start both threads and come back at once."""
        # Celery keeps its wish to stop per process; a worker started after another one was stopped must not see it.
        worker_state.should_stop = None
        self._worker_thread.start()
        self._scheduler.start()

    def is_alive(self) -> bool:
        """Say whether both threads still run; a stopped one is a defect that the health page should tell of."""
        return self._worker_thread.is_alive() and self._scheduler.is_alive()

    def stop(self, *, seconds: float = 6.0) -> bool:
        """Begin nothing more, let running tasks finish for ``seconds`` at most, and say whether they all did.

        A task that is cut is not lost: tasks are safe to kill at any line, and the next sweep takes up their rows.
        """
        until = time.monotonic() + seconds
        self._scheduler.ask_to_stop()
        worker_state.should_stop = 0
        while worker_state.active_requests and time.monotonic() < until:
            time.sleep(0.05)
        self._scheduler.join(1)
        return not worker_state.active_requests
