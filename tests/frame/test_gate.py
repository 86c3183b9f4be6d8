"""The gate before the live server: a request outlives no test, and none comes in after it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import Gate


def ask(gate: Gate, told: Callable[..., Any] = lambda *_: None) -> Any:
    return gate({}, told)


def test_closing_waits_for_the_request_inside() -> None:
    left: list[float] = []

    def slowly(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        time.sleep(0.2)
        return [b"saved"]

    gate = Gate(slowly)
    gate.open = True

    def visit() -> None:
        answer = ask(gate)
        assert list(answer) == [b"saved"]
        left.append(time.monotonic())
        answer.close()

    visitor = threading.Thread(target=visit)
    visitor.start()
    time.sleep(0.05)
    gate.close()
    closed = time.monotonic()
    visitor.join()
    assert [at <= closed for at in left] == [True]


def test_nobody_comes_in_after_closing() -> None:
    def never(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise AssertionError("The application was reached.")

    gate, told = Gate(never), []
    assert ask(gate, lambda status, headers: told.append(status)) == []
    assert told == ["503 Service Unavailable"]


def test_a_request_that_breaks_is_over_as_well() -> None:
    def breaks(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise ValueError

    gate = Gate(breaks)
    gate.open = True
    with pytest.raises(ValueError):
        ask(gate)
    gate.close()
