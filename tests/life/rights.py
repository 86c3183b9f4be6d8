"""Who may do what with an audit, said once more and independently of ``audits.access`` and ``moderation.access``.

From the product design and the framework, in the plainest words: two accounts of the same rules that agree after
thousands of random steps are more than one that agrees with itself.
"""

from audits.models import Audit, AuditUserObjectPermission, Contribution, SectionAnswers, SectionRevision, State
from moderation.models import Moderation
from qaf.people.models import Post, User
from qaf.people.roles import Role

WITH_THE_AUDITOR = {State.ALLOCATED, State.IN_PROGRESS}
ENDED = {State.CLOSED, State.CANCELLED}


class Crowd:
    """Everybody with their posts, as the test itself made, ended and gave them back; read from the database once."""

    def __init__(self) -> None:
        self.posts: dict[int, list[Post]] = {pk: [] for pk in User.objects.values_list("pk", flat=True)}
        for post in Post.objects.filter(ends_on=None).order_by("pk"):
            self.posts[post.person_id].append(post)
        # May not sign in; whose posts have all ended.
        self.inactive: set[int] = set()
        self.ended: set[int] = set()

    def roles_of(self, person: int) -> set[str]:
        """The roles that a person holds today, anywhere."""
        return set() if person in self.ended else {post.role for post in self.posts[person]}

    def roles_over(self, person: int, audit: Audit) -> set[str]:
        """The roles that a person holds today over the audit's team."""
        if person in self.ended:
            return set()
        return {
            post.role
            for post in self.posts[person]
            if post.team_id in (None, audit.team_id)
            and post.service_id in (None, audit.service_id)
            and post.agency_id in (None, audit.agency_id)
        }


def helpers_of(audit: Audit) -> set[int]:
    """Whoever was asked to write in the auditor's part, or wrote there, beside the auditor."""
    keys = [section.key for section in audit.form.sections_of(audit.part)]
    rows = (
        *Contribution.objects.filter(audit=audit).values_list("person_id", flat=True),
        *SectionAnswers.objects.filter(audit=audit, section__in=keys).values_list("saved_by_id", flat=True),
        *SectionRevision.objects.filter(answers__audit=audit, answers__section__in=keys).values_list(
            "saved_by_id", flat=True
        ),
    )
    return set(rows) - {None, audit.auditor_id}


class Rights:
    """What one person may do with one audit as both stand now."""

    def __init__(
        self, crowd: Crowd, person: int, audit: Audit, moderation: Moderation | None, asked: set[tuple[str, int]]
    ) -> None:
        self.person, self.audit, self.moderation, self.asked = person, audit, moderation, asked
        self.active = person not in crowd.inactive
        self.over = crowd.roles_over(person, audit)
        if audit.confidential:
            # Of such an audit no other post lets anybody know.
            self.over &= {Role.QA_MANAGER}
        self.concerned = person in (audit.auditor_id, audit.case_holder_id)
        self.qa = bool(self.over & {Role.QA_OFFICER, Role.QA_MANAGER}) and not self.concerned
        self.qa_manager = Role.QA_MANAGER in self.over and not self.concerned
        # A moderator whose posts have ended since decides nothing any more.
        self.is_moderator = moderation is not None and moderation.moderator_id == person
        self.moderates = self.is_moderator and bool(crowd.roles_of(person) & {Role.MODERATOR, Role.QA_MANAGER})

    def may(self, act: str) -> bool:
        return bool(self.active and getattr(self, act)())

    def allocate(self) -> bool:
        return bool(self.over & {Role.QA_OFFICER, Role.QA_MANAGER})

    def fill(self) -> bool:
        return self.person == self.audit.auditor_id and self.audit.state in WITH_THE_AUDITOR

    submit = fill

    def contribute(self, section: str) -> bool:
        """Asked to fill this section, since the audit last came to its auditor."""
        return (
            self.active
            and self.audit.state in WITH_THE_AUDITOR
            and not self.audit.confidential
            and self.person != self.audit.case_holder_id
            and (section, self.person) in self.asked
        )

    def ask(self) -> bool:
        mine = self.person == self.audit.auditor_id or self.qa
        return mine and self.audit.state in WITH_THE_AUDITOR and not self.audit.confidential

    def check(self) -> bool:
        return self.qa and self.audit.state == State.SUBMITTED and self.person not in self._helpers()

    def _helpers(self) -> set[int]:
        """Read once for all who are asked about with the same copy of the audit, which is as old as they are."""
        known: set[int] | None = self.audit.__dict__.get("_known_helpers")
        if known is None:
            known = self.audit.__dict__["_known_helpers"] = helpers_of(self.audit)
        return known

    def send_back(self) -> bool:
        return self.qa and self.audit.state in {State.SUBMITTED, State.CHECKED}

    def review(self) -> bool:
        return self.moderates and self.audit.state == State.MODERATING

    def reopen(self) -> bool:
        return (self.moderates or self.qa_manager) and self.audit.state == State.MODERATED

    def hand_over(self) -> bool:
        return (self.moderates or self.qa_manager) and self.audit.state == State.MODERATING

    def raise_concern(self) -> bool:
        """QA until the audit has ended; its moderator while it is theirs, but never of a confidential one."""
        theirs = self.is_moderator and self.audit.state in {State.MODERATING, State.MODERATED}
        return self.audit.state not in ENDED and (self.qa or (theirs and not self.audit.confidential))

    def share(self) -> bool:
        return self.qa and self.audit.state in {State.DISTRIBUTED, State.CLOSED} and bool(self.audit.distributed_at)

    def distribute(self) -> bool:
        return self.qa and self.audit.state == State.MODERATED

    def feedback(self) -> bool:
        asked = self.audit.state == State.DISTRIBUTED and self.audit.step == "feedback"
        return asked and self.person == self.audit.case_holder_id

    def close(self) -> bool:
        return self.qa and self.audit.state in {State.MODERATED, State.DISTRIBUTED}

    def cancel(self) -> bool:
        return self.qa and self.audit.state not in ENDED

    extend = cancel

    def manages(self) -> bool:
        """The service manager of the team, or whoever stands in for them and was told of the lowest grade."""
        part = AuditUserObjectPermission.objects.filter(
            content_object=self.audit, user_id=self.person, permission__codename="direct_audit"
        )
        return (Role.SERVICE_MANAGER in self.over and not self.concerned) or part.exists()

    def direct(self) -> bool:
        return self.audit.raises_alert and self.manages()

    def review_actions(self) -> bool:
        """Managers of the team see that the actions are done; not those whose own work was audited."""
        of_team = Role.TEAM_MANAGER in self.over and self.person != self.audit.case_holder_id
        return self.manages() or of_team
