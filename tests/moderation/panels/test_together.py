"""Whatever the people of a panel try, in any order: what must hold then."""

import random
from collections.abc import Callable
from typing import Any

from django.db import transaction

from audits.models import Audit
from moderation.access.conflicts import conflicts_of
from moderation.models import Panel, PanelCase, PanelView
from moderation.panel_sampling import Sizes
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


# What leads on from each state; anything else is tried as well, less often.
ONWARDS = {
    Panel.State.PLANNED: ("members", "draw", "add", "open", "open"),
    Panel.State.READING: ("record", "record", "record", "reveal"),
    Panel.State.DISCUSSING: ("discuss", "discuss", "notes", "close", "close"),
}


def steps_of(panel: Panel, house: PanelSetting, chance: random.Random) -> dict[str, Callable[[User], Any]]:
    """Every step that can be tried on a panel, with something to it that may or may not be in order."""
    cases = list(PanelCase.objects.filter(panel=panel).select_related("panel", "audit__type", "audit__case"))
    seats = [(house.chair, Seat.CHAIR), (house.first, Seat.MEMBER), (house.second, Seat.MEMBER)]
    some = [*chance.sample(seats, k=chance.choice((2, 3, 3))), (house.support, Seat.SUPPORT)]
    seen = chance.choice((panel.revision, panel.revision, 0))
    attended = {member.pk: True for member in panel.members.all()}
    plan = plan_of(meets_on=a_day(chance.choice((0, 0, 30))), sizes=Sizes(1, 1, 0, 0))
    found: dict[str, Callable[[User], Any]] = {
        "change": lambda by: panels.change_panel(panel, **plan, seen_revision=seen, by=by),
        "members": lambda by: panels.set_members(panel, members=some, by=by),
        "draw": lambda by: panel_drawing.draw_sample(panel, seed=chance.randint(0, 99), by=by),
        "open": lambda by: panel_drawing.open_reading(panel, by=by),
        "reveal": lambda by: panel_meeting.open_discussion(panel, although_missing=True, by=by),
        "notes": lambda by: panel_meeting.save_notes(panel, notes="So.", attended=attended, seen_revision=seen, by=by),
        "close": lambda by: panel_meeting.close_panel(panel, by=by),
        "cancel": lambda by: panels.cancel_panel(panel, reason="Snow." * chance.randint(0, 1), by=by),
        "add": lambda by: add(panel, chance.choice(house.audits), by=by),
    }
    if cases:
        case = next((one for one in cases if not one.agreed_grade), cases[0])
        some_case, grade = chance.choice(cases), chance.choice((*GRADES, ""))
        found |= {
            "record": lambda by: panel_meeting.record_view(some_case, grade=grade, reason="Seen.", by=by),
            "discuss": lambda by: panel_meeting.save_discussion(
                case, discussion="Said.", agreed_grade=grade, lessons="", seen_revision=case.revision, by=by
            ),
            "remove": lambda by: panel_drawing.remove_case(some_case, reason="It must.", by=by),
        }
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
    tried: set[str] = set()
    for seed in range(3):
        chance = random.Random(seed)
        panel = house.seated(meets_on=a_day(0))
        for _ in range(45):
            now = mine(panel)
            steps = steps_of(now, house, chance)
            onwards = [name for name in ONWARDS.get(Panel.State(now.state), ()) if name in steps]
            name = chance.choice(onwards if onwards and chance.random() < 0.8 else sorted(steps))
            by = chance.choice((house.chair,) * 3 + (house.first, house.second, house.support))
            before = Entry.objects.count()
            try:
                with transaction.atomic():
                    steps[name](by)
            except Refused:
                assert Entry.objects.count() == before
            else:
                assert Entry.objects.count() in (before, before + 1)
                tried.add(name)
            check(panel)
        reached.add(mine(panel).state)
        PanelCase.objects.filter(panel=panel).delete()
    assert Panel.State.CLOSED in reached
    assert tried >= {"members", "add", "open", "record", "reveal", "discuss", "notes", "close"}
    # The framework's panel calibrates: whatever it did, the audits are as they were.
    assert list(Audit.objects.order_by("pk").values("final_grade", "state")) == grades
