"""The matrix of children and agencies of a piece of work: which audits there are to be, and how far each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from audits.access import QA_ROLES, cases_visible_to
from audits.models import Audit, State, Work, WorkAgency, WorkAudit, WorkCase
from audits.models.audits import WITH_THE_AUDITOR
from qaf.people.models import Agency, Post, Team, User
from qaf.people.roles import Role


@dataclass(frozen=True)
class Cell:
    """One agency's audit of one child, as it is or is to be. ``row`` None: nothing was said of it yet."""

    child: WorkCase
    taking_part: WorkAgency
    row: WorkAudit | None

    @property
    def agency(self) -> Agency:
        return self.taking_part.agency

    @property
    def team(self) -> Team | None:
        """Where its audit is kept: in the case's own team for the agency that holds the case, else in the agency's."""
        own = self.child.case.team
        return own if own.service.agency_id == self.taking_part.agency_id else self.taking_part.team

    @property
    def is_of_the_case_holders_agency(self) -> bool:
        return self.child.case.team.service.agency_id == self.taking_part.agency_id

    @property
    def auditor(self) -> User | None:
        """Who audits: the child's own auditor, else the agency's."""
        return self.row.auditor if self.row is not None and self.row.auditor_id else self.taking_part.auditor

    @property
    def not_known(self) -> bool:
        return self.row is not None and self.row.not_known

    @property
    def audit(self) -> Audit | None:
        return self.row.audit if self.row is not None else None

    @property
    def waits_for_audit(self) -> bool:
        """Whether an audit is still to be allocated here."""
        return self.audit is None and not self.not_known

    @property
    def is_missing(self) -> bool:
        """Whether its audit has not been submitted."""
        return self.waits_for_audit or (self.audit is not None and self.audit.state in WITH_THE_AUDITOR)

    @property
    def is_submitted(self) -> bool:
        return self.audit is not None and self.audit.submitted_at is not None and self.audit.state != State.CANCELLED

    def is_late(self, day: date) -> bool:
        audit = self.audit
        return audit is not None and audit.state in WITH_THE_AUDITOR and audit.due_on is not None and audit.due_on < day

    @property
    def words(self) -> str:
        """How far it is."""
        if self.not_known:
            return "Child not known"
        if self.audit is None:
            return "Not allocated yet" if self.auditor is not None else "No auditor yet"
        return "Not done" if self.audit.state == State.CANCELLED else str(self.audit.get_state_display())

    @property
    def state(self) -> str:
        """The state's code, for its colour."""
        return self.audit.state if self.audit is not None else ""


@dataclass(frozen=True)
class Grid:
    """All children and agencies of a piece of work, whoever looks."""

    agencies: tuple[WorkAgency, ...]
    children: tuple[WorkCase, ...]
    cells: tuple[Cell, ...]

    def of(self, child: WorkCase) -> list[Cell]:
        return [cell for cell in self.cells if cell.child.pk == child.pk]

    @property
    def to_allocate(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.waits_for_audit]

    @property
    def missing(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_missing]


def grid_of(work: Work) -> Grid:
    """The matrix as it stands; three queries, however large it is."""
    agencies = tuple(
        WorkAgency.objects.filter(work=work).select_related("agency", "team__service__agency", "lead", "auditor")
    )
    children = tuple(
        WorkCase.objects.filter(work=work).select_related("case__team__service__agency", "case__case_holder")
    )
    rows = WorkAudit.objects.filter(work_case__work=work).select_related("auditor", "audit__auditor", "audit__type")
    by_place = {(row.work_case_id, row.agency_id): row for row in rows}
    cells = tuple(Cell(child, one, by_place.get((child.pk, one.agency_id))) for child in children for one in agencies)
    return Grid(agencies, children, cells)


def team_is_covered(post: Post, team: Team) -> bool:
    """Whether a post's scope contains a team whose service is known."""
    if post.team_id or post.service_id or post.agency_id:
        return (
            team.pk == post.team_id
            or team.service_id == post.service_id
            or (post.agency_id is not None and team.service.agency_id == post.agency_id)
        )
    return True


