"""What the home page says of requests to change the indicators: they have no deadline, and must not be forgotten."""

from qaf.home import Panel, PanelItem
from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.indicators import changes_visible_to
from scorecard.access.posts import holds_over_all
from scorecard.models import ChangeState, IndicatorChange

SHOWN = 5


def changes_to_decide(user: User) -> Panel | None:
    """Requests that wait for the subgroup, the oldest first, for its members and for who records what it decides.

    None for others, and when nothing waits.
    """
    if not (holds_over_all(user, Role.QA_MANAGER) or user.holds(Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)):
        return None
    waiting = changes_visible_to(user).filter(state=ChangeState.REQUESTED).select_related("indicator")
    items = [_item(change) for change in waiting.order_by("requested_at", "pk")[:SHOWN]]
    if not items:
        return None
    return Panel(
        "Changes of the indicators for the subgroup",
        items,
        link="/scorecard/indicators/changes/?state=requested",
        link_text="All that is asked for",
    )


def _item(change: IndicatorChange) -> PanelItem:
    code = change.indicator.code if change.indicator else change.proposed.get("code", "")
    return PanelItem(
        text=f"{change.get_kind_display()}: {code}",
        path=f"/scorecard/indicators/changes/{change.pk}/",
        hint=f"Asked for on {change.requested_at:%-d %B %Y}",
    )
