"""After two whole lives of audits: nothing of the child in an address, e-mail, log, task, list, feed or report."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from celery.signals import before_task_publish
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from openpyxl import load_workbook
from pypdf import PdfReader

from audits.models import Audit, Case, CaseDirection
from moderation.models import Moderation
from moderation.workflow.concerns import acknowledge, raise_concern, resolve
from qaf.deadlines.models import Deadline
from qaf.deadlines.sweep import sweep
from qaf.notices.models import Notice, OutboxEmail
from qaf.notices.sending import make_digests, send_outbox
from qaf.notices.workflow import choose_email
from qaf.people.models import User
from qaf.trail.models import Entry
from qaf.trail.sentences import sentence
from scorecard.models import Report
from scorecard.tasks import make_report
from tests.audits import walk
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db

# Words that occur nowhere else: of the child's record, and of whatever anybody typed about it.
IDENTIFIER, INITIALS, WORKER, WORDS = "KESTREL-7741", "QZX", "Wanda Wrenfield", "zebrafinch"
MARKS = (IDENTIFIER, INITIALS, WORKER, WORDS)
SAID = f"The child said {WORDS}, and it was heard."
LIST = (
    "ChildUniqueID,Initials,Age,CaseStatus,AllocatedTeam,AllocatedWorker,CaseStartDate\n"
    f"{IDENTIFIER},{INITIALS},9,CP,North,Pat Practitioner,03/03/2026\n"
    f"{IDENTIFIER}-B,{INITIALS},4,CIN,North,{WORKER},03/03/2026\n"
)


def marks_in(text: object) -> list[str]:
    return [mark for mark in MARKS if mark.casefold() in str(text).casefold()]


class Browser:
    """Clients of everybody, and every address that was opened or led to."""

    def __init__(self, client_for: Callable[[User], Client]) -> None:
        self.client_for = client_for
        self.clients: dict[int, Client] = {}
        self.addresses: list[str] = []

    def _client(self, person: User) -> Client:
        return self.clients.setdefault(person.pk, self.client_for(person))

    def get(self, person: User, path: str, **expected: int) -> Any:
        response = self._client(person).get(path)
        assert response.status_code == expected.get("status", 200), (path, response.status_code)
        self.addresses.append(path)
        return response

    def post(self, person: User, path: str, data: dict[str, Any], status: int = 302) -> Any:
        response = self._client(person).post(path, data, headers={"Referer": f"http://testserver{path}"})
        errors = getattr(response, "context", None) and response.context.get("errors")
        assert response.status_code == status, (path, response.status_code, errors, response.content[:3000])
        self.addresses += [path, response.headers.get("Location", "")]
        return response


@pytest.fixture
def tasks() -> Iterator[list[str]]:
    """The arguments of every background task that is queued."""
    queued: list[str] = []

    def note(body: Any = None, headers: Any = None, **_: Any) -> None:
        queued.append(f"{body!r} {headers!r}")

    before_task_publish.connect(note, weak=False)
    yield queued
    before_task_publish.disconnect(note)


def take_in(browser: Browser, authority: Authority) -> None:
    """Import the list, and look a child up in it."""
    officer = authority.officer
    file = io.BytesIO(LIST.encode())
    file.name = "open-cases.csv"
    form = {"source": "Open cases", "kind": "mixed", "status": "", "file": file}
    browser.post(officer, reverse("audits:case_list_import"), form)
    browser.get(officer, reverse("audits:case_list_confirm"))
    browser.post(officer, reverse("audits:case_list_confirm"), {"answer": "import"})
    browser.get(officer, reverse("audits:case_lists"))
    browser.post(officer, reverse("audits:case_lists"), {"identifier": IDENTIFIER}, status=200)


def allocated(browser: Browser, authority: Authority, case: Case) -> Audit:
    officer, page = authority.officer, reverse("audits:allocate_one")
    found = browser.post(officer, page, {"identifier": case.identifier})
    reason = {"type": authority.type.pk, "auditor": authority.auditor.pk, "reason": SAID}
    browser.get(officer, found.headers["Location"])
    browser.post(officer, found.headers["Location"], reason)
    return Audit.objects.get(case=case, type=authority.type)


def live(browser: Browser, authority: Authority, case: Case, *, grade: str) -> Audit:
    """Take an audit through every step, saying the same telling words wherever somebody can write."""
    officer, auditor = authority.officer, authority.auditor
    audit = allocated(browser, authority, case)

    def at(name: str, *more: object) -> str:
        space = "" if ":" in name else "audits:"
        return reverse(f"{space}{name}", args=[audit.reference, *more])

    due = timezone.localdate() + timedelta(days=60)
    day = {"to_day": due.isoformat(), "reason": SAID}
    browser.post(officer, at("extend"), day)
    walk.fill(audit, part="audit", by=auditor, grade=grade)
    # From a page that is older than what is saved: the words are refused, and kept.
    browser.post(auditor, at("section", "improvement"), {"revision": "0", "improvement.one": SAID}, status=409)
    for page in ("detail", "check"):
        browser.get(auditor, at(page))
    browser.post(auditor, at("submit"), {})
    browser.post(officer, at("return"), {"reason": SAID})
    browser.post(auditor, at("submit"), {})
    browser.get(officer, at("qa_check"))
    browser.post(officer, at("qa_check"), {})
    walk.fill(Audit.objects.get(pk=audit.pk), part="moderation", by=authority.moderator)
    browser.get(authority.moderator, at("moderation:review"))
    for judgement in audit.judgements.all():
        finding = {"revision": "0", "grade": judgement.auditor_grade, "reason": SAID}
        if not judgement.is_overall:
            finding |= {"evidence": "sufficient", "sampled": SAID}
        browser.post(authority.moderator, at("moderation:domain", judgement.domain), finding)
        browser.get(authority.moderator, at("moderation:domain_earlier", judgement.domain))
    moderation = Moderation.objects.get(audit=audit)
    remarks = {"revision": moderation.revision, "comment": SAID, "innovative": "on", "innovative_why": SAID}
    browser.post(authority.moderator, at("moderation:review"), remarks)
    worried(browser, authority, audit)
    decide(browser, authority, at("moderation:decide"))
    if grade != "I":
        browser.post(authority.moderator, at("moderation:reopen"), {"reason": SAID})
        decide(browser, authority, at("moderation:decide"))
    else:
        browser.post(authority.service_manager, at("direction"), {"reason": SAID})
        browser.post(authority.service_manager, at("actions_review"), {"reason": SAID, "revision": "1"})
        browser.post(authority.service_manager, at("action", 1), {"move": "complete", "note": SAID})
    page = browser.get(officer, at("distribute"))
    form = page.context["form"]
    chosen = {name: [key for key, _ in getattr(field, "choices", [])] for name, field in form.fields.items()}
    browser.post(officer, at("distribute"), {name: keys for name, keys in chosen.items() if keys})
    audit = Audit.objects.get(pk=audit.pk)
    if audit.step == "feedback":
        walk.fill(audit, part="feedback", by=authority.practitioner)
        browser.get(authority.practitioner, at("feedback"))
        browser.post(authority.practitioner, at("feedback"), {})
    else:
        browser.post(officer, at("close"), {"reason": SAID})
    browser.get(officer, at("detail"))
    return Audit.objects.get(pk=audit.pk)


def decide(browser: Browser, authority: Authority, path: str) -> None:
    seen = browser.get(authority.moderator, path).context["seen"]
    browser.post(authority.moderator, path, {"seen": seen})


def worried(browser: Browser, authority: Authority, audit: Audit) -> None:
    """A concern about the audit, from its raising to its end."""
    concern = raise_concern(audit, worry=SAID, done_at_once=SAID, by=authority.moderator)
    manager, path = authority.service_manager, reverse("moderation:concern", args=[concern.pk])
    browser.get(manager, path)
    acknowledge(concern, response=SAID, by=manager)
    resolve(concern, outcome=SAID, by=manager)
    browser.get(manager, path)
    browser.get(manager, reverse("moderation:concerns"))


def files_of(browser: Browser, authority: Authority) -> dict[str, str]:
    """What leaves the system as a file or feed."""
    officer = authority.officer
    listing = b"".join(browser.get(officer, reverse("audits:tracker_csv")).streaming_content)
    book = browser.get(officer, reverse("audits:tracker_xlsx"))
    content = b"".join(book.streaming_content) if book.streaming else book.content
    sheets = load_workbook(io.BytesIO(content), read_only=True)
    cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    browser.post(officer, reverse("notices:create_feed"), {})
    address = browser.get(officer, reverse("notices:preferences")).context["feed_address"]
    feed = browser.get(officer, urlsplit(address).path)
    return {"tracker as CSV": listing.decode(), "tracker as XLSX": " ".join(cells), "calendar": feed.content.decode()}


def reports_of(browser: Browser, authority: Authority) -> dict[str, str]:
    """A report of the quarter that runs: its snapshot, page and PDF."""
    report = Report.objects.create(
        period_from=timezone.localdate().replace(month=10, day=1),
        period_to=timezone.localdate().replace(month=12, day=31),
        requested_by=authority.qa_manager,
    )
    assert make_report(report.pk)
    report = Report.objects.get(pk=report.pk)
    page = browser.get(authority.qa_manager, report.get_absolute_url())
    pdf = browser.get(authority.qa_manager, reverse("scorecard:report_pdf", args=[report.pk]))
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.content)).pages)
    return {"snapshot": json.dumps(report.snapshot), "report's page": page.content.decode(), "report as PDF": text}


def test_nothing_of_the_child_leaves_the_record(
    client_for: Callable[[User], Client],
    caplog: pytest.LogCaptureFixture,
    tasks: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(walk, "TEXT", SAID)
    with time_machine.travel("2026-11-02 09:00", tick=True), django_capture_on_commit_callbacks(execute=True):
        authority = make_authority()
        authority.type.process.qa_check = True
        authority.type.process.save()
        choose_email(authority.qa_manager, daily_digest=True)
        browser = Browser(client_for)
        take_in(browser, authority)
        good, weak = (
            Case.objects.with_identifier(IDENTIFIER).get(),
            Case.objects.with_identifier(f"{IDENTIFIER}-B").get(),
        )
        live(browser, authority, good, grade="G")
        audit = live(browser, authority, weak, grade="I")
        assert Audit.objects.filter(reaudit_of=audit).exists()
        assert WORDS in CaseDirection.objects.get(audit=audit).text
        # Somebody without a part meets a refusal, and somebody else a wrong address.
        browser.get(authority.team_manager, f"/audits/{Audit.objects.get(reaudit_of=audit).reference}/", status=404)
        page = browser.get(authority.officer, f"/audits/{audit.reference}/").content.decode()
        left = {**files_of(browser, authority), **reports_of(browser, authority)}
    with time_machine.travel("2027-01-11 09:00", tick=True):
        # The re-audit is late by now.
        assert sweep() > 0
        make_digests()
        assert send_outbox() > 0

    left |= {
        "addresses": "\n".join(browser.addresses),
        "logs": "\n".join(f"{one.getMessage()} {one.exc_text or ''} {one.args}" for one in caplog.records),
        "tasks": "\n".join(tasks),
        "schedules": "\n".join(f"{one.args} {one.kwargs} {one.name}" for one in PeriodicTask.objects.all()),
        "notices": "\n".join(f"{one.key} {one.text} {one.path}" for one in Notice.objects.all()),
        "outbox": "\n".join(f"{one.key} {one.subject} {one.body}" for one in OutboxEmail.objects.all()),
        "e-mails": "\n".join(f"{one.subject} {one.body} {one.extra_headers}" for one in mail.outbox),
        "deadlines": "\n".join(f"{one.title} {one.path}" for one in Deadline.objects.all()),
        "trail": "\n".join(
            f"{one.verb} {json.dumps(one.details)} {sentence(one.verb, one.details)}" for one in Entry.objects.all()
        ),
    }
    # Each place was really looked at.
    assert all(left[place] for place in ("addresses", "notices", "outbox", "e-mails", "trail", "calendar", "snapshot"))
    assert {place: marks_in(text) for place, text in left.items() if marks_in(text)} == {}
    # And the marks are where they belong, so that looking for them means something.
    assert marks_in(page)
