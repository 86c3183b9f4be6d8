"""What QA writes about a theme, looks for in audits, and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from scorecard.models import Quotation, ReportTheme
from scorecard.queries.quotable import Filters
from scorecard.workflow.themes import LONGEST_QUOTE, LONGEST_TEXT, LONGEST_TITLE


def _too_long(longest: int) -> str:
    return f"Shorten this to {longest:,} characters. It has %(show_value)d"


class ThemeForm(forms.Form):
    """A theme's title and what QA says of it."""

    optional_unmarked = True

    title = forms.CharField(
        label="Title",
        max_length=LONGEST_TITLE,
        error_messages={"required": "Give the theme a title", "max_length": _too_long(LONGEST_TITLE)},
    )
    text = forms.CharField(
        label="What do the audits show?",
        help_text="Leave an empty line between paragraphs. Name no child, family or worker.",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _too_long(LONGEST_TEXT)},
    )


class NewThemeForm(ThemeForm):
    """The same, and which of the report's sections it belongs to."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=ReportTheme.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whether it is a theme, a strength or an area for improvement",
            "invalid_choice": "Choose whether it is a theme, a strength or an area for improvement",
        },
    )
    field_order = ("kind", "title", "text")


class EvidenceForm(forms.Form):
    """The filters of the search for words to quote, read from its address. What is not offered is left out."""

    words = forms.CharField(
        label="Words",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input"}),
    )
    voice = forms.ChoiceField(
        label="Whose words",
        required=False,
        choices=[
            ("", "Anybody’s"),
            *[one for one in Quotation.Voice.choices if one[0] != Quotation.Voice.PROFESSIONAL],
        ],
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )
    type = forms.ChoiceField(
        label="Type of audit", required=False, widget=forms.Select(attrs={"class": "govuk-select"})
    )

    def __init__(self, data: Any, *, types: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["type"].choices = [("", "All types"), *types]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was chosen; what could not be read is left out."""
        self.is_valid()
        said = self.cleaned_data
        return Filters(said.get("words", ""), said.get("voice", ""), said.get("type", ""))


class QuotationForm(forms.Form):
    """The words as they will stand in the report, whose they are, and that they were looked at."""

    optional_unmarked = True

    text = forms.CharField(
        label="The words as the report will quote them",
        help_text="Shorten them, and take out or replace what tells who somebody is.",
        max_length=LONGEST_QUOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write down the words that are quoted", "max_length": _too_long(LONGEST_QUOTE)},
    )
    voice = forms.ChoiceField(
        label="Whose words are these?",
        choices=Quotation.Voice.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whose words these are",
            "invalid_choice": "Choose whose words these are",
        },
    )
    confirmed = forms.BooleanField(
        label="I have read these words again: they hold no personal data, and nobody could tell whom they are about",
        error_messages={"required": "Confirm that the words are free of personal data"},
    )
    sure = forms.BooleanField(label="I have looked at it: it tells nobody who anyone is", required=False)

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        """``asks``: something in the words may be personal, so the form asks for a second look."""
        super().__init__(*args, **kwargs)
        self.asks = asks

    def values(self) -> dict[str, Any]:
        """What was entered; call it on a valid form."""
        return {name: self.cleaned_data[name] for name in ("text", "voice", "confirmed", "sure")}
