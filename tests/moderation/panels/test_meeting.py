"""Opening the discussion, writing down what was agreed, the guests, closing, and what becomes of the grades."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.forms.models import model_to_dict
from django.test import Client

from audits.models import Audit, Judgement, Recipient, State
from audits.workflow.panel_grades import apply_panel_grade
from audits.workflow.reaudits import DUTIES
from moderation.access.panels import invitations_visible_to
from moderation.models import ModerationSettings, Panel, PanelCase, PanelInvitation, PanelMember
from moderation.queries.panel_minutes import kept_minutes
from moderation.workflow import panel_drawing, panel_meeting, panels
from moderation.workflow.panel_reading import READING
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.setting import someone
from tests.moderation.panels.setting import PanelSetting, Seat, a_day, add, plan_of
from tests.moderation.panels.test_blind import case_of, view


def discussing(house: PanelSetting, *audits: Audit) -> Panel:
    """A panel whose members have graded everything and that discusses it."""
    panel = house.reading(*audits)
    for case in panel.cases.all():
        for person in (house.chair, house.first, house.second):
            view(case, person)
    return panel_meeting.open_discussion(panel, by=house.chair)


def agree(panel: Panel, audit: Audit, grade: str, house: PanelSetting, **more: Any) -> PanelCase:
    case = case_of(panel, audit)
    values = {"discussion": "The plan has no dates.", "lessons": "Dates make plans.", "seen_revision": case.revision}
    return panel_meeting.save_discussion(case, agreed_grade=grade, by=house.support, **(values | more))


def attend(panel: Panel, house: PanelSetting) -> Panel:
    panel = Panel.objects.get(pk=panel.pk)
    attended = {member.pk: member.person_id != house.second.pk for member in panel.members.all()}
    return panel_meeting.save_notes(
        panel, notes="Good meeting.", attended=attended, seen_revision=panel.revision, by=house.support
    )


def everything_of_the_audits() -> dict[str, list[dict[str, Any]]]:
    """Every row of the audits' own app."""
    return {
        model._meta.label: sorted((model_to_dict(row) | {"pk": row.pk} for row in model.objects.all()), key=str)
        for model in apps.get_app_config("audits").get_models()
    }


def test_grades_are_due_the_day_before_and_met_by_the_last_one(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed, house.fresh)
    mine = Deadline.objects.about(panel).filter(kind=READING, owner=house.first)
    view(case_of(panel, house.confirmed), house.first)
    assert mine.open().count() == 1
    view(case_of(panel, house.fresh), house.first)
    assert mine.get().met_at is not None
    assert Deadline.objects.about(panel).open().count() == 2
    with pytest.raises(Refused, match="recorded grades already and keeps a seat"):
        panels.set_members(panel, members=[(house.chair, Seat.CHAIR), (house.second, Seat.MEMBER)], by=house.chair)


