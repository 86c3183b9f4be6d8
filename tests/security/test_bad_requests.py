"""Forms sent with anything at all: never a crash, never a stack trace, always a page that says what is wrong."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from tests.security.addresses import path_of
from tests.security.world import World, make_world

pytestmark = pytest.mark.django_db

TRACE = re.compile(r"Traceback|\.py&quot;, line|\.py\", line|DoesNotExist|ProgrammingError|DataError")
TEXTS = {
    "a NUL byte": "before\x00after",
    "a megabyte": "x" * 1_000_000,
    "half a surrogate pair": "before\ud800after",
    "words turned right to left": "before\u202eafter\u202c",
    "an emoji of several parts": "👩‍👩‍👧‍👦",
    "a tower of combining marks": "e" + "\u0301" * 300,
    "a script": "<script>alert(1)</script>{{ 7*7 }}{% debug %}",
    "control characters": "a\x0b\x1b[31m\x7f",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "not a number in numerals": "²٣",
}
# Page, what is opened, who sends it. All fields of the form are sent with the text; then each page's other tricks.
FORMS = [
    ("audits:section", "in progress", "a"),
    ("audits:submit", "in progress", "a"),
    ("audits:section_settle", "in progress", "a"),
    ("audits:qa_check", "submitted", "QO"),
    ("audits:return", "submitted", "QO"),
    ("audits:cancel", "in progress", "QO"),
    ("audits:extend", "in progress", "QO"),
    ("audits:distribute", "moderated", "QO"),
    ("audits:feedback", "distributed", "p"),
    ("audits:close", "distributed", "QO"),
    ("programme:work_new", "", "QM"),
    ("programme:work_change", "a proposed theme", "QM"),
    ("programme:work_agencies", "a proposed theme", "QM"),
    ("programme:work_people", "a proposed theme", "QM"),
    ("programme:work_step", "a proposed theme", "CH"),
    ("programme:work_case_add", "agreed work", "QM"),
    ("programme:work_audit", "agreed work", "QM"),
    ("programme:fieldwork_close", "our fieldwork", "QM"),
    ("audits:direction", "weak", "SM"),
    ("audits:actions_review", "weak", "SM"),
    ("audits:action", "weak", "SM"),
    ("audits:reaudit", "weak", "QO"),
    ("moderation:review", "moderating", "m"),
    ("moderation:decide", "moderating", "m"),
    ("moderation:reopen", "moderated", "m"),
    ("moderation:hand_over", "moderating", "m"),
    ("audits:case_lists", "", "QO"),
    ("audits:case_list_import", "", "QO"),
    ("audits:case_list_columns", "", "QO"),
    ("audits:case_list_confirm", "", "QO"),
    ("audits:allocate_confirm", "", "QO"),
    ("audits:allocate_one", "", "QO"),
    ("audits:allocate_one", "a case", "QO"),
    ("scorecard:new_report", "", "QO"),
    ("scorecard:new_report_kind", "a kind of report", "QO"),
    ("scorecard:write_section", "our, made", "QO"),
    ("scorecard:recommendations", "our, made", "QO"),
    ("scorecard:themes", "our, made", "QO"),
    ("scorecard:theme", "our theme", "QO"),
    ("scorecard:theme_move", "our theme", "QO"),
    ("scorecard:quote", "our words", "QO"),
    ("scorecard:quotation", "our quotation", "QO"),
    ("scorecard:recommendation_change", "our, made", "QO"),
    ("scorecard:recommendation_move", "our, made", "QO"),
    ("scorecard:report_step", "our, made: submit", "QO"),
    ("scorecard:report_step", "our, with the chair: send_back", "QO"),
    ("scorecard:report_step", "our, signed off: consider", "QO"),
    ("scorecard:report_step", "our, considered: present", "QO"),
    ("scorecard:report_step", "our, presented: publish", "QO"),
    ("board:comment", "our indicator", "QO everything"),
    ("indicators:request", "", "AL"),
    ("indicators:request_change", "an indicator", "AL"),
    ("indicators:request_retirement", "an indicator", "AL"),
    ("indicators:request_rebase", "an indicator", "AL"),
    ("returns:return", "a return to fill", "AL"),
    ("returns:upload", "a return to fill", "AL"),
    ("returns:query", "a sent return", "QO"),
    ("returns:extend", "a return to fill", "QO"),
    ("returns:correct", "an accepted return", "QO"),
    ("notices:preferences", "", "QO"),
    ("people:import", "", "AD"),
    ("account_login", "", "an"),
    ("account_reset_password", "", "an"),
    ("account_change_password", "", "QO"),
]
FILTERS = [
    (
        "audits:tracker",
        "QO",
        ("reference", "state", "type", "team", "service", "grade", "auditor", "overdue", "sort", "page"),
    ),
    ("audits:tracker_csv", "QO", ("reference", "state", "type", "team", "service", "grade", "auditor", "sort", "page")),
    ("audits:case_lists", "QO", ("team", "status", "show_closed", "sort", "page")),
    ("audits:case_list_export", "QO", ("team", "status", "sort")),
    ("schedule:expectations", "AD", ("service", "type", "selection", "on_0", "on_1", "on_2", "past", "sort")),
    ("schedule:absences", "QO", ("page",)),
    ("programme:year", "QM", ("year", "kind", "state")),
    ("audits:case_list_import", "QO", ("source",)),
    ("audits:case_imports", "QO", ("page",)),
    ("audits:allocate", "QO", ("type", "teams", "auditors", "per_auditor", "seed")),
    ("audits:allocate_preview", "QO", ("type", "teams", "auditors", "per_auditor", "seed")),
    ("audits:allocate_one", "QO", ("case",)),
    ("scorecard:reports", "QO", ("kind", "stage", "year", "sort", "page")),
    ("scorecard:published", "QO", ("q", "kind", "year", "forum", "page")),
    ("board:scorecard", "QO", ("quarter", "priority", "agency", "lens", "variation")),
    ("board:scorecard_csv", "QO", ("quarter", "priority", "agency", "lens", "variation")),
    ("board:compare", "QO", ("quarter", "before")),
    ("indicators:list", "QO", ("search", "priority", "agency", "lens", "state", "sort")),
    ("indicators:changes", "QO", ("state", "kind", "sort", "page")),
    ("indicators:request", "AL", ("from",)),
    ("returns:list", "QO", ("quarter", "shown", "sort", "page")),
    ("returns:csv", "QO", ("quarter", "shown", "sort")),
    ("notices:inbox", "QO", ("page", "unread")),
    ("people:directory", "AD", ("search", "role", "team", "sort", "page")),
    ("coverage:overview", "QO", ("period", "service", "team", "type", "sort")),
    ("coverage:people", "QO", ("period", "service", "team", "type", "sort")),
    ("coverage:people_csv", "QO", ("period", "service", "team", "type", "sort")),
    ("coverage:observations", "QO", ("service", "team", "duty", "late", "unseen", "sort", "page")),
    ("coverage:observations_csv", "QO", ("service", "team", "duty", "late", "unseen", "sort")),
    ("coverage:clinic", "QO", ("service", "month")),
    ("coverage:clinic_pdf", "QO", ("service", "month")),
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    hashers = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), transaction.atomic(), hashers:
        made = make_world()
        for code in {code for _, _, code in FORMS} | {code for _, code, _ in FILTERS}:
            made.clients[code] = Client(raise_request_exception=True)
            if person := made.people[code]:
                made.clients[code].force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        yield made
        transaction.set_rollback(True)


def fields_of(page: str) -> dict[str, str]:
    """The names in a page's form, each with the text it holds."""
    names = re.findall(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"', page)
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)
    return {name: revision.group(1) if name == "revision" and revision else "" for name in names}


