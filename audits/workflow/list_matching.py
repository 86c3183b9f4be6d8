"""Whom and what the rows of a list mean: the team that they name, and the person who holds the case."""

from audits.access import qa_teams
from audits.case_columns import Fault, ParsedCase
from qaf.people.models import Team, User


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class Teams:
    """Finds the team that a row names, by code or name."""

    def __init__(self, by: User) -> None:
        self.own = set(qa_teams(by).values_list("pk", flat=True))
        self.known: dict[str, list[Team]] = {}
        self.by_pk: dict[int, Team] = {}
        for team in Team.objects.select_related("service"):
            self.by_pk[team.pk] = team
            for key in {_plain(team.code), _plain(team.name)}:
                self.known.setdefault(key, []).append(team)

    def find(self, row: ParsedCase, faults: list[Fault]) -> Team | None:
        """The team, or None with the fault added."""
        found = self.known.get(_plain(row.team), [])
        own = [team for team in found if team.pk in self.own]
        if len(own) == 1:
            return own[0]
        if not found:
            reason = (
                f"There is no team called “{row.team[:60]}”. Write a team's name or code as the directory of people "
                "has it."
            )
        elif not own:
            reason = f"The team “{found[0].name}” is outside your service. Leave its cases to its own QA officer."
        else:
            codes = " or ".join(sorted(team.code for team in own))
            reason = f"Several teams are called “{own[0].name}”. Write the code instead: {codes}."
        faults.append(Fault(row.row, "team", reason))
        return None


class Holders:
    """Finds the person who holds a case, by e-mail address or name. Somebody unknown stays a name."""

    def __init__(self) -> None:
        self.known: dict[str, list[User]] = {}
        for person in User.objects.filter(is_active=True).prefetch_related("posts"):
            for key in {_plain(person.email), _plain(person.name)}:
                self.known.setdefault(key, []).append(person)

    def find(self, row: ParsedCase, team: Team | None, faults: list[Fault]) -> User | None:
        """The person, or None; a name that several people bear is a fault unless one of them works in the team."""
        found = self.known.get(_plain(row.holder), []) if row.holder else []
        if len(found) > 1 and team is not None:
            near = [person for person in found if any(post.team_id == team.pk for post in person.posts.all())]
            found = near if len(near) == 1 else found
        if len(found) == 1 and team is not None and _plain(found[0].email) != _plain(row.holder):
            # A bare name means somebody of this place, never a namesake elsewhere.
            found = [person for person in found if _works_in(person, team)]
        if len(found) > 1:
            faults.append(
                Fault(row.row, "holder", f"{len(found)} people are called “{found[0].name}”. Write the e-mail "
                      "address instead.")
            )  # fmt: skip
            return None
        return found[0] if found else None


def _works_in(person: User, team: Team) -> bool:
    """Whether one of the person's posts is in the team, its service or its agency, or over everything."""
    return any(
        post.team_id == team.pk
        or post.service_id == team.service_id
        or post.agency_id == team.service.agency_id
        or not (post.team_id or post.service_id or post.agency_id)
        for post in person.posts.all()
    )
