"""The pages of the four lenses."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.models import Work, WorkKind, WorkState
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Evidence, EvidenceKind, Lens
from scorecard.workflow.lenses import Told, add_evidence, change_evidence, remove_evidence
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_indicator, make_priority, somebody

pytestmark = pytest.mark.django_db
SAID = {
    "kind": "parents",
    "lens": "citizen",
    "title": "Survey of parents",
    "summary": "Parents know where to ask for help.",
    "dated_on_0": "1",
    "dated_on_1": "6",
    "dated_on_2": "2026",
}


def told(**changes: object) -> Told:
    said = {
        "priority": make_priority(),
        "lens": Lens.CITIZEN,
        "kind": EvidenceKind.PARENTS,
        "title": "Survey",
        "summary": "What parents say.",
        "dated_on": date(2026, 6, 1),
        "counts_until": date(2027, 5, 31),
    }
    return Told(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def manager() -> User:
    return somebody(Role.QA_MANAGER)


def test_it_works(client: Client, manager: User) -> None:
    client.force_login(manager)
    priority = make_priority()
    response = client.post(reverse("lenses:add"), {**SAID, "priority": priority.pk})
    assert response.status_code == 302
    one = Evidence.objects.get()
    assert (one.title, one.counts_until) == ("Survey of parents", date(2027, 5, 31))
    page = client.get(reverse("lenses:matrix")).content.decode()
    assert "Survey of parents" in page
    assert "<strong>3</strong> gaps" in page
    assert "Resting on one lens alone: Neglect" in page


def test_evidence_that_is_sent_twice_stands_once(client: Client, manager: User) -> None:
    client.force_login(manager)
    said = {**SAID, "priority": make_priority().pk}
    for sent in (said, said, {**said, "summary": "Parents do not know where to ask."}):
        assert client.post(reverse("lenses:add"), sent).status_code == 302
    assert Evidence.objects.count() == 2
    assert Entry.objects.filter(verb="evidence.added").count() == 2


def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(client: Client, manager: User) -> None:
    client.force_login(manager)
    response = client.post(reverse("lenses:add"), {**SAID, "title": "", "dated_on_2": "2096"})
    page = response.content.decode()
    assert response.status_code == 422
    for sentence in ("Choose the priority", "Enter a title", "cannot be in the future", "Parents know where to ask"):
        assert sentence in page
    assert not Evidence.objects.exists()


def test_a_change_that_came_too_late_keeps_what_was_typed(client: Client, manager: User) -> None:
    client.force_login(manager)
    one = add_evidence(told(), by=manager)
    change_evidence(one, told(summary="Said meanwhile."), seen_revision=0, by=manager)
    form = {**SAID, "priority": one.priority_id, "revision": "0"}
    response = client.post(reverse("lenses:change", args=[one.pk]), form)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Said meanwhile." in page
    assert SAID["summary"] in page
    one.refresh_from_db()
    assert one.summary == "Said meanwhile."
    form["revision"] = "1"
    assert client.post(reverse("lenses:change", args=[one.pk]), form).status_code == 302
    one.refresh_from_db()
    assert one.summary == SAID["summary"]


def test_a_change_keeps_the_work_it_was_linked_to_though_that_was_withdrawn(client: Client, manager: User) -> None:
    client.force_login(manager)
    work = Work.objects.create(
        reference="AUD-2026-00001", title="Neglect", kind=WorkKind.THEMATIC, year=2026, quarter=2, lead=manager,
        proposed_by=manager, fieldwork_from=date(2026, 7, 6), fieldwork_until=date(2026, 7, 31),
    )  # fmt: skip
    one = add_evidence(told(work=work), by=manager)
    Work.objects.filter(pk=work.pk).update(state=WorkState.WITHDRAWN)
    page = client.get(reverse("lenses:change", args=[one.pk]))
    form = {**SAID, "priority": one.priority_id, "revision": "0", "work": work.pk}
    assert f'<option value="{work.pk}" selected>' in page.content.decode()
    assert client.post(reverse("lenses:change", args=[one.pk]), form).status_code == 302
    one.refresh_from_db()
    assert (one.summary, one.work) == (SAID["summary"], work)


def test_taking_out_asks_why_and_keeps_the_row(client: Client, manager: User) -> None:
    client.force_login(manager)
    one = add_evidence(told(dated_on=timezone.localdate(), counts_until=timezone.localdate()), by=manager)
    path = reverse("lenses:remove", args=[one.pk])
    assert client.get(path).status_code == 200
    assert client.post(path, {"why": " "}).status_code == 422
    assert client.post(path, {"why": "Withdrawn by its authors"}).status_code == 302
    one.refresh_from_db()
    assert one.removed_by == manager
    assert "is taken out of the matrix" in client.get(reverse("lenses:matrix")).content.decode()
    assert "Survey" not in client.get(reverse("lenses:matrix")).content.decode()
    assert "Withdrawn by its authors" in client.get(reverse("lenses:evidence", args=[one.pk])).content.decode()


def test_twice_and_stale_acts_are_refused_and_change_nothing(manager: User) -> None:
    one = add_evidence(told(), by=manager)
    with pytest.raises(Stale):
        change_evidence(one, told(), seen_revision=7, by=manager)
    remove_evidence(one, why="Wrong", by=manager)
    with pytest.raises(Stale):
        remove_evidence(one, why="Again", by=manager)
    with pytest.raises(Stale):
        change_evidence(one, told(), seen_revision=0, by=manager)
    with pytest.raises(Refused, match="cannot be before"):
        add_evidence(told(counts_until=date(2026, 5, 1)), by=manager)
    assert Entry.objects.filter(verb__startswith="evidence.").count() == 2


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER, Role.AGENCY_LEAD])
def test_readers_keep_nothing(role: Role) -> None:
    with pytest.raises(NotAllowed):
        add_evidence(told(), by=somebody(role))


def test_nothing_written_about_a_source_is_in_the_trail(manager: User) -> None:
    add_evidence(told(title="Words of a title", summary="Words of a summary"), by=manager)
    entry = Entry.objects.get(verb="evidence.added")
    assert "Words" not in str(entry.__dict__)


def test_the_number_of_queries_does_not_grow(
    client: Client, manager: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(manager)
    for number in range(12):
        priority = make_priority(f"Priority {number}")
        make_indicator(priority=priority)
        add_evidence(told(priority=priority), by=manager)
    client.get(reverse("lenses:matrix"))
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert client.get(reverse("lenses:matrix")).status_code == 200


def test_a_piece_of_work_is_named_to_those_who_know_of_it(client: Client, manager: User) -> None:
    work = Work.objects.create(
        reference="PROG-2026-00001",
        kind=WorkKind.THEMATIC,
        title="Neglect before school",
        year=2026,
        quarter=1,
        lead=manager,
        proposed_by=manager,
        fieldwork_from=date(2026, 5, 1),
        fieldwork_until=date(2026, 5, 29),
    )
    one = add_evidence(told(work=work), by=manager)
    path = reverse("lenses:evidence", args=[one.pk])
    for person, named in ((manager, True), (somebody(Role.AGENCY_LEAD, agency=AgencyFactory.create()), False)):
        client.force_login(person)
        assert ("Neglect before school" in client.get(path).content.decode()) is named
