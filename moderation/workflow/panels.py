"""Planning a panel, changing what was planned, seating its members, and calling it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from moderation.access.panels import ROLES_OF_SEAT, may_plan, may_sit
from moderation.models import Panel, PanelCase, PanelMember, PanelView
from moderation.panel_sampling import Sizes
from moderation.workflow.panel_reading import demand_two_graders, drop_reading, move_reading, settle_reading
from moderation.workflow.panel_steps import (
    cases_of,
    inform,
    inform_members,
    invitations_of,
    locked,
    members_of,
    name_of,
    path_of_invitation,
)
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record

Seat = PanelMember.Seat
MOST_OF_A_KIND = 50


@dataclass(frozen=True)
class _Plan:
    """What a panel is planned as, read and found to be in order."""

    title: str
    meets_on: date
    place: str
    decided_from: date
    decided_to: date
    sizes: Sizes

    def check(self, *, meets_before: date | None = None) -> None:
        """Raise Refused for what does not fit. ``meets_before``: the day it was to meet until now."""
        if not self.title.strip() or len(self.title.strip()) > 120:
            raise Refused("Give the panel a title of at most 120 characters.")
        if len(self.place.strip()) > 200:
            raise Refused("Name the place in at most 200 characters.")
        if self.meets_on != meets_before and self.meets_on < timezone.localdate():
            raise Refused("Choose a day of the meeting from today on.")
        if self.decided_to < self.decided_from:
            raise Refused("The last day of the period lies before its first. Choose them in order.")
        sizes = (self.sizes.random, self.sizes.differing, self.sizes.domains, self.sizes.innovative)
        if any(not 0 <= size <= MOST_OF_A_KIND for size in sizes):
            raise Refused(f"Ask for 0 to {MOST_OF_A_KIND} cases of each kind.")

    @property
    def what_is_drawn(self) -> tuple[date, date, Sizes]:
        return self.decided_from, self.decided_to, self.sizes

    def write(self, panel: Panel) -> None:
        panel.title, panel.place, panel.meets_on = self.title.strip(), self.place.strip(), self.meets_on
        panel.decided_from, panel.decided_to = self.decided_from, self.decided_to
        panel.random_size, panel.differing_size = self.sizes.random, self.sizes.differing
        panel.domain_size, panel.innovative_size = self.sizes.domains, self.sizes.innovative


def sizes_of(panel: Panel) -> Sizes:
    """How many cases of each kind a panel draws."""
    return Sizes(panel.random_size, panel.differing_size, panel.domain_size, panel.innovative_size)


@transaction.atomic
def plan_panel(
    *, title: str, meets_on: date, place: str, decided_from: date, decided_to: date, sizes: Sizes, by: User
) -> Panel:
    """Plan a meeting. A QA manager who plans it gets the chair's seat, a QA officer the support's.

    How many a year there may be is the planner's judgement (``queries.panels.how_many_this_year``): nothing is
    refused for that. Raises Refused for what does not fit, or NotAllowed.
    """
    if not may_plan(by):
        raise NotAllowed("Only QA officers and QA managers plan a panel.")
    plan = _Plan(title, meets_on, place, decided_from, decided_to, sizes)
    plan.check()
    panel = Panel(created_by=by)
    plan.write(panel)
    panel.save()
    seat = Seat.CHAIR if by.holds(Role.QA_MANAGER) else Seat.SUPPORT
    PanelMember.objects.create(panel=panel, person=by, seat=seat)
    record("panel.planned", panel, by=by, meets_on=meets_on)
    return panel


@transaction.atomic
def change_panel(
    panel: Panel,
    *,
    title: str,
    meets_on: date,
    place: str,
    decided_from: date,
    decided_to: date,
    sizes: Sizes,
    seen_revision: int,
    by: User,
) -> Panel:
    """Change what was planned; what is drawn from only until members read.

    With another period or other sizes a sample that was drawn falls away and is drawn again; cases added by hand stay.
    With another day the members' deadlines move and everybody is told. Raises Refused, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="change")
    if panel.revision != seen_revision:
        raise Stale("This panel was changed from another page after you opened this one. Compare before you save.")
    plan = _Plan(title, meets_on, place, decided_from, decided_to, sizes)
    plan.check(meets_before=panel.meets_on)
    redraws = plan.what_is_drawn != (panel.decided_from, panel.decided_to, sizes_of(panel))
    if redraws and panel.state != Panel.State.PLANNED:
        raise Refused("The sample is fixed since the members read it. Leave its period and sizes as they are.")
    before = panel.meets_on
    plan.write(panel)
    panel.revision += 1
    if redraws:
        forget_sample(panel)
    panel.save()
    if panel.meets_on != before:
        move_reading(panel, by=by)
        text = f"The moderation panel of {before:%-d %B %Y} now meets on {panel.meets_on:%-d %B %Y}."
        event = f"moved:{panel.revision}"
        inform_members(panel, event=event, text=text, but=by)
        for invitation in invitations_of(panel):
            path = path_of_invitation(invitation)
            inform(panel, invitation.person, event=f"{event}:guest", text=text, path=path)
    record("panel.changed", panel, by=by, meets_on=panel.meets_on)
    return panel


def forget_sample(panel: Panel) -> None:
    """Take the drawn cases off a planned panel; those added by hand stay. Does not save the panel."""
    PanelCase.objects.filter(panel=panel).exclude(drawn_as=PanelCase.Drawn.CHOSEN).delete()
    panel.seed, panel.eligible_count, panel.explanation = None, None, ""
    panel.drawn_at, panel.drawn_by = None, None


