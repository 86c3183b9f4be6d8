"""Who may see or make which report. The only place that says so.

A report holds counts alone, the small ones hidden, so boards read it as it is. QA makes reports; whoever sits on
a board or heads a service reads the ones that were made (product design, *People*).
"""

from collections.abc import Callable

from django.db.models import Q

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.access.posts import agency_of
from scorecard.models import Report, State
from scorecard.models.reports import ReportQuerySet

MAKERS = (Role.QA_OFFICER, Role.QA_MANAGER)
READERS = (
    Role.BOARD_MEMBER,
    Role.AUDIT_CHAIR,
    Role.SUBGROUP_MEMBER,
    Role.SCRUTINEER,
    Role.SERVICE_MANAGER,
)


def _makes(user: User, agency_id: int | None) -> bool:
    return any(post.role in MAKERS and agency_of(post) in (None, agency_id) for post in user.current_posts)


def _reads(user: User, agency_id: int | None) -> bool:
    """The whole organisation's report goes to all its boards; an agency's own to that agency and to the whole."""
    return any(
        post.role in (*MAKERS, *READERS) and (agency_id is None or agency_of(post) in (None, agency_id))
        for post in user.current_posts
    )


def visible_to(user: User, queryset: ReportQuerySet | None = None) -> ReportQuerySet:
    """The reports a person may know of: made ones they may read, and all those they could have asked for."""
    reports = Report.objects.all() if queryset is None else queryset
    if not user.is_active:
        return reports.none()
    ready = Q(state=State.MADE)
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in (*MAKERS, *READERS):
            continue
        agency = agency_of(post)
        own = Q(pk__isnull=False) if agency is None else Q(agency=agency)
        wanted |= own if post.role in MAKERS else own & ready
        wanted |= Q(agency=None) & ready
    return reports.filter(wanted)


RULES: dict[str, Callable[[User, Report], bool]] = {
    "see": lambda user, report: _makes(user, report.agency_id) or (report.is_made and _reads(user, report.agency_id)),
    "read": lambda user, report: report.is_made and _reads(user, report.agency_id),
    "download": lambda user, report: report.is_made and _reads(user, report.agency_id),
    "cancel": lambda user, report: report.is_unfinished and _makes(user, report.agency_id),
    "retry": lambda user, report: report.state in (State.FAILED, State.CANCELLED) and _makes(user, report.agency_id),
}


def may(user: User, action: str, report: Report) -> bool:
    """Whether a person may do this with this report in its present state; KeyError for an unknown action."""
    return user.is_active and RULES[action](user, report)


def may_make(user: User) -> bool:
    """Whether a person may have reports made at all (within their scope)."""
    return user.is_active and user.holds(*MAKERS)


def may_make_for(user: User, agency: Agency | None) -> bool:
    """Whether a person may have a report made about this agency, or about the whole for None."""
    return user.is_active and _makes(user, agency.pk if agency else None)


def may_read_reports(user: User) -> bool:
    """Whether reports are any business of this person's."""
    return user.is_active and user.holds(*MAKERS, *READERS)


def agencies_to_report_on(user: User) -> list[Agency]:
    """The agencies a person may have a report made about, by name."""
    posts = [post for post in user.current_posts if post.role in MAKERS]
    agencies = Agency.objects.order_by("name")
    if any(agency_of(post) is None for post in posts):
        return list(agencies)
    return list(agencies.filter(pk__in=[agency_of(post) for post in posts]))
