"""Autosave of one section against a bare POST that writes one row with the same text."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence

from django.urls import reverse

from audits.kloe.filling import prefix_of
from audits.models import Audit, State
from bench.caller import Caller, Failed, medians
from bench.databases import at
from bench.figures import Figure

ROUNDS = 200
TARGET = 2.0
SENTENCE = "The plan names what has to change for the family, by when, and who helps them with it. "


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Save the section with the longest texts again and again, each time with other words."""
    audits = max(sizes)
    with at(audits):
        audit = Audit.objects.filter(state=State.IN_PROGRESS).select_related("auditor", "type").order_by("pk")[0]
        caller = Caller(audit.auditor)
        section, question = _long_text(audit)
        path = reverse("audits:section", args=[audit.reference, section])
        page = caller.get(path).body.decode()
        revision = int(page.partition('name="revision" value="')[2].partition('"')[0])
        numbers = itertools.count()

        def text() -> str:
            return SENTENCE * 8 + str(next(numbers))

        def autosave() -> None:
            nonlocal revision
            answer = caller.post(path, {"revision": str(revision), question: text()}, HTTP_X_AUTOSAVE="1")
            saved = json.loads(answer.body)["revision"]
            if saved != revision + 1:
                raise Failed("The autosave saved nothing.")
            revision = saved

        def bare() -> None:
            caller.post("/bare/save/", {"text": text()})

        base, time = medians([bare, autosave], rounds=ROUNDS)
    yield Figure("autosave_to_bare_post", time / base, TARGET)


def _long_text(audit: Audit) -> tuple[str, str]:
    """The key of a section, and the name of a long text in its form."""
    for section in audit.form.sections_of(audit.part):
        for question in section.questions:
            if question.kind == "long_text":
                return section.key, prefix_of(section) + question.key
    raise Failed("The form has no long text.")
