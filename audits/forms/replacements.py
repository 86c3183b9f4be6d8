"""Saying why a case is unsuitable, and answering it."""

from typing import Any

from django import forms

from audits.models import Replacement
from audits.workflow.replacements import Finding

LONGEST = 5_000


class FindingForm(forms.Form):
    """Why a case is unsuitable."""

    reason = forms.ChoiceField(
        label="Why can this case not be audited?",
        choices=Replacement.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the case cannot be audited", "invalid_choice": "Choose from the list"},
    )
    text = forms.CharField(
        label="What is there to say of it?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept with the audit, for those who may read it.",
        error_messages={"max_length": f"Use at most {LONGEST:,} characters"},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == Replacement.Reason.OTHER and not said.get("text", "").strip():
            self.add_error("text", "Say why the case cannot be audited")
        return said

    def said(self) -> Finding:
        """What was entered; call it on a valid form."""
        return Finding(self.cleaned_data["reason"], self.cleaned_data["text"])


class AnswerForm(forms.Form):
    """QA's answer to an auditor who finds a case unsuitable."""

    replaced = forms.ChoiceField(
        label="Is the case replaced?",
        choices=[("yes", "Yes, have another drawn in its place"), ("no", "No, the case stands")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the case is replaced", "invalid_choice": "Choose from the list"},
    )
    answer = forms.CharField(
        label="Why does it stand?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed only if the case stands. The auditor reads it.",
        error_messages={"max_length": f"Use at most {LONGEST:,} characters"},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("replaced") == "no" and not said.get("answer", "").strip():
            self.add_error("answer", "Say why the case stands")
        return said
