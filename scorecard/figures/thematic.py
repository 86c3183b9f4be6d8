"""The figures of a thematic report: one piece of work of the programme, after its fieldwork.

Coventry QA framework 2025-27, 6.2; Bristol QAF, *Thematic Audits*: terms of reference, audits by several agencies, what
each found and where they differ.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q

from audits.models import Audit, State, Work, WorkAgency, WorkAudit, WorkCase
from audits.models.audits import AuditQuerySet
from audits.programme_terms import POINTS
from audits.queries.triangulation import found_in
from audits.triangulation import Difference
from scorecard.figures.grades import grades_of
from scorecard.grids import Grid, key_of
from scorecard.layout import ALL, WHOLE
from scorecard.models import Report
from scorecard.period import one_moment

DIFFERENCES = {Difference.GRADES: "grades", Difference.ANSWERS: "answers", Difference.SILENT: "silent"}


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Count what the audits of a piece of work found. Raises ValueError for a report that is about none.

    Grades and progress are counted in SQL. What differs between agencies stands in encrypted answers, so those audits
    are read, each once, and only counts of them are kept.
    """
    if report.work is None:
        raise ValueError(f"“{report}” names no piece of work.")
    with one_moment():
        work = Work.objects.select_related("type").get(pk=report.work.pk)
        audits = Audit.objects.filter(work=work, confidential=False, reaudit_of=None).exclude(state=State.CANCELLED)
        grades = grades_of(audits.filter(submitted_at__isnull=False), "agency")
        grids = {"audits": _audits(work, audits), **grades.grids}
        if work.is_multi_agency and work.fieldwork_closed_at is not None:
            grids["differences"] = _differences(work)
    return {
        "work": _about(work),
        "terms": [{"label": point.label, "text": getattr(work, point.field)} for point in POINTS],
        "scales": grades.scales,
        "grids": {key: grid.as_json() for key, grid in grids.items()},
        "links": [*grades.links, *_graded_and_submitted(grids), *_same_children(grids["audits"])],
    }


def _graded_and_submitted(grids: dict[str, Grid]) -> list[tuple[str, list[str]]]:
    """A reader takes as many graded audits as submitted ones for the same audits, so either gives the other away."""
    submitted = grids["audits"]
    places = {name: grid for name, grid in grids.items() if name.startswith("places-")}
    links = []
    for row in submitted.rows:
        there = {name: grid.number(row, ALL) for name, grid in places.items() if row in grid.rows}
        if there and sum(there.values()) == submitted.number(row, "submitted"):
            links.append((key_of("audits", row, "submitted"), [key_of(name, row, ALL) for name in there]))
    return links


def _same_children(audits: Grid) -> list[tuple[str, list[str]]]:
    """Every agency looked at the same children, so a reader who knows the sum of them knows each."""
    cells = [key_of("audits", row, "children") for row in audits.rows if row != WHOLE]
    same = len({audits.number(row, "children") for row in audits.rows if row != WHOLE}) == 1
    return [(one, [other]) for one, other in pairwise(cells)] if same else []


def _about(work: Work) -> dict[str, Any]:
    return {
        "reference": work.reference,
        "kind": work.get_kind_display(),
        "title": work.title,
        "commissioned_by": work.commissioned_by,
        "state": work.get_state_display(),
        "agreed_on": work.agreed_on.isoformat() if work.agreed_on else None,
        "minute": work.agreed_minute,
        "fieldwork_from": work.fieldwork_from.isoformat(),
        "fieldwork_until": work.fieldwork_until.isoformat(),
        "fieldwork_closed": work.fieldwork_closed_at is not None,
        "multi_agency": work.is_multi_agency,
    }


def _audits(work: Work, audits: AuditQuerySet) -> Grid:
    """By agency: of how many children its records were audited, and which audits are missing."""
    grid = Grid(
        ("children", "not_known", "expected", "submitted", "missing"),
        along=[("children", ("not_known", "expected")), ("expected", ("submitted", "missing"))],
        down=("children", "not_known", "expected", "submitted", "missing"),
        protected=("children", "not_known", "expected", "submitted", "missing"),
    )
    children = WorkCase.objects.filter(work=work).count()
    done = Q(audit__submitted_at__isnull=False) & ~Q(audit__state=State.CANCELLED)
    cells = {
        found["agency"]: found
        for found in WorkAudit.objects.filter(work_case__work=work)
        .order_by()
        .values("agency")
        .annotate(unknown=Count("pk", filter=Q(not_known=True)), submitted=Count("pk", filter=done))
    }
    taking_part = WorkAgency.objects.filter(work=work).order_by("agency__name").values_list("agency", "agency__name")
    for pk, name in taking_part if children else ():
        found = cells.get(pk, {"unknown": 0, "submitted": 0})
        expected = children - found["unknown"]
        grid.add(
            grid.row(f"agency:{pk}", name),
            children=children,
            not_known=found["unknown"],
            expected=expected,
            submitted=found["submitted"],
            missing=expected - found["submitted"],
        )
    if not children:
        _without_a_matrix(grid, audits)
    return grid.close("All agencies") if grid.rows else grid


def _without_a_matrix(grid: Grid, audits: AuditQuerySet) -> None:
    """Work whose audits were allocated one by one: what was allocated is what was expected."""
    counts = audits.order_by("agency__name").values_list("agency", "agency__name")
    for pk, name, number, done in counts.annotate(
        number=Count("pk"), done=Count("pk", filter=Q(submitted_at__isnull=False))
    ):
        key = grid.row(f"agency:{pk}", name)
        grid.add(key, children=number, expected=number, submitted=done, missing=number - done)


def _differences(work: Work) -> Grid:
    """By line of enquiry: of how many children two or more agencies said something, and where they differ."""
    same = [f"same_{name}" for name in DIFFERENCES.values()]
    seen = ("children", *DIFFERENCES.values())
    grid = Grid(
        (*seen, *same),
        along=[("children", (name, f"same_{name}")) for name in DIFFERENCES.values()],
        protected=(*seen, *same),
        unseen=same,
    )
    for child in found_in(work).children:
        if len(child.voices) < 2:
            continue
        by_section: dict[str, set[Difference]] = {}
        for line in child.lines:
            grid.row(line.section, line.title)
            by_section.setdefault(line.section, set()).update(line.differences)
        for section, differ in by_section.items():
            grid.add(section, children=1)
            for difference, name in DIFFERENCES.items():
                grid.add_each(section, {name if difference in differ else f"same_{name}": 1})
    return grid
