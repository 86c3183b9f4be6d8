"""What every use case of the programme does: lock the work, ask for the right, tell people, keep its deadline."""

import copy
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from audits.access.programme import SUBGROUP, may_with_work
from audits.models import ReferenceCounter, Work, WorkAgency, WorkState
from qaf.deadlines.calendar import days_off, working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines, set_deadline
from qaf.deadlines.working_days import is_working_day
from qaf.errors import NotAllowed, Stale
from qaf.notices.outbox import tell
from qaf.people.models import Post, User, people_with_role
from qaf.people.roles import Role

# What the references of the programme's work begin with.
PREFIX = "PROG"
# Working days for a report whose day the plan does not say.
REPORT_DAYS = 20
# What is told to somebody who may not do a step in any state.
WHOSE = {
    "agree": "A member of the subgroup or an audit chair agrees a piece of work, and never whoever proposed it.",
    "sign_off": "The chair of the audit signs the report off, and never its lead.",
    "consider": "The subgroup considers the report.",
}


def path_of(work: Work) -> str:
    return f"/programme/{work.reference}/"


def name_of(work: Work) -> str:
    """How notices and deadlines name a piece of work: by kind and reference, since its title is free text."""
    kind = work.get_kind_display()
    return f"{kind if kind.startswith('Section') else kind[:1].lower() + kind[1:]} {work.reference}"


def hold_year(year: int) -> None:
    """Wait for whoever plans in the same year, so that two who count its themes at once do not both find room."""
    ReferenceCounter.objects.get_or_create(prefix=PREFIX, year=year)
    ReferenceCounter.objects.select_for_update().get(prefix=PREFIX, year=year)


def locked(work: Work, *, by: User, action: str, seen_revision: int | None = None) -> Work:
    """The work as it is now, its row locked until the transaction ends.

    Raises NotAllowed; Stale when only its state forbids the action, or when somebody changed it after the page with
    ``seen_revision`` was opened.
    """
    work = Work.objects.select_for_update(of=("self",)).select_related("lead", "chair", "proposed_by").get(pk=work.pk)
    if not may_with_work(by, action, work):
        if may_in_another_state(by, action, work):
            raise Stale(
                f"This piece of work is now “{work.get_state_display()}”, and this cannot be done in that state. "
                "Nothing was changed. Open it to see what has happened."
            )
        raise NotAllowed(f"{WHOSE.get(action, 'This is for QA managers.')} Nothing was changed.")
    if seen_revision is not None and seen_revision != work.revision:
        raise Stale(
            "This piece of work was changed from another page after you opened this one. Nothing was changed. Look at "
            "it as it stands now, and do it again if it still fits."
        )
    return work


def may_in_another_state(user: User, action: str, work: Work) -> bool:
    """Whether a person could do this were the work in another state."""
    other = copy.copy(work)
    for state in WorkState.values:
        other.__dict__["state"] = state
        if may_with_work(user, action, other):
            return True
    return False


def inform(work: Work, people: Iterable[User | None], *, event: str, text: str, but: User | None = None) -> None:
    """Tell people about an event of this work, each once and never whoever did it. No free text, no child's data."""
    for person in dict.fromkeys(people):
        if person is not None and person != but and person.is_active:
            key = f"work:{work.pk}:{event}:{work.revision}:{person.pk}"
            tell(person, key=key, text=text, path=path_of(work))


def subgroup(day: date | None = None) -> list[User]:
    """Everybody who may agree work today: the subgroup's members and the audit chairs, by name."""
    posts = Post.objects.on(day or timezone.localdate()).with_role(*SUBGROUP)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by("name", "email"))


def agency_leads(work: Work) -> list[User]:
    """Who answers for the agencies that take part: the named lead, else those who hold the agency's lead post."""
    leads: list[User] = []
    posts = Post.objects.on(timezone.localdate()).with_role(Role.AGENCY_LEAD).select_related("person")
    by_agency: dict[int | None, list[User]] = {}
    for post in posts:
        by_agency.setdefault(post.agency_id, []).append(post.person)
    for part in WorkAgency.objects.filter(work=work).select_related("lead"):
        leads += [part.lead] if part.lead is not None else by_agency.get(part.agency_id, [])
    return list(dict.fromkeys(leads))


def people_of(work: Work) -> list[User]:
    """Everybody whose time the work asks, by name."""
    return [part.person for part in work.people.select_related("person")]


def wanted_deadline(work: Work) -> tuple[str, User, date, str] | None:
    """What waits for whom in the work's state: the kind, its owner, the day, and what they are asked to do."""
    reports_on = work.reports_on or working_days_after(work.fieldwork_until, REPORT_DAYS)
    lead = work.lead
    wanted = {
        WorkState.AGREED: ("open_fieldwork", lead, work.fieldwork_from, "see that the fieldwork begins"),
        WorkState.FIELDWORK: ("close_fieldwork", lead, work.fieldwork_until, "see that the fieldwork is closed"),
        # Coventry 6.2: the report goes to the audit chair for sign-off.
        WorkState.ANALYSIS: (
            ("sign_off", work.chair, reports_on, "read the report and sign it off")
            if work.chair is not None
            else ("sign_off", lead, reports_on, "have the report signed off by an audit chair")
        ),
        # Bristol, *Visits*: half a day of preparation, then a day on site, then a report of the main findings.
        WorkState.PLANNED: ("prepare", lead, _working_day_before(work.fieldwork_from), "agree the lines of enquiry"),
        WorkState.PREPARED: ("hold", lead, work.fieldwork_until, "hold the visit"),
        WorkState.HELD: ("report", lead, reports_on, "report the main findings"),
    }
    return wanted.get(WorkState(work.state))


def _working_day_before(day: date) -> date:
    holidays = days_off()
    day -= timedelta(days=1)
    while not is_working_day(day, holidays):
        day -= timedelta(days=1)
    return day


def settle_deadline(work: Work) -> None:
    """Meet the deadline of the step that was taken and set that of the next; drop all when the work is withdrawn.

    A deadline that is what it was, or that somebody extended, stays.
    """
    if work.state == WorkState.WITHDRAWN:
        drop_deadlines(work)
        return
    wanted = wanted_deadline(work)
    kept = False
    for deadline in Deadline.objects.about(work).open():
        if wanted is None or deadline.kind != wanted[0]:
            meet_deadlines(work, kind=deadline.kind)
        elif deadline.owner_id == wanted[1].pk and deadline.first_due_on in (
            wanted[2],
            max(wanted[2], timezone.localdate()),
        ):
            kept = True
        else:
            drop_deadlines(work, kind=deadline.kind)
    if wanted is not None and not kept:
        kind, owner, due_on, what = wanted
        name = name_of(work)
        set_deadline(
            work,
            kind=kind,
            owner=owner,
            due_on=max(due_on, timezone.localdate()),
            title=f"{name[:1].upper()}{name[1:]}: {what}",
            path=path_of(work),
        )


def told_when_late(deadline: Deadline, day: date) -> User | None:
    """Who is told beside its owner that a step of the programme is late: a QA manager, who coordinates it (6.2)."""
    managers = people_with_role(Role.QA_MANAGER, day=day)
    return next((manager for manager in managers if manager.pk != deadline.owner_id), None)


def none_hidden() -> list[int]:
    """No deadline of the programme is secret: they hold a kind, a reference and a day."""
    return []
