"""Changing the schedule row by row: what is refused, what stays in the history, what the trail says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Expectation, Pack
from audits.schedule_words import mark_of
from audits.workflow.schedule import add_row, change_row, end_row, remove_row, set_opening
from audits.workflow.schedule_rows import CannotSave, said_of
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from qaf.trail.queries import timeline
from tests.audits.schedule.setting import APRIL, another_type, cycle, row, said, unpublish
from tests.audits.setting import Authority, someone
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, UserFactory


@pytest.fixture
def stored(authority: Authority) -> Expectation:
    return row(authority.service, authority.type)


def faults(act: Callable[[], Any]) -> dict[str, str]:
    before = Entry.objects.count()
    with pytest.raises(CannotSave) as caught:
        act()
    assert Entry.objects.count() == before
    return dict(caught.value.faults)


def test_it_works(authority: Authority, admin: User) -> None:
    made = add_row(said(authority), by=admin)
    assert (made.service, made.type, made.every_months, made.pack) == (authority.service, authority.type, 2, None)
    assert made.opens_itself is False
    (line,) = timeline(made)
    assert line.what == "Added from 1 April 2026: Area Social Care: Child case audit, every 2 months"


def test_others_change_nothing(authority: Authority, stored: Expectation) -> None:
    for other in (authority.officer, authority.service_manager, authority.auditor, someone(Role.BOARD_MEMBER, "Bo")):
        _may_change_nothing(other, authority, stored)
    assert Entry.objects.filter(verb__startswith="schedule.").count() == 0


def _may_change_nothing(other: User, authority: Authority, stored: Expectation) -> None:
    for act in (
        lambda: add_row(said(authority, every_service=True, service=None), by=other),
        lambda: change_row(stored, said_of(stored), by=other, seen=mark_of(stored)),
        lambda: end_row(stored, last_day=APRIL, by=other, seen=mark_of(stored)),
        lambda: remove_row(stored, by=other, seen=mark_of(stored)),
        lambda: set_opening(stored, opens=True, by=other, seen=mark_of(stored)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_service_of_another_agency_is_refused(authority: Authority, stored: Expectation) -> None:
    manager = UserFactory.create()
    PostFactory.create(person=manager, role=Role.QA_MANAGER, agency=authority.service.agency)
    foreign = ServiceFactory.create(agency=AgencyFactory.create(name="Fairhaven Police"), name="Public Protection")
    assert faults(lambda: add_row(said(authority, service=foreign), by=manager)) == {
        "service": "Public Protection of Fairhaven Police belongs to another part of the organisation than your post. "
        "Choose a service of yours"
    }
    Expectation.objects.filter(pk=stored.pk).update(service=foreign)
    stored.refresh_from_db()
    with pytest.raises(NotAllowed, match="Public Protection belongs to another part"):
        end_row(stored, last_day=APRIL, by=manager, seen=mark_of(stored))


def test_what_does_not_fit_together_is_refused(authority: Authority, admin: User) -> None:
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"every_months": 5}, "every_months", "Choose every 1, 2, 3, 4, 6 or 12 months: other cycles do not fit"),
        ({"every_months": 0}, "every_months", "Choose every 1, 2, 3, 4, 6 or 12 months: other cycles do not fit"),
        ({"each": 0}, "each", "Enter a whole number of audits from 1 to 10"),
        ({"auditor_role": "chief"}, "auditor_role", "Choose the auditor’s role from the list"),
        ({"selection": "luck"}, "selection", "Choose from the list who selects what is audited"),
        ({"valid_until": date(2026, 3, 31)}, "valid_until", "The last day cannot be before the first day, 1 April"),
        ({"every_service": True}, "service", "Choose one service, or every service, not both"),
    ]
    for fields, field, text in cases:
        found = faults(lambda: add_row(said(authority, **fields), by=admin))  # noqa: B023 - called at once
        assert found[field].startswith(text), fields
    assert not Expectation.objects.exists()


def test_more_often_than_an_audit_can_be_done_is_refused(authority: Authority, admin: User) -> None:
    process = authority.type.process
    process.audit_weeks = 8
    process.save()
    assert faults(lambda: add_row(said(authority, every_months=1), by=admin)) == {
        "every_months": "Every month is more often than one can be done: an audit of the type “Child case audit” may "
        "take 8 weeks. Choose a longer cycle, or change how the type goes"
    }
    assert add_row(said(authority, every_months=2), by=admin).pk


def test_types_that_take_no_audits_are_refused(authority: Authority, admin: User) -> None:
    off = another_type(authority, "switched-off", is_active=False)
    assert faults(lambda: add_row(said(authority, type=off), by=admin)) == {
        "type": "No new audits of the type “Switched-off” can be started: it is switched off"
    }
    assert faults(lambda: add_row(said(authority, type=None, other_type=authority.type), by=admin)) == {
        "other_type": "Choose the first type of audit as well, or leave the second empty"
    }
    assert "other_type" in faults(lambda: add_row(said(authority, other_type=authority.type), by=admin))
    unpublish(authority.type)
    assert faults(lambda: add_row(said(authority), by=admin)) == {
        "type": "The form of the type “Child case audit” is not published. Publish it, or choose another type"
    }


def test_a_type_that_was_switched_off_since_may_stay(authority: Authority, admin: User, stored: Expectation) -> None:
    authority.type.is_active = False
    authority.type.save()
    change_row(stored, replace(said_of(stored), every_months=6), by=admin, seen=mark_of(stored))
    stored.refresh_from_db()
    assert stored.every_months == 6


def test_only_cases_are_drawn(authority: Authority, admin: User) -> None:
    practice = another_type(authority, "practice", about="practitioner")
    assert faults(lambda: add_row(said(authority, type=practice, selection="drawn"), by=admin)) == {
        "selection": "Only cases of children are drawn, and audits of the type “Practice” are about something else. "
        "Choose who selects"
    }


def test_two_rows_never_ask_the_same_people_at_one_time(authority: Authority, admin: User, stored: Expectation) -> None:
    everywhere: dict[str, Any] = {"service": None, "every_service": True}
    refused: list[dict[str, Any]] = [
        {},
        {"service_name": "Another name"},
        {"auditor_role": ""},
        everywhere,
        {"valid_from": date(2025, 4, 1), "valid_until": APRIL},
        {"valid_from": date(2027, 4, 1)},
    ]
    for fields in refused:
        found = faults(lambda: add_row(said(authority, **fields), by=admin))  # noqa: B023 - called at once
        assert found == {
            "type": "The row “Area Social Care: Child case audit, every 2 months” asks the same people for the same "
            "audit, from 1 April 2026 on. Change or end that row, or choose another service, type, auditor’s role or "
            "other days"
        }, fields
    taken: list[dict[str, Any]] = [
        {"auditor_role": "qa_manager"},
        everywhere | {"auditor_role": ""},
        {"service": None},
        {"valid_from": date(2025, 4, 1), "valid_until": date(2026, 3, 31)},
    ]
    for fields in taken:
        made = add_row(said(authority, **fields), by=admin)
        assert made.position == stored.position + 1
        made.delete()


def test_rows_of_either_of_two_types_overlap_in_one(authority: Authority, admin: User, stored: Expectation) -> None:
    other = another_type(authority)
    assert "type" in faults(lambda: add_row(said(authority, type=other, other_type=authority.type), by=admin))
    assert add_row(said(authority, type=other), by=admin).pk


def test_a_correction_holds_from_the_first_day(authority: Authority, admin: User, stored: Expectation) -> None:
    wanted = replace(said_of(stored), every_months=3, valid_from=date(2026, 1, 1), form_name="Case file audit")
    same, changed = change_row(stored, wanted, by=admin, seen=mark_of(stored))
    stored.refresh_from_db()
    assert (same.pk, changed) == (stored.pk, True)
    assert (stored.every_months, stored.valid_from, stored.revision) == (3, date(2026, 1, 1), 1)
    assert sorted(timeline(stored)[0].changes) == [
        "First day: 1 April 2026 → 1 January 2026",
        "Form, in the framework’s words: nothing → Case file audit",
        "How often: Every 2 months → Every 3 months",
    ]


def test_saying_the_same_again_changes_nothing(admin: User, stored: Expectation) -> None:
    assert change_row(stored, said_of(stored), by=admin, seen=mark_of(stored)) == (stored, False)
    later = change_row(stored, said_of(stored), by=admin, seen=mark_of(stored), from_day=date(2026, 6, 1))
    assert later == (stored, False)
    assert Expectation.objects.count() == 1
    assert not Entry.objects.filter(verb__startswith="schedule.").exists()


def test_a_change_from_a_day_on_keeps_the_history(admin: User, stored: Expectation) -> None:
    Expectation.objects.filter(pk=stored.pk).update(opens_itself=True)
    stored.refresh_from_db()
    wanted = replace(said_of(stored), every_months=1, selection="drawn")
    new, changed = change_row(stored, wanted, by=admin, seen=mark_of(stored), from_day=date(2026, 12, 1))
    stored.refresh_from_db()
    assert changed
    assert (stored.every_months, stored.valid_until) == (2, date(2026, 11, 30))
    assert (new.every_months, new.valid_from, new.valid_until) == (1, date(2026, 12, 1), None)
    # Until then the old row goes on opening its cycles, and then the new one does.
    assert (stored.opens_itself, new.opens_itself) == (True, True)
    assert [one.pk for one in Expectation.objects.valid_on(date(2026, 11, 30))] == [stored.pk]
    assert [one.pk for one in Expectation.objects.valid_on(date(2026, 12, 1))] == [new.pk]
    (line,) = timeline(new)
    assert line.what == "Changed from 1 December 2026 on: Area Social Care: Child case audit, every month"
    assert sorted(line.changes) == [
        "How often: Every 2 months → Every month",
        "Who selects: Selected by the manager → Drawn at random by QA",
    ]


def test_a_change_from_a_day_outside_the_row_is_refused(admin: User, stored: Expectation) -> None:
    Expectation.objects.filter(pk=stored.pk).update(valid_until=date(2027, 3, 31))
    stored.refresh_from_db()
    wanted, seen = replace(said_of(stored), every_months=6), mark_of(stored)
    assert faults(lambda: change_row(stored, wanted, by=admin, seen=seen, from_day=APRIL)) == {
        "from_day": "The row begins on 1 April 2026: choose a later day, or correct the whole row"
    }
    assert faults(lambda: change_row(stored, wanted, by=admin, seen=seen, from_day=date(2027, 4, 1))) == {
        "from_day": "The row ends on 31 March 2027: choose a day until then, or add a new row",
        "valid_until": "The last day cannot be before the first day, 1 April 2027: choose a later",
    }


def test_what_cycles_were_opened_for_stays_as_it_was(admin: User, stored: Expectation) -> None:
    cycle(stored, date(2026, 10, 1), date(2026, 11, 30))
    seen, open_cycle = mark_of(stored), "A cycle from 1 October 2026 to 30 November 2026 was opened"
    wanted = replace(said_of(stored), every_months=6)
    assert faults(lambda: change_row(stored, wanted, by=admin, seen=seen)) == {
        "how": f"{open_cycle}: say from which later day the change holds, so that it stays explained"
    }
    assert faults(lambda: change_row(stored, wanted, by=admin, seen=seen, from_day=date(2026, 10, 1))) == {
        "from_day": f"{open_cycle}: choose a later day"
    }
    late = replace(said_of(stored), valid_from=date(2026, 10, 2))
    assert faults(lambda: change_row(stored, late, by=admin, seen=seen)) == {
        "valid_from": f"{open_cycle}: choose its first day or an earlier one"
    }
    short = replace(said_of(stored), valid_until=date(2026, 9, 30))
    assert faults(lambda: change_row(stored, short, by=admin, seen=seen)) == {
        "valid_until": f"{open_cycle}: choose its first day or a later one"
    }
    assert faults(lambda: end_row(stored, last_day=date(2026, 9, 30), by=admin, seen=seen)) == {
        "last_day": f"{open_cycle}: choose its first day or a later one"
    }
    with pytest.raises(Refused, match="so the row is not removed"):
        remove_row(stored, by=admin, seen=seen)
    # Words can be put right, the row ended, and changed from the next day on.
    change_row(stored, replace(said_of(stored), auditor_name="Manager"), by=admin, seen=seen)
    stored.refresh_from_db()
    change_row(stored, wanted, by=admin, seen=mark_of(stored), from_day=date(2026, 12, 1))
    assert Expectation.objects.count() == 2


def test_an_old_page_is_refused(admin: User, stored: Expectation) -> None:
    seen = mark_of(stored)
    change_row(stored, replace(said_of(stored), each=2), by=admin, seen=seen)
    for act in (
        lambda: change_row(stored, said_of(stored), by=admin, seen=seen),
        lambda: end_row(stored, last_day=APRIL, by=admin, seen=seen),
        lambda: remove_row(stored, by=admin, seen=seen),
        lambda: set_opening(stored, opens=True, by=admin, seen=seen),
    ):
        with pytest.raises(Stale, match="Somebody else changed this row meanwhile"):
            act()
    Expectation.objects.all().delete()
    with pytest.raises(Stale, match="Somebody else removed this row meanwhile"):
        remove_row(stored, by=admin, seen=seen)


def test_a_row_ends_on_a_day_and_can_end_later_if_nothing_took_its_place(
    authority: Authority, admin: User, stored: Expectation
) -> None:
    assert "last_day" in faults(lambda: end_row(stored, last_day=date(2026, 3, 31), by=admin, seen=mark_of(stored)))
    ended = end_row(stored, last_day=date(2026, 12, 31), by=admin, seen=mark_of(stored))
    assert timeline(ended)[0].what == ("Ended on 31 December 2026: Area Social Care: Child case audit, every 2 months")
    add_row(said(authority, valid_from=date(2027, 2, 1)), by=admin)
    assert end_row(ended, last_day=date(2027, 1, 31), by=admin, seen=mark_of(ended)).valid_until == date(2027, 1, 31)
    ended.refresh_from_db()
    assert (
        "asks the same people"
        in faults(lambda: end_row(ended, last_day=date(2027, 2, 1), by=admin, seen=mark_of(ended)))["last_day"]
    )


def test_a_row_that_was_a_mistake_is_removed_altogether(admin: User, stored: Expectation) -> None:
    assert remove_row(stored, by=admin, seen=mark_of(stored))
    assert not Expectation.objects.exists()
    assert Entry.objects.get(verb="schedule.row_removed").details == {
        "row": "Area Social Care: Child case audit, every 2 months"
    }


def test_a_pack_s_row_is_kept_among_the_ended(authority: Authority, admin: User, stored: Expectation) -> None:
    Expectation.objects.update(pack=Pack.objects.get(), key="area", opens_itself=True)
    stored.refresh_from_db()
    assert not remove_row(stored, by=admin, seen=mark_of(stored))
    stored.refresh_from_db()
    assert stored.valid_until == timezone.localdate() - timedelta(days=1)
    assert not stored.opens_itself
    # Another can take its place at once.
    assert add_row(said(authority, valid_from=timezone.localdate()), by=admin).pk


def test_a_pack_s_row_that_would_only_begin_gives_way_to_the_one_before_it(admin: User, stored: Expectation) -> None:
    Expectation.objects.update(pack=Pack.objects.get(), key="area")
    stored.refresh_from_db()
    later = timezone.localdate() + timedelta(days=40)
    wanted = replace(said_of(stored), every_months=6)
    new, _ = change_row(stored, wanted, by=admin, seen=mark_of(stored), from_day=later)
    assert (new.key, new.pack) == ("area", stored.pack)
    assert remove_row(new, by=admin, seen=mark_of(new))
    assert Expectation.objects.get().key == "area"


def test_cycles_open_by_themselves_only_when_it_is_said(admin: User, stored: Expectation) -> None:
    assert set_opening(stored, opens=True, by=admin, seen=mark_of(stored)).opens_itself
    stored.refresh_from_db()
    assert stored.revision == 0
    assert timeline(stored)[0].what.startswith("Cycles open by themselves: Area Social Care")
    assert not set_opening(stored, opens=False, by=admin, seen=mark_of(stored)).opens_itself


def test_a_row_that_lacks_something_cannot_open(admin: User, stored: Expectation) -> None:
    whole = {"service": stored.service, "type": stored.type, "every_months": 2, "auditor_role": "auditor"}
    for name, nothing, text in (
        ("service", None, "It names no service"),
        ("type", None, "It has no type of audit"),
        ("every_months", None, "It has no frequency"),
        ("auditor_role", "", "It does not say which role audits"),
    ):
        Expectation.objects.update(**whole | {name: nothing})
        row_now = Expectation.objects.get()
        with pytest.raises(Refused, match=text):
            set_opening(row_now, opens=True, by=admin, seen=mark_of(row_now))
