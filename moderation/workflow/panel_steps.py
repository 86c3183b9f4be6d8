"""What every use case of the panel does: lock its row, ask for the right, tell people."""

from moderation.access.panels import may, seat_of
from moderation.models import Panel, PanelCase, PanelInvitation, PanelMember
from qaf.errors import NotAllowed, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User


def path_of(panel: Panel) -> str:
    return f"/moderation/panels/{panel.pk}/"


def path_of_case(case: PanelCase) -> str:
    return f"{path_of(case.panel)}cases/{case.pk}/"


def path_of_invitation(invitation: PanelInvitation) -> str:
    return f"/moderation/panels/invitations/{invitation.pk}/"


def name_of(panel: Panel) -> str:
    """How notices and deadlines name a panel: by its day, since its title is somebody's free text."""
    return f"the moderation panel of {panel.meets_on:%-d %B %Y}"


def locked(panel: Panel, *, by: User, action: str) -> Panel:
    """The panel as it is now, its row locked until the transaction ends.

    Raises NotAllowed, or Stale when only its state forbids the action.
    """
    panel = Panel.objects.select_for_update(of=("self",)).get(pk=panel.pk)
    if may(by, action, panel):
        return panel
    if _in_another_state(by, action, panel):
        raise Stale(
            f"This panel is now “{panel.get_state_display()}”, and this cannot be done in that state. Nothing was "
            "changed. Open the panel to see what has happened."
        )
    raise NotAllowed("This belongs to others of the panel. Nothing was changed.")


def _in_another_state(user: User, action: str, panel: Panel) -> bool:
    """Whether the person could do this were the panel in another state."""
    others = []
    for state in Panel.State:
        other = Panel(pk=panel.pk)
        other.__dict__["state"] = state.value
        other.__dict__["_seats"] = {user.pk: seat_of(user, panel)}
        others.append(other)
    return any(may(user, action, other) for other in others)


def locked_case(case: PanelCase, *, by: User, action: str) -> PanelCase:
    """The case with its panel and audit as they are now, the panel's row locked. Raises NotAllowed or Stale."""
    panel = locked(case.panel, by=by, action=action)
    found = (
        PanelCase.objects.select_for_update(of=("self",))
        .select_related("audit__type", "audit__case")
        .filter(pk=case.pk)
        .first()
    )
    if found is None:
        raise Stale("This case was taken off the panel meanwhile. Open the panel to see its cases.")
    found.panel = panel
    return found


def inform(panel: Panel, person: User, *, event: str, text: str, path: str = "") -> None:
    """Tell somebody about an event of this panel; once, however often it is asked. No free text, no child's data."""
    tell(person, key=f"panel:{panel.pk}:{event}:{person.pk}", text=text, path=path or path_of(panel))


def inform_members(panel: Panel, *, event: str, text: str, but: User | None = None) -> None:
    """Tell everybody on the panel but the one who did it."""
    for member in members_of(panel):
        if but is None or member.person_id != but.pk:
            inform(panel, member.person, event=event, text=text)


def members_of(panel: Panel) -> list[PanelMember]:
    return list(PanelMember.objects.filter(panel=panel).select_related("person"))


def invitations_of(panel: Panel) -> list[PanelInvitation]:
    return list(PanelInvitation.objects.filter(case__panel=panel).select_related("person", "case"))


def cases_of(panel: Panel) -> list[PanelCase]:
    """The panel's cases in their order, with what a conflict of interest is found by."""
    return list(PanelCase.objects.filter(panel=panel).select_related("audit__case", "audit__type"))
