"""Forms of the four lenses matrix."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from audits.access.programme import works_visible_to
from audits.models import Work
from qaf.dates import DateField
from qaf.people.models import Agency, User
from scorecard.models import USUAL_LENS, EvidenceKind, Lens, Priority
from scorecard.workflow.lenses import Told

COUNTS_MONTHS = 12


class EvidenceForm(forms.Form):
    """One source of assurance: which priority and lens, what it is, what it tells, and how long it counts."""

    priority = forms.ModelChoiceField(
        Priority.objects.none(),
        label="Priority",
        empty_label="Choose a priority",
        error_messages={"required": "Choose the priority that it tells about"},
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=[("", "Choose what it is"), *EvidenceKind.choices],
        error_messages={"required": "Choose what kind of evidence it is"},
    )
    lens = forms.ChoiceField(
        label="Lens",
        choices=Lens.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose through which lens it looks"},
    )
    title = forms.CharField(
        label="Title", max_length=200, error_messages={"required": "Enter a title, such as the name of the report"}
    )
    summary = forms.CharField(
        label="What it tells about the priority",
        max_length=4000,
        help_text="Boards read this. Leave out everything by which a child, family or worker could be known.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say in a few sentences what it tells about the priority"},
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Agency it comes from", required=False, empty_label="None, or several"
    )
    work = forms.ModelChoiceField(
        Work.objects.none(), label="Piece of work in the programme", required=False, empty_label="None"
    )
    dated_on = DateField(what="the day it is of", label="Day it is of")
    counts_until = DateField(
        what="the last day it counts",
        label="Last day on which it counts as evidence",
        required=False,
        help_text="Leave it empty for a year from the day it is of.",
    )

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        today = timezone.localdate()
        kept = (initial or {}).get("priority")
        standing = Priority.objects.standing(today)
        if kept is not None:
            standing = standing | Priority.objects.filter(pk=getattr(kept, "pk", kept))
        self.fields["priority"].queryset = standing.distinct()  # type: ignore[attr-defined]
        self.fields["agency"].queryset = Agency.objects.order_by("name")  # type: ignore[attr-defined]
        # The work it was linked to stays to be chosen, though it was withdrawn since.
        kept_work = (initial or {}).get("work")
        offered = Q(pk__in=works_visible_to(user).standing().values("pk"))
        works = Work.objects.filter(offered | Q(pk=kept_work.pk) if kept_work else offered)
        self.fields["work"].queryset = works.order_by("-year", "title")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("dated_on") and cleaned["dated_on"] > timezone.localdate():
            self.add_error("dated_on", "The day it is of cannot be in the future")
        dated, until = cleaned.get("dated_on"), cleaned.get("counts_until")
        if dated and until and until < dated:
            self.add_error("counts_until", "The last day it counts cannot be before the day it is of")
        return cleaned

    def told(self) -> Told:
        """What was said; call it on a valid form."""
        fields = dict(self.cleaned_data)
        fields["counts_until"] = fields["counts_until"] or a_year_after(fields["dated_on"])
        return Told(**fields)


def a_year_after(day: date) -> date:
    """The day before the same day a year later; 29 February counts until 28 February."""
    try:
        return date.fromordinal(day.replace(year=day.year + 1).toordinal() - 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def usual_lens(kind: str) -> str:
    """The lens that a kind of evidence usually belongs to: the professional one unless the framework says another."""
    return str(USUAL_LENS.get(EvidenceKind(kind), Lens.PROFESSIONAL)) if kind in EvidenceKind.values else ""


class RemoveForm(forms.Form):
    """Why a source is no longer evidence."""

    why = forms.CharField(
        label="Why is it no longer evidence?",
        max_length=200,
        error_messages={"required": "Say why it is no longer evidence"},
    )
