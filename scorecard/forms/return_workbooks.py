"""Between a return and its workbook: what the template holds, and what a filled one would make of each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scorecard.models import Return
from scorecard.quarters import period_words, quarter_of
from scorecard.queries.returns import LineView
from scorecard.return_workbook import SheetLine, Template
from scorecard.return_workbook_reading import Filled
from scorecard.workflow.return_filling import Entry


def template_of(one: Return, lines: Iterable[LineView]) -> Template:
    """The template of a return, with what has been entered so far."""
    return Template(
        agency=one.agency.name,
        agency_code=one.agency.code,
        quarter=period_words(one.period_from, one.period_to),
        quarter_code=quarter_of(one.period_from).code,
        version=one.version,
        lines=tuple(
            SheetLine(
                code=view.definition.indicator.code,
                name=view.definition.name,
                numerator_label=view.rule.numerator_label,
                denominator_label=view.rule.denominator_label if view.rule.has_denominator else "",
                periods=tuple(row.label for row in view.rows),
                figures=tuple((row.figure.numerator, row.figure.denominator) for row in view.rows),
                texts=(view.line.narrative, view.line.explanation, view.line.no_figure),
            )
            for view in lines
        ),
    )


def filled_entry(view: LineView, filled: Mapping[str, Filled]) -> Entry:
    """The line with what the workbook holds; what is empty there stays as it is stored."""
    stored, found = Entry.of(view.line), filled[view.definition.indicator.code]
    figures = tuple(
        (numerator if numerator is not None else before[0], denominator if denominator is not None else before[1])
        for (numerator, denominator), before in zip(found.figures, stored.figures, strict=True)
    )
    texts = (fresh or before for fresh, before in zip(found.texts, stored.texts.values(), strict=True))
    narrative, explanation, no_figure = texts
    return Entry(view.line.pk, narrative, explanation, no_figure, figures)
