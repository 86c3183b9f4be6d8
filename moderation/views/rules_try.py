"""Trying out the rules: who would moderate an audit, and why nobody else."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.models import Audit
from moderation.access.rules import may_try_audits
from moderation.choosing import Excluded, Subject
from moderation.eligibility import Answer, answer_for, subject_like, subject_of
from moderation.forms.rules import AuditQuestion, MadeUpQuestion
from moderation.models import ModeratorRule
from moderation.rule_words import role_and_place, rule_in_short
from moderation.views.rules import demand_reading
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest

MOST_SHOWN = 100
LEVELS = ("for the team", "for the service", "for the agency", "for the whole organisation")


@dataclass(frozen=True)
class May:
    """Somebody who may moderate: as what, by which post, and how much they have to do."""

    person: User
    as_what: str
    place: str
    load: int


@dataclass(frozen=True)
class Result:
    """The answer as the page shows it."""

    rule: str
    number: int | None
    may: list[May]
    not_by_reason: list[tuple[str, list[User]]]
    more: int
    confidential: bool


@require_safe
def try_out(request: SignedInRequest) -> HttpResponse:
    """Ask it of an audit by its reference (QA alone), or of an audit that might be."""
    demand_reading(request.user)
    asks_audits, asked = may_try_audits(request.user), request.GET.get("ask", "")
    if asked == "audit" and not asks_audits:
        raise NotAllowed("An administrator knows of no audits. Ask about an audit that might be.")
    of_audit = AuditQuestion(request.GET if asked == "audit" else None, user=request.user)
    made_up = MadeUpQuestion(request.GET if asked == "other" else None, user=request.user)
    form = of_audit if asked == "audit" else made_up
    result = audit = None
    if asked and form.is_valid():
        if asked == "audit":
            audit = form.cleaned_data["reference"]
            result = _result(subject_of(audit))
        elif asked == "other":
            result = _result(subject_like(**form.cleaned_data))
    context = {
        "of_audit": of_audit,
        "made_up": made_up,
        "form": form,
        "asks_audits": asks_audits,
        "result": result,
        "audit": audit,
        "holder": _moderator_of(audit),
        "others_than_shown": MOST_SHOWN,
    }
    return render(request, "moderation/rules/try.html", context, status=422 if form.errors else 200)


def _moderator_of(audit: Audit | None) -> User | None:
    """Who has it already: the rules count only when the next moderation is given out."""
    moderation = getattr(audit, "moderation", None) if audit else None
    return moderation.moderator if moderation else None


def _result(subject: Subject) -> Result:
    answer = answer_for(subject)
    rule = ModeratorRule.objects.filter(pk=answer.choice.rule.key).select_related("type").first()
    number = ModeratorRule.objects.in_force().filter(position__lte=rule.position).count() if rule else None
    shown = answer.choice.excluded[:MOST_SHOWN]
    return Result(
        rule=rule_in_short(rule) if rule else _fallback(answer),
        number=number,
        may=_may(answer),
        not_by_reason=_grouped(answer, shown),
        more=len(answer.choice.excluded) - len(shown),
        confidential=subject.confidential,
    )


def _fallback(answer: Answer) -> str:
    rule = answer.choice.rule
    who = "a service manager" if rule.auditor_role else "anybody"
    return f"when {who} audits: {role_and_place(rule.moderator_role, rule.scope)}"


def _may(answer: Answer) -> list[May]:
    words = {"first": "By the rule", "alternate": "If nobody of them may", "last resort": "QA manager, asked last"}
    return [
        May(answer.people[one.candidate.key], words[one.as_what], LEVELS[one.level], one.candidate.load)
        for one in answer.choice.chosen
    ]


def _grouped(answer: Answer, excluded: tuple[Excluded, ...]) -> list[tuple[str, list[User]]]:
    """The people under each reason, the reason that fewest share first: it says most."""
    count = Counter(one.reason for one in excluded)
    reasons = sorted(count, key=lambda reason: (count[reason], reason))
    people = {
        reason: [answer.people[one.candidate.key] for one in excluded if one.reason == reason] for reason in count
    }
    return [(reason, sorted(people[reason], key=lambda person: (person.name, person.pk))) for reason in reasons]
