"""Every address of the project, opened by everybody, compared with the tables of access_matrix.md."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from audits.models import Audit
from audits.workflow import allocation
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.security.addresses import every_name, form_for, path_of
from tests.security.table import Row, rows, rows_for, table
from tests.security.world import ANONYMOUS, World, make_world, move_audit

pytestmark = pytest.mark.django_db

ROWS = rows()
COLUMNS = list(ROWS[0].cells)
PLACES = {
    "own team": "own team",
    "another team of the service": "other team",
    "another service of the agency": "other service",
    "another agency": "other agency",
}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b(?!.*django_session)", re.IGNORECASE | re.DOTALL)
SEEN = {
    "Y": "allowed",
    "R": "refused (403)",
    ".": "not found (404)",
    "S": "to sign in first",
    "W": "refused (409)",
    "M": "the wrong method (405)",
}


class PeopleReadOnce:
    """Whoever is signed in, as they were read when everything was made: a copy of their own for each request.

    Nobody's posts change between two requests here, so to read them thousands of times would prove nothing. Whether
    a session is theirs is looked at each time.
    """

    people: ClassVar[dict[int, User]] = {}

    def get_user(self, pk: int) -> User | None:
        return copy(self.people[pk]) if pk in self.people else None

    @classmethod
    def sign_in(cls, client: Client, person: User) -> None:
        known = cls.people[person.pk] = User.objects.get(pk=person.pk)
        assert known.is_active
        assert known.current_posts is not None, "the posts are read here"
        client.force_login(known, backend=f"{__name__}.{cls.__name__}")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Everything, made once for all tests of this file and rolled back at its end."""
    quicker = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        AUTHENTICATION_BACKENDS=[*settings.AUTHENTICATION_BACKENDS, f"{__name__}.{PeopleReadOnce.__name__}"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    with django_db_blocker.unblock(), transaction.atomic(), quicker:
        made = make_world()
        for code, person in made.people.items():
            made.clients[code] = Client(raise_request_exception=False)
            if person is not None:
                PeopleReadOnce.sign_in(made.clients[code], person)
        yield made
        PeopleReadOnce.people.clear()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[list[str]]:
    """Whatever is done inside is taken back; gives the list of what was written to the database."""
    written: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            written.append(sql[:150])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)


def ask(world: World, code: str, method: str, path: str, form: dict[str, str] | None = None) -> HttpResponse:
    """Open an address as somebody, with a client of its own so that signing out does not last."""
    client = Client(raise_request_exception=False)
    # Its middleware is loaded once for all: it looks up every static file at each start.
    client.handler = world.clients[ANONYMOUS].handler
    client.cookies.load({name: morsel.value for name, morsel in world.clients[code].cookies.items()})
    referer = {"Referer": f"http://testserver{path}"}
    response = client.get(path) if method == "GET" else client.post(path, form or {}, headers=referer)
    if response.status_code == 302 and response["Location"].startswith(reverse("admin:login")) and code != ANONYMOUS:
        # The administration site sends everybody it does not let in to its own way in, which then says no.
        # Its answer does not hang on where somebody came from, so it is asked for once a person.
        if code not in world.ways_in:
            world.ways_in[code] = client.get(response["Location"])
        return world.ways_in[code]  # type: ignore[return-value]
    return response  # type: ignore[return-value]


def letter(response: HttpResponse) -> str:
    """What came of it, as the table says it; a status in full when the table has no letter for it."""
    templates = {template.name for template in getattr(response, "templates", [])}
    sign_in = (reverse("account_login"), reverse("admin:login"))
    if "errors/session_ended.html" in templates:
        return "S"
    if response.status_code == 302 and response["Location"].startswith(sign_in) and "next=" in response["Location"]:
        return "S"
    # 422 and 400: the form is theirs to send, and asks for what is missing. 503: the health check's own answer.
    known = {200: "Y", 302: "Y", 400: "Y", 422: "Y", 503: "Y", 403: "R", 404: ".", 405: "M", 409: "W"}
    return known.get(response.status_code, f"status {response.status_code}")


def compare(world: World, row: Row, code: str, expected: str, method: str, path: str, where: str = "") -> str | None:
    """A sentence on what is not as the table says it; None when all is."""
    # To the rate limits all these people are one, behind one address.
    cache.clear()
    with undone() as written:
        found = letter(ask(world, code, method, path, form_for(row.name)))
    who = f"{method} {path}{where} as {code}"
    if found != expected:
        return f"{who}: the table says {SEEN.get(expected, expected)}, but it was {SEEN.get(found, found)}"
    if found != "Y" and written:
        return f"{who}: refused, and yet it wrote {written}"
    return None


def test_every_address_is_in_the_table() -> None:
    missing = [name for name in every_name() if not rows_for(name, ROWS)]
    assert not missing, (
        f"These addresses are not in tests/security/access_matrix.md: {missing}. Add a line for each to its first "
        "table: the address's name, what is opened (leave it empty, or one of the audits and reports made in "
        "tests/security/world.py), the methods it answers to, and a letter for each column saying what SHOULD happen. "
        "If the address holds more than a reference or number, teach tests/security/addresses.py to fill it in."
    )


def test_every_line_of_the_table_is_an_address() -> None:
    names = every_name()
    idle = [row.name for row in ROWS if not any(row in rows_for(name, ROWS) for name in names)]
    assert not idle, f"Take these lines out of tests/security/access_matrix.md, their addresses are gone: {idle}"


