"""The form of a type of audit and its process map."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django import forms

from audits.models import AuditType, Form, ProcessMap
from audits.models.forms import About, default_reminder_steps
from audits.workflow.types import PROCESS_FIELDS, TypeFields, parts_of

WHOLE = "Enter a whole number, such as {}"
STEPS = (
    ("qa_check", "QA check", "a QA officer checks that the audit is complete before it goes on"),
    ("moderation", "Moderation", "a second professional reads the audit and agrees or changes its grades"),
    ("distribution", "Distribution", "a QA officer sends the finished audit to those who should read it"),
    ("feedback", "Practitioner’s feedback", "the practitioner says what they take from the audit"),
)

# What else is said of a step.
MORE_OF_STEP = {"moderation": ("moderator_analysis",)}


def _number(label: str, *, least: int, most: int, example: int, required: bool = True, hint: str = "") -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": f"Enter {label[:1].lower()}{label[1:]}",
            "invalid": WHOLE.format(example),
            "min_value": f"Enter {least} or more",
            "max_value": f"Enter {most} or less",
        },
    )


class TypeForm(forms.Form):
    """Everything that is said of a type of audit. Which fields go together is in the template."""

    title = forms.CharField(
        label="What is this type of audit called?",
        max_length=200,
        error_messages={"required": "Enter what this type of audit is called"},
    )
    reference_prefix = forms.RegexField(
        "^[A-Z]{1,6}$",
        label="Letters that references begin with",
        help_text="One to six capital letters. CCA gives CCA-2026-00001.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "autocapitalize": "characters"}),
        error_messages={
            "required": "Enter the letters that references begin with",
            "invalid": "Enter one to six capital letters, such as CCA",
        },
    )
    about = forms.ChoiceField(
        label="What does the audit look at?", choices=About.choices, widget=forms.RadioSelect, initial=About.CASE
    )
    part = forms.ChoiceField(label="Which part of the form does the auditor fill in?")
    confidential = forms.BooleanField(
        label="Confidential: only those who hold a part in an audit, and QA managers, can read it", required=False
    )
    is_active = forms.BooleanField(label="New audits of this type can be started", required=False, initial=True)

    audit_days = _number(
        "Working days for the audit", least=1, most=250, example=10, hint="From the day it is given out"
    )
    audit_weeks = _number(
        "Or calendar weeks for the audit",
        least=1,
        most=52,
        example=8,
        required=False,
        hint="Leave empty to count working days",
    )
    qa_check_days = _number("Working days for the QA check", least=1, most=250, example=5)
    moderation_days = _number("Working days for moderation", least=1, most=250, example=10)
    moderator_analysis = forms.BooleanField(
        label="The moderator writes an analysis of their own beside the auditor’s, area by area", required=False
    )
    distribution_days = _number("Working days for distribution", least=1, most=250, example=5)
    feedback_days = _number("Working days for feedback", least=1, most=250, example=10)
    reaudit_type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="Which type of audit follows when the lowest grade stands?",
        help_text="It is opened by itself, for another auditor.",
        required=False,
        empty_label="None: no re-audit",
    )
    reaudit_weeks = _number("Weeks until the re-audit is due", least=1, most=52, example=8)
    action_review_months = _number(
        "Months until the actions are reviewed", least=0, most=24, example=1, hint="0 leaves the review out"
    )
    reminder_steps = forms.CharField(
        label="Working days on which the person is reminded",
        help_text="Counted from the due date and divided by commas: −3 is three days before, 0 the day itself, 2 two "
        "days after",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"required": "Enter at least one day, such as 0"},
    )
    reminder_repeat = _number(
        "Working days between later reminders", least=0, most=60, example=5, hint="0 stops after the last day above"
    )
    copy_manager_from = _number(
        "The next manager is told as well from this day on",
        least=-60,
        most=250,
        example=2,
        hint="Working days after the due date",
    )

    def __init__(self, data: Any = None, *, form: Form, kind: AuditType | None = None) -> None:
        super().__init__(data, initial=_initial_of(kind) if kind else _initial_of_new())
        for name, label, what in STEPS:
            self.fields[name] = forms.BooleanField(label=f"{label}: {what}", required=False)
        self._ask_for_days()
        # As they stand on the page, since the list of what is wrong goes by it.
        self.order_fields([*TypeFields.__dataclass_fields__, *PROCESS_FIELDS])
        self.fields["part"].choices = parts_of(form)  # type: ignore[attr-defined]
        others = AuditType.objects.exclude(pk=kind.pk) if kind else AuditType.objects.all()
        self.fields["reaudit_type"].queryset = others  # type: ignore[attr-defined]

    def clean_reminder_steps(self) -> list[int]:
        text = self.cleaned_data["reminder_steps"].replace("−", "-").replace("–", "-")
        parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
        if not parts or not all(re.fullmatch(r"[+-]?[0-9]{1,3}", part) for part in parts):
            raise forms.ValidationError("Enter whole numbers divided by commas, such as -3, 0, 2")
        steps = [int(part) for part in parts]
        if len(steps) > 20 or any(not -60 <= step <= 60 for step in steps):
            raise forms.ValidationError("Enter at most 20 days, none more than 60 days from the due date")
        if any(first >= second for first, second in pairwise(steps)):
            raise forms.ValidationError("Enter the days in order, the earliest first, such as -3, 0, 2")
        return steps

    def _ask_for_days(self) -> None:
        """Days are asked for only where they are needed: not those of a step that does not apply."""
        if not self.is_bound:
            return
        for name, _, _ in STEPS:
            self.fields[f"{name}_days"].required = bool(self.data.get(name))
        self.fields["audit_days"].required = not str(self.data.get("audit_weeks", "")).strip()
        self.fields["reaudit_weeks"].required = bool(self.data.get("reaudit_type"))

    def said(self) -> TypeFields:
        """What was said of the type itself."""
        return TypeFields(**{name: self.cleaned_data[name] for name in TypeFields.__dataclass_fields__})

    def process(self) -> dict[str, Any]:
        """What was said of the process map; days that were left empty stay as they are."""
        kept_when_empty = {name for name in PROCESS_FIELDS if name.endswith("_days")} | {"reaudit_weeks"}
        return {
            name: self.cleaned_data[name]
            for name in PROCESS_FIELDS
            if not (name in kept_when_empty and self.cleaned_data[name] is None)
        }

    @property
    def steps(self) -> list[tuple[Any, list[Any]]]:
        """Each optional step with its days and whatever else is asked of it: fields that stand together."""
        return [
            (self[name], [self[field] for field in (f"{name}_days", *MORE_OF_STEP.get(name, ()))])
            for name, _, _ in STEPS
        ]


def _initial_of(kind: AuditType) -> dict[str, Any]:
    said = {name: getattr(kind, name) for name in TypeFields.__dataclass_fields__}
    said |= {name: getattr(kind.process, name) for name in PROCESS_FIELDS}
    return {**said, "reminder_steps": ", ".join(str(step) for step in kind.process.reminder_steps)}


def _initial_of_new() -> dict[str, Any]:
    said = {name: ProcessMap._meta.get_field(name).get_default() for name in PROCESS_FIELDS}  # type: ignore[union-attr]
    return {
        **said,
        "about": About.CASE,
        "is_active": True,
        "reminder_steps": ", ".join(str(step) for step in default_reminder_steps()),
    }


def rows_of(kind: AuditType) -> list[dict[str, str]]:
    """A type of audit for reading: pairs of key and value."""
    process = kind.process
    audit = f"{process.audit_weeks} weeks" if process.audit_weeks else f"{process.audit_days} working days"
    rows = [
        ("Looks at", kind.get_about_display()),
        ("References begin with", kind.reference_prefix),
        ("Read by", "Those who hold a part in it, and QA managers" if kind.confidential else "Whom their post covers"),
        ("Can be started", "Yes" if kind.is_active else "No"),
        ("Audit", audit),
    ]
    for name, label, _ in STEPS:
        days = getattr(process, f"{name}_days")
        rows.append((label, f"{days} working days" if getattr(process, name) else "Does not apply"))
        if name == "moderation" and process.moderation:
            rows.append(("Moderator’s own analysis", "Yes, of each area" if process.moderator_analysis else "No"))
    reaudit = f"{process.reaudit_type}, within {process.reaudit_weeks} weeks" if process.reaudit_type else "None"
    rows.append(("Re-audit after the lowest grade", reaudit))
    return [{"key": key, "value": value} for key, value in rows]
