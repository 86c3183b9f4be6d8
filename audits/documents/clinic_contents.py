"""What a clinic sheet says, section by section, from its figures. Pure."""

from __future__ import annotations

from audits.documents.clinic import Figures, Row, Section, Sheet, Table, day_words, in_words
from audits.documents.clinic_grades import grade_tables

WAITS_FOR = {
    "audit": "To be submitted",
    "qa_check": "To be checked",
    "moderation": "To be moderated",
    "distribution": "To be distributed",
    "feedback": "Feedback to be given",
    "closing": "To be closed",
    "case_direction": "Case direction to be written",
    "action_review": "Actions to be reviewed",
    "reaudit_allocation": "Re-audit to be allocated",
    "further_reaudit": "Further re-audit to be decided",
}
NONE = "None"
NOBODY = "Nobody"


def sheet_of(figures: Figures) -> Sheet:
    """Lay the figures out as a sheet; the same figures give the same sheet."""
    month = f"{figures.first:%B %Y}"
    return Sheet(
        title=f"Performance clinic: {figures.service}, {month}",
        service=figures.service,
        month=month,
        as_of=figures.as_of,
        facts=_facts(figures),
        sections=(
            _expected(figures),
            _late(figures),
            _timeliness(figures),
            _grades(figures, month),
            _actions(figures),
            _observations(figures),
        ),
    )


def percent(part: int, whole: int) -> str:
    """A share in whole per cent, with what it is a share of: 10 of 12 (83%)."""
    return f"{part} of {whole} ({round(100 * part / whole)}%)"


def _facts(figures: Figures) -> tuple[tuple[str, str], ...]:
    expected = sum(one.expected for one in figures.managers)
    done = sum(one.done for one in figures.managers)
    dated, in_time = (sum(getattr(one, name) for one in figures.submitted) for name in ("dated", "in_time"))
    return (
        ("Led by", in_words(figures.led_by) or "Nobody holds the post of service manager"),
        ("As it stood at the end of", day_words(figures.as_of)),
        ("Expected audits done", percent(done, expected) if expected else "Nothing was expected"),
        ("Submitted in time", percent(in_time, dated) if dated else "Nothing with a due day was submitted"),
        ("Audits late", str(len(figures.late) + len(figures.not_begun))),
    )


def _expected(figures: Figures) -> Section:
    title = "Expected against done"
    if not figures.asked and not figures.managers:
        return Section("expected", title, ("Nothing is expected of this service: the schedule has no row for it.",))
    if not figures.managers:
        return Section("expected", title, ("No cycle of the schedule with anything expected ran in this month.",))
    rows = [
        Row(
            one.name,
            (
                one.teams, one.expected, one.done, one.in_time, one.open, one.late,
                one.late_since or "", one.skipped,
            ),
        )
        for one in figures.managers
    ]  # fmt: skip
    sums = [sum(getattr(one, name) for one in figures.managers) for name in ("expected", "done", "in_time", "open")]
    late, skipped = (sum(getattr(one, name) for one in figures.managers) for name in ("late", "skipped"))
    rows.append(Row("All", ("", *sums, late, "", skipped), is_total=True))
    columns = ("Team", "Expected", "Done", "Done in time", "Open", "Late", "Late since", "Skipped")
    table = Table("expected", "Cycles that ran in the month, by manager", "Manager", columns, tuple(rows))
    words = "Who was skipped owes nothing: they are not among the expected, and not behind."
    return Section("expected", title, (words,), (table,))


def _late(figures: Figures) -> Section:
    tables = []
    if figures.late:
        rows = tuple(
            Row(
                one.reference,
                (one.type, one.team, WAITS_FOR.get(one.step, _plain(one.step)), one.who or NOBODY, one.due_on),
            )
            for one in figures.late
        )
        columns = ("Type of audit", "Team", "What is late", "With", "Since")
        tables.append(Table("late", "Audits whose present step is late", "Audit", columns, rows))
    if figures.not_begun:
        people = tuple(Row(one.who, (one.type, one.team, one.due_on)) for one in figures.not_begun)
        words = ("Type of audit", "Team", "Cycle ended on")
        tables.append(Table("not-begun", "Expected, and not allocated when the cycle ended", "Manager", words, people))
    return Section("late", "Late work", () if tables else ("Nothing is late.",), tuple(tables))


def _plain(step: str) -> str:
    return step.replace("_", " ").capitalize()


def _timeliness(figures: Figures) -> Section:
    title = "Timeliness"
    if not figures.submitted:
        return Section("timeliness", title, ("No audit was submitted in this month.",))
    rows = [
        Row(
            one.team,
            (one.submitted, one.in_time, round(100 * one.in_time / one.dated) if one.dated else "No due day"),
        )
        for one in figures.submitted
    ]
    table = Table(
        "timeliness",
        "Audits submitted in the month, by team",
        "Team",
        ("Submitted", "In time", "In time, per cent"),
        tuple(rows),
    )
    return Section("timeliness", title, ("In time means by the audit’s own day, with extensions.",), (table,))


def _grades(figures: Figures, month: str) -> Section:
    title = f"Grades of the audits settled in {month}"
    tables = grade_tables(figures.grades, below=figures.hide_below)
    return Section("grades", title, () if tables else ("No graded audit was settled in this month.",), tables)


def _actions(figures: Figures) -> Section:
    if not figures.actions:
        return Section("actions", "Actions overdue", ("No action is overdue.",))
    rows = tuple(
        Row(f"{one.reference}, action {one.position}", (one.team, one.who or "Not a person known here", one.due_on))
        for one in figures.actions
    )
    table = Table("actions", "Actions still open past their day", "Action", ("Team", "Owner", "Was due"), rows)
    return Section("actions", "Actions overdue", (), (table,))


def _observations(figures: Figures) -> Section:
    title = "Observations due"
    if not figures.to_observe:
        until = f" until {day_words(figures.observe_until)}" if figures.observe_until else ""
        return Section("observations", title, (f"No observation is late, and none falls due{until}.",))
    rows = tuple(
        Row(one.name, (one.teams, one.what, one.last_on or NONE, one.due_on, "Late" if one.is_late else "Due"))
        for one in figures.to_observe
    )
    columns = ("Team", "What for", "Last done", "Due", "How it stands")
    table = Table("observations", "Late, or due within a month", "Practitioner", columns, rows)
    return Section("observations", title, (), (table,))
