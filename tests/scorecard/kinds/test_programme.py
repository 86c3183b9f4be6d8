"""A programme report: the work of a year, what the schedule asked for, and how far each piece is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audits.models import AuditType, Selection, Work, WorkKind, WorkState
from qaf.people.models import User
from scorecard.models import Report
from scorecard.workflow.report_requests import about_year
from tests.audits.coverage.setting import make_row
from tests.factories import UserFactory
from tests.moderation.agreement.setting import make_type
from tests.scorecard.kinds.reading import document_of, facts, report_of, said, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return UserFactory.create(name="Lena Lead")


def make_work(lead: User, title: str, state: str = WorkState.AGREED, **fields: Any) -> Work:
    values = {
        "reference": f"AUD-2026-{Work.objects.count() + 1:05d}",
        "kind": WorkKind.THEMATIC,
        "year": 2026,
        "quarter": 2,
        "agreed_on": date(2026, 5, 1),
        "agreed_minute": "Item 4",
        "lead": lead,
        "proposed_by": lead,
        "fieldwork_from": date(2026, 7, 6),
        "fieldwork_until": date(2026, 7, 31),
        "reports_on": date(2026, 9, 1),
        **fields,
    }
    return Work.objects.create(title=title, state=state, **values)


def test_a_year_without_work_says_so() -> None:
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    assert document.title == "Programme report, April 2026 to March 2027"
    assert facts(document) == {"Pieces of work": "None"}
    assert said(document, "stages") == "There was no work in the programme of this year."
    assert said(document, "quarter-2") == "Nothing was planned for this quarter."
    assert said(document, "expected") == "The schedule asks nothing of this year’s programme."


def test_work_is_counted_by_kind_and_how_far_it_is(lead: User) -> None:
    make_work(lead, "Neglect", WorkState.FIELDWORK)
    make_work(lead, "Exploitation", WorkState.PRESENTED, quarter=3)
    make_work(lead, "Early help", WorkState.WITHDRAWN)
    make_work(lead, "A visit", WorkState.PLANNED, kind=WorkKind.QA_VISIT)
    make_work(lead, "Last year’s", year=2025)
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    assert words(document, "stages") == {
        "Thematic multi-agency audit": ["3", "0", "1", "1", "1"],
        "Quality assurance visit": ["1", "1", "0", "0", "0"],
        "All work": ["4", "1", "1", "1", "1"],
    }
    assert facts(document)["Thematic multi-agency audits"] == "2 of at most 4"


def test_every_state_has_a_place(lead: User) -> None:
    for state in WorkState:
        make_work(lead, f"In {state}", state)
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    assert facts(document)["Pieces of work"] == str(len(WorkState))


def test_a_report_past_its_day_is_late_until_it_is_presented(lead: User) -> None:
    make_work(lead, "Neglect", WorkState.ANALYSIS)
    make_work(lead, "Exploitation", WorkState.PRESENTED)
    make_work(lead, "Early help", WorkState.ANALYSIS, reports_on=date(2026, 12, 1))
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    states = {name: cells[-1] for name, cells in words(document, "quarter-2").items()}
    assert states == {"Neglect": "Analysis (late)", "Exploitation": "Presented", "Early help": "Analysis"}
    assert facts(document)["Report late"] == "1"


def test_what_the_schedule_asks_stands_beside_what_was_planned(lead: User) -> None:
    kind = make_type()
    row = make_row(None, kind, every_months=4, selection=Selection.PROGRAMME, type_name="Deep Dive")
    make_row(None, kind, every_months=None, selection=Selection.PROGRAMME, type_name="Section 11")
    make_work(lead, "Deep dive", kind=WorkKind.DEEP_DIVE, state=WorkState.PLANNED, expectation=row)
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    found = words(document, "expected")
    # Cycles of four months: April to July with one planned, August to November still open, then another.
    assert found["All services: Deep Dive"] == ["3", "1", "2", "0"]
    assert found["All services: Section 11"] == ["Not said", "0", "–", "–"]


def test_of_work_of_a_confidential_type_nothing_is_said(lead: User) -> None:
    kind = make_type("exit-interview")
    AuditType.objects.filter(pk=kind.pk).update(confidential=True)
    make_work(lead, "Why people leave", type=kind)
    document = document_of(report_of(about_year(Report.Kind.PROGRAMME, 2026)))
    assert facts(document) == {"Pieces of work": "None"}
