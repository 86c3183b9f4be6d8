"""The tracker's rows as they are shown.

The components in the cells are drawn once for each state, grade and day, then kept: a page of fifty rows would
otherwise spend most of its time drawing the same few tags again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from audits.models import FormVersion, State
from audits.queries.tracker import Row
from audits.queries.tracker_choices import Choices, choices, names_of
from audits.workflow.steps import STEPS


@lru_cache(maxsize=64)
def _state(state: str) -> SafeString:
    return render_to_string("components/state_tag.html", {"state": state, "name": State(state).label})


@lru_cache(maxsize=4096)
def _due(due_on: date, overdue: bool) -> SafeString:
    return render_to_string("components/deadline.html", {"due_on": due_on, "overdue": overdue})


@lru_cache(maxsize=1024)
def _grades(form_version_id: int, auditor: str, final: str) -> SafeString:
    scale = FormVersion.parsed_by_pk(form_version_id).scale
    grades = [scale.grade(code) or code if scale else code for code in (auditor, final)]
    return render_to_string("audits/tracker/grades.html", {"auditor": grades[0], "final": grades[1]})


@lru_cache(maxsize=64)
def _step(step: str) -> str:
    words = STEPS.get(step, step)
    return words[:1].upper() + words[1:]


def cells(rows: Sequence[Row], known: Choices) -> list[dict[str, Any]]:
    """What the page shows of each row; the names of all the people in them are read in one query.

    As dictionaries, which templates look into faster than into anything else.
    """
    if any(row.team_id not in known.places or row.type_id not in known.titles for row in rows):
        known = choices(anew=True)
    today = timezone.localdate()
    people = names_of({row.auditor_id for row in rows} | {row.step_owner_id for row in rows if row.step_owner_id})
    shown = []
    for row in rows:
        team, service = known.places[row.team_id]
        owner = people[row.step_owner_id] if row.step_owner_id else "Nobody yet" if row.step else ""
        shown.append(
            {
                "reference": row.reference,
                "type": known.titles[row.type_id],
                "team": team,
                "service": service,
                "auditor": people[row.auditor_id],
                "state": _state(row.state),
                "owner": owner,
                "step": _step(row.step),
                "due": _due(row.due_on, row.is_overdue(today)) if row.due_on else "",
                "grades": _grades(row.form_version_id, row.auditor_grade, row.final_grade) if row.is_graded else "",
            }
        )
    return shown
