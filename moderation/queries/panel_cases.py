"""What the page of one case of a panel shows to one person: the bundle, their own grade, and later everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from audits.access import may as may_audit
from audits.kloe.questions import FormDefinition
from audits.kloe.scales import Grade, Scale
from audits.models import Judgement
from moderation.access.conflicts import Conflicts, conflicts_of
from moderation.access.panels import may, may_case, sees_views_on
from moderation.models import Panel, PanelCase, PanelMember, PanelView
from moderation.panel_words import spread_in_words
from moderation.queries.panel_lines import cases_of, why_shown
from moderation.queries.panel_minutes import title_of_domain
from moderation.queries.panels import Bundle, bundle, own_view, views_seen_by
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User


@dataclass(frozen=True)
class ViewRow:
    """A grade on a case and whose it is, for the table of all grades."""

    who: str
    grade: Grade | None
    reason: str = ""


@dataclass(frozen=True)
class CasePage:
    """One case for one person. ``records``: they may record a grade now; ``discusses``: write down what is said."""

    case: PanelCase
    scale: Scale
    number: int
    count: int
    previous: PanelCase | None
    next_case: PanelCase | None
    records: bool
    discusses: bool
    mine: PanelView | None
    bundle: Bundle | None
    why: str
    auditor_grade: Grade | None = None
    moderated_grade: Grade | None = None
    rows: Sequence[ViewRow] = field(default_factory=tuple)
    spread: str = ""
    # Whether they may open the audit itself, where its grades stand: as QA, or since it was sent to them.
    reads_elsewhere: bool = False

    def context(self) -> dict[str, Any]:
        """For the templates."""
        panel, case = self.case.panel, self.case
        return {
            "panel": panel,
            "case": case,
            "why": self.why,
            "judgement": title_of_domain(case.audit, case.domain),
            "number": self.number,
            "count": self.count,
            "previous": self.previous,
            "next_case": self.next_case,
            "definition": case.audit.form,
            "sections": self.bundle.sections if self.bundle else (),
            "answers": self.bundle.answers if self.bundle else {},
            "mine": self.mine,
            "mine_grade": self.scale.grade(self.mine.grade) if self.mine else None,
            "grades": {"auditor": self.auditor_grade, "moderated": self.moderated_grade},
            "views": self.rows,
            "spread": self.spread,
            "agreed": self.scale.grade(case.agreed_grade),
            "looks": looks_of(case.audit.form, case.audit.part, case.domain, self.scale),
            "revision": case.revision,
            "reads_elsewhere": self.reads_elsewhere,
        }


def page_of(user: User, case: PanelCase) -> CasePage:
    """The page of a case. A fixed number of queries, however many cases and members.

    Raises NotAllowed for whoever is concerned with the audit or holds no seat, Stale when it is not the time for it.
    """
    cases = cases_of(case.panel)
    conflicts = conflicts_of(one.audit for one in cases)
    here = conflicts[case.audit_id]
    scale = case.audit.form.scale
    if scale is None:
        raise Refused("The form of this audit has no grading scale, so a panel cannot grade it.")
    reads, sees = may_case(user, "read", case, here), sees_views_on(user, case, here)
    if not reads and not sees:
        raise _refusal(user, case, here)
    mine = own_view(user, case)
    read = bundle(case, user, recorded=mine is not None) if reads else None
    judgement = read.judgement if read else _judgement_of(case)
    around = [one for one in cases if _opens(user, one, conflicts[one.audit_id])]
    place = next(place for place, one in enumerate(around) if one.pk == case.pk)
    records = mine is None and may_case(user, "record", case, here)
    return CasePage(
        case=case,
        scale=scale,
        number=next(place for place, one in enumerate(cases, start=1) if one.pk == case.pk),
        count=len(cases),
        previous=around[place - 1] if place else None,
        next_case=around[place + 1] if place + 1 < len(around) else None,
        records=records,
        discusses=may_case(user, "discuss", case, here),
        mine=mine,
        bundle=read,
        reads_elsewhere=records and may_audit(user, "read", case.audit),
        why=why_shown(user, case, recorded=mine is not None),
        auditor_grade=scale.grade(judgement.auditor_grade) if judgement else None,
        moderated_grade=scale.grade(judgement.moderated_grade) if judgement else None,
        **(_everybody(user, case, scale, here, judgement, read) if sees else {}),
    )


def _opens(user: User, case: PanelCase, conflicts: Conflicts) -> bool:
    return may_case(user, "read", case, conflicts) or sees_views_on(user, case, conflicts)


def _refusal(user: User, case: PanelCase, conflicts: Conflicts) -> Refused:
    panel = case.panel
    why = conflicts.why(user)
    if panel.state == Panel.State.CANCELLED:
        return Stale("This panel was cancelled, so its cases are not read any more.")
    if why:
        return NotAllowed(f"You {why}, so you neither read nor grade this case. The other cases are yours to read.")
    if panel.state == Panel.State.PLANNED:
        return Stale("The cases can be read once the panel is opened for reading. Its members are told then.")
    if may(user, "read", panel) or case.audit.confidential:
        return Stale("This audit was cancelled or is no longer open to a panel.")
    return NotAllowed("Only the members of this panel read its cases. Their grades are shown once they are discussed.")


def _judgement_of(case: PanelCase) -> Judgement | None:
    return Judgement.objects.filter(audit=case.audit_id, domain=case.domain).first()


def _everybody(
    user: User, case: PanelCase, scale: Scale, conflicts: Conflicts, judgement: Judgement | None, read: Bundle | None
) -> dict[str, Any]:
    """Everybody's grades side by side, those of auditor and moderator first, and how far the members lie apart."""
    views = {view.member_id: view for view in views_seen_by(user, case)}
    rows = []
    if judgement:
        # What the moderator wrote is for those who read the record itself.
        reason = read.regrade.reason if read and read.regrade else ""
        rows = [
            ViewRow("Auditor", scale.grade(judgement.auditor_grade)),
            ViewRow("Moderator", scale.grade(judgement.moderated_grade), reason),
        ]
    for member in PanelMember.objects.filter(panel=case.panel).select_related("person").order_by("pk"):
        view, why = views.get(member.pk), conflicts.why(member.person)
        if view is not None:
            rows.append(ViewRow(str(member.person), scale.grade(view.grade), view.reason))
        elif member.grades:
            rows.append(ViewRow(str(member.person), None, "Takes no part in this case." if why else ""))
    return {"rows": tuple(rows), "spread": spread_in_words([view.grade for view in views.values()], scale)}


def looks_of(
    form: FormDefinition, part: str, domain: str, scale: Scale
) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    """What each grade looks like for a judgement: areas of practice with their sentences, by grade."""
    question = next((one for _, one in form.judgements(part) if one.domain == domain), None)
    descriptors = [found for key in (question.descriptors if question else ()) if (found := form.descriptor(key))]
    return {
        code: [(one.title, tuple(one.grades[code])) for one in descriptors if one.grades.get(code)]
        for code in scale.codes
    }


def stored_of(case: PanelCase) -> list[dict[str, str]]:
    """What is saved of the discussion, as rows of a summary list, for whoever typed something else."""
    scale = case.audit.form.scale
    agreed = scale.grade(case.agreed_grade) if scale else None
    return [
        {"key": "What was discussed", "value": case.discussion},
        {"key": "Agreed grade", "value": agreed.name if agreed else ""},
        {"key": "Lessons", "value": case.lessons},
    ]


def path_of(case: PanelCase) -> str:
    return reverse("moderation:panel_case", args=[case.panel_id, case.pk])
