"""What a moderator enters: one group of fields a domain, and a comment."""

from collections.abc import Iterable
from typing import Any

from django import forms

from audits.kloe.scales import Scale
from audits.models import Judgement
from moderation.models import Moderation, Regrade
from moderation.workflow import Finding
from qaf.errors import Refused
from qaf.people.models import User


class DomainForm(forms.Form):
    """One domain: is the evidence enough, what was sampled, and does the grade stand?"""

    # Saving needs none of them, deciding needs most: "(optional)" would mislead.
    optional_unmarked = True

    evidence = forms.ChoiceField(
        label="Is there enough evidence for the auditor's grade?",
        choices=Regrade.Evidence.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    sampled = forms.CharField(
        label="What did you look at in the child's record?",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5000,
        required=False,
    )
    grade = forms.ChoiceField(label="Your grade", widget=forms.RadioSelect, required=False)
    reason = forms.CharField(
        label="Reason for a different grade",
        help_text="Needed when your grade is not the auditor's.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )

    def __init__(self, *args: Any, judgement: Judgement, scale: Scale, **kwargs: Any) -> None:
        kwargs["prefix"] = f"d-{judgement.domain}"
        super().__init__(*args, **kwargs)
        self.judgement = judgement
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            (grade.code, f"{grade.name} (confirm)" if grade.code == judgement.auditor_grade else grade.name)
            for grade in scale.grades
        ]
        if judgement.is_overall:
            del self.fields["evidence"]
            del self.fields["sampled"]

    def finding(self) -> Finding:
        values = self.cleaned_data
        return Finding(
            domain=self.judgement.domain,
            evidence=values.get("evidence", ""),
            sampled=values.get("sampled", ""),
            grade=values.get("grade", ""),
            reason=values.get("reason", ""),
        )


class CommentForm(forms.Form):
    """About the write-up, for the auditor."""

    comment = forms.CharField(
        label="Comment for the auditor",
        help_text="How the write-up could be better. The auditor reads it with your decision.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10000,
        required=False,
    )


class HandOverForm(forms.Form):
    """Another moderator and the reason."""

    to = forms.ChoiceField(label="New moderator", error_messages={"required": "Choose the new moderator"})
    reason = forms.CharField(
        label="Why is it handed over?",
        max_length=5000,
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


def domain_forms(moderation: Moderation, data: Any = None) -> list[DomainForm]:
    """One form a judgement in the form's order, filled with what is stored."""
    scale = moderation.audit.form.scale
    if scale is None:
        raise Refused("This form has no grading scale, so there is nothing to moderate.")
    stored = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    forms_ = []
    for judgement in moderation.audit.judgements.all():
        regrade = stored.get(judgement.domain)
        initial = (
            {
                "evidence": regrade.evidence,
                "sampled": regrade.sampled,
                "grade": regrade.grade,
                "reason": regrade.reason,
            }
            if regrade
            else {}
        )
        forms_.append(DomainForm(data, judgement=judgement, scale=scale, initial=initial))
    return forms_
