"""Who is due in a cycle, and who is passed over and why."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Selection
from audits.queries.due import Due, expected_in, staff_between, why_no_cycles
from audits.workflow.cycles import cycle_days
from qaf.errors import Refused
from qaf.people.models import Absence, User
from qaf.people.roles import Role
from tests.audits.cycles.setting import another_team, row
from tests.audits.setting import Authority, someone
from tests.factories import PostFactory, ServiceFactory, UserFactory

FIRST, LAST = date(2027, 2, 1), date(2027, 3, 31)


def due(authority: Authority, day: date = FIRST, **fields: object) -> list[Due]:
    return expected_in(row(authority, **fields), FIRST, LAST, day=day)


def of(found: list[Due], person: User) -> Due:
    [one] = [one for one in found if one.person == person]
    return one


def test_every_auditor_of_the_service_is_due_once(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role=Role.AUDITOR, team=authority.team, starts_on=date(2021, 1, 1))
    found = due(authority)
    assert [one.person.name for one in found] == ["Ade Auditor", "Sam Second"]
    assert {one.team for one in found} == {authority.team}
    assert all(FIRST <= one.opens_on <= LAST and not one.is_skipped for one in found)


def test_each_asks_for_several_of_everybody(authority: Authority) -> None:
    found = due(authority, each=3)
    assert [(one.person.name, one.number) for one in found] == [
        (name, number) for name in ("Ade Auditor", "Sam Second") for number in (1, 2, 3)
    ]


def test_several_teams_leave_the_team_open(authority: Authority) -> None:
    another_team(authority)
    assert of(due(authority), authority.auditor).team is None


def test_a_row_for_every_service_asks_everybody_once(authority: Authority) -> None:
    elsewhere = ServiceFactory.create(agency=authority.service.agency, name="Fostering")
    other = someone(Role.AUDITOR, "Ona Other", service=elsewhere)
    found = due(authority, service=None, service_name="All services", every_service=True)
    assert of(found, authority.auditor).why == ""
    # Her service has no team, so that there is nothing she could audit.
    assert of(found, other).why == "no_post"
    assert of(found, other).note == "Has an auditor’s post over Fostering, but not over any team."


def test_people_of_other_services_are_not_due(authority: Authority) -> None:
    elsewhere = ServiceFactory.create(agency=authority.service.agency)
    other = someone(Role.AUDITOR, "Ona Other", service=elsewhere)
    assert other not in {one.person for one in due(authority)}


def test_another_role_needs_an_auditors_post_as_well(authority: Authority) -> None:
    found = due(authority, auditor_role=Role.QA_MANAGER)
    assert [(one.person, one.why) for one in found] == [(authority.qa_manager, "no_post")]
    assert found[0].note == "Holds the role “QA manager” here, but no auditor’s post over any team of Area Social Care."
    PostFactory.create(person=authority.qa_manager, role=Role.AUDITOR, team=authority.team, starts_on=date(2020, 1, 1))
    assert of(due(authority, auditor_role=Role.QA_MANAGER), authority.qa_manager).why == ""


def test_whoever_is_away_for_a_while_begins_on_another_day(authority: Authority) -> None:
    expectation = row(authority)
    day = of(expected_in(expectation, FIRST, LAST, day=FIRST), authority.auditor).opens_on
    Absence.objects.create(person=authority.auditor, starts_on=day, ends_on=day, noted_by=authority.officer)
    moved = of(expected_in(expectation, FIRST, LAST, day=FIRST), authority.auditor)
    assert moved.opens_on != day
    assert moved.why == ""
    assert moved.note == f"Moved from {day:%-d %B %Y}. Away until {day:%-d %B %Y}."


def test_whoever_is_away_all_the_time_is_passed_over(authority: Authority) -> None:
    Absence.objects.create(person=authority.auditor, starts_on=FIRST, noted_by=authority.officer)
    one = of(due(authority), authority.auditor)
    assert (one.why, one.note) == ("away", "Away until further notice.")
    assert of(due(authority), authority.second_auditor).why == ""


def test_whoever_is_new_in_post_is_passed_over_until_six_weeks_are_over(authority: Authority) -> None:
    new = UserFactory.create(name="Nia New")
    post = PostFactory.create(person=new, role=Role.AUDITOR, team=authority.team, starts_on=date(2027, 1, 18))
    one = of(due(authority), new)
    assert (one.why, one.opens_on >= date(2027, 3, 1)) == ("", True)
    post.starts_on = date(2027, 3, 1)
    post.save()
    one = of(due(authority), new)
    assert (one.why, one.note) == ("new_in_post", "In post from 1 March 2027; audits from 12 April 2027 on.")


def test_a_change_of_scope_does_not_make_anybody_new(authority: Authority) -> None:
    mover = UserFactory.create(name="Mo Mover")
    for start, end, team in (
        (date(2020, 1, 1), date(2027, 1, 31), another_team(authority)),
        (date(2027, 2, 1), None, authority.team),
    ):
        PostFactory.create(person=mover, role=Role.AUDITOR, team=team, starts_on=start, ends_on=end)
    assert of(due(authority), mover).why == ""


def test_whoever_leaves_is_asked_for_what_can_be_done_before(authority: Authority) -> None:
    leaver = UserFactory.create(name="Lee Leaver")
    post = PostFactory.create(
        person=leaver, role=Role.AUDITOR, team=authority.team, starts_on=date(2020, 1, 1), ends_on=date(2027, 2, 26)
    )
    assert of(due(authority), leaver).opens_on <= date(2027, 2, 12)
    post.ends_on = date(2027, 2, 9)
    post.save()
    one = of(due(authority), leaver)
    assert (one.why, one.note) == ("no_post", "The post ends on 9 February 2027, before an audit could be done.")


def test_nobody_who_cannot_sign_in_is_due(authority: Authority) -> None:
    User.objects.filter(pk=authority.auditor.pk).update(is_active=False)
    assert authority.auditor not in {one.person for one in due(authority)}


def test_a_type_that_is_switched_off_passes_everybody_over(authority: Authority) -> None:
    authority.type.is_active = False
    authority.type.save()
    assert {one.why for one in due(authority)} == {"no_type"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"auditor_role": ""}, "which role audits"),
        ({"every_months": None}, "no frequency"),
        ({"selection": Selection.PROGRAMME}, "placed in the audit programme"),
        ({"selection": Selection.UNDECIDED}, "not yet said who selects"),
        ({"service": None}, "no service that is known"),
        ({"type": None}, "no type of audit"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_rows_that_open_no_cycles_say_why(authority: Authority, fields: dict[str, object], words: str) -> None:
    expectation = row(authority, **fields)
    assert words in why_no_cycles(expectation)
    assert expected_in(expectation, FIRST, LAST, day=FIRST) == []
    with pytest.raises(Refused, match="opens no cycles"):
        cycle_days(expectation, FIRST)


def test_a_row_that_begins_or_ends_within_the_cycle_keeps_to_its_days(authority: Authority) -> None:
    found = due(authority, valid_from=date(2027, 2, 15), valid_until=date(2027, 3, 12))
    assert all(date(2027, 2, 15) <= one.opens_on <= date(2027, 2, 26) for one in found)
    assert due(authority, valid_until=date(2027, 1, 31)) == []


def test_what_is_left_of_a_cycle_is_spread_from_today_on(authority: Authority) -> None:
    assert all(one.opens_on >= date(2027, 3, 10) for one in due(authority, day=date(2027, 3, 10)))
    assert due(authority, day=date(2027, 4, 1)) == []


def test_the_staff_is_read_once_for_all_rows(authority: Authority) -> None:
    rows = [row(authority), row(authority, each=2)]
    with CaptureQueriesContext(connection) as queries:
        staff = staff_between(FIRST, LAST)
        for one in rows:
            assert expected_in(one, FIRST, LAST, day=FIRST, staff=staff)
    assert len(queries) <= 7
