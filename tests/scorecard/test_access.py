"""Who may see, read, make and lead on which report."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.access import may, may_make, visible_to
from scorecard.access.reports import stages_readable
from scorecard.models import Report, Stage, State
from tests.factories import AgencyFactory, TeamFactory
from tests.scorecard.factories import THIRD_QUARTER

pytestmark = pytest.mark.django_db
People = Callable[..., User]
MAKE = {Role.QA_OFFICER, Role.QA_MANAGER}
SUBGROUP = {Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR}
READ = {Role.BOARD_MEMBER, Role.SCRUTINEER, Role.SERVICE_MANAGER, *SUBGROUP}
SIGNED = {Stage.SIGNED_OFF, Stage.CONSIDERED, Stage.AMENDED, Stage.PRESENTED}


def report(
    by: User,
    state: State = State.MADE,
    agency: Agency | None = None,
    stage: Stage = Stage.DRAFTING,
    chair: User | None = None,
) -> Report:
    made = {"snapshot": {"shape": 1}, "snapshot_digest": "0" * 64} if state == State.MADE else {}
    return Report.objects.create(
        period_from=THIRD_QUARTER.first_day,
        period_to=THIRD_QUARTER.last_day,
        requested_by=by,
        state=state,
        agency=agency,
        stage=stage,
        chair=chair,
        **made,
    )


def every_stage(by: User, agency: Agency | None = None) -> dict[Stage, Report]:
    return {stage: report(by, agency=agency, stage=stage) for stage in Stage}


def stages_for(role: Role) -> set[Stage]:
    """The stages from which on somebody with this role over the whole reads a report."""
    if role in MAKE:
        return set(Stage)
    return SIGNED if role in SUBGROUP else {Stage.PRESENTED} if role in READ else set()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_a_report_from_its_stage_on(person: People, role: Role) -> None:
    maker, user = person(Role.QA_MANAGER), person(role)
    reports, waiting = every_stage(maker), report(maker, State.WAITING)
    expected = {reports[stage] for stage in stages_for(role)}
    assert set(visible_to(user)) == expected | ({waiting} if role in MAKE else set())
    assert {one for one in reports.values() if may(user, "read", one)} == expected
    assert {one for one in reports.values() if may(user, "download", one)} == expected
    assert set(stages_readable(user, reports[Stage.PRESENTED])) == stages_for(role)
    assert may_make(user) == (role in MAKE)
    assert may(user, "cancel", waiting) == (role in MAKE)
    assert not may(user, "cancel", reports[Stage.DRAFTING])
    assert not may(user, "read", waiting)


def test_the_chair_it_was_sent_to_reads_it_from_then_on_and_other_chairs_once_it_is_signed_off(person: People) -> None:
    maker, chair, other = person(Role.QA_MANAGER), person(Role.AUDIT_CHAIR), person(Role.AUDIT_CHAIR)
    sent = report(maker, stage=Stage.DRAFTED, chair=chair)
    assert set(visible_to(chair)) == {sent}
    assert may(chair, "sign_off", sent)
    assert not may(other, "see", sent)
    assert not visible_to(other)
    chair.posts.update(ends_on=timezone.localdate().replace(day=1), starts_on=timezone.localdate().replace(day=1))
    gone = User.objects.get(pk=chair.pk)
    if timezone.localdate().day > 1:
        assert not visible_to(gone)
        assert not may(gone, "sign_off", sent)


def test_a_chair_whose_post_became_that_of_another_agency_signs_nothing_off(person: People) -> None:
    maker, chair, agency = person(Role.QA_MANAGER), person(Role.AUDIT_CHAIR), AgencyFactory.create()
    of_the_whole = report(maker, stage=Stage.DRAFTED, chair=chair)
    of_an_agency = report(maker, agency=agency, stage=Stage.DRAFTED, chair=chair)
    chair.posts.update(agency=agency)
    moved = User.objects.get(pk=chair.pk)
    assert set(visible_to(moved)) == {of_an_agency}
    assert [may(moved, "sign_off", one) for one in (of_the_whole, of_an_agency)] == [False, True]
    assert not may(moved, "read", of_the_whole)
    chair.posts.update(agency=AgencyFactory.create())
    assert not visible_to(User.objects.get(pk=chair.pk))


@pytest.mark.parametrize("role", sorted({*MAKE, *READ}))
def test_an_agencys_report_is_for_that_agency_and_the_whole(person: People, role: Role) -> None:
    team = TeamFactory.create()
    agency, other = team.service.agency, AgencyFactory.create()
    maker = person(Role.QA_MANAGER)
    whole, own, others = (report(maker, agency=place, stage=Stage.PRESENTED) for place in (None, agency, other))
    for scope in ({"agency": agency}, {"service": team.service}, {"team": team}):
        user = person(role, **scope)
        assert set(visible_to(user)) == {whole, own}
        assert [may(user, "read", one) for one in (whole, own, others)] == [True, True, False]
    assert set(visible_to(person(role))) == {whole, own, others}


def test_the_qa_of_an_agency_sees_the_whole_organisations_report_once_it_is_presented(person: People) -> None:
    maker, officer = person(Role.QA_MANAGER), person(Role.QA_OFFICER, agency=AgencyFactory.create())
    reports = every_stage(maker)
    assert set(visible_to(officer)) == {reports[Stage.PRESENTED]}
    assert not any(may(officer, "write", one) for one in reports.values())


def test_what_one_sees_in_the_list_is_what_one_may_open(person: People) -> None:
    agency = AgencyFactory.create()
    maker = person(Role.QA_MANAGER)
    reports = [report(maker, state, place) for state in State for place in (None, agency)]
    for place in (None, agency):
        reports += every_stage(maker, place).values()
    for role in Role:
        for scope in (None, agency, AgencyFactory.create()):
            user = person(role, agency=scope)
            reports.append(report(maker, agency=agency, stage=Stage.DRAFTED, chair=user))
            assert set(visible_to(user)) == {one for one in reports if may(user, "see", one)}


def test_each_step_is_open_at_its_stage_alone(person: People) -> None:
    officer, chair = person(Role.QA_OFFICER), person(Role.AUDIT_CHAIR)
    found = {
        stage: {
            action
            for action in ("write", "submit", "send_back", "sign_off", "consider", "amend", "present", "publish")
            if may(officer, action, one) or may(chair, action, one)
        }
        for stage, one in ((stage, report(officer, stage=stage, chair=chair)) for stage in Stage)
    }
    assert found == {
        Stage.DRAFTING: {"write", "submit"},
        Stage.DRAFTED: {"send_back", "sign_off"},
        Stage.SIGNED_OFF: {"consider"},
        Stage.CONSIDERED: {"write", "amend", "present"},
        Stage.AMENDED: {"present"},
        Stage.PRESENTED: {"publish"},
    }


def test_somebody_who_may_no_longer_sign_in_sees_nothing(person: People) -> None:
    maker = person(Role.QA_MANAGER)
    made = report(maker, stage=Stage.PRESENTED)
    gone = person(Role.QA_MANAGER, is_active=False)
    assert not visible_to(gone)
    assert not may(gone, "read", made)
    assert stages_readable(gone, made) == ()


def test_a_lead_reads_what_was_presented_about_their_own_agency_alone(person: People) -> None:
    agency, other, maker = AgencyFactory.create(), AgencyFactory.create(), person(Role.QA_MANAGER)
    own, others = every_stage(maker, agency), every_stage(maker, other)
    whole, lead = every_stage(maker), person(Role.AGENCY_LEAD, agency=agency)
    assert set(visible_to(lead)) == {own[Stage.PRESENTED]}
    readable = [one for one in (*own.values(), *others.values(), *whole.values()) if may(lead, "read", one)]
    assert readable == [own[Stage.PRESENTED]]
