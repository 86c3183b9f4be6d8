"""What the scorecard is narrowed to, read from the page's address; and QA's comment on an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from audits.forms.tracker import PickField
from audits.queries.tracker_choices import Offered
from scorecard.lines import MEANINGS, Line, meaning_of
from scorecard.models import Lens, Priority
from scorecard.quarters import Quarter, from_code

LONGEST_COMMENT = 5_000
VARIATIONS = Offered.of(("", [(key, words) for key, (words, _) in MEANINGS.items()]))
LENSES = Offered.of(("", list(Lens.choices)))


def offered_quarters(quarters: Iterable[Quarter]) -> Offered:
    """Quarters to choose from, by their codes."""
    return Offered.of(("", [(quarter.code, quarter.label) for quarter in quarters]))


class QuarterForm(forms.Form):
    """Which quarter's end the scorecard is shown as of; the latest, unless another of the offered was chosen."""

    quarter = PickField(label="As of", what="quarter")

    def __init__(self, data: Any, *, quarters: Sequence[Quarter]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.quarters = quarters
        self._offer("quarter", offered_quarters(quarters), empty=None)

    def _offer(self, name: str, offered: Offered, *, empty: str | None = "All") -> None:
        field = self.fields[name]
        if isinstance(field, PickField):
            field.offer(offered, empty_words=empty)

    def chosen(self, name: str = "quarter", *, default: int = 0) -> Quarter:
        """The quarter that was chosen, or the one at ``default`` in the list."""
        self.is_valid()
        code = self.cleaned_data.get(name)
        return from_code(code) if code else self.quarters[min(default, len(self.quarters) - 1)]


class BoardForm(QuarterForm):
    """The filters of the scorecard. One that does not fit is named in a message and left out."""

    priority = PickField(label="Priority", what="priority")
    agency = PickField(label="Agency", what="agency")
    lens = PickField(label="Lens", what="lens")
    variation = PickField(label="Variation", what="kind of variation")

    def __init__(self, data: Any, *, quarters: Sequence[Quarter]) -> None:
        super().__init__(data, quarters=quarters)
        self._offer("lens", LENSES)
        self._offer("variation", VARIATIONS)

    def offer(self, priorities: Iterable[Priority], agencies: Iterable[tuple[str, str]]) -> None:
        """Say which priorities and agencies the quarter has: they are only known once it is."""
        self._offer("priority", Offered.of(("", [(str(one.pk), one.name) for one in priorities])))
        self._offer("agency", Offered.of(("", list(agencies))))
        self.full_clean()

    def fits(self, line: Line, agency: str) -> bool:
        """Whether a line, of the agency with this code, is one of those asked for."""
        asked = self.cleaned_data
        return (
            asked.get("priority") in (None, "", str(line.about.priority))
            and asked.get("agency") in (None, "", agency)
            and asked.get("lens") in (None, "", line.about.lens_key)
            and asked.get("variation") in (None, "", meaning_of(line.verdict.variation))
        )

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters in force by their names, the quarter left out: keys and codes alone."""
        return {name: text for name, text in self.cleaned_data.items() if text and name != "quarter"}

    def in_use(self) -> dict[str, str]:
        """The filters in force: their names as in the address, and their words for people."""
        return {
            name: f"{field.label}: {field.widget.offered.words[self.cleaned_data[name]]}"
            for name, field in self.fields.items()
            if isinstance(field, PickField) and name in self.narrowed
        }


class CompareForm(QuarterForm):
    """The two quarters that are laid side by side: the latest and, unless chosen, the one before it."""

    quarter = PickField(label="Quarter", what="quarter")
    before = PickField(label="Compared with", what="quarter")

    def __init__(self, data: Any, *, quarters: Sequence[Quarter]) -> None:
        super().__init__(data, quarters=quarters)
        self._offer("before", offered_quarters(quarters), empty="The quarter before")

    def pair(self) -> tuple[Quarter, Quarter]:
        """The earlier and the later quarter, whichever way round they were chosen."""
        last = self.chosen()
        code = self.cleaned_data.get("before")
        before = from_code(code) if code else last.previous
        return (before, last) if before <= last else (last, before)


class CommentForm(forms.Form):
    """What QA says of an indicator in a quarter."""

    text = forms.CharField(
        label="QA comment",
        help_text="Boards read it beside the figure and in the pack. Name no child, and no number below {below}.",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_COMMENT,
        required=False,
        error_messages={"max_length": f"Shorten this to {LONGEST_COMMENT:,} characters. It has %(show_value)d"},
    )
    # Nothing has to be said: "(optional)" would mislead.
    optional_unmarked = True

    def __init__(self, *args: Any, below: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = str(self.fields["text"].help_text).format(below=below)
