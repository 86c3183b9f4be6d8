"""The meeting: grades recorded blind, then the discussion, what was agreed, the guests, and closing with minutes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audits.access import SETTLED
from audits.workflow.panel_grades import apply_panel_grade, hold
from moderation.access.conflicts import conflicts_of
from moderation.access.panels import may_case, seat_of
from moderation.models import ModerationSettings, Panel, PanelCase, PanelView
from moderation.queries.panel_minutes import make_minutes
from moderation.queries.panels import Missing, missing_views
from moderation.workflow.panel_guests import answer_invitation, invite
from moderation.workflow.panel_reading import drop_reading, settle_reading
from moderation.workflow.panel_steps import cases_of, inform_members, locked, locked_case, members_of, name_of
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

LONGEST = 10_000


class MissingViews(Refused):
    """Somebody has not recorded every grade. ``missing`` says who and on which cases."""

    title = "Some grades are missing"

    def __init__(self, message: str, missing: list[Missing]) -> None:
        super().__init__(message)
        self.missing = missing


@dataclass(frozen=True)
class Lack:
    """Something that keeps a panel from being closed; with the case it is about, or none for the meeting itself.

    ``comes_off``: the case has to be taken off the panel.
    """

    message: str
    case: PanelCase | None = None
    comes_off: bool = False


class NotCloseable(Refused):
    """The panel cannot be closed yet. ``lacks`` says what is missing."""

    title = "The panel is not complete yet"

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__("Still missing: " + "; ".join(lack.message for lack in lacks) + ".")
        self.lacks = lacks


def _grade_of(case: PanelCase, code: str) -> str:
    scale = case.audit.form.scale
    if scale is None or code not in scale.codes:
        raise Refused("Choose one of the grades of this audit's scale.")
    return code


def _demand_not_concerned(case: PanelCase, *, by: User, action: str) -> None:
    if not may_case(by, action, case):
        why = conflicts_of([case.audit])[case.audit_id].why(by)
        if why:
            raise NotAllowed(f"You {why}, so this case of the panel is for the others. Nothing was changed.")
        raise Stale("This audit was cancelled or is no longer open to a panel. Nothing was changed.")


@transaction.atomic
def record_view(case: PanelCase, *, grade: str, reason: str, by: User) -> PanelView:
    """Record one's own grade before one sees anybody else's. It is final.

    From then on the member is shown what auditor and moderator found, so a later change would not be blind. Raises
    Refused for no grade or no reason, NotAllowed for those who do not grade this case, or Stale when the discussion
    has been opened or their grade is recorded already.
    """
    case = locked_case(case, by=by, action="record")
    _demand_not_concerned(case, by=by, action="record")
    member = seat_of(by, case.panel)
    if member is None:
        raise NotAllowed("Only members of the panel record a grade.")
    if PanelView.objects.filter(case=case, member=member).exists():
        raise Stale("Your grade on this case is recorded already and stands. Nothing was changed.")
    grade = _grade_of(case, grade)
    if not reason.strip():
        raise Refused("Say what decided the grade for you.")
    view = PanelView.objects.create(case=case, member=member, grade=grade, reason=reason.strip()[:LONGEST])
    settle_reading(case.panel)
    record("panel.view_recorded", case.panel, by=by, audit=case.audit.reference)
    return view


@transaction.atomic
def open_discussion(panel: Panel, *, by: User, although_missing: bool = False) -> Panel:
    """Show everybody's grades and discuss: from the day of the meeting on, or once every grade is recorded.

    Grades that are missing on that day are named and do not block whoever says ``although_missing``; nobody can record
    them afterwards. Raises MissingViews, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="reveal")
    missing = missing_views(panel)
    if missing and timezone.localdate() < panel.meets_on:
        raise MissingViews(
            f"The discussion opens on {panel.meets_on:%-d %B %Y}, or before that once every grade is recorded.", missing
        )
    if missing and not although_missing:
        names = ", ".join(str(one.member.person) for one in missing)
        raise MissingViews(f"Not every grade is recorded yet ({names}). Confirm that you go on without them.", missing)
    panel.open_discussion()
    panel.revision += 1
    panel.save()
    drop_reading(panel)
    text = f"The discussion of {name_of(panel)} is open: everybody's grades are shown."
    inform_members(panel, event="discussing", text=text, but=by)
    record("panel.discussion_opened", panel, by=by, missing=sum(len(one.cases) for one in missing))
    return panel


