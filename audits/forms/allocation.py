"""The forms of drawing and allocating."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audits.access import qa_teams
from audits.models import AuditType, Case, FormVersion, ProcessMap
from audits.queries.cases import AuditorChoice, auditors_for
from audits.workflow.draws import MOST_PER_AUDITOR, Order, make_order, new_seed
from qaf.people.models import User


def types_to_allocate() -> QuerySet[AuditType]:
    """The types of audit that can be started by hand: switched on, with a published form, and no re-audit."""
    published = FormVersion.objects.filter(form=OuterRef("form"), state=FormVersion.State.PUBLISHED)
    reaudits = ProcessMap.objects.exclude(reaudit_type=None).values("reaudit_type")
    return AuditType.objects.filter(Exists(published), is_active=True).exclude(pk__in=reaudits)


class DrawForm(forms.Form):
    """What to draw: type, teams, auditors, how many, and the seed."""

    type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="Type of audit",
        empty_label=None,
        error_messages={"required": "Choose a type of audit", "invalid_choice": "Choose a type of audit from the list"},
    )
    per_auditor = forms.IntegerField(
        label="How many cases for each auditor?",
        min_value=1,
        max_value=MOST_PER_AUDITOR,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter how many cases each auditor gets",
            "invalid": "Enter a whole number, such as 1",
            "min_value": "Each auditor gets at least 1 case",
            "max_value": f"Each auditor can get at most {MOST_PER_AUDITOR} cases in one draw",
        },
    )
    teams = forms.MultipleChoiceField(
        label="Draw from which teams?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none to draw from all of them.",
        error_messages={"invalid_choice": "Choose teams from the list"},
    )
    auditors = forms.MultipleChoiceField(
        label="For which auditors?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none to draw for everybody who audits these teams.",
        error_messages={"invalid_choice": "Choose auditors from the list"},
    )
    seed = forms.CharField(
        label="Seed",
        required=False,
        max_length=64,
        help_text="Leave empty for a new one. The same seed over the same cases gives the same draw again.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.own_teams = {str(team.pk): team for team in qa_teams(user).select_related("service").order_by("name")}
        self.auditor_choices = {str(one.person.pk): one for one in auditors_for(user, day=timezone.localdate())}
        self.fields["type"].queryset = types_to_allocate()  # type: ignore[attr-defined]
        self.fields["teams"].choices = [  # type: ignore[attr-defined]
            (key, f"{team.name} ({team.service.name})") for key, team in self.own_teams.items()
        ]
        self.fields["auditors"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.person.name} ({one.unit})") for key, one in self.auditor_choices.items()
        ]

    def clean_seed(self) -> str:
        return " ".join(self.cleaned_data["seed"].split()) or new_seed()

    def order(self) -> Order:
        """What was asked for. Raises Refused or NotAllowed."""
        data = self.cleaned_data
        return make_order(
            type=data["type"],
            teams=[self.own_teams[key] for key in data["teams"]],
            auditors=[self.auditor_choices[key].person for key in data["auditors"]],
            per_auditor=data["per_auditor"],
            seed=data["seed"],
            by=self.user,
        )


class OneForm(forms.Form):
    """One chosen case for one auditor."""

    type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="Type of audit",
        empty_label=None,
        error_messages={"required": "Choose a type of audit", "invalid_choice": "Choose a type of audit from the list"},
    )
    auditor = forms.ChoiceField(
        label="Auditor",
        error_messages={"required": "Choose an auditor", "invalid_choice": "Choose an auditor from the list"},
    )
    reason = forms.CharField(
        label="Why this case?",
        max_length=1000,
        help_text="It is kept with the audit and shown to those who read it. Do not name the child.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this case was chosen"},
    )

    def __init__(self, *args: Any, user: User, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[str, AuditorChoice] = {
            str(one.person.pk): one
            for one in auditors_for(user, day=timezone.localdate())
            if case.team in one.teams and one.person.pk != case.case_holder_id
        }
        self.fields["type"].queryset = types_to_allocate()  # type: ignore[attr-defined]
        self.fields["auditor"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *((key, f"{one.person.name} ({one.unit})") for key, one in self.people.items()),
        ]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["auditor"]].person
