"""The figures of a quarter, against audits counted by hand."""

from datetime import date
from typing import Any

import pytest
import time_machine

from qaf.people.models import Service, Team
from scorecard.figures import count
from scorecard.period import Period
from scorecard.reports.small_numbers import cells_of
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory
from tests.scorecard.factories import THIRD_QUARTER, make_audit, make_finished, make_type

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


@pytest.fixture
def after_the_quarter() -> Any:
    with time_machine.travel("2026-10-07 09:00+01:00", tick=False):
        yield


@pytest.fixture
def north() -> Service:
    return ServiceFactory.create(name="North", agency__name="Northborough Council")


@pytest.fixture
def team(north: Service) -> Team:
    return TeamFactory.create(name="North One", service=north)


def figures(**fields: Any) -> dict[str, Any]:
    return count(Period(THIRD_QUARTER.first_day, THIRD_QUARTER.last_day, **fields))


def whole(column: str) -> int:
    return cells_of(figures())[f"whole|{column}"]


def test_each_step_counts_in_the_quarter_it_was_taken_in(team: Team) -> None:
    make_audit(team=team, allocated=date(2026, 6, 25), submitted=date(2026, 7, 1), grade="G")
    make_audit(
        team=team,
        allocated=date(2026, 7, 1),
        submitted=date(2026, 7, 10),
        moderated=date(2026, 9, 30),
        distributed=date(2026, 10, 1),
        grade="G",
        final="G",
    )
    make_audit(team=team, allocated=date(2026, 9, 30), cancelled=date(2026, 9, 30))
    make_audit(team=team, allocated=date(2026, 10, 1))
    make_finished(team, "O", distributed=date(2026, 8, 5), closed=date(2026, 8, 20))
    counted = cells_of(figures())
    columns = ("allocated", "submitted", "moderated", "distributed", "closed", "cancelled")
    assert [counted[f"whole|{column}"] for column in columns] == [3, 3, 2, 1, 1, 1]


def test_the_last_hour_of_the_last_day_belongs_to_the_quarter(team: Team) -> None:
    # 30 September, 23:30 in London is 22:30 in universal time; half an hour later is October.
    late, later = make_audit(team=team), make_audit(team=team)
    type(late).objects.filter(pk=late.pk).update(submitted_at="2026-09-30T22:30:00Z", auditor_grade="G")
    type(late).objects.filter(pk=later.pk).update(submitted_at="2026-09-30T23:00:00Z", auditor_grade="G")
    assert whole("submitted") == 1


def test_in_time_is_on_the_due_day_or_before(team: Team) -> None:
    for submitted in (date(2026, 7, 17), date(2026, 7, 20), date(2026, 7, 21)):
        make_audit(team=team, due=date(2026, 7, 20), submitted=submitted, grade="G")
    make_audit(team=team, due=None, submitted=date(2026, 7, 17), grade="G")
    counted = cells_of(figures())
    assert [counted[f"whole|{column}"] for column in ("submitted", "dated", "on_time", "late")] == [4, 3, 2, 1]


def test_moderation_is_measured_against_its_own_deadline(team: Team) -> None:
    make_finished(team, "G", moderated=date(2026, 7, 31), moderation_due=date(2026, 7, 31))
    make_finished(team, "G", moderated=date(2026, 8, 3), moderation_due=date(2026, 7, 31))
    make_finished(team, "G", moderation_due=None)
    counted = cells_of(figures())
    assert [counted[f"whole|{column}"] for column in ("moderated", "moderated_dated", "moderated_in_time")] == [3, 2, 1]


def test_a_type_that_is_not_moderated_is_graded_but_not_moderated(team: Team) -> None:
    make_finished(team, "G", type=make_type("observation", moderation=False), moderation_due=None)
    assert (whole("settled"), whole("moderated"), whole("final:ofsted:G")) == (1, 0, 1)
    assert figures()["regrades"] == []


def test_grades_are_counted_by_service_and_team_before_and_after_moderation(north: Service, team: Team) -> None:
    other = TeamFactory.create(name="North Two", service=north)
    south = TeamFactory.create(name="South One", service__name="South", service__agency=north.agency)
    make_finished(team, "G", "RI")
    make_finished(team, "G")
    make_finished(other, "O")
    make_finished(south, "I")
    found = figures()
    counted = cells_of(found)
    keys = {row["name"]: row["key"] for row in found["rows"]}
    expected = {
        "North One": (2, 1, 1, 2, 1),
        "North Two": (0, 0, 0, 1, 1),
        "North": (2, 1, 1, 3, 2),
        "South": (0, 0, 0, 1, 0),
        "Total": (2, 1, 1, 4, 2),
    }
    columns = ("auditor:ofsted:G", "final:ofsted:G", "final:ofsted:RI", "final:ofsted::all", "final:ofsted::good")
    assert {name: tuple(counted[f"{keys[name]}|{column}"] for column in columns) for name in expected} == expected


