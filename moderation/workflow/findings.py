"""What a moderator enters, kept piece by piece: a domain at a time, and the remarks on the whole.

Every piece has a revision of its own. A save that names an older one is refused with what is stored, so that the page
can show both; every accepted save of a domain keeps what stood before it (``RegradeRevision``).
"""

import hashlib
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from audits.models import Judgement, SectionAnswers
from moderation.models import Moderation, Regrade, RegradeRevision
from moderation.workflow.steps import locked
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


@dataclass(frozen=True)
class Finding:
    """What the moderator entered for one domain; empty texts where nothing was entered yet."""

    domain: str
    evidence: str = ""
    sampled: str = ""
    grade: str = ""
    reason: str = ""
    analysis: str = ""

    @classmethod
    def of(cls, regrade: Regrade) -> "Finding":
        """What is stored."""
        return cls(regrade.domain, regrade.evidence, regrade.sampled, regrade.grade, regrade.reason, regrade.analysis)

    @property
    def values(self) -> dict[str, str]:
        """What was entered, without the domain."""
        return {name: text for name, text in asdict(self).items() if name != "domain"}


class OlderFinding(Stale):
    """The domain was saved from another page meanwhile. ``stored`` is what stands."""

    title = "This domain was saved from another page"

    def __init__(self, stored: Regrade) -> None:
        super().__init__("This domain was saved from another page after you opened this one. Compare the two.")
        self.stored = stored


class OlderRemarks(Stale):
    """The remarks were saved from another page meanwhile. ``stored`` is the moderation as it stands."""

    title = "The comment was saved from another page"

    def __init__(self, stored: Moderation) -> None:
        super().__init__("The comment was saved from another page after you opened this one. Compare the two.")
        self.stored = stored


@transaction.atomic
def save_finding(moderation: Moderation, *, finding: Finding, seen_revision: int, by: User) -> Regrade:
    """Keep what was entered for one domain so far; nothing need be complete.

    ``seen_revision`` is that of the domain's own row (0: none yet). Raises OlderFinding when the page was older than
    what is stored and differs from it, Stale or NotAllowed when the moderation has moved on, Refused for a grade or
    domain that this audit does not have.
    """
    moderation = locked(moderation, by=by, action="review")
    _demand_known(moderation, [finding])
    stored = moderation.regrades.filter(domain=finding.domain).select_related("saved_by").first()
    if Finding.of(stored or Regrade(domain=finding.domain)) == finding:
        return stored or Regrade(moderation=moderation, domain=finding.domain)
    if stored is not None and stored.revision != seen_revision:
        raise OlderFinding(stored)
    saved = _accept(moderation, stored, finding, by)
    _begin(moderation, by)
    return saved


def _demand_known(moderation: Moderation, findings: list[Finding]) -> None:
    audit = moderation.audit
    domains = set(Judgement.objects.filter(audit=audit).order_by().values_list("domain", flat=True))
    codes = {grade.code for grade in audit.form.scale.grades} if audit.form.scale else set()
    for finding in findings:
        known = finding.domain in domains and (not finding.grade or finding.grade in codes)
        if not known or (finding.evidence and finding.evidence not in Regrade.Evidence):
            raise Refused("The page holds a domain or grade that this audit does not have. Open it again.")


def _accept(moderation: Moderation, stored: Regrade | None, finding: Finding, by: User) -> Regrade:
    """Put this in place of what is stored, which is kept."""
    if stored is None:
        stored = Regrade(moderation=moderation, domain=finding.domain)
    elif stored.revision:
        RegradeRevision.objects.create(
            regrade=stored,
            revision=stored.revision,
            values=Finding.of(stored).values,
            saved_by_id=stored.saved_by_id,
            saved_at=stored.saved_at,
        )
    for name, text in finding.values.items():
        setattr(stored, name, text)
    stored.revision += 1
    stored.saved_by, stored.saved_at = by, timezone.now()
    stored.save()
    return stored


def _begin(moderation: Moderation, by: User) -> None:
    """The first words that are saved begin the review."""
    if moderation.state == Moderation.State.WAITING:
        moderation.begin()
        moderation.save(update_fields=["state"])
        record("moderation.begun", moderation.audit, by=by)


@transaction.atomic
def save_findings(
    moderation: Moderation, *, findings: list[Finding], comment: str, seen_revision: int, by: User
) -> Moderation:
    """Keep what was entered for several domains and the comment at once; nothing need be complete.

    Raises Stale when the page was older than what is stored, NotAllowed, or Refused for a grade or domain that this
    audit does not have.
    """
    moderation = locked(moderation, by=by, action="review")
    if moderation.revision != seen_revision:
        raise OlderRemarks(moderation)
    _demand_known(moderation, findings)
    stored = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    for finding in findings:
        before = stored.get(finding.domain)
        if Finding.of(before or Regrade(domain=finding.domain)) != finding:
            _accept(moderation, before, finding, by)
    moderation.comment = comment
    moderation.revision += 1
    moderation.save()
    _begin(moderation, by)
    return moderation


@transaction.atomic
def save_remarks(
    moderation: Moderation, *, comment: str, innovative: bool, innovative_why: str, seen_revision: int, by: User
) -> Moderation:
    """Keep the comment on the write-up, and whether there is practice in it for the panel to look at, and why.

    Bristol QAF, *Moderation*: comments help auditors to improve their write-ups; practice that is particularly new or
    innovative goes to the panel. Raises OlderRemarks, Stale or NotAllowed.
    """
    moderation = locked(moderation, by=by, action="review")
    said = {"comment": comment, "innovative": innovative, "innovative_why": innovative_why}
    if all(getattr(moderation, name) == value for name, value in said.items()):
        return moderation
    if moderation.revision != seen_revision:
        raise OlderRemarks(moderation)
    for name, value in said.items():
        setattr(moderation, name, value)
    moderation.revision += 1
    moderation.save()
    _begin(moderation, by)
    return moderation


def mark_of(moderation: Moderation) -> str:
    """A mark of everything that is decided on, to tell later whether any of it was saved anew."""
    keys = [section.key for section in moderation.audit.form.sections_of("moderation")]
    answers = SectionAnswers.objects.filter(audit=moderation.audit, section__in=keys).order_by("section")
    seen = [
        (moderation.moderator_id, moderation.revision),
        *sorted((regrade.domain, regrade.revision) for regrade in moderation.regrades.all()),
        *answers.values_list("section", "revision"),
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
