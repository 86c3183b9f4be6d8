"""Making the minutes of a panel from its rows, once, when it is closed; and reading them back."""

from collections.abc import Sequence
from datetime import UTC, date

from django.utils import timezone

from audits.kloe.scales import Scale
from audits.models import Audit
from moderation.documents.minutes import CaseMinutes, Graded, Minutes, Person, minutes_of
from moderation.models import Panel, PanelCase, PanelInvitation, PanelMember
from moderation.panel_words import spread_in_words, why_in_words

ANSWERS = {None: "did not answer", True: "accepted", False: "declined"}


def make_minutes(panel: Panel) -> Minutes:
    """The minutes of a panel as its rows are now.

    Same panel, same minutes: everything in them is in an order of its own, and nothing of the moment of making gets
    in. A fixed number of queries. Raises ValueError for a panel that is not closed.
    """
    if panel.closed_at is None:
        raise ValueError("Minutes are made of a panel that is closed.")
    members = list(panel.members.select_related("person").order_by("pk"))
    cases = panel.cases.select_related("audit__type").prefetch_related(
        "audit__judgements", "views", "invitations__person"
    )
    return Minutes(
        title=panel.title,
        day=_in_full(panel.meets_on),
        place=panel.place,
        present=_people(members, came=True),
        apologies=_people(members, came=False),
        period=f"Audits whose grades were settled from {_in_full(panel.decided_from)} to {_in_full(panel.decided_to)}.",
        sample=tuple(line for line in panel.explanation.splitlines() if line.strip()),
        cases=tuple(_case(case, members) for case in cases.order_by("position")),
        notes=panel.notes,
        changed_grades=panel.changed_grades,
        closed_at=panel.closed_at.astimezone(UTC).isoformat(timespec="seconds"),
        closed_on=_in_full(timezone.localdate(panel.closed_at)),
        closed_by=str(panel.closed_by) if panel.closed_by else "",
    )


def kept_minutes(panel: Panel) -> Minutes:
    """The minutes that were made when the panel was closed. Raises ValueError for a panel without any."""
    if not panel.minutes:
        raise ValueError(f"Panel {panel.pk} has no minutes: it is “{panel.state}”.")
    return minutes_of(panel.minutes)


def _in_full(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _people(members: Sequence[PanelMember], *, came: bool) -> tuple[Person, ...]:
    return tuple(
        Person(str(one.person), one.get_seat_display().lower()) for one in members if bool(one.attended) == came
    )


def _case(case: PanelCase, members: Sequence[PanelMember]) -> CaseMinutes:
    scale = case.audit.form.scale
    if scale is None:
        raise ValueError(f"{case.audit.reference} has no grading scale, so no panel grades it.")
    judgement = next((one for one in case.audit.judgements.all() if one.domain == case.domain), None)
    views = {view.member_id: view.grade for view in case.views.all()}
    grading = [member for member in members if member.grades]
    return CaseMinutes(
        reference=case.audit.reference,
        type=case.audit.type.title,
        judgement=judgement.title if judgement else title_of_domain(case.audit, case.domain),
        why=why_in_words(case.get_drawn_as_display(), case.why, by_hand=case.drawn_as == PanelCase.Drawn.CHOSEN),
        auditor_grade=_name(scale, judgement.auditor_grade if judgement else ""),
        moderated_grade=_name(scale, judgement.moderated_grade if judgement else ""),
        views=tuple(Graded(str(one.person), _name(scale, views.get(one.pk, ""))) for one in grading),
        spread=spread_in_words(list(views.values()), scale),
        agreed_grade=_name(scale, case.agreed_grade),
        discussion=case.discussion,
        lessons=case.lessons,
        invited=tuple(_answer(one) for one in sorted(case.invitations.all(), key=lambda one: one.pk)),
    )


def title_of_domain(audit: Audit, domain: str) -> str:
    """What a judgement of an audit's form is called; its key when the form has none of that key."""
    return dict(audit.form.domains(audit.part)).get(domain, domain)


def _name(scale: Scale, code: str) -> str:
    grade = scale.grade(code) if code else None
    return grade.name if grade else code


def _answer(invitation: PanelInvitation) -> str:
    return f"{invitation.person} ({ANSWERS[invitation.accepted]})"
