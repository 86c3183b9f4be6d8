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
    """What a person has to select, and what opens soon for them; None for whoever the schedule asks nothing of."""
    today = timezone.localdate()
    rows = Expected.objects.filter(auditor=user, state__in=("planned", "awaiting"), opens_on__lte=today + AHEAD)
    found = list(rows.select_related("cycle__expectation").order_by("state", "opens_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    items = [
        PanelItem(
            text=f"{name_of(one)}: choose what you audit",
            path=reverse("schedule:select", args=[one.pk]),
            hint=f"Since {one.opens_on:%-d %B %Y}",
        )
        if one.state == Expected.State.AWAITING
        else PanelItem(text=name_of(one), hint=f"Opens on {one.opens_on:%-d %B %Y}")
        for one in found[:SHOWN]
    ]
    return Panel(title="Expected of you", items=items, link=reverse("schedule:mine"), link_text="All that is expected")
