"""Who is to be observed: what the schedule makes an observation, and of whom it asks one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings

from audits.coverage import Duty, Status
from audits.models import Audit, Expectation, Selection, State
from audits.models.forms import About, AuditType
from audits.queries.observations import Observed, kinds, observations, services_not_asked
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.coverage.setting import DAY, make_audit, make_row, observed_practice, someone
from tests.factories import PostFactory, ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> SimpleNamespace:
    service = ServiceFactory.create(name="Area Social Care")
    north = TeamFactory.create(name="North", service=service)
    return SimpleNamespace(
        service=service,
        north=north,
        type=observed_practice(),
        auditor=someone(Role.AUDITOR, "Ade Auditor", team=north),
        officer=someone(Role.QA_OFFICER, "Oli Officer", agency=service.agency),
    )


def seen(place: SimpleNamespace, person: User, day: date, **fields: object) -> Audit:
    return make_audit(place.north, place.auditor, place.type, submitted=day, case_holder=person, **fields)


def listed(place: SimpleNamespace, user: User | None = None) -> dict[tuple[str, Duty], Observed]:
    found, _ = observations(user or place.officer, DAY)
    return {(one.name, one.standing.duty): one for one in found}


def test_what_an_observation_is_follows_from_the_schedule(place: SimpleNamespace) -> None:
    chairs = observed_practice(moderated=True)
    panel = observed_practice(key="supervision-file")
    make_row(place.service, place.type)
    make_row(place.service, chairs)
    # Selected by a panel, about a case, or asked for in a time that is long over: no observation.
    make_row(place.service, panel, selection=Selection.PROGRAMME)
    make_row(place.service, make_type(), selection=Selection.MANAGER)
    old = observed_practice(key="old-form")
    make_row(place.service, old, valid_until=date(2025, 3, 31))
    known = kinds(DAY)
    assert (known.observed, known.chaired) == ({place.type.pk}, {chairs.pk})
    assert known.since([place.service.pk], chaired=False) == date(2020, 4, 1)
    assert known.since([None], chaired=False) is None


def test_of_bristols_rows_one_type_is_the_observation_and_one_the_audit_of_chairs(place: SimpleNamespace) -> None:
    folder = Path(settings.BASE_DIR) / "fixtures" / "packs" / "bristol"
    rows = yaml.safe_load((folder / "schedule.yaml").read_text())["expectations"]
    types = {one["key"]: one for one in yaml.safe_load((folder / "types.yaml").read_text())["types"]}
    made: dict[str | None, AuditType | None] = {None: None}
    for key in {row.get(name) for row in rows for name in ("type", "other_type")} - {None}:
        made[key] = observed_practice(moderated=types[key]["process"]["moderation"], key=key)
        AuditType.objects.filter(key=key).update(about=types[key].get("about", "case"))
    for row in rows:
        Expectation.objects.create(
            service_name=row["service"],
            type_name=row["type_name"],
            type=made[row.get("type")],
            other_type=made[row.get("other_type")],
            selection=row.get("selection", Selection.UNDECIDED),
            valid_from=date(2026, 4, 1),
        )
    known = kinds(DAY)
    keys = dict(AuditType.objects.values_list("pk", "key"))
    assert {keys[pk] for pk in known.observed} == {"observed-practice"}
    assert {keys[pk] for pk in known.chaired} == {"iro-cp-chair-audit"}


def test_a_confidential_type_is_never_one(place: SimpleNamespace) -> None:
    exit_interview = observed_practice(key="exit-interview")
    AuditType.objects.filter(pk=exit_interview.pk).update(confidential=True)
    make_row(place.service, exit_interview)
    assert kinds(DAY).observed == set()


def test_a_row_for_either_of_two_counts_and_asks_for_nothing(place: SimpleNamespace) -> None:
    make_row(None, make_type(), other_type=place.type, selection=Selection.WORKER_OR_MANAGER)
    known = kinds(DAY)
    assert known.observed == {place.type.pk}
    assert known.since([place.service.pk], chaired=False) is None
    assert services_not_asked(place.officer, known) == ["Area Social Care"]


def test_a_row_that_ended_lately_asks_no_more_but_its_observations_count(place: SimpleNamespace) -> None:
    make_row(place.service, place.type, valid_until=date(2026, 9, 30))
    known = kinds(DAY)
    assert known.observed == {place.type.pk}
    assert known.observed_since == {}
    newer = observed_practice(key="newer-form")
    make_row(place.service, newer, valid_from=date(2026, 10, 1))
    # The duty is as old as the first of the rows.
    assert kinds(DAY).since([place.service.pk], chaired=False) == date(2020, 4, 1)


def test_everybody_in_post_is_listed_with_what_is_due(place: SimpleNamespace) -> None:
    make_row(place.service, place.type)
    old_hand = someone(Role.PRACTITIONER, "Pat", team=place.north)
    someone(Role.PRACTITIONER, "Una", team=place.north)
    someone(Role.PRACTITIONER, "Nia", team=place.north, since=date(2026, 10, 1))
    someone(Role.PRACTITIONER, "Leo", team=place.north, until=date(2026, 11, 24))
    gone = someone(Role.PRACTITIONER, "Gus", team=place.north)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    seen(place, old_hand, date(2026, 3, 5))
    found = listed(place)
    assert {name for name, _ in found} == {"Pat", "Una", "Nia"}
    assert found["Pat", Duty.YEARLY].standing.due_on == date(2027, 3, 5)
    assert found["Una", Duty.YEARLY].standing.status is Status.LATE
    assert found["Nia", Duty.FIRST].standing.status is Status.LATE
    assert found["Nia", Duty.SECOND].standing.status is Status.DUE


def test_only_what_was_handed_in_and_stands_counts(place: SimpleNamespace) -> None:
    make_row(place.service, place.type)
    pat = someone(Role.PRACTITIONER, "Pat", team=place.north)
    audit = seen(place, pat, date(2026, 3, 5))
    for change in ({"state": State.CANCELLED}, {"submitted_at": None, "state": State.IN_PROGRESS}):
        kept = {name: getattr(audit, name) for name in change}
        Audit.objects.filter(pk=audit.pk).update(**change)
        assert listed(place)["Pat", Duty.YEARLY].standing.status is Status.LATE
        Audit.objects.filter(pk=audit.pk).update(**kept)
    assert listed(place)["Pat", Duty.YEARLY].standing.status is Status.IN_TIME
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    assert listed(place)["Pat", Duty.YEARLY].standing.status is Status.LATE


def test_who_moved_keeps_what_was_observed_elsewhere(place: SimpleNamespace) -> None:
    make_row(place.service, place.type)
    elsewhere = TeamFactory.create()
    pat = someone(Role.PRACTITIONER, "Pat", team=elsewhere, since=date(2024, 1, 1), until=date(2026, 10, 31))
    PostFactory.create(person=pat, role=Role.PRACTITIONER, team=place.north, starts_on=date(2026, 11, 1))
    make_audit(elsewhere, place.auditor, place.type, submitted=date(2026, 6, 1), case_holder=pat)
    found = listed(place)
    assert set(found) == {("Pat", Duty.YEARLY)}
    assert found["Pat", Duty.YEARLY].joined_on == date(2024, 1, 1)
    assert found["Pat", Duty.YEARLY].standing.status is Status.IN_TIME
    # The head of the service they left has them no longer.
    former = someone(Role.SERVICE_MANAGER, "Eli", service=elsewhere.service)
    assert listed(place, former) == {}


def test_two_posts_are_one_person(place: SimpleNamespace) -> None:
    make_row(None, place.type)
    pat = someone(Role.PRACTITIONER, "Pat", team=place.north)
    other = TeamFactory.create(name="South", service=place.service)
    PostFactory.create(person=pat, role=Role.PRACTITIONER, team=other, starts_on=date(2026, 9, 1))
    found, _ = observations(place.officer, DAY)
    assert [(one.name, one.teams) for one in found] == [("Pat", "North, South")]
    narrowed, _ = observations(place.officer, DAY, team=other.pk)
    assert [one.teams for one in narrowed] == ["South"]


def test_chairs_owe_their_yearly_audit_where_the_schedule_has_them(place: SimpleNamespace) -> None:
    chairs = observed_practice(moderated=True)
    reviewing = TeamFactory.create(name="IRO", service=ServiceFactory.create(name="IRO", agency=place.service.agency))
    make_row(reviewing.service, chairs)
    make_row(place.service, place.type)
    ira = someone(Role.PRACTITIONER, "Ira", team=reviewing)
    someone(Role.PRACTITIONER, "Pat", team=place.north)
    make_audit(reviewing, place.auditor, chairs, submitted=date(2026, 5, 1), case_holder=ira)
    found = listed(place)
    assert set(found) == {("Ira", Duty.CHAIR), ("Pat", Duty.YEARLY)}
    assert found["Ira", Duty.CHAIR].standing.due_on == date(2027, 5, 1)


def test_a_type_that_changes_what_it_is_about_is_no_observation_any_more(place: SimpleNamespace) -> None:
    make_row(place.service, place.type)
    AuditType.objects.filter(pk=place.type.pk).update(about=About.RECORD)
    someone(Role.PRACTITIONER, "Pat", team=place.north)
    assert listed(place) == {}
