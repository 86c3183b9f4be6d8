"""What is entered on the pages of the panel."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from audits.kloe.scales import Scale
from moderation.models import ModerationSettings, Panel, PanelMember
from moderation.panel_sampling import Sizes
from qaf.dates import DateField
from qaf.people.models import User

# Under a heading: people, each with the seats that are open to them.
Groups = Sequence[tuple[str, Sequence[tuple[User, Sequence[str]]]]]
# The longest text that is read at one sitting of a panel.
LONG = 10_000
# Words that go into the minutes: they are kept for years and read by people who never saw the case.
WITHOUT_NAMES = "Write without names or initials of children and families: this goes into the minutes."


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=50,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": f"Enter how many: {label[:1].lower()}{label[1:]}",
            "invalid": "Enter a whole number, such as 2",
            "min_value": "Enter 0 or more",
            "max_value": "Enter 50 or fewer",
        },
    )


class PanelForm(forms.Form):
    """A meeting: when and where, which audits it samples, and how many of each kind."""

    title = forms.CharField(
        max_length=120,
        label="Title",
        help_text="For example, Moderation panel, autumn 2026",
        error_messages={"required": "Enter a title"},
    )
    meets_on = DateField(what="the day of the meeting", label="Day of the meeting")
    place = forms.CharField(
        max_length=200, required=False, label="Place", help_text="A room, or how to join from elsewhere."
    )
    decided_from = DateField(
        what="the first day of the period",
        label="Audits whose grades were settled from",
        help_text="The day after the last panel's period, unless you choose another.",
    )
    decided_to = DateField(what="the last day of the period", label="Audits whose grades were settled until")
    random = _count("Drawn at random")
    differing = _count("Auditor and moderator two grades apart or more")
    domains = _count("From the domains where auditors and moderators disagree most")
    innovative = _count("Practice that a moderator marked as innovative")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("decided_from"), cleaned.get("decided_to")
        if first and last and last < first:
            self.add_error("decided_to", "The last day of the period must be the first day or later")
        sizes = [cleaned.get(name) for name in ("random", "differing", "domains", "innovative")]
        if all(size == 0 for size in sizes):
            self.add_error("random", "Ask for at least one case of some kind")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the use cases take."""
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("title", "meets_on", "place", "decided_from", "decided_to")},
            "sizes": Sizes(**{name: cleaned[name] for name in ("random", "differing", "domains", "innovative")}),
        }


def sizes_of(settings: ModerationSettings) -> dict[str, int]:
    """How many of each kind a new panel draws unless it is asked otherwise."""
    return {
        "random": settings.panel_random,
        "differing": settings.panel_differing,
        "domains": settings.panel_domains,
        "innovative": settings.panel_innovative,
    }


def stored(panel: Panel) -> dict[str, Any]:
    """A panel as its form shows it."""
    return {
        **{name: getattr(panel, name) for name in ("title", "meets_on", "place", "decided_from", "decided_to")},
        "random": panel.random_size,
        "differing": panel.differing_size,
        "domains": panel.domain_size,
        "innovative": panel.innovative_size,
    }


class MembersForm(forms.Form):
    """A seat, or none, for everybody who may sit on the panel; ``groups`` are (heading, fields) for the page."""

    optional_unmarked = True

    def __init__(self, *args: Any, candidates: Groups, **kwargs: Any) -> None:
        """``candidates``: people, each once. ``initial``: seats by the names of the fields."""
        super().__init__(*args, **kwargs)
        self.people: dict[str, User] = {}
        self._groups: list[tuple[str, list[str]]] = []
        for heading, group in candidates:
            names = []
            for person, seats in group:
                name = f"seat-{person.pk}"
                self.people[name] = person
                names.append(name)
                self.fields[name] = forms.ChoiceField(
                    label=str(person),
                    required=False,
                    choices=[("", "Not on this panel"), *((seat, PanelMember.Seat(seat).label) for seat in seats)],
                    error_messages={"invalid_choice": f"Choose a seat for {person} from the list"},
                )
            self._groups.append((heading, names))

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names]) for heading, names in self._groups]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chairs = [name for name in self.people if cleaned.get(name) == PanelMember.Seat.CHAIR]
        for name in chairs[1:]:
            self.add_error(name, f"A panel has one chair. {self.people[chairs[0]]} is chosen already.")
        return cleaned

    def members(self) -> list[tuple[User, PanelMember.Seat]]:
        """Whom the panel is to have, in the order of the page."""
        return [
            (person, PanelMember.Seat(self.cleaned_data[name]))
            for name, person in self.people.items()
            if self.cleaned_data.get(name)
        ]


