"""Whatever the people of a panel try, in any order: what must hold then."""

import random
from collections.abc import Callable
from typing import Any

from django.db import transaction

from audits.models import Audit
from moderation.access.conflicts import conflicts_of
from moderation.models import Panel, PanelCase, PanelView
from moderation.workflow import panel_drawing, panel_meeting, panels
from moderation.workflow.panel_reading import READING
from qaf.deadlines.models import Deadline
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.moderation.panels.setting import PanelSetting, Seat, a_day, add, plan_of

GRADES = ("O", "G", "RI", "I")


def mine(panel: Panel) -> Panel:
    """The panel as another page of another person has it."""
    return Panel.objects.get(pk=panel.pk)


def steps_of(panel: Panel, house: PanelSetting, chance: random.Random) -> list[Callable[[User], Any]]:
    """Every step that can be tried on a panel, with something to it that may or may not be in order."""
    cases = list(PanelCase.objects.filter(panel=panel).select_related("panel", "audit__type", "audit__case"))
    case = chance.choice(cases) if cases else None
    seats = [(house.chair, Seat.CHAIR), (house.first, Seat.MEMBER), (house.second, Seat.MEMBER)]
    some = [*chance.sample(seats, k=chance.choice((2, 3, 3))), (house.support, Seat.SUPPORT)]
    seen = chance.choice((panel.revision, panel.revision, 0))
    attended = {member.pk: True for member in panel.members.all()}
    plan = plan_of(meets_on=a_day(chance.choice((0, 3, 30))))
    found: list[Callable[[User], Any]] = [
        lambda by: panels.change_panel(panel, **plan, seen_revision=seen, by=by),
        lambda by: panels.set_members(panel, members=some, by=by),
        lambda by: panel_drawing.draw_sample(panel, seed=chance.randint(0, 99), by=by),
        lambda by: panel_drawing.open_reading(panel, by=by),
        lambda by: panel_meeting.open_discussion(panel, although_missing=chance.random() < 0.7, by=by),
        lambda by: panel_meeting.save_notes(panel, notes="Noted.", attended=attended, seen_revision=seen, by=by),
        lambda by: panel_meeting.close_panel(panel, by=by),
        lambda by: add(panel, chance.choice(house.audits), by=by),
    ]
    if case is not None:
        grade = chance.choice((*GRADES, ""))
        found += [lambda by: panel_meeting.record_view(case, grade=grade, reason="Seen.", by=by)] * 6
        found += [
            lambda by: panel_meeting.save_discussion(
                case, discussion="Said.", agreed_grade=grade, lessons="", seen_revision=case.revision, by=by
            )
        ] * 3
        found.append(lambda by: panel_drawing.remove_case(case, reason="It must.", by=by))
    if chance.random() < 0.05:
        found.append(lambda by: panels.cancel_panel(panel, reason="Snow.", by=by))
    return found


def check(panel: Panel) -> None:
    """What holds of a panel in every state."""
    panel = mine(panel)
    members = list(panel.members.select_related("person"))
    cases = list(panel.cases.select_related("audit__type", "audit__case"))
    conflicts = conflicts_of(case.audit for case in cases)
    views = list(PanelView.objects.filter(case__panel=panel).select_related("case", "member__person"))
    assert sum(member.seat == Seat.CHAIR for member in members) <= 1
    assert len({case.position for case in cases}) == len(cases)
    for one in views:
        assert one.member.grades
        assert not conflicts[one.case.audit_id].why(one.member.person)
    done = {(one.member_id, one.case_id) for one in views}
    owing = {
        member.person_id
        for member in members
        if panel.state == Panel.State.READING and member.grades
        for case in cases
        if (member.pk, case.pk) not in done and not conflicts[case.audit_id].why(member.person)
    }
    deadlines = Deadline.objects.about(panel).open()
    assert sorted(deadlines.values_list("owner", flat=True)) == sorted(owing)
    assert set(deadlines.values_list("kind", flat=True)) <= {READING}
    if panel.state == Panel.State.PLANNED:
        assert not views
    if panel.state in (Panel.State.READING, Panel.State.DISCUSSING):
        assert cases
        assert any(member.seat == Seat.CHAIR for member in members)
    assert bool(panel.minutes) is (panel.state == Panel.State.CLOSED) is (panel.closed_by is not None)
    if panel.state == Panel.State.CLOSED:
        assert all(case.agreed_grade and case.discussion for case in cases)
    standing = PanelCase.objects.exclude(panel__state=Panel.State.CANCELLED).values_list("audit", flat=True)
    assert len(set(standing)) == len(standing)


def test_whatever_is_tried_by_whomever_a_panel_stays_in_order(house: PanelSetting) -> None:
    house.confirmed.moderation.hand_overs.create(
        before=house.first, after=house.authority.moderator, reason="Leave.", by=house.chair
    )
    grades = list(Audit.objects.order_by("pk").values("final_grade", "state"))
    reached: set[str] = set()
    for seed in range(5):
        chance = random.Random(seed)
        panel = house.seated(meets_on=a_day(0))
        for _ in range(45):
            before = Entry.objects.count()
            step = chance.choice(steps_of(mine(panel), house, chance))
            by = chance.choice((house.chair,) * 4 + (house.first, house.second, house.support))
            try:
                with transaction.atomic():
                    step(by)
            except Refused:
                assert Entry.objects.count() == before
            else:
                assert Entry.objects.count() in (before, before + 1)
            check(panel)
        reached.add(mine(panel).state)
        if mine(panel).state not in (Panel.State.CLOSED, Panel.State.CANCELLED):
            panels.cancel_panel(panel, reason="The next one.", by=house.chair)
        else:
            PanelCase.objects.filter(panel=panel).delete()
    assert Panel.State.CLOSED in reached
    # The framework's panel calibrates: whatever it did, the audits are as they were.
    assert list(Audit.objects.order_by("pk").values("final_grade", "state")) == grades
