"""Importing a list of open cases: a dry run that changes nothing, then all of it or none."""

from datetime import date, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from audits.access import cases_visible_to
from audits.models import Case, CaseList, LegalStatus, PendingImport
from audits.workflow.cases import Plan, discard_pending, import_pending, look_over, pending_of
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Team, User
from qaf.people.roles import Role
from qaf.tables import UnreadableFile
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits.factories import CaseFactory
from tests.factories import PostFactory, ServiceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
HEAD = "Child Unique ID,Initials,Age,Case Status,Allocated Team,Allocated Worker,Start date,Closure date\n"
TWO = HEAD + "SYN-1,AB,7,CP,East,Ade Okoro,02/03/2026,\nSYN-2,CD,4,CIN,East,,,\n"


@pytest.fixture
def officer() -> User:
    """The QA officer of a service with the teams East and West."""
    service = ServiceFactory.create(name="Area Social Care")
    for name in ("East", "West"):
        TeamFactory.create(service=service, name=name, code=name.lower())
    return PostFactory.create(role=Role.QA_OFFICER, service=service).person


def upload(officer: User, text: str, **more: object) -> Plan:
    said: dict[str, object] = {"name": "list.csv", "source": "Open cases", "by": officer, **more}
    plan, _ = look_over(BytesIO(text.encode()), **said)  # type: ignore[arg-type]
    return plan


def bring_in(officer: User, text: str, **more: object) -> CaseList:
    plan = upload(officer, text, **more)
    assert plan.faults == []
    return import_pending(by=officer)


def counts(plan: Plan) -> tuple[int, int, int, int, int]:
    return len(plan.new), len(plan.changed), len(plan.closed), len(plan.missing), plan.unchanged


def test_it_works(officer: User) -> None:
    listed = bring_in(officer, TWO)
    assert (listed.rows, listed.new, listed.changed, listed.closed) == (2, 2, 0, 0)
    case = Case.objects.with_identifier("SYN-1").get()
    assert (case.identifier, case.initials, case.age) == ("SYN-1", "AB", 7)
    assert (case.legal_status, case.team.name, case.case_holder_name) == (LegalStatus.CP, "East", "Ade Okoro")
    assert (case.opened_on, case.closed_on, case.listed_in) == (date(2026, 3, 2), None, listed)


def test_the_dry_run_changes_nothing(officer: User) -> None:
    assert counts(upload(officer, TWO)) == (2, 0, 0, 0, 0)
    assert not Case.objects.exists()
    assert not CaseList.objects.exists()


def test_importing_the_same_list_again_changes_nothing(officer: User) -> None:
    bring_in(officer, TWO)
    assert counts(upload(officer, TWO)) == (0, 0, 0, 0, 2)
    listed = import_pending(by=officer)
    assert (listed.new, listed.changed, listed.closed) == (0, 0, 0)
    assert Case.objects.count() == 2


def test_what_changed_is_changed(officer: User) -> None:
    bring_in(officer, TWO)
    plan = upload(officer, TWO.replace("4,CIN,East", "5,CP,West"))
    assert (counts(plan), len(plan.moved)) == ((0, 0, 0, 0, 1), 1)
    import_pending(by=officer)
    case = Case.objects.with_identifier("SYN-2").get()
    assert (case.age, case.legal_status, case.team.name) == (5, LegalStatus.CP, "West")


def test_a_list_without_initials_or_age_takes_none_away(officer: User) -> None:
    bring_in(officer, TWO)
    short = "ChildUniqueID,CaseStatus,AllocatedTeam,AllocatedWorker\nSYN-1,CP,East,Ade Okoro\n"
    plan = upload(officer, short, source="Another system")
    assert counts(plan) == (0, 0, 0, 0, 1)


def test_a_closure_date_in_the_list_closes_the_case_and_its_absence_opens_it_again(officer: User) -> None:
    bring_in(officer, TWO)
    plan = upload(officer, TWO.replace("02/03/2026,", "02/03/2026,01/10/2026"))
    assert counts(plan) == (0, 0, 1, 0, 1)
    import_pending(by=officer)
    assert Case.objects.with_identifier("SYN-1").get().closed_on == date(2026, 10, 1)
    bring_in(officer, TWO)
    assert Case.objects.with_identifier("SYN-1").get().closed_on is None


