"""What is entered to ask for a change of the indicators, and to record what the subgroup decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from qaf.dates import DateField
from qaf.people.models import Agency, User
from scorecard.definitions import FIELDS, LENGTHS, LONGEST_CODE, NUMBERS, decimal_text
from scorecard.models import Direction, Frequency, IndicatorVersion, Lens, Measure, Priority, Unit
from scorecard.quarters import Quarter, quarter_of
from scorecard.queries.changes import recent_members
from scorecard.queries.domains import judged_domains
from scorecard.workflow.changes import MOST_OF_A_MINUTE, MOST_OF_A_REASON
from scorecard.workflow.indicators import STAYS, DoesNotFit

Choices = list[tuple[str, str]]
QUARTERS_BACK, QUARTERS_AHEAD, MONTHS_BACK = 12, 4, 36


def put_faults(form: forms.Form, error: DoesNotFit) -> None:
    """Show the faults of a refusal at their fields; those of no field of this form above all."""
    for field, text in error.faults:
        form.add_error(field if field in form.fields else None, text)


def number_field(label: str, hint: str = "", **more: Any) -> forms.DecimalField:
    """A number with up to four digits after the point, or nothing."""
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=more.pop("required", False),
        max_digits=14,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
        error_messages={
            "invalid": "Enter a number in digits, such as 90 or 12.5",
            "max_digits": "The number is too long",
            "max_whole_digits": "The number is too large",
            "max_decimal_places": "Use at most four digits after the point",
            **more,
        },
    )


def _text(name: str, hint: str = "", *, rows: int = 0, required: bool = True) -> forms.CharField:
    most = LENGTHS[name]
    return forms.CharField(
        label=FIELDS[name],
        help_text=hint,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        error_messages={"max_length": f"Use at most {most:,} characters"},
    )


def reason_field(label: str = "Why is it asked for?") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MOST_OF_A_REASON,
        help_text="The subgroup reads this when it decides. Write without names of children and families.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say why it is asked for",
            "max_length": f"Use at most {MOST_OF_A_REASON:,} characters",
        },
    )


def quarters_around(today: date, *, after: date | None = None) -> list[Quarter]:
    """The quarters a definition can begin with, oldest first; ``after``: only later ones."""
    quarter = quarter_of(today)
    for _ in range(QUARTERS_BACK):
        quarter = quarter.previous
    found = []
    for _ in range(QUARTERS_BACK + QUARTERS_AHEAD + 1):
        if after is None or quarter.first_day > after:
            found.append(quarter)
        quarter = quarter.next
    return found


def day_choice(label: str, days: Choices, hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=[("", "Choose from the list"), *days],
        coerce=date.fromisoformat,
        error_messages={"required": f"Choose {label[:1].lower()}{label[1:]}", "invalid_choice": "Choose from the list"},
    )


def _key_choice(label: str, nothing: str, rows: Any, **more: Any) -> forms.TypedChoiceField:
    choices = [("", nothing), *((str(row.pk), str(row)) for row in rows)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, **more)


class DefinitionForm(forms.Form):
    """A whole definition, to add an indicator or to alter one; in one that is there, code, unit and source stay."""

    name = _text("name")
    definition = _text("definition", "What is counted, of whom, and when, so that everybody counts the same.", rows=4)
    numerator_label = _text("numerator_label", "What is counted above the line.")
    denominator_label = _text(
        "denominator_label", "What is counted below the line. A plain number has none.", required=False
    )
    direction = forms.ChoiceField(label=FIELDS["direction"], choices=Direction.choices, widget=forms.RadioSelect)
    target = number_field("Target", "In the indicator’s own unit: 90 for 90%.")
    target_from = DateField(what="the first day of the target", label="Target from", required=False)
    target_until = DateField(what="the last day of the target", label="Target until", required=False)
    tolerance = number_field("Tolerance", "So far from the target is still called near it.")
    lens = forms.ChoiceField(label=FIELDS["lens"], choices=[("", "Choose a lens"), *Lens.choices])
    lowest = number_field("Lowest possible value", "A return with a lower value is refused.")
    highest = number_field("Highest possible value", "A return with a higher value is refused.")
    jump_percent = forms.IntegerField(
        label="Explain a jump of more than (per cent)",
        help_text="Against the mean of the last four accepted values.",
        min_value=1,
        max_value=1000,
        initial=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={"invalid": "Enter a whole number, such as 30"},
    )
    counts_people = forms.BooleanField(
        label="Numerator and denominator count people",
        help_text="Small counts of people are hidden from readers outside QA.",
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, version: IndicatorVersion | None = None, **kwargs: Any) -> None:
        """``version``: the definition that is altered; None to add one."""
        super().__init__(*args, **kwargs)
        self.version = version
        today = timezone.localdate()
        computed = version is not None and version.indicator.is_computed
        nobody = "All audits" if computed else "Choose an agency"
        self.fields["agency"] = _key_choice(
            "Agency",
            nobody,
            Agency.objects.all(),
            required=False,
            help_text="The agency that returns it. Leave it empty only for what QAF counts from all audits."
            if version is None
            else (
                "QAF counts it from all audits, or from those of one agency."
                if computed
                else "The agency that returns it."
            ),
        )
        priorities = Priority.objects.exclude(ends_on__lt=today)
        self.fields["priority"] = _key_choice(FIELDS["priority"], "Choose a priority", priorities)
        if version is None:
            self._add_fixed()
        quarters = quarters_around(today, after=version.valid_from if version else None)
        self.fields["effective_from"] = day_choice(
            "First quarter it holds",
            [(one.first_day.isoformat(), one.label) for one in quarters],
            "A definition begins with a quarter. Figures that were made before keep theirs.",
        )
        self.fields["effective_from"].initial = quarter_of(today).next.first_day.isoformat()
        self.fields["reason"] = reason_field()

    def _add_fixed(self) -> None:
        self.fields["code"] = forms.CharField(
            label="Code",
            max_length=LONGEST_CODE,
            help_text="Short, for addresses and spreadsheets, such as cp-reviews. It stays for good.",
            widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        )
        self.fields["unit"] = forms.ChoiceField(label="Unit", choices=Unit.choices, widget=forms.RadioSelect)
        self.fields["frequency"] = forms.ChoiceField(
            label="Frequency", choices=Frequency.choices, widget=forms.RadioSelect, initial=Frequency.QUARTERLY
        )
        self.fields["measure"] = forms.ChoiceField(
            label="Or counted by QAF itself",
            required=False,
            choices=[("", "No, an agency returns it"), *Measure.choices],
            help_text="From its own audits, each quarter. With an agency above, from audits of that agency alone.",
        )
        self.fields["measure_domain"] = forms.ChoiceField(
            label="Domain",
            required=False,
            choices=[("", "None"), *judged_domains().items()],
            help_text="Only for the share of a domain’s judgements.",
        )

    def definition_values(self) -> dict[str, Any]:
        """What ``request_change`` takes as ``proposed``."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("effective_from", "reason")}


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """A definition as its form shows it, to be given as ``initial``."""
    found = {name: value for name, value in values.items() if name not in STAYS}
    found |= {name: decimal_text(found[name]) for name in NUMBERS & found.keys() if found[name] is not None}
    return {**found, **{name: values[name] for name in STAYS if name in values}}


