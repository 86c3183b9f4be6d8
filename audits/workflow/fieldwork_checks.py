"""What keeps a fieldwork from being opened, all at once and each thing named."""

from collections.abc import Sequence
from datetime import date

from audits.access import QA_ROLES, may_allocate
from audits.models import About, Work
from audits.queries.fieldwork import Cell, Grid, team_is_covered
from audits.workflow.allocation import refusal
from audits.workflow.subjects import Subject
from qaf.errors import Refused
from qaf.people.models import Post, Team, User
from qaf.people.roles import Role

# Posts whose holders read, or know of, the audits of the teams they cover.
OVERLOOKS = (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER)


class CannotOpen(Refused):
    """The audits of a fieldwork cannot be allocated. ``problems`` says why, a sentence each."""

    title = "The audits could not be allocated"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def subject_of(cell: Cell, team: Team) -> Subject:
    """What an agency's audit is about: the child, in the agency's own team, and there without a case-holder.

    The agency that holds the case audits it as any other: with its case-holder.
    """
    case = cell.child.case
    return Subject.of_case(case) if cell.is_of_the_case_holders_agency else Subject(team=team, case=case)


def problems_of(work: Work, grid: Grid, *, by: User, day: date) -> list[str]:
    """Why the audits that are still to be allocated cannot be; empty when they can. One query."""
    found = _of_the_work(work, grid)
    cells = grid.to_allocate
    if found or not cells:
        return found
    auditors = {cell.auditor.pk for cell in grid.cells if cell.auditor is not None and not cell.not_known}
    posts: dict[int, list[Post]] = {pk: [] for pk in auditors}
    for post in Post.objects.on(day).filter(person__in=auditors, role__in=(Role.AUDITOR, *OVERLOOKS)).order_by("pk"):
        posts[post.person_id].append(post)
    for cell in cells:
        found += _of_a_cell(work, grid, cell, posts, by=by, day=day)
    return list(dict.fromkeys(found))


def _of_the_work(work: Work, grid: Grid) -> list[str]:
    found = []
    if work.type is None:
        found.append("No type of audit is chosen. Change the piece of work and choose one.")
    else:
        if work.type.form.published_version is None:
            found.append(f"The form “{work.type.form}” has no published version. Publish one first.")
        if work.type.about != About.CASE:
            found.append(f"The type “{work.type}” is not about a child’s case. Choose another type of audit.")
    if not grid.children:
        found.append("There are no children yet. Add those whose records are audited.")
    if work.is_multi_agency and len(grid.agencies) < 2:
        found.append("A multi-agency audit needs two agencies or more. Add the agencies that take part.")
    elif not grid.agencies:
        found.append("No agency takes part yet. Add one.")
    return found


def _of_a_cell(work: Work, grid: Grid, cell: Cell, posts: dict[int, list[Post]], *, by: User, day: date) -> list[str]:
    where, team, auditor = f"{cell.agency}, child {cell.child.number}", cell.team, cell.auditor
    if team is None:
        return [f"{cell.agency} has no team in which its audits are kept. Name it with the agencies of this work."]
    if team.service.agency_id != cell.taking_part.agency_id:
        return [f"The team {team} does not belong to {cell.agency}. Name another one with the agencies of this work."]
    if not (may_allocate(by) and any(p.role in QA_ROLES and team_is_covered(p, team) for p in by.current_posts)):
        return [f"You cannot allocate audits of {team}, {cell.agency}: none of your posts covers this team."]
    if auditor is None:
        return [f"{where}: nobody is to audit yet. Choose an auditor, or say that the agency does not know the child."]
    held = posts[auditor.pk]
    covers = any(post.role == Role.AUDITOR and team_is_covered(post, team) for post in held)
    if auditor.pk == cell.child.case.case_holder_id:
        return [f"{where}: {auditor} holds the case, and nobody audits their own case. Choose another auditor."]
    reason = work.type and refusal(
        subject=subject_of(cell, team), type=work.type, auditor=auditor, day=day, covers=covers
    )
    if reason:
        return [f"{where}: {reason} Choose another auditor."]
    return _of_blindness(grid, cell, auditor, held, where)


def _of_blindness(grid: Grid, cell: Cell, auditor: User, held: Sequence[Post], where: str) -> list[str]:
    """An auditor who would see what another agency finds: they audit for it too, or oversee its team."""
    others = [one for one in grid.of(cell.child) if one.taking_part.pk != cell.taking_part.pk and not one.not_known]
    for other in others:
        if other.auditor is not None and other.auditor.pk == auditor.pk:
            first, second = sorted((cell.agency.name, other.agency.name))
            return [
                f"Child {cell.child.number}: {auditor} would audit for {first} and for {second}. Each agency audits "
                "without seeing the other’s audit; choose somebody else for one of them."
            ]
        overlooking = next(
            (p for p in held if p.role in OVERLOOKS and other.team is not None and team_is_covered(p, other.team)), None
        )
        if overlooking is not None:
            return [
                f"{where}: {auditor} can see the audit of {other.agency} as {overlooking.get_role_display()}. Choose "
                "an auditor who cannot."
            ]
    return []
