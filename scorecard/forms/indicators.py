"""What the lists of indicators and of requests are narrowed to, read from the page's address."""

from __future__ import annotations

from typing import Any

from django import forms

from qaf.people.models import Agency
from scorecard.models import ChangeKind, ChangeState, Lens, Priority
from scorecard.queries.changes import CHANGE_SORTS
from scorecard.queries.indicators import SORTS, Filters

STATES = [
    ("", "In use or to come"),
    ("to_come", "To come"),
    ("retired", "Retired"),
    ("needs_priority", "Needs a priority"),
    ("all", "All"),
]


class ListFilterForm(forms.Form):
    """A choice that is none narrows nothing, so an old address still opens the list."""

    search = forms.CharField(label="Code or name", required=False, max_length=100)
    priority = forms.ChoiceField(label="Priority", required=False)
    agency = forms.ChoiceField(label="Figures from", required=False)
    lens = forms.ChoiceField(label="Lens", required=False, choices=[("", "Every lens"), *Lens.choices])
    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=[*SORTS.items()])
    optional_unmarked = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        priorities = [(str(one.pk), one.name) for one in Priority.objects.all()]
        agencies = [(str(one.pk), one.name) for one in Agency.objects.all()]
        self._choices("priority", [("", "Every priority"), *priorities])
        self._choices("agency", [("", "Everywhere"), ("qaf", "QAF itself"), *agencies])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was chosen; what is no choice is left out."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class ChangeFilterForm(forms.Form):
    """Which requests are listed."""

    state = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *ChangeState.choices])
    kind = forms.ChoiceField(label="What is asked for", required=False, choices=[("", "Anything"), *ChangeKind.choices])
    sort = forms.ChoiceField(label="Sort by", required=False, choices=[*CHANGE_SORTS.items()])
    optional_unmarked = True

    def filters(self) -> dict[str, str]:
        """What was chosen, for ``changes_listed``."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