def test_the_table_has_a_column_for_each_of_the_fourteen_roles(world: World) -> None:
    held = [user.current_posts[0].role for code in COLUMNS if len(code) == 2 and (user := world.people[code])]
    assert sorted(held) == sorted(Role.values)


@pytest.mark.parametrize("name", every_name())
def test_everybody_gets_what_the_table_says(world: World, name: str) -> None:
    wrong = []
    for row in rows_for(name, ROWS):
        path = path_of(name, row.what, world)
        for method in row.methods:
            wrong += [compare(world, row, code, cell, method, path) for code, cell in row.cells.items()]
        listed = {method for one in rows_for(name, ROWS) if one.what == row.what for method in one.methods}
        for method in {"GET", "POST"} - listed:
            wrong += [compare(world, row, code, "M", method, path) for code in ("QM", "AD", "a")]
            wrong.append(compare(world, row, ANONYMOUS, "S" if row.cells[ANONYMOUS] == "S" else "M", method, path))
    found = [one for one in wrong if one]
    assert not found, "\n".join(found)


ABOUT_A_PANEL = [row for row in ROWS if row.what.endswith(" panel")]
ABOUT_AN_AUDIT = [
    row for row in ROWS if row.name.startswith(("audits:", "moderation:")) and row.what and row not in ABOUT_A_PANEL
]


@pytest.mark.parametrize("row", ABOUT_AN_AUDIT, ids=str)
def test_an_audit_elsewhere_is_for_those_whose_post_or_part_covers_it(world: World, row: Row) -> None:
    wrong = []
    path = path_of(row.name, row.what, world)
    audit = world.audits["in progress" if row.what in ("a case", "an import") else row.what]
    # Where nobody is told "not found", the role is asked for before the audit is looked up.
    asks_role_first = "." not in row.cells.values()
    for words, place in PLACES.items():
        with transaction.atomic():
            move_audit(audit, world.places[place])
            for line in table("2. Scope"):
                cell = row.cells[line["counts as"]]
                covered = line[words] == "Y" or (asks_role_first and cell != "Y")
                expected = cell if covered else "."
                method = row.methods[-1 if words == "another agency" else 0]
                wrong.append(compare(world, row, line["who"], expected, method, path, f" of {words}"))
            transaction.set_rollback(True)
    found = [one for one in wrong if one]
    assert not found, "\n".join(found)


def _in_state(world: World, state: str) -> Audit:
    if state == "cancelled":
        return allocation.cancel(world.audits["in progress"], reason="Moved away.", by=world.authority.officer)
    return world.audits[state]


@pytest.mark.parametrize("line", table("3. Reading"), ids=lambda line: line["the audit is"])
def test_an_audit_is_known_and_read_in_each_state_by_whom_the_table_says(world: World, line: dict[str, str]) -> None:
    cells = {code: cell for code, cell in line.items() if code != "the audit is"}
    wrong = []
    with undone():
        audit = _in_state(world, line["the audit is"])
        page = reverse("audits:detail", args=[audit.reference])
        text = reverse("audits:section", args=[audit.reference, "improvement"])
        for code, cell in cells.items():
            detail = ask(world, code, "GET", page)
            expected = {"T": "YY", "K": "YR", ".": "..", "S": "SS"}[cell]
            found = letter(detail) + letter(ask(world, code, "GET", text))
            if found != expected:
                wrong.append(f"{code}: expected {expected}, found {found}")
            if cell == "K" and walk.TEXT in detail.content.decode():
                wrong.append(f"{code}: reads what was written on the audit's page")
            if code == ANONYMOUS:
                continue
            for listing in ("audits:tracker", "audits:tracker_csv"):
                body = _body(ask(world, code, "GET", reverse(listing)))
                if (audit.reference in body) != (cell != "."):
                    wrong.append(f"{code}: {listing} {'lists' if cell == '.' else 'does not list'} it")
    assert not wrong, "\n".join(wrong)


def _body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8", errors="replace"))


PAGES_WITHOUT_AN_AUDIT = [
    (row.name, row.what)
    for row in ROWS
    if "GET" in row.methods
    and "*" not in row.name
    and not row.name.startswith("account")
    and row not in ABOUT_AN_AUDIT
    # A panel is led by QA and known to its members, who read its cases; no role besides has any.
    and row not in ABOUT_A_PANEL
    # Whoever has the token reads that person's deadlines: the token is the key.
    and row.what != "a live token"
]


@pytest.mark.parametrize("code", ["PM", "CH", "SG", "BO", "AL", "SC", "AD", "QO other agency", "SM other service"])
def test_whoever_has_no_business_with_our_audits_meets_no_child_and_no_audit_on_any_page(
    world: World, code: str
) -> None:
    person = world.people[code]
    assert isinstance(person, User)
    # References stand in deadlines and in the trail, which administrators look after; a child is nowhere.
    signs = ["SYN-0", "XY, 9"] + ([] if code == "AD" else [audit.reference for audit in world.audits.values()])
    found = []
    for name, what in PAGES_WITHOUT_AN_AUDIT:
        with undone():
            body = _body(ask(world, code, "GET", path_of(name, what, world)))
        found += [f"{sign} on {name}" for sign in signs if sign in body]
    assert not found
