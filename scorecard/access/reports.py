"""Who may see, make, write, sign off or read which report. The only place that says so.

QA of a report's scope makes it and writes its texts; the audit chair it was sent to signs it off; the subgroup reads it
once it is signed off; boards, scrutineers and service managers once it was presented (Coventry QA framework 2025-27,
6.2), and an agency's lead then reads what is about their agency. Nobody but QA and the chair reads what is not signed
off: it may still be wrong.
"""

from collections.abc import Callable

from django.db.models import Q

from qaf.people.models import Agency, Post, User
from qaf.people.roles import Role
from scorecard.access.posts import agencies_held, agency_of, holds_over
from scorecard.models import Report, Stage, State
from scorecard.models.reports import ReportQuerySet

MAKERS = (Role.QA_OFFICER, Role.QA_MANAGER)
SUBGROUP = (Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
READERS = (
    Role.BOARD_MEMBER,
    Role.AUDIT_CHAIR,
    Role.SUBGROUP_MEMBER,
    Role.SCRUTINEER,
    Role.SERVICE_MANAGER,
    # Of the reports on their own agency alone.
    Role.AGENCY_LEAD,
)
# From here on the subgroup reads it.
SIGNED = (Stage.SIGNED_OFF, Stage.CONSIDERED, Stage.AMENDED, Stage.PRESENTED)


def _makes(user: User, agency_id: int | None) -> bool:
    return any(post.role in MAKERS and agency_of(post) in (None, agency_id) for post in user.current_posts)


def _reads_as(user: User, report: Report, *roles: Role) -> bool:
    """The whole organisation's report goes to all its boards; an agency's own to that agency and to the whole. A
    clinic's names staff: of those it is not made by, only the heads of its service read it."""
    return any(
        post.role in roles
        and (report.agency_id is None or agency_of(post) in (None, report.agency_id))
        and (post.role != Role.AGENCY_LEAD or report.agency_id is not None)
        and (report.kind != Report.Kind.CLINIC or _heads(post, report.service_id))
        for post in user.current_posts
    )


def _heads(post: Post, service_id: int | None) -> bool:
    return post.role == Role.SERVICE_MANAGER and post.team_id is None and post.service_id in (None, service_id)


def is_chair_of(user: User, report: Report) -> bool:
    """Whether somebody is the audit chair a report was sent to, and still holds that role over what it is about."""
    return report.chair_id == user.pk and may_sign_off(user, report)


def stages_readable(user: User, report: Report) -> tuple[Stage, ...]:
    """The stages of a report whose versions somebody may read; empty when it is not for them at all."""
    if not user.is_active:
        return ()
    if _makes(user, report.agency_id) or is_chair_of(user, report):
        return tuple(Stage)
    if _reads_as(user, report, *SUBGROUP):
        return SIGNED
    return (Stage.PRESENTED,) if _reads_as(user, report, *MAKERS, *READERS) else ()


def may_read_draft(user: User, report: Report) -> bool:
    """Whether somebody sees a report's texts while they are being written, and what was said at its steps."""
    return user.is_active and _makes(user, report.agency_id)


def visible_to(user: User, queryset: ReportQuerySet | None = None) -> ReportQuerySet:
    """The reports a person may know of: those they could have asked for, and made ones as far on as they may read."""
    reports = Report.objects.all() if queryset is None else queryset
    if not user.is_active:
        return reports.none()
    signed = Q(state=State.MADE, stage__in=SIGNED)
    presented = Q(state=State.MADE, stage=Stage.PRESENTED)
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in (*MAKERS, *READERS):
            continue
        agency = agency_of(post)
        own = Q(pk__isnull=False) if agency is None else Q(agency=agency)
        far_enough = (signed if post.role in SUBGROUP else presented) & _not_a_clinic_or_ones_own(post)
        if post.role == Role.AGENCY_LEAD:
            wanted |= own & far_enough & Q(agency__isnull=False)
            continue
        wanted |= own if post.role in MAKERS else own & far_enough
        wanted |= Q(agency=None) & far_enough
    chaired = agencies_held(user, Role.AUDIT_CHAIR)
    sent = Q(state=State.MADE, chair=user)
    wanted |= sent if chaired is None else sent & Q(agency__in=chaired)
    return reports.filter(wanted)


def _not_a_clinic_or_ones_own(post: Post) -> Q:
    """As `_reads_as` says of clinics."""
    others = ~Q(kind=Report.Kind.CLINIC)
    if post.role != Role.SERVICE_MANAGER or post.team_id:
        return others
    return others | Q(service=post.service_id) if post.service_id else Q()


def _reads(user: User, report: Report) -> bool:
    if not report.is_made:
        return False
    return _makes(user, report.agency_id) or report.stage in stages_readable(user, report)


RULES: dict[str, Callable[[User, Report], bool]] = {
    "see": lambda user, report: _makes(user, report.agency_id) or _reads(user, report),
    "read": _reads,
    "download": _reads,
    "cancel": lambda user, report: report.is_unfinished and _makes(user, report.agency_id),
    "retry": lambda user, report: report.state in (State.FAILED, State.CANCELLED) and _makes(user, report.agency_id),
    # The way to the board.
    "write": lambda user, report: report.is_writable and _makes(user, report.agency_id),
    "submit": lambda user, report: report.is_made and report.stage == Stage.DRAFTING and _makes(user, report.agency_id),
    # QA takes it back when the chair is away for long, or holds that role no longer.
    "send_back": lambda user, report: (
        report.stage == Stage.DRAFTED and (is_chair_of(user, report) or _makes(user, report.agency_id))
    ),
    "sign_off": lambda user, report: report.stage == Stage.DRAFTED and is_chair_of(user, report),
    "consider": lambda user, report: (
        report.stage == Stage.SIGNED_OFF and (_makes(user, report.agency_id) or _reads_as(user, report, *SUBGROUP))
    ),
    "amend": lambda user, report: report.stage == Stage.CONSIDERED and _makes(user, report.agency_id),
    "present": lambda user, report: (
        report.stage in (Stage.CONSIDERED, Stage.AMENDED) and _makes(user, report.agency_id)
    ),
    "publish": lambda user, report: report.stage == Stage.PRESENTED and _makes(user, report.agency_id),
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


def may_sign_off(user: User, report: Report) -> bool:
    """Whether somebody can be asked to sign a report off: an audit chair of its agency or of the whole."""
    return holds_over(user, report.agency_id, Role.AUDIT_CHAIR)


def agencies_to_report_on(user: User) -> list[Agency]:
    """The agencies a person may have a report made about, by name."""
    posts = [post for post in user.current_posts if post.role in MAKERS]
    agencies = Agency.objects.order_by("name")
    if any(agency_of(post) is None for post in posts):
        return list(agencies)
    return list(agencies.filter(pk__in=[agency_of(post) for post in posts]))
