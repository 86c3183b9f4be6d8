"""The home page's part about what the schedule expects of a person."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from audits.models import Expected
from audits.workflow.expected import name_of
from qaf.home import Panel, PanelItem
from qaf.people.models import User

SHOWN = 5
# What opens later than that is on the person's own list.
AHEAD = timedelta(weeks=4)


def expected_of_you(user: User) -> Panel | None:
    """What opens soon for a person; what they have to select already stands among their deadlines, and is not repeated.

    None for whoever the schedule asks nothing of.
    """
    today = timezone.localdate()
    rows = Expected.objects.filter(auditor=user, state__in=("planned", "awaiting"), opens_on__lte=today + AHEAD)
    found = list(rows.select_related("cycle__expectation").order_by("opens_on", "pk"))
    if not found:
        return None
    coming = [one for one in found if one.state == Expected.State.PLANNED][:SHOWN]
    return Panel(
        title="Expected of you",
        items=[PanelItem(text=name_of(one), hint=f"Opens on {one.opens_on:%-d %B %Y}") for one in coming],
        empty="Nothing more opens for you in the coming four weeks.",
        link=reverse("schedule:mine"),
        link_text="All that is expected",
    )
