"""For QA on the home page: moderations that nobody works on any more, because their moderator has left."""

from django.urls import reverse

from moderation.access import may, visible_to
from moderation.access.moderations import roles_that_moderate
from moderation.queries.left import whose_moderator_left
from qaf.home import Panel, PanelItem
from qaf.people.models import User
from qaf.people.roles import Role

SHOWN = 5


def moderators_who_left(user: User) -> Panel | None:
    """Undecided moderations of people who left, the most urgent first; a QA manager is led to where they hand it on."""
    if not user.holds(Role.QA_OFFICER, Role.QA_MANAGER):
        return None
    rows = visible_to(user).exclude(moderator=user)
    left = whose_moderator_left(rows, roles_that_moderate()).select_related("moderator", "audit__type__process")
    found = list(left[: SHOWN + 1])
    if not found:
        return None
    items = [
        PanelItem(
            text=f"{one.audit.reference}: moderated by {one.moderator}",
            path=reverse(
                "moderation:hand_over" if may(user, "hand_over", one) else "moderation:review",
                args=[one.audit.reference],
            ),
            hint="They can no longer sign in." if not _signs_in(one.moderator) else "Their post has ended.",
            due_on=one.audit.due_on,
            overdue=one.audit.is_overdue,
        )
        for one in found[:SHOWN]
    ]
    more = len(found) > SHOWN
    return Panel(
        title="Moderations whose moderator has left",
        items=items,
        link=reverse("moderation:desk") if more else "",
        link_text="All moderations" if more else "",
    )


def _signs_in(person: User | None) -> bool:
    return person is not None and person.is_active
