"""The moderation panel in the demonstration: one that has met, with its minutes, and one whose members are reading."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.demo.authority import person, read
from audits.demo.lives import Life, Stage
from moderation.models import Panel, PanelCase, PanelMember, PanelView
from moderation.panel_sampling import Sizes
from moderation.workflow import panel_drawing, panel_meeting, panels
from moderation.workflow.panel_reading import mine_to_grade
from qaf.deadlines.calendar import working_days_after
from qaf.errors import Refused
from qaf.people.models import User

Seat = PanelMember.Seat


def hold_panels(stage: Stage) -> Iterable[Life]:
    """The lives of the demonstration's two panels, for the loader to play beside those of its audits."""
    today = timezone.localdate(stage.until)
    yield _hold(stage, title="Moderation panel, summer", of=(26, 12), planned=11, meets=_workday(today, -8))
    yield _hold(stage, title="Moderation panel, autumn", of=(12, 3), planned=2, meets=_workday(today, 2))


def _workday(today: date, weeks: int) -> date:
    return working_days_after(today + timedelta(weeks=weeks), 0)


def _hold(stage: Stage, *, title: str, of: tuple[int, int], planned: int, meets: date) -> Life:
    """One panel from its planning as far as it gets. ``of``: the weeks ago between which grades were settled."""
    today = timezone.localdate(stage.until)
    words = read("words.yaml")["panel"]
    chair, support = person("qa.manager@example.org"), person("qa.officer@example.org")
    reader, other = person("panel.member@example.org"), person("Dora Whitlock")
    # Of its own, so that the audits of the demonstration do not hang on how many panels there are.
    chance = random.Random(title)  # noqa: S311
    yield stage.at(_workday(today, -planned))
    panel = panels.plan_panel(
        title=title,
        meets_on=meets,
        place=words["place"],
        decided_from=today - timedelta(weeks=of[0]),
        decided_to=today - timedelta(weeks=of[1]),
        sizes=Sizes(random=2, differing=1, domains=1, innovative=1),
        by=chair,
    )
    Panel.objects.filter(pk=panel.pk).update(created_at=timezone.now())
    panels.set_members(
        panel,
        members=[(chair, Seat.CHAIR), (reader, Seat.MEMBER), (other, Seat.MEMBER), (support, Seat.SUPPORT)],
        by=chair,
    )
    yield stage.after(1)
    panel_drawing.draw_sample(panel, seed=chance.randint(100_000, 999_999), by=support)
    panel = panel_drawing.open_reading(panel, by=chair)
    yield stage.after(3)
    _grade(panel, other, words, chance)
    if meets > today:
        _grade(panel, reader, words, chance, only=1)
        return
    _grade(panel, reader, words, chance)
    _grade(panel, chair, words, chance)
    case = panel.cases.select_related("audit__auditor").order_by("position").first()
    if case is None:
        raise Refused("The demonstration's panel drew no case. Check fixtures/demo/audits.yaml.")
    invitation = panel_meeting.invite(case, person=case.audit.auditor, message=words["invitation"], by=support)
    yield stage.after(2)
    panel_meeting.answer_invitation(invitation, accepted=True, by=case.audit.auditor)
    yield max(stage.at(meets), timezone.now())
    _meet(panel, words, chair=chair, support=support, absent=other)


def _grade(panel: Panel, by: User, words: dict[str, Any], chance: random.Random, *, only: int | None = None) -> None:
    """Record a member's own grades: mostly the one that stands, now and then the next one."""
    for case in mine_to_grade(panel, by)[:only]:
        codes = case.audit.form.scale.codes if case.audit.form.scale else ()
        stands = codes.index(case.audit.judgements.get(domain=case.domain).standing_grade)
        step = chance.choice((0, 0, 0, 1, -1))
        grade = codes[min(max(stands + step, 0), len(codes) - 1)]
        view = panel_meeting.record_view(case, grade=grade, reason=chance.choice(words["reasons"]), by=by)
        PanelView.objects.filter(pk=view.pk).update(recorded_at=timezone.now())


def _meet(panel: Panel, words: dict[str, Any], *, chair: User, support: User, absent: User) -> None:
    """Discuss every case, agree, note who came, and close."""
    panel = panel_meeting.open_discussion(panel, although_missing=True, by=chair)
    for place, case in enumerate(PanelCase.objects.filter(panel=panel).select_related("panel", "audit__type")):
        views = sorted(case.views.values_list("grade", flat=True))
        agreed = max(views, key=lambda grade: (views.count(grade), grade))
        panel_meeting.save_discussion(
            case,
            discussion=words["discussions"][place % len(words["discussions"])],
            agreed_grade=agreed,
            lessons=words["lessons"][place % len(words["lessons"])],
            seen_revision=0,
            by=support,
        )
    attended = {member.pk: member.person != absent for member in panel.members.select_related("person")}
    panel = panel_meeting.save_notes(
        panel, notes=words["notes"], attended=attended, seen_revision=panel.revision, by=support
    )
    panel_meeting.close_panel(panel, by=chair)
