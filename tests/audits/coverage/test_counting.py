"""What is counted in SQL: the same as the pure rule says of each row, and nothing outside the person's posts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from audits.coverage import Status, status_of
from audits.models import Audit, Expected, State
from audits.queries import coverage as query
from audits.queries.coverage import Narrowing
from audits.queries.coverage_lines import Counts
from qaf.people.roles import Role
from tests.audits.coverage.setting import DAY, expect, make_audit, make_cycle, make_row, observed_practice, someone
from tests.factories import ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type

pytestmark = pytest.mark.django_db
NOW = Narrowing(DAY, DAY, running=True)


@pytest.fixture
def place() -> SimpleNamespace:
    service = ServiceFactory.create(name="Area Social Care")
    north, south = (TeamFactory.create(name=name, service=service) for name in ("North", "South"))
    return SimpleNamespace(
        service=service,
        north=north,
        south=south,
        type=make_type(),
        ade=someone(Role.AUDITOR, "Ade Auditor", team=north),
        sam=someone(Role.AUDITOR, "Sam Second", team=south),
        officer=someone(Role.QA_OFFICER, "Oli Officer", agency=service.agency),
        cycle=make_cycle(make_row(service, make_type())),
    )


def counts(place: SimpleNamespace, narrowing: Narrowing = NOW, day: date = DAY) -> Counts:
    return query.total(query.by_person(place.officer, narrowing, day))


def test_done_open_late_and_skipped_are_counted_apart(place: SimpleNamespace) -> None:
    expect(place.cycle, place.ade, place.north, make_audit(place.north, place.ade, place.type, submitted=DAY))
    expect(place.cycle, place.sam, place.south, make_audit(place.south, place.sam, place.type))
    expect(place.cycle, place.sam, place.south)
    expect(place.cycle, place.ade, place.north, state="skipped", why="away")
    found = counts(place)
    # Submitted nine days after its day; the second is late since its own day; the third has until the cycle's end.
    assert found == Counts(expected=3, done=1, in_time=0, late=1, skipped=1)
    assert (found.open, found.share_done) == (1, pytest.approx(1 / 3))
    assert query.passed_over(place.officer, NOW, DAY) == [("Away", 1)]


def test_sql_says_of_every_row_what_the_pure_rule_says(place: SimpleNamespace) -> None:
    chance = random.Random(5)
    said = Counts()
    for _ in range(60):
        due = DAY + timedelta(chance.randint(-9, 9)) if chance.random() < 0.8 else None
        submitted = DAY + timedelta(chance.randint(-12, 3)) if chance.random() < 0.6 else None
        audit = make_audit(place.north, place.ade, place.type, submitted=submitted, audit_due_on=due)
        cancelled = chance.random() < 0.2
        if cancelled:
            Audit.objects.filter(pk=audit.pk).update(state=State.CANCELLED)
        expect(place.cycle, place.ade, place.north, audit)
        is_due = place.cycle.ends_on if cancelled or due is None else due
        status = status_of(is_due, None if cancelled else submitted, DAY)
        said.add(
            Counts(1, status.is_done, status is Status.IN_TIME, status is Status.LATE),
        )
    assert counts(place) == said


def test_a_submission_late_in_the_evening_of_the_last_day_is_in_time(place: SimpleNamespace) -> None:
    audit = make_audit(place.north, place.ade, place.type, submitted=date(2026, 7, 10), audit_due_on=date(2026, 7, 10))
    # Half past eleven in the evening, summer time: in UTC still the same day, and past midnight the other way round.
    Audit.objects.filter(pk=audit.pk).update(submitted_at="2026-07-10T22:30:00+00:00")
    expect(place.cycle, place.ade, place.north, audit)
    assert counts(place).in_time == 1
    Audit.objects.filter(pk=audit.pk).update(submitted_at="2026-07-10T23:30:00+00:00")
    assert counts(place).in_time == 0


def test_a_cycle_counts_in_the_period_in_which_it_ends(place: SimpleNamespace) -> None:
    expect(place.cycle, place.ade, place.north)
    earlier = make_cycle(place.cycle.expectation, date(2026, 8, 1), date(2026, 9, 30))
    expect(earlier, place.ade, place.north)
    assert counts(place).expected == 1
    assert counts(place, Narrowing(date(2026, 7, 1), date(2026, 9, 30))) == Counts(expected=1, late=1)
    assert counts(place, Narrowing(date(2026, 4, 1), date(2027, 3, 31))).expected == 2


def test_nobody_counts_what_their_posts_do_not_cover(place: SimpleNamespace) -> None:
    expect(place.cycle, place.ade, place.north)
    expect(place.cycle, place.sam, place.south)
    team_manager = someone(Role.TEAM_MANAGER, "Tay", team=place.north)
    elsewhere = someone(Role.SERVICE_MANAGER, "Eli", service=ServiceFactory.create())
    assert [line.person_name for line in query.by_person(team_manager, NOW, DAY)] == ["Ade Auditor"]
    assert query.by_person(elsewhere, NOW, DAY) == []
    assert query.by_person(place.ade, NOW, DAY) == []
    assert counts(place).expected == 2


def test_confidential_audits_count_nowhere(place: SimpleNamespace) -> None:
    audit = make_audit(place.north, place.ade, place.type, submitted=DAY, confidential=True)
    expect(place.cycle, place.ade, place.north, audit)
    hidden = make_type("exit-interview")
    hidden.confidential = True
    hidden.save()
    expect(make_cycle(make_row(place.service, hidden)), place.ade, place.north)
    manager = someone(Role.QA_MANAGER, "Quin")
    assert query.total(query.by_service_and_type(manager, NOW, DAY)) == Counts()
    assert [line.type_name for line in query.by_service_and_type(manager, NOW, DAY)] == ["Case audit"]


def test_who_audits_in_several_teams_is_counted_with_the_service(place: SimpleNamespace) -> None:
    expect(place.cycle, place.ade, None)
    expect(place.cycle, place.sam, place.south)
    lines = query.by_team(place.officer, NOW, DAY)
    assert [(one.team_name, one.service_name, one.counts.expected) for one in lines] == [
        ("South", "Area Social Care", 1),
        ("Several teams", "Area Social Care", 1),
    ]
    # It is the service's, so a team manager does not see it and the service manager does.
    head = someone(Role.SERVICE_MANAGER, "Sal", service=place.service)
    assert len(query.by_team(head, NOW, DAY)) == 2
    assert len(query.by_team(someone(Role.TEAM_MANAGER, "Tay", team=place.south), NOW, DAY)) == 1


def test_a_row_without_a_cycle_and_a_service_without_a_row_are_named(place: SimpleNamespace) -> None:
    make_row(place.service, observed_practice())
    bare = ServiceFactory.create(name="Bare Service", agency=place.service.agency)
    TeamFactory.create(service=bare)
    expect(place.cycle, place.ade, place.north)
    lines = query.by_service_and_type(place.officer, NOW, DAY)
    assert [(one.type_name, one.opened) for one in lines] == [("Case audit", True), ("Observed practice", False)]
    assert query.services_without_rows(place.officer, NOW) == ["Bare Service"]


def test_a_row_for_either_of_two_types_names_both(place: SimpleNamespace) -> None:
    make_row(None, place.type, other_type=observed_practice())
    lines = query.by_service_and_type(place.officer, NOW, DAY)
    assert [(one.service_name, one.type_name) for one in lines] == [
        ("Area Social Care", "Case audit"),
        ("Every service", "Case audit or Observed practice"),
    ]


def test_who_is_behind_longest_comes_first_with_since_when(place: SimpleNamespace) -> None:
    late = make_audit(place.south, place.sam, place.type, audit_due_on=date(2026, 11, 2))
    expect(place.cycle, place.ade, place.north, make_audit(place.north, place.ade, place.type))
    expect(place.cycle, place.sam, place.south, late)
    expect(place.cycle, place.sam, place.south)
    lines = query.by_person(place.officer, NOW, DAY)
    assert [(one.person_name, one.late_since, one.next_due) for one in lines] == [
        ("Sam Second", date(2026, 11, 2), date(2026, 11, 30)),
        ("Ade Auditor", date(2026, 11, 16), None),
    ]
    assert Expected.objects.count() == 3
