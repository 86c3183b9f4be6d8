"""What the home page says of reports."""

from django.db.models import Q

from qaf.home import Panel, PanelItem
from qaf.people.models import User
from scorecard.access import may_read_reports, visible_to
from scorecard.models import State
from scorecard.models.reports import UNFINISHED

SHOWN = 3


def latest_reports(user: User) -> Panel | None:
    """The newest reports one may read and those of one's own that are being made; None when they are not for one."""
    if not may_read_reports(user):
        return None
    mine = Q(requested_by=user, state__in=(*UNFINISHED, State.FAILED))
    found = visible_to(user).filter(Q(state=State.MADE) | mine).select_related("agency").defer("snapshot")[:SHOWN]
    items = [
        PanelItem(
            text=report.title,
            path=report.get_absolute_url(),
            hint=f"{report.scope_name}: {report.get_state_display().lower()}"
            + (f" on {report.made_at:%-d %B %Y}" if report.made_at else ""),
        )
        for report in found
    ]
    return Panel(
        "Reports",
        items,
        "No report has been made yet. The report of a quarter appears here a few working days after the quarter.",
        link="/reports/",
        link_text="All reports",
    )
