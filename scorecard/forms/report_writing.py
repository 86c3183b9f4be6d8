"""What QA writes in a report: the commentary of a section, and a recommendation."""

from typing import Any

from django import forms

from qaf.people.models import Agency
from scorecard.workflow.recommendations import LONGEST as LONGEST_RECOMMENDATION
from scorecard.workflow.report_texts import LONGEST_TEXT


class SectionForm(forms.Form):
    """The commentary of one section. It may be empty: a draft is written piece by piece."""

    optional_unmarked = True

    text = forms.CharField(
        label="Your commentary",
        help_text="Leave an empty line between paragraphs. Name no child, family or worker.",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"max_length": f"Shorten this to {LONGEST_TEXT:,} characters. It has %(show_value)d"},
    )


class RecommendationForm(forms.Form):
    """What is recommended, and who should act."""

    optional_unmarked = True

    text = forms.CharField(
        label="What is recommended?",
        help_text="One thing that the board can agree to. Name no child, family or worker.",
        max_length=LONGEST_RECOMMENDATION,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write down what is recommended",
            "max_length": f"Shorten this to {LONGEST_RECOMMENDATION:,} characters. It has %(show_value)d",
        },
    )
    agency = forms.ModelChoiceField(
        label="Who should act?",
        queryset=Agency.objects.order_by("name"),
        required=False,
        empty_label="The partnership as a whole",
        error_messages={"invalid_choice": "Choose an agency from the list"},
    )

    def values(self) -> dict[str, Any]:
        """What was entered; call it on a valid form."""
        return {"text": self.cleaned_data["text"], "agency": self.cleaned_data["agency"]}
