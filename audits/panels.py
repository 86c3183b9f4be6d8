"""The home page's parts that are about audits, beside each person's own deadlines."""

from django.urls import reverse
from django.utils import timezone

from audits.access import visible_to
from audits.queries.contributions import waiting_for
from audits.workflow.steps import STEPS
from qaf.home import Panel, PanelItem
from qaf.people.models import User
from qaf.people.roles import Role

SHOWN = 5


def asked_to_fill(user: User) -> Panel | None:
    """The sections of other people's audits that this person was asked to fill."""
    items = [
        PanelItem(
            text=f"{asked.audit.reference}: {asked.audit.form.section(asked.section).title}",
            path=reverse("audits:section", args=[asked.audit.reference, asked.section]),
            hint=f"Asked by {asked.asked_by}",
            due_on=asked.audit.due_on,
            overdue=asked.audit.is_overdue,
        )
        for asked in waiting_for(user)
    ]
    return Panel(title="Sections you were asked to fill", items=items) if items else None


def without_owner(user: User) -> Panel | None:
    """For QA: steps whose role nobody holds at present, so that no audit waits for nobody."""
    if not user.holds(Role.QA_OFFICER, Role.QA_MANAGER):
        return None
    audits = visible_to(user).open().filter(step_owner=None).exclude(step="").order_by("due_on")[:SHOWN]
    items = [
        PanelItem(
            text=f"{audit.reference}: {STEPS.get(audit.step, audit.step)}",
            path=reverse("audits:detail", args=[audit.reference]),
            due_on=audit.due_on,
            overdue=audit.is_overdue,
        )
        for audit in audits
    ]
    return Panel(title="Audits that wait for nobody", items=items) if items else None


def overdue(user: User) -> Panel | None:
    """For QA and service managers: what is overdue in their area, the oldest first."""
    if not user.holds(Role.QA_OFFICER, Role.QA_MANAGER, Role.SERVICE_MANAGER):
        return None
    audits = (
        visible_to(user)
        .overdue(timezone.localdate())
        .exclude(step_owner=user)
        .select_related("step_owner")
        .order_by("due_on", "pk")[:SHOWN]
    )
    items = [
        PanelItem(
            text=f"{audit.reference}: {STEPS.get(audit.step, audit.step)}",
            path=reverse("audits:detail", args=[audit.reference]),
            hint=str(audit.step_owner or ""),
            due_on=audit.due_on,
            overdue=True,
        )
        for audit in audits
    ]
    return Panel(
        title="Overdue in your area",
        items=items,
        empty="Nothing is overdue in your area.",
        link=f"{reverse('audits:tracker')}?overdue=1",
        link_text="All overdue audits",
    )