def test_the_discussion_opens_on_the_day_or_when_all_is_recorded(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    for sure in (False, True):
        with pytest.raises(panel_meeting.MissingViews, match="or before that once every grade is recorded") as early:
            panel_meeting.open_discussion(panel, by=house.chair, although_missing=sure)
    assert len(early.value.missing) == 3
    view(case_of(panel, house.confirmed), house.chair)
    Panel.objects.filter(pk=panel.pk).update(meets_on=a_day(0))
    with pytest.raises(panel_meeting.MissingViews, match="Fay First, Sid Second-Member"):
        panel_meeting.open_discussion(panel, by=house.support)
    with pytest.raises(NotAllowed):
        panel_meeting.open_discussion(panel, by=house.first)
    panel = panel_meeting.open_discussion(panel, by=house.support, although_missing=True)
    assert not Deadline.objects.about(panel).open().exists()
    with pytest.raises(Stale):
        view(case_of(panel, house.confirmed), house.first)
    # Grading seats are fixed now; support may still change.
    members = [(member.person, member.seat) for member in panel.members.all()]
    late = someone(Role.QA_OFFICER, "Ola Officer")
    panels.set_members(panel, members=[*members, (late, Seat.SUPPORT)], by=house.chair)
    with pytest.raises(Stale, match="only support seats"):
        panels.set_members(panel, members=members[:-2], by=house.chair)


def test_what_was_agreed_is_saved_and_comes_back(house: PanelSetting) -> None:
    panel = discussing(house, house.confirmed)
    saved = agree(panel, house.confirmed, "", house, lessons="")
    assert (saved.discussion, saved.agreed_grade, saved.lessons, saved.revision) == (
        "The plan has no dates.",
        "",
        "",
        1,
    )
    with pytest.raises(Stale, match="Compare before you save"):
        agree(panel, house.confirmed, "G", house, seen_revision=0)
    with pytest.raises(Refused, match="scale"):
        agree(panel, house.confirmed, "Z", house)
    with pytest.raises(Refused, match="Shorten"):
        agree(panel, house.confirmed, "G", house, lessons="x" * 10_001)
    agree(panel, house.confirmed, "G", house, discussion="Łódź 👩‍👧 was named.")
    assert case_of(panel, house.confirmed).discussion == "Łódź 👩‍👧 was named."
    with pytest.raises(Refused, match="no member"):
        panel_meeting.save_notes(panel, notes="", attended={0: True}, seen_revision=panel.revision, by=house.chair)
    # What people wrote is in no entry of the trail and in no notice.
    texts = [*Entry.objects.values_list("details", flat=True), *Notice.objects.values_list("text", flat=True)]
    assert not [text for text in texts if "Łódź" in str(text) or "dates" in str(text)]


def test_a_panel_closes_when_everything_is_there_and_keeps_its_minutes(house: PanelSetting) -> None:
    panel = discussing(house, house.confirmed, house.shifted)
    agree(panel, house.confirmed, "RI", house, discussion=" ")
    before = everything_of_the_audits()
    with pytest.raises(panel_meeting.NotCloseable) as refused:
        panel_meeting.close_panel(panel, by=house.chair)
    first, second = house.confirmed.reference, house.shifted.reference
    assert [lack.message for lack in refused.value.lacks] == [
        f"{first}: write down what was said",
        f"{second}: choose the grade that was agreed",
        f"{second}: write down what was said",
        "note whether they came: Cho Chair, Fay First, Sid Second-Member, Oli Officer",
    ]
    agree(panel, house.confirmed, "RI", house)
    agree(panel, house.shifted, "I", house)
    panel = attend(panel, house)
    for person in (house.support, house.first):
        with pytest.raises(NotAllowed):
            panel_meeting.close_panel(panel, by=person)
    panel = panel_meeting.close_panel(panel, by=house.chair)
    assert (panel.state, panel.closed_by, panel.changed_grades) == (Panel.State.CLOSED, house.chair, False)
    minutes = kept_minutes(Panel.objects.get(pk=panel.pk))
    assert [case.agreed_grade for case in minutes.cases] == ["Requires improvement", "Inadequate"]
    assert [person.name for person in minutes.apologies] == ["Sid Second-Member"]
    # The framework's panel calibrates: about the audits nothing at all has changed.
    assert everything_of_the_audits() == before
    with pytest.raises(Stale):
        panel_meeting.close_panel(panel, by=house.chair)
    with pytest.raises(Stale):
        agree(panel, house.confirmed, "G", house)


def test_where_the_setting_says_so_the_grades_follow(house: PanelSetting) -> None:
    ModerationSettings.objects.update_or_create(pk=1, defaults={"panel_changes_grades": True})
    Audit.objects.filter(pk=house.confirmed.pk).update(state=State.CLOSED)
    Recipient.objects.create(audit=house.confirmed, person=house.authority.team_manager, reason="Team manager")
    panel = discussing(house, house.confirmed, house.lowered, house.fresh)
    duties = Deadline.objects.about(house.lowered).open().filter(kind__in=DUTIES)
    assert duties.exists()
    reaudit = house.lowered.reaudit
    assert reaudit is not None
    for audit, grade in ((house.confirmed, "I"), (house.lowered, "RI"), (house.fresh, "G")):
        agree(panel, audit, grade, house)
    panel = panel_meeting.close_panel(attend(panel, house), by=house.chair)
    assert panel.changed_grades
    confirmed = Audit.objects.get(pk=house.confirmed.pk)
    assert (confirmed.state, confirmed.final_grade, confirmed.meets_standard, confirmed.raises_alert) == (
        State.CLOSED, "I", False, True,
    )  # fmt: skip
    overall = confirmed.judgements.get(is_overall=True)
    assert (overall.auditor_grade, overall.moderated_grade, overall.panel_grade, overall.final_grade) == (
        "G", "G", "I", "I",
    )  # fmt: skip
    assert set(Deadline.objects.about(confirmed).open().values_list("kind", flat=True)) >= {"case_direction"}
    lowered = Audit.objects.get(pk=house.lowered.pk)
    assert (lowered.final_grade, lowered.raises_alert) == ("RI", False)
    assert not duties.exists()
    # Nobody had begun its re-audit.
    assert Audit.objects.get(pk=reaudit.pk).state == State.CANCELLED
    text = f"{confirmed.reference}: The moderation panel changed a grade of this audit."
    people = {house.authority.auditor, house.authority.moderator, house.authority.team_manager}
    assert {notice.person for notice in Notice.objects.filter(text=text)} == people
    entry = Entry.objects.about(confirmed).get(verb="audit.panel_grade")
    assert entry.details == {"domain": overall.domain, "before": "G", "after": "I"}
    # Confirmed by the panel: kept as its grade, and nobody is told.
    fresh = house.fresh.judgements.get(is_overall=True)
    assert (fresh.panel_grade, fresh.final_grade) == ("G", "G")
    assert not Notice.objects.filter(text__contains=f"{house.fresh.reference}: The moderation panel changed").exists()


def test_a_domain_changes_by_itself(house: PanelSetting) -> None:
    domain = Judgement.objects.filter(audit=house.shifted, is_overall=False).first()
    assert domain is not None
    before = model_to_dict(Audit.objects.get(pk=house.shifted.pk))
    apply_panel_grade(house.shifted, domain=domain.domain, grade="O", by=house.chair)
    domain.refresh_from_db()
    assert (domain.panel_grade, domain.final_grade) == ("O", "O")
    assert model_to_dict(Audit.objects.get(pk=house.shifted.pk)) == before
    for name, grade in (("nothing", "O"), (domain.domain, "Z")):
        with pytest.raises(Refused):
            apply_panel_grade(house.shifted, domain=name, grade=grade, by=house.chair)


def test_a_reopened_audit_keeps_the_panel_from_closing_until_it_is_taken_off(house: PanelSetting) -> None:
    panel = discussing(house, house.confirmed, house.fresh)
    for audit in (house.confirmed, house.fresh):
        agree(panel, audit, "G", house)
    panel = attend(panel, house)
    Audit.objects.filter(pk=house.fresh.pk).update(state=State.MODERATING)
    with pytest.raises(panel_meeting.NotCloseable, match=f"{house.fresh.reference}: its grades no longer stand"):
        panel_meeting.close_panel(panel, by=house.chair)
    with pytest.raises(Refused, match="the case stays"):
        take_off(case_of(panel, house.confirmed), house)
    take_off(case_of(panel, house.fresh), house)
    assert panel_meeting.close_panel(panel, by=house.chair).state == Panel.State.CLOSED


def test_an_audit_that_became_confidential_is_shown_no_more_and_comes_off(house: PanelSetting, client: Client) -> None:
    panel = discussing(house, house.confirmed, house.fresh)
    for audit in (house.confirmed, house.fresh):
        agree(panel, audit, "G", house)
    panel = attend(panel, house)
    case = case_of(panel, house.fresh)
    Audit.objects.filter(pk=house.fresh.pk).update(confidential=True)
    client.force_login(house.chair)
    assert client.get(f"/moderation/panels/{panel.pk}/cases/{case.pk}/").status_code == 409
    assert f"cases/{case.pk}/remove/" in client.get(f"/moderation/panels/{panel.pk}/").content.decode()
    with pytest.raises(panel_meeting.NotCloseable, match=f"{house.fresh.reference}: it is confidential now"):
        panel_meeting.close_panel(panel, by=house.chair)
    closing = client.get(f"/moderation/panels/{panel.pk}/close/").content.decode()
    assert closing.count(f"/moderation/panels/{panel.pk}/cases/{case.pk}/") == 1
    assert f'href="/moderation/panels/{panel.pk}/cases/{case.pk}/remove/"' in closing
    take_off(case, house)
    assert panel_meeting.close_panel(panel, by=house.chair).state == Panel.State.CLOSED


def take_off(case: PanelCase, house: PanelSetting) -> None:
    panel_drawing.remove_case(case, reason="Its moderation was reopened.", by=house.chair)


def test_a_concerned_chair_leaves_the_case_to_somebody_else(house: PanelSetting) -> None:
    house.confirmed.moderation.hand_overs.create(
        before=house.chair, after=house.authority.moderator, reason="Leave.", by=house.chair
    )
    panel = house.reading(house.confirmed)
    view(case_of(panel, house.confirmed), house.first)
    view(case_of(panel, house.confirmed), house.second)
    panel = panel_meeting.open_discussion(panel, by=house.chair)
    case = case_of(panel, house.confirmed)
    with pytest.raises(NotAllowed, match="You moderated it"):
        panel_meeting.save_discussion(
            case, discussion="Mine.", agreed_grade="G", lessons="", seen_revision=0, by=house.chair
        )
    agree(panel, house.confirmed, "G", house)


def test_an_auditor_is_invited_and_answers(house: PanelSetting) -> None:
    panel, auditor = house.reading(house.confirmed), house.authority.auditor
    case = case_of(panel, house.confirmed)
    for person in (house.first, house.authority.practitioner):
        with pytest.raises(Refused, match="Invite the auditor"):
            panel_meeting.invite(case, person=person, message="", by=house.chair)
    with pytest.raises(NotAllowed):
        panel_meeting.invite(case, person=auditor, message="", by=house.first)
    invitation = panel_meeting.invite(case, person=auditor, message="Tell us of the mother.", by=house.support)
    with pytest.raises(Stale, match="invited"):
        panel_meeting.invite(case, person=auditor, message="", by=house.chair)
    assert list(invitations_visible_to(auditor)) == [invitation]
    assert not invitations_visible_to(house.first).exists()
    with pytest.raises(NotAllowed):
        panel_meeting.answer_invitation(invitation, accepted=True, by=house.first)
    panel_meeting.answer_invitation(invitation, accepted=True, by=auditor)
    panel_meeting.answer_invitation(invitation, accepted=True, by=auditor)
    panel_meeting.answer_invitation(invitation, accepted=False, by=auditor)
    day = f"the moderation panel of {panel.meets_on:%-d %B %Y}"
    ours = Notice.objects.filter(key__startswith=f"panel:{panel.pk}:").order_by("pk")
    assert list(ours.filter(person=auditor).values_list("text", "path")) == [
        (
            f"You are invited to {day}, to talk about your audit {case.audit.reference}.",
            f"/moderation/panels/invitations/{invitation.pk}/",
        )
    ]
    assert [text for text in ours.filter(person=house.support).values_list("text", flat=True) if "auditor" in text] == [
        f"{case.audit.reference}: the invited auditor comes to {day}.",
        f"{case.audit.reference}: the invited auditor does not come to {day}.",
    ]
    panels.cancel_panel(panel, reason="Snow.", by=house.chair)
    assert ours.filter(person=auditor).last().text == f"T{day[1:]} does not meet."
    assert not invitations_visible_to(auditor).exists()
    with pytest.raises(Stale):
        panel_meeting.answer_invitation(invitation, accepted=True, by=auditor)


def acts(panel: Panel, house: PanelSetting) -> dict[str, Callable[[Any], object]]:
    """Every step by its name, ready to be taken by somebody."""
    case = PanelCase.objects.select_related("panel", "audit").filter(panel=panel).first()
    assert case is not None
    members = [(member.person, member.seat) for member in panel.members.select_related("person")]
    members.append((someone(Role.QA_OFFICER, "Kit New"), Seat.SUPPORT))
    return {
        "change": lambda by: panels.change_panel(panel, **plan_of(), seen_revision=panel.revision, by=by),
        "members": lambda by: panels.set_members(panel, members=members, by=by),
        "draw": lambda by: panel_drawing.draw_sample(panel, seed=1, by=by),
        "add": lambda by: add(panel, house.shifted, by=by),
        "remove": lambda by: panel_drawing.remove_case(case, reason="It must.", by=by),
        "open": lambda by: panel_drawing.open_reading(panel, by=by),
        "record": lambda by: view(case, by),
        "reveal": lambda by: panel_meeting.open_discussion(panel, although_missing=True, by=by),
        "invite": lambda by: panel_meeting.invite(case, person=house.authority.auditor, message="", by=by),
        "discuss": lambda by: panel_meeting.save_discussion(
            case, discussion="Said.", agreed_grade="G", lessons="", seen_revision=case.revision, by=by
        ),
        "notes": lambda by: panel_meeting.save_notes(panel, notes="", attended={}, seen_revision=panel.revision, by=by),
        "close": lambda by: panel_meeting.close_panel(panel, by=by),
        "cancel": lambda by: panels.cancel_panel(panel, reason="Snow.", by=by),
    }


# In which states each step is open to a chair who also grades.
OPEN_IN = {
    "change": {"planned", "reading"},
    "members": {"planned", "reading", "discussing"},
    "draw": {"planned"},
    "add": {"planned"},
    "remove": {"planned", "reading", "discussing"},
    "open": {"planned"},
    "record": {"reading"},
    "reveal": {"reading"},
    "invite": {"reading", "discussing"},
    "discuss": {"discussing"},
    "notes": {"discussing"},
    "close": {"discussing"},
    "cancel": {"planned", "reading", "discussing"},
}


def everything_of_the_panels() -> list[Any]:
    return [
        sorted((model_to_dict(row) for row in model.objects.all()), key=str)
        for model in (Panel, PanelMember, PanelCase, PanelInvitation, Deadline)
    ] + [Entry.objects.count(), Notice.objects.filter(key__startswith="panel:").count()]


@pytest.mark.parametrize("state", ["planned", "reading", "discussing", "closed", "cancelled"])
def test_each_step_is_open_to_its_people_in_its_states_and_a_refusal_changes_nothing(
    house: PanelSetting, state: str
) -> None:
    panel = house.seated(meets_on=a_day(0))
    for place, audit in enumerate((house.confirmed, house.fresh), start=1):
        overall = audit.judgements.get(is_overall=True).domain
        PanelCase.objects.create(panel=panel, audit=audit, position=place, drawn_as="chosen", domain=overall)
    Panel.objects.filter(pk=panel.pk).update(state=state)
    panel = Panel.objects.get(pk=panel.pk)
    ready = acts(panel, house)
    assert set(ready) == set(OPEN_IN)
    before = everything_of_the_panels()
    for name, act in ready.items():
        for person in (house.authority.auditor, house.authority.moderator, house.authority.practitioner):
            with pytest.raises(NotAllowed):
                act(person)
        if name != "record":
            with pytest.raises((NotAllowed, Stale)):
                act(house.first)
        if state not in OPEN_IN[name]:
            with pytest.raises(Stale):
                act(house.chair)
        assert everything_of_the_panels() == before, name
        if state in OPEN_IN[name]:
            with transaction.atomic():
                # Open to the chair: done, or refused for what it lacks, and not for the state or the person.
                try:
                    act(house.chair)
                except (NotAllowed, Stale):
                    raise
                except Refused:
                    assert everything_of_the_panels() == before, name
                else:
                    assert everything_of_the_panels() != before, name
                transaction.set_rollback(True)
