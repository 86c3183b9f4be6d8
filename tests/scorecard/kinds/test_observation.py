"""An observation report: practice that was observed, and how many are still to be observed."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import AuditType
from qaf.people.roles import Role
from scorecard.models import Report
from scorecard.quarters import Quarter
from scorecard.workflow.report_requests import about_quarter
from tests.audits.coverage.setting import make_audit, make_row, observed_practice, settle, someone
from tests.factories import ServiceFactory, TeamFactory
from tests.scorecard.kinds.reading import document_of, facts, report_of, said, snapshot_of, words

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 3)


@pytest.fixture
def place() -> SimpleNamespace:
    service = ServiceFactory.create(name="Area Social Care")
    team = TeamFactory.create(name="North", service=service)
    kind = observed_practice()
    make_row(service, kind)
    people = [someone(Role.PRACTITIONER, f"Practitioner {number}", team=team) for number in range(7)]
    return SimpleNamespace(
        service=service, team=team, kind=kind, people=people, ade=someone(Role.AUDITOR, "Ade Auditor", team=team)
    )


def observe(place: SimpleNamespace, person: int, day: date, grade: str = "G") -> None:
    audit = make_audit(
        place.team,
        place.ade,
        place.kind,
        submitted=day,
        case_holder=place.people[person],
        audit_due_on=date(2026, 8, 31),
    )
    settle(audit, day, overall=grade)


def test_a_quarter_without_observations_is_told_honestly(place: SimpleNamespace) -> None:
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8))
    assert facts(document)["Observations"] == "None"
    assert said(document, "done") == "No observation was handed in in this period."
    assert said(document, "grades") == "No observation was graded in this period."
    assert words(document, "people")["Area Social Care"] == ["7", "0", "7", "0%", "7"]


def test_observations_are_counted_in_the_quarter_in_which_they_were_handed_in(place: SimpleNamespace) -> None:
    observe(place, 0, date(2026, 8, 3))
    observe(place, 1, date(2026, 9, 7), grade="RI")
    observe(place, 2, date(2026, 10, 1))
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8), below=1)
    assert words(document, "done") == {
        "Area Social Care": ["2", "1", "1", "0"],
        "All services": ["2", "1", "1", "0"],
    }
    # What was done after the quarter is not done yet in its report.
    assert words(document, "people")["All services"] == ["7", "2", "5", "29%", "5"]


def test_somebody_observed_longer_ago_than_a_year_is_not_yet_observed(place: SimpleNamespace) -> None:
    observe(place, 0, date(2025, 9, 1))
    observe(place, 1, date(2025, 11, 3))
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8), below=1)
    assert words(document, "people")["Area Social Care"][:3] == ["7", "1", "6"]


def test_small_numbers_of_practitioners_are_hidden_and_cannot_be_worked_out(place: SimpleNamespace) -> None:
    observe(place, 0, date(2026, 8, 3))
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8))
    assert words(document, "people")["Area Social Care"] == ["7", "[c]", "[c]", "[c]", "[c]"]
    assert words(document, "done")["All services"][0] == "[c]"


def test_somebody_with_posts_in_two_services_counts_once(place: SimpleNamespace) -> None:
    other = TeamFactory.create(name="South", service=ServiceFactory.create(name="Through Care"))
    make_row(other.service, place.kind)
    somebody = someone(Role.PRACTITIONER, "Two Posts", team=place.team)
    somebody.posts.create(role=Role.PRACTITIONER, team=other, starts_on=date(2020, 1, 1))
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8), below=1)
    found = words(document, "people")
    assert (found["Several services"][0], found["All services"][0]) == ("1", "8")


def test_one_agencys_report_counts_its_own_people_alone(place: SimpleNamespace) -> None:
    elsewhere = TeamFactory.create()
    make_row(elsewhere.service, place.kind)
    someone(Role.PRACTITIONER, "Somebody Else", team=elsewhere)
    wanted = about_quarter(Report.Kind.OBSERVATION, QUARTER, place.service.agency)
    document = document_of(report_of(wanted), on=date(2026, 10, 8), below=1)
    assert words(document, "people")["All services"][0] == "7"


def test_confidential_observations_are_not_counted(place: SimpleNamespace) -> None:
    AuditType.objects.filter(pk=place.kind.pk).update(confidential=True)
    document = document_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER)), on=date(2026, 10, 8))
    assert "names no type of audit" in said(document, "done")


def test_nobodys_name_is_in_its_snapshot(place: SimpleNamespace) -> None:
    observe(place, 0, date(2026, 8, 3))
    text = json.dumps(snapshot_of(report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER))))
    assert "Practitioner 0" not in text
    assert "Ade Auditor" not in text


def test_the_number_of_queries_does_not_grow_with_the_people(place: SimpleNamespace) -> None:
    report = report_of(about_quarter(Report.Kind.OBSERVATION, QUARTER))
    observe(place, 0, date(2026, 8, 3))
    snapshot_of(report)
    with CaptureQueriesContext(connection) as few:
        snapshot_of(report)
    for number in range(5):
        someone(Role.PRACTITIONER, f"Another {number}", team=place.team)
        observe(place, number, date(2026, 9, 1 + number))
    with CaptureQueriesContext(connection) as many:
        snapshot_of(report)
    assert len(few) == len(many)
