"""The home page's parts that are about moderation, beside each person's own deadlines."""

from django.db.models.functions import Coalesce
from django.urls import reverse

from moderation.access.concerns import KNOWING, visible_to
from moderation.queries.concerns import overdue
from qaf.home import Panel, PanelItem
from qaf.people.models import User

SHOWN = 5


def overdue_concerns(user: User) -> Panel | None:
    """Concerns that are late and lie with somebody else, for QA and service managers, the oldest first.

    Whoever has to deal with one finds it among what waits for them.
    """
    if not user.holds(*KNOWING):
        return None
    owner = Coalesce("service_manager_id", "qa_manager_id")
    late = overdue(visible_to(user)).annotate(owner_key=owner).exclude(owner_key=user.pk)
    late = late.select_related("audit", "service_manager", "qa_manager").defer("worry", "done_at_once", "response")
    others = list(late.order_by("due_on", "pk")[:SHOWN])
    if not others:
        return None
    return Panel(
        title="Overdue concerns",
        items=[
            PanelItem(
                text=f"{concern.audit.reference}: concern {concern.get_state_display().lower()}",
                path=reverse("moderation:concern", args=[concern.pk]),
                hint=f"With {concern.owner}",
                due_on=concern.due_on,
                overdue=True,
            )
            for concern in others
        ],
        link=f"{reverse('moderation:concerns')}?shown=overdue",
        link_text="All overdue concerns",
    )
