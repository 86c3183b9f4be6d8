"""What the page of an audit shows of its moderation."""

from dataclasses import dataclass

from audits.access import overseen_by
from audits.extras import Extra
from audits.models import Audit, Judgement, State
from moderation.models import Moderation, Regrade
from qaf.people.models import User

DECIDED = (State.MODERATED, State.DISTRIBUTED, State.CLOSED)


@dataclass(frozen=True)
class Said:
    """What the moderator says of one domain, and where the auditor's own words on it stand."""

    judgement: Judgement
    section: str
    analysis: str
    reason: str


def decision(user: User, audit: Audit) -> Extra | None:
    """What the moderator says, for whoever reads the audit; the comment for its auditor and for QA.

    Bristol QAF, *Moderation*: the moderator gives reasons for changed grades, and may comment on the write-up to help
    the auditor. Deep dive form: analysis and judgement of each area are the auditor's and the moderator's.
    """
    if audit.state not in DECIDED:
        return None
    moderation = Moderation.objects.filter(audit=audit).select_related("moderator").first()
    if moderation is None:
        return None
    found = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    said = _said(audit, found)
    concerned = user.pk in (audit.auditor_id, moderation.moderator_id)
    private = concerned or overseen_by(user).filter(pk=audit.pk).exists()
    comment = moderation.comment if private else ""
    innovative = moderation.innovative_why if private and moderation.innovative else ""
    if not said and not comment and not innovative:
        return None
    return Extra(
        "moderation/decision.html",
        {"moderation": moderation, "said": said, "comment": comment, "innovative": innovative},
    )


def _said(audit: Audit, found: dict[str, Regrade]) -> list[Said]:
    """The domains on which the moderator wrote something that everybody reads, in order."""
    sections = {question.domain: section.key for section, question in audit.form.judgements(audit.part)}
    said = []
    for judgement in audit.judgements.all():
        regrade = found.get(judgement.domain)
        # A reason typed before the moderator came back to the auditor's grade explains nothing any more.
        reason = regrade.reason if regrade and regrade.grade != judgement.auditor_grade else ""
        analysis = regrade.analysis if regrade else ""
        if reason or analysis:
            said.append(Said(judgement, sections.get(judgement.domain, ""), analysis, reason))
    return said
