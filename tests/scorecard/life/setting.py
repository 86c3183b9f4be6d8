"""A made report and the people who take it to the board, for the tests of its life."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from audits.models import Work
from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.kinds import KINDS
from scorecard.models import Report, ReportVersion, Stage, State
from scorecard.reports.snapshot import digest_of, make_snapshot
from scorecard.workflow.report_steps import consider, present, sign_off, submit_draft
from scorecard.workflow.report_texts import save_text
from tests.scorecard.board_factories import somebody
from tests.scorecard.factories import THIRD_QUARTER


@dataclass
class People:
    """One of each who has a part in a report's life, over the whole organisation."""

    officer: User = field(default_factory=lambda: somebody(Role.QA_OFFICER))
    chair: User = field(default_factory=lambda: somebody(Role.AUDIT_CHAIR))
    other_chair: User = field(default_factory=lambda: somebody(Role.AUDIT_CHAIR))
    member: User = field(default_factory=lambda: somebody(Role.SUBGROUP_MEMBER))
    board: User = field(default_factory=lambda: somebody(Role.BOARD_MEMBER))


def made_report(by: User, *, agency: Agency | None = None, work: Work | None = None) -> Report:
    """The quarterly report on the third quarter of 2026, just made; without its files, which take long to draw."""
    report = Report(
        period_from=THIRD_QUARTER.first_day,
        period_to=THIRD_QUARTER.last_day,
        requested_by=by,
        agency=agency,
        work=work,
        state=State.MADE,
        made_at=timezone.now(),
    )
    kind = KINDS[report.kind]
    figures = kind.count(report, timezone.now())
    report.snapshot = make_snapshot(
        kind=report.kind,
        title=report.get_kind_display(),
        period=(report.period_from, report.period_to),
        period_label=report.period_label,
        scope=report.scope_name,
        counted_at=timezone.now(),
        due_by=report.period_to,
        suppress_below=5,
        figures=figures,
        hidden=kind.hidden(figures, 5),
    )
    report.snapshot_digest = digest_of(report.snapshot)
    report.save()
    return report


def write(report: Report, text: str, *, by: User, section: str = "summary") -> None:
    """Put a text into a section, whatever stands there."""
    stored = report.texts.filter(section=section).first()
    save_text(report, section=section, text=text, seen_revision=stored.revision if stored else 0, by=by)


def taken_to(report: Report, stage: Stage, people: People) -> ReportVersion | None:
    """Lead a report on from where it is to this stage (not through amendments); the last version that this keeps."""
    today = timezone.localdate()
    steps = {
        Stage.DRAFTED: lambda: submit_draft(report, chair=people.chair, by=people.officer),
        Stage.SIGNED_OFF: lambda: sign_off(report, by=people.chair),
        Stage.CONSIDERED: lambda: consider(report, on=today, minute="Item 4.2", by=people.member),
        Stage.PRESENTED: lambda: present(report, forums=["The board"], on=today, by=people.officer),
    }
    version, way = None, list(steps)
    begun = way.index(Stage(report.stage)) + 1 if report.stage in way else 0
    for reached in way[begun : way.index(stage) + 1]:
        version = steps[reached]()
        report.refresh_from_db()
        assert report.stage == reached
    return version