def held(response: Any, what: str) -> str | None:
    """A sentence on what went wrong; None when the answer is a page or a redirect without a trace of the inside."""
    if response.status_code >= 500:
        return f"{what}: status {response.status_code}"
    if response.status_code >= 300 and response.status_code < 400:
        return None
    content = b"".join(response.streaming_content) if response.streaming else response.content
    body = content.decode("utf-8", errors="replace")
    if "<script>alert(1)</script>" in body:
        return f"{what}: a script came back as a script"
    if found := TRACE.search(body):
        return f"{what}: the page shows {found.group(0)}"
    if response["Content-Type"].startswith("text/html") and "<h1" not in body:
        return f"{what}: a page without a heading ({response.status_code})"
    return None


def tried(what: str, send: Callable[[], Any]) -> str | None:
    """Do it, take it back, and give what went wrong; a crash is told by its place."""
    try:
        with transaction.atomic():
            problem = held(send(), what)
            transaction.set_rollback(True)
    except Exception as error:
        trace, place = error.__traceback__, ""
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if "site-packages" not in name and "tests" not in name:
                place = f"{name}:{trace.tb_lineno}"
            trace = trace.tb_next
        return f"{what}: {type(error).__name__}: {str(error)[:200]} at {place}"
    return problem


def post_of(world: World, name: str, what: str, code: str) -> tuple[str, Client, dict[str, str]]:
    """Where to send a form, as whom, and the fields that its page has."""
    path, client = path_of(name, what, world), world.clients[code]
    shown = path
    if name == "audits:submit":
        shown = path_of("audits:check", what, world)
    if name == "audits:allocate_confirm":
        shown = reverse("audits:allocate")
    with transaction.atomic():
        page = client.get(shown)
        transaction.set_rollback(True)
    fields = fields_of(page.content.decode()) if page.status_code == 200 else {}
    return path, client, fields


