"""Putting right what was accepted: a new version of the return, through the same states; nothing is overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.workflow import drop_deadlines
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.models import Return, ReturnFigure, ReturnLine, ReturnState
from scorecard.queries.return_people import leads_of, qa_managers_of
from scorecard.workflow.return_ground import RETURN, MovedOn, ask, inform, locked, name_of, said


def later_versions(one: Return) -> int:
    """How many versions after this one are open or accepted: then this one does not stand any more."""
    others = Return.objects.filter(agency=one.agency_id, period_from=one.period_from, version__gt=one.version)
    return others.exclude(state=ReturnState.WITHDRAWN).count()


@transaction.atomic
def correct(one: Return, *, reason: str, by: User) -> Return:
    """Begin a correction of an accepted return, with the reason: a copy that the agency changes and sends.

    What was accepted stands until the correction is accepted. Raises Refused (no reason), NotAllowed, or MovedOn when
    there is a later version.
    """
    one = locked(one, action="correct", by=by)
    reason = said(reason, "Say what has to be put right, and why.")
    if later_versions(one):
        raise MovedOn("There is a later version of this return already. Nothing was changed. Open that one instead.")
    versions = Return.objects.filter(agency=one.agency_id, period_from=one.period_from)
    due_on = working_days_after(timezone.localdate(), settings.RETURNS_DUE_WORKING_DAYS)
    try:
        with transaction.atomic():
            fresh = Return.objects.create(
                agency=one.agency,
                period_from=one.period_from,
                period_to=one.period_to,
                version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
                corrects=one,
                correction_reason=reason,
                due_on=due_on,
                summary=one.summary,
                requested_by=by,
            )
    except IntegrityError as error:
        raise MovedOn(
            "Somebody else began a correction just now. Nothing was changed. Open that one instead."
        ) from error
    _copy_lines(one, fresh)
    leads = ask(fresh, kind=RETURN, due_on=due_on, what="send the corrected figures")
    text = f"{name_of(fresh)}: a correction was begun. It is to be sent by {due_on:%-d %B %Y}."
    inform(fresh, [*leads, *qa_managers_of(fresh.agency)], event="begun", text=text, but=by)
    record("return.correction_begun", fresh, by=by, corrects=one.pk, version=fresh.version)
    return fresh


def _copy_lines(one: Return, fresh: Return) -> None:
    for line in one.lines.prefetch_related("figures"):
        copy = ReturnLine.objects.create(
            part_of=fresh,
            definition_id=line.definition_id,
            position=line.position,
            narrative=line.narrative,
            explanation=line.explanation,
            no_figure=line.no_figure,
        )
        ReturnFigure.objects.bulk_create(
            ReturnFigure(
                line=copy,
                period_from=figure.period_from,
                period_to=figure.period_to,
                numerator=figure.numerator,
                denominator=figure.denominator,
            )
            for figure in line.figures.all()
        )


@transaction.atomic
def withdraw(one: Return, *, by: User) -> Return:
    """Call a correction off: what was accepted before goes on standing. Raises NotAllowed or MovedOn."""
    one = locked(one, action="withdraw", by=by)
    one.withdraw()
    one.save()
    drop_deadlines(one)
    people = [*leads_of(one.agency), *qa_managers_of(one.agency)]
    inform(one, people, event="withdrawn", text=f"{name_of(one)}: the correction was called off.", but=by)
    record("return.withdrawn", one, by=by)
    return one