class SeedForm(forms.Form):
    """The number that the draw starts from."""

    seed = forms.IntegerField(
        label="Seed of the draw",
        min_value=0,
        max_value=2**31 - 1,
        help_text="Whoever draws with the same number from the same audits draws the same cases.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={
            "required": "Enter a whole number for the seed",
            "invalid": "Enter a whole number for the seed, such as 20261124",
            "min_value": "Enter a seed of 0 or more",
            "max_value": f"Enter a seed of {2**31 - 1} or less",
        },
    )


class FindCaseForm(forms.Form):
    """The audit to add, by its reference."""

    reference = forms.CharField(
        max_length=24,
        label="Reference of the audit",
        help_text="As it stands on the audit's page, for example CCA-2026-00123.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": "Enter the reference of the audit"},
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()


class AddCaseForm(forms.Form):
    """The judgement that the panel looks at, and why this audit."""

    domain = forms.ChoiceField(
        label="Which judgement do the members grade?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the judgement that the members grade"},
    )
    why = forms.CharField(
        max_length=300,
        label="Why this audit?",
        help_text="One sentence, without grades, and without names or initials of children and families: it is shown "
        "to all members before they grade, and goes into the minutes.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the panel is to look at this audit"},
    )

    def __init__(self, *args: Any, judgements: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].choices = list(judgements)  # type: ignore[attr-defined]


def _grade(scale: Scale, label: str, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(grade.code, grade.name) for grade in scale.grades],
        widget=forms.RadioSelect,
        **kwargs,
    )


class ViewForm(forms.Form):
    """A member's own grade on a case, recorded before they see anybody else's."""

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"] = _grade(
            scale, "Your grade", error_messages={"required": "Choose the grade that the evidence supports"}
        )
        self.fields["reason"] = forms.CharField(
            label="Your reason",
            max_length=LONG,
            help_text="Which evidence decided it for you. The other members read it once the discussion is open.",
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={"required": "Say what decided the grade for you"},
        )


class DiscussionForm(forms.Form):
    """What the panel said and agreed on a case. Saving needs none of it; closing needs the first two."""

    optional_unmarked = True

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discussion"] = forms.CharField(
            label="What was discussed",
            help_text=WITHOUT_NAMES,
            required=False,
            max_length=LONG,
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        self.fields["agreed_grade"] = _grade(scale, "The grade that the panel agrees on", required=False)
        self.fields["lessons"] = forms.CharField(
            label="Lessons",
            help_text="What auditors, moderators or teams should take from it. " + WITHOUT_NAMES,
            required=False,
            max_length=LONG,
            widget=forms.Textarea(attrs={"rows": 4}),
        )


class NotesForm(forms.Form):
    """Who came, and what was said in general."""

    optional_unmarked = True

    def __init__(self, *args: Any, members: Iterable[PanelMember], **kwargs: Any) -> None:
        """``initial`` may give ``notes`` and ``came-<key of the member>``."""
        super().__init__(*args, **kwargs)
        self.members = {f"came-{member.pk}": member for member in members}
        for name, member in self.members.items():
            self.fields[name] = forms.ChoiceField(
                label=f"Did {member.person} come?",
                choices=[("yes", "Yes"), ("no", "No, sent apologies")],
                widget=forms.RadioSelect,
                required=False,
            )
        self.fields["notes"] = forms.CharField(
            label="General notes",
            help_text="What was said beside the cases. " + WITHOUT_NAMES,
            required=False,
            max_length=LONG,
            widget=forms.Textarea(attrs={"rows": 6}),
        )

    @property
    def came(self) -> list[forms.BoundField]:
        return [self[name] for name in self.members]

    def attended(self) -> dict[int, bool]:
        """Who came and who did not, by the member's key; nobody of whom nothing was said."""
        said = {name: self.cleaned_data.get(name, "") for name in self.members}
        return {self.members[name].pk: answer == "yes" for name, answer in said.items() if answer}

    @staticmethod
    def stored(panel: Panel, members: Iterable[PanelMember]) -> dict[str, str]:
        """What was noted so far, as ``initial``."""
        words = {True: "yes", False: "no"}
        return {
            "notes": panel.notes,
            **{f"came-{one.pk}": words[one.attended] for one in members if one.attended is not None},
        }


class InviteForm(forms.Form):
    """What the auditor is told."""

    message = forms.CharField(
        label="What do you want to talk about?",
        required=False,
        max_length=2000,
        help_text="They read it when they open the invitation; it is not in the e-mail. Write without names of "
        "children and families.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """An invited auditor's answer."""

    answer = forms.ChoiceField(
        label="Will you come?",
        choices=[("yes", "Yes, I will come"), ("no", "No, I cannot come")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you will come"},
    )

    @property
    def accepted(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")


class AlthoughMissingForm(forms.Form):
    """Going on although somebody has not recorded every view."""

    although_missing = forms.BooleanField(
        label="Open the discussion although views are missing",
        help_text="Nobody can record a view once the discussion is open.",
        error_messages={"required": "Tick the box if the discussion is to open without these views"},
    )
