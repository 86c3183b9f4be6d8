"""One return as its pages show it: lines, figures, what was accepted before, queries, and what is still missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from scorecard.models import Figure, IndicatorVersion, Return, ReturnFigure, ReturnLine, ReturnQuery
from scorecard.quarters import period_words
from scorecard.return_checks import (
    LOOKED_BACK,
    Counts,
    Problem,
    Rule,
    gap_of,
    jumps,
    mean_of,
    number_words,
    problems_of_line,
    says_something,
    value_of,
    value_words,
)

# Accepted figures older than so many days say nothing of today's.
HISTORY_DAYS = 3 * 366
# By indicator, unit and frequency: each accepted value with the first day of its period, the latest first.
History = dict[tuple[int, str, str], list[tuple[date, Decimal]]]


def rule_of(definition: IndicatorVersion) -> Rule:
    """What this definition asks of its figures."""
    return Rule(
        unit=definition.unit,
        counts_people=definition.counts_people,
        lowest=definition.lowest,
        highest=definition.highest,
        jump_percent=definition.jump_percent,
        numerator_label=definition.numerator_label,
        denominator_label=definition.denominator_label,
    )


@dataclass(frozen=True)
class FigureRow:
    """One period of a line: what was entered, and what follows from it."""

    figure: ReturnFigure
    place: int
    label: str
    counts: Counts
    value: str
    gap: str
    is_jump: bool

    @property
    def numerator(self) -> str:
        return _with_commas(self.counts.numerator)

    @property
    def denominator(self) -> str:
        return _with_commas(self.counts.denominator)


def _with_commas(number: Decimal | None) -> str:
    """A number to be read: "41,250"."""
    whole, point, rest = number_words(number).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole else ""


@dataclass
class LineView:
    """One indicator of a return. ``before``: the accepted values before it, in words; ``mean``: their mean."""

    line: ReturnLine
    definition: IndicatorVersion
    rule: Rule
    rows: list[FigureRow]
    before: list[str] = field(default_factory=list)
    mean: str = ""
    queries: list[ReturnQuery] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"l{self.line.pk}"

    @property
    def problems(self) -> list[Problem]:
        line = self.line
        return problems_of_line(
            self.rule,
            [row.counts for row in self.rows],
            narrative=line.narrative,
            explanation=line.explanation,
            no_figure=line.no_figure,
        )

    @property
    def retired(self) -> date | None:
        """The day on which the indicator was retired within the return's quarter."""
        retired = self.definition.indicator.retired_on
        return retired if retired is not None and retired < self.line.part_of.period_to else None


@dataclass(frozen=True)
class Lack:
    """Something that keeps a return from being sent, and the field of its page to put it right in.

    ``text`` names the indicator and the period, ``short`` is what stands beside the field.
    """

    target: str
    text: str
    short: str


def history_before(day: date, indicators: Iterable[int]) -> History:
    """The accepted values of these indicators in the periods that began by a day. One query."""
    figures = Figure.objects.standing().filter(
        indicator__in=set(indicators), value__isnull=False, period_from__gt=day - timedelta(days=HISTORY_DAYS)
    )
    columns = ("indicator_id", "definition__unit", "definition__frequency", "period_from", "value")
    found: History = defaultdict(list)
    for indicator, unit, frequency, first, value in figures.order_by("-period_from").values_list(*columns):
        if first <= day:
            found[indicator, unit, frequency].append((first, value))
    return found


def lines_of(one: Return) -> list[LineView]:
    """The lines of a return in their order. Four queries, however many lines."""
    related = ("definition__indicator", "definition__priority")
    lines = list(one.lines.select_related(*related).prefetch_related("figures").order_by("position", "pk"))
    history = history_before(one.period_to, (line.definition.indicator_id for line in lines))
    queries = defaultdict(list)
    for query in one.queries.select_related("asked_by", "answered_by").order_by("asked_at", "pk"):
        queries[query.line_id].append(query)
    views = []
    for line in lines:
        line.part_of = one
        views.append(_view(line, history))
        views[-1].queries = queries[line.pk]
    return views


def _view(line: ReturnLine, history: History) -> LineView:
    definition = line.definition
    rule = rule_of(definition)
    accepted = history.get((definition.indicator_id, definition.unit, definition.frequency), [])
    view = LineView(line, definition, rule, [])
    for place, figure in enumerate(line.figures.all()):
        earlier = [(first, value) for first, value in accepted if first < figure.period_from][:LOOKED_BACK]
        counts = Counts(figure.numerator, figure.denominator, tuple(value for _, value in earlier))
        view.rows.append(_row(figure, place, rule, counts))
        if place == 0:
            view.before = [f"{value_words(rule.unit, value)} ({first:%B %Y})" for first, value in earlier]
            mean = mean_of(counts.history)
            view.mean = value_words(rule.unit, mean) if mean is not None else ""
    return view


def _row(figure: ReturnFigure, place: int, rule: Rule, counts: Counts) -> FigureRow:
    value = value_of(rule, counts)
    return FigureRow(
        figure=figure,
        place=place,
        label=period_words(figure.period_from, figure.period_to),
        counts=counts,
        value=value_words(rule.unit, value) if value is not None else "",
        gap="" if counts.is_empty(rule) else gap_of(rule, counts),
        is_jump=jumps(rule, counts),
    )


def queries_of_the_whole(one: Return) -> list[ReturnQuery]:
    """What was asked about the return as a whole."""
    return list(one.queries.filter(line=None).select_related("asked_by", "answered_by").order_by("asked_at", "pk"))


def is_open_query(one: Return, query: ReturnQuery) -> bool:
    """Whether a query was asked since the return was last sent, so that it waits for its answer."""
    return one.is_fillable and (one.sent_at is None or query.asked_at >= one.sent_at)


def lacks_of(one: Return, lines: Iterable[LineView] | None = None) -> list[Lack]:
    """All that keeps a return from being sent, in the order of its page."""
    lacks = []
    lines = lines_of(one) if lines is None else list(lines)
    for query in queries_of_the_whole(one):
        lacks += _unanswered(one, query, "The return as a whole")
    for view in lines:
        for problem in view.problems:
            text = f"{view.definition.name}: {_where(view, problem)}"
            lacks.append(Lack(target_of(view, problem), text, problem.text))
        for query in view.queries:
            lacks += _unanswered(one, query, view.definition.name)
    return lacks


def target_of(view: LineView, problem: Problem) -> str:
    """The field of the page in which a problem is put right."""
    if problem.period is None:
        return f"id_{view.key}-{problem.field}"
    return f"id_{view.key}-{problem.field[0]}{problem.period}"


def _where(view: LineView, problem: Problem) -> str:
    text = problem.text[:1].lower() + problem.text[1:] if problem.text[1:2].islower() else problem.text
    if problem.period is None or len(view.rows) == 1:
        return text
    return f"{view.rows[problem.period].label}: {text}"


def _unanswered(one: Return, query: ReturnQuery, about: str) -> list[Lack]:
    if says_something(query.answer) or not is_open_query(one, query):
        return []
    text = f"{about}: answer the question asked on {query.asked_at:%-d %B %Y}"
    return [Lack(f"id_q{query.pk}", text, "Answer the question")]
