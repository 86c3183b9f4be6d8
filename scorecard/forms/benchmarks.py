"""What is entered of an indicator elsewhere."""

from __future__ import annotations

from django import forms

from qaf.dates import DateField
from scorecard.forms.changes import number_field
from scorecard.models import Benchmark
from scorecard.workflow.benchmarks import LONGEST_SOURCE


def _source() -> forms.CharField:
    return forms.CharField(
        label="Where it is published",
        max_length=LONGEST_SOURCE,
        help_text="So that others can look it up.",
        error_messages={
            "required": "Say where it is published",
            "max_length": f"Use at most {LONGEST_SOURCE} characters",
        },
    )


class CorrectionForm(forms.Form):
    """Another value or source in place of one."""

    value = number_field("Value", "In the indicator’s own unit.", required=True)
    source = _source()


class BenchmarkForm(CorrectionForm):
    """What the indicator was elsewhere in a period."""

    series = forms.ChoiceField(label="Whose figure is it?", choices=Benchmark.Series.choices, widget=forms.RadioSelect)
    period_from = DateField(what="the first day", label="First day of the period", help_text="The first of a month.")
    period_to = DateField(
        what="the last day", label="Last day of the period", help_text="A month, a quarter or a year."
    )
    field_order = ("series", "period_from", "period_to", "value", "source")
