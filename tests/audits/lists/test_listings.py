"""A child on several lists at once, and what each list changes of the case."""

from datetime import date

import pytest
from django.utils import timezone

from audits.models import Case, LegalStatus, ListChange, Listing, ListKind, ListSource
from audits.workflow.cases import choose_columns, import_pending, pending_of, waits_for_columns
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from tests.audits.factories import CaseFactory
from tests.audits.lists.setting import CIN, CONTACTS, CP, bring_in, case, changes, make_officer, team, upload
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
ON_PLAN = CP + "SYN-1,AB,7,East,Ade Okoro,02/03/2026,Neglect,\n"
IN_NEED = CIN + "SYN-1,AB,7,West,Bo Brown,05/01/2026,\n"


@pytest.fixture
def officer() -> User:
    return make_officer()


def stays() -> list[tuple[str, date | None, date | None, str]]:
    return [(one.status, one.started_on, one.ended_on, one.detail) for one in Listing.objects.order_by("status", "pk")]


def everything() -> list[dict[str, object]]:
    """The stored cases, but for the import that named each last."""
    return [
        {name: value for name, value in one.items() if name != "listed_in_id"}
        for one in Case.objects.order_by("pk").values()
    ]


def test_it_works(officer: User) -> None:
    listed = bring_in(officer, "cp", ON_PLAN)
    assert (listed.kind, listed.list_source) == ("cp", ListSource.objects.get())
    assert stays() == [("cp", date(2026, 3, 2), None, "Neglect")]
    assert Listing.objects.get().seen_in == listed
    assert changes(listed) == [("new", [])]


def test_a_list_of_children_in_need_does_not_pull_a_child_on_a_plan_down(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN)
    listed = bring_in(officer, "cin", IN_NEED)
    one = case()
    assert (one.legal_status, one.team.name, one.case_holder_name) == (LegalStatus.CP, "East", "Ade Okoro")
    # Open since it was in need, which is on record beside the plan.
    assert one.opened_on == date(2026, 1, 5)
    assert stays() == [("cin", date(2026, 1, 5), None, ""), ("cp", date(2026, 3, 2), None, "Neglect")]
    assert changes(listed) == [("changed", ["opened_on", "lists"])]


def test_a_plan_lifts_a_child_in_need(officer: User) -> None:
    bring_in(officer, "cin", IN_NEED)
    listed = bring_in(officer, "cp", ON_PLAN)
    assert (case().legal_status, case().team.name) == (LegalStatus.CP, "East")
    assert changes(listed) == [("moved", ["legal_status", "team", "case_holder"])]


def test_when_the_plan_ends_the_child_is_in_need_again_and_the_case_stays_open(officer: User) -> None:
    bring_in(officer, "cin", IN_NEED)
    bring_in(officer, "cp", ON_PLAN)
    listed = bring_in(officer, "cp", ON_PLAN.replace("Neglect,", "Neglect,02/11/2026"))
    assert (case().legal_status, case().closed_on) == (LegalStatus.CIN, None)
    assert changes(listed) == [("changed", ["legal_status", "dates"])]
    listed = bring_in(officer, "cin", IN_NEED.replace("05/01/2026,", "05/01/2026,09/11/2026"))
    assert (case().legal_status, case().closed_on) == (LegalStatus.CIN, date(2026, 11, 9))
    assert [change for change, _ in changes(listed)] == ["closed"]
    listed = bring_in(officer, "cp", ON_PLAN)
    assert (case().legal_status, case().closed_on) == (LegalStatus.CP, None)
    assert [change for change, _ in changes(listed)] == ["reopened"]


def test_children_no_longer_listed_are_closed_only_on_that_list(officer: User) -> None:
    both = "SYN-2,CD,9,East,,02/03/2026,Neglect,\n"
    bring_in(officer, "cp", ON_PLAN + both)
    bring_in(officer, "cin", CIN + "SYN-2,CD,9,East,,05/01/2026,\n")
    plan, _ = upload(officer, "cp", CP + "SYN-3,EF,9,East,,02/03/2026,Neglect,\n", close_missing=True)
    assert sorted(one.change for one in plan.differences) == ["changed", "closed", "new"]
    assert [one.identifier for one in plan.missing] == ["SYN-1"]
    listed = import_pending(by=officer)
    assert (case("SYN-1").closed_on, case("SYN-2").closed_on) == (timezone.localdate(), None)
    assert case("SYN-2").legal_status == LegalStatus.CIN
    assert (listed.new, listed.closed, listed.changed) == (1, 1, 1)


