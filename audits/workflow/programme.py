"""Planning the programme of a year: proposing a piece of work, and changing what it is planned as.

Coventry QA framework 2025-27, 6.2 and 6.3; Bristol QAF, *Thematic Audits*.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audits.access.programme import may_lead, may_plan_work
from audits.cycles import programme_year, quarter_of
from audits.models import AuditType, Expectation, Work, WorkKind, WorkNote, WorkState
from audits.models.programme import MOST_THEMES_A_YEAR, TERMS, VISITS
from audits.programme_terms import POINTS, missing_points
from audits.workflow.allocation import next_reference
from audits.workflow.programme_ground import (
    PREFIX,
    hold_year,
    inform,
    locked,
    name_of,
    people_of,
    settle_deadline,
    subgroup,
)
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record

LONG = 10_000
FAR_YEARS = 10
# What may be changed on its page, in the order in which a change is told.
FIELDS = (
    "kind", "title", "fieldwork_from", "fieldwork_until", "reports_on", "type", "lead", "chair", "commissioned_by",
    *TERMS, "lines_of_enquiry",
)  # fmt: skip
# Once these change on agreed work, the subgroup that agreed it has to know.
AGREED_ON = ("fieldwork_from", "fieldwork_until", "reports_on", "commissioned_by", *TERMS, "lines_of_enquiry")


class PastTheMost(Refused):
    """One theme more than four a year or one a quarter. Somebody who knows it can say why, and plan it."""

    title = "The programme has as many themes as it is to have"


@dataclass(frozen=True)
class WorkPlan:
    """What a piece of work is planned as. Year and quarter follow from the first day of its fieldwork."""

    kind: str
    title: str
    fieldwork_from: date
    fieldwork_until: date
    lead: User
    reports_on: date | None = None
    type: AuditType | None = None
    chair: User | None = None
    commissioned_by: str = ""
    why: str = ""
    scope: str = ""
    auditors: str = ""
    focus_groups: str = ""
    criteria: str = ""
    timescale: str = ""
    action_plan: str = ""
    lines_of_enquiry: str = ""

    @property
    def year(self) -> int:
        return programme_year(self.fieldwork_from, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)

    @property
    def quarter(self) -> int:
        return quarter_of(self.fieldwork_from, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)

    def check(self, *, before: Work | None = None) -> None:
        """Raise Refused for what does not fit. ``before``: the work as it stands, whose people may stay."""
        if self.kind not in WorkKind.values:
            raise Refused("Choose what kind of work it is from the list.")
        if not self.title.strip() or len(self.title.strip()) > 200:
            raise Refused("Give the work a title of at most 200 characters.")
        if len(self.commissioned_by.strip()) > 200:
            raise Refused("Say who commissioned it in at most 200 characters.")
        if any(len(getattr(self, name)) > LONG for name in (*TERMS, "lines_of_enquiry")):
            raise Refused(f"Write each point in at most {LONG:,} characters.")
        if self.fieldwork_until < self.fieldwork_from:
            raise Refused("The last day lies before the first. Choose them in order.")
        if (self.fieldwork_until - self.fieldwork_from).days > 366:
            raise Refused("A piece of work lasts a year at most. Choose a last day within a year of the first.")
        if self.reports_on is not None and self.reports_on < self.fieldwork_from:
            raise Refused("The report cannot be due before the work begins. Choose a later day.")
        self._check_years()
        if (before is None or before.lead_id != self.lead.pk) and not may_lead(self.lead):
            raise Refused(f"{self.lead} cannot lead it: that takes the post of a QA officer, QA or service manager.")
        self._check_chair(before)
        if self.kind in VISITS and self.type is not None:
            raise Refused("A visit has no form of audit. Leave the type of audit empty.")

    def _check_years(self) -> None:
        """A mistyped year: no plan shows it, and capacity would follow it day by day."""
        if abs(self.fieldwork_from.year - timezone.localdate().year) > FAR_YEARS:
            raise Refused(f"Choose a first day within {FAR_YEARS} years of today. Check the year.")
        if self.reports_on is not None and self.reports_on.year - self.fieldwork_until.year > FAR_YEARS:
            raise Refused(f"The report is due within {FAR_YEARS} years of the last day. Check the year.")

    def _check_chair(self, before: Work | None) -> None:
        if self.chair is None:
            return
        if self.chair.pk == self.lead.pk:
            raise Refused("The chair signs off the report that the lead wrote. Choose two people.")
        kept = before is not None and before.chair_id == self.chair.pk
        if not kept and not (self.chair.is_active and self.chair.holds(Role.AUDIT_CHAIR)):
            raise Refused(f"{self.chair} cannot be the chair: that takes the post of an audit chair.")

    def values(self) -> dict[str, Any]:
        """What is stored, texts without blanks around them."""
        texts = ("title", "commissioned_by", *TERMS, "lines_of_enquiry")
        found = {name: getattr(self, name) for name in FIELDS}
        return found | {name: found[name].strip() for name in texts}


def past_the_most(*, kind: str, year: int, quarter: int, but: Work | None = None) -> str:
    """Why one more work of this kind goes past what the programme is to hold; empty when it does not.

    Coventry 6.2: at most four multi-agency thematic audits a year, one a quarter. No other kind counts.
    """
    if kind != WorkKind.THEMATIC:
        return ""
    themes = Work.objects.standing().filter(kind=WorkKind.THEMATIC, year=year)
    quarters = list((themes if but is None else themes.exclude(pk=but.pk)).values_list("quarter", flat=True))
    if len(quarters) >= MOST_THEMES_A_YEAR:
        return (
            f"The year {year} to {year + 1} has {len(quarters)} thematic multi-agency audits already, of four at most."
        )
    if quarter in quarters:
        return (
            f"Quarter {quarter} of {year} to {year + 1} has a thematic multi-agency audit already; there is to be one."
        )
    return ""


def _knowing(plan: WorkPlan, why: str, *, but: Work | None = None) -> str:
    """Why the plan goes past the most, as it is kept: empty when it does not. Raises PastTheMost without a reason."""
    past = past_the_most(kind=plan.kind, year=plan.year, quarter=plan.quarter, but=but)
    if not past:
        return ""
    if not why.strip():
        raise PastTheMost(f"{past} If it is to be planned all the same, say that you know it, and why.")
    if len(why.strip()) > 300:
        raise Refused("Say why it goes past that in at most 300 characters.")
    return why.strip()


@transaction.atomic
def propose(
    *,
    kind: str,
    title: str,
    fieldwork_from: date,
    fieldwork_until: date,
    lead: User,
    by: User,
    past_the_most_because: str = "",
    expectation: Expectation | None = None,
    **rest: Any,
) -> Work:
    """Put a piece of work into the programme, as a draft that the subgroup agrees later; a visit is then planned.

    ``rest``: the other fields of ``WorkPlan``, each as complete as it is by now. ``past_the_most_because``: why there
    is to be a fifth theme in the year or a second in the quarter, from somebody who knows it. ``expectation``: the row
    of the schedule that asks for it. Raises PastTheMost, Refused or NotAllowed.
    """
    if not may_plan_work(by):
        raise NotAllowed("Only QA managers propose work for the programme.")
    plan = WorkPlan(
        kind=kind, title=title, fieldwork_from=fieldwork_from, fieldwork_until=fieldwork_until, lead=lead, **rest
    )
    plan.check()
    reference = next_reference(PREFIX, plan.year)
    work = Work.objects.create(
        reference=reference,
        year=plan.year,
        quarter=plan.quarter,
        proposed_by=by,
        past_the_most=_knowing(plan, past_the_most_because),
        expectation=expectation,
        **plan.values(),
    )
    inform(work, [work.lead, work.chair], event="proposed", text=f"You have a part in {name_of(work)}.", but=by)
    _tell_when_ready(work, by=by)
    record("work.proposed", work, by=by, kind=work.get_kind_display(), year=work.year, quarter=work.quarter)
    return work


def _tell_when_ready(work: Work, *, by: User) -> None:
    """Tell the subgroup, once, that a theme says all that it has to and waits to be agreed."""
    if work.state != WorkState.PROPOSED or work.is_visit or missing_points(work):
        return
    text = f"The {name_of(work)} is proposed and can be agreed by the subgroup."
    # Whatever is changed later, the news is the same.
    told = Work(pk=work.pk, reference=work.reference)
    inform(told, subgroup(), event="ready", text=text, but=by)


@transaction.atomic
def change_work(
    work: Work, *, by: User, seen_revision: int | None = None, past_the_most_because: str = "", **changes: Any
) -> Work:
    """Change what a piece of work is planned as; ``changes``: fields of ``WorkPlan``, those left out stay.

    Once it is agreed (a visit: planned) its kind and year stay, and a change of the terms or days keeps the former text
    in a note and is told to the subgroup. Raises PastTheMost, Refused, NotAllowed or Stale.
    """
    work = locked(work, by=by, action="change", seen_revision=seen_revision)
    before = {name: getattr(work, name) for name in FIELDS}
    plan = WorkPlan(**(before | changes))
    plan.check(before=work)
    values = plan.values()
    changed = [name for name in FIELDS if values[name] != before[name]]
    if not changed:
        return work
    _place(work, plan, changed, because=past_the_most_because)
    for name in changed:
        setattr(work, name, values[name])
    work.revision += 1
    work.save()
    kept = [name for name in changed if name in AGREED_ON]
    if kept and work.state != WorkState.PROPOSED:
        _keep_former(work, before, kept, by=by)
    _tell_new_people(work, before, by=by)
    settle_deadline(work)
    _tell_when_ready(work, by=by)
    record("work.changed", work, by=by, fields=[_label(name) for name in changed])
    return work


def _place(work: Work, plan: WorkPlan, changed: list[str], *, because: str) -> None:
    """Settle kind, year and quarter. Raises Refused, or PastTheMost when there is no room and no reason."""
    if work.state != WorkState.PROPOSED:
        if "kind" in changed:
            raise Refused("What kind of work it is stays as it was agreed. Withdraw it and propose another instead.")
        if "type" in changed and work.state != WorkState.AGREED:
            raise Refused("Its audits use this form already. The type of audit stays as it is.")
        # Work that slips into the next year stays part of the year whose programme was agreed.
        if plan.year == work.year and plan.quarter != work.quarter:
            hold_year(plan.year)
            work.past_the_most = _knowing(plan, because or work.past_the_most, but=work)
            work.quarter = plan.quarter
        return
    if (plan.kind, plan.year, plan.quarter) != (work.kind, work.year, work.quarter):
        hold_year(plan.year)
        work.past_the_most = _knowing(plan, because or work.past_the_most, but=work)
        work.year, work.quarter = plan.year, plan.quarter


def _keep_former(work: Work, before: dict[str, Any], changed: list[str], *, by: User) -> None:
    """Keep what was agreed in a note, and tell those who agreed it, or who are to come to the visit."""
    WorkNote.objects.create(work=work, step="changed", text=former_text(before, changed), by=by)
    what = "planned" if work.is_visit else "agreed"
    text = f"The terms or days of {name_of(work)} were changed after it was {what}. Its page shows what they were."
    told = people_of(work) if work.is_visit else subgroup()
    inform(work, [work.lead, work.chair, *told], event="changed", text=text, but=by)


def former_text(before: dict[str, Any], changed: list[str]) -> str:
    """What stood there before a change, heading by heading, for the note that keeps it."""
    pieces = []
    for name in changed:
        value = before[name]
        words = f"{value:%-d %B %Y}" if isinstance(value, date) else str(value or "").strip()
        pieces.append(f"{_label(name)}: {words or 'nothing'}")
    return "Until then:\n" + "\n".join(pieces)


_LABELS = {point.field: point.label for point in POINTS} | {
    "fieldwork_from": "First day",
    "fieldwork_until": "Last day",
    "reports_on": "Report due",
    "type": "Type of audit",
    "commissioned_by": "Commissioned by",
    "lines_of_enquiry": "Lines of enquiry",
}


def _label(name: str) -> str:
    return _LABELS.get(name, name.capitalize())


def _tell_new_people(work: Work, before: dict[str, Any], *, by: User) -> None:
    new = [person for name in ("lead", "chair") if (person := getattr(work, name)) != before[name]]
    inform(work, new, event="part", text=f"You have a part in {name_of(work)}.", but=by)
