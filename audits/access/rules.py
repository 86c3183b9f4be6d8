"""What a person may do with one audit in its present state."""

from collections.abc import Callable
from copy import copy

from audits.access.codes import (
    ANSWER,
    CONTRIBUTE,
    DIRECT,
    FILL,
    MODERATE,
    QA_ROLES,
    READABLE_BY_TEAM_MANAGER,
    SETTLED,
)
from audits.access.fieldwork import audits_for_another, in_fieldwork
from audits.access.programme import covers_every_agency
from audits.models import (
    Audit,
    AuditUserObjectPermission,
    Contribution,
    SectionAnswers,
    SectionRevision,
    State,
)
from audits.models.audits import ENDED, WITH_THE_AUDITOR
from qaf.people.models import User
from qaf.people.roles import Role


def parts(user: User, audit: Audit) -> frozenset[str]:
    """The parts a person holds in an audit, as codes such as "fill_audit". One query, kept on the audit."""
    known: dict[int, frozenset[str]] = audit.__dict__.setdefault("_parts", {})
    if user.pk not in known:
        codes = AuditUserObjectPermission.objects.filter(user=user, content_object=audit)
        remember_parts(user, audit, frozenset(codes.values_list("permission__codename", flat=True)))
    return known[user.pk]


def remember_parts(user: User, audit: Audit, codes: frozenset[str]) -> None:
    """Keep on the audit which parts a person holds, for whoever has read them together with it."""
    audit.__dict__.setdefault("_parts", {})[user.pk] = codes


def holds_over(user: User, audit: Audit, *roles: Role) -> bool:
    """Whether one of the person's posts with one of these roles covers the audit's team.

    Over a confidential audit only the QA manager's post counts (Bristol QAF, Appendix 3: strictly confidential).
    """
    if audit.confidential:
        roles = tuple(role for role in roles if role == Role.QA_MANAGER)
    return any(
        post.role in roles
        and (
            post.team_id == audit.team_id
            or post.service_id == audit.service_id
            or post.agency_id == audit.agency_id
            or not (post.team_id or post.service_id or post.agency_id)
        )
        for post in user.current_posts
    )


def _is_concerned(user: User, audit: Audit) -> bool:
    """The auditor and the case-holder never act on their own audit as QA."""
    return user.pk in (audit.auditor_id, audit.case_holder_id)


def contributors(audit: Audit) -> frozenset[int]:
    """The people who help its auditor, by primary key; they judge nothing that they wrote themselves.

    Whoever was asked to fill a section, and whoever wrote in one: what they wrote stays when they are asked no longer.
    """
    if "_contributors" not in audit.__dict__:
        keys = [section.key for section in audit.form.sections_of(audit.part)]
        asked = Contribution.objects.filter(audit=audit).order_by().values_list("person_id")
        rows = SectionAnswers.objects.filter(audit=audit, section__in=keys).order_by()
        earlier = SectionRevision.objects.filter(answers__audit=audit, answers__section__in=keys).order_by()
        found = asked.union(rows.values_list("saved_by_id"), earlier.values_list("saved_by_id"))
        audit.__dict__["_contributors"] = frozenset(pk for (pk,) in found) - {None, audit.auditor_id}
    people: frozenset[int] = audit.__dict__["_contributors"]
    return people


def _qa(user: User, audit: Audit) -> bool:
    return holds_over(user, audit, *QA_ROLES)


def _acts_as_qa(user: User, audit: Audit) -> bool:
    return _qa(user, audit) and not _is_concerned(user, audit)


def _reads(user: User, audit: Audit) -> bool:
    if parts(user, audit) - {CONTRIBUTE} or _contributes(user, audit):
        return True
    return reads_by_post(user, audit)


def reads_by_post(user: User, audit: Audit) -> bool:
    """Whether one of a person's posts lets them read the audit in its present state, whatever part they hold in it."""
    if _qa(user, audit) and user.pk != audit.case_holder_id:
        return True
    if holds_over(user, audit, Role.SERVICE_MANAGER) and user.pk != audit.case_holder_id:
        return audit.state not in WITH_THE_AUDITOR
    return holds_over(user, audit, Role.TEAM_MANAGER) and audit.state in READABLE_BY_TEAM_MANAGER


