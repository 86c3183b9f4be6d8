"""Figures join on the domain's key: over versions of a form in which questions moved and domains were added."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audits.models import Audit, AuditType, Form, FormVersion, Judgement
from qaf.people.models import Team
from scorecard.figures import count
from scorecard.period import Period
from tests.factories import TeamFactory
from tests.scorecard.factories import THIRD_QUARTER, make_audit, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_quarter() -> Any:
    with time_machine.travel("2026-10-07 09:00+01:00", tick=False):
        yield


def second_version(kind: AuditType) -> None:
    """The grade of planning moves into a section of its own and is asked otherwise; voice is graded as well."""
    form = Form.objects.get(pk=kind.form_id)
    first = form.published_version
    assert first is not None
    definition = deepcopy(first.definition)
    planning = definition["sections"][0]["questions"].pop(0)
    voice = {**planning, "key": "voice", "label": "The child’s voice", "domain": "voice"}
    moved = {**planning, "key": "plan_now", "label": "How well was the work planned?"}
    definition["sections"].append({"key": "plans", "title": "Plans", "part": "audit", "questions": [voice, moved]})
    first.state, first.retired_at = FormVersion.State.RETIRED, timezone.now()
    first.save()
    FormVersion.objects.create(
        form=form, number=2, state="published", definition=definition, published_at=timezone.now()
    )


def finished(team: Team, kind: AuditType, *, grade: str, final: str) -> Audit:
    days = {"allocated": date(2026, 7, 1), "submitted": date(2026, 7, 10), "moderated": date(2026, 7, 20)}
    return make_audit(team=team, type=kind, grade=grade, final=final, **days)


def test_domains_join_over_versions_wherever_their_question_stands() -> None:
    team = TeamFactory.create()
    kind = make_type()
    finished(team, kind, grade="G", final="G")
    finished(team, kind, grade="RI", final="G")
    second_version(kind)
    kind = AuditType.objects.get(pk=kind.pk)
    latest = finished(team, kind, grade="O", final="O")
    assert latest.form_version.number == 2
    Judgement.objects.create(
        audit=latest, domain="voice", title="The child’s voice", position=1, auditor_grade="RI", final_grade="RI"
    )
    figures = count(Period(THIRD_QUARTER.first_day, THIRD_QUARTER.last_day))
    domains = {one["domain"]: (one["grades"], one["changed"]) for one in figures["domains"]}
    assert domains == {"planning": ({"G": 2, "O": 1}, 1), "voice": ({"RI": 1}, 0)}
    # The grade of the whole joins as well.
    assert figures["cells"]["whole|settled"] == 3
    assert [scale["key"] for scale in figures["scales"]] == ["ofsted"]
