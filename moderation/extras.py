"""What the page of an audit shows of its moderation."""

from audits.access import overseen_by
from audits.extras import Extra
from audits.models import Audit, State
from moderation.models import Moderation
from qaf.people.models import User

DECIDED = (State.MODERATED, State.DISTRIBUTED, State.CLOSED)


def decision(user: User, audit: Audit) -> Extra | None:
    """The reasons of changed grades for whoever reads the audit; the comment for its auditor and for QA.

    Bristol QAF, *Moderation*: the moderator gives reasons for changed grades, and may comment on the write-up to help
    the auditor.
    """
    if audit.state not in DECIDED:
        return None
    moderation = Moderation.objects.filter(audit=audit).select_related("moderator").first()
    if moderation is None:
        return None
    titles = {judgement.domain: judgement.title for judgement in audit.judgements.all()}
    reasons = [
        {"title": titles.get(regrade.domain, regrade.domain), "text": regrade.reason}
        for regrade in moderation.regrades.all()
        if regrade.reason
    ]
    concerned = user.pk in (audit.auditor_id, moderation.moderator_id)
    comment = moderation.comment if concerned or overseen_by(user).filter(pk=audit.pk).exists() else ""
    if not reasons and not comment:
        return None
    return Extra("moderation/decision.html", {"moderation": moderation, "reasons": reasons, "comment": comment})