def _contributes(user: User, audit: Audit) -> bool:
    """Asked to fill some sections, and the audit is still with its auditor: the right ends with the submission."""
    return (
        CONTRIBUTE in parts(user, audit)
        and audit.state in WITH_THE_AUDITOR
        and not audit.confidential
        and user.pk != audit.case_holder_id
    )


def _filled_for_good(audit: Audit) -> bool:
    """The fieldwork is closed: nothing is filled any more, so nothing is sent back to be filled."""
    return audit.work is not None and audit.work.fieldwork_closed_at is not None


def _may_take_from_comparison(user: User, audit: Audit) -> bool:
    """What an agency found stands beside the others' once the fieldwork is closed: it does not take it out alone."""
    if audit.work is None or not audit.submitted_at or not _filled_for_good(audit):
        return True
    return covers_every_agency(user, audit.work)


def _may_ask(user: User, audit: Audit) -> bool:
    """The auditor, or QA acting on the audit; a confidential audit is nobody else's to write in."""
    return (
        audit.state in WITH_THE_AUDITOR
        and not audit.confidential
        and (FILL in parts(user, audit) or _acts_as_qa(user, audit))
    )


def _directs(user: User, audit: Audit) -> bool:
    return DIRECT in parts(user, audit) or (
        holds_over(user, audit, Role.SERVICE_MANAGER) and not _is_concerned(user, audit)
    )


RULES: dict[str, Callable[[User, Audit], bool]] = {
    # Know that it exists: the row in the tracker, its page, its timeline.
    "see": lambda user, audit: _reads(user, audit) or holds_over(user, audit, Role.SERVICE_MANAGER),
    # Read what was written.
    "read": _reads,
    "fill": lambda user, audit: FILL in parts(user, audit) and audit.state in WITH_THE_AUDITOR,
    # Fill the sections that one was asked to (``may_fill_section`` says which), and ask others to fill some.
    "contribute": _contributes,
    "ask": _may_ask,
    "submit": lambda user, audit: FILL in parts(user, audit) and audit.state in WITH_THE_AUDITOR,
    # A case that turned out unsuitable: its auditor says so, QA has another drawn in its place.
    "ask_replacement": lambda user, audit: FILL in parts(user, audit) and audit.state in WITH_THE_AUDITOR,
    "replace": lambda user, audit: _acts_as_qa(user, audit) and audit.state in WITH_THE_AUDITOR,
    "check": lambda user, audit: (
        _qa(user, audit)
        and not _is_concerned(user, audit)
        and audit.state == State.SUBMITTED
        and audit.process.qa_check
        and user.pk not in contributors(audit)
    ),
    "return": lambda user, audit: (
        _qa(user, audit)
        and not _is_concerned(user, audit)
        and audit.state in (State.SUBMITTED, State.CHECKED)
        and not _filled_for_good(audit)
    ),
    "moderate": lambda user, audit: MODERATE in parts(user, audit) and audit.state == State.MODERATING,
    "distribute": lambda user, audit: _acts_as_qa(user, audit) and audit.state == State.MODERATED,
    # Who else reads a distributed audit: send it to more people, remind them, take it back.
    "share": lambda user, audit: (
        _acts_as_qa(user, audit)
        and audit.state in (State.DISTRIBUTED, State.CLOSED)
        and audit.distributed_at is not None
    ),
    "feedback": lambda user, audit: ANSWER in parts(user, audit) and audit.state == State.DISTRIBUTED,
    "close": lambda user, audit: _acts_as_qa(user, audit) and audit.state in (State.MODERATED, State.DISTRIBUTED),
    "cancel": lambda user, audit: (
        _acts_as_qa(user, audit) and audit.state not in ENDED and _may_take_from_comparison(user, audit)
    ),
    # Every deadline can be extended by its owner's QA officer (product design, *The life of one audit*).
    "extend": lambda user, audit: _acts_as_qa(user, audit) and audit.state not in ENDED,
    "direct": lambda user, audit: audit.raises_alert and _directs(user, audit),
    # A manager whose own work was audited has others see that it is put right.
    "review_actions": lambda user, audit: (
        _directs(user, audit) or (holds_over(user, audit, Role.TEAM_MANAGER) and user.pk != audit.case_holder_id)
    ),
}


