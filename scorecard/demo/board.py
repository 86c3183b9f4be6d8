"""The demonstration's priorities, indicators, earlier figures, returns, comments and evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audits.demo.authority import person
from qaf.people.models import Agency, User
from scorecard.demo.series import figures_of
from scorecard.earlier_figures import EarlierFigure
from scorecard.models import Benchmark, ChangeKind, Indicator, Priority, Return
from scorecard.quarters import Quarter
from scorecard.queries.changes import members_on
from scorecard.queries.return_people import leads_of
from scorecard.workflow.benchmarks import enter_benchmark
from scorecard.workflow.changes import decide, request_change
from scorecard.workflow.comments import save_comment
from scorecard.workflow.earlier_figures import bring_in
from scorecard.workflow.lenses import Told, add_evidence
from scorecard.workflow.priorities import NewPriority, reset_priorities
from scorecard.workflow.return_filling import Entry, Filling, marks_of, save
from scorecard.workflow.return_steps import Question, accept, query, send

# Quarters of figures from before QAF, and those that the demonstration may add to them.
EARLIER, LATER = 16, 4


@dataclass
class Board:
    """The words of ``fixtures/demo/scorecard.yaml``, and the last quarter from before QAF."""

    words: dict[str, Any]
    before: Quarter

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters that have figures from before, the oldest first."""
        found = [self.before]
        while len(found) < EARLIER:
            found.insert(0, found[0].previous)
        return found

    def pairs(self, code: str) -> dict[Quarter, tuple[Decimal, Decimal | None]]:
        """An indicator's figures by quarter, those to come included."""
        spec = next(one for one in self.words["indicators"] if one["code"] == code)
        quarters = self.quarters
        while len(quarters) < EARLIER + LATER:
            quarters.append(quarters[-1].next)
        return dict(zip(quarters, figures_of(spec, len(quarters)), strict=True))

    def is_questioned(self, quarter: Quarter, agency: Agency) -> bool:
        """Whether QA asks something back: of the council, and not in the first quarter."""
        return agency.code == self.words["indicators"][0]["agency"] and quarter != self.before.next

    def question(self, one: Return, *, by: User) -> None:
        one.refresh_from_db()
        query(one, questions=[Question(self.words["question"], one.lines.first())], by=by)

    def reply(self, one: Return) -> None:
        """Answer what was asked and send it again."""
        one.refresh_from_db()
        lead, asked = _lead(one.agency), list(one.queries.all())
        answers = {query.pk: self.words["narratives"][2] for query in asked}
        save(one, filling=Filling(answers=answers), seen=marks_of(one, one.lines.all(), asked), by=lead)
        send(one, by=lead)

    def accept(self, one: Return, *, by: User) -> None:
        one.refresh_from_db()
        accept(one, by=by)


def set_up(board: Board) -> None:
    """Set the priorities, have the subgroup approve every indicator, and bring in the figures from before."""
    manager, quarters = person("qa.manager@example.org"), board.quarters
    starts = quarters[0].first_day
    new = [NewPriority(one["name"], one["summary"]) for one in board.words["priorities"]]
    reset_priorities(on=starts, minute=board.words["minute"], keep=[], add=new, by=manager)
    priorities = list(Priority.objects.order_by("position"))
    for spec in board.words["indicators"]:
        indicator = _add(board, spec, priorities, by=manager)
        rows = [
            EarlierFigure(quarter.first_day, quarter.last_day, numerator, denominator)
            if denominator is not None
            else EarlierFigure(quarter.first_day, quarter.last_day, value=numerator)
            for quarter, (numerator, denominator) in board.pairs(spec["code"]).items()
            if quarter in quarters
        ]
        bring_in(indicator, rows=rows, source=board.words["source"], by=manager)
        if "rebase" in spec:
            _approve(board, request_change(kind=ChangeKind.REBASE, indicator=indicator, reason=board.words["rebase"],
                                           effective_from=quarters[spec["rebase"]].first_day, by=manager))  # fmt: skip
        for series, value in spec.get("benchmarks", {}).items():
            enter_benchmark(
                indicator=indicator,
                series=Benchmark.Series(series),
                period_from=quarters[-4].first_day,
                period_to=board.before.last_day,
                value=Decimal(str(value)),
                source="Published statistics, last year",
                by=manager,
            )