@transaction.atomic
def set_members(panel: Panel, *, members: Sequence[tuple[User, str]], by: User) -> Panel:
    """Seat exactly these people. Whoever is new, or no longer on it, is told; while members read, so are deadlines.

    Whoever has recorded a grade keeps a grading seat, and once the discussion is open only support seats change. So
    those of them who no longer hold a post for it, whom nobody can choose, stay by themselves.
    Raises Refused with what to do, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="members")
    _check_members(members)
    before = {member.person_id: member for member in members_of(panel)}
    members = [*members, *_who_stay(panel, before, members)]
    seats = {person.pk: seat for person, seat in members}
    people = {person.pk: person for person, _ in members}
    _check_kept(panel, before, seats)
    gone = [member for pk, member in before.items() if pk not in seats]
    PanelMember.objects.filter(pk__in=[member.pk for member in gone]).delete()
    # The chair's seat is one: whoever leaves it does so before another takes it.
    changed = [member for pk, member in before.items() if pk in seats and member.seat != seats[pk]]
    for member in sorted(changed, key=lambda one: seats[one.person_id] == Seat.CHAIR):
        member.seat = seats[member.person_id]
        member.save(update_fields=["seat"])
    added = [pk for pk in seats if pk not in before]
    for pk in added:
        PanelMember.objects.create(panel=panel, person=people[pk], seat=seats[pk])
    panel.__dict__.pop("_seats", None)
    if not (gone or changed or added):
        return panel
    panel.revision += 1
    panel.save(update_fields=["revision"])
    if panel.state == Panel.State.READING:
        settle_reading(panel)
    for pk in added:
        if pk != by.pk:
            text = f"You sit on {name_of(panel)}."
            inform(panel, people[pk], event=f"seated:{panel.revision}", text=text)
    for member in gone:
        if member.person_id != by.pk:
            text = f"You no longer sit on {name_of(panel)}."
            inform(panel, member.person, event=f"unseated:{panel.revision}", text=text, path="/")
    record("panel.members", panel, by=by, members=[[pk, str(seat)] for pk, seat in seats.items()])
    return panel


def _check_members(members: Sequence[tuple[User, str]]) -> None:
    keys = [person.pk for person, _ in members]
    if len(set(keys)) < len(keys):
        raise Refused("Somebody is listed twice. Give each person one seat.")
    if sum(seat == Seat.CHAIR for _, seat in members) > 1:
        raise Refused("A panel has one chair. Choose one.")
    for person, seat in members:
        if seat not in Seat.values:
            raise Refused("Choose each seat from the list.")
        if not may_sit(person, seat):
            roles = " or ".join(f"“{role.label}”" for role in ROLES_OF_SEAT[seat])
            raise Refused(
                f"{person} cannot hold the seat “{Seat(seat).label}”: today it takes the role {roles}. Ask an "
                "administrator for the post, or choose somebody else."
            )


def _who_stay(
    panel: Panel, before: dict[int, PanelMember], members: Sequence[tuple[User, str]]
) -> list[tuple[User, str]]:
    """Those who cannot be chosen any more and whose grades stand, each with a seat beside those that were chosen."""
    chosen = {person.pk for person, _ in members}
    graded = set(PanelView.objects.filter(case__panel=panel).values_list("member__person_id", flat=True))
    discussing = panel.state == Panel.State.DISCUSSING
    return [
        # The chair's seat is for somebody who can act, unless it stays with whoever had it at the discussion.
        (member.person, member.seat if discussing and not _has_chair(members) else Seat.MEMBER)
        for pk, member in before.items()
        if pk not in chosen
        and member.grades
        and not may_sit(member.person, member.seat)
        and (discussing or pk in graded)
    ]


def _has_chair(members: Sequence[tuple[User, str]]) -> bool:
    return any(seat == Seat.CHAIR for _, seat in members)


def _check_kept(panel: Panel, before: dict[int, PanelMember], seats: dict[int, str]) -> None:
    """Refuse what would throw grades away, or let somebody grade who did not read with the others."""
    if panel.state == Panel.State.DISCUSSING:
        graders = {pk for pk, member in before.items() if member.grades}
        if graders != {pk for pk, seat in seats.items() if seat != Seat.SUPPORT}:
            raise Stale("The discussion is open, so only support seats can change. Nothing was changed.")
        return
    views = PanelView.objects.filter(case__panel=panel).values_list("member__person_id", flat=True)
    for pk in sorted(set(views)):
        if seats.get(pk, Seat.SUPPORT) == Seat.SUPPORT:
            raise Refused(f"{before[pk].person} has recorded grades already and keeps a seat that grades.")
    if panel.state == Panel.State.READING:
        if Seat.CHAIR not in seats.values():
            raise Refused("The members are reading, so the panel needs a chair. Choose one.")
        grading = [pk for pk, seat in seats.items() if seat != Seat.SUPPORT]
        demand_two_graders(cases_of(panel), list(User.objects.filter(pk__in=grading)))


@transaction.atomic
def cancel_panel(panel: Panel, *, reason: str, by: User) -> Panel:
    """Call a panel off, saying why: its deadlines fall away, and members and guests are told.

    Its audits are free for another panel. Raises Refused without a reason, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="cancel")
    if not reason.strip():
        raise Refused("Say why the panel does not meet.")
    panel.call_off()
    panel.cancel_reason = reason.strip()
    panel.revision += 1
    panel.save()
    drop_reading(panel)
    text = f"The moderation panel of {panel.meets_on:%-d %B %Y} does not meet."
    inform_members(panel, event="cancelled", text=text, but=by)
    for invitation in invitations_of(panel):
        inform(panel, invitation.person, event="cancelled:guest", text=text, path="/")
    record("panel.cancelled", panel, by=by)
    return panel