def test_regrades_say_from_which_grade_to_which(team: Team) -> None:
    make_finished(team, "G", "RI")
    make_finished(team, "G", "RI")
    make_finished(team, "RI", "G")
    make_finished(team, "O")
    assert figures()["regrades"] == [
        {"scale": "ofsted", "from": "G", "to": "RI", "count": 2},
        {"scale": "ofsted", "from": "O", "to": "O", "count": 1},
        {"scale": "ofsted", "from": "RI", "to": "G", "count": 1},
    ]


def test_areas_of_practice_count_final_grades_and_changes(team: Team) -> None:
    make_finished(team, "G", "RI")
    make_finished(team, "O")
    (planning,) = figures()["domains"]
    assert (planning["title"], planning["grades"], planning["changed"]) == ("Planning", {"RI": 1, "O": 1}, 1)


def test_legal_status_and_type_are_rows_of_their_own(team: Team) -> None:
    make_finished(team, "G", legal_status="cp")
    make_finished(team, "RI", legal_status="cic")
    make_finished(team, "RI", type=make_type("second-type"))
    found = figures()
    names = {kind: [row["name"] for row in found["rows"] if row["kind"] == kind] for kind in ("type", "status")}
    assert names == {"type": ["Case audit", "Second type"], "status": ["CiC", "CIN", "CP"]}
    assert cells_of(found)["status:cp|final:ofsted::good"] == 1


def test_overdue_is_what_was_due_in_the_quarter_and_is_still_open(team: Team) -> None:
    make_audit(team=team, step="audit", step_due=date(2026, 9, 30))
    make_audit(team=team, step="moderation", step_due=date(2026, 8, 3), submitted=date(2026, 7, 20), grade="G")
    make_audit(team=team, step="audit", step_due=date(2026, 10, 1))
    make_audit(team=team, step="audit", step_due=date(2026, 8, 1), cancelled=date(2026, 8, 5))
    assert whole("overdue") == 2
    assert [(step["name"], step["count"]) for step in figures()["overdue_by_step"]] == [("Audit", 1), ("Moderation", 1)]


def test_in_a_running_quarter_overdue_is_counted_up_to_yesterday(team: Team) -> None:
    make_audit(team=team, step="audit", step_due=date(2026, 8, 3))
    make_audit(team=team, step="audit", step_due=date(2026, 8, 4))
    counted = cells_of(figures(today=date(2026, 8, 4)))
    assert counted["whole|overdue"] == 1


def test_reaudits_are_counted_on_their_own(team: Team) -> None:
    first, second = make_finished(team, "I"), make_finished(team, "I")
    type = make_type("reaudit", moderation=False)
    make_finished(team, "G", type=type, reaudit_of=first, allocated=date(2026, 8, 3), submitted=date(2026, 9, 1))
    make_audit(team=team, type=type, reaudit_of=second, allocated=date(2026, 8, 3), step_due=date(2026, 9, 28))
    assert figures()["reaudits"] == {"opened": 2, "done": 1, "meets_standard": 1, "overdue": 1}
    assert (whole("allocated"), whole("submitted"), whole("final:ofsted::all")) == (2, 2, 2)


def test_the_report_of_an_agency_counts_its_own_audits_alone(team: Team) -> None:
    other = TeamFactory.create(service__agency=AgencyFactory.create(name="Partner"))
    make_finished(team, "G")
    make_finished(other, "RI")
    counted = cells_of(figures(agency=other.service.agency))
    assert (counted["whole|submitted"], counted["whole|final:ofsted:RI"]) == (1, 1)
    assert "whole|final:ofsted:G" in counted
    assert counted["whole|final:ofsted:G"] == 0


def test_two_scales_are_counted_apart(team: Team) -> None:
    partnership = {
        "key": "meets",
        "title": "Partnership",
        "grades": [
            {"code": "E", "name": "Exceeds good", "meets_standard": True},
            {"code": "M", "name": "Meets good", "meets_standard": True},
            {"code": "N", "name": "Does not meet good yet", "meets_standard": False},
        ],
    }
    make_finished(team, "G")
    make_finished(team, "N", type=make_type("multi-agency", scale=partnership))
    found = figures()
    assert [scale["key"] for scale in found["scales"]] == ["meets", "ofsted"]
    counted = cells_of(found)
    assert (counted["whole|final:meets::all"], counted["whole|final:ofsted::all"]) == (1, 1)


def test_an_empty_quarter_has_noughts() -> None:
    found = figures()
    assert cells_of(found)["whole|submitted"] == 0
    assert found["scales"] == []


def test_the_number_of_queries_does_not_grow_with_the_audits(
    team: Team, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    make_finished(team, "G")
    figures()
    with django_assert_max_num_queries(20) as few:
        figures()
    for number in range(15):
        other = TeamFactory.create(service__agency=team.service.agency) if number % 3 == 0 else team
        make_finished(other, "RI", legal_status="cp", type=make_type(f"type-{number % 4}"))
    with django_assert_num_queries(len(few.captured_queries)):
        figures()
