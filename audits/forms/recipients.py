"""Who gets a finished audit: the people whom the case suggests, and others who are searched for."""

from collections.abc import Iterable
from typing import Any

from django import forms

from audits.models import Audit
from audits.queries.named import Named, people_named
from audits.workflow.recipients import RECEIVES_AS, Proposal, all_proposals, refusal
from qaf.people.models import User
from qaf.people.queries import directory, people_visible_to

# As many people as a page shows of a search; who is not among them is found with one word more.
SHOWN = 20


class RecipientsForm(forms.Form):
    """Proposed people to tick, and a search for others whose results are ticked too.

    A search is sent with the same form (``go=search``), so that it works without a script and keeps every tick.
    """

    # Every field may be left empty, as long as somebody is chosen.
    optional_unmarked = True

    proposed = forms.MultipleChoiceField(
        label="Send it to", required=False, widget=forms.CheckboxSelectMultiple, help_text="Tick whoever should get it."
    )
    found = forms.MultipleChoiceField(
        label="People you searched for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick whoever should get it. What you ticked stays when you search again.",
        error_messages={"invalid_choice": "One of the people you ticked can no longer be chosen. Search again"},
    )
    search = forms.CharField(
        label="Find somebody else",
        required=False,
        max_length=100,
        help_text="A part of a name or e-mail address of somebody who signs in here, such as a head of service.",
        error_messages={"max_length": "Search for a name or an e-mail address: at most 100 characters"},
    )
    receives_as = forms.ChoiceField(
        label="They get it as",
        required=False,
        choices=[(str(number), words) for number, words in enumerate(RECEIVES_AS)],
        initial=str(len(RECEIVES_AS) - 1),
    )
    searched = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, audit: Audit, user: User, have_it: Iterable[int] = ()) -> None:
        self.is_search = data is not None and data.get("go") == "search"
        if self.is_search:
            data = data.copy()
            data["searched"] = data.get("search", "").strip()
        super().__init__(data)
        self.audit, self.user, self.have_it = audit, user, frozenset(have_it)
        self.proposals = {str(one.person.pk): one for one in all_proposals(audit) if one.person.pk not in self.have_it}
        self.not_found = _not_found(people_named(audit))
        proposed: Any = self.fields["proposed"]
        proposed.choices = [(key, _label(one)) for key, one in self.proposals.items()]
        proposed.initial = [key for key, one in self.proposals.items() if not one.by_choice]
        self.others = self._others()
        found: Any = self.fields["found"]
        found.choices = [
            (key, f"{one.person}, {one.person.email} ({_small(one.reason)})") for key, one in self.others.items()
        ]

    def _others(self) -> dict[str, Proposal]:
        """Who was ticked before, and what the last search found: by the value of its checkbox."""
        self.many, self.nobody_for = False, ""
        if not self.is_bound:
            return {}
        data: Any = self.data
        ticked = [_read(value) for value in data.getlist("found")]
        known = people_visible_to(self.user).filter(is_active=True).in_bulk([pk for pk, _ in ticked])
        chosen = [Proposal(known[pk], reason) for pk, reason in ticked if pk in known]
        taken = {one.person.pk for one in chosen} | {one.person.pk for one in self.proposals.values()} | self.have_it
        # Read before the form is validated: PostgreSQL refuses to look for a text with a NUL byte.
        words = data.get("searched", "").replace("\x00", " ").strip()[:100]
        results: list[User] = []
        if words:
            people = directory(self.user, search=words).filter(is_active=True).exclude(pk__in=taken)[: SHOWN + 1]
            results = [person for person in people if refusal(self.audit, person) is None]
            self.many = len(results) > SHOWN
        reason = _reason(data.get("receives_as", ""))
        everybody = chosen + [Proposal(person, reason) for person in results[:SHOWN]]
        self.nobody_for = words if words and not results else ""
        return {f"{one.person.pk}:{RECEIVES_AS.index(one.reason)}": one for one in everybody}

    def clean(self) -> None:
        super().clean()
        if self.is_search:
            return
        typed = self.cleaned_data.get("search", "").strip()
        if typed and typed != self.cleaned_data.get("searched", "").strip():
            self.add_error("search", "Choose Search to find this person and tick them below, or empty this field")
        if not self.errors and not self.recipients():
            field = "proposed" if self.proposals else "search"
            self.add_error(field, "Choose at least one person to send the audit to")

    def recipients(self) -> list[Proposal]:
        """The chosen people, each once."""
        ticked = [self.proposals[key] for key in self.cleaned_data.get("proposed", [])]
        ticked += [self.others[key] for key in self.cleaned_data.get("found", [])]
        return list({one.person.pk: one for one in reversed(ticked)}.values())[::-1]


def _read(value: str) -> tuple[int, str]:
    """The person and reason of a ticked box; nobody for a value that was made up."""
    pk, _, number = value.partition(":")
    return (int(pk) if pk.isdecimal() and len(pk) < 19 else 0), _reason(number)


def _reason(number: str) -> str:
    is_one = number.isdecimal() and len(number) < 3 and int(number) < len(RECEIVES_AS)
    return RECEIVES_AS[int(number)] if is_one else RECEIVES_AS[-1]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _label(proposal: Proposal) -> str:
    return f"{proposal.person} ({_small(proposal.reason)})"


def _not_found(named: list[Named]) -> list[Named]:
    """Who is named in the form but led to nobody for certain."""
    return [one for one in named if one.person is None]
