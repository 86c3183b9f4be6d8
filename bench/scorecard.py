"""The scorecard of a hundred indicators with 36 points each against a bare page of the same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from bench.caller import Caller, Failed, medians
from bench.databases import at
from bench.figures import Figure
from qaf.people.models import Agency, User
from scorecard import models
from scorecard.quarters import Quarter

INDICATORS, POINTS = 100, 36
LAST, SINCE = Quarter(2026, 3), date(2020, 1, 1)
ROUNDS = 60
TARGET = 2.5


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Open the whole scorecard and the bare page in turn, as a QA officer who sees everything."""
    with at(min(sizes)):
        officer = User.objects.get(email="officer@bench.invalid")
        _fill(officer)
        caller = Caller(officer)
        path = reverse("board:scorecard")
        page, bare = caller.get(path), caller.get("/bare/scorecard/")
        if page.body.count(b'<li class="scorecard-line"') != INDICATORS or page.body.count(b"QA says") != INDICATORS:
            raise Failed("The scorecard does not show a hundred indicators with what was written about them.")
        if bare.body.count(b"<tr") != INDICATORS + 1 or bare.body.count(b"%") < INDICATORS * POINTS:
            raise Failed("The bare page does not hold the same rows.")
        bare_time, time = medians([lambda: caller.get("/bare/scorecard/"), lambda: caller.get(path)], rounds=ROUNDS)
    print(f"# scorecard: {time * 1000:.0f} ms, bare page of the same rows: {bare_time * 1000:.0f} ms", flush=True)
    yield Figure("scorecard_to_bare_page", time / bare_time, TARGET)


def _months() -> list[tuple[date, date]]:
    """The first and last days of as many months as there are points, the last of them the quarter's last."""
    first, last = date(LAST.year, LAST.last_day.month, 1), LAST.last_day
    found = [(first, last)]
    while len(found) < POINTS:
        last = date.fromordinal(first.toordinal() - 1)
        first = last.replace(day=1)
        found.insert(0, (first, last))
    return found


@transaction.atomic
def _fill(by: User) -> None:
    """Indicators of four priorities with a figure each month, and texts on the last quarter; once a database."""
    if models.Indicator.objects.filter(code__startswith="bench-").count() == INDICATORS:
        return
    chance = random.Random(36)
    agency = Agency.objects.first() or Agency.objects.create(code="bench", name="Bench")
    reset = models.PriorityReset.objects.create(on=SINCE, minute="Bench", by=by)
    priorities = [
        models.Priority.objects.create(name=f"Priority {number}", position=number, starts_on=SINCE, set_by=reset)
        for number in range(1, 5)
    ]
    part_of = models.Return.objects.create(
        agency=agency, period_from=LAST.first_day, period_to=LAST.last_day, due_on=LAST.last_day
    )
    for number in range(INDICATORS):
        definition = _definition(number, priorities[number % len(priorities)], agency)
        indicator = definition.indicator
        line = models.ReturnLine.objects.create(part_of=part_of, definition=definition, narrative="Words. " * 40)
        models.QaComment.objects.create(
            indicator=indicator, period_from=LAST.first_day, text="A comment. " * 20, revision=1, by=by
        )
        models.Figure.objects.bulk_create(
            models.Figure(
                indicator=indicator,
                definition=definition,
                period_from=first,
                period_to=last,
                numerator=(met := chance.randint(100, 195)),
                denominator=200,
                value=Decimal(met) / 2,
                line=line if first >= LAST.first_day else None,
            )
            for first, last in _months()
        )


def _definition(number: int, priority: models.Priority, agency: Agency) -> models.IndicatorVersion:
    return models.IndicatorVersion.objects.create(
        indicator=models.Indicator.objects.create(code=f"bench-{number}"),
        number=1,
        valid_from=SINCE,
        name=f"Share of plans reviewed in time, part {number}",
        definition="Plans whose review was held by its day, of all plans to be reviewed.",
        numerator_label="Reviewed in time",
        denominator_label="To be reviewed",
        unit="percentage",
        frequency="monthly",
        direction="up",
        target=Decimal(80),
        agency=agency,
        lens="provider",
        priority=priority,
    )
