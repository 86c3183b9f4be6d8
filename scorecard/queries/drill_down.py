"""The indicators that QAF counts itself, and the audits or actions behind one of their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, QuerySet, Value, When

from audits.access import overseen_by
from qaf.people.models import User
from scorecard.access.board import is_of_qa
from scorecard.figures.derived import Share, basis_of, share
from scorecard.models import Figure, Indicator, IndicatorVersion, Measure
from scorecard.period import Period
from scorecard.quarters import Quarter
from scorecard.shown import is_small

# What a row in the numerator is, and one that is in the denominator alone.
WORDS: Mapping[str, tuple[str, str]] = {
    Measure.GOOD: ("At the standard", "Below the standard"),
    Measure.GOOD_DOMAIN: ("At the standard", "Below the standard"),
    Measure.AUDITED_IN_TIME: ("Submitted in time", "Submitted late"),
    Measure.MODERATED_IN_TIME: ("Moderated in time", "Moderated late"),
    Measure.REGRADED: ("Changed by moderation", "Confirmed by moderation"),
    Measure.ACTIONS_IN_TIME: ("Done in time", "Not done in time"),
}
COUNTED, OTHERS = "counted", "others"
FILE_HEADERS = ("Audit", "Action", "Type", "Service", "Team", "Counted as")


def computed_in(quarter: Quarter) -> list[IndicatorVersion]:
    """The indicators that QAF counts for a quarter, as they are defined on its last day, or were when they were
    retired in it; in the order of their codes. One query."""
    found = IndicatorVersion.objects.filter(valid_from__lte=quarter.last_day).exclude(indicator__measure="")
    found = found.exclude(indicator__retired_on__lt=quarter.first_day).select_related("indicator", "agency")
    latest = {version.indicator_id: version for version in found.order_by("indicator__code", "number")}
    return [one for one in latest.values() if one.valid_until is None or one.valid_until >= quarter.first_day]


@dataclass(frozen=True)
class Behind:
    """What is behind a figure of a quarter.

    ``rows``: the audits or actions that this person may see, with ``counts`` for those in the numerator; ``seen``: how
    many they are. ``beyond``: how many more were counted; None stands for a number that is not told. ``hides``: the
    figure itself is too small for this person.
    """

    definition: IndicatorVersion
    figure: Figure | None
    now: Share
    rows: QuerySet[Any]
    of_actions: bool
    seen: int
    beyond: int | None
    hides: bool

    @property
    def words(self) -> tuple[str, str]:
        """What the rows in the numerator are, and the others."""
        return WORDS[self.definition.indicator.measure]

    @property
    def differs(self) -> bool:
        """Whether what is counted today is not what the figure says."""
        if self.figure is None or self.figure.numerator is None:
            return False
        today = (Decimal(self.now.part), Decimal(self.now.of))
        return (self.figure.numerator, self.figure.denominator) != today

    def narrowed(self, shown: str) -> QuerySet[Any]:
        """Only the rows in the numerator (``COUNTED``) or only the others (``OTHERS``); all for anything else."""
        return self.rows.filter(counts=shown == COUNTED) if shown in (COUNTED, OTHERS) else self.rows


def behind(indicator: Indicator, quarter: Quarter, user: User) -> Behind | None:
    """The audits (or actions) behind an indicator's figure that somebody's QA posts cover; None when QAF does not
    count the indicator in that quarter. An audit in which somebody only holds a part is not among them: it would tell
    them its outcome before they are told."""
    definition = next((one for one in computed_in(quarter) if one.indicator_id == indicator.pk), None)
    if definition is None:
        return None
    period = Period(quarter.first_day, quarter.last_day, definition.agency)
    basis = basis_of(indicator.measure, period, indicator.measure_domain)
    now = share(indicator.measure, period, indicator.measure_domain)
    figure = Figure.objects.standing().filter(indicator=indicator, period_from=quarter.first_day).first()
    seen = overseen_by(user).order_by().values("pk")
    rows = basis.rows.filter(audit__in=seen) if basis.of_actions else basis.rows.filter(pk__in=seen)
    counts = Case(When(basis.counts, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = rows.annotate(counts=counts)
    if basis.of_actions:
        rows = rows.order_by("due_on", "pk").select_related("audit__type", "audit__team__service")
    else:
        rows = rows.order_by("reference").select_related("type", "team__service")
    number = rows.count()
    hides = not is_of_qa(user) and _is_small(definition, figure, now)
    return Behind(definition, figure, now, rows, basis.of_actions, number, _told(now.of - number, hides), hides)


def _is_small(definition: IndicatorVersion, figure: Figure | None, now: Share) -> bool:
    pairs = [(now.part, now.of)]
    if figure is not None and figure.numerator is not None and figure.denominator is not None:
        pairs.append((int(figure.numerator), int(figure.denominator)))
    return any(
        is_small(
            None,
            part,
            of,
            unit=definition.unit,
            counts_people=definition.counts_people,
            below=settings.REPORT_SUPPRESS_BELOW,
        )
        for part, of in pairs
    )


def _told(beyond: int, hides: bool) -> int | None:
    """With how many more there are, a hidden figure could be worked out."""
    small = 0 < beyond < settings.REPORT_SUPPRESS_BELOW
    return None if small or (hides and beyond) else beyond


def file_rows(found: Behind, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows as a file has them, under ``FILE_HEADERS``."""
    for row in rows.iterator(chunk_size=1000):
        audit = row.audit if found.of_actions else row
        yield [
            audit.reference,
            row.position if found.of_actions else None,
            audit.type.title,
            audit.team.service.name,
            audit.team.name,
            found.words[0 if row.counts else 1],
        ]
