"""The members and cases of a panel as its page lists them for one person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from audits.access import SETTLED
from audits.kloe.scales import Grade
from moderation.access.conflicts import Conflicts
from moderation.access.panels import OPEN, may, may_case, open_to_panel, sees_views_on, sees_why
from moderation.models import Panel, PanelCase, PanelInvitation, PanelMember
from moderation.panel_words import why_in_words
from moderation.queries.panel_minutes import title_of_domain
from qaf.people.models import User

# What those read who are still to grade a case, in place of why it was drawn.
NOT_YET = "Why it was drawn is told once you have graded it, so that it does not lead you."


@dataclass(frozen=True)
class SeatLine:
    """A member, and how many of the cases that are theirs to grade they have graded; None where that is not told."""

    member: PanelMember
    recorded: int = 0
    of: int | None = None


@dataclass(frozen=True)
class CaseLine:
    """A case as the page of its panel shows it to one person."""

    case: PanelCase
    judgement: str
    why: str
    path: str = ""
    status: str = ""
    agreed: Grade | None = None
    recorded: bool = False
    graded_by_me: bool = False
    invite_path: str = ""
    remove_path: str = ""
    invitations: list[PanelInvitation] = field(default_factory=list)


def cases_of(panel: Panel) -> list[PanelCase]:
    """A panel's cases in their order, with all that says who may open them; their panel is this very object."""
    rows = panel.cases.select_related("audit__type", "audit__case", "audit__auditor")
    cases = list(rows.prefetch_related("invitations__person").order_by("position"))
    for case in cases:
        case.panel = panel
    return cases


def seat_line(
    panel: Panel,
    member: PanelMember,
    cases: Sequence[PanelCase],
    conflicts: Mapping[int, Conflicts],
    done: Collection[tuple[int, int]],
) -> SeatLine:
    if not member.grades or panel.state != Panel.State.READING:
        return SeatLine(member)
    theirs = [
        case.pk for case in cases if open_to_panel(case.audit) and not conflicts[case.audit_id].why(member.person)
    ]
    return SeatLine(member, sum((member.pk, pk) in done for pk in theirs), len(theirs))


def case_line(user: User, panel: Panel, case: PanelCase, conflicts: Conflicts, *, recorded: bool) -> CaseLine:
    def path(name: str) -> str:
        return reverse(f"moderation:{name}", args=[panel.pk, case.pk])

    concerned = conflicts.why(user)
    shown = sees_views_on(user, case, conflicts)
    opens = may_case(user, "read", case, conflicts) or shown
    status = ""
    agreed = None
    if concerned and may(user, "read", panel):
        status = f"You do not read this one, because you {concerned}."
    elif panel.state in OPEN and not open_to_panel(case.audit):
        status = "This audit was cancelled or became confidential, so the panel does not look at it any more."
    elif panel.state == Panel.State.READING:
        if may_case(user, "record", case, conflicts):
            status = "You have recorded your grade." if recorded else "Yours to read and grade."
    elif shown:
        agreed = case.audit.form.scale.grade(case.agreed_grade) if case.audit.form.scale else None
        status = "Agreed:" if agreed else "Not agreed yet."
    removable = may(user, "remove", panel) and (
        panel.state != Panel.State.DISCUSSING or case.audit.state not in SETTLED or case.audit.confidential
    )
    return CaseLine(
        case,
        title_of_domain(case.audit, case.domain),
        why_shown(user, case, recorded=recorded),
        path=path("panel_case") if opens else "",
        status=status,
        agreed=agreed,
        recorded=recorded,
        graded_by_me=may_case(user, "record", case, conflicts),
        invite_path=path("panel_invite") if may(user, "invite", panel) else "",
        remove_path=path("panel_case_remove") if removable else "",
        invitations=list(case.invitations.all()) if may(user, "manage", panel) else [],
    )


def why_shown(user: User, case: PanelCase, *, recorded: bool) -> str:
    """Why a case is at its panel, as far as this person may know it before they have graded it themselves."""
    if sees_why(user, case, recorded=recorded):
        return why_of(case)
    return NOT_YET


def why_of(case: PanelCase) -> str:
    """Why a case is at its panel, in a sentence."""
    return why_in_words(case.get_drawn_as_display(), case.why, by_hand=case.drawn_as == PanelCase.Drawn.CHOSEN)
