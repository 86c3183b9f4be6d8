"""The moderator's part in the demonstration of the synthetic authority."""

from audits.demo.authority import read
from audits.models import Audit
from moderation.models import Moderation, Regrade
from moderation.workflow import Finding, decide, save_findings
from qaf.errors import Refused


def moderate(audit: Audit, overall: str) -> None:
    """Find the evidence enough, come to this overall grade, and decide; the other grades are confirmed."""
    words = read("words.yaml")["moderator"]
    moderation = Moderation.objects.select_related("audit", "moderator").get(audit=audit)
    moderator = moderation.moderator
    if moderator is None:
        raise Refused("The demonstration needs a moderator for every audit. Check fixtures/demo/authority.yaml.")
    findings = [
        Finding(
            domain=judgement.domain,
            evidence=Regrade.Evidence.SUFFICIENT,
            sampled=words["confirmed"] if judgement.position % 3 == 0 else "",
            grade=overall if judgement.is_overall else judgement.auditor_grade,
            reason=words["regraded"] if judgement.is_overall and overall != judgement.auditor_grade else "",
            analysis=words["analysis"] if audit.process.moderator_analysis and not judgement.is_overall else "",
        )
        for judgement in audit.judgements.all()
    ]
    moderation = save_findings(
        moderation, findings=findings, comment=words["comment"], seen_revision=moderation.revision, by=moderator
    )
    decide(moderation, by=moderator)
