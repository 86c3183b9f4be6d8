"""A panel that is taken through its states, for the tests of its pages."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone

from audits.models import Audit
from moderation.models import Panel, PanelCase, PanelMember
from moderation.panel_sampling import Sizes
from moderation.workflow import panel_drawing, panel_meeting, panels
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, someone

Seat = PanelMember.Seat


@dataclass
class Meeting:
    """The panel, its chair and clerk, two members, and the audits that it can draw from."""

    authority: Authority
    panel: Panel
    chair: User
    clerk: User
    first: User
    second: User
    audits: list[Audit]

    def fresh(self) -> "Meeting":
        """The same as it is in the database now, with nothing kept on its people or its panel."""

        def again(person: User) -> User:
            return User.objects.get(pk=person.pk)

        names = ("auditor", "moderator", "officer", "qa_manager", "practitioner", "service_manager", "team_manager")
        return replace(
            self,
            authority=replace(self.authority, **{name: again(getattr(self.authority, name)) for name in names}),
            panel=Panel.objects.get(pk=self.panel.pk),
            **{name: again(getattr(self, name)) for name in ("chair", "clerk", "first", "second")},
        )

    @property
    def path(self) -> str:
        return f"/moderation/panels/{self.panel.pk}/"

    def case_path(self, place: int = 0) -> str:
        return f"{self.path}cases/{self.cases[place].pk}/"

    @property
    def cases(self) -> list[PanelCase]:
        return list(PanelCase.objects.filter(panel=self.panel).select_related("audit", "panel").order_by("position"))

    def open_reading(self) -> None:
        panel_drawing.draw_sample(self.panel, seed=7, by=self.chair)
        self.panel = panel_drawing.open_reading(self.panel, by=self.chair)

    def record(self, person: User, grade: str, reason: str = "The record shows it.") -> None:
        for case in self.cases:
            panel_meeting.record_view(case, grade=grade, reason=reason, by=person)

    def open_discussion(self) -> None:
        for person, grade in ((self.chair, "RI"), (self.first, "G"), (self.second, "RI")):
            self.record(person, grade, f"Reason of {person}.")
        self.panel = panel_meeting.open_discussion(self.panel, by=self.chair)

    def agree(self) -> None:
        """Everything that closing asks for."""
        for case in self.cases:
            panel_meeting.save_discussion(
                case, discussion="Much was said.", agreed_grade="RI", lessons="Ask the child.", seen_revision=0,
                by=self.chair,
            )  # fmt: skip
        panel = Panel.objects.get(pk=self.panel.pk)
        attended = {one.pk: one.person != self.second for one in panel.members.all()}
        panel_meeting.save_notes(panel, notes="", attended=attended, seen_revision=panel.revision, by=self.chair)

    def close(self) -> None:
        self.agree()
        self.panel = panel_meeting.close_panel(self.panel, by=self.chair)


def settled(authority: Authority, *, auditors: str = "G", moderated: str = "") -> Audit:
    """An audit whose grades stand."""
    audit = authority.audit(authority.another_case())
    return walk.moderate(walk.submit(audit, grade=auditors), grade=moderated)


def make_meeting(authority: Authority, *, audits: int = 2) -> Meeting:
    """A planned panel with a chair, a clerk and two members, and as many settled audits, two grades apart."""
    made = [settled(authority, auditors="G", moderated="I") for _ in range(audits)]
    chair, clerk = authority.qa_manager, authority.officer
    first, second = (someone(Role.PANEL_MEMBER, name) for name in ("Mia Member", "Ned Member"))
    today = timezone.localdate()
    panel = panels.plan_panel(
        title="Moderation panel, autumn", meets_on=today + timedelta(days=20), place="Room 4",
        decided_from=today - timedelta(days=100), decided_to=today, sizes=Sizes(audits, 0, 0, 0), by=chair,
    )  # fmt: skip
    members = [(chair, Seat.CHAIR), (clerk, Seat.SUPPORT), (first, Seat.MEMBER), (second, Seat.MEMBER)]
    panel = panels.set_members(panel, members=members, by=chair)
    return Meeting(authority, panel, chair, clerk, first, second, made)
