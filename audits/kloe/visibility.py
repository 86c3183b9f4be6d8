"""Which sections and questions apply, given the answers so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.kloe.conditions import Condition, Reference, Scalar, holds, values_of
from audits.kloe.kinds import KINDS
from audits.kloe.questions import FormDefinition, Question, Section

# By section key, by question key.
Answers = Mapping[str, Mapping[str, Any]]


class Visibility:
    """Decides for one set of answers. The answer to a question that does not apply counts as not given."""

    def __init__(self, form: FormDefinition, answers: Answers) -> None:
        self.form = form
        self.answers = answers
        self._shown: dict[Reference, bool] = {}
        sections: dict[str, bool] = {}
        for reference in form.deciding_order:
            question = form.question(reference)
            if reference.section not in sections:
                sections[reference.section] = self._applies(form.section(reference.section).when)
            self._shown[reference] = (
                question is not None and sections[reference.section] and self._applies(question.when)
            )

    def _applies(self, condition: Condition | None) -> bool:
        return condition is None or holds(condition, self.seen)

    def seen(self, reference: Reference) -> tuple[tuple[Scalar, ...], bool]:
        """What a condition sees of a question: the values of its answer, and whether it is answered."""
        question = self.form.question(reference)
        answer = self.answers.get(reference.section, {}).get(reference.question)
        if question is None or answer is None or not self._shown.get(reference, False):
            return (), False
        return values_of(answer), not KINDS[question.kind].is_empty(answer)

    def shows(self, section: Section, question: Question) -> bool:
        """Whether the question applies."""
        return self._shown[Reference(section.key, question.key)]

    def questions_of(self, section: Section) -> tuple[Question, ...]:
        """The questions of a section that apply."""
        return tuple(question for question in section.questions if self.shows(section, question))
