"""What the home page says of reports."""

from django.db.models import Q

from qaf.home import Panel, PanelItem
from qaf.people.models import User
from scorecard.access import may_read_reports, visible_to
from scorecard.models import Report, Stage, State
from scorecard.models.reports import UNFINISHED
from scorecard.queries.report_lists import stage_words
from scorecard.queries.report_progress import waiting_for

SHOWN = 3
MOST_WAITING = 5
# What a chair, and a member of the subgroup, is to do.
TO_DO = {Stage.DRAFTED: "waits for you to sign it off", Stage.SIGNED_OFF: "is for the subgroup to consider"}


def latest_reports(user: User) -> Panel | None:
    """What waits for this person, the newest reports one may read and those of one's own that are being made.

    None when reports are not for this person.
    """
    if not may_read_reports(user):
        return None
    waiting = list(waiting_for(user)[:MOST_WAITING])
    mine = Q(requested_by=user, state__in=(*UNFINISHED, State.FAILED))
    newest = (
        visible_to(user)
        .filter(Q(state=State.MADE) | mine)
        .exclude(pk__in=[report.pk for report in waiting])
        .select_related("agency", "service")
        .defer("snapshot")[:SHOWN]
    )
    items = [_item(report, TO_DO[Stage(report.stage)]) for report in waiting]
    items += [_item(report, _how_far(report)) for report in newest]
    return Panel(
        "Reports",
        items,
        "No report is there to read yet. The report of a quarter is made a few working days after the quarter.",
        link="/reports/",
        link_text="All reports",
    )


def _item(report: Report, hint: str) -> PanelItem:
    return PanelItem(text=report.title, path=report.get_absolute_url(), hint=f"{report.scope_name}: {hint}")


def _how_far(report: Report) -> str:
    on = report.stage_at or report.made_at
    return stage_words(report).lower() + (f" on {on:%-d %B %Y}" if on and report.is_made else "")
