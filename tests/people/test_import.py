"""Bringing in people from a list: a look first, then all of it or nothing."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import OutboxEmail
from qaf.notices.sending import send_outbox
from qaf.people.models import PeopleImport, Post, User
from qaf.people.workflow import apply_import, prepare_import, preview
from qaf.tables import UnreadableFile
from qaf.trail.models import Entry
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory

pytestmark = pytest.mark.django_db

Person = Callable[..., User]
ClientFor = Callable[[User], Client]
HEAD = "name,email,role,agency,service,team,starts_on,ends_on\n"


@pytest.fixture(autouse=True)
def on_24_november_2026() -> Iterator[None]:
    with time_machine.travel(date(2026, 11, 24)):
        yield


@pytest.fixture
def admin(person: Person) -> User:
    return person("admin", email="admin@example.org", name="Ad Min")


@pytest.fixture
def places() -> None:
    council = AgencyFactory.create(name="Council", code="council")
    care = ServiceFactory.create(agency=council, name="Through Care", code="through-care")
    TeamFactory.create(service=care, name="Team One", code="tc-one")
    other = ServiceFactory.create(agency=council, name="First Response", code="first-response")
    TeamFactory.create(service=other, name="Team One", code="fr-one")
    TeamFactory.create(service=other, name="Team Two", code="fr-two")


def draft_of(text: str, admin: User, head: str = HEAD) -> PeopleImport:
    return prepare_import(io.BytesIO((head + text).encode()), "people.csv", by=admin)


def bad_of(text: str, admin: User, head: str = HEAD) -> list[tuple[int, str, str]]:
    rows = preview(draft_of(text, admin, head)).of("bad")
    return [(row.number, problem.column, problem.reason) for row in rows for problem in row.problems]


def applied(text: str, admin: User) -> dict[str, int]:
    draft = draft_of(text, admin)
    return dict(apply_import(draft, seen=preview(draft).mark, by=admin).counts)


LIST = (
    "Ann Reed,Ann@Example.org,Auditor,,,Team Two,24/11/2026,\n"
    "Ann Reed,ann@example.org,moderator,Council,Through Care,,24 November 2026,2027-03-31\n"
    "Bo Lane,bo@example.org,QA officer,,,,,\n"
)


def test_it_works(admin: User, places: None) -> None:
    draft = draft_of(LIST, admin)
    assert preview(draft).counts == {"new": 3, "changed": 0, "unchanged": 0, "bad": 0}
    assert User.objects.count() == 1

    apply_import(draft, seen=preview(draft).mark, by=admin)

    today = timezone.localdate()
    posts = Post.objects.exclude(person=admin).order_by("pk")
    assert [(p.person.email, p.role, p.scope_name, p.starts_on, p.ends_on) for p in posts] == [
        ("ann@example.org", "auditor", "Team Two", date(2026, 11, 24), None),
        ("ann@example.org", "moderator", "Through Care", date(2026, 11, 24), date(2027, 3, 31)),
        ("bo@example.org", "qa_officer", "everything", today, None),
    ]
    assert not User.objects.get(email="ann@example.org").has_usable_password()
    assert list(Entry.objects.values_list("verb", flat=True)) == [
        "person.added", "person.post_added", "person.post_added", "person.added", "person.post_added",
        "people.imported",
    ]  # fmt: skip
    draft.refresh_from_db()
    assert draft.rows == []


def test_the_same_list_again_changes_nothing(admin: User, places: None) -> None:
    applied(LIST, admin)

    assert applied(LIST, admin) == {"new": 0, "changed": 0, "unchanged": 3, "bad": 0}
    assert OutboxEmail.objects.filter(key__startswith="welcome:").count() == 2
    assert Post.objects.count() == 4


def test_a_new_name_and_a_last_day_are_changes(admin: User, places: None) -> None:
    applied(LIST, admin)

    counts = applied("Ann Reed-Hall,ann@example.org,auditor,,,Team Two,,31/12/2026\n", admin)

    assert counts == {"new": 0, "changed": 1, "unchanged": 0, "bad": 0}
    ann = User.objects.get(email="ann@example.org")
    assert ann.name == "Ann Reed-Hall"
    assert ann.posts.get(role="auditor").ends_on == date(2026, 12, 31)
    changes = [entry.details.get("changes") for entry in Entry.objects.about(ann)]
    assert {"Name": ["Ann Reed", "Ann Reed-Hall"]} in changes
    assert {"Last day": [None, "2026-12-31"]} in changes


def test_without_the_column_last_days_stay(admin: User, places: None) -> None:
    applied("Ann Reed,ann@example.org,auditor,,,Team Two,24/11/2026,31/12/2026\n", admin)

    draft = draft_of("Ann Reed,ann@example.org,auditor,Team Two\n", admin, head="Name,Email,Role,Team\n")

    assert preview(draft).counts == {"new": 0, "changed": 0, "unchanged": 1, "bad": 0}


def test_every_bad_row_is_named_with_its_column_and_reason(admin: User, places: None, person: Person) -> None:
    person(email="gone@example.org", name="Gone", is_active=False)
    assert bad_of(
        ",x@example.org,auditor,,,,,\n"
        "A,not an address,auditor,,,,,\n"
        "B,b@example.org,boss,,,,,\n"
        "C,c@example.org,auditor,,,Team Nine,,\n"
        "D,d@example.org,auditor,,,Team One,,\n"
        "E,e@example.org,auditor,,Through Care,Team Two,,\n"
        "F,f@example.org,auditor,,,,31/02/2026,\n"
        "G,g@example.org,auditor,,,,24/11/2026,23/11/2026\n"
        "Gone,gone@example.org,auditor,,,,,\n"
        "H,h@example.org,auditor,,,,,\n"
        "Other,h@example.org,moderator,,,,,\n"
        "H,h@example.org,auditor,,,,,\n"
        ",,,Nowhere,,,soon,\n",
        admin,
    ) == [
        (2, "name", "There is no name."),
        (3, "email", "not an address is not an e-mail address."),
        (4, "role", "There is no role called boss. Use one of: Auditor, Moderator, QA officer, QA manager, "
            "Practitioner, Team manager, Service manager, Panel member, Audit chair, Subgroup member, Board member, "
            "Agency lead, Scrutineer, Administrator."),
        (5, "team", "There is no team called Team Nine. Add it in Administration first."),
        (6, "team", "Several teams are called Team One. Name the service as well, or use its code."),
        (7, "team", "The team Team Two does not belong to Through Care."),
        (8, "starts_on", "31/02/2026 is not a day. Write it like 24/11/2026."),
        (9, "ends_on", "The last day, 23 November 2026, is before the first, 24 November 2026."),
        (10, "email", "Gone may no longer sign in. Change that in Administration first."),
        (12, "name", "Row 11 calls the person with this address H."),
        (13, "role", "Row 11 already gives this person this role there."),
        (14, "name", "There is no name."),
        (14, "email", "There is no email."),
        (14, "role", "There is no role."),
        (14, "agency", "There is no agency called Nowhere. Add it in Administration first."),
        (14, "starts_on", "soon is not a day. Write it like 24/11/2026."),
    ]  # fmt: skip


def test_a_role_held_already_from_another_day_is_named(admin: User, places: None) -> None:
    applied("Ann Reed,ann@example.org,auditor,,,Team Two,01/09/2026,\n", admin)

    assert bad_of("Ann Reed,ann@example.org,auditor,,,Team Two,01/10/2026,\n", admin) == [
        (2, "starts_on", "The person already holds this role there from 1 September 2026. Give that day, or leave the "
         "column empty.")
    ]  # fmt: skip


def test_a_team_is_found_by_its_service_or_its_code(admin: User, places: None) -> None:
    counts = applied("A,a@example.org,auditor,,Through Care,Team One,,\nB,b@example.org,auditor,,,FR-One,,\n", admin)

    assert counts["new"] == 2
    assert {post.team.code for post in Post.objects.exclude(team=None)} == {"tc-one", "fr-one"}


def test_with_one_bad_row_nothing_is_applied(admin: User, places: None) -> None:
    draft = draft_of(LIST + "C,c@example.org,boss,,,,,\n", admin)

    with pytest.raises(Refused, match="Nothing was changed"):
        apply_import(draft, seen=preview(draft).mark, by=admin)
    assert User.objects.count() == 1


def test_what_was_not_looked_at_is_not_applied(admin: User, places: None) -> None:
    draft = draft_of(LIST, admin)
    seen = preview(draft).mark
    User.objects.create_user("bo@example.org", name="Another Bo")

    with pytest.raises(Stale, match="changed since you looked"):
        apply_import(draft, seen=seen, by=admin)
    assert User.objects.count() == 2


def test_a_list_is_applied_once(admin: User, places: None) -> None:
    draft = draft_of(LIST, admin)
    seen = preview(draft).mark
    apply_import(draft, seen=seen, by=admin)

    with pytest.raises(Stale, match="applied already"):
        apply_import(draft, seen=seen, by=admin)


def test_only_an_administrator_brings_in_people(admin: User, person: Person) -> None:
    draft = draft_of(LIST, admin)
    manager = person("qa_manager")

    with pytest.raises(NotAllowed):
        draft_of(LIST, manager)
    with pytest.raises(NotAllowed):
        apply_import(draft, seen=preview(draft).mark, by=manager)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,role\nA,auditor\n", "no column “email”"),
        ("name,email,role,shoe size\nA,a@example.org,auditor,9\n", "“shoe size” that is not known"),
        ("name,email,role\n", "no rows"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused(admin: User, text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        prepare_import(io.BytesIO(text.encode()), "people.csv", by=admin)


def test_a_long_list_is_compared_with_few_queries(
    admin: User, places: None, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    draft = draft_of("".join(f"P{n},p{n}@example.org,auditor,,,Team Two,,\n" for n in range(500)), admin)

    with django_assert_max_num_queries(5):
        assert preview(draft).counts["new"] == 500


def upload(client: Client, content: bytes, name: str = "people.csv") -> Any:
    return client.post("/people/import/", {"file": SimpleUploadedFile(name, content)})


def test_an_administrator_uploads_looks_and_applies(admin: User, places: None, client_for: ClientFor) -> None:
    client = client_for(admin)

    looked_at = upload(client, (HEAD + LIST).encode()).headers["Location"]
    page = client.get(looked_at).content.decode()
    assert "Auditor, Team Two, from 24 November 2026" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    response = client.post(looked_at, {"seen": seen[1]})

    assert response.headers["Location"] == "/people/"
    assert User.objects.count() == 3
    assert "was applied on" in client.get(looked_at).content.decode()


def test_bad_rows_are_shown_and_cannot_be_applied(admin: User, client_for: ClientFor) -> None:
    client = client_for(admin)

    page = client.get(
        upload(client, (HEAD + "C,c@example.org,boss,,,,,\n").encode()).headers["Location"]
    ).content.decode()

    assert "There is no role called boss" in page
    assert "Apply the list" not in page


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [(b"", "people.csv", "The file is empty"), (b"%PDF", "people.pdf", "neither a CSV nor an XLSX")],
)
def test_a_wrong_file_gives_the_page_with_the_reason(
    admin: User, client_for: ClientFor, content: bytes, name: str, reason: str
) -> None:
    response = upload(client_for(admin), content, name)

    assert response.status_code == 400
    assert reason in response.content.decode()


def test_no_file_gives_the_page_with_the_reason(admin: User, client_for: ClientFor) -> None:
    response = client_for(admin).post("/people/import/")

    assert response.status_code == 400
    assert "Choose the file that holds the list" in response.content.decode()


def test_anothers_list_is_not_found(admin: User, person: Person, client_for: ClientFor) -> None:
    draft = draft_of(LIST, admin)

    assert client_for(person("admin")).get(f"/people/import/{draft.pk}/").status_code == 404
    assert client_for(person("admin")).post(f"/people/import/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "qa_manager", "board_member"])
def test_the_import_is_refused_to_everybody_else(person: Person, client_for: ClientFor, role: str) -> None:
    client = client_for(person(role))

    for path in ("/people/import/", "/people/import/1/", "/people/import/people.csv"):
        assert client.get(path).status_code == 403


def test_the_template_can_be_filled_in_and_read_back(admin: User, client_for: ClientFor) -> None:
    client = client_for(admin)

    text = b"".join(client.get("/people/import/people.csv")).decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get("/people/import/people.xlsx"))))

    assert text.splitlines()[0] == HEAD.strip()
    assert [cell.value for cell in book.active[1]] == HEAD.strip().split(",")
    assert client.get("/people/import/people.exe").status_code == 404


def test_a_new_person_sets_a_password_by_the_promised_email(admin: User, places: None, client: Client) -> None:
    applied("Bo Lane,bo@example.org,QA officer,,,,,\n", admin)
    assert send_outbox() == 1
    [welcome] = mail.outbox
    address = re.search(r"https?://[^/\s]+(/\S+)", welcome.body)
    assert address

    client.post(address[1], {"email": "bo@example.org"})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[1].body)
    assert link
    page = client.get(link[1], follow=True)
    form_path = page.redirect_chain[-1][0]
    client.post(form_path, {"password1": "a long sentence of mine", "password2": "a long sentence of mine"})

    assert User.objects.get(email="bo@example.org").check_password("a long sentence of mine")
    assert "Bo Lane" in client.get("/notices/").content.decode() or client.login(
        email="bo@example.org", password="a long sentence of mine"
    )
