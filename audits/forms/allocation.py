"""The forms of drawing and allocating."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audits.access import qa_teams
from audits.models import About, AuditType, Case, FormVersion
from audits.queries.cases import AuditorChoice, auditors_for
from audits.workflow.draws import MOST_PER_AUDITOR, Order, make_order, new_seed
from audits.workflow.subjects import ASKED_FOR, Subject
from qaf.people.models import Team, User
from qaf.people.roles import Role


def _types() -> QuerySet[AuditType]:
    """The types of audit that can be started by hand: switched on, with a published form, and no re-audit.

    What tells a re-audit is the part that it fills: any type may be named as the one that follows another.
    """
    published = FormVersion.objects.filter(form=OuterRef("form"), state=FormVersion.State.PUBLISHED)
    return AuditType.objects.filter(Exists(published), is_active=True).exclude(part="reaudit")


def types_to_allocate() -> QuerySet[AuditType]:
    """The types of audit that a case can be drawn or chosen for."""
    return _types().filter(about=About.CASE)


def other_types_to_allocate(user: User) -> QuerySet[AuditType]:
    """The types of audit about something else than a case; the confidential ones for QA managers alone."""
    types = _types().exclude(about=About.CASE)
    return types if user.holds(Role.QA_MANAGER) else types.filter(confidential=False)


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


class OtherForm(forms.Form):
    """An audit about something else than a case: a practitioner's work, another record, or an agency."""

    type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="Type of audit",
        empty_label="Choose a type of audit",
        error_messages={"required": "Choose a type of audit", "invalid_choice": "Choose a type of audit from the list"},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="Team",
        empty_label="Choose a team",
        help_text="Whose work it is: the practitioner’s team, the team that keeps the record, or the agency’s.",
        error_messages={"required": "Choose a team", "invalid_choice": "Choose a team from the list"},
    )
    practitioner = forms.EmailField(
        label="Practitioner’s e-mail address",
        required=False,
        help_text="Whose work is looked at, or who holds the record. They are asked for feedback if the type has it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an e-mail address in the correct format, such as name@example.org"},
    )
    text = forms.CharField(
        label="What is it about?",
        required=False,
        max_length=200,
        help_text="A record’s reference and initials, or the agency’s or school’s name. Leave it empty for a "
        "practitioner’s work. Do not write a child’s or carer’s full name.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    auditor = forms.ChoiceField(
        label="Auditor",
        error_messages={"required": "Choose an auditor", "invalid_choice": "Choose an auditor from the list"},
    )
    reason = forms.CharField(
        label="Why this audit?",
        max_length=1000,
        help_text="It is kept with the audit and shown to those who read it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this audit is made"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.pk): one for one in auditors_for(user, day=timezone.localdate())}
        types = other_types_to_allocate(user)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["type"].label_from_instance = lambda kind: (  # type: ignore[attr-defined]
            f"{kind.title} ({kind.get_about_display().lower()})"
        )
        teams = qa_teams(user).select_related("service__agency").order_by("service__agency__name", "name")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].label_from_instance = lambda team: (  # type: ignore[attr-defined]
            f"{team.name} ({team.service.name})"
        )
        self.fields["auditor"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *((key, f"{one.person.name} ({one.unit})") for key, one in self.people.items()),
        ]

    def clean_practitioner(self) -> User | None:
        email = self.cleaned_data["practitioner"]
        if not email:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(f"Nobody signs in here as {email}. Check the address")
        return person

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        kind = data.get("type")
        if kind is None or self.errors:
            return
        if kind.about == About.PRACTITIONER and data["practitioner"] is None:
            self.add_error("practitioner", "Enter the e-mail address of the practitioner whose work is audited")
        if kind.about in (About.RECORD, About.AGENCY) and not data["text"].strip():
            self.add_error("text", f"Say what it is about: {ASKED_FOR[About(kind.about)]}")
        choice = self.people[data["auditor"]]
        if data["team"] not in choice.teams:
            self.add_error("auditor", f"{choice.person} does not audit the team {data['team'].name}. Choose another")
        elif choice.person == data.get("practitioner"):
            self.add_error("auditor", "Nobody audits their own work. Choose another auditor")

    @property
    def subject(self) -> Subject:
        data = self.cleaned_data
        return Subject(data["team"], practitioner=data["practitioner"], text=data["text"])

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["auditor"]].person
