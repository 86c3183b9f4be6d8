"""What is said with each step of a report on its way to the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from qaf.dates import DateField
from qaf.people.models import User
from scorecard.workflow.publication import LONGEST_FORUM
from scorecard.workflow.report_ground import LONGEST_MINUTE, LONGEST_NOTE


def _note(label: str, hint: str = "", *, required: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": required,
            "max_length": f"Shorten this to {LONGEST_NOTE:,} characters. It has %(show_value)d",
        },
    )


def _minute(label: str, hint: str, *, required: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=LONGEST_MINUTE,
        error_messages={"required": required, "max_length": f"Use at most {LONGEST_MINUTE} characters"},
    )


class SubmitForm(forms.Form):
    """To which audit chair the draft goes."""

    chair = forms.ChoiceField(
        label="Audit chair",
        help_text="They read the draft and sign it off, or send it back to you.",
        error_messages={"required": "Choose an audit chair", "invalid_choice": "Choose an audit chair from the list"},
    )
    note = _note("Remark for the chair")

    def __init__(self, *args: Any, chairs: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs = {str(person.pk): person for person in chairs}
        self.fields["chair"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *((key, str(person)) for key, person in self.chairs.items()),
        ]

    def clean_chair(self) -> User:
        return self.chairs[self.cleaned_data["chair"]]


class SendBackForm(forms.Form):
    note = _note("What is to be changed, or why?", required="Say what is to be changed, or why it is taken back")


class SignOffForm(forms.Form):
    note = _note("Remark", "QA and the subgroup read it.")


class ConsiderForm(forms.Form):
    on = DateField(what="the day of the meeting", label="Day of the meeting")
    minute = _minute(
        "Minute reference",
        "Where the subgroup’s minutes record it, such as “Item 4.2”.",
        required="Say where the subgroup’s minutes record that it was considered",
    )
    note = _note("Amendments that the subgroup asks for", "QA makes them before the report is presented.")


class AmendForm(forms.Form):
    minute = _minute("Minute reference", "Where the minutes say what was to be amended.")
    note = _note("What was amended?")


class PresentForm(forms.Form):
    forums = forms.CharField(
        label="Boards",
        help_text="Name each on a line of its own. They are entered into the publication list.",
        max_length=LONGEST_FORUM * 10,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Name the board that it was presented to", "max_length": "Name fewer boards"},
    )
    on = DateField(what="the day it was presented", label="Day it was presented")
    minute = _minute("Minute reference", "Where the board’s minutes record it.")
    note = _note("Remark")

    def clean_forums(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["forums"].splitlines() if line.strip()]


class PublishForm(forms.Form):
    forum = forms.CharField(
        label="Board",
        max_length=LONGEST_FORUM,
        error_messages={
            "required": "Name the board that it was given to",
            "max_length": f"Use at most {LONGEST_FORUM} characters",
        },
    )
    on = DateField(what="the day it was given", label="Day it was given")
    minute = _minute("Minute reference", "Where the board’s minutes record it.")


@dataclass(frozen=True)
class StepWords:
    """A step as its page puts it: what it is called, what it means before it is taken, and what was done."""

    title: str
    means: str
    button: str
    done: str
    form: Callable[..., forms.Form]


STEPS: Mapping[str, StepWords] = {
    "submit": StepWords(
        "Send the draft to the chair",
        "The draft goes to an audit chair for sign-off. Until it is signed off or sent back, nothing can be written "
        "in it.",
        "Send the draft",
        "The draft is sent. The chair is told.",
        SubmitForm,
    ),
    "send_back": StepWords(
        "Send the draft back",
        "QA can write in the draft again, and sends it to a chair once more.",
        "Send it back",
        "The draft is sent back. Those who wrote it are told.",
        SendBackForm,
    ),
    "sign_off": StepWords(
        "Sign the report off",
        "You have read the draft and it can go to the subgroup, exactly as you read it.",
        "Sign it off",
        "The report is signed off. The subgroup is told.",
        SignOffForm,
    ),
    "consider": StepWords(
        "Record that the subgroup considered it",
        "The subgroup has considered the report at a meeting. QA can then make the final amendments, or present it as "
        "it is.",
        "Record it",
        "It is recorded that the subgroup considered the report.",
        ConsiderForm,
    ),
    "amend": StepWords(
        "Record the final amendments",
        "What you have changed since the subgroup considered the report is kept as a version of its own. Nothing can "
        "be written after it.",
        "Keep the amendments",
        "The final amendments are kept. The report can be presented.",
        AmendForm,
    ),
    "present": StepWords(
        "Record that it was presented",
        "The report was presented to the board. From now on board members, scrutineers and service managers can read "
        "it, and it stands in the publication list. This cannot be undone.",
        "Record it",
        "The report is presented. Everybody it is for is told.",
        PresentForm,
    ),
    "publish": StepWords(
        "Add another board",
        "The report was given to a further board. It is entered into the publication list.",
        "Add it to the list",
        "It is in the publication list.",
        PublishForm,
    ),
}
