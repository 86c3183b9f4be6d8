"""Which judgements count, how they are divided, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Audit
from moderation.access.agreement import Standpoint, audits_for, standpoints
from moderation.agreement import Agreement, TooFew
from moderation.queries.agreement import Narrowing, measured
from qaf.people.models import Team, User
from tests.factories import PostFactory, ServiceFactory, TeamFactory, UserFactory
from tests.moderation.agreement.setting import THREE, make_many, make_type

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


class Setting:
    """Two teams of one service and one elsewhere; an auditor and a moderator; forty-two judgements on four grades."""

    def __init__(self, person: Person) -> None:
        service = ServiceFactory.create(name="Area Social Care")
        self.north = TeamFactory.create(service=service, name="North")
        self.south = TeamFactory.create(service=service, name="South")
        self.elsewhere = TeamFactory.create(service=ServiceFactory.create(name="Fostering"), name="East")
        self.officer = person("qa_officer", name="Oli Officer")
        self.ade = person("auditor", name="Ade Auditor")
        self.sam = person("auditor", name="Sam Second")
        self.mo = person("moderator", name="Mo Moderator")
        self.max = person("moderator", name="Max Other")
        make_many(12, self.north, self.ade, self.mo, {"planning": "G G", "overall": "G RI"})
        make_many(8, self.south, self.sam, self.max, {"planning": "RI G"}, moderated=date(2026, 10, 2))
        make_many(10, self.elsewhere, self.sam, self.mo, {"planning": "I I"}, moderated=date(2026, 10, 1))

    def measure(self, user: User | None = None, by: str = "domain", **narrowing: object) -> list[tuple[str, int]]:
        """The names and counts of the parts, in order; what is on another scale is left out."""
        audits = audits_for(user or self.officer, standpoints(user or self.officer)[0])
        found = measured(audits, by, Narrowing(**narrowing))  # type: ignore[arg-type]
        return [(group.name, group.figures.count) for group in found[0].groups] if found else []


@pytest.fixture
def setting(person: Person) -> Setting:
    return Setting(person)


def test_the_table_of_grades_holds_every_judgement(setting: Setting) -> None:
    [one] = measured(audits_for(setting.officer, Standpoint.OVERSIGHT), "domain", Narrowing())
    assert one.grades == (("O", "Outstanding"), ("G", "Good"), ("RI", "Requires improvement"), ("I", "Inadequate"))
    assert one.table == ((0, 0, 0, 0), (0, 12, 12, 0), (0, 8, 0, 0), (0, 0, 0, 10))
    assert isinstance(one.figures, Agreement)
    assert (one.figures.count, one.figures.same.number) == (42, 22)


def test_one_query_groups_and_one_more_names(setting: Setting) -> None:
    audits = audits_for(setting.officer, Standpoint.OVERSIGHT)
    measured(audits, "domain", Narrowing())
    for by, most in {"domain": 1, "quarter": 1, "form": 2, "team": 2, "auditor": 2, "moderator": 2}.items():
        with CaptureQueriesContext(connection) as seen:
            measured(audits, by, Narrowing())
        assert len(seen) == most, by
        assert sum("GROUP BY" in query["sql"] for query in seen) == 1


def test_parts_stand_the_worst_first_and_too_few_last(setting: Setting) -> None:
    assert setting.measure() == [("Overall grade", 12), ("Planning", 30)]
    assert setting.measure(by="auditor") == [("Sam Second", 18), ("Ade Auditor", 24)]
    assert setting.measure(by="moderator") == [("Mo Moderator", 34), ("Max Other", 8)]
    assert setting.measure(by="team") == [
        ("North, Area Social Care", 24),
        ("East, Fostering", 10),
        ("South, Area Social Care", 8),
    ]
    assert setting.measure(by="form") == [("Case audit", 42)]


def test_quarters_stand_in_their_order_and_begin_at_midnight_here(setting: Setting) -> None:
    # Half past midnight of summer time on 1 July is still June in Greenwich.
    [audit] = make_many(1, setting.north, setting.ade, setting.mo, {"planning": "G G"})
    Audit.objects.filter(pk=audit.pk).update(moderated_at="2026-06-30T23:30:00Z")
    assert setting.measure(by="quarter") == [("July to September 2026", 25), ("October to December 2026", 18)]


def test_narrowed_to_days_and_grades(setting: Setting) -> None:
    wanted = [
        ({}, 42),
        ({"domain": "overall"}, 12),
        ({"first": date(2026, 10, 1)}, 18),
        ({"first": date(2026, 10, 2)}, 8),
        ({"last": date(2026, 10, 1)}, 34),
        ({"last": date(2026, 7, 29)}, 0),
        ({"graded": "domains"}, 30),
        ({"graded": "overall"}, 12),
    ]
    for narrowing, count in wanted:
        assert sum(number for _, number in setting.measure(**narrowing)) == count, narrowing


def test_narrowed_to_a_place_or_type(setting: Setting) -> None:
    other = make_type("other-audit")
    make_many(3, setting.north, setting.ade, setting.mo, {"planning": "G G"}, type=other)
    assert setting.measure(team=setting.south.pk) == [("Planning", 8)]
    assert setting.measure(service=setting.elsewhere.service_id) == [("Planning", 10)]
    assert setting.measure(type=other.pk) == [("Planning", 3)]
    # The same scale: counted together.
    assert sum(number for _, number in setting.measure()) == 45


def test_scales_are_never_mixed(setting: Setting) -> None:
    three = make_type("multi-agency", scale=THREE)
    make_many(11, setting.north, setting.ade, setting.mo, {"planning": "E M"}, type=three)
    found = measured(audits_for(setting.officer, Standpoint.OVERSIGHT), "domain", Narrowing())
    assert [(len(one.grades), one.figures.count) for one in found] == [(4, 42), (3, 11)]
    assert found[1].table == ((0, 11, 0), (0, 0, 0), (0, 0, 0))


def test_what_is_not_decided_not_moderated_or_confidential_is_left_out(setting: Setting) -> None:
    for state in ({"state": "cancelled"}, {"state": "moderating", "moderated_at": None}, {"confidential": True}):
        make_many(1, setting.north, setting.ade, setting.mo, {"planning": "G O"}, **state)
    # A type without moderation: only the auditor's grade.
    make_many(1, setting.north, setting.ade, setting.mo, {"planning": "G"})
    assert sum(number for _, number in setting.measure()) == 42


def test_everybody_is_shown_what_is_theirs(setting: Setting) -> None:
    assert setting.measure(setting.ade) == [("Overall grade", 12), ("Planning", 12)]
    assert setting.measure(setting.sam) == [("Planning", 18)]
    assert setting.measure(setting.mo) == [("Overall grade", 12), ("Planning", 22)]
    assert setting.measure(setting.max) == [("Planning", 8)]


def test_qa_is_shown_the_scope_of_its_posts(setting: Setting) -> None:
    def officer(**scope: object) -> User:
        user = UserFactory.create()
        PostFactory.create(person=user, role="qa_officer", starts_on=date(2020, 1, 1), **scope)
        return user

    assert setting.measure(officer(team=setting.south)) == [("Planning", 8)]
    assert setting.measure(officer(service=setting.elsewhere.service)) == [("Planning", 10)]


def test_nobody_is_shown_what_is_another_standpoint(setting: Setting, person: Person) -> None:
    for user in (setting.ade, setting.mo, person("team_manager"), person("panel_member"), person("admin"), person()):
        assert not audits_for(user, Standpoint.OVERSIGHT).exists()
    assert not audits_for(setting.ade, Standpoint.MODERATOR).exists()
    assert not audits_for(setting.mo, Standpoint.AUDITOR).exists()
    setting.ade.is_active = False
    assert standpoints(setting.ade) == ()
    for standpoint in (Standpoint.MODERATOR, Standpoint.AUDITOR):
        assert not {"team", "auditor", "moderator"} & set(standpoint.divisions)


def test_few_judgements_give_their_number_alone(setting: Setting) -> None:
    [one] = measured(audits_for(setting.max, Standpoint.MODERATOR), "domain", Narrowing())
    assert one.figures == TooFew(8)


def test_a_moderation_handed_over_counts_for_whoever_decided(setting: Setting, person: Person) -> None:
    late = person("moderator", name="Lee Late")
    [audit] = make_many(1, setting.north, setting.ade, setting.mo, {"planning": "G O"})
    audit.moderation.moderator = late
    audit.moderation.save()
    assert setting.measure(late) == [("Planning", 1)]
    assert ("Lee Late", 1) in setting.measure(by="moderator")


def test_teams_are_those_of_the_day_of_allocation(setting: Setting) -> None:
    Team.objects.filter(pk=setting.north.pk).update(service=setting.elsewhere.service)
    assert setting.measure(service=setting.elsewhere.service_id) == [("Planning", 10)]