class RetirementForm(forms.Form):
    """The last day on which an indicator is in use."""

    effective_from = DateField(
        what="the last day",
        label="Last day it is in use",
        help_text="Any day. The quarter in which it lies is still reported, and says that the indicator was retired.",
    )
    reason = reason_field()


class RebaseForm(forms.Form):
    """The day from which an indicator's limits are worked out anew."""

    def __init__(self, *args: Any, monthly: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"] = day_choice(
            "First period with new limits",
            periods_back(timezone.localdate(), monthly=monthly),
            "Mean and limits are worked out from here on. Earlier ones stay in the chart.",
        )
        self.fields["reason"] = reason_field("What was changed on purpose, that the limits should begin anew?")


def periods_back(today: date, *, monthly: bool) -> Choices:
    """First days of the months or quarters lately, the newest first, each with its words."""
    if not monthly:
        quarters = [one for one in quarters_around(today) if one.first_day <= today]
        return [(one.first_day.isoformat(), one.label) for one in reversed(quarters)]
    months = [today.replace(day=1)]
    while len(months) < MONTHS_BACK:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return [(day.isoformat(), f"{day:%B %Y}") for day in months]


class DecisionForm(forms.Form):
    """What the subgroup decided, as its minutes have it."""

    approve = forms.TypedChoiceField(
        label="What did the subgroup decide?",
        choices=[("yes", "It approves"), ("no", "It refuses")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the subgroup decided"},
    )
    meeting_on = DateField(what="the day of the meeting", label="Day of the meeting")
    minute = forms.CharField(
        label="Where the minutes record it",
        max_length=MOST_OF_A_MINUTE,
        help_text="For example, Audit and Performance subgroup, item 4.2.",
        error_messages={"required": "Say where the minutes record it"},
    )
    present = forms.MultipleChoiceField(
        label="Members present",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose people from the list"},
    )
    note = forms.CharField(
        label="Note, if there is anything to say",
        required=False,
        max_length=MOST_OF_A_REASON,
        help_text="What whoever asked should know. Write without names of children and families.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    optional_unmarked = True

    def __init__(self, *args: Any, quorum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): (person, when) for person, when in recent_members()}
        present = self.fields["present"]
        present.choices = [  # type: ignore[attr-defined]
            (key, f"{person} ({when})" if when else str(person)) for key, (person, when) in self._people.items()
        ]
        present.help_text = (
            f"At least {quorum} have to have been there for the subgroup to approve anything. Only who was a member or "
            "chair of it on that day counts."
        )

    def people(self) -> list[User]:
        """Who was there; call it on a valid form."""
        return [self._people[key][0] for key in self.cleaned_data["present"]]
