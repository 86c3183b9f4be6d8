"""Inviting auditors to talk about their audit at the panel, and their answers."""

from django.db import transaction
from django.utils import timezone

from audits.access import contributors
from moderation.access.panels import READ_IN
from moderation.models import Panel, PanelCase, PanelInvitation
from moderation.workflow.panel_steps import inform, locked_case, name_of, path_of_invitation
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def invite(case: PanelCase, *, person: User, message: str, by: User) -> PanelInvitation:
    """Invite the auditor of a case, or a colleague who wrote a part of it, to talk about it.

    They are told the day, and read the message on the page alone. Bristol QAF, *Moderation*: on occasion auditors are
    invited to discuss cases and practice. Raises Refused, NotAllowed, or Stale when they are invited already.
    """
    case = locked_case(case, by=by, action="invite")
    if person.pk != case.audit.auditor_id and person.pk not in contributors(case.audit):
        raise Refused("Invite the auditor of this audit, or somebody who wrote a part of it.")
    if not person.is_active:
        raise Refused(f"{person} can no longer sign in. Ask them by other means.")
    if len(message) > 2000:
        raise Refused("Shorten the message to 2,000 characters.")
    if PanelInvitation.objects.filter(case=case, person=person).exists():
        raise Stale(f"{person} is invited to this case already. Nothing was changed.")
    invitation = PanelInvitation.objects.create(case=case, person=person, message=message.strip(), invited_by=by)
    inform(
        case.panel,
        person,
        event=f"invited:{invitation.pk}",
        text=f"You are invited to {name_of(case.panel)}, to talk about your audit {case.audit.reference}.",
        path=path_of_invitation(invitation),
    )
    record("panel.invited", case.panel, by=by, audit=case.audit.reference, person=person.pk)
    return invitation


@transaction.atomic
def answer_invitation(invitation: PanelInvitation, *, accepted: bool, by: User) -> PanelInvitation:
    """A guest says whether they come; they may think again until the panel is closed. Whoever invited them is told.

    The same answer twice changes nothing. Raises NotAllowed for anybody else, Stale when the panel is over.
    """
    panel = Panel.objects.select_for_update(of=("self",)).get(pk=invitation.case.panel_id)
    found = (
        PanelInvitation.objects.select_for_update(of=("self",))
        .select_related("case__audit", "invited_by")
        .filter(pk=invitation.pk)
        .first()
    )
    if found is None:
        raise Stale("The case was taken off the panel meanwhile, so there is nothing to answer.")
    if by.pk != found.person_id or not by.is_active:
        raise NotAllowed("Only the person who was invited can answer.")
    if panel.state not in READ_IN:
        raise Stale(f"This panel is now “{panel.get_state_display()}”, so there is nothing to answer any more.")
    if found.accepted is accepted:
        return found
    found.accepted, found.answered_at = accepted, timezone.now()
    found.save(update_fields=["accepted", "answered_at"])
    inform(
        panel,
        found.invited_by,
        event=f"answered:{found.pk}:{found.answered_at:%Y%m%d%H%M%S%f}",
        text=f"{found.case.audit.reference}: the invited auditor {'comes' if accepted else 'does not come'} to "
        f"{name_of(panel)}.",
    )
    record("panel.invitation_answered", panel, by=by, audit=found.case.audit.reference, accepted=accepted)
    return found
