"""The moderator's part in the demonstration of the synthetic authority."""

from audits.demo.authority import read
from audits.models import Audit, Judgement
from moderation.models import Moderation, Regrade
from moderation.workflow import Finding, decide, save_findings
from moderation.workflow.findings import save_remarks
from qaf.errors import Refused


def moderate(audit: Audit, overall: str) -> None:
    """Find the evidence enough, come to this overall grade, and decide.

    Most other grades are confirmed; some are not, so that there is something to measure and for a panel to look at.
    """
    words = read("words.yaml")["moderator"]
    moderation = Moderation.objects.select_related("audit", "moderator").get(audit=audit)
    moderator = moderation.moderator
    if moderator is None:
        raise Refused("The demonstration needs a moderator for every audit. Check fixtures/demo/authority.yaml.")
    findings = []
    for judgement in audit.judgements.all():
        grade = overall if judgement.is_overall else _grade_of_domain(audit, judgement)
        findings.append(
            Finding(
                domain=judgement.domain,
                evidence=Regrade.Evidence.SUFFICIENT,
                sampled=words["confirmed"] if judgement.position % 3 == 0 else "",
                grade=grade,
                reason=words["regraded"] if grade != judgement.auditor_grade else "",
                analysis=words["analysis"] if audit.process.moderator_analysis and not judgement.is_overall else "",
            )
        )
    moderation = save_findings(
        moderation, findings=findings, comment=words["comment"], seen_revision=moderation.revision, by=moderator
    )
    if audit.pk % 5 == 2:
        moderation = save_remarks(
            moderation,
            comment=words["comment"],
            innovative=True,
            innovative_why=words["innovative"],
            seen_revision=moderation.revision,
            by=moderator,
        )
    decide(moderation, by=moderator)


def _grade_of_domain(audit: Audit, judgement: Judgement) -> str:
    """The auditor's grade, but in every third audit one domain a grade apart, and in every sixth by two."""
    codes = audit.form.scale.codes if audit.form.scale else ()
    if audit.pk % 3 or judgement.position != audit.pk % 4 or judgement.auditor_grade not in codes:
        return judgement.auditor_grade
    apart = 1 if audit.pk % 6 else 2
    place = codes.index(judgement.auditor_grade) + apart
    return codes[place] if place < len(codes) else codes[place - 2 * apart]
