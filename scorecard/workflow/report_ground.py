"""What the use cases of a report on its way to the board share: the lock, the right, and what is told of it."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from django.utils import timezone

from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import Post, User
from qaf.people.roles import Role
from scorecard.access.posts import agency_of
from scorecard.access.reports import may
from scorecard.models import Report, ReportVersion, Stage
from scorecard.workflow.reports import locked

LONGEST_NOTE = 5_000
LONGEST_MINUTE = 120
# What is told to somebody who may not do a step at any stage.
WHOSE = {
    "sign_off": "The audit chair to whom the report was sent signs it off.",
    "send_back": "The audit chair to whom the report was sent sends it back, or QA takes it back.",
    "consider": "QA, or a member of the subgroup, records that the subgroup has considered it.",
}


def name_of(report: Report) -> str:
    """How notices name a report: by kind, period and place, since its subject is free text."""
    return f"{report.get_kind_display()}, {report.period_label} ({report.scope_name})"


def held_for(report: Report, action: str, *, by: User, seen: int | None = None) -> Report:
    """The report as it is now, its row locked until the transaction ends, for somebody who may do this with it.

    ``seen``: the number of the latest version that the page showed (0: none). Raises NotAllowed; Stale when only its
    stage forbids the action, or when it has gone a step on since.
    """
    report = locked(report)
    if not may(by, action, report):
        if may_at_another_stage(by, action, report):
            raise Stale(
                f"The report is now “{report.get_stage_display()}”, and this cannot be done at that stage. Nothing was "
                "changed. Open it to see what has happened."
            )
        raise NotAllowed(f"{WHOSE.get(action, 'This is for the QA officers and QA managers of its scope.')}")
    if seen is not None and seen != report.versions.count():
        raise Stale(
            "The report has gone a step on since you opened this page. Nothing was changed. Look at it as it stands "
            "now, and do it again if it still fits."
        )
    return report


def may_at_another_stage(user: User, action: str, report: Report) -> bool:
    """Whether a person could do this were the report at another stage."""
    if not report.is_made:
        return False
    other = copy.copy(report)
    for stage in Stage.values:
        other.__dict__["stage"] = stage
        if may(user, action, other):
            return True
    return False


def one_line(text: str) -> str:
    """A reference or a forum's name without signs that nobody sees, which could turn the writing round them."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def says_nothing(text: str) -> bool:
    """Whether a text has no sign that anybody sees: it would be a heading or a number with nothing behind it."""
    return not one_line(text)


def demand_length(text: str, longest: int, what: str) -> None:
    if len(text) > longest:
        raise Refused(f"Shorten {what} to {longest:,} characters. It has {len(text):,}.")


def tell_of(version: ReportVersion, people: Iterable[User | None], *, text: str, but: User) -> None:
    """Tell people of a step, each once and never whoever took it. No free text, no child's data."""
    report = version.report
    for person in dict.fromkeys(people):
        if person is not None and person != but and person.is_active:
            key = f"report:{report.pk}:v{version.number}:{person.pk}"
            tell(person, key=key, text=text, path=report.get_absolute_url())


def holders(report: Report, *roles: Role) -> list[User]:
    """Everybody who holds one of these roles today and whose post reaches the report as it is now, by name."""
    posts = Post.objects.on(timezone.localdate()).with_role(*roles).filter(person__is_active=True)
    posts = posts.select_related("person", "agency", "service", "team__service").order_by("person__name", "pk")
    found = [post.person for post in posts if report.agency_id is None or agency_of(post) in (None, report.agency_id)]
    people = list(dict.fromkeys(found))
    # A clinic's sheet is for few of them, and nobody is told of what they may not open.
    return [one for one in people if may(one, "read", report)] if report.kind == Report.Kind.CLINIC else people
