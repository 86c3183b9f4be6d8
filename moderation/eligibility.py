"""Who moderates an audit: the rules of this site, the people of today, and what may never happen.

Bristol QAF, *Moderation*: the relevant service manager; the QA service manager when a service manager audited.
Never the auditor, never the case-holder, never somebody whom the auditor manages or who wrote a part of the audit. A
confidential audit is moderated by QA managers alone. The choosing itself is pure: ``choosing.py``. Here is what it
needs from the database, in a handful of queries however many people there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils import timezone

from audits.access import auditors_for_others, contributors
from audits.models import Audit, AuditType
from audits.sampling import plain_name
from moderation import choosing
from moderation.choosing import Candidate, Choice, Held, Place, Rule, Subject
from moderation.models import HandOver, Moderation, ModeratorRule
from qaf.people.models import Post, Team, User, next_manager, people_with_role
from qaf.people.roles import Role

MODERATING = (Role.MODERATOR, Role.QA_MANAGER)


@dataclass(frozen=True)
class Answer:
    """Who would moderate and who not, with the people themselves."""

    choice: Choice
    people: dict[int, User]

    @property
    def eligible(self) -> list[User]:
        return [self.people[one.candidate.key] for one in self.choice.chosen]


def is_eligible(person: User, audit: Audit) -> bool:
    """Whether this person could be given this audit to moderate at all, if only by hand."""
    return not why_not(person, audit)


def why_not(person: User, audit: Audit) -> str:
    """Why this person may not moderate this audit, in a sentence; empty when they may."""
    subject = subject_of(audit)
    rule = choosing.rule_for(rules_in_force(), subject)
    return choosing.why_not_named(_candidate(person), subject, rule)


def why_never(person: User, audit: Audit) -> str:
    """Why this person may not moderate this audit, whatever the rules say; empty when nothing stands against it.

    Posts end and begin while a moderation lies with somebody: the auditor may have become their manager meanwhile.
    """
    return choosing.why_excluded(_candidate(person), subject_of(audit))


def _candidate(person: User) -> Candidate:
    held = held_by([person.pk]).get(person.pk, ())
    return Candidate(person.pk, held, person.is_active, plain_name(person.name))


def eligible_moderators(audit: Audit) -> list[User]:
    """Whom the rules give this audit to, the right one first; then alternates, then QA managers as a last resort.

    Empty when nobody of them may: then the QA manager names somebody (``people_to_name``).
    """
    return answer_for(subject_of(audit)).eligible


def people_to_name(audit: Audit) -> list[User]:
    """Whom the moderation can be handed to: those of the rules first, then every other moderator of the agency."""
    subject = subject_of(audit)
    answer = answer_for(subject)
    others = [
        answer.people[one.candidate.key]
        for one in answer.choice.excluded
        if not choosing.why_not_named(one.candidate, subject, answer.choice.rule)
    ]
    return [*answer.eligible, *sorted(others, key=lambda person: (person.name, person.pk))]


def auditor_manages_case_holder(audit: Audit) -> bool:
    """Then management oversight is graded by the one who gave it."""
    if audit.case_holder is None:
        return False
    return (
        audit.auditor in people_with_role(Role.TEAM_MANAGER, day=timezone.localdate(), team=audit.team)
        or next_manager(audit.case_holder, day=timezone.localdate()) == audit.auditor
    )


def answer_for(subject: Subject, rules: list[Rule] | None = None) -> Answer:
    """Choose among everybody who holds a role that moderates. Six queries at most, however many people."""
    rules = rules_in_force() if rules is None else rules
    wanted = {*MODERATING, *choosing.rule_for(rules, subject).roles}
    people = _holders(wanted)
    candidates = _candidates(people)
    return Answer(choosing.choose(rules, subject, candidates), {person.pk: person for person in people})


def rules_in_force() -> list[Rule]:
    """The rules of this site in their order, as the choosing reads them."""
    return [as_rule(rule) for rule in ModeratorRule.objects.in_force()]


def as_rule(rule: ModeratorRule) -> Rule:
    return Rule(
        key=rule.pk or 0,
        moderator_role=rule.moderator_role,
        scope=rule.scope,
        auditor_role=rule.auditor_role,
        type=rule.type_id,
        alternate_role=rule.alternate_role,
        alternate_scope=rule.alternate_scope,
        shares_load=rule.shares_load,
    )


def subject_of(audit: Audit) -> Subject:
    """What the choosing has to know of an audit."""
    return Subject(
        place=Place(audit.team_id, audit.service_id, audit.agency_id),
        type=audit.type_id,
        auditor=audit.auditor_id,
        auditor_held=held_by([audit.auditor_id]).get(audit.auditor_id, ()),
        case_holder=audit.case_holder_id,
        holder_name=_holder_name(audit),
        contributors=contributors(audit),
        for_others=auditors_for_others(audit),
        confidential=audit.confidential,
    )


def _holder_name(audit: Audit) -> str:
    """The case-holder as the case list names them, as long as that led to nobody who signs in."""
    if audit.case_holder_id is not None or audit.case is None:
        return ""
    return plain_name(audit.case.case_holder_name)


def subject_like(*, auditor: User, type: AuditType, team: Team, case_holder: User | None) -> Subject:
    """The same of an audit that might be: of this type, in this team, of this case-holder."""
    return Subject(
        place=Place(team.pk, team.service_id, team.service.agency_id),
        type=type.pk,
        auditor=auditor.pk,
        auditor_held=held_by([auditor.pk]).get(auditor.pk, ()),
        case_holder=case_holder.pk if case_holder else None,
        confidential=type.confidential,
    )


def held_by(keys: Iterable[int]) -> dict[int, tuple[Held, ...]]:
    """What these people hold today, by their primary key. One query."""
    posts = Post.objects.on(timezone.localdate()).filter(person__in=list(keys))
    found: dict[int, tuple[Held, ...]] = {}
    for post in posts.select_related("service", "team__service").order_by("pk"):
        found[post.person_id] = (*found.get(post.person_id, ()), Held(post.role, place_of(post)))
    return found


def place_of(post: Post) -> Place:
    """Where a post lies; its team, service and agency are read with it."""
    if post.team is not None:
        return Place(post.team_id, post.team.service_id, post.team.service.agency_id)
    if post.service is not None:
        return Place(None, post.service_id, post.service.agency_id)
    return Place(None, None, post.agency_id)


def _holders(roles: set[str]) -> list[User]:
    """Everybody who may sign in and holds one of these roles today, the longest in post first."""
    posts = Post.objects.on(timezone.localdate()).with_role(*roles).filter(person__is_active=True)
    return list(dict.fromkeys(post.person for post in posts.select_related("person").order_by("starts_on", "pk")))


def _candidates(people: list[User]) -> list[Candidate]:
    keys = [person.pk for person in people]
    held = held_by(keys)
    theirs = Moderation.objects.filter(moderator__in=keys).order_by()
    load: dict[int, int] = dict(theirs.undecided().values_list("moderator").annotate(Count("pk")))
    last: dict[int, datetime] = dict(theirs.values_list("moderator").annotate(Max("opened_at")))
    for key, at in HandOver.objects.filter(after__in=keys).order_by().values_list("after").annotate(Max("at")):
        last[key] = max(at, last.get(key, at))
    return [
        Candidate(
            key=person.pk,
            held=held.get(person.pk, ()),
            active=person.is_active,
            name=plain_name(person.name),
            load=load.get(person.pk, 0),
            last_given=last.get(person.pk),
            seniority=at,
        )
        for at, person in enumerate(people)
    ]
