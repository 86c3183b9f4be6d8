"""Synthetic people and places. Each app's tests add their own factories in ``tests/<app>/factories.py``."""

import factory
from django.utils import timezone

from qaf.people.models import Agency, Post, Service, Team, User
from qaf.people.roles import Role

PASSWORD = "correct horse battery staple"


class AgencyFactory(factory.django.DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"agency-{n}")
    name = factory.Sequence(lambda n: f"Agency {n}")


class ServiceFactory(factory.django.DjangoModelFactory[Service]):
    class Meta:
        model = Service

    agency = factory.SubFactory(AgencyFactory)
    code = factory.Sequence(lambda n: f"service-{n}")
    name = factory.Sequence(lambda n: f"Service {n}")


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team

    service = factory.SubFactory(ServiceFactory)
    code = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person without a post, who signs in with ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **kwargs: object) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()


class PostFactory(factory.django.DjangoModelFactory[Post]):
    """A post over everything, in force since the start of the year, unless the test says otherwise."""

    class Meta:
        model = Post

    person = factory.SubFactory(UserFactory)
    role = Role.AUDITOR
    starts_on = factory.LazyFunction(lambda: timezone.localdate().replace(month=1, day=1))
