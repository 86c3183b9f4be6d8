"""Whom and what the programme's forms offer: people by their posts, agencies and their teams."""

from django.utils import timezone

from audits.access.programme import LEADS
from qaf.people.models import Agency, Post, Team, User
from qaf.people.roles import Role

# With more people than this, the page suggests nobody: a name or an e-mail address is typed.
MOST_SUGGESTED = 500


def people_with(*roles: Role) -> list[User]:
    """Everybody active who holds one of these roles today, by name."""
    posts = Post.objects.on(timezone.localdate()).with_role(*roles)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by("name", "email"))


def leads() -> list[User]:
    """Everybody who may lead a piece of work today, by name."""
    return people_with(*LEADS)


def agencies_by_key() -> dict[str, Agency]:
    return {str(one.pk): one for one in Agency.objects.order_by("name")}


def teams_by_key() -> dict[str, Team]:
    """All teams, by agency, service and name."""
    teams = Team.objects.select_related("service__agency").order_by("service__agency__name", "service__name", "name")
    return {str(one.pk): one for one in teams}


def suggested_people() -> list[User]:
    """Whom a page suggests when somebody is to be named: everybody active, unless they are too many."""
    found = list(User.objects.filter(is_active=True).order_by("name", "email")[: MOST_SUGGESTED + 1])
    return found if len(found) <= MOST_SUGGESTED else []