def test_cases_no_longer_in_the_list_are_closed_only_when_asked_and_only_of_its_teams_and_statuses(
    officer: User,
) -> None:
    bring_in(officer, TWO + "SYN-3,EF,9,CP,East,,,\nSYN-4,GH,9,CP,West,,,\n")
    one = HEAD + "SYN-1,AB,7,CP,East,Ade Okoro,02/03/2026,\n"
    assert counts(upload(officer, one)) == (0, 0, 0, 0, 1)
    plan = upload(officer, one, close_missing=True)
    assert [case.identifier for case in plan.missing] == ["SYN-3"]
    import_pending(by=officer)
    # SYN-2 has another status, SYN-4 another team: this list says nothing about them.
    assert {case.identifier for case in Case.objects.filter(closed_on=None)} == {"SYN-1", "SYN-2", "SYN-4"}
    assert Case.objects.with_identifier("SYN-3").get().closed_on == timezone.localdate()


def test_one_bad_row_keeps_the_whole_list_out(officer: User) -> None:
    plan = upload(officer, TWO + "SYN-3,EF,9,CP,Nowhere,,31/02/2026,\n")
    assert [(fault.row, fault.column, fault.reason) for fault in plan.faults] == [
        (4, "Start date", "This is no date. Write it like 24/11/2026, or leave it empty."),
    ]
    assert pending_of(officer) is None
    with pytest.raises(Stale):
        import_pending(by=officer)
    assert not Case.objects.exists()


def test_an_unknown_team_is_named_with_what_to_do(officer: User) -> None:
    (fault,) = upload(officer, TWO.replace("CIN,East", "CIN,Eest")).faults
    assert (fault.row, fault.column) == (3, "Allocated Team")
    assert fault.reason.startswith("There is no team called “Eest”. Write a team's name or code")


def test_a_team_is_found_by_its_code_too(officer: User) -> None:
    bring_in(officer, TWO.replace("CIN,East", "CIN,WEST"))
    assert Case.objects.with_identifier("SYN-2").get().team.name == "West"


def test_a_team_of_another_service_is_refused(officer: User) -> None:
    TeamFactory.create(name="Far away")
    (fault,) = upload(officer, TWO.replace("CIN,East", "CIN,Far away")).faults
    assert fault.reason == "The team “Far away” is outside your service. Leave its cases to its own QA officer."


def test_a_child_of_another_service_is_not_moved_into_ones_own(officer: User) -> None:
    before = CaseFactory.create(identifier="SYN-2")
    (fault,) = upload(officer, TWO).faults
    assert "listed with a team outside your service" in fault.reason
    assert Case.objects.get(pk=before.pk).team == before.team


def test_the_case_holder_is_known_by_name_or_address(officer: User) -> None:
    ade, bo = UserFactory.create(name="Ade Okoro"), UserFactory.create(name="Bo", email="bo@example.org")
    PostFactory.create(person=ade, role=Role.PRACTITIONER, team=cases_team(officer, "East"))
    bring_in(officer, TWO.replace("East,,", "East,BO@example.org,"))
    assert Case.objects.with_identifier("SYN-1").get().case_holder == ade
    assert Case.objects.with_identifier("SYN-2").get().case_holder == bo


def test_a_namesake_elsewhere_is_not_the_case_holder(officer: User) -> None:
    PostFactory.create(person=UserFactory.create(name="Ade Okoro"), role=Role.PRACTITIONER, team=TeamFactory.create())
    bring_in(officer, TWO)
    case = Case.objects.with_identifier("SYN-1").get()
    assert (case.case_holder, case.case_holder_name) == (None, "Ade Okoro")


def test_two_people_of_one_name_are_told_apart_by_team_or_refused(officer: User) -> None:
    near, _ = UserFactory.create(name="Ade Okoro"), UserFactory.create(name="Ade Okoro")
    (fault,) = upload(officer, TWO).faults
    assert fault.reason == "2 people are called “Ade Okoro”. Write the e-mail address instead."
    PostFactory.create(person=near, role=Role.PRACTITIONER, team=cases_team(officer, "East"))
    bring_in(officer, TWO)
    assert Case.objects.with_identifier("SYN-1").get().case_holder == near


def cases_team(officer: User, name: str) -> Team:
    return Team.objects.get(service=officer.posts.get().service, name=name)


def test_a_list_waits_an_hour_and_is_then_gone(officer: User) -> None:
    upload(officer, TWO)
    PendingImport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert pending_of(officer) is None
    with pytest.raises(Stale):
        import_pending(by=officer)
    upload(officer, TWO)
    assert PendingImport.objects.count() == 1


