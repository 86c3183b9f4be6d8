"""When a question or a section applies: conditions on other answers, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

Scalar: TypeAlias = str | int | float
Operator: TypeAlias = Literal["is", "not", "in", "answered"]
OPERATORS: tuple[Operator, ...] = ("is", "not", "in", "answered")


class Reference(NamedTuple):
    """A question, named by its section and its own key."""

    section: str
    question: str

    def __str__(self) -> str:
        return f"{self.section}.{self.question}"


@dataclass(frozen=True)
class Test:
    """A look at one answer. ``values`` holds one value for "is" and "not", one or more for "in", else none."""

    __test__ = False  # not for pytest

    question: Reference
    operator: Operator
    values: tuple[Scalar, ...] = ()
    answered: bool = True


@dataclass(frozen=True)
class AllOf:
    """Every part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part must hold."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Test | AllOf | AnyOf


def references(condition: Condition | None) -> Iterator[Reference]:
    """The questions that a condition looks at."""
    for test in tests(condition):
        yield test.question


def tests(condition: Condition | None) -> Iterator[Test]:
    """The single tests that a condition is made of."""
    if isinstance(condition, Test):
        yield condition
    elif condition is not None:
        for part in condition.parts:
            yield from tests(part)


def values_of(answer: Any) -> tuple[Scalar, ...]:
    """What a condition sees of an answer: of an object its answer, state, grade or value; of a list all of it."""
    if isinstance(answer, dict):
        seen = next((answer[key] for key in ("answer", "state", "grade", "value") if key in answer), None)
        return () if seen in (None, "") else (seen,)
    if isinstance(answer, list):
        return tuple(item for item in answer if isinstance(item, str))
    return () if answer in (None, "") else (answer,)


def holds(condition: Condition, seen: Callable[[Reference], tuple[tuple[Scalar, ...], bool]]) -> bool:
    """Whether a condition holds. ``seen`` gives, for a question, the values of its answer and if it is answered.

    "not" is the plain opposite of "is", so it holds as well while nothing is answered.
    """
    if isinstance(condition, AllOf):
        return all(holds(part, seen) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, seen) for part in condition.parts)
    values, answered = seen(condition.question)
    if condition.operator == "answered":
        return answered is condition.answered
    contained = any(value in values for value in condition.values)
    return not contained if condition.operator == "not" else contained


def simplify(condition: Condition, known: Callable[[Reference], bool], seen: Any) -> Condition | bool:
    """Replace the tests on ``known`` questions by their outcome: gives True, False or what is left to decide."""
    if isinstance(condition, Test):
        return holds(condition, seen) if known(condition.question) else condition
    decisive = isinstance(condition, AnyOf)  # a part with this outcome decides the whole
    left: list[Condition] = []
    for part in condition.parts:
        outcome = simplify(part, known, seen)
        if outcome is decisive:
            return decisive
        if not isinstance(outcome, bool):
            left.append(outcome)
    if not left:
        return not decisive
    return left[0] if len(left) == 1 else type(condition)(tuple(left))


def condition_to_json(condition: Condition) -> dict[str, Any]:
    """A condition as it is written in a form, every question named with its section."""
    if isinstance(condition, AllOf):
        return {"all": [condition_to_json(part) for part in condition.parts]}
    if isinstance(condition, AnyOf):
        return {"any": [condition_to_json(part) for part in condition.parts]}
    written: dict[str, Any] = {"question": str(condition.question)}
    if condition.operator == "answered":
        written["answered"] = condition.answered
    elif condition.operator == "in":
        written["in"] = list(condition.values)
    else:
        written[condition.operator] = condition.values[0]
    return written
