"""Selecting what is audited, being excused and put back, and what a cancelled audit leaves behind."""

from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from audits.models import Audit, Case, Expected, Selection
from audits.queries.expected import cases_to_choose, lines_of, workers_to_choose
from audits.workflow.allocation import CannotAllocate, cancel
from audits.workflow.cycles import allocate_due
from audits.workflow.draws import rules_on
from audits.workflow.expected import excuse, place_of, put_back, take_over
from audits.workflow.selecting import draw_one, select
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import Post
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.cycles.setting import TODAY, another_team, bring_due, observation, of, opened, row
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, someone
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory


def awaiting(authority: Authority, **fields: object) -> Expected:
    return bring_due(of(opened(row(authority, **{"selection": Selection.MANAGER, **fields})), authority.auditor))


def test_the_auditor_selects_a_case(authority: Authority) -> None:
    one = awaiting(authority)
    audit = select(one, type=authority.type, case=authority.case, by=authority.auditor)
    one.refresh_from_db()
    assert (one.state, one.audit) == ("allocated", audit)
    assert (audit.auditor, audit.case) == (authority.auditor, authority.case)
    assert audit.selection == "Selected by Ade Auditor, as the schedule says."
    assert Deadline.objects.get(kind="select").met_at is not None
    assert Entry.objects.get(verb="expected.selected").actor == authority.auditor


def test_a_reason_is_kept_with_the_audit(authority: Authority) -> None:
    audit = select(
        awaiting(authority), type=authority.type, case=authority.case, by=authority.qa_manager, reason=" Long open. "
    )
    assert audit.selection == "Selected by Quin Manager, as the schedule says: Long open."


def test_nobody_else_selects(authority: Authority) -> None:
    one = awaiting(authority)
    for person in (authority.second_auditor, authority.team_manager, authority.practitioner, authority.service_manager):
        with pytest.raises(NotAllowed):
            select(one, type=authority.type, case=authority.case, by=person)
    assert not Audit.objects.exists()


def test_qa_of_another_service_does_not_select(authority: Authority) -> None:
    stranger = someone(Role.QA_OFFICER, "Una Unknown", service=ServiceFactory.create(agency=AgencyFactory.create()))
    with pytest.raises(NotAllowed, match="QA of its teams"):
        select(awaiting(authority), type=authority.type, case=authority.case, by=stranger)
    another_team(authority)
    Expected.objects.all().delete()
    several = bring_due(of(opened(row(authority, selection=Selection.MANAGER)), authority.auditor))
    with pytest.raises(NotAllowed):
        select(several, type=authority.type, case=authority.case, by=stranger)


def test_what_is_selected_already_cannot_be_selected_again(authority: Authority) -> None:
    one = awaiting(authority)
    other = authority.another_case()
    select(one, type=authority.type, case=authority.case, by=authority.auditor)
    with pytest.raises(Stale, match="selected already"):
        select(one, type=authority.type, case=other, by=authority.qa_manager)


def test_nothing_is_selected_before_its_day_or_once_excused(authority: Authority) -> None:
    one = of(opened(row(authority, selection=Selection.MANAGER)), authority.auditor)
    with pytest.raises(Stale, match="opens on"):
        select(one, type=authority.type, case=authority.case, by=authority.auditor)
    excuse(one, reason="Secondment.", by=authority.qa_manager)
    with pytest.raises(Stale, match="no longer expected"):
        select(one, type=authority.type, case=authority.case, by=authority.auditor)