def test_a_list_is_imported_once(officer: User) -> None:
    bring_in(officer, TWO)
    with pytest.raises(Stale):
        import_pending(by=officer)
    assert CaseList.objects.count() == 1


def test_a_list_that_no_longer_fits_is_refused_whole(officer: User) -> None:
    upload(officer, TWO)
    team = cases_team(officer, "East")
    team.name, team.code = "North", "north"
    team.save()
    with pytest.raises(Stale, match="row 2"):
        import_pending(by=officer)
    assert not Case.objects.exists()


def test_nobody_imports_what_another_person_uploaded(officer: User) -> None:
    upload(officer, TWO)
    other = PostFactory.create(role=Role.QA_MANAGER).person
    assert pending_of(other) is None
    with pytest.raises(Stale):
        import_pending(by=other)


def test_a_list_can_be_thrown_away(officer: User) -> None:
    upload(officer, TWO)
    discard_pending(by=officer)
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.QA_OFFICER, Role.QA_MANAGER)])
def test_no_other_role_imports_or_sees_cases(role: Role) -> None:
    person = PostFactory.create(role=role).person
    CaseFactory.create()
    with pytest.raises(NotAllowed):
        upload(person, TWO)
    with pytest.raises(NotAllowed):
        import_pending(by=person)
    assert not cases_visible_to(person).exists()


def test_cases_are_seen_in_the_scope_of_the_post(officer: User) -> None:
    own = CaseFactory.create(team=cases_team(officer, "East"))
    CaseFactory.create()
    assert list(cases_visible_to(officer)) == [own]


def test_what_waits_and_what_is_kept_is_encrypted(officer: User) -> None:
    upload(officer, TWO)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rows FROM audits_pendingimport")
        assert "SYN-1" not in str(cursor.fetchall())
        import_pending(by=officer)
        cursor.execute("SELECT * FROM audits_case")
        assert "SYN-1" not in str(cursor.fetchall())


def test_the_trail_tells_of_the_import_without_naming_a_child(officer: User) -> None:
    listed = bring_in(officer, TWO)
    entry = Entry.objects.about(listed).get()
    assert (entry.verb, entry.actor, entry.details) == (
        "cases.imported", officer, {"rows": 2, "new": 2, "changed": 0, "moved": 0, "closed": 0, "reopened": 0},
    )  # fmt: skip
    assert list(verify()) == []


def test_a_file_that_is_no_table_is_refused_in_words(officer: User) -> None:
    with pytest.raises(UnreadableFile, match="neither a CSV nor an XLSX"):
        look_over(BytesIO(b"%PDF-1.7"), name="list.pdf", source="x", by=officer)


def test_a_list_with_headings_alone_is_refused(officer: User) -> None:
    with pytest.raises(Refused, match="headings but no cases"):
        upload(officer, HEAD)


@pytest.mark.parametrize("rows", [1, 200])
def test_looking_over_and_importing_take_the_same_number_of_queries_for_any_list(
    officer: User, rows: int, django_assert_max_num_queries: object
) -> None:
    text = HEAD + "".join(f"SYN-{n},AB,7,CP,East,,,\n" for n in range(rows))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        upload(officer, text)
    with django_assert_max_num_queries(27):  # type: ignore[operator]
        import_pending(by=officer)


@pytest.mark.django_db(transaction=True)
def test_two_people_importing_the_same_new_children_at_once_get_one_winner(officer: User) -> None:
    """Both have looked the list over; the second's rows are written between the first's comparison and its writing."""
    other = PostFactory.create(role=Role.QA_MANAGER).person
    upload(officer, TWO)
    upload(other, TWO)
    outcomes: list[object] = []
    start = Barrier(2)

    def bring_in_now(who: User) -> None:
        try:
            start.wait(timeout=10)
            outcomes.append(import_pending(by=who))
        except Stale as stale:
            outcomes.append(stale)
        finally:
            connection.close()

    threads = [Thread(target=bring_in_now, args=(who,)) for who in (officer, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(outcomes) == 2
    # Either the second saw what the first had written, or it was told that it came too late.
    for outcome in outcomes:
        assert isinstance(outcome, CaseList) or "at this moment" in str(outcome)
    assert Case.objects.count() == 2
    assert CaseList.objects.filter(new=2).count() == 1
