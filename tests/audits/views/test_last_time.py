"""What came of earlier audits, at hand while a form is filled; and to whom it is not."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.models import Action, Audit, Case, State
from audits.queries.earlier import last_time
from audits.workflow.allocation import allocate
from audits.workflow.contributions import ask
from audits.workflow.parts import take_part
from audits.workflow.subjects import Subject
from qaf.people.models import User
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PLANNED = "See the child alone and record what they say."


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def done(authority: Authority, case: Case | None = None, *, grade: str = "RI") -> Audit:
    """An audit that somebody else did, and that is closed."""
    audit = walk.moderate(walk.submit(authority.audit(case), grade=grade))
    Audit.objects.filter(pk=audit.pk).update(state=State.CLOSED)
    Action.objects.filter(audit=audit).update(owner_name="The allocated worker")
    return Audit.objects.get(pk=audit.pk)


def now(authority: Authority, case: Case | None = None) -> Audit:
    """An audit that is being filled, by somebody who had no part in those before."""
    return allocate(
        subject=Subject.of_case(case or authority.case),
        type=authority.type,
        auditor=authority.second_auditor,
        by=authority.officer,
        selection="Chosen by hand.",
    )


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_the_auditor_knows_grades_and_open_actions_of_the_same_child(authority: Authority) -> None:
    earlier, audit = done(authority), now(authority)
    found = last_time(fresh(authority.second_auditor), audit)
    assert found is not None
    assert (found.audit, found.same_child, found.readable) == (earlier, True, False)
    assert {one.standing_grade for one in found.judgements} == {"RI"}
    assert [one.text for one in found.open_actions] == [PLANNED]


def test_the_page_shows_them_but_no_text_and_no_way_to_it(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    earlier, audit = done(authority), now(authority)
    client = client_for(authority.second_auditor)
    for path in ("", "sections/plan/"):
        html = client.get(f"/audits/{audit.reference}/{path}").content.decode()
        assert "Last time:" in html
        assert PLANNED in html
        assert walk.TEXT not in html
        assert f"/audits/{earlier.reference}/" not in html
    assert client.get(f"/audits/{earlier.reference}/").status_code == 404


def test_only_open_actions_of_every_earlier_audit_of_the_child(authority: Authority) -> None:
    first, second = done(authority), done(authority)
    Action.objects.filter(audit=second).update(state=Action.State.VERIFIED)
    found = last_time(fresh(authority.second_auditor), now(authority))
    assert found is not None
    assert found.audit == second
    assert [one.audit for one in found.open_actions] == [first]


@pytest.mark.parametrize("state", ["allocated", "in_progress", "submitted", "moderating", "cancelled"])
def test_grades_that_do_not_stand_are_not_told(authority: Authority, state: str) -> None:
    earlier, audit = done(authority), now(authority)
    # One running audit of a type for a case: the later one makes room.
    Audit.objects.filter(pk=audit.pk).update(state=State.CANCELLED)
    Audit.objects.filter(pk=earlier.pk).update(state=state)
    assert last_time(fresh(authority.second_auditor), audit) is None


def test_a_confidential_audit_is_never_told(authority: Authority) -> None:
    earlier, audit = done(authority), now(authority)
    Audit.objects.filter(pk=earlier.pk).update(confidential=True)
    for person in (authority.second_auditor, authority.auditor, authority.qa_manager):
        assert last_time(fresh(person), audit) is None


def test_a_contributor_learns_nothing_of_it(authority: Authority) -> None:
    done(authority)
    audit = now(authority)
    ask(audit, section="plan", person=UserFactory.create(name="Casey Colleague"), note="", by=authority.second_auditor)
    contributor = audit.contributions.get().person
    assert last_time(fresh(contributor), Audit.objects.get(pk=audit.pk)) is None


def test_whoever_is_auditor_no_longer_learns_nothing(authority: Authority) -> None:
    done(authority)
    audit = now(authority)
    take_part(audit, authority.second_auditor, "fill_audit")
    assert last_time(fresh(authority.second_auditor), Audit.objects.get(pk=audit.pk)) is None


def test_a_reaudit_shows_its_auditor_every_action_of_the_first_audit_and_a_contributor_none(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    done(authority, grade="I")
    again = Audit.objects.get(reaudit_of__isnull=False)
    contributor = UserFactory.create(name="Casey Colleague")
    section = again.form.sections_of(again.part)[0].key
    ask(again, section=section, person=contributor, note="", by=again.auditor)
    path = f"/audits/{again.reference}/sections/{section}/"
    seen = client_for(again.auditor).get(path).content.decode()
    assert "Actions of the first audit" in seen
    assert PLANNED in seen
    hidden = client_for(contributor).get(path).content.decode()
    assert "Actions of the first audit" not in hidden
    assert PLANNED not in hidden


def test_the_officer_may_read_on(authority: Authority, client_for: Callable[[User], Client]) -> None:
    earlier, audit = done(authority), now(authority)
    found = last_time(fresh(authority.officer), audit)
    assert found is not None
    assert found.readable
    html = client_for(authority.officer).get(f"/audits/{audit.reference}/").content.decode()
    assert f'href="/audits/{earlier.reference}/"' in html


def test_another_child_of_the_team_only_for_whoever_may_read_that_audit(authority: Authority) -> None:
    other, audit = done(authority, authority.another_case()), now(authority)
    assert last_time(fresh(authority.second_auditor), audit) is None
    found = last_time(fresh(authority.officer), audit)
    assert found is not None
    assert (found.audit, found.same_child, found.open_actions) == (other, False, ())


def test_the_same_child_goes_before_the_same_team(authority: Authority) -> None:
    mine = done(authority)
    done(authority, authority.another_case())
    found = last_time(fresh(authority.officer), now(authority))
    assert found is not None
    assert found.audit == mine


def test_the_first_audit_of_all_has_no_last_time(authority: Authority, client_for: Callable[[User], Client]) -> None:
    audit = now(authority)
    html = client_for(authority.second_auditor).get(f"/audits/{audit.reference}/").content.decode()
    assert "Last time:" not in html
