"""Setting the priorities anew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qaf.errors import NotAllowed, Stale
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Priority, PriorityReset
from scorecard.queries.indicators import Filters, indicator_rows
from scorecard.workflow.indicators import DoesNotFit
from scorecard.workflow.priorities import NewPriority, reset_priorities
from tests.scorecard.board_factories import make_priority, somebody
from tests.scorecard.indicators.setting import Setting, this_quarter

pytestmark = pytest.mark.django_db


def test_some_go_on_some_end_and_others_begin(setting: Setting) -> None:
    other = make_priority("Exploitation", position=2)
    day = this_quarter().first_day
    reset = reset_priorities(
        on=day,
        minute="Partnership Board, item 3",
        note="A new strategy.",
        keep=[other],
        add=[NewPriority("Early help", "Help when it is first needed.")],
        by=setting.manager,
    )
    setting.priority.refresh_from_db()
    other.refresh_from_db()
    new = Priority.objects.get(name="Early help")
    assert (setting.priority.ends_on, setting.priority.ended_by) == (day - timedelta(days=1), reset)
    assert (other.ends_on, other.position) == (None, 1)
    assert (new.starts_on, new.position, new.set_by, new.summary) == (day, 2, reset, "Help when it is first needed.")
    assert list(Priority.objects.standing(day)) == [other, new]
    assert setting.priority in Priority.objects.standing(day - timedelta(days=1))
    assert Entry.objects.about(reset).get().details == {"on": day.isoformat(), "kept": 1, "ended": 1, "added": 1}


def test_an_indicator_whose_priority_ended_needs_another_until_a_change_gives_it_one(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    reset_priorities(
        on=quarter.next.first_day, minute="Item 3", keep=[], add=[NewPriority("Early help")], by=setting.manager
    )
    assert [row.needs_priority for row in indicator_rows(Filters())] == [True]
    assert indicator_rows(Filters(state="needs_priority"))[0].indicator == indicator
    setting.decide(setting.alteration(indicator, priority=Priority.objects.get(name="Early help")))
    assert [row.needs_priority for row in indicator_rows(Filters())] == [False]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"minute": " "}, "minute"),
        ({"on": date(2023, 1, 1)}, "on"),
        ({"on": date(1999, 1, 1)}, "on"),
        ({"on": date(2099, 1, 1)}, "on"),
        ({"add": []}, ""),
        ({"keep": [], "add": []}, ""),
        ({"add": [NewPriority("neglect ")]}, "add"),
        ({"add": [NewPriority("x" * 201)]}, "add"),
        ({"add": [NewPriority(f"Priority {number}") for number in range(12)]}, ""),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(setting: Setting, fields: dict, field: str) -> None:  # type: ignore[type-arg]
    given = {
        "on": this_quarter().first_day,
        "minute": "Item 3",
        "keep": [setting.priority],
        "add": [NewPriority("Early help")],
        **fields,
    }
    with pytest.raises(DoesNotFit) as error:
        reset_priorities(by=setting.manager, **given)
    assert field in [name for name, _ in error.value.faults]
    assert PriorityReset.objects.count() == 1
    assert Priority.objects.get() == setting.priority


def test_a_page_from_before_another_reset_changes_nothing(setting: Setting) -> None:
    seen = PriorityReset.objects.get().pk
    quarter = this_quarter()
    reset_priorities(
        on=quarter.first_day, minute="Item 3", keep=[], add=[NewPriority("Early help")], by=setting.manager, seen=seen
    )
    with pytest.raises(Stale):
        reset_priorities(
            on=quarter.next.first_day,
            minute="Item 3",
            keep=[],
            add=[NewPriority("Late")],
            by=setting.manager,
            seen=seen,
        )
    assert not Priority.objects.filter(name="Late").exists()


def test_only_a_qa_manager_of_the_whole_resets_them(setting: Setting) -> None:
    for person in (setting.officer, setting.chair, somebody(Role.QA_MANAGER, agency=setting.agency)):
        with pytest.raises(NotAllowed):
            reset_priorities(
                on=this_quarter().first_day, minute="Item 3", keep=[], add=[NewPriority("Early help")], by=person
            )
