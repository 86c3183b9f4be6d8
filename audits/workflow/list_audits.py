"""Audits under way about cases that a list has closed, moved to another team or given to another worker."""

from collections.abc import Iterable

from audits.access import visible_to
from audits.models import Audit, CaseList
from audits.queries.lists import what_touches
from audits.workflow.list_plan import Change, Plan, batches
from audits.workflow.parts import qa_officer_for
from audits.workflow.steps import inform
from qaf.people.models import User

WORDS = {
    "closed": "the list of cases says that this case has closed.",
    "moved": "the list of cases says that this case has moved to another team.",
    "worker": "the list of cases says that this case has another worker.",
}


def touched_by(plan: Plan) -> dict[int, str]:
    """The stored cases of a plan that an audit may have to hear of, with what happens to each."""
    return {
        one.case.pk: what
        for one in plan.differences
        if one.change != Change.NEW and (what := what_touches(one.change, one.fields))
    }


def running_about(cases: Iterable[int]) -> Iterable[Audit]:
    """The audits under way about these cases; one query for each thousand."""
    for batch in batches(cases):
        yield from Audit.objects.open().filter(case__in=batch).select_related("auditor", "team").order_by("pk")


def tell_of_audits(listed: CaseList, plan: Plan, *, by: User) -> None:
    """Tell the auditor of each audit under way, and the QA officer nearest to it, what the list did to its case."""
    touched = touched_by(plan)
    for audit in running_about(touched):
        if audit.case_id is None:
            continue
        what = touched[audit.case_id]
        for person in {audit.auditor, qa_officer_for(audit)} - {by, None}:
            inform(
                audit,
                person,
                event=f"case_{what}:{listed.pk}",
                text=f"{WORDS[what]} Open the audit to see what that means for it.",
            )


def running_known_to(user: User, plan: Plan) -> list[tuple[Audit, str]]:
    """The audits under way that a plan bears on, each with what would happen to its case, as far as a person knows."""
    touched = touched_by(plan)
    found = [
        audit
        for batch in batches(touched)
        for audit in visible_to(user).open().filter(case__in=batch).distinct().order_by("pk")
    ]
    return [(audit, touched[audit.case_id]) for audit in found if audit.case_id is not None]