def may(user: User, action: str, audit: Audit) -> bool:
    """Whether a person may do this with this audit in its present state; KeyError for an unknown action."""
    return user.is_active and RULES[action](user, audit)


def may_be_sent(person: User, audit: Audit) -> bool:
    """Whether this person may be sent the audit at all: a confidential one only whoever may know of it anyway.

    While other agencies audit the same child, none of their auditors.
    """
    return not audits_for_another(person, audit) and (
        not audit.confidential
        or _is_concerned(person, audit)
        or holds_over(person, audit, Role.QA_MANAGER)
        or bool(parts(person, audit) - {CONTRIBUTE})
    )


def may_in_another_state(user: User, action: str, audit: Audit) -> bool:
    """Whether it is only the audit's state that keeps a person from this: they were, or will be, the one to do it."""
    other = copy(audit)
    for state in State:
        other.__dict__["state"] = state.value
        if may(user, action, other):
            return True
    return False


def may_read_part(user: User, audit: Audit, part: str) -> bool:
    """Whether a person may read what was written in a part of the form: never another's unfinished draft.

    What the moderator writes is for the others once it is decided, the practitioner's feedback once it is given.
    """
    if not may(user, "read", audit):
        return False
    if part == audit.part or may_fill(user, audit, part):
        return True
    return audit.state in READABLE_ONCE.get(part, ())


# From which states on the others read what was written in a part that is not the auditor's.
READABLE_ONCE = {
    "qa_check": (State.CHECKED, State.MODERATING, State.MODERATED, State.DISTRIBUTED, State.CLOSED),
    "moderation": (State.MODERATED, State.DISTRIBUTED, State.CLOSED),
    "distribution": (State.DISTRIBUTED, State.CLOSED),
    "feedback": (State.CLOSED,),
}


# Who fills which part of the form: the action it takes. The part that the type's auditor fills ("audit", or "reaudit"
# for a re-audit) takes "fill".
ACTION_OF_PART = {
    "qa_check": "check",
    "moderation": "moderate",
    "distribution": "distribute",
    "feedback": "feedback",
}


def action_for(audit: Audit, part: str) -> str:
    """The action that filling this part of the form takes."""
    return "fill" if part == audit.part else ACTION_OF_PART.get(part, "fill")


def may_fill(user: User, audit: Audit, part: str) -> bool:
    """Whether a person may write in this part of the form now."""
    return (part == audit.part or part in ACTION_OF_PART) and may(user, action_for(audit, part), audit)


def sections_asked_of(user: User, audit: Audit) -> frozenset[str]:
    """The sections that a contributor may fill now; empty, without a query, for everybody else. Kept on the audit."""
    if not may(user, "contribute", audit):
        return frozenset()
    known: dict[int, frozenset[str]] = audit.__dict__.setdefault("_sections_asked", {})
    if user.pk not in known:
        asked = Contribution.objects.filter(audit=audit, person=user)
        known[user.pk] = frozenset(asked.values_list("section", flat=True))
    return known[user.pk]


def may_fill_section(user: User, audit: Audit, section: str) -> bool:
    """Whether a person may write in this section of the form now: its part is theirs, or they were asked to fill it."""
    part = audit.form.section(section).part
    return may_fill(user, audit, part) or (part == audit.part and section in sections_asked_of(user, audit))


def knows_outcome(user: User, earlier: Audit, audit: Audit) -> bool:
    """Whether a person working on ``audit`` may know what came of an earlier one: date, type, grades, actions.

    The auditor of a case has the child's record open anyway, and is to find out whether what was agreed last time was
    done; so they know the outcome of every earlier audit of the same child, but read its text only as anybody else.
    Everybody else, contributors too, knows the outcome of what they may read. Of a confidential audit, nobody learns
    anything on the page of another; of another agency's in fieldwork that is not closed, only whoever may read it.
    """
    if earlier.confidential or earlier.state not in SETTLED:
        return False
    same_child = earlier.case_id is not None and earlier.case_id == audit.case_id
    if may(user, "read", earlier):
        return True
    apart = in_fieldwork(earlier) or (earlier.reaudit_of is not None and in_fieldwork(earlier.reaudit_of))
    return same_child and user.is_active and FILL in parts(user, audit) and not apart
