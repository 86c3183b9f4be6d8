"""Reading people: the directory, and what an import compares with."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from qaf.people.importing import Known, KnownPerson, KnownPost, Place
from qaf.people.models import Agency, Post, Service, Team, User
from qaf.people.roles import Role

READS_DIRECTORY = (Role.ADMIN, Role.QA_OFFICER, Role.QA_MANAGER)
SORTS = {"name": ("name", "pk"), "-name": ("-name", "-pk"), "email": ("email",), "-email": ("-email",)}


def people_visible_to(user: User) -> QuerySet[User]:
    """The directory: everybody, for those who allocate work or administer; nobody for others."""
    return User.objects.all() if user.holds(*READS_DIRECTORY) else User.objects.none()


def directory(
    user: User, *, search: str = "", role: str = "", team: Team | None = None, sort: str = "name"
) -> QuerySet[User]:
    """People with today's posts, by part of a name or address, by a role held today, by a team a post is in."""
    today = timezone.localdate()
    people = people_visible_to(user)
    for word in search.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if role or team:
        posts = Post.objects.on(today)
        if role:
            posts = posts.with_role(role)
        if team:
            posts = posts.filter(team=team)
        people = people.filter(pk__in=posts.values("person"))
    held = Post.objects.on(today).select_related("agency", "service", "team")
    return people.prefetch_related(Prefetch("posts", queryset=held, to_attr="posts_today")).order_by(
        *SORTS.get(sort, SORTS["name"])
    )


def with_addresses(emails: Iterable[str]) -> QuerySet[User]:
    """People whose e-mail address is one of these, which are in lower case."""
    return User.objects.annotate(address=Lower("email")).filter(address__in=set(emails))


def known_for_import(emails: Iterable[str]) -> Known:
    """The people with these addresses, their posts, and all places. Five queries, however long the list."""
    places = {
        **{("agency", one.pk): Place("agency", one.pk, one.name, one.code) for one in Agency.objects.all()},
        **{
            ("service", one.pk): Place("service", one.pk, one.name, one.code, one.agency_id)
            for one in Service.objects.all()
        },
        **{("team", one.pk): Place("team", one.pk, one.name, one.code, one.service_id) for one in Team.objects.all()},
    }
    people = {}
    for person in with_addresses(emails).prefetch_related("posts"):
        posts = [
            KnownPost(post.role, places.get(_scope(post)), post.starts_on, post.ends_on, post.pk)
            for post in person.posts.all()
        ]
        people[person.email.lower()] = KnownPerson(person.name, person.is_active, posts)
    return Known(people, list(places.values()))


def _scope(post: Post) -> tuple[str, int]:
    for kind in ("team", "service", "agency"):
        pk = getattr(post, f"{kind}_id")
        if pk:
            return kind, pk
    return "", 0