def test_importing_again_changes_nothing_and_is_on_record(officer: User) -> None:
    for kind, text, more in (
        ("cin", IN_NEED, {}),
        ("cp", ON_PLAN, {"close_missing": True}),
        ("contacts", CONTACTS + "SYN-1,7,02/11/2026,School\nSYN-9,3,03/11/2026,Police\n", {"team": team("West")}),
    ):
        bring_in(officer, kind, text, **more)
    before = (everything(), stays(), ListChange.objects.count())
    for kind, text, more in (
        ("cin", IN_NEED, {}),
        ("cp", ON_PLAN, {"close_missing": True}),
        ("contacts", CONTACTS + "SYN-1,7,02/11/2026,School\nSYN-9,3,03/11/2026,Police\n", {"team": team("West")}),
    ):
        listed = bring_in(officer, kind, text, **more)
        assert (changes(listed), listed.rows > 0) == ([], True)
    assert (everything(), stays(), ListChange.objects.count()) == before
    # What named the child last is known all the same: it says how long the case is kept.
    assert case("SYN-9").listed_in == listed


@pytest.mark.parametrize(
    ("in_need_until", "on_plan_until", "where"),
    [
        ("", "", "East"),
        ("", "01/04/2026", "West"),
        ("01/04/2026", "", "East"),
        ("01/04/2026", "01/05/2026", "East"),
        ("01/05/2026", "01/04/2026", "West"),
        ("01/05/2026", "01/05/2026", "East"),
    ],
)
@pytest.mark.parametrize("order", [("cin", "cp"), ("cp", "cin")])
def test_the_order_of_lists_decides_nothing(
    officer: User, order: tuple[str, str], in_need_until: str, on_plan_until: str, where: str
) -> None:
    texts = {
        "cin": f"{CIN}SYN-1,AB,7,West,Bo Brown,05/01/2026,{in_need_until}\n",
        "cp": f"{CP}SYN-1,AB,7,East,Ade Okoro,02/03/2026,Neglect,{on_plan_until}\n",
    }
    for kind in order:
        bring_in(officer, kind, texts[kind])
    worker = {"East": "Ade Okoro", "West": "Bo Brown"}[where]
    assert (case().team.name, case().case_holder_name) == (where, worker)
    # The same lists once more change nothing, closed or not.
    assert [changes(bring_in(officer, kind, texts[kind])) for kind in order] == [[], []]


def test_contacts_belong_to_the_team_that_was_chosen_and_are_the_least_of_statuses(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN)
    listed = bring_in(
        officer, "contacts", CONTACTS + "SYN-1,,02/11/2026,School\nSYN-9,3,03/11/2026,Police\n",
        team=team("First Response"),
    )  # fmt: skip
    assert (case().legal_status, case().team.name, case().case_holder_name) == (LegalStatus.CP, "East", "Ade Okoro")
    assert (case("SYN-9").legal_status, case("SYN-9").team.name) == (LegalStatus.CONTACT, "First Response")
    assert sorted(changes(listed)) == [("changed", ["lists"]), ("new", [])]


def test_a_list_of_contacts_asks_for_their_team(officer: User) -> None:
    with pytest.raises(Refused, match="Choose the team that the contacts belong to"):
        upload(officer, "contacts", CONTACTS + "SYN-1,7,02/11/2026,School\n")
    with pytest.raises(NotAllowed, match="outside your service"):
        upload(officer, "contacts", CONTACTS + "SYN-1,7,02/11/2026,School\n", team=TeamFactory.create())


def test_several_contacts_of_a_child_are_one_and_it_is_said_so(officer: User) -> None:
    text = CONTACTS + "SYN-1,7,02/11/2026,School\nSYN-1,7,09/11/2026,Police\n"
    plan, pending = upload(officer, "contacts", text, team=team("West"))
    assert pending is not None
    assert (plan.merged, len(plan.new)) == (1, 1)
    import_pending(by=officer)
    assert stays() == [("contact", date(2026, 11, 9), None, "Police")]


def test_a_contact_about_a_case_of_another_service_leaves_it_as_it_is(officer: User) -> None:
    there = CaseFactory.create(identifier="SYN-1")
    plan, _ = upload(officer, "contacts", CONTACTS + "SYN-1,7,02/11/2026,School\n", team=team("West"))
    assert (plan.left_alone, plan.differences, plan.faults) == (1, [], [])
    import_pending(by=officer)
    assert not Listing.objects.filter(case=there).exists()


