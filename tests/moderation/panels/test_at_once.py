"""Two people of a panel act at the same moment, each on a connection of their own."""

import pytest

from audits.workflow.steps import extend_step
from moderation.models import ModerationSettings, Panel, PanelCase, PanelView
from moderation.workflow import panel_meeting
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits.setting import make_authority, someone
from tests.moderation.panels.setting import PanelSetting, a_day, add, settled
from tests.moderation.panels.test_blind import case_of
from tests.moderation.panels.test_meeting import agree, attend, discussing
from tests.threads import at_once


def mine(panel: Panel) -> Panel:
    """The panel as another page of another person has it."""
    return Panel.objects.get(pk=panel.pk)


def me(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once() -> None:
    """Two chairs close: one does. A grade comes while the discussion opens: it is in, or it is refused, never lost."""
    authority = make_authority()
    audit = settled(authority)
    house = PanelSetting(
        authority=authority,
        chair=authority.qa_manager,
        first=someone(Role.PANEL_MEMBER, "Fay First"),
        second=someone(Role.PANEL_MEMBER, "Sid Second-Member"),
        support=authority.officer,
        confirmed=audit,
        lowered=audit,
        shifted=audit,
        fresh=audit,
    )
    for _ in range(4):
        panel = house.reading(audit, meets_on=a_day(0))
        case = case_of(panel, audit)
        results = at_once(
            lambda panel=panel: panel_meeting.open_discussion(mine(panel), although_missing=True, by=me(house.chair)),
            lambda case=case: panel_meeting.record_view(case, grade="G", reason="Clear.", by=me(house.first)),
        )
        assert not isinstance(results[0], Exception), results
        recorded = PanelView.objects.filter(case=case).count()
        assert (recorded == 0) is isinstance(results[1], Stale), results

        panel_meeting.save_discussion(
            case, discussion="Said.", agreed_grade="G", lessons="", seen_revision=0, by=house.support
        )
        panel = mine(panel)
        attended = dict.fromkeys(panel.members.values_list("pk", flat=True), True)
        panel = panel_meeting.save_notes(
            panel, notes="", attended=attended, seen_revision=panel.revision, by=house.support
        )
        other = someone(Role.QA_MANAGER, "Ann Other")
        results = at_once(
            *(
                lambda who=who, panel=panel: panel_meeting.close_panel(mine(panel), by=me(who))
                for who in (house.chair, other)
            )
        )
        assert sorted(type(one).__name__ for one in results) == ["Panel", "Stale"], results
        assert Entry.objects.about(panel).filter(verb="panel.closed").count() == 1
        # Free for the next round: one audit is at one panel.
        PanelCase.objects.filter(panel=panel).delete()

    # Two panels that take the same audit: it is at one of them.
    both = [house.seated(), house.seated()]
    results = at_once(*(lambda one=one: add(mine(one), audit, by=me(house.chair)) for one in both))
    assert sum(isinstance(one, Refused) for one in results) == 1, results
    assert PanelCase.objects.filter(audit=audit).count() == 1
    PanelCase.objects.filter(audit=audit).delete()

    # Its grades follow while somebody acts on the last of its audits: neither waits for the other for ever.
    ModerationSettings.objects.update_or_create(pk=1, defaults={"panel_changes_grades": True})
    last = settled(authority, like=audit)
    panel = discussing(house, audit, last)
    for one in (audit, last):
        agree(panel, one, "RI", house)
    panel = attend(panel, house)
    results = at_once(
        lambda: panel_meeting.close_panel(mine(panel), by=me(house.chair)),
        lambda: extend_step(last, to_day=a_day(90), reason="The officer is away.", by=me(house.support)),
    )
    assert [type(one).__name__ for one in results] == ["Panel", "Audit"], results
    assert list(verify()) == []
