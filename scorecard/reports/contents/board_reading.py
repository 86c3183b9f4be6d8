"""Reading the lines of a scorecard pack out of its snapshot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from scorecard.lines import About, Line, Spot, judge
from scorecard.spc import Settings


def lines_of(kept: Sequence[dict[str, Any]], settings: Settings) -> dict[str, Line]:
    """The lines of a snapshot by their codes, judged from their points by the parameters that were frozen with them."""
    days = [[date.fromisoformat(rebase["on"]) for rebase in line["rebases"]] for line in kept]
    spots = [[_spot(spot) for spot in line["spots"]] for line in kept]
    verdicts = judge(
        [(seen, line["direction"], on) for seen, line, on in zip(spots, kept, days, strict=True)], settings
    )
    lines = {}
    for line, seen, on, verdict in zip(kept, spots, days, verdicts, strict=True):
        fields = {name: line[name] for name in About.__dataclass_fields__}
        retired = line["retired_on"]
        fields["retired_on"] = date.fromisoformat(retired) if retired else None
        lines[line["code"]] = Line(
            About(**fields), seen, verdict, on, line["narrative"], line["narrative_hidden"], line["comment"]
        )
    return lines


def _spot(kept: list[Any]) -> Spot:
    first, last, *rest = kept
    return Spot(date.fromisoformat(first), date.fromisoformat(last), *rest)


def published(kept: dict[str, Any]) -> Iterator[tuple[str, date, date, float]]:
    """The benchmarks of a line: name, first and last day, value."""
    for one in kept["benchmarks"]:
        yield one["series"], date.fromisoformat(one["from"]), date.fromisoformat(one["to"]), one["value"]
