"""What the pages of the panel show: how far one is, who has done how much, and what is to do next for whom."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from moderation.access.conflicts import conflicts_of
from moderation.access.panels import may, people_for, seat_of, sees_draw
from moderation.models import Panel, PanelCase, PanelInvitation, PanelMember, PanelQuerySet, PanelView
from moderation.queries.panel_candidates import period_in_words
from moderation.queries.panel_lines import case_line, cases_of, seat_line
from moderation.queries.panel_next import next_of
from qaf.people.models import User

Seat = PanelMember.Seat
STAGES = (
    (Panel.State.PLANNED, "Members and cases"),
    (Panel.State.READING, "Members read and grade"),
    (Panel.State.DISCUSSING, "Discussion"),
    (Panel.State.CLOSED, "Minutes"),
)


@dataclass(frozen=True)
class Stage:
    """One step of a panel's life: "done", "now" or "later"."""

    title: str
    state: str


def with_counts(panels: PanelQuerySet) -> PanelQuerySet:
    """With how many members and cases each has; one query."""

    def count(model: type[Any]) -> Coalesce:
        found = model.objects.filter(panel=OuterRef("pk")).order_by().values("panel").annotate(n=Count("pk"))
        return Coalesce(Subquery(found.values("n")), 0)

    return panels.annotate(member_count=count(PanelMember), case_count=count(PanelCase))


def standing_invitations(invitations: QuerySet[PanelInvitation]) -> list[PanelInvitation]:
    """Those to panels that are not over yet, the next meeting first."""
    still = invitations.exclude(case__panel__state=Panel.State.CLOSED).select_related("case__panel")
    return list(still.order_by("case__panel__meets_on", "pk"))


def page_of(user: User, panel: Panel) -> dict[str, Any]:
    """Everything on the page of a panel but its timeline. A fixed number of queries, however many cases."""
    cases = cases_of(panel)
    conflicts = conflicts_of(case.audit for case in cases)
    members = list(panel.members.select_related("person").order_by("pk"))
    # Who has recorded how many, never which or what.
    done = set(PanelView.objects.filter(case__panel=panel).order_by().values_list("member_id", "case_id"))
    seat = seat_of(user, panel)
    mine = {case for member, case in done if seat is not None and member == seat.pk}
    lines = [case_line(user, panel, case, conflicts[case.audit_id], recorded=case.pk in mine) for case in cases]
    draws = may(user, "draw", panel)
    return {
        "panel": panel,
        "stages": stages_of(panel),
        "members": [seat_line(panel, one, cases, conflicts, done) for one in members],
        "cases": lines,
        "no_cases": "No case is on this panel yet." + (" Draw them, or add one by hand." if draws else ""),
        "draw_path": reverse("moderation:panel_draw", args=[panel.pk]) if draws else "",
        # Its title and day are the page's heading.
        "facts": facts_of(panel)[2:],
        "explanation": panel.explanation.splitlines() if sees_draw(user, panel) else [],
        **next_of(user, panel, members, lines),
    }


def stages_of(panel: Panel) -> list[Stage]:
    """How far a panel is; nothing for one that was cancelled."""
    order = [state for state, _ in STAGES]
    if panel.state not in order:
        return []
    here = order.index(Panel.State(panel.state))
    over = panel.state == Panel.State.CLOSED
    return [
        Stage(title, "done" if place < here or over else "now" if place == here else "later")
        for place, (_, title) in enumerate(STAGES)
    ]


def facts_of(panel: Panel) -> list[dict[str, str]]:
    """What was planned, as rows of a summary list."""
    return [
        {"key": "Title", "value": panel.title},
        {"key": "Meets on", "value": f"{panel.meets_on:%-d %B %Y}"},
        {"key": "Place", "value": panel.place},
        {"key": "Audits settled", "value": period_in_words(panel.decided_from, panel.decided_to)},
        {"key": "Cases wanted", "value": _sizes_in_words(panel)},
        {"key": "Planned by", "value": str(panel.created_by)},
    ]


def _sizes_in_words(panel: Panel) -> str:
    return "\n".join(
        (
            f"{panel.random_size} at random",
            f"{panel.differing_size} two grades apart",
            f"{panel.domain_size} from domains that disagree",
            f"{panel.innovative_size} innovative",
        )
    )


def seats_of(panel: Panel) -> list[dict[str, str]]:
    """Who sits on the panel, as rows of a summary list."""
    members = panel.members.select_related("person").order_by("pk")
    return [{"key": str(one.person), "value": one.get_seat_display()} for one in members]


def possible_members(panel: Panel) -> tuple[list[tuple[str, list[tuple[User, tuple[str, ...]]]]], list[str]]:
    """Everybody who may sit, under a heading, each with the seats open to them; and who sits without a post for it."""
    people: dict[int, User] = {}
    seats: dict[int, list[str]] = {}
    for seat in Seat.values:
        for person in people_for(seat):
            people[person.pk] = person
            seats.setdefault(person.pk, []).append(seat)

    def heading(pk: int) -> str:
        if Seat.CHAIR in seats[pk]:
            return "QA managers"
        return "Panel members" if Seat.MEMBER in seats[pk] else "QA officers"

    by_name = sorted(people, key=lambda pk: (str(people[pk]).casefold(), pk))
    groups = [
        (title, [(people[pk], tuple(seats[pk])) for pk in by_name if heading(pk) == title])
        for title in ("QA managers", "Panel members", "QA officers")
    ]
    fallen = [
        str(one.person)
        for one in panel.members.select_related("person").order_by("pk")
        if one.seat not in seats.get(one.person_id, ())
    ]
    return [(title, group) for title, group in groups if group], fallen
