"""What each measure counts, by the definitions of the quarterly report."""

from datetime import date

import pytest

from audits.models import Action, Audit
from qaf.people.models import Team
from scorecard.figures.derived import Share, share
from scorecard.models import Measure
from scorecard.period import Period
from tests.factories import TeamFactory
from tests.scorecard.factories import SCALE, THIRD_QUARTER, make_audit, make_finished, make_type

pytestmark = pytest.mark.django_db
PERIOD = Period(THIRD_QUARTER.first_day, THIRD_QUARTER.last_day)


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


def make_action(
    audit: Audit, *, due: date | None, done: date | None = None, state: Action.State = Action.State.OPEN
) -> Action:
    position = audit.actions.count() + 1
    return Action.objects.create(audit=audit, position=position, text="Visit", due_on=due, done_on=done, state=state)


def test_share_at_the_standard_is_by_the_grade_that_stands(team: Team) -> None:
    make_finished(team, "G")
    make_finished(team, "RI", "G")
    make_finished(team, "O", "I")
    assert share(Measure.GOOD, PERIOD) == Share(2, 3)


def test_only_audits_settled_in_the_quarter_count(team: Team) -> None:
    make_finished(team, "G", moderated=date(2026, 9, 30))
    make_finished(team, "G", moderated=date(2026, 10, 1))
    make_finished(team, "G", moderated=date(2026, 6, 30))
    make_audit(team=team, submitted=date(2026, 7, 17), grade="G")
    assert share(Measure.GOOD, PERIOD) == Share(1, 1)


@pytest.mark.parametrize("measure", Measure.values)
def test_confidential_audits_and_reaudits_are_in_no_figure(team: Team, measure: str) -> None:
    first = make_finished(team, "G", moderated=date(2026, 5, 1), submitted=date(2026, 4, 20))
    again = make_finished(team, "G", "O", reaudit_of=first)
    secret = make_finished(team, "G", "O")
    Audit.objects.filter(pk=secret.pk).update(confidential=True)
    for audit in (again, secret):
        make_action(audit, due=date(2026, 8, 1), done=date(2026, 8, 1), state=Action.State.DONE)
    assert share(measure, PERIOD, "planning" if measure == Measure.GOOD_DOMAIN else "") == Share(0, 0)


def test_only_the_agency_that_is_asked_for_counts(team: Team) -> None:
    make_finished(team, "G")
    make_finished(TeamFactory.create(), "RI")
    agency = team.service.agency
    assert share(Measure.GOOD, Period(PERIOD.first, PERIOD.last, agency)) == Share(1, 1)


def test_each_grade_is_judged_by_the_scale_of_its_form(team: Team) -> None:
    scale = {**SCALE, "key": "strict", "grades": [{**one, "meets_standard": False} for one in SCALE["grades"]]}
    make_finished(team, "G")
    make_finished(team, "G", type=make_type("strict", scale=scale))
    assert share(Measure.GOOD, PERIOD) == Share(1, 2)


def test_a_grade_that_is_not_on_the_scale_is_not_counted(team: Team) -> None:
    audit = make_finished(team, "G")
    Audit.objects.filter(pk=audit.pk).update(final_grade="X")
    make_finished(team, "G")
    assert share(Measure.GOOD, PERIOD) == Share(1, 1)


def test_share_of_a_domain_counts_its_judgements_alone(team: Team) -> None:
    good, worse = make_finished(team, "G"), make_finished(team, "G")
    worse.judgements.filter(domain="planning").update(final_grade="RI")
    good.judgements.filter(domain="overall").update(final_grade="I")
    assert share(Measure.GOOD_DOMAIN, PERIOD, "planning") == Share(1, 2)
    # The overall grade is no domain.
    assert share(Measure.GOOD_DOMAIN, PERIOD, "overall") == Share(0, 0)
    assert share(Measure.GOOD_DOMAIN, PERIOD, "voice") == Share(0, 0)


def test_audited_in_time_is_by_the_day_it_was_due(team: Team) -> None:
    make_audit(team=team, submitted=date(2026, 7, 20), due=date(2026, 7, 20))
    make_audit(team=team, submitted=date(2026, 7, 21), due=date(2026, 7, 20))
    # Nothing to be late against.
    make_audit(team=team, submitted=date(2026, 7, 21), due=None)
    make_audit(team=team, due=date(2026, 7, 20))
    assert share(Measure.AUDITED_IN_TIME, PERIOD) == Share(1, 2)


def test_moderated_in_time_is_by_the_deadline_in_the_end(team: Team) -> None:
    make_finished(team, "G", moderated=date(2026, 7, 31), moderation_due=date(2026, 7, 31))
    make_finished(team, "G", moderated=date(2026, 8, 3), moderation_due=date(2026, 7, 31))
    make_finished(team, "G", moderation_due=None)
    make_finished(team, "G", type=make_type("unmoderated", moderation=False))
    assert share(Measure.MODERATED_IN_TIME, PERIOD) == Share(1, 2)


def test_regraded_are_those_that_moderation_changed(team: Team) -> None:
    make_finished(team, "G")
    make_finished(team, "G", "RI")
    make_finished(team, "RI", "G", type=make_type("unmoderated", moderation=False))
    make_finished(team, "", moderated=date(2026, 7, 30))
    assert share(Measure.REGRADED, PERIOD) == Share(1, 2)


def test_actions_in_time_are_those_due_in_the_quarter(team: Team) -> None:
    audit = make_finished(team, "G", submitted=date(2026, 5, 1), moderated=date(2026, 5, 10))
    due = date(2026, 8, 14)
    make_action(audit, due=due, done=due, state=Action.State.DONE)
    make_action(audit, due=due, done=date(2026, 8, 1), state=Action.State.VERIFIED)
    make_action(audit, due=due, done=date(2026, 8, 15), state=Action.State.DONE)
    make_action(audit, due=due)
    make_action(audit, due=due, state=Action.State.WITHDRAWN)
    make_action(audit, due=date(2026, 10, 1), done=date(2026, 9, 1), state=Action.State.DONE)
    make_action(audit, due=None, done=date(2026, 9, 1), state=Action.State.DONE)
    assert share(Measure.ACTIONS_IN_TIME, PERIOD) == Share(2, 4)


@pytest.mark.parametrize("measure", Measure.values)
def test_a_quarter_without_audits_has_nothing_to_divide_by(measure: str) -> None:
    assert share(measure, PERIOD, "planning" if measure == Measure.GOOD_DOMAIN else "") == Share(0, 0)


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(KeyError):
        share("happiness", PERIOD)