@pytest.mark.parametrize(("name", "what", "code"), FORMS, ids=lambda value: value or "-")
def test_no_text_in_any_field_breaks_a_form(world: World, name: str, what: str, code: str) -> None:
    path, client, fields = post_of(world, name, what, code)
    headers = {"Referer": f"http://testserver{path}"}
    kind = "application/x-www-form-urlencoded"
    wrong = []
    for words, text in TEXTS.items():
        # The revision stays, so that the text is saved and not only refused as old.
        sent = {key: value if key == "revision" else text for key, value in fields.items()}
        sent["no-such-field"] = text
        if words == "half a surrogate pair":
            # Bytes that are no UTF-8, as a broken programme sends them.
            body = "&".join(f"{key}=%ED%A0%80" for key in sent if key != "revision")
            send: Callable[[], Any] = lambda body=body: client.post(path, body, content_type=kind, headers=headers)  # noqa: E731
        else:
            if words == "a megabyte":
                # One field of that size, since a form as a whole may hold five megabytes.
                longest = next(
                    (key for key in sent if key.endswith(("reason", "one", "comment", "note"))), "no-such-field"
                )
                sent = {**fields, longest: text}
            send = lambda sent=sent: client.post(path, sent, headers=headers)  # noqa: E731
        wrong.append(tried(f"{words} in {path}", send))
    too_big = {"no-such-field": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    body = "&".join(f"{key}={value}" for key, value in too_big.items())
    wrong.append(tried(f"too much in {path}", lambda: client.post(path, body, content_type=kind, headers=headers)))
    many = "&".join(f"f{number}=" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    wrong.append(
        tried(f"too many fields in {path}", lambda: client.post(path, many, content_type=kind, headers=headers))
    )
    broken = b"--x\r\nContent-Disposition: form-data; name"
    wrong.append(
        tried(
            f"a broken upload in {path}",
            lambda: client.post(path, broken, content_type="multipart/form-data; boundary=", headers=headers),
        )
    )
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)


@pytest.mark.parametrize("name", ["audits:section", "moderation:review"])
@pytest.mark.parametrize("revision", ["", "x", "-5", "²", "1.5", "9" * 30, "0", "NaN", "\x00"])
def test_a_revision_that_is_none_is_a_page_from_before_and_loses_nothing(
    world: World, name: str, revision: str
) -> None:
    what, code = ("in progress", "a") if name == "audits:section" else ("moderating", "m")
    path, client, fields = post_of(world, name, what, code)
    sent = {**fields, "revision": revision, "comment": "What I wrote."}
    if name == "audits:section":
        sent |= {key: "What I wrote." for key in fields if key != "revision"}
    assert tried(f"revision {revision!r}", lambda: client.post(path, sent)) is None


@pytest.mark.parametrize(("name", "code", "names"), FILTERS, ids=lambda value: value if isinstance(value, str) else "")
def test_no_text_in_an_address_breaks_a_list(world: World, name: str, code: str, names: tuple[str, ...]) -> None:
    client, path = world.clients[code], reverse(name)
    wrong = []
    for words, text in TEXTS.items():
        if words in ("a megabyte", "half a surrogate pair"):
            text = "%ED%A0%80" if words == "half a surrogate pair" else "x" * 8000
        for key in names:
            wrong.append(tried(f"{words} as {key} of {path}", lambda key=key, text=text: client.get(path, {key: text})))
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)