def _definition(spec: dict[str, Any], priority: Priority) -> dict[str, Any]:
    names = ("code", "name", "definition", "numerator_label", "unit", "direction", "lens")
    given = {name: spec[name] for name in names} | {"denominator_label": spec.get("denominator_label", "")}
    agency = Agency.objects.get(code=spec["agency"]) if spec["agency"] else None
    target = Decimal(spec["target"]) if "target" in spec else None
    bounds = {"lowest": Decimal(0), "highest": Decimal(100) if spec["unit"] == "percentage" else None}
    more = {"agency": agency, "priority": priority, "target": target, "measure": spec.get("measure", "")}
    return {**given, **more, **bounds, "jump_percent": 60}


def _add(board: Board, spec: dict[str, Any], priorities: list[Priority], *, by: User) -> Indicator:
    change = request_change(
        kind=ChangeKind.ADD,
        proposed=_definition(spec, priorities[spec["priority"]]),
        reason=board.words["requested"],
        effective_from=board.quarters[0].first_day,
        by=by,
    )
    _approve(board, change)
    return Indicator.objects.get(code=spec["code"])


def _approve(board: Board, change: Any) -> None:
    today = timezone.localdate()
    manager, present = person("qa.manager@example.org"), members_on(today)
    decide(change, approve=True, meeting_on=today, minute=board.words["minute"], present=present, by=manager)


def ask_for_another(board: Board) -> None:
    """A request that waits for the subgroup, from health's lead."""
    asked, lead = dict(board.words["asked"]), person("agency.lead@example.org")
    reason = asked.pop("reason")
    place = {"agency": Agency.objects.get(code="fairhaven-health"), "priority": Priority.objects.first()}
    start = board.before.next.next.next.next.first_day
    kind = {"unit": "percentage", "direction": "up", "lens": "provider"}
    request_change(
        kind=ChangeKind.ADD, proposed={**asked, **place, **kind}, reason=reason, effective_from=start, by=lead
    )


def _lead(agency: Agency) -> User:
    return leads_of(agency)[0]


def answer(board: Board, quarter: Quarter, agency: Agency) -> Return:
    """Fill an agency's return, with its narrative for each indicator, and send it."""
    one = Return.objects.get(agency=agency, period_from=quarter.first_day)
    lead, lines = _lead(agency), list(one.lines.select_related("definition__indicator").prefetch_related("figures"))
    texts, entries = board.words["narratives"], []
    for place, line in enumerate(lines):
        pair = board.pairs(line.definition.indicator.code)[quarter]
        narrative = texts[(place + quarter.number) % len(texts)]
        entries.append(replace(Entry.of(line), figures=(pair,), narrative=narrative))
    filling = Filling(entries=tuple(entries), summary=board.words["summary"])
    save(one, filling=filling, seen=marks_of(one, lines, []), by=lead)
    send(one, by=lead)
    return one


def comment(board: Board, quarter: Quarter) -> None:
    """What QA says of some indicators in a quarter."""
    manager = person("qa.manager@example.org")
    for code, text in board.words["comments"].items():
        save_comment(Indicator.objects.get(code=code), quarter=quarter, text=text, seen_revision=0, by=manager)


def gather_evidence(board: Board) -> None:
    """What else is known about the priorities, so that the four lenses have something to show."""
    manager, today = person("qa.manager@example.org"), timezone.localdate()
    priorities = list(Priority.objects.order_by("position"))
    for one in board.words["evidence"]:
        dated = today - timedelta(weeks=one["weeks"])
        told = Told(
            priority=priorities[one["priority"]],
            lens=one["lens"],
            kind=one["kind"],
            title=one["title"],
            summary=one["summary"],
            dated_on=dated,
            counts_until=dated + timedelta(days=364),
        )
        add_evidence(told, by=manager)
