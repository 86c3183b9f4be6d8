"""A small authority with settled audits, and the people of a panel."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.models import Audit, SectionAnswers
from audits.workflow import submission
from moderation.models import Moderation, Panel, PanelCase, PanelMember
from moderation.panel_sampling import Sizes
from moderation.workflow import panel_drawing, panels
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, make_authority, someone

Seat = PanelMember.Seat


@dataclass
class PanelSetting:
    """``confirmed`` was confirmed, ``lowered`` went from Good to Inadequate, ``shifted`` one grade down in everything,
    ``fresh`` was confirmed and marked innovative; the member ``wrote`` a part of nothing."""

    authority: Authority
    chair: User
    first: User
    second: User
    support: User
    confirmed: Audit
    lowered: Audit
    shifted: Audit
    fresh: Audit

    @property
    def audits(self) -> list[Audit]:
        return [self.confirmed, self.lowered, self.shifted, self.fresh]

    def plan(self, **changes: Any) -> Panel:
        """A planned panel of the chair's, which samples this week's audits."""
        return panels.plan_panel(**(plan_of() | {"by": self.chair} | changes))

    def seated(self, **changes: Any) -> Panel:
        """A planned panel with its members: chair, two who grade, and support."""
        panel = self.plan(**changes)
        members = [(self.chair, Seat.CHAIR), (self.first, Seat.MEMBER), (self.second, Seat.MEMBER)]
        return panels.set_members(panel, members=[*members, (self.support, Seat.SUPPORT)], by=self.chair)

    def reading(self, *audits: Audit, **changes: Any) -> Panel:
        """A panel whose members read these audits' overall judgement, or everything that was drawn."""
        panel = self.seated(**changes)
        for audit in audits:
            add(panel, audit, by=self.chair)
        if not audits:
            panel_drawing.draw_sample(panel, seed=7, by=self.chair)
        return panel_drawing.open_reading(panel, by=self.chair)


def plan_of(**changes: Any) -> dict[str, Any]:
    """What a panel is planned as: it meets in two weeks and samples the last week, a case of each kind."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "title": "Autumn panel",
        "meets_on": today + timedelta(days=14),
        "place": "Room 1",
        "decided_from": today - timedelta(days=7),
        "decided_to": today,
        "sizes": Sizes(random=1, differing=1, domains=1, innovative=1),
    }
    return values | changes


def add(panel: Panel, audit: Audit, *, by: User, domain: str = "") -> PanelCase:
    domain = domain or audit.judgements.get(is_overall=True).domain
    return panel_drawing.add_case(panel, audit=audit, domain=domain, why="Two readings are possible.", by=by)


def settled(authority: Authority, *, grade: str = "", like: Audit | None = None) -> Audit:
    """An audit of a new case, submitted as Good and moderated to this grade throughout (empty: confirmed).

    ``like``: a settled audit whose answers it takes over, which is quicker than writing them section by section.
    """
    audit = authority.audit(authority.another_case())
    if like is None:
        return walk.moderate(walk.submit(audit), grade=grade)
    SectionAnswers.objects.bulk_create(
        SectionAnswers(audit=audit, section=row.section, document=row.document, revision=1, saved_by=row.saved_by)
        for row in like.sections.all()
    )
    return walk.moderate(submission.submit(audit, by=audit.auditor), grade=grade)


def make_panel_setting() -> PanelSetting:
    """Load the pack, make the people and settle four audits; call it in a test with a database."""
    authority = make_authority()
    fresh = settled(authority)
    Moderation.objects.filter(audit=fresh).update(innovative=True)
    return PanelSetting(
        authority=authority,
        chair=someone(Role.QA_MANAGER, "Cho Chair"),
        first=someone(Role.PANEL_MEMBER, "Fay First"),
        second=someone(Role.PANEL_MEMBER, "Sid Second-Member"),
        support=authority.officer,
        confirmed=settled(authority, like=fresh),
        lowered=settled(authority, grade="I", like=fresh),
        shifted=settled(authority, grade="RI", like=fresh),
        fresh=fresh,
    )


def a_day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
