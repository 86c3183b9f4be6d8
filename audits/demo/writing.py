"""Filling in a form as an auditor might: every kind of question, with short invented texts."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from audits.kloe import filling
from audits.kloe.questions import FormDefinition, Question, Section
from audits.kloe.visibility import Visibility

GRADES = ("O", "G", "RI", "I")
SCORE = {"O": 9, "G": 8, "RI": 5, "I": 3}
FREQUENCIES = ("always", "usually", "sometimes", "rarely", "never")
# Kinds on whose answers conditions are set.
DECIDING = ("yes_no", "one_choice", "several_choices", "judgement")
CHANGES = ("much_better", "better", "about_the_same", "worse", "much_worse")
Answers = dict[str, dict[str, Any]]


class Writer:
    """Answers one audit's questions with one overall grade; the same chance gives the same answers."""

    def __init__(self, words: dict[str, Any], chance: random.Random, *, grade: str, today: date, holder: str) -> None:
        self.words, self.chance, self.grade, self.today, self.holder = words, chance, grade, today, holder

    def fill(
        self, form: FormDefinition, part: str, facts: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]
    ) -> Answers:
        """The answers to every section of a part that applies; ``before`` is what other parts hold."""
        answers: Answers = {key: dict(own) for key, own in before.items()}
        written: Answers = {}
        for section in form.sections_of(part):
            own = self._section(form, section, facts, answers)
            if own:
                answers[section.key] = written[section.key] = own
        return written

    def _section(
        self, form: FormDefinition, section: Section, facts: Mapping[str, Any], answers: Answers
    ) -> dict[str, Any]:
        own = filling.prefill(form, section, facts)
        seen = set(own)
        open_now = list(Visibility(form, {**answers, section.key: own}).questions_of(section))
        while open_now:
            question = open_now.pop(0)
            if question.key in seen:
                continue
            seen.add(question.key)
            if question.required or question.becomes or self.chance.random() < 0.75:
                own[question.key] = self._answer(section, question)
            if question.kind in DECIDING:
                # Its answer may have brought up further questions of the section, or taken some away.
                open_now = list(Visibility(form, {**answers, section.key: own}).questions_of(section))
        return own

    def _answer(self, section: Section, question: Question) -> Any:
        return getattr(self, f"_{question.kind}")(section, question)

    def _one_of(self, words: str) -> str:
        return str(self.chance.choice(self.words[words]))

    def _short_text(self, section: Section, question: Question) -> str:
        return self._one_of("short")[: question.max_length or 200]

    def _long_text(self, section: Section, question: Question) -> str:
        if section.part == "feedback":
            text = self._one_of("feedback")
        elif section.part == "reaudit":
            text = self.words["reaudit"]
        elif section.key == "improvement":
            text = self.words["improvement_plan"]
        elif question.key == "strengths":
            text = self._by_grade("strengths")
        elif question.key == "improvements":
            text = self._by_grade("improvements")
        else:
            text = self._one_of("notes")
        return str(text)[: question.max_length or 20000]

    def _by_grade(self, words: str) -> str:
        return str(self.chance.choice(self.words[words][self.grade]))

    def _evidence(self, section: Section, question: Question) -> dict[str, str]:
        return {"strengths": self._by_grade("strengths"), "improvements": self._by_grade("improvements")}

    def _judgement(self, section: Section, question: Question) -> str:
        if question.overall:
            return self.grade
        place = GRADES.index(self.grade) + self.chance.choice((-1, 0, 0, 0, 1))
        # One inadequate domain hardly goes with a good case, nor an outstanding one with a weak case.
        lowest = 3 if self.grade in ("RI", "I") else 2
        highest = 0 if self.grade in ("O", "G") else 1
        return GRADES[min(max(place, highest), lowest)]

    def _record_state(self, section: Section, question: Question) -> dict[str, str]:
        weights = {"O": (9, 1, 0), "G": (7, 2, 1), "RI": (4, 4, 2), "I": (2, 4, 4)}[self.grade]
        state = self.chance.choices(("good", "requires_update", "incomplete"), weights)[0]
        return {"state": state, "comment": str(self.chance.choice(self.words["comments"][state]))}

    def _yes_no(self, section: Section, question: Question) -> dict[str, str]:
        answer = "no" if question.key == "rereferral" or self.chance.random() < 0.12 else "yes"
        if question.key == "discussed":
            answer = "yes"
        return {"answer": answer, "comment": self._one_of("notes") if question.comment else ""}

    def _one_choice(self, section: Section, question: Question) -> str:
        return self.chance.choice(question.options).value

    def _several_choices(self, section: Section, question: Question) -> list[str]:
        chosen = set(self.chance.sample(range(len(question.options)), k=min(2, len(question.options))))
        return [option.value for place, option in enumerate(question.options) if place in chosen]

    def _date(self, section: Section, question: Question) -> str:
        days = -self.chance.randint(1, 9) if section.part != "audit" else -self.chance.randint(20, 300)
        return (self.today + timedelta(days=days if question.past_only else self.chance.randint(14, 45))).isoformat()

    def _number(self, section: Section, question: Question) -> int:
        return int(min(max(self.chance.randint(1, 4), question.minimum or 0), question.maximum or 99))

    def _scale_0_10(self, section: Section, question: Question) -> int:
        return min(10, SCORE[self.grade] + self.chance.choice((-1, 0, 1)))

    def _frequency_scale(self, section: Section, question: Question) -> str:
        return FREQUENCIES[GRADES.index(self.grade)]

    def _change_scale(self, section: Section, question: Question) -> str:
        return CHANGES[GRADES.index(self.grade)]

    def _rows(self, section: Section, question: Question) -> list[dict[str, Any]]:
        if question.becomes != "actions":
            return [{column.key: self._answer(section, column) for column in question.columns} for _ in range(2)]
        wanted = {"O": 1, "G": 2, "RI": 3, "I": 4}[self.grade]
        return [
            {
                "action": text,
                "owner": self.holder,
                "due": (self.today + timedelta(days=self.chance.randint(20, 50))).isoformat(),
            }
            for text in self.chance.sample(self.words["actions"], k=wanted)
        ]

    def _person(self, section: Section, question: Question) -> dict[str, str]:
        return {"name": "Synthetic Person", "role": self._one_of("short")}

    def _signature(self, section: Section, question: Question) -> dict[str, str]:
        return {"name": "Synthetic Person", "date": self.today.isoformat()}
