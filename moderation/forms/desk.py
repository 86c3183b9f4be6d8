"""What a moderator enters, and how the desk is narrowed."""

from collections.abc import Iterable
from typing import Any

from django import forms

from audits.kloe.scales import Scale
from audits.models import Judgement
from moderation.models import Regrade
from moderation.queries.desk import Filters
from moderation.workflow import Finding
from qaf.people.models import User

LONGEST_TEXT = 5_000
LONGEST_ANALYSIS = 20_000


def _text(label: str, *, rows: int, hint: str = "", longest: int = LONGEST_TEXT) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=longest,
        required=False,
        error_messages={"max_length": f"Shorten this to {longest:,} characters. It has %(show_value)d"},
    )


class FindingForm(forms.Form):
    """One domain: is the evidence enough, what was sampled, and does the grade stand?

    Bristol QAF, *Moderation*: is there sufficient evidence for the grade, sampled on the child's record; the reasons
    for a changed grade. The overall judgement rests on the domains, so it has neither evidence nor analysis.
    """

    # Saving needs none of them, deciding needs most: "(optional)" would mislead.
    optional_unmarked = True

    evidence = forms.ChoiceField(
        label="Is there enough evidence for the auditor's grade?",
        choices=Regrade.Evidence.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose whether the evidence is enough"},
    )
    sampled = _text("What did you look at in the record?", rows=2)
    analysis = _text(
        "Your own analysis",
        rows=6,
        hint="What is working well, and what is to be improved? It is read beside the auditor's.",
        longest=LONGEST_ANALYSIS,
    )
    grade = forms.ChoiceField(
        label="Your grade",
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose one of the grades of this form"},
    )
    reason = _text("Reason for a different grade", rows=3, hint="Needed when your grade is not the auditor's.")

    def __init__(self, data: Any = None, *, judgement: Judgement, scale: Scale, analysis: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.judgement = judgement
        self.fields["grade"].choices = [(grade.code, grade.name) for grade in scale.grades]  # type: ignore[attr-defined]
        if judgement.is_overall:
            del self.fields["evidence"]
            del self.fields["sampled"]
        if judgement.is_overall or not analysis:
            del self.fields["analysis"]

    def finding(self) -> Finding:
        """What was entered; call it on a valid form."""
        return Finding(domain=self.judgement.domain, **self.cleaned_data)


class RemarksForm(forms.Form):
    """About the write-up, for the auditor; and practice that the panel should look at."""

    optional_unmarked = True

    comment = _text(
        "Comment on the write-up",
        rows=4,
        hint="How could the write-up be better? The auditor reads it with your decision.",
        longest=10_000,
    )
    innovative = forms.BooleanField(label="There is new or innovative practice in this case", required=False)
    innovative_why = _text(
        "What is new or innovative?", rows=2, hint="The moderation panel looks at such practice. Say what makes it so."
    )


class HandOverForm(forms.Form):
    """Another moderator and the reason."""

    # The moderation's, as the page showed it.
    revision = forms.CharField(widget=forms.HiddenInput, required=False)
    to = forms.ChoiceField(
        label="New moderator",
        help_text="Only people who may moderate this audit are listed, the nearest first.",
        widget=forms.Select(attrs={"class": "govuk-!-width-full"}),
        error_messages={
            "required": "Choose the new moderator",
            "invalid_choice": "This person may no longer moderate this audit. Choose somebody else",
        },
    )
    reason = forms.CharField(
        label="Why is it handed over?",
        help_text="The new moderator and QA read it.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the moderation is handed over"},
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *((key, str(person)) for key, person in self.people.items()),
        ]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["to"]]


class DeskForm(forms.Form):
    """The filters of the desk, read from its address so that a narrowed list can be kept and sent.

    What is not offered is left out, for an address may have been mistyped.
    """

    q = forms.CharField(
        label="Audit or auditor",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input"}),
    )
    whose = forms.ChoiceField(label="Whose", required=False, widget=forms.Select(attrs={"class": "govuk-select"}))
    type = forms.ChoiceField(
        label="Type of audit", required=False, widget=forms.Select(attrs={"class": "govuk-select"})
    )
    team = forms.ChoiceField(label="Team", required=False, widget=forms.Select(attrs={"class": "govuk-select"}))

    def __init__(self, data: Any, *, types: dict[str, str], teams: dict[str, str], oversees: bool) -> None:
        super().__init__(data)
        self.fields["type"].choices = [("", "All types"), *types.items()]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "All teams"), *teams.items()]  # type: ignore[attr-defined]
        if oversees:
            self.fields["whose"].choices = WHOSE  # type: ignore[attr-defined]
        else:
            del self.fields["whose"]

    def filters(self) -> Filters:
        """What was chosen; what could not be read is left out."""
        self.is_valid()
        said = self.cleaned_data
        return Filters(
            search=said.get("q", ""),
            whose=said.get("whose", ""),
            type=int(said["type"]) if said.get("type") else None,
            team=int(said["team"]) if said.get("team") else None,
        )


WHOSE = [("", "All that I oversee"), ("mine", "Mine"), ("nobody", "Without a moderator")]
