"""Who reads and grades which case of a panel, and by when."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from moderation.access.conflicts import conflicts_of
from moderation.access.panels import open_to_panel
from moderation.models import Panel, PanelCase, PanelMember, PanelView
from moderation.workflow.panel_steps import cases_of, members_of, name_of, path_of
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import extend_deadline, set_deadline
from qaf.errors import Refused
from qaf.people.models import User

# The deadline of a grading member: every case read and graded before the panel meets.
READING = "panel_reading"
FEWEST_GRADERS = 2


def demand_two_graders(cases: Sequence[PanelCase], graders: Sequence[User]) -> None:
    """Raise Refused, naming the audits, when a case would be graded by fewer than two members."""
    conflicts = conflicts_of(case.audit for case in cases)
    short = []
    for case in cases:
        concerned = [person for person in graders if conflicts[case.audit_id].why(person)]
        if len(graders) - len(concerned) < FEWEST_GRADERS:
            names = " and ".join(str(person) for person in concerned)
            short.append(case.audit.reference + (f" (not {names}, who had a part in it)" if names else ""))
    if short:
        raise Refused(
            "Each case is graded by at least two members who had no part in it. Add a member, or take off: "
            f"{'; '.join(short)}."
        )


def mine_to_grade(panel: Panel, person: User) -> list[PanelCase]:
    """The panel's cases in their order without those that a person is concerned with."""
    cases = [case for case in cases_of(panel) if open_to_panel(case.audit)]
    conflicts = conflicts_of(case.audit for case in cases)
    return [case for case in cases if not conflicts[case.audit_id].why(person)]


def settle_reading(panel: Panel) -> None:
    """Set, meet and drop the deadlines so that exactly those have one who still have a case to grade."""
    cases = [case for case in cases_of(panel) if open_to_panel(case.audit)]
    members = [member for member in members_of(panel) if member.grades]
    conflicts = conflicts_of(case.audit for case in cases)
    done = set(PanelView.objects.filter(case__panel=panel).values_list("member_id", "case_id"))
    open_for = {deadline.owner_id for deadline in _open(panel)}
    drop_reading(panel, open_for - {member.person_id for member in members})
    for member in members:
        mine = [case for case in cases if not conflicts[case.audit_id].why(member.person)]
        if any((member.pk, case.pk) not in done for case in mine):
            if member.person_id not in open_for:
                _set(panel, member)
        elif mine:
            _meet(panel, member)
        else:
            drop_reading(panel, [member.person_id])


def _open(panel: Panel, people: Iterable[int] | None = None) -> list[Deadline]:
    found = Deadline.objects.about(panel).open().filter(kind=READING).select_related("owner")
    return list(found if people is None else found.filter(owner__in=people))


def _due_on(panel: Panel) -> date:
    """The working day before the meeting, or today when that has passed."""
    return max(timezone.localdate(), working_days_after(panel.meets_on, -1))


def _title(panel: Panel) -> str:
    return f"Read and grade the cases of {name_of(panel)}"


def _set(panel: Panel, member: PanelMember) -> None:
    set_deadline(
        panel, kind=READING, owner=member.person, due_on=_due_on(panel), title=_title(panel), path=path_of(panel)
    )


def _meet(panel: Panel, member: PanelMember) -> None:
    met = Deadline.objects.about(panel).open().filter(kind=READING, owner=member.person_id)
    met.update(met_at=timezone.now(), next_reminder_on=None)


def move_reading(panel: Panel, *, by: User) -> None:
    """The meeting has another day: whoever still has to read gets the working day before it."""
    due_on = _due_on(panel)
    for deadline in _open(panel):
        deadline.title = _title(panel)
        deadline.save(update_fields=["title"])
        if due_on > deadline.due_on:
            extend_deadline(deadline, to_day=due_on, reason="The panel meets on another day.", by=by)
    earlier = [deadline.owner_id for deadline in _open(panel) if deadline.due_on > due_on]
    if earlier:
        # A deadline is only ever extended; one that comes sooner is another one.
        drop_reading(panel, earlier)
        settle_reading(panel)


def drop_reading(panel: Panel, people: Iterable[int] | None = None) -> None:
    """Nobody, or none of these people, has to read any more."""
    keys = [deadline.pk for deadline in _open(panel, people)]
    Deadline.objects.filter(pk__in=keys).update(dropped_at=timezone.now(), next_reminder_on=None)


def told_when_late(deadline: Deadline, day: date) -> User | None:
    """Who is told beside a member that they have not read: the panel's chair, not the member's own manager."""
    chairs = PanelMember.objects.filter(panel=deadline.subject_id, seat=PanelMember.Seat.CHAIR)
    chair = chairs.exclude(person=deadline.owner_id).select_related("person").first()
    return chair.person if chair is not None else None


def none_hidden() -> list[int]:
    """No deadline of a panel is hidden from administrators: it says no more than the day of the meeting."""
    return []
