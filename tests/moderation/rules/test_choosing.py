"""Choosing a moderator, pure: what must hold whatever the rules and people are, and each rule by itself."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.choosing import (
    FALLBACK,
    Candidate,
    Held,
    Place,
    Rule,
    Subject,
    choose,
    hidden,
    lies_in,
    manages,
    place_for,
    rule_for,
    why_excluded,
)
from moderation.models import Scope
from qaf.people.roles import Role

ROLES = ["auditor", "moderator", "qa_officer", "qa_manager", "practitioner", "team_manager", "service_manager"]
# Two agencies; services 1, 2 and 3, of which 3 is the second agency's; teams 1 to 4, of which 1 and 2 are service 1's.
TEAMS = {1: Place(1, 1, 1), 2: Place(2, 1, 1), 3: Place(3, 2, 1), 4: Place(4, 3, 2)}
SERVICES = [Place(None, 1, 1), Place(None, 2, 1), Place(None, 3, 2)]
PLACES = [*TEAMS.values(), *SERVICES, Place(None, None, 1), Place(None, None, 2), Place()]
NOW = datetime(2026, 11, 25, tzinfo=UTC)

helds = st.lists(st.builds(Held, st.sampled_from(ROLES), st.sampled_from(PLACES)), max_size=4).map(tuple)
rules_ = st.lists(
    st.builds(
        Rule,
        key=st.integers(1, 99),
        moderator_role=st.sampled_from(ROLES),
        scope=st.sampled_from(Scope.values),
        auditor_role=st.sampled_from(["", *ROLES]),
        type=st.sampled_from([None, 1, 2]),
        alternate_role=st.sampled_from(["", *ROLES]),
        alternate_scope=st.sampled_from(Scope.values),
        shares_load=st.booleans(),
    ),
    max_size=6,
)
subjects = st.builds(
    Subject,
    place=st.sampled_from(list(TEAMS.values())),
    type=st.sampled_from([1, 2]),
    auditor=st.integers(1, 8),
    auditor_held=helds,
    case_holder=st.none() | st.integers(1, 8),
    contributors=st.frozensets(st.integers(1, 8), max_size=2),
    confidential=st.booleans(),
)
people = st.lists(
    st.builds(
        Candidate,
        key=st.integers(1, 8),
        held=helds,
        active=st.booleans(),
        load=st.integers(0, 3),
        last_given=st.none() | st.integers(0, 3).map(lambda days: NOW - timedelta(days=days)),
        seniority=st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)


@given(rules_, subjects, people, st.randoms(use_true_random=False))
def test_whatever_the_rules_nobody_moderates_who_must_not(
    rules: list[Rule], subject: Subject, candidates: list[Candidate], order: random.Random
) -> None:
    choice = choose(rules, subject, candidates)
    for one in choice.chosen:
        person = one.candidate
        assert person.active
        assert person.held
        assert person.key not in {subject.auditor, subject.case_holder, *subject.contributors}
        assert not manages(subject.auditor_held, person.held)
        if subject.confidential:
            assert any(post.role == "qa_manager" and post.place.covers(subject.place) for post in person.held)
    # Everybody is either chosen or told why not, once.
    told = [one.candidate.key for one in (*choice.chosen, *choice.excluded)]
    assert sorted(told) == sorted(person.key for person in candidates)
    assert all(one.reason for one in choice.excluded)
    # Reproducible whatever the order of the candidates.
    shuffled = list(candidates)
    order.shuffle(shuffled)
    assert choose(rules, subject, shuffled) == choice


@given(rules_, subjects, people)
def test_those_of_the_rule_come_first_and_in_each_group_the_least_laden(
    rules: list[Rule], subject: Subject, candidates: list[Candidate]
) -> None:
    choice = choose(rules, subject, candidates)
    groups = [["first", "alternate", "last resort"].index(one.as_what) for one in choice.chosen]
    assert groups == sorted(groups)
    if choice.rule.shares_load:
        for group in set(groups):
            loads = [one.candidate.load for one, of in zip(choice.chosen, groups, strict=True) if of == group]
            assert loads == sorted(loads)
    else:
        near = [one.level for one in choice.chosen if one.as_what == "first"]
        assert near == sorted(near)
    assert choice.rule == rule_for(rules, subject)


@given(rules_, subjects)
def test_a_hidden_rule_never_applies_and_a_new_one_is_put_where_it_is_reached(
    rules: list[Rule], subject: Subject
) -> None:
    rules = [replace(rule, key=at + 1) for at, rule in enumerate(rules)]
    assert rule_for(rules, subject).key - 1 not in hidden(rules)
    if rules:
        new, others = rules[0], rules[1:]
        at = place_for(others, new)
        assert at not in hidden([*others[:at], new, *others[at:]])


def test_no_rule_fits_and_the_frameworks_own_holds() -> None:
    audited = Subject(TEAMS[1], 1, auditor=1, auditor_held=(Held("auditor", TEAMS[1]),))
    assert rule_for([], audited) == FALLBACK[1]
    audited = replace(audited, auditor_held=(Held("service_manager", SERVICES[1]),))
    assert rule_for([Rule(5, "moderator", type=2)], audited) == FALLBACK[0]


def test_the_load_then_the_nearest_then_the_longest_without_one_then_the_key() -> None:
    rule = Rule(1, "moderator")
    subject = Subject(TEAMS[1], 1, auditor=99)
    team, service = (Held("moderator", TEAMS[1]),), (Held("moderator", SERVICES[0]),)
    in_order = [
        Candidate(7, service, load=0),
        Candidate(6, team, load=1),
        Candidate(5, team, load=1, last_given=NOW - timedelta(days=9)),
        Candidate(3, team, load=1, last_given=NOW),
        Candidate(4, team, load=1, last_given=NOW),
        Candidate(1, service, load=1),
        Candidate(2, team, load=2),
    ]
    chosen = choose([rule], subject, in_order[::-1]).chosen
    assert [one.candidate.key for one in chosen] == [7, 6, 5, 3, 4, 1, 2]
    unshared = choose([replace(rule, shares_load=False)], subject, in_order).chosen
    assert [one.candidate.key for one in unshared] == [2, 3, 4, 5, 6, 1, 7]


@pytest.mark.parametrize(
    ("scope", "lying"),
    [
        ("nearest", [TEAMS[1], SERVICES[0], Place(None, None, 1), Place()]),
        ("team", [TEAMS[1]]),
        ("service", [SERVICES[0]]),
        ("agency", [Place(None, None, 1)]),
        ("other_service", [SERVICES[1]]),
        ("organisation", [Place()]),
    ],
)
def test_where_a_post_must_lie(scope: str, lying: list[Place]) -> None:
    assert [place for place in PLACES if lies_in(scope, place, TEAMS[1])] == lying


ORG, AGENCY, SERVICE, TEAM = Place(), Place(None, None, 1), SERVICES[0], TEAMS[1]


@pytest.mark.parametrize(
    ("auditor", "person", "managed"),
    [
        # A team manager: their team, not their peer in it, not the service's moderator, not the next team's people.
        ([("team_manager", TEAM)], [("moderator", TEAM)], True),
        ([("team_manager", TEAM)], [("moderator", TEAM), ("team_manager", TEAM)], False),
        ([("team_manager", TEAM)], [("moderator", SERVICE)], False),
        ([("team_manager", TEAM)], [("moderator", TEAMS[2])], False),
        ([("team_manager", SERVICE)], [("practitioner", TEAMS[2]), ("moderator", ORG)], True),
        # A service manager: the whole service with its team managers; not another service manager of it.
        ([("service_manager", SERVICE)], [("moderator", SERVICE)], True),
        ([("service_manager", SERVICE)], [("team_manager", TEAM), ("moderator", AGENCY)], True),
        ([("service_manager", SERVICE)], [("moderator", SERVICE), ("service_manager", SERVICE)], False),
        ([("service_manager", AGENCY)], [("moderator", SERVICE), ("service_manager", SERVICE)], True),
        ([("service_manager", SERVICE)], [("moderator", SERVICES[1])], False),
        # QA managers stand outside the services, unless they also work in one.
        ([("service_manager", SERVICE)], [("qa_manager", SERVICE)], False),
        ([("service_manager", SERVICE)], [("qa_manager", ORG), ("practitioner", TEAM)], True),
        # Bristol, Appendix 1: a head of service moderates what the QA manager audited.
        ([("qa_manager", ORG)], [("moderator", AGENCY), ("service_manager", AGENCY)], False),
        ([("qa_manager", AGENCY)], [("moderator", SERVICE), ("qa_officer", SERVICE)], True),
        ([("auditor", ORG)], [("moderator", TEAM)], False),
    ],
)
def test_whom_the_auditor_manages(
    auditor: list[tuple[str, Place]], person: list[tuple[str, Place]], managed: bool
) -> None:
    mine, theirs = [Held(*one) for one in auditor], tuple(Held(*one) for one in person)
    assert manages(mine, theirs) is managed
    subject = Subject(TEAM, 1, auditor=1, auditor_held=tuple(mine))
    assert bool(why_excluded(Candidate(2, theirs), subject)) is managed


def test_the_roles_are_the_sites() -> None:
    assert set(ROLES) <= set(Role.values)
