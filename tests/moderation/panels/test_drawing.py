"""Planning a panel, its candidates and its draw, and opening the cases for reading."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Audit, State
from audits.workflow.contributions import Contribution
from audits.workflow.parts import give_part
from moderation.access.panels import candidates_for, may, visible_to
from moderation.models import Panel, PanelCase, PanelMember
from moderation.panel_sampling import Sizes
from moderation.queries.panel_candidates import candidates_in, period_in_words
from moderation.queries.panels import how_many_this_year
from moderation.workflow import panel_drawing, panel_meeting, panels
from moderation.workflow.panel_reading import READING, told_when_late
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.setting import someone
from tests.factories import PostFactory, TeamFactory
from tests.moderation.panels.setting import PanelSetting, Seat, a_day, add, plan_of

Drawn = PanelCase.Drawn


def due_days(panel: Panel) -> dict[str, object]:
    deadlines = Deadline.objects.about(panel).open().filter(kind=READING)
    return {one.owner.name: one.due_on for one in deadlines}


def told(person: object) -> list[str]:
    return list(
        Notice.objects.filter(person=person, key__startswith="panel:").order_by("pk").values_list("text", flat=True)
    )


def test_a_manager_who_plans_chairs_and_an_officer_supports(house: PanelSetting) -> None:
    assert [(m.person, m.seat) for m in house.plan().members.all()] == [(house.chair, Seat.CHAIR)]
    panel = house.plan(by=house.support)
    assert [(m.person, m.seat) for m in panel.members.all()] == [(house.support, Seat.SUPPORT)]
    assert [entry.verb for entry in Entry.objects.about(panel)] == ["panel.planned"]
    assert how_many_this_year(panel.meets_on) == 2
    panels.cancel_panel(panel, reason="The room is flooded.", by=house.chair)
    assert how_many_this_year(panel.meets_on) == 1
    with pytest.raises(NotAllowed):
        house.plan(by=house.first)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"place": "x" * 201}, "place"),
        ({"meets_on": "yesterday"}, "from today on"),
        ({"decided_from": "tomorrow"}, "in order"),
        ({"sizes": Sizes(51, 0, 0, 0)}, "0 to 50"),
        ({"sizes": Sizes(0, -1, 0, 0)}, "0 to 50"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    house: PanelSetting, changes: dict[str, object], words: str
) -> None:
    days = {"yesterday": a_day(-1), "tomorrow": a_day(1)}
    changes = {key: days.get(value, value) if isinstance(value, str) else value for key, value in changes.items()}
    with pytest.raises(Refused, match=words):
        house.plan(**changes)
    assert not Panel.objects.exists()


def test_candidates_are_settled_not_secret_in_scope_and_at_no_other_panel(house: PanelSetting) -> None:
    assert set(candidates_for(house.chair)) == set(house.audits)
    assert not candidates_for(house.first).exists()
    field = candidates_in(house.plan(), house.chair)
    seen = {one.key: one for one in field.candidates}
    overall = house.lowered.judgements.get(is_overall=True).domain
    assert (seen[house.lowered.pk].gap, seen[house.lowered.pk].gap_domain) == (2, overall)
    assert (seen[house.shifted.pk].gap, seen[house.confirmed.pk].gap) == (1, 0)
    domains = set(house.shifted.judgements.filter(is_overall=False).values_list("domain", flat=True))
    assert seen[house.shifted.pk].disagreeing == domains == set(field.judged)
    assert set(field.judged.values()) == {4}
    assert [key for key, one in seen.items() if one.innovative] == [house.fresh.pk]
    assert all(one.overall == overall for one in seen.values())

    elsewhere = house.plan()
    add(elsewhere, house.fresh, by=house.chair)
    Audit.objects.filter(pk=house.shifted.pk).update(confidential=True)
    Audit.objects.filter(pk=house.lowered.pk).update(state=State.CANCELLED)
    assert set(candidates_for(house.chair)) == {house.confirmed}
    assert set(candidates_for(house.chair, panel=elsewhere)) == {house.confirmed, house.fresh}
    # Chosen by hand, it is not drawn again.
    assert {one.key for one in candidates_in(elsewhere, house.chair).candidates} == {house.confirmed.pk}
    panels.cancel_panel(elsewhere, reason="Nobody can come.", by=house.chair)
    assert set(candidates_for(house.chair)) == {house.confirmed, house.fresh}
    Audit.objects.filter(pk=house.fresh.pk).update(moderated_at=timezone.now() - timedelta(days=8))
    assert {one.key for one in candidates_in(house.plan(), house.chair).candidates} == {house.confirmed.pk}
    of_another_team = someone(Role.QA_MANAGER, "Una Elsewhere", team=TeamFactory.create())
    assert not candidates_for(of_another_team).exists()


def test_candidates_take_three_queries_however_many(house: PanelSetting, django_assert_num_queries: object) -> None:
    panel = house.plan()
    # The person's posts and the form are read once for many.
    candidates_in(panel, house.chair)
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(candidates_in(panel, house.chair).candidates) == 4


def test_a_sample_is_drawn_seen_kept_and_drawn_again(house: PanelSetting) -> None:
    panel = house.seated()
    by_hand = add(panel, house.confirmed, by=house.chair)
    seen = panel_drawing.preview(panel, by=house.chair)
    assert not PanelCase.objects.filter(panel=panel).exclude(pk=by_hand.pk).exists()
    assert seen.eligible_count == 3
    assert seen == panel_drawing.preview(panel, by=house.chair, seed=seen.seed)
    keys = [one.key for one in seen.sample.cases]
    with pytest.raises(Stale):
        panel_drawing.draw_sample(panel, seed=seen.seed, by=house.chair, seen=[*keys, house.confirmed.pk])
    for _ in range(2):
        panel = panel_drawing.draw_sample(panel, seed=seen.seed, by=house.chair, seen=keys)
        cases = list(panel.cases.all())
        assert [case.audit_id for case in cases] == [house.confirmed.pk, *keys]
        assert [case.drawn_as for case in cases] == [Drawn.CHOSEN, *[one.kind for one in seen.sample.cases]]
        assert (panel.seed, panel.eligible_count, panel.drawn_by) == (seen.seed, 3, house.chair)
        assert panel.explanation.splitlines() == list(seen.sample.explanation)
    with pytest.raises(Refused, match="seed"):
        panel_drawing.preview(panel, by=house.chair, seed=-1)
    # Another period: what was drawn from the old one falls away, what was chosen stays.
    plan = plan_of(decided_from=a_day(-3))
    panel = panels.change_panel(panel, **plan, seen_revision=panel.revision, by=house.chair)
    assert (list(panel.cases.all()), panel.seed, panel.explanation) == ([by_hand], None, "")
    plan = plan_of(decided_from=a_day(-90), decided_to=a_day(-80))
    panel = panels.change_panel(panel, **plan, seen_revision=panel.revision, by=house.chair)
    with pytest.raises(Refused, match="No audit could be drawn"):
        panel_drawing.draw_sample(panel, seed=1, by=house.chair)
    assert list(panel.cases.all()) == [by_hand]


def test_what_cannot_be_added_by_hand_is_refused(house: PanelSetting) -> None:
    panel = house.seated()
    open_audit = house.authority.audit(house.authority.another_case())
    with pytest.raises(Refused, match="one of the judgements"):
        add(panel, open_audit, by=house.chair, domain="overall")
    for why in ("", "x" * 301):
        with pytest.raises(Refused, match="300"):
            panel_drawing.add_case(panel, audit=house.fresh, domain="overall", why=why, by=house.chair)
    add(panel, house.fresh, by=house.chair)
    with pytest.raises(Refused, match="already"):
        add(panel, house.fresh, by=house.chair)
    with pytest.raises(Refused, match="has not been at a panel"):
        add(house.seated(), house.fresh, by=house.chair)
    with pytest.raises(NotAllowed):
        add(panel, house.shifted, by=house.first)


def test_seats_take_their_roles_and_everybody_is_told(house: PanelSetting) -> None:
    panel = house.plan()
    outsider = someone(Role.AUDITOR, "Ona Outsider")
    for person, seat in ((outsider, Seat.MEMBER), (house.first, Seat.CHAIR), (house.first, Seat.SUPPORT)):
        with pytest.raises(Refused, match=f"{person} cannot hold the seat"):
            panels.set_members(panel, members=[(person, seat)], by=house.chair)
    members = [(house.chair, Seat.CHAIR), (house.authority.qa_manager, Seat.CHAIR)]
    with pytest.raises(Refused, match="one chair"):
        panels.set_members(panel, members=members, by=house.chair)
    with pytest.raises(Refused, match="twice"):
        panels.set_members(panel, members=[(house.first, Seat.MEMBER)] * 2, by=house.chair)
    panels.set_members(panel, members=[(house.chair, Seat.CHAIR), (house.first, Seat.MEMBER)], by=house.chair)
    day = f"{panel.meets_on:%-d %B %Y}"
    assert told(house.first) == [f"You sit on the moderation panel of {day}."]
    assert told(house.chair) == []
    assert set(visible_to(house.first)) == {panel}
    assert not visible_to(house.second).exists()
    # The chair moves over in one go, though a panel has one chair at any moment.
    members = [(house.authority.qa_manager, Seat.CHAIR), (house.chair, Seat.MEMBER)]
    panels.set_members(panel, members=members, by=house.chair)
    assert told(house.first)[1:] == [f"You no longer sit on the moderation panel of {day}."]
    assert {member.person: member.seat for member in panel.members.all()} == dict(members)
    # The title is somebody's free text, and is told to nobody.
    assert not Notice.objects.filter(text__contains=panel.title).exists()


def test_reading_opens_only_for_a_panel_that_is_complete(house: PanelSetting) -> None:
    panel = house.plan(by=house.support)

    def refused(words: str) -> None:
        with pytest.raises(Refused, match=words):
            panel_drawing.open_reading(panel, by=house.chair)

    refused("no chair")
    members = [(house.chair, Seat.CHAIR), (house.support, Seat.SUPPORT)]
    panels.set_members(panel, members=members, by=house.chair)
    refused("no case")
    case = add(panel, house.confirmed, by=house.chair)
    refused("at least two members")
    panels.set_members(panel, members=[*members, (house.first, Seat.MEMBER)], by=house.chair)
    give_part(house.confirmed, house.first, "direct_audit")
    refused(f"at least two members .*{house.confirmed.reference} .not Fay First")
    panels.set_members(
        panel, members=[*members, (house.first, Seat.MEMBER), (house.second, Seat.MEMBER)], by=house.chair
    )
    house.second.posts.update(ends_on=a_day(-1))
    refused("No longer in a post for their seat: Sid Second-Member")
    house.second.posts.update(ends_on=None)
    Panel.objects.filter(pk=panel.pk).update(meets_on=a_day(-1))
    refused("has passed")
    Panel.objects.filter(pk=panel.pk).update(meets_on=a_day(9))
    Audit.objects.filter(pk=case.audit_id).update(confidential=True)
    refused("no longer stand")
    Audit.objects.filter(pk=case.audit_id).update(confidential=False)
    panel = panel_drawing.open_reading(panel, by=house.chair)
    assert panel.state == Panel.State.READING
    # Not for the one who directs the case, nor for support.
    assert set(due_days(panel)) == {"Cho Chair", "Sid Second-Member"}


@pytest.mark.parametrize("concern", ["auditor", "case-holder", "contributor", "moderator"])
def test_whoever_is_concerned_neither_reads_nor_counts(house: PanelSetting, concern: str) -> None:
    audit = house.confirmed
    match concern:
        case "auditor":
            Audit.objects.filter(pk=audit.pk).update(auditor=house.first)
        case "case-holder":
            Audit.objects.filter(pk=audit.pk).update(case_holder=house.first)
        case "contributor":
            Contribution.objects.create(
                audit=audit, section=audit.form.sections[0].key, person=house.first, asked_by=audit.auditor
            )
        case "moderator":
            audit.moderation.hand_overs.create(
                before=house.first, after=house.authority.moderator, reason="Leave.", by=house.chair
            )
    panel = house.reading(audit, house.fresh)
    graders = {member.person.name for member in panel.members.all() if member.grades}
    assert set(due_days(panel)) == graders == {"Cho Chair", "Fay First", "Sid Second-Member"}
    members = [(house.chair, Seat.CHAIR), (house.first, Seat.MEMBER)]
    with pytest.raises(Refused, match="at least two members"):
        panels.set_members(panel, members=members, by=house.chair)


def test_another_day_moves_the_deadlines_both_ways_and_everybody_is_told(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    assert set(due_days(panel).values()) == {working_days_after(panel.meets_on, -1)}
    for day in (a_day(30), a_day(20), a_day(21)):
        before = panel.meets_on
        plan = plan_of(meets_on=day)
        panel = panels.change_panel(panel, **plan, seen_revision=panel.revision, by=house.chair)
        assert due_days(panel) == dict.fromkeys(due_days(panel), working_days_after(day, -1))
        assert len(due_days(panel)) == 3
        moved = f"The moderation panel of {before:%-d %B %Y} now meets on {day:%-d %B %Y}."
        assert told(house.first)[-1] == told(house.support)[-1] == moved
    with pytest.raises(Refused, match="sample is fixed"):
        panels.change_panel(
            panel, **plan_of(meets_on=day, sizes=Sizes(2, 1, 1, 1)), seen_revision=panel.revision, by=house.chair
        )
    with pytest.raises(Stale):
        panels.change_panel(panel, **plan_of(), seen_revision=panel.revision - 1, by=house.chair)


def test_calling_off_drops_everything_and_tells_everybody(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    with pytest.raises(Refused, match="Say why"):
        panels.cancel_panel(panel, reason=" ", by=house.chair)
    with pytest.raises(NotAllowed):
        panels.cancel_panel(panel, reason="No.", by=house.support)
    panels.cancel_panel(panel, reason="The room is flooded.", by=house.chair)
    assert due_days(panel) == {}
    assert told(house.first)[-1] == f"The moderation panel of {panel.meets_on:%-d %B %Y} does not meet."
    assert "flooded" not in str(list(Entry.objects.about(panel).values_list("details", flat=True)))


def test_a_late_reader_is_told_with_the_chair_and_not_their_manager(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    deadlines = {one.owner: one for one in Deadline.objects.about(panel).open()}
    assert told_when_late(deadlines[house.first], a_day(20)) == house.chair
    assert told_when_late(deadlines[house.chair], a_day(20)) is None


def test_members_change_while_they_read_and_grades_are_not_thrown_away(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed, house.fresh)
    late = someone(Role.PANEL_MEMBER, "Lou Late")
    members = [(house.chair, Seat.CHAIR), (house.first, Seat.MEMBER), (house.second, Seat.MEMBER)]
    panel = panels.set_members(panel, members=[*members, (late, Seat.MEMBER)], by=house.support)
    assert "Lou Late" in due_days(panel)
    panel = panels.set_members(panel, members=members, by=house.chair)
    assert "Lou Late" not in due_days(panel)
    with pytest.raises(Refused, match="needs a chair"):
        panels.set_members(panel, members=members[1:], by=house.chair)


def test_whoever_graded_and_lost_their_post_keeps_nobody_from_changing_the_members(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    case = panel.cases.select_related("panel").get()
    for person in (house.chair, house.first):
        panel_meeting.record_view(case, grade="G", reason="Seen.", by=person)
    User.objects.filter(pk__in=[house.chair.pk, house.first.pk]).update(is_active=False)
    new, manager = someone(Role.PANEL_MEMBER, "Nia New"), house.authority.qa_manager
    members = [(house.second, Seat.MEMBER), (new, Seat.MEMBER)]
    with pytest.raises(Refused, match="needs a chair"):
        panels.set_members(panel, members=members, by=manager)
    panel = panels.set_members(panel, members=[(manager, Seat.CHAIR), *members], by=manager)
    seats = dict.fromkeys((house.chair, house.first, house.second, new), "member") | {manager: "chair"}
    assert {one.person: one.seat for one in panel.members.all()} == seats
    assert case.views.count() == 2
    Panel.objects.filter(pk=panel.pk).update(state=Panel.State.DISCUSSING)
    clerk = (house.support, Seat.SUPPORT)
    panel = panels.set_members(panel, members=[(manager, Seat.CHAIR), *members, clerk], by=manager)
    assert {one.person: one.seat for one in panel.members.all()} == seats | {house.support: "support"}


def test_a_period_may_reach_as_far_as_days_do(house: PanelSetting) -> None:
    panel = house.plan(decided_from=date.min, decided_to=date.max, meets_on=date.max)
    assert panel_drawing.preview(panel, by=house.chair).eligible_count == 4


def test_a_case_comes_off_with_a_reason_and_the_last_one_stays(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed, house.fresh)
    first, last = panel.cases.all()
    with pytest.raises(Refused, match="Say why"):
        panel_drawing.remove_case(first, reason="", by=house.chair)
    panel_drawing.remove_case(first, reason="The family asked for it.", by=house.chair)
    with pytest.raises(Stale, match="taken off"):
        panel_drawing.remove_case(first, reason="Twice.", by=house.chair)
    with pytest.raises(Refused, match="last case"):
        panel_drawing.remove_case(last, reason="All of them.", by=house.chair)
    assert house.confirmed.reasons.get(kind="taken off the moderation panel").text == "The family asked for it."
    assert set(candidates_for(house.chair)) >= {house.confirmed}


def test_nobody_is_asked_to_grade_an_audit_that_was_cancelled(house: PanelSetting, client: Client) -> None:
    panel = house.reading(house.confirmed, house.fresh)
    Audit.objects.filter(pk=house.fresh.pk).update(state=State.CANCELLED)
    for person in (house.chair, house.first, house.second):
        panel_meeting.record_view(panel.cases.first(), grade="G", reason="Seen.", by=person)
    assert not Deadline.objects.about(panel).open().exists()
    client.force_login(house.chair)
    page = client.get(f"/moderation/panels/{panel.pk}/").content.decode()
    assert page.count("has recorded 1 of 1") == 3
    assert page.count("the panel does not look at it any more") == 1
    assert panel_meeting.open_discussion(panel, by=house.chair).state == Panel.State.DISCUSSING


def test_whoever_lost_their_role_can_do_nothing_more(house: PanelSetting) -> None:
    panel = house.seated()
    assert may(house.first, "see", panel)
    house.first.posts.update(ends_on=a_day(-1))
    house.first.__dict__.pop("current_posts", None)
    panel = Panel.objects.get(pk=panel.pk)
    assert not may(house.first, "see", panel)
    assert not visible_to(house.first).exists()
    PostFactory.create(person=house.first, role=Role.QA_OFFICER)
    house.first.__dict__.pop("current_posts", None)
    # Now they see every panel, and still do not hold the member's seat.
    assert set(visible_to(house.first)) == {panel}
    assert not may(house.first, "manage", Panel.objects.get(pk=panel.pk))
    assert PanelMember.objects.filter(panel=panel, person=house.first).exists()


def test_periods_are_said_as_one_says_them() -> None:
    day = a_day(0).replace(year=2026, month=11, day=30)
    assert period_in_words(day, day) == "on 30 November 2026"
    assert period_in_words(day.replace(month=9, day=1), day) == "between 1 September and 30 November 2026"
    assert period_in_words(day.replace(year=2025, day=1), day) == "between 1 November 2025 and 30 November 2026"
