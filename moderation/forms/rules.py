"""A rule of who moderates, the settings of moderation, and the question who would moderate an audit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from audits.access import visible_to
from audits.models import Audit, AuditType
from moderation.models import ModerationSettings, ModeratorRule, Scope
from moderation.rule_words import PLACES
from moderation.workflow.rules import RuleFields
from qaf.people.models import Post, Team, User
from qaf.people.queries import people_visible_to
from qaf.people.roles import Role

_FROM_THE_LIST = "Choose from the list"
# With an explanation of what each is, since a post that is wider does not count as one of the service.
SCOPES = [
    (Scope.NEAREST, "Nearest to the team: its own, else its service’s, its agency’s, or the whole organisation’s"),
    (Scope.TEAM, "The audit’s team, with a post for that team alone"),
    (Scope.SERVICE, "The audit’s service, with a post for that service"),
    (Scope.AGENCY, "The audit’s agency, with a post for the whole agency"),
    (Scope.OTHER_SERVICE, "Another service of the same agency, with a post for that service"),
    (Scope.ORGANISATION, "The whole organisation, with a post for everything"),
]


class RuleForm(forms.Form):
    """A rule: for whom it is, who moderates, and who else if nobody of them may."""

    auditor_role = forms.ChoiceField(
        label="When the auditor holds the role",
        choices=[("", "Anybody, whatever their role"), *Role.choices],
        required=False,
        help_text="Wherever they hold it: in the service of the audit or in another.",
        error_messages={"invalid_choice": _FROM_THE_LIST},
    )
    type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="And the type of audit is",
        required=False,
        empty_label="Any type that is moderated",
        error_messages={
            "invalid_choice": "This type is not there any more, takes no new audits or is not moderated. Choose another"
        },
    )
    moderator_role = forms.ChoiceField(
        label="Then the moderator holds the role",
        choices=[("", "Choose a role"), *Role.choices],
        error_messages={"required": "Choose the moderator’s role", "invalid_choice": _FROM_THE_LIST},
    )
    scope = forms.ChoiceField(
        label="For which part of the organisation?",
        choices=SCOPES,
        widget=forms.RadioSelect,
        initial=Scope.NEAREST,
        error_messages={"required": "Choose where the moderator’s post must lie", "invalid_choice": _FROM_THE_LIST},
    )
    alternate_role = forms.ChoiceField(
        label="If nobody of them may, somebody with the role",
        choices=[("", "Nobody else: a QA manager is asked"), *Role.choices],
        required=False,
        help_text="A QA manager is always asked last.",
        error_messages={"invalid_choice": _FROM_THE_LIST},
    )
    alternate_scope = forms.ChoiceField(
        label="For which part of the organisation, then?",
        choices=[(scope, words[:1].upper() + words[1:]) for scope, words in PLACES.items()],
        required=False,
        initial=Scope.NEAREST,
        help_text="Of use only with a role above.",
        error_messages={"invalid_choice": _FROM_THE_LIST},
    )
    shares_load = forms.BooleanField(
        label="Share the load: whoever has the fewest undecided moderations is next",
        required=False,
        initial=True,
        help_text="Otherwise always the nearest, and of those the longest in post.",
    )
    optional_unmarked = True

    def __init__(self, data: Any = None, *, rule: ModeratorRule | None = None) -> None:
        super().__init__(data, initial=initial_of(rule) if rule else None)
        wanted = Q(is_active=True, process__moderation=True)
        if rule is not None and rule.type_id:
            # One that was retired since may stay in its rule: audits of it may still be under way.
            wanted |= Q(pk=rule.type_id)
        types = AuditType.objects.filter(wanted).select_related("process")
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["type"].label_from_instance = lambda kind: (  # type: ignore[attr-defined]
            kind.title if kind.is_active else f"{kind.title} (retired)"
        )

    def said(self) -> RuleFields:
        """What was entered; call it on a valid form."""
        said = dict(self.cleaned_data)
        if not (said["alternate_role"] and said["alternate_scope"]):
            said["alternate_scope"] = Scope.NEAREST
        return RuleFields(**said)


def initial_of(rule: ModeratorRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in RuleForm.base_fields}


def _number(label: str, hint: str, *, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": f"{label}: enter a whole number",
            "invalid": f"{label}: enter a whole number, such as {max(least, 2)}",
            "min_value": f"{label}: enter {least} or more",
            "max_value": f"{label}: enter {most} or less",
        },
    )


class SettingsForm(forms.Form):
    """The settings of moderation and its panel; each says what the framework gives."""

    concern_acknowledge_days = _number(
        "Working days to acknowledge a concern", "The framework sets no time. One is proposed.", least=1, most=30
    )
    concern_resolve_days = _number(
        "Working days to resolve a concern",
        "From the day it is acknowledged. The framework sets no time. Ten are proposed.",
        least=1,
        most=120,
    )
    panels_a_year = _number(
        "Panels a year", "The framework: three. More can be planned, with a warning.", least=1, most=52
    )
    panel_random = _number(
        "Cases drawn at random", "The framework asks for a sample and gives no numbers.", least=0, most=50
    )
    panel_differing = _number("Cases in which auditor and moderator are two grades apart", "", least=0, most=50)
    panel_domains = _number("Cases from the domains that disagree most", "", least=0, most=50)
    panel_innovative = _number("Cases with practice marked innovative", "", least=0, most=50)
    panel_changes_grades = forms.BooleanField(
        label="The panel’s view changes the audit’s grade",
        required=False,
        help_text="The framework: it does not. The panel makes sure that grades mean the same everywhere; the "
        "moderator has the last word on an audit. If it is ticked, grades that a panel agrees become the audit’s when "
        "the panel is closed.",
    )
    optional_unmarked = True

    def __init__(self, data: Any = None, *, settings: ModerationSettings) -> None:
        super().__init__(data, initial={name: getattr(settings, name) for name in self.base_fields})


class AuditQuestion(forms.Form):
    """Who would moderate an audit that there is?"""

    reference = forms.CharField(
        label="Reference of the audit",
        max_length=40,
        help_text="Such as CCA-2026-00123",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the reference of an audit", "max_length": "Enter a reference as it stands"},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_reference(self) -> Audit:
        reference = self.cleaned_data["reference"].upper()
        audits = visible_to(self.user).select_related("type__process", "auditor", "team")
        found: Audit | None = audits.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(f"You see no audit {reference}. Check the reference")
        if not found.process.moderation:
            raise forms.ValidationError(f"Audits of the type “{found.type}” are not moderated. Choose another audit")
        return found


class MadeUpQuestion(forms.Form):
    """Who would moderate an audit that might be?"""

    auditor = forms.ModelChoiceField(
        User.objects.none(),
        label="Auditor",
        empty_label="Choose a person",
        error_messages={"required": "Choose an auditor", "invalid_choice": "Choose an auditor from the list"},
    )
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
        error_messages={"required": "Choose a team", "invalid_choice": "Choose a team from the list"},
    )
    case_holder = forms.EmailField(
        label="Case-holder’s e-mail address (optional)",
        required=False,
        help_text="Whose work is audited. They never moderate it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an e-mail address in the correct format, such as name@example.org"},
    )
    optional_unmarked = True

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.people = people_visible_to(user)
        auditors = Post.objects.on(timezone.localdate()).with_role(Role.AUDITOR)
        self.fields["auditor"].queryset = self.people.filter(  # type: ignore[attr-defined]
            is_active=True, pk__in=auditors.values("person")
        )
        types = AuditType.objects.filter(is_active=True, process__moderation=True)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        teams = Team.objects.select_related("service__agency").order_by("service__agency__name", "name", "pk")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].label_from_instance = lambda team: (  # type: ignore[attr-defined]
            f"{team.name} ({team.service.name}, {team.service.agency.name})"
        )

    def clean_case_holder(self) -> User | None:
        email = self.cleaned_data["case_holder"]
        if not email:
            return None
        person: User | None = self.people.filter(email__iexact=email).first()
        if person is None:
            raise forms.ValidationError(f"Nobody has the address {email}. Check it, or leave it empty")
        return person
