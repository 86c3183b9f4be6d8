"""Rules that a form must keep as a whole: keys that are unique, conditions that can be decided, grades that add up."""

from __future__ import annotations

from collections.abc import Iterator

from audits.kloe.conditions import AllOf, AnyOf, Condition, Reference, Scalar, Test, references
from audits.kloe.fields import MAX_HINTS, Path, Problem, shown, suggestion
from audits.kloe.kinds import KINDS
from audits.kloe.questions import PARTS, FormDefinition, Question, Section
from audits.kloe.scales import Descriptor


def check_form(form: FormDefinition, descriptors: dict[str, Descriptor] | None = None) -> list[Problem]:
    """What is wrong with a form as a whole, each with its place; empty when nothing is.

    ``descriptors`` are those that judgements may name; left out, those in the form itself.
    """
    if descriptors is None:
        descriptors = {descriptor.key: descriptor for descriptor in form.descriptors}
    return [
        *_duplicates(form),
        *_conditions(form),
        *_circles(form),
        *_judgements(form, descriptors),
        *_overall(form),
    ]


def _places(form: FormDefinition) -> Iterator[tuple[Path, str, Section, Question]]:
    for number, section in enumerate(form.sections):
        for index, question in enumerate(section.questions):
            if question.kind:
                where = f"section {section.key or number + 1}, question {question.key or index + 1}"
                yield ("sections", number, "questions", index), where, section, question


def _duplicates(form: FormDefinition) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, section in enumerate(form.sections):
        if section.key and section.key in seen:
            path: Path = ("sections", number, "key")
            yield Problem(path, f"section {section.key}", f"section key ‘{section.key}’ is there twice")
        seen.add(section.key)
        keys: set[str] = set()
        for index, question in enumerate(section.questions):
            if question.key and question.key in keys:
                where = f"section {section.key}, question {question.key}"
                reason = f"question key ‘{question.key}’ is there twice in its section"
                yield Problem(("sections", number, "questions", index, "key"), where, reason)
            keys.add(question.key)


class _Hints:
    """Guesses at which question a condition means. Each takes time, so there are only some, however much dangles."""

    def __init__(self, form: FormDefinition) -> None:
        self.known = [str(Reference(section.key, question.key)) for section, question in form.all_questions()]
        self.left = min(MAX_HINTS, 5_000 // (len(self.known) or 1))

    def about(self, reference: Reference) -> str:
        self.left -= 1
        return suggestion(str(reference), self.known) if self.left >= 0 else ""


def _conditions(form: FormDefinition) -> Iterator[Problem]:
    hints = _Hints(form)
    for number, section in enumerate(form.sections):
        if section.when is not None:
            yield from _dangling(form, section.when, ("sections", number, "when"), f"section {section.key}", hints)
    for path, where, _, question in _places(form):
        if question.when is not None:
            yield from _dangling(form, question.when, (*path, "when"), where, hints)


def _dangling(form: FormDefinition, condition: Condition, path: Path, where: str, hints: _Hints) -> Iterator[Problem]:
    if isinstance(condition, AllOf | AnyOf):
        word = "all" if isinstance(condition, AllOf) else "any"
        for index, part in enumerate(condition.parts):
            yield from _dangling(form, part, (*path, word, index), where, hints)
        return
    question = form.question(condition.question)
    if question is None:
        hint = hints.about(condition.question)
        yield Problem((*path, "question"), where, f"there is no question {condition.question} to look at{hint}")
    elif question.kind:
        yield from _wrong_values(form, condition, question, path, where)


def _wrong_values(form: FormDefinition, test: Test, question: Question, path: Path, where: str) -> Iterator[Problem]:
    if test.operator == "answered":
        return
    allowed = KINDS[question.kind].condition_values(question, form.scale)
    place = (*path, test.operator)
    if allowed == ():
        reason = f"of {test.question} ({question.kind}) a condition can only ask whether it is answered"
        yield Problem(place, where, reason)
        return
    for value in test.values:
        if allowed is None and _fits(question, value):
            continue
        if allowed is None:
            wanted = "a number" if question.kind == "number" else "a text: put it in quotes"
            yield Problem(place, where, f"{shown(value)} can never be the answer to {test.question}, which is {wanted}")
        elif value not in allowed:
            listed = ", ".join(map(str, allowed))
            reason = f"{shown(value)} is not an answer to {test.question}; its answers are {listed}"
            yield Problem(place, where, reason)


def _fits(question: Question, value: Scalar) -> bool:
    return isinstance(value, str) is (question.kind != "number")


def _circles(form: FormDefinition) -> Iterator[Problem]:
    """A question may not wait for itself, however long the way round."""
    # A question depends on what its own condition and its section's look at.
    depends: dict[Reference, list[Reference]] = {}
    for section, question in form.all_questions():
        looked_at = [*references(section.when), *references(question.when)]
        depends[Reference(section.key, question.key)] = looked_at
    state: dict[Reference, int] = {}  # 1: on the way, 2: done
    circular: set[Reference] = set()
    for start in depends:
        stack = [(start, iter(depends[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            current, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[current] = 2
                stack.pop()
            elif state.get(following) == 1:
                circular.add(following)
            elif following in depends and following not in state:
                state[following] = 1
                stack.append((following, iter(depends[following])))
    for path, where, section, question in _places(form):
        reference = Reference(section.key, question.key)
        if reference in circular:
            own = question.when is not None
            place = (*path, "when") if own else (*path[:2], "when")
            yield Problem(place, where, f"circle of conditions: whether {reference} applies depends on itself")


def _judgements(form: FormDefinition, descriptors: dict[str, Descriptor]) -> Iterator[Problem]:
    domains: set[tuple[str, str]] = set()
    for path, where, section, question in _places(form):
        if question.kind != "judgement":
            continue
        if form.scale is None:
            yield Problem(path, where, "a judgement needs a form with a scale")
        if question.domain and (section.part, question.domain) in domains:
            reason = f"domain ‘{question.domain}’ is judged twice in the part {section.part}"
            yield Problem((*path, "domain"), where, reason)
        domains.add((section.part, question.domain))
        for index, key in enumerate(question.descriptors):
            place = (*path, "descriptors", index)
            found = descriptors.get(key)
            if found is None:
                yield Problem(place, where, f"there is no descriptor ‘{key}’{suggestion(key, descriptors)}")
            elif form.scale is not None and found.scale != form.scale.key:
                reason = f"descriptor ‘{key}’ is for the scale {found.scale}, the form has {form.scale.key}"
                yield Problem(place, where, reason)


def _overall(form: FormDefinition) -> Iterator[Problem]:
    """One judgement stands for the whole audit: figures, alerts and re-audits hang on it."""
    for part in PARTS:
        graded = [place for place in _places(form) if place[2].part == part and place[3].kind == "judgement"]
        overall = [place for place in graded if place[3].overall]
        if part == "audit" and graded and not overall:
            path, where, _, _ = graded[0]
            yield Problem((), "", "one judgement of the part audit must have overall: true, and none has")
        for path, where, _, question in overall[1:]:
            reason = f"only one judgement of the part {part} may have overall: true; ‘{question.key}’ is another one"
            yield Problem((*path, "overall"), where, reason)
        for path, where, section, question in overall[:1]:
            if part == "audit" and not question.required:
                yield Problem(path, where, "the overall judgement must have required: true")
            if part == "audit" and (question.when or section.when):
                yield Problem(path, where, "the overall judgement cannot hang on a condition")
