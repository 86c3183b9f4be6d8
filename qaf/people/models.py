"""People, the places they work in, and the posts that give them roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from qaf.people.absences import Absence
from qaf.people.roles import Role

__all__ = [
    "Absence",
    "Agency",
    "PeopleImport",
    "Post",
    "Service",
    "Team",
    "User",
    "next_manager",
    "people_with_role",
]


class Agency(models.Model):
    """A council's children's service, or a partner of it: police, health, a school."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A part of an agency with a head or service manager, such as Through Care."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="service_name_once_an_agency")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A unit of practitioners with a team manager."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="teams")
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="team_name_once_a_service")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who signs in by e-mail; without a password they must first ask to set one."""
        if not email:
            raise ValueError("A person needs an e-mail address to sign in with.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person with the administrator's post; there is no right beyond those of the posts."""
        user = self.create_user(email, password, **fields)
        Post.objects.create(person=user, role=Role.ADMIN, starts_on=timezone.localdate())
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do follows from their posts alone."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_an_address",
                violation_error_message="Somebody has this e-mail address already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def current_posts(self) -> list[Post]:
        """Today's posts, with their scopes; read once for each request's person."""
        posts = self.posts.on(timezone.localdate()).select_related("agency", "service", "team")
        # The usual order would join the person in once more, only to sort by one name.
        return list(posts.order_by("role", "starts_on", "pk"))

    def holds(self, *roles: Role | str) -> bool:
        """Whether the person holds one of these roles today, in any scope."""
        return any(post.role in roles for post in self.current_posts)

    @property
    def roles(self) -> set[str]:
        return {post.role for post in self.current_posts}

    @property
    def is_staff(self) -> bool:
        """Whether the person may open the administration pages."""
        return self.is_active and self.holds(Role.ADMIN)


class PostQuerySet(models.QuerySet["Post"]):
    def on(self, day: date) -> PostQuerySet:
        """Posts in force on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def with_role(self, *roles: Role | str) -> PostQuerySet:
        return self.filter(role__in=roles)

    def covering(self, *, team: Team | None = None, service: Service | None = None) -> PostQuerySet:
        """Posts whose scope contains the team (or the service): its own, its service's, its agency's, or all."""
        whole = Q(team=None, service=None, agency=None)
        if team is not None:
            return self.filter(whole | Q(team=team) | Q(service=team.service_id) | Q(agency=team.service.agency_id))
        if service is not None:
            return self.filter(whole | Q(service=service) | Q(agency=service.agency_id))
        return self.filter(whole)

    def by_nearness(self) -> PostQuerySet:
        """The narrowest scope first: team, service, agency, whole organisation; then the longest in post."""
        nearness = models.Case(
            models.When(team__isnull=False, then=0),
            models.When(service__isnull=False, then=1),
            models.When(agency__isnull=False, then=2),
            default=3,
        )
        return self.annotate(nearness=nearness).order_by("nearness", "starts_on", "pk")


class Post(models.Model):
    """A person holds a role, in a scope, from a day, perhaps until a day."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(agency=None, service=None) | Q(agency=None, team=None) | Q(service=None, team=None)),
                name="post_has_one_scope",
                violation_error_message=(
                    "Choose one scope: an agency, a service or a team. Leave all empty for everything."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="post_ends_after_start",
                violation_error_message="The last day cannot be before the first day.",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "agency", "service", "team", "starts_on"],
                nulls_distinct=False,
                name="post_once",
                violation_error_message="This person already holds this role there from that day.",
            ),
        ]
        indexes = [models.Index(fields=["role", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.scope_name}"

    @property
    def scope_name(self) -> str:
        scope = self.team or self.service or self.agency
        return scope.name if scope else "everything"


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, user: User) -> PeopleImportQuerySet:
        """The lists that an administrator uploaded themselves; nobody else sees any."""
        return self.filter(uploaded_by=user) if user.holds(Role.ADMIN) else self.none()


class PeopleImport(models.Model):
    """A list of people that was uploaded and looked at, and perhaps then applied."""

    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=200)
    # What the file held: its headings, and each row's number and texts. Emptied when the list is applied.
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True, blank=True)
    # How many rows were new, changed and unchanged.
    counts = models.JSONField(default=dict)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name


def people_with_role(
    role: Role | str,
    *,
    day: date,
    team: Team | None = None,
    service: Service | None = None,
) -> list[User]:
    """People holding a role over a team or service on a day, nearest scope first, each once, active only."""
    posts: Iterable[Post] = (
        (Post.objects.on(day).with_role(role).covering(team=team, service=service).by_nearness())
        .filter(person__is_active=True)
        .select_related("person")
    )
    return list(dict.fromkeys(post.person for post in posts))


def next_manager(person: User, *, day: date) -> User | None:
    """The manager a late reminder is copied to: team manager, else service manager, else QA manager.

    Never the person themselves. None when nobody above them is known.
    """
    posts = list(person.posts.on(day).select_related("team__service", "service"))
    chain: list[User] = []
    for post in posts:
        if post.team:
            chain += people_with_role(Role.TEAM_MANAGER, day=day, team=post.team)
    for post in posts:
        if post.team or post.service:
            chain += people_with_role(Role.SERVICE_MANAGER, day=day, team=post.team, service=post.service)
    # QA managers of the person's own places, then those of the whole organisation.
    seniors = [
        manager
        for post in posts
        for manager in people_with_role(Role.QA_MANAGER, day=day, team=post.team, service=post.service)
    ]
    seniors += people_with_role(Role.QA_MANAGER, day=day)
    chain += seniors
    # Going up: whoever manages a team is not managed by its team manager's peers.
    own_roles = {post.role for post in posts}
    if Role.SERVICE_MANAGER in own_roles or Role.QA_MANAGER in own_roles:
        chain = seniors
    return next((manager for manager in chain if manager != person), None)
