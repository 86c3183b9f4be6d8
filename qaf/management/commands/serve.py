"""Serve the pages, and do the background work, from one command: the embedded shape of QAF."""

import logging
import os
import socket
import sys
import warnings
from typing import Any

from celery.platforms import SecurityWarning
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from qaf.background import Background
from qaf.celery import app as celery_app

# One process, because the embedded broker lives in its memory; threads, because most of a page's time is waiting.
WORKER_CLASS = "gthread"
THREADS = 8
# Long enough for a page or a task that is under way, short enough for somebody who waits after Ctrl-C.
SECONDS_TO_STOP = 8


class _Server(BaseApplication):
    """Gunicorn with one process that also holds the worker and the scheduler."""

    def __init__(self, options: dict[str, Any], *, with_background: bool) -> None:
        self._options = options
        self._with_background = with_background
        self._background: Background | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._begin)
        self.cfg.set("worker_exit", self._end)

    def load(self) -> Any:
        return get_wsgi_application()

    def _begin(self, worker: Worker) -> None:
        if self._with_background:
            self._background = Background(celery_app)
            self._background.start()

    def _end(self, arbiter: Arbiter, worker: Worker) -> None:
        if self._background is None:
            return
        self._background.stop(seconds=SECONDS_TO_STOP - 2)
        # Python would now wait for every thread, even for a task that runs for minutes; it is safe to cut (see stop()).
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class Command(BaseCommand):
    help = "Serve on one address, with the worker and the scheduler in the same process. Ctrl-C stops all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-background", action="store_true", help="serve pages only; a worker runs elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop.

        Raises CommandError when the port is taken, or when the settings are those of a real installation: that
        one runs web, worker and scheduler apart (docker-compose.yml).
        """
        host, port = options["host"], options["port"]
        if not settings.EMBEDDED:
            raise CommandError(
                "serve is for the embedded shape. With QAF_EMBEDDED=false run Gunicorn, a worker and beat "
                "apart, as docker-compose.yml does."
            )
        refuse_taken_port(host, port)
        self.stdout.write(f"\nQAF is served at http://{host}:{port}/ - stop it with Ctrl-C.\n")
        self.stdout.flush()
        quieten()
        server = {
            "bind": f"{host}:{port}",
            "worker_class": WORKER_CLASS,
            "workers": 1,
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": SECONDS_TO_STOP,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "qaf",
        }
        _Server(server, with_background=not options["no_background"]).run()


def quieten() -> None:
    """Keep off the screen what a person at a demonstration cannot act on; warnings about tasks stay."""
    logging.getLogger("celery").setLevel(logging.WARNING)
    logging.getLogger("django_celery_beat").setLevel(logging.WARNING)
    logging.getLogger("kombu").setLevel(logging.ERROR)
    # The embedded worker has the rights of whoever started the demonstration, and its messages never leave the process.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # Static files are served from where they lie; they are collected in a real installation only.
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError when nothing can listen on ``host``:``port``; Gunicorn itself would try for seconds."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({problem.strerror}). Stop what runs there, or choose another port: "
                f"make demo PORT={port + 1}"
            ) from problem