def test_a_child_who_moves_in_the_middle_of_a_cycle_is_told_as_moved(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN)
    listed = bring_in(officer, "cp", ON_PLAN.replace("East,Ade Okoro", "West,Bo Brown"))
    assert changes(listed) == [("moved", ["team", "case_holder"])]
    assert (listed.moved, listed.changed) == (1, 0)


def test_a_case_made_before_there_were_listings_keeps_its_own_beside_the_new_one(officer: User) -> None:
    CaseFactory.create(identifier="SYN-1", team=team("East"), legal_status=LegalStatus.CIN, opened_on=date(2026, 1, 5))
    bring_in(officer, "cp", ON_PLAN)
    assert [status for status, *_ in stays()] == ["cin", "cp"]
    bring_in(officer, "cp", ON_PLAN.replace("Neglect,", "Neglect,02/11/2026"))
    assert (case().legal_status, case().closed_on) == (LegalStatus.CIN, None)


def test_a_mixed_list_says_the_one_status_of_a_child(officer: User) -> None:
    mixed = "ChildUniqueID,AllocatedTeam,CaseStatus\n"
    bring_in(officer, "mixed", mixed + "SYN-1,East,CP\n")
    bring_in(officer, "mixed", mixed + "SYN-1,East,CIN\n")
    assert case().legal_status == LegalStatus.CIN
    assert [(status, ended is None) for status, _, ended, _ in stays()] == [("cin", True), ("cp", False)]


def test_workers_who_are_not_known_here_are_named(officer: User) -> None:
    plan, _ = upload(officer, "cp", ON_PLAN)
    assert (plan.unknown_workers, plan.faults) == ({"Ade Okoro"}, [])


# Columns that are remembered


def test_columns_are_remembered_from_one_list_to_the_next(officer: User) -> None:
    odd = "Ref;Where;Who;Since\nSYN-1;East;Ade Okoro;02/03/2026\n"
    plan, pending = upload(officer, "cp", odd)
    assert pending is not None
    assert waits_for_columns(pending)
    assert not plan.differences
    mapping = {"identifier": ["Ref"], "team": ["Where"], "holder": ["Who"], "opened": ["Since"], "closed": []}
    choose_columns(mapping, by=officer)
    import_pending(by=officer)
    assert case().opened_on == date(2026, 3, 2)
    # The next one asks nothing, however its headings are spelt.
    plan, pending = upload(officer, "cp", odd.replace("Ref;Where", "REF;where").replace("SYN-1", "SYN-2"))
    assert len(plan.new) == 1
    assert pending is not None
    assert not waits_for_columns(pending)


def test_a_heading_that_has_vanished_is_asked_for_and_nothing_is_lost(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN)
    remembered = ListSource.objects.get().mapping
    _, pending = upload(officer, "cp", ON_PLAN.replace("AllocatedWorker", "Colleague"))
    assert pending is not None
    assert [tuple(one) for one in pending.rows["vanished"]] == [("holder", "AllocatedWorker")]
    assert ListSource.objects.get().mapping == remembered
    with pytest.raises(Stale, match="Say first which column"):
        import_pending(by=officer)
    plan, _ = choose_columns({**remembered, "holder": ["Colleague"]}, by=officer)
    assert plan.unchanged == 1
    import_pending(by=officer)
    assert ListSource.objects.get().mapping["holder"] == ["Colleague"]


def test_a_list_without_workers_takes_none_away(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN)
    plan, _ = upload(officer, "cp", "ChildUniqueID,AllocatedTeam\nSYN-1,East\n", source="Another system")
    assert (plan.unchanged, plan.differences) == (1, [])


def test_with_bad_rows_the_columns_go_on_waiting(officer: User) -> None:
    upload(officer, "cp", "Ref,Where\nSYN-1,Nowhere\n")
    plan, pending = choose_columns({"identifier": ["Ref"], "team": ["Where"]}, by=officer)
    assert pending is None
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "Where")]
    waiting = pending_of(officer)
    assert waiting is not None
    assert waits_for_columns(waiting)


def test_a_source_of_another_kind_is_not_overwritten(officer: User) -> None:
    bring_in(officer, "cp", ON_PLAN, source="List 7")
    with pytest.raises(Refused, match="called “List 7” already, of another kind: Child protection plans"):
        upload(officer, "cin", IN_NEED, source="list  7")
    assert ListSource.objects.get().kind == ListKind.CHILD_PROTECTION


def test_columns_are_chosen_once(officer: User) -> None:
    upload(officer, "cp", ON_PLAN)
    with pytest.raises(Stale, match="read already"):
        choose_columns({"identifier": ["ChildUniqueID"]}, by=officer)