def test_cases_that_cannot_be_selected_are_refused(authority: Authority) -> None:
    one = awaiting(authority)
    own = authority.another_case(case_holder=authority.auditor)
    running = make_audit(authority, "allocated").case
    closed = authority.another_case(closed_on=TODAY() - timedelta(days=60))
    elsewhere = authority.another_case(team=TeamFactory.create())
    for case, words in ((own, "own case"), (running, "being audited already"), (closed, "closed too long"),
                        (elsewhere, "no longer with a team"), (None, "Choose a case")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            select(one, type=authority.type, case=case, by=authority.auditor)
    with pytest.raises(Refused, match="does not ask for that type"):
        select(one, type=observation(authority), case=authority.case, by=authority.auditor)


def test_cases_are_offered_longest_unaudited_first_with_what_cannot_be_chosen(authority: Authority) -> None:
    one = awaiting(authority)
    old, newer = (make_audit(authority, "closed", case=authority.another_case()) for _ in range(2))
    Audit.objects.filter(pk=old.pk).update(allocated_on=date(2020, 1, 1))
    own = authority.another_case(case_holder=authority.auditor, initials="ZZ")
    found = cases_to_choose(one, place_of(one, TODAY()).teams, rules_on(TODAY()))
    assert [choice.case for choice in found] == [authority.case, own, old.case, newer.case]
    assert [choice.why_not for choice in found] == ["", "Nobody audits their own case.", "", ""]
    assert found[2].last_audited == date(2020, 1, 1)
    teams, rules = place_of(one, TODAY()).teams, rules_on(TODAY())
    assert [choice.case for choice in cases_to_choose(one, teams, rules, words="zz")] == [own]
    assert [choice.case for choice in cases_to_choose(one, teams, rules, status="cp")] == [authority.case]
    assert [choice.case for choice in cases_to_choose(one, teams, rules, holder="Ade auditor")] == [own]
    # No longer than the selection is awaited.
    select(one, type=authority.type, case=authority.case, by=authority.auditor)
    one.refresh_from_db()
    assert cases_to_choose(one, teams, rules) == []


def test_when_a_case_was_audited_in_confidence_is_not_said(authority: Authority) -> None:
    one, other = awaiting(authority), authority.another_case()
    audit = authority.audit(other)
    Audit.objects.filter(pk=audit.pk).update(confidential=True, state="closed")
    found = {choice.case: choice for choice in cases_to_choose(one, [authority.team], rules_on(TODAY()))}
    assert (found[other].last_audited, found[other].why_not) == (None, "")
    Audit.objects.filter(pk=audit.pk).update(confidential=False)
    found = {choice.case: choice for choice in cases_to_choose(one, [authority.team], rules_on(TODAY()))}
    assert found[other].last_audited == audit.allocated_on


def test_one_is_drawn_instead(authority: Authority) -> None:
    one = awaiting(authority)
    audit = draw_one(one, type=authority.type, by=authority.auditor)
    assert audit.draw is not None
    assert audit.draw.made_by == authority.auditor
    one.refresh_from_db()
    assert one.audit == audit


def test_when_none_can_be_drawn_it_says_why(authority: Authority) -> None:
    one = awaiting(authority)
    Case.objects.all().delete()
    with pytest.raises(Refused, match="North"):
        draw_one(one, type=authority.type, by=authority.auditor)
    one.refresh_from_db()
    assert one.state == "awaiting"


def test_a_worker_is_selected_for_an_observation(authority: Authority) -> None:
    kind = observation(authority)
    one = awaiting(authority, type=kind, selection=Selection.WORKER_OR_MANAGER)
    wes = someone(Role.PRACTITIONER, "Wes Worker", team=authority.team)
    someone(Role.PRACTITIONER, "Eve Elsewhere", team=TeamFactory.create())
    PostFactory.create(person=authority.auditor, role=Role.PRACTITIONER, team=authority.team)
    teams = place_of(one, TODAY()).teams
    found = workers_to_choose(one, teams, kind, day=TODAY())
    assert [(choice.person.name, choice.why_not) for choice in found] == [
        ("Ade Auditor", "Nobody audits their own work."), ("Pat Practitioner", ""), ("Wes Worker", ""),
    ]  # fmt: skip
    audit = select(one, type=kind, practitioner=authority.practitioner, by=authority.auditor)
    assert (audit.case, audit.case_holder, audit.team) == (None, authority.practitioner, authority.team)
    # Whoever was observed comes last, and is not observed twice at a time.
    found = workers_to_choose(one, teams, kind, day=TODAY())
    assert [choice.person for choice in found] == [authority.auditor, wes, authority.practitioner]
    assert found[-1].why_not == "An audit of this kind of their work is running."
    second = bring_due(of(opened(row(authority, type=kind, selection=Selection.MANAGER)), authority.second_auditor))
    with pytest.raises(CannotAllocate, match="running already"):
        select(second, type=kind, practitioner=authority.practitioner, by=authority.second_auditor)
    with pytest.raises(CannotAllocate, match="own work"):
        select(second, type=kind, practitioner=authority.second_auditor, by=authority.second_auditor)


def test_a_record_is_said_in_words(authority: Authority) -> None:
    kind = observation(authority)
    kind.about = "record"
    kind.save()
    one = awaiting(authority, type=kind)
    with pytest.raises(Refused, match="the record"):
        select(one, type=kind, text=" ", by=authority.auditor)
    assert select(one, type=kind, text="LADO-7", by=authority.auditor).subject == "LADO-7"


def test_a_row_that_asks_for_either_takes_the_other_type(authority: Authority) -> None:
    kind = observation(authority)
    one = awaiting(authority, other_type=kind)
    assert select(one, type=kind, practitioner=authority.practitioner, by=authority.auditor).type == kind


def test_whoever_lost_the_post_selects_nothing(authority: Authority) -> None:
    one = awaiting(authority)
    Post.objects.filter(person=authority.auditor).update(ends_on=TODAY() - timedelta(days=1))
    with pytest.raises(CannotAllocate, match="no auditor’s post"):
        select(one, type=authority.type, case=authority.case, by=authority.auditor)


def test_qa_excuses_somebody_with_a_reason_and_puts_them_back(authority: Authority) -> None:
    one = awaiting(authority)
    with pytest.raises(Refused, match="Say why"):
        excuse(one, reason="  ", by=authority.officer)
    with pytest.raises(NotAllowed):
        excuse(one, reason="Too busy.", by=authority.auditor)
    excuse(one, reason="On a secondment.", by=authority.officer)
    one.refresh_from_db()
    assert (one.state, one.why, one.note) == ("skipped", "by_hand", "On a secondment.")
    assert Deadline.objects.get().dropped_at is not None
    assert Notice.objects.filter(person=authority.auditor, text__contains="you are excused").exists()
    with pytest.raises(Stale):
        excuse(one, reason="Again.", by=authority.officer)
    with pytest.raises(NotAllowed):
        put_back(one, by=authority.auditor)
    put_back(one, by=authority.officer)
    one.refresh_from_db()
    assert (one.state, one.why, one.note) == ("planned", "", "")
    assert one.opens_on >= TODAY()
    # It is asked for anew, with a deadline of its own.
    one = bring_due(one)
    assert one.state == "awaiting"
    assert Deadline.objects.filter(dropped_at=None).count() == 1
    with pytest.raises(Stale, match="expected already"):
        put_back(one, by=authority.officer)


def test_an_audit_that_is_cancelled_is_expected_anew(authority: Authority) -> None:
    other = authority.another_case()
    one = bring_due(of(opened(row(authority)), authority.auditor))
    assert one.audit is not None
    first = one.audit.case
    cancel(one.audit, reason="The family moved away.", by=authority.officer)
    again = Expected.objects.get(pk=one.pk)
    assert (again.state, again.audit_id) == ("planned", None)
    assert again.note == f"An audit of this was cancelled on {TODAY():%-d %B %Y}."
    assert "moved" not in again.note
    # The next draw leaves the case out that was given up.
    one = bring_due(again)
    assert one.audit is not None
    assert {first, one.audit.case} == {authority.case, other}


def test_after_the_cycle_a_cancelled_audit_is_not_expected_anew(authority: Authority) -> None:
    one = bring_due(of(opened(row(authority)), authority.auditor))
    cycle, past = one.cycle, TODAY() - timedelta(days=1)
    cycle.starts_on, cycle.ends_on = past - timedelta(days=60), past
    cycle.save()
    assert one.audit is not None
    cancel(one.audit, reason="Too late.", by=authority.officer)
    one.refresh_from_db()
    assert (one.state, one.audit_id is not None) == ("allocated", True)
    assert one.note.endswith("after the end of the cycle.")
    [line] = lines_of(authority.officer, Expected.objects.filter(pk=one.pk))
    assert (line.is_done, line.is_cancelled) == (False, True)


def test_a_replacing_audit_takes_the_place(authority: Authority) -> None:
    one = awaiting(authority)
    audit = authority.audit(authority.another_case())
    take_over(one, audit=audit, by=authority.officer)
    one.refresh_from_db()
    assert (one.state, one.audit) == ("allocated", audit)
    assert not Deadline.objects.filter(Q(kind="select"), dropped_at=None, met_at=None).exists()
    with pytest.raises(Stale):
        take_over(one, audit=authority.audit(authority.another_case()), by=authority.officer)


def test_a_case_that_changes_teams_leaves_the_audit_where_it_is(authority: Authority) -> None:
    one = bring_due(of(opened(row(authority)), authority.auditor))
    Case.objects.update(team=another_team(authority))
    [line] = lines_of(authority.officer, Expected.objects.filter(pk=one.pk))
    assert line.has_moved
    assert line.reference
    assert one.audit is not None
    assert one.audit.team == authority.team
    # Whoever may not know of the audit is not told its number either.
    [line] = lines_of(authority.second_auditor, Expected.objects.filter(pk=one.pk))
    assert (line.reference, line.has_moved) == ("", False)


def test_done_is_an_audit_that_was_submitted(authority: Authority) -> None:
    one = awaiting(authority)
    audit = make_audit(authority, "moderating")
    take_over(one, audit=audit, by=authority.officer)
    [line] = lines_of(authority.officer, Expected.objects.filter(pk=one.pk))
    assert line.is_done


def test_what_is_awaited_is_not_asked_for_again(authority: Authority) -> None:
    awaiting(authority)
    assert allocate_due(timezone.localdate()) == 0
    assert Notice.objects.count() == 1
