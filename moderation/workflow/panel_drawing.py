"""Drawing a panel's cases, adding and taking off some by hand, and opening them to its members for reading."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.access import SETTLED
from audits.models import Audit
from audits.workflow.steps import keep_reason
from moderation.access.panels import candidates_for, may_sit
from moderation.models import Panel, PanelCase, PanelMember
from moderation.panel_sampling import Sample, draw, shuffled
from moderation.queries.panel_candidates import candidates_in, period_in_words
from moderation.workflow.panel_reading import demand_two_graders, settle_reading
from moderation.workflow.panel_steps import (
    cases_of,
    inform,
    invitations_of,
    locked,
    locked_case,
    members_of,
    name_of,
)
from moderation.workflow.panels import forget_sample, sizes_of
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Preview:
    """What a draw with this seed gives now. ``audits`` are those drawn, by primary key."""

    sample: Sample
    audits: dict[int, Audit]
    eligible_count: int
    seed: int


def preview(panel: Panel, *, by: User, seed: int | None = None) -> Preview:
    """Draw without keeping anything. Without a seed a fresh one is drawn, to be shown and sent back.

    Candidates are the audits of the panel's period that ``by`` oversees (``access.panels.candidates_for``), without
    those added to it by hand. Raises Refused for a seed that is none.
    """
    seed = secrets.randbelow(900_000) + 100_000 if seed is None else seed
    if not 0 <= seed <= LARGEST_SEED:
        raise Refused(f"Choose a seed from 0 to {LARGEST_SEED}.")
    field = candidates_in(panel, by)
    sample = draw(
        field.candidates,
        sizes_of(panel),
        seed=seed,
        domain_titles=field.titles,
        judged=field.judged,
        period=period_in_words(panel.decided_from, panel.decided_to),
    )
    # Neither the list nor the cases' numbers tell a member which were drawn for a disagreement.
    sample = replace(sample, cases=shuffled(sample.cases, seed))
    keys = [drawn.key for drawn in sample.cases]
    audits = Audit.objects.filter(pk__in=keys).select_related("type", "team", "auditor").in_bulk()
    return Preview(sample, audits, len(field.candidates), seed)


@transaction.atomic
def draw_sample(panel: Panel, *, seed: int, by: User, seen: Collection[int] | None = None) -> Panel:
    """Draw the cases of a planned panel and keep them; drawn anew, the earlier sample falls away.

    ``seen``: the audits of the preview that is being confirmed. Raises Refused when nothing was drawn or the seed is
    none, NotAllowed, or Stale when another sample than the one seen would be kept.
    """
    panel = locked(panel, by=by, action="draw")
    forget_sample(panel)
    drawn = preview(panel, by=by, seed=seed)
    keys = [one.key for one in drawn.sample.cases]
    if seen is not None and set(seen) != set(keys):
        raise Stale("Other audits can be drawn now than when you looked. Nothing was kept. Look at the draw again.")
    if not keys:
        raise Refused(
            "No audit could be drawn. Choose another period or other sizes, or add cases by hand. "
            + " ".join(drawn.sample.explanation)
        )
    _claim(panel, keys, by=by)
    last = PanelCase.objects.filter(panel=panel).aggregate(last=Max("position"))["last"] or 0
    PanelCase.objects.bulk_create(
        PanelCase(panel=panel, audit_id=one.key, position=place, drawn_as=one.kind, domain=one.domain, why=one.why)
        for place, one in enumerate(drawn.sample.cases, start=last + 1)
    )
    panel.seed, panel.eligible_count = drawn.seed, drawn.eligible_count
    panel.explanation = "\n".join(drawn.sample.explanation)
    panel.drawn_at, panel.drawn_by = timezone.now(), by
    panel.revision += 1
    panel.save()
    record("panel.drawn", panel, by=by, seed=drawn.seed, cases=len(keys), eligible=drawn.eligible_count)
    return panel


def _claim(panel: Panel, audits: Collection[int], *, by: User) -> None:
    """Lock these audits and see that no other panel, and nothing else, has taken them meanwhile. Raises Stale."""
    locked_now = Audit.objects.select_for_update(of=("self",)).filter(pk__in=audits).order_by("pk")
    # Looked up after the lock, so that what another panel kept in the meantime is seen.
    wanted = {audit.pk for audit in locked_now}
    if set(candidates_for(by, panel=panel).filter(pk__in=wanted).values_list("pk", flat=True)) != set(audits):
        raise Stale(
            "Some of these audits are at another panel now, or no longer settled. Nothing was kept. Draw again."
        )


@transaction.atomic
def add_case(panel: Panel, *, audit: Audit, domain: str, why: str, by: User) -> PanelCase:
    """Add an audit to a planned panel by hand, to look at one of its judgements.

    ``why`` is shown to the members and in the minutes. Raises Refused, NotAllowed, or Stale when the audit came to
    another panel meanwhile.
    """
    panel = locked(panel, by=by, action="draw")
    if not why.strip() or len(why.strip()) > 300:
        raise Refused("Say in at most 300 characters why the panel is to look at this audit.")
    if PanelCase.objects.filter(panel=panel, audit=audit).exists():
        raise Refused("This audit is on this panel already.")
    if not audit.judgements.filter(domain=domain).exists():
        raise Refused("Choose one of the judgements of this audit.")
    if not candidates_for(by, panel=panel).filter(pk=audit.pk).exists():
        raise Refused(
            "This audit cannot be looked at by a panel: it takes one that a moderation has settled, that is not "
            "confidential, lies in your area and has not been at a panel yet."
        )
    _claim(panel, [audit.pk], by=by)
    last = PanelCase.objects.filter(panel=panel).aggregate(last=Max("position"))["last"] or 0
    case = PanelCase.objects.create(
        panel=panel,
        audit=audit,
        position=last + 1,
        drawn_as=PanelCase.Drawn.CHOSEN,
        domain=domain,
        why=why.strip(),
    )
    record("panel.case_added", panel, by=by, audit=audit.reference)
    return case


@transaction.atomic
def remove_case(case: PanelCase, *, reason: str, by: User) -> Panel:
    """Take an audit off a panel, saying why; whatever was recorded on it there goes with it, and guests are told.

    Once the discussion is open only an audit comes off whose grades no longer stand, or that became confidential. The
    last case of a panel that has begun stays: then one calls the panel off. Raises Refused, NotAllowed or Stale.
    """
    case = locked_case(case, by=by, action="remove")
    panel = case.panel
    if not reason.strip():
        raise Refused("Say why this audit is taken off the panel.")
    if panel.state == Panel.State.DISCUSSING and case.audit.state in SETTLED and not case.audit.confidential:
        raise Refused("The discussion is open, and everybody's grades with it: the case stays on the panel.")
    if panel.state != Panel.State.PLANNED and PanelCase.objects.filter(panel=panel).count() == 1:
        raise Refused("This is the last case. Cancel the panel instead.")
    guests = [one for one in invitations_of(panel) if one.case_id == case.pk]
    keep_reason(case.audit, kind="taken off the moderation panel", text=reason, by=by)
    reference = case.audit.reference
    case.delete()
    panel.revision += 1
    panel.save(update_fields=["revision"])
    for guest in guests:
        text = f"Audit {reference} is no longer discussed at {name_of(panel)}, so you need not come."
        inform(panel, guest.person, event=f"uninvited:{guest.pk}", text=text, path="/")
    if panel.state == Panel.State.READING:
        settle_reading(panel)
    record("panel.case_removed", panel, by=by, audit=reference)
    return panel


@transaction.atomic
def open_reading(panel: Panel, *, by: User) -> Panel:
    """Fix the sample and let the members read and grade, by the working day before the meeting.

    It takes a chair, a case, and for each case two grading members who are not concerned with it. Raises Refused
    with what to do, NotAllowed or Stale.
    """
    panel = locked(panel, by=by, action="open")
    members, cases = members_of(panel), cases_of(panel)
    _demand_ready(panel, members, cases)
    panel.open_reading()
    panel.revision += 1
    panel.save()
    settle_reading(panel)
    text = f"The cases of {name_of(panel)} can be read now. Grade each before you see the others' grades."
    for member in members:
        if member.grades:
            inform(panel, member.person, event="reading", text=text)
    record("panel.reading_opened", panel, by=by, cases=len(cases))
    return panel


def _demand_ready(panel: Panel, members: list[PanelMember], cases: list[PanelCase]) -> None:
    if not any(member.seat == PanelMember.Seat.CHAIR for member in members):
        raise Refused("The panel has no chair yet. Choose its members first.")
    lost = [str(member.person) for member in members if not may_sit(member.person, member.seat)]
    if lost:
        raise Refused(f"No longer in a post for their seat: {', '.join(lost)}. Change the members first.")
    if not cases:
        raise Refused("The panel has no case yet. Draw the sample, or add one by hand.")
    if panel.meets_on < timezone.localdate():
        raise Refused("The day of the meeting has passed. Choose another day first.")
    unsettled = [case.audit.reference for case in cases if case.audit.state not in SETTLED or case.audit.confidential]
    if unsettled:
        raise Refused(f"The grades of these audits no longer stand. Take them off the panel: {', '.join(unsettled)}.")
    demand_two_graders(cases, [member.person for member in members if member.grades])
