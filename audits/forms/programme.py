"""What is entered about the programme: a piece of work, a step, its agencies and its people."""

from collections.abc import Sequence
from typing import Any

from django import forms

from audits.models import AuditType, Work, WorkKind, WorkState
from audits.models.programme import TERMS
from audits.programme_terms import POINTS
from audits.queries.programme import Filters
from audits.queries.programme_people import leads, people_with
from audits.workflow.programme import LONG
from audits.workflow.programme_steps import MOST_OF_A_MINUTE, STEPS
from qaf.dates import DateField
from qaf.people.models import User
from qaf.people.roles import Role

NO_NAMES = "Write without names or initials of children and families."
Choices = list[Any]


def _text(label: str, hint: str = "", *, rows: int = 3, required: bool = False, **errors: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": f"Use at most {LONG:,} characters. It has %(show_value)s", **errors},
    )


class WorkForm(forms.Form):
    """A piece of work. What is missing in the terms of reference can be added later: it is saved as it stands."""

    optional_unmarked = True

    kind = forms.ChoiceField(
        label="What kind of work is it?",
        choices=WorkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of work it is"},
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text=f"The theme, or the service that is visited. {NO_NAMES}",
        error_messages={"required": "Enter a title", "max_length": "Use at most 200 characters"},
    )
    fieldwork_from = DateField(
        what="the first day",
        label="First day of the fieldwork or visit",
        help_text="Year and quarter of the programme follow from it.",
    )
    fieldwork_until = DateField(what="the last day", label="Last day")
    reports_on = DateField(
        what="the day of the report", label="Report due (if it is known)", required=False,
        help_text="Left empty, 20 working days after the last day.",
    )  # fmt: skip
    lead = forms.ChoiceField(
        label="Lead", help_text="Runs the work and writes the report.", error_messages={"required": "Choose the lead"}
    )
    chair = forms.ChoiceField(
        label="Chair",
        required=False,
        help_text="Signs the report off. With nobody chosen, any audit chair can. A visit has none.",
    )
    type = forms.ChoiceField(
        label="Form that is filled", required=False, help_text="The type of audit. A visit has none."
    )
    commissioned_by = forms.CharField(
        label="Who commissioned it", required=False, max_length=200, help_text="A group, a board, or a post."
    )
    lines_of_enquiry = _text("Lines of enquiry", "For a visit, if some are agreed already.")
    past_known = forms.BooleanField(label="I know this, and it is to be planned all the same", required=False)
    past_the_most = forms.CharField(
        label="Why is it to be planned all the same?",
        required=False,
        max_length=300,
        help_text="It is shown with the work and in the plan of the year.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, by: User, work: Work | None = None, **kwargs: Any) -> None:
        """``work``: what is changed, with its people even without their posts. ``by`` leads unless told otherwise."""
        super().__init__(*args, **kwargs)
        for point in POINTS:
            self.fields[point.field] = _text(point.label, point.hint)
        self._people = {str(one.pk): one for one in (*leads(), *people_with(Role.AUDIT_CHAIR))}
        kept = [one for one in (work.lead, work.chair) if one is not None] if work is not None else []
        self._people |= {str(one.pk): one for one in kept}
        self._types = {str(one.pk): one for one in AuditType.objects.filter(is_active=True).order_by("title")}
        if work is not None and work.type is not None:
            self._types.setdefault(str(work.type.pk), work.type)
        self._choose("lead", [*leads(), *kept[:1]], "Choose somebody")
        self._choose("chair", [*people_with(Role.AUDIT_CHAIR), *kept[1:]], "Nobody in particular")
        self._choices("type", [("", "No form"), *((key, str(one)) for key, one in self._types.items())])
        if work is None:
            self.fields["lead"].initial = str(by.pk)
        elif work.state != WorkState.PROPOSED:
            # What was agreed stays of its kind.
            del self.fields["kind"]

    def _choose(self, name: str, people: Sequence[User], nobody: str) -> None:
        found = {str(one.pk): str(one) for one in people}
        self._choices(name, [("", nobody), *found.items()])

    def _choices(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def terms(self) -> list[forms.BoundField]:
        return [self[name] for name in TERMS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last, report = (cleaned.get(name) for name in ("fieldwork_from", "fieldwork_until", "reports_on"))
        if first and last and last < first:
            self.add_error("fieldwork_until", "The last day must be the first day or later")
        if first and report and report < first:
            self.add_error("reports_on", "The report cannot be due before the first day")
        if cleaned.get("lead") and cleaned.get("lead") == cleaned.get("chair"):
            self.add_error("chair", "The chair signs off what the lead wrote: choose two people")
        if cleaned.get("past_known") and not cleaned.get("past_the_most", "").strip():
            self.add_error("past_the_most", "Say why it is to be planned all the same")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the use cases take."""
        cleaned = dict(self.cleaned_data)
        known, because = cleaned.pop("past_known"), cleaned.pop("past_the_most")
        cleaned["lead"] = self._people[cleaned["lead"]]
        cleaned["chair"] = self._people.get(cleaned["chair"])
        cleaned["type"] = self._types.get(cleaned["type"])
        return cleaned | {"past_the_most_because": because if known else ""}


def stored(work: Work) -> dict[str, Any]:
    """A piece of work as its form shows it."""
    plain = ("kind", "title", "fieldwork_from", "fieldwork_until", "reports_on", "commissioned_by", *TERMS)
    return {
        **{name: getattr(work, name) for name in (*plain, "lines_of_enquiry", "past_the_most")},
        "past_known": bool(work.past_the_most),
        "lead": str(work.lead_id),
        "chair": str(work.chair_id or ""),
        "type": str(work.type_id or ""),
    }


# Label and hint of what a step asks for.
_MINUTES = ("Where the minutes say so", "For example, Audit and Performance subgroup, item 4.")
_STEP_MINUTE = {"present": ("Board", "For example, Partnership Board, item 3.")}
_STEP_TEXT = {
    "sign_off": ("Remark", "What the subgroup should know when it reads the report."),
    "consider": ("Final amendments", "What the subgroup asked to be changed before the report goes to the board."),
    "prepare": ("Lines of enquiry", "What the visiting team agreed to explore and test, in half a day beforehand."),
    "report": ("Main findings", f"What the visit found. {NO_NAMES}"),
    "withdraw": ("Why is it withdrawn?", ""),
    "close": ("Remark", ""),
}


class StepForm(forms.Form):
    """What is said with a step of the life."""

    def __init__(self, *args: Any, step: str, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs = STEPS[step]
        if needs.minute:
            label, hint = _STEP_MINUTE.get(step, _MINUTES)
            self.fields["minute"] = forms.CharField(
                label=label,
                help_text=hint,
                max_length=MOST_OF_A_MINUTE,
                error_messages={
                    "required": needs.minute.rstrip("."),
                    "max_length": f"Use at most {MOST_OF_A_MINUTE} characters",
                },
            )
        if needs.dated:
            self.fields["on"] = DateField(what="the day of the meeting", label="Day of the meeting")
        if step in _STEP_TEXT:
            label, hint = _STEP_TEXT[step]
            field = _text(label, hint, rows=6, required=bool(needs.text))
            field.error_messages["required"] = needs.text.rstrip(".") or "Enter a remark"
            if step == "prepare":
                field.initial = work.lines_of_enquiry
            self.fields["text"] = field

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class YearFilterForm(forms.Form):
    """What the plan of a year is narrowed to."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *WorkKind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *WorkState.choices])

    def filters(self) -> Filters:
        """What was chosen; what is no choice narrows nothing."""
        self.is_valid()
        return Filters(kind=self.cleaned_data.get("kind", ""), state=self.cleaned_data.get("state", ""))
