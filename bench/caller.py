"""Calls the site the way a web server does, without the sockets: through its WSGI callable, in this process."""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application

from qaf.people.models import User

CSRF = "benchmark" * 3 + "token"


class Failed(Exception):
    """A request was not answered as it should be, so there is nothing to measure."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status code and the page."""

    status: int
    body: bytes


class Caller:
    """One signed-in person's browser, with their session cookie."""

    def __init__(self, user: User) -> None:
        self.application = get_wsgi_application()
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def get(self, path: str, query: str = "") -> Answer:
        return self._call("GET", path, query)

    def post(self, path: str, data: dict[str, str], **headers: str) -> Answer:
        body = urlencode(data).encode()
        return self._call("POST", path, body=body, HTTP_X_CSRFTOKEN=CSRF, **headers)

    def _call(self, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self.cookie,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **headers,
        }
        status: list[str] = []

        def start_response(line: str, *_: object) -> None:
            status.append(line)

        response = self.application(environ, start_response)
        try:
            page = b"".join(response)
        finally:
            response.close()
        answer = Answer(int(status[0][:3]), page)
        if answer.status != 200:
            raise Failed(f"{method} {path} was answered with {status[0]}")
        return answer


Action = Callable[[], object]


def medians(
    actions: Sequence[Action], *, rounds: int, warm_up: int = 20, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Call the actions in turn, again and again, and give each one's median time in seconds.

    In turn, so that whatever else the machine does at that moment falls on all of them alike; the order is reversed
    every other round, so that none always comes after the same other.
    """
    for _ in range(warm_up):
        for action in actions:
            action()
    times: list[list[float]] = [[] for _ in actions]
    gc.collect()
    for number in range(rounds):
        order = range(len(actions)) if number % 2 else reversed(range(len(actions)))
        for index in order:
            start = clock()
            actions[index]()
            times[index].append(clock() - start)
    return [statistics.median(of_one) for of_one in times]