@transaction.atomic
def save_discussion(
    case: PanelCase, *, discussion: str, agreed_grade: str, lessons: str, seen_revision: int, by: User
) -> PanelCase:
    """Write down what was said, the grade that was agreed and the lessons; nothing need be complete.

    Raises Refused for a grade that the scale does not have, NotAllowed, or Stale when the page was older than what is
    stored (the page shows both).
    """
    case = locked_case(case, by=by, action="discuss")
    _demand_not_concerned(case, by=by, action="discuss")
    if case.revision != seen_revision:
        raise Stale("This case was saved from another page after you opened this one. Compare before you save.")
    _demand_short(discussion, lessons)
    case.agreed_grade = _grade_of(case, agreed_grade) if agreed_grade else ""
    case.discussion, case.lessons = discussion.strip(), lessons.strip()
    case.revision += 1
    case.save()
    record("panel.case_discussed", case.panel, by=by, audit=case.audit.reference)
    return case


def _demand_short(*texts: str) -> None:
    if any(len(text) > LONGEST for text in texts):
        raise Refused(f"Shorten the text to {LONGEST:,} characters.")


@transaction.atomic
def save_notes(panel: Panel, *, notes: str, attended: Mapping[int, bool], seen_revision: int, by: User) -> Panel:
    """Write down what was said in general, and who came ({primary key of the member: whether}).

    Of whoever is left out nothing is noted. Raises Refused for somebody who is no member, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="discuss")
    if panel.revision != seen_revision:
        raise Stale("The notes were saved from another page after you opened this one. Compare before you save.")
    _demand_short(notes)
    members = {member.pk: member for member in members_of(panel)}
    if not set(attended) <= set(members):
        raise Refused("The page names somebody who is no member any more. Open it again.")
    for pk, member in members.items():
        if member.attended != attended.get(pk):
            member.attended = attended.get(pk)
            member.save(update_fields=["attended"])
    panel.notes = notes.strip()
    panel.revision += 1
    panel.save(update_fields=["notes", "revision"])
    record("panel.notes_saved", panel, by=by)
    return panel


def lacks_of(panel: Panel) -> list[Lack]:
    """What keeps a panel from being closed; empty when nothing does."""
    cases = cases_of(panel)
    lacks = []
    for case in cases:
        reference = case.audit.reference
        if case.audit.state not in SETTLED:
            lacks.append(Lack(f"{reference}: its grades no longer stand, so take it off the panel", case, True))
            continue
        if case.audit.confidential:
            lacks.append(Lack(f"{reference}: it is confidential now, so take it off the panel", case, True))
            continue
        if not case.agreed_grade:
            lacks.append(Lack(f"{reference}: choose the grade that was agreed", case))
        if not case.discussion.strip():
            lacks.append(Lack(f"{reference}: write down what was said", case))
    unnoted = [str(member.person) for member in members_of(panel) if member.attended is None]
    if unnoted:
        lacks.append(Lack(f"note whether they came: {', '.join(unnoted)}"))
    return lacks


@transaction.atomic
def close_panel(panel: Panel, *, by: User) -> Panel:
    """End the meeting: its minutes are made and kept, and its members are told.

    What the panel agreed changes no grade, unless the settings of moderation say so; then each audit's grade follows.
    Raises NotCloseable with what is missing, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="close")
    if lacks := lacks_of(panel):
        raise NotCloseable(lacks)
    panel.changed_grades = ModerationSettings.current().panel_changes_grades
    panel.close()
    panel.closed_by = by
    panel.revision += 1
    if panel.changed_grades:
        cases = cases_of(panel)
        hold([case.audit for case in cases])
        for case in sorted(cases, key=lambda one: one.audit_id):
            apply_panel_grade(case.audit, domain=case.domain, grade=case.agreed_grade, by=by)
    panel.minutes = make_minutes(panel).kept()
    panel.save()
    inform_members(panel, event="closed", text=f"The minutes of {name_of(panel)} are ready.", but=by)
    record("panel.closed", panel, by=by, changed_grades=panel.changed_grades)
    return panel


__all__ = [
    "Lack",
    "MissingViews",
    "NotCloseable",
    "answer_invitation",
    "close_panel",
    "invite",
    "lacks_of",
    "open_discussion",
    "record_view",
    "save_discussion",
    "save_notes",
]
