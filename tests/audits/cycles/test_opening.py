"""Opening cycles, and allocating what is due: once, whatever crashes and whoever is at it too."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audits import tasks
from audits.models import Audit, Case, Cycle, Draw, Expected, Selection
from audits.queries.due import row_seed
from audits.workflow import cycles, expected
from audits.workflow.cycles import allocate_due, open_cycle, open_due_cycles
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused
from qaf.notices.models import Notice
from qaf.people.models import Absence, Post
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits.cycles.setting import TODAY, bring_due, of, opened, row
from tests.audits.setting import Authority, make_authority, someone
from tests.factories import ServiceFactory
from tests.threads import at_once


def test_opening_settles_what_is_due_from_whom(authority: Authority) -> None:
    Absence.objects.create(person=authority.second_auditor, starts_on=date(2020, 1, 1), noted_by=authority.officer)
    expectation = row(authority)
    cycle = opened(expectation, by=authority.qa_manager)
    assert cycle.seed == row_seed(expectation, cycle.starts_on)
    assert [(one.auditor, one.state, one.why) for one in cycle.expected.order_by("auditor__name")] == [
        (authority.auditor, "planned", ""),
        (authority.second_auditor, "skipped", "away"),
    ]
    entry = Entry.objects.get(verb="cycle.opened")
    assert (entry.actor, entry.details["expected"], entry.details["skipped"]) == (authority.qa_manager, 1, 1)
    # Nobody hears of it before the day that is theirs.
    assert not Notice.objects.exists()


def test_a_cycle_opens_once(authority: Authority) -> None:
    expectation = row(authority)
    first = opened(expectation)
    assert open_cycle(expectation, starts_on=first.ends_on, by=authority.qa_manager) == first
    assert Expected.objects.count() == 2
    assert Entry.objects.filter(verb="cycle.opened").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_cycle(transactional_db: None) -> None:
    authority = make_authority()
    expectation = row(authority)
    today = TODAY()
    results = at_once(*(lambda: open_cycle(expectation, starts_on=today, by=None, day=today) for _ in range(2)))
    assert len({one.pk for one in results}) == 1
    assert Cycle.objects.count() == 1
    assert Expected.objects.count() == 2


def test_only_administrators_and_qa_managers_open_cycles(authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        open_cycle(row(authority), starts_on=TODAY(), by=authority.officer)


def test_who_plans_for_another_service_opens_no_cycle_of_this_one(authority: Authority) -> None:
    elsewhere = someone(Role.QA_MANAGER, "Ola Outside", service=ServiceFactory.create())
    with pytest.raises(NotAllowed, match="outside your post"):
        open_cycle(row(authority), starts_on=TODAY(), by=elsewhere)
    assert not Cycle.objects.exists()


def test_a_cycle_that_is_over_is_not_opened(authority: Authority) -> None:
    with pytest.raises(Refused, match="This cycle ended on"):
        open_cycle(row(authority), starts_on=TODAY() - timedelta(days=200), by=authority.qa_manager)
    with pytest.raises(Refused, match="not in force"):
        opened(row(authority, valid_from=TODAY() + timedelta(days=200)), by=authority.qa_manager)


def test_rows_open_by_themselves_only_once_they_are_switched_on(authority: Authority) -> None:
    row(authority)
    itself = row(authority, opens_itself=True)
    row(authority, opens_itself=True, selection=Selection.PROGRAMME)
    row(authority, opens_itself=True, valid_until=date(2021, 1, 1))
    assert [one.expectation for one in open_due_cycles(date(2027, 2, 1))] == [itself]
    assert open_due_cycles(date(2027, 2, 2)) == []
    assert [one.starts_on for one in open_due_cycles(date(2027, 4, 1))] == [date(2027, 4, 1)]


def test_a_row_switched_on_too_late_waits_for_the_next_cycle(authority: Authority) -> None:
    row(authority, opens_itself=True)
    assert open_due_cycles(date(2027, 3, 29)) == []
    [cycle] = open_due_cycles(date(2027, 4, 1))
    assert cycle.starts_on == date(2027, 4, 1)


def test_a_row_that_fails_does_not_keep_the_others_waiting(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = row(authority, opens_itself=True), row(authority, opens_itself=True)
    real = cycles.open_cycle

    def failing(expectation: Any, **kwargs: Any) -> Cycle:
        if expectation == bad:
            raise RuntimeError("the power went")
        return real(expectation, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(cycles, "open_cycle", failing)
        assert [one.expectation for one in open_due_cycles(date(2027, 2, 1))] == [good]
    assert [one.expectation for one in open_due_cycles(date(2027, 2, 1))] == [bad]


def test_a_drawn_audit_is_allocated_on_its_day(authority: Authority) -> None:
    one = of(opened(row(authority)), authority.auditor)
    early = TODAY() + timedelta(days=3)
    Expected.objects.all().update(opens_on=early)
    assert allocate_due(TODAY()) == 0
    one = bring_due(one)
    assert one.state == "allocated"
    audit, draw = one.audit, Draw.objects.get()
    assert audit is not None
    assert (audit.auditor, audit.case, audit.draw, draw.made_by) == (authority.auditor, authority.case, draw, None)
    assert f"seed {draw.seed}" in audit.selection.lower()
    assert draw.seed.startswith(one.cycle.seed)
    assert draw.parameters["expected"] == one.pk
    assert Notice.objects.filter(person=authority.auditor).count() == 1
    assert list(verify()) == []


def test_no_case_is_given_twice(authority: Authority) -> None:
    cycle = opened(row(authority))
    Expected.objects.all().update(opens_on=TODAY())
    allocate_due(TODAY())
    assert sorted(cycle.expected.values_list("state", "why")) == [("allocated", ""), ("skipped", "no_case")]
    passed_over = cycle.expected.get(state="skipped")
    assert "North" in passed_over.note
    assert "AB" not in passed_over.note.split()


def test_the_auditors_own_case_is_not_drawn(authority: Authority) -> None:
    Case.objects.update(case_holder=authority.auditor)
    one = bring_due(of(opened(row(authority)), authority.auditor))
    assert (one.state, one.why) == ("skipped", "no_case")


def test_running_twice_does_nothing_twice(authority: Authority) -> None:
    authority.another_case()
    row(authority, opens_itself=True)
    first = date(2027, 2, 1)
    open_due_cycles(first)
    last = date(2027, 3, 31)
    assert allocate_due(last) == 2
    before = [model.objects.count() for model in (Audit, Draw, Notice, Deadline, Entry)]
    open_due_cycles(first)
    assert allocate_due(last) == 0
    assert [model.objects.count() for model in (Audit, Draw, Notice, Deadline, Entry)] == before


def test_a_crash_in_the_middle_loses_nothing(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.another_case()
    cycle = opened(row(authority))
    Expected.objects.all().update(opens_on=TODAY())
    real, calls = expected.keep, []

    def failing(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise RuntimeError("the power went")
        real(*args)

    with monkeypatch.context() as broken:
        broken.setattr(expected, "keep", failing)
        assert allocate_due(TODAY()) == 1
    # The first was rolled back whole: no audit, no draw, no notice of it.
    assert (Audit.objects.count(), Draw.objects.count(), Notice.objects.count()) == (1, 1, 1)
    assert allocate_due(TODAY()) == 1
    assert set(cycle.expected.values_list("state", flat=True)) == {"allocated"}
    assert Audit.objects.values("case").distinct().count() == 2
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_allocate_each_once(transactional_db: None) -> None:
    authority = make_authority()
    authority.another_case()
    opened(row(authority))
    Expected.objects.all().update(opens_on=TODAY())
    at_once(*(lambda: allocate_due(TODAY()) for _ in range(2)))
    allocate_due(TODAY())
    assert Audit.objects.count() == 2
    assert Audit.objects.values("case").distinct().count() == 2
    assert Expected.objects.filter(state="allocated").count() == 2


def test_whoever_has_enough_to_do_is_passed_over(authority: Authority, settings: Any) -> None:
    settings.SCHEDULE_MOST_OPEN_AUDITS = 1
    authority.audit(authority.another_case())
    one = bring_due(of(opened(row(authority)), authority.auditor))
    assert (one.why, one.note) == ("load", f"Had 1 audits to do on {TODAY():%-d %B %Y}, of 1 at most.")


def test_whoever_fell_ill_meanwhile_is_asked_later(authority: Authority) -> None:
    first = date(2027, 2, 1)
    cycle = open_cycle(row(authority), starts_on=first, by=None, day=first)
    one = of(cycle, authority.auditor)
    Expected.objects.exclude(pk=one.pk).delete()
    Expected.objects.update(opens_on=first)
    Absence.objects.create(
        person=one.auditor, starts_on=first, ends_on=first + timedelta(days=6), noted_by=authority.officer
    )
    allocate_due(first)
    one.refresh_from_db()
    assert (one.state, one.opens_on) == ("planned", date(2027, 2, 8))
    assert one.note == "Moved from 1 February 2027. Away until 7 February 2027."
    Absence.objects.update(ends_on=None)
    allocate_due(date(2027, 2, 8))
    one.refresh_from_db()
    assert (one.state, one.why, one.note) == ("skipped", "away", "Away until further notice.")


def test_whoever_left_meanwhile_is_passed_over(authority: Authority) -> None:
    one = of(opened(row(authority)), authority.auditor)
    Post.objects.filter(person=authority.auditor).update(ends_on=TODAY() - timedelta(days=1))
    one = bring_due(one)
    assert (one.state, one.why) == ("skipped", "no_post")


def test_a_form_that_was_retired_passes_over(authority: Authority) -> None:
    one = of(opened(row(authority)), authority.auditor)
    authority.type.form.versions.update(state="retired")
    one = bring_due(one)
    assert (one.why, one.note) == ("no_type", f"“{authority.type}” is switched off or has no published form.")


def test_where_the_manager_selects_the_auditor_is_asked(authority: Authority) -> None:
    one = bring_due(of(opened(row(authority, selection=Selection.MANAGER)), authority.auditor))
    assert one.state == "awaiting"
    deadline = Deadline.objects.get()
    assert (deadline.subject, deadline.kind, deadline.owner) == (one, "select", authority.auditor)
    assert deadline.path == f"/schedule/expected/{one.pk}/select/"
    notice = Notice.objects.get(person=authority.auditor)
    assert notice.text.startswith("Case file, Area Social Care: choose by ")
    assert not Audit.objects.exists()


def test_the_task_opens_and_allocates(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    row(authority, opens_itself=True)
    first = date(2027, 2, 1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: first)
    tasks.open_cycles()
    assert Cycle.objects.get().starts_on == first
    Expected.objects.all().update(opens_on=first)
    tasks.open_cycles()
    assert Audit.objects.get().allocated_on == first