WRONG_PATHS = [
    f"/programme/AUD-2026-09001/fieldwork/{'9' * 30}/1/",
    f"/programme/AUD-2026-09001/fieldwork/{'9' * 30}/remove/",
    "/audits/%00/",
    "/audits/CCA-2026-99999/",
    "/audits/CCA-2026-00002/sections/no-such-section/",
    f"/audits/CCA-2026-00002/sections/improvement/settle/{'9' * 30}/",
    f"/audits/CCA-2026-00002/actions/{'9' * 30}/",
    "/audits/CCA-2026-00002/actions/0/",
    f"/audits/{'x' * 3000}/",
    "/audits/%E2%80%AE/",
    "/audits/%ED%A0%80/",
    "/audits/..%2F..%2Fetc%2Fpasswd/",
    "/moderation/%00/",
    "/moderation/none/",
    f"/reports/{'9' * 30}/",
    "/reports/0/",
    f"/reports/1/writing/{'x' * 3000}/",
    "/reports/1/writing/%00/",
    "/reports/1/steps/none/",
    "/reports/1/versions/differences/?from=%00&to=x",
    f"/reports/1/?version={'9' * 30}",
    f"/reports/1/recommendations/{'9' * 30}/",
    f"/reports/1/themes/{'9' * 30}/",
    "/reports/1/themes/1/evidence/%00/plan.smart/",
    "/reports/1/themes/1/evidence/CCA-2026-99999/%00/",
    f"/reports/1/quotations/{'9' * 30}/remove/",
    f"/notices/{'9' * 30}/open/",
    "/notices/calendar/%00.ics",
    f"/people/import/{'9' * 30}/",
    "/administration/people/user/%00/change/",
    f"/administration/people/user/{'9' * 30}/change/",
    "/scorecard/%00/",
    "/scorecard/counted-here/?quarter=0000-1",
    "/scorecard/counted-here/0000-1/comment/",
    "/scorecard/counted-here/9999-4/comment/",
    "/scorecard/counted-here/9999-4/audits/",
    "/scorecard/counted-here/0000-1/audits/csv/",
    f"/scorecard/no-such-code/2026-3/audits/?page={'9' * 30}",
    "/scorecard/indicators/no-such-code/",
    f"/scorecard/indicators/changes/{'9' * 30}/",
    f"/scorecard/indicators/no-such-code/benchmarks/{'9' * 30}/correct/",
    "/scorecard/indicators/export/exe/",
    "/no/such/page/",
]


@pytest.mark.parametrize("path", WRONG_PATHS, ids=lambda path: path[:60])
@pytest.mark.parametrize("code", ["QO", "AD"])
def test_a_wrong_address_gets_a_page_that_says_so(world: World, path: str, code: str) -> None:
    client = world.clients[code]
    for method in (client.get, client.post, client.put, client.delete, client.patch, client.options):
        assert tried(f"{method.__name__} {path}", lambda method=method: method(path)) is None


STALE = [
    ("audits:section", "submitted", "a"),
    ("audits:submit", "submitted", "a"),
    ("audits:return", "moderating", "QO"),
    ("audits:qa_check", "moderating", "QO"),
    ("audits:distribute", "distributed", "QO"),
    ("audits:feedback", "closed", "p"),
    ("audits:close", "closed", "QO"),
    ("audits:cancel", "closed", "QO"),
    ("audits:extend", "closed", "QO"),
    ("moderation:review", "moderated", "m"),
    ("moderation:decide", "distributed", "m"),
    ("moderation:reopen", "distributed", "m"),
    ("moderation:hand_over", "moderated", "m"),
]


@pytest.mark.parametrize(("name", "what", "code"), STALE, ids=lambda value: value)
def test_a_page_whose_time_is_over_says_so_and_shows_what_was_typed(
    world: World, name: str, what: str, code: str
) -> None:
    path = path_of(name, what, world)
    mine = "My words about this."
    sent = {
        "reason": mine,
        "to_day": "2030-01-07",
        "comment": mine,
        "revision": "0",
        "improvement.one": mine,
        "to": "1",
    }
    with transaction.atomic():
        response = world.clients[code].post(path, sent, headers={"Referer": f"http://testserver{path}"})
        transaction.set_rollback(True)
    assert response.status_code in (403, 409, 422), response.status_code
    body = response.content.decode()
    assert mine in body
    assert not TRACE.search(body)
