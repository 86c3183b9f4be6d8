"""The panel's grade, where the site lets its moderation panel change grades. Called by the moderation floor."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from audits.access import MODERATE, SETTLED
from audits.models import Audit, AuditUserObjectPermission, Judgement, State
from audits.workflow.allocation import call_off
from audits.workflow.parts import qa_manager_for
from audits.workflow.reaudits import lift_duties_of_lowest_grade, open_duties_of_lowest_grade
from audits.workflow.steps import inform, locked
from audits.workflow.submission import mark
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


def hold(audits: Collection[Audit]) -> None:
    """Lock these audits and what re-audits them, in the order of their keys, before the first of their grades changes.

    Each change is written to the trail, whose head then stays locked: whoever has locked the row of the next audit
    would wait for the trail, and this for the row. In the caller's transaction.
    """
    keys = {audit.pk for audit in audits}
    rows = Audit.objects.filter(Q(pk__in=keys) | Q(reaudit_of__in=keys)).select_for_update(of=("self",))
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def apply_panel_grade(audit: Audit, *, domain: str, grade: str, by: User) -> Audit:
    """Let the grade that the panel agreed on one judgement stand; who may close the panel, the caller has asked.

    The state of the audit stays, closed or not. With the overall grade its meaning follows: whether it meets the
    standard, and the duties of the lowest grade, which open or fall away. Where the panel confirms the grade nobody is
    told. Raises Refused for a judgement or grade that the audit does not have, Stale when its grades do not stand.
    """
    audit = locked(audit)
    if audit.state not in SETTLED:
        raise Stale(f"The grades of {audit.reference} do not stand any more. Nothing was changed.")
    judgement = Judgement.objects.select_for_update().filter(audit=audit, domain=domain).first()
    scale = audit.form.scale
    if judgement is None or scale is None or grade not in scale.codes:
        raise Refused(f"{audit.reference} does not have this judgement or grade.")
    before = judgement.final_grade
    judgement.panel_grade = judgement.final_grade = grade
    judgement.save(update_fields=["panel_grade", "final_grade"])
    if judgement.is_overall:
        _follow(audit, grade, by=by)
    entry = record("audit.panel_grade", audit, by=by, domain=domain, before=before, after=grade)
    if before != grade:
        for person in _concerned(audit):
            text = "The moderation panel changed a grade of this audit."
            inform(audit, person, event=f"panel_grade:{entry.sequence}", text=text)
    return audit


def _follow(audit: Audit, grade: str, *, by: User) -> None:
    """The overall grade changed: what the audit's row says of it, and the duties of the lowest grade."""
    was_alert = audit.raises_alert
    audit.final_grade = grade
    mark(audit, grade)
    audit.save()
    if audit.raises_alert and not was_alert:
        open_duties_of_lowest_grade(audit, by=by)
    elif was_alert and not audit.raises_alert:
        _lift(audit, by=by)


def _lift(audit: Audit, *, by: User) -> None:
    """The lowest grade no longer stands. A re-audit that nobody has begun is called off; one that has, a manager's."""
    # Locked before anything is written to the trail: whoever begins it now holds its row and waits for the trail.
    reaudit = locked(found) if (found := audit.reaudit) is not None else None
    lift_duties_of_lowest_grade(audit, by=by, who="The moderation panel")
    if reaudit is None:
        return
    if reaudit.state == State.ALLOCATED:
        call_off(reaudit, reason=f"The moderation panel lifted the lowest grade of {audit.reference}.")
    elif reaudit.is_open:
        text = f"The moderation panel lifted its lowest grade. Please decide whether {reaudit.reference} goes on."
        inform(audit, qa_manager_for(audit), event=f"panel_lifted:{reaudit.pk}", text=text)


def _concerned(audit: Audit) -> list[User]:
    """The auditor, the moderator and whoever the audit was sent to, each once."""
    moderates = AuditUserObjectPermission.objects.filter(content_object=audit, permission__codename=MODERATE)
    people = [audit.auditor, *(one.user for one in moderates.select_related("user"))]
    people += [recipient.person for recipient in audit.recipients.select_related("person")]
    return list(dict.fromkeys(people))