def knows_cell(user: User, cell: Cell) -> bool:
    """Whether a person may know how far this cell is: QA of its team, its agency's lead, or its own auditor.

    Everybody else learns the counts alone, so that no agency sees how another gets on with the child.
    """
    if user.pk in (cell.taking_part.lead_id, cell.auditor.pk if cell.auditor else None):
        return True
    team = cell.team
    for post in user.current_posts:
        if post.role == Role.AGENCY_LEAD and post.agency_id == cell.taking_part.agency_id:
            return True
        whole = not (post.team_id or post.service_id or post.agency_id)
        if post.role in QA_ROLES and (whole or (team is not None and team_is_covered(post, team))):
            return True
    return False


@dataclass(frozen=True)
class Progress:
    """How many of the audits that there are to be have been submitted, and how many are late."""

    agency: str
    submitted: int
    total: int
    late: int
    not_known: int


@dataclass(frozen=True)
class Row:
    """One child as a person sees it: who it is only for those who may see the case; unknown cells are None."""

    child: WorkCase
    words: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The matrix as one person sees it."""

    grid: Grid
    agencies: tuple[WorkAgency, ...]
    rows: tuple[Row, ...]
    by_agency: tuple[Progress, ...]
    whole: Progress
    late: tuple[Cell, ...]
    # Whether the count of all may be shown: not to somebody who could subtract their own, and be left with one agency.
    shows_whole: bool


def matrix_for(user: User, work: Work) -> Matrix:
    """What a person sees of the matrix: the agencies of which they know a cell, and of all the counts; five queries."""
    grid = grid_of(work)
    today = timezone.localdate()
    known = [cell for cell in grid.cells if knows_cell(user, cell)]
    places = {(cell.child.pk, cell.taking_part.pk): cell for cell in known}
    agencies = tuple(one for one in grid.agencies if not grid.children or any(p[1] == one.pk for p in places))
    if not grid.children and not user.holds(*QA_ROLES):
        agencies = ()
    named = set(cases_visible_to(user).filter(works__work=work).values_list("pk", flat=True))
    own = {cell.child.pk for cell in known if cell.audit is not None and cell.audit.auditor_id == user.pk}
    rows = tuple(
        Row(
            child,
            child.case.initials_and_age if child.case_id in named or child.pk in own else "",
            tuple(places.get((child.pk, one.pk)) for one in agencies),
        )
        for child in grid.children
    )
    return Matrix(
        grid,
        agencies,
        rows,
        tuple(
            _progress(one.agency.name, [cell for cell in known if cell.taking_part.pk == one.pk], today)
            for one in agencies
        ),
        _progress("All agencies", grid.cells, today),
        tuple(cell for cell in known if cell.is_late(today)),
        not work.is_multi_agency or work.fieldwork_closed_at is not None or _tells_of_no_single(grid, known),
    )


def _tells_of_no_single(grid: Grid, known: list[Cell]) -> bool:
    own = {(cell.child.pk, cell.taking_part.pk) for cell in known}
    hidden = {cell.taking_part.pk for cell in grid.cells if (cell.child.pk, cell.taking_part.pk) not in own}
    return len(hidden) != 1


def _progress(name: str, cells: Iterable[Cell], today: date) -> Progress:
    cells = list(cells)
    return Progress(
        name,
        sum(cell.is_submitted for cell in cells),
        sum(not cell.not_known for cell in cells),
        sum(cell.is_late(today) for cell in cells),
        sum(cell.not_known for cell in cells),
    )


def auditors_over(team: Team | None, day: date) -> list[User]:
    """Everybody with an auditor's post over a team on a day, by name; one query."""
    if team is None:
        return []
    posts = Post.objects.on(day).with_role(Role.AUDITOR).covering(team=team).filter(person__is_active=True)
    return list(dict.fromkeys(post.person for post in posts.select_related("person").order_by("person__name", "pk")))


def other_audits_of(work: Work, grid: Grid) -> dict[int, int]:
    """How many audits of each child run beside this work, by the case's key; one query."""
    running = Audit.objects.open().filter(case__in=[child.case_id for child in grid.children], confidential=False)
    counts: dict[int, int] = {}
    for case in running.exclude(work=work).order_by().values_list("case_id", flat=True):
        counts[case] = counts.get(case, 0) + 1
    return counts
