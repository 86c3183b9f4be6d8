"""Cases as pages and draws look at them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from audits.access import cases_visible_to, out_of_fieldwork, qa_teams, visible_to
from audits.models import Audit, Case, LegalStatus
from audits.models.audits import ENDED, State
from audits.sampling import Auditor, Candidate, Past, Rules, plain_name
from qaf.people.models import Post, Team, User
from qaf.people.roles import Role

# What a list of cases can be sorted by: the word in the address, the columns, the words on the page.
SORTS: dict[str, tuple[tuple[str, ...], str]] = {
    "team": (("team__name", "legal_status", "pk"), "Team"),
    "status": (("legal_status", "team__name", "pk"), "Status"),
    "holder": (("case_holder_name", "pk"), "Case-holder"),
    "opened": (("-opened_on", "pk"), "Opened, latest first"),
}


def cases_for_list(
    user: User, *, team: Team | None = None, status: str = "", show_closed: bool = False, sort: str = "team"
) -> QuerySet[Case]:
    """The cases of a person's scope, filtered and sorted, each with whether it is being audited."""
    cases = cases_visible_to(user).select_related("team", "case_holder")
    if team is not None:
        cases = cases.filter(team=team)
    if status:
        cases = cases.filter(legal_status=status)
    if not show_closed:
        cases = cases.filter(closed_on=None)
    running = Audit.objects.filter(case=OuterRef("pk")).exclude(state__in=ENDED)
    # Of another agency's audit in the same fieldwork not even that it is there, nor of a confidential one.
    known = Exists(running.filter(out_of_fieldwork(), confidential=False)) | Exists(visible_to(user, running))
    return cases.annotate(being_audited=known).order_by(*SORTS.get(sort, SORTS["team"])[0])


@dataclass(frozen=True)
class Pool:
    """Everything a draw is made from."""

    candidates: list[Candidate]
    history: list[Past]


def pool_of(teams: Iterable[Team], rules: Rules, *, statuses: set[str] | None = None) -> Pool:
    """The cases of these teams that were open in the window, and the audits that bear on them; two queries.

    ``statuses``: only cases of these legal statuses; None: all but contacts, which are no case yet and are drawn only
    for audits that are about contacts.
    """
    keys = [team.pk for team in teams]
    wanted = set(LegalStatus.values) - {LegalStatus.CONTACT.value} if statuses is None else statuses
    candidates = [
        Candidate(
            id=pk,
            team=team,
            status=LegalStatus(status).label,
            holder=holder,
            holder_name=name,
            closed_on=closed,
        )
        for pk, team, status, holder, name, closed in Case.objects.open_since(rules.open_since)
        .filter(team__in=keys, legal_status__in=wanted)
        .values_list("pk", "team_id", "legal_status", "case_holder_id", "case_holder_name", "closed_on")
    ]
    return Pool(candidates, list(_history(keys, rules)))


def _history(teams: list[int], rules: Rules) -> Iterable[Past]:
    """Audits that still count or run, of the cases now in these teams and of the teams then."""
    audits = Audit.objects.filter(case__isnull=False).exclude(state=State.CANCELLED)
    bearing = (audits.filter(team__in=teams) | audits.filter(case__team__in=teams)).exclude(
        allocated_on__lt=rules.history_since, state=State.CLOSED
    )
    for case, team, status, holder, name, day, state in bearing.values_list(
        "case_id", "team_id", "legal_status", "case_holder_id", "case__case_holder_name", "allocated_on", "state"
    ):
        yield Past(
            case=case,
            team=team,
            status=LegalStatus(status).label,
            holder_key=holder if holder is not None else plain_name(name),
            on=day,
            running=state not in ENDED,
        )


@dataclass(frozen=True)
class AuditorChoice:
    """An auditor with the teams of somebody's scope whose cases they may be given."""

    person: User
    teams: tuple[Team, ...]

    @property
    def unit(self) -> str:
        if len(self.teams) == 1:
            return f"{self.teams[0].name} team"
        services = {team.service.name for team in self.teams}
        return services.pop() if len(services) == 1 else f"{len(self.teams)} teams"

    def for_draw(self, among: set[int]) -> Auditor:
        teams = tuple(team for team in self.teams if team.pk in among)
        return Auditor(
            id=self.person.pk,
            name=self.person.name,
            teams=frozenset(team.pk for team in teams),
            unit=AuditorChoice(self.person, teams).unit,
        )


def auditors_for(user: User, *, day: date) -> list[AuditorChoice]:
    """Everybody with an auditor's post over a team of this person's scope, by name; two queries."""
    teams = list(qa_teams(user).select_related("service").order_by("name"))
    found: dict[User, dict[int, Team]] = {}
    posts = Post.objects.on(day).with_role(Role.AUDITOR).filter(person__is_active=True).select_related("person")
    for post in posts.order_by("person__name", "person_id"):
        covered = [team for team in teams if _covers(post, team)]
        if covered:
            found.setdefault(post.person, {}).update({team.pk: team for team in covered})
    return [AuditorChoice(person, tuple(covered.values())) for person, covered in found.items()]


def _covers(post: Post, team: Team) -> bool:
    if post.team_id:
        return post.team_id == team.pk
    if post.service_id:
        return post.service_id == team.service_id
    return not post.agency_id or post.agency_id == team.service.agency_id


@dataclass(frozen=True)
class Running:
    """The audits of a case that are under way, as far as a person may be told."""

    # Those they may know of, the newest first.
    known: tuple[Audit, ...]
    # Whether there is another, which belongs to a team that is not theirs. Of a confidential one not even that is said,
    # nor of another agency's while the fieldwork is open.
    another: bool

    def __bool__(self) -> bool:
        return bool(self.known) or self.another


def running_audits(user: User, case: Case) -> Running:
    """What somebody who allocates an audit of this case may be told of those under way. Two queries."""
    known = tuple(visible_to(user).open().filter(case=case).select_related("type").distinct().order_by("-pk"))
    others = Audit.objects.open().filter(out_of_fieldwork(), case=case, confidential=False)
    others = others.exclude(pk__in=[one.pk for one in known])
    return Running(known, others.exists())
