"""The synthetic authority: complete, plausible and loaded once."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from audits.demo.authority import logins
from audits.demo.clock import clock_at
from audits.kloe import filling
from audits.models import (
    Action,
    Audit,
    Case,
    CaseDirection,
    Cycle,
    Expected,
    LegalStatus,
    State,
    Work,
    WorkKind,
)
from audits.queries.answers import answers_for
from audits.workflow.cases import look_over
from moderation.models import Concern, Panel
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry


@pytest.fixture(scope="module")
def demo(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """Load it once for the whole file, and take it away again: it is too much to load for each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        for pack in ("bristol", "coventry-2025"):
            call_command("loadpack", pack, stdout=StringIO())
        call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def with_the_demo(demo: Any, db: Any) -> None:
    """Each test in a transaction of its own within the one that loaded it."""


def test_every_role_has_a_login_that_works(settings: Any) -> None:
    # It was loaded before the tests' cheap hashes were set.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    assert len(logins()) == len(Role)
    _, email, password = logins()[0]
    first = authenticate(email=email, password=password)
    assert first is not None
    for role, email, password in logins():
        user = User.objects.get(email=email)
        assert {str(post.get_role_display()) for post in user.current_posts} == {role}
        # One hash for all of them, as it is one password.
        assert (user.password, password) == (first.password, logins()[0][2])


def test_every_address_is_of_the_domain_for_examples() -> None:
    assert User.objects.count() >= 40
    assert all(user.email.endswith("@example.org") for user in User.objects.all())


def test_there_are_cases_of_every_status() -> None:
    assert Case.objects.filter(closed_on=None).count() >= 200
    assert set(Case.objects.values_list("legal_status", flat=True)) == set(LegalStatus.values) - {"contact"}


def test_there_are_audits_in_every_state_that_lasts() -> None:
    # "Checked" is passed through within one step: an audit that is found complete goes on at once.
    assert set(Audit.objects.values_list("state", flat=True)) == set(State.values) - {State.CHECKED}
    assert Audit.objects.count() >= 35


def test_every_grade_was_given_and_the_lowest_led_to_its_duties() -> None:
    settled = Audit.objects.exclude(final_grade="")
    assert set(settled.values_list("final_grade", flat=True)) == {"O", "G", "RI", "I"}
    lowest = settled.filter(raises_alert=True, reaudit_of=None)
    assert lowest.count() >= 3
    for audit in lowest:
        assert audit.reaudit.auditor != audit.auditor
    assert Audit.objects.exclude(reaudit_of=None).filter(state=State.CLOSED).exists()
    assert CaseDirection.objects.exclude(review="").exists()


def test_some_moderators_disagreed_and_some_things_are_overdue() -> None:
    regraded = [audit for audit in Audit.objects.exclude(final_grade="") if audit.final_grade != audit.auditor_grade]
    assert len(regraded) >= 3
    assert Audit.objects.overdue(timezone.localdate()).count() >= 3
    assert set(Action.objects.values_list("state", flat=True)) >= {"open", "done", "verified"}


def test_there_are_panels_and_concerns_in_hand_and_ended() -> None:
    assert set(Panel.objects.values_list("state", flat=True)) == {"reading", "closed"}
    assert set(Concern.objects.values_list("state", flat=True)) == {"acknowledged", "resolved"}


def test_the_year_ahead_is_planned() -> None:
    cycles = Cycle.objects.all()
    assert cycles.count() == 4
    assert all(cycle.expected.exists() for cycle in cycles)
    assert Expected.objects.filter(state=Expected.State.SKIPPED, why=Expected.Why.AWAY).exists()
    assert set(Work.objects.filter(kind=WorkKind.THEMATIC).values_list("state", flat=True)) == {"proposed", "agreed"}
    assert Work.objects.filter(kind=WorkKind.DEEP_DIVE).exists()
    compared = Work.objects.get(kind=WorkKind.IMPROMPTU)
    assert (compared.state, compared.audits.exclude(submitted_at=None).count()) == ("analysis", 4)
    agreed = Work.objects.get(state="agreed")
    assert (agreed.agencies.count(), agreed.cases.count()) == (2, 3)


def test_two_quarters_have_figures() -> None:
    submitted = Audit.objects.exclude(submitted_at=None)
    assert len(set(submitted.values_list("submitted_at__year", "submitted_at__quarter"))) >= 2


def test_nobody_audits_their_own_case_and_every_choice_is_explained() -> None:
    for audit in Audit.objects.all():
        assert audit.auditor_id != audit.case_holder_id
        assert audit.selection.startswith(("Drawn from ", "Chosen by ", "Re-audit of "))


def test_every_answer_is_one_that_the_form_takes() -> None:
    for audit in Audit.objects.select_related("type").exclude(submitted_at=None):
        for row in audit.sections.all():
            section = audit.form.section(row.section)
            assert filling.check_answers(audit.form, section, row.document["answers"]) == []
        answers, raws = answers_for(audit, audit.part)
        assert filling.missing(audit.form, audit.part, answers, raws) == []


def test_the_trail_is_whole_and_has_the_days_of_its_events() -> None:
    assert list(verify()) == []
    for audit in Audit.objects.exclude(submitted_at=None).exclude(state=State.IN_PROGRESS):
        entries = Entry.objects.about(audit)
        assert timezone.localdate(entries.get(verb="audit.allocated").at) == audit.allocated_on
        assert audit.submitted_at in entries.filter(verb="audit.submitted").values_list("at", flat=True)


def test_nothing_lies_in_the_future() -> None:
    now = timezone.now()
    assert not Entry.objects.filter(at__gt=now).exists()
    assert not Notice.objects.filter(created_at__gt=now).exists()
    assert not Audit.objects.filter(allocated_on__gt=timezone.localdate()).exists()


def test_no_old_email_waits_to_be_sent_and_old_notices_are_read() -> None:
    assert not OutboxEmail.objects.exclude(state=OutboxEmail.State.SENT).exists()
    assert Notice.objects.filter(read_at=None).exists()
    assert not Notice.objects.filter(read_at=None, created_at__lt=timezone.now() - timedelta(days=16)).exists()


def test_something_waits_for_those_who_sign_in() -> None:
    for email in ("auditor", "moderator", "qa.officer", "practitioner", "service.manager"):
        assert User.objects.get(email=f"{email}@example.org").deadlines.open().exists(), email


def test_loading_again_changes_nothing() -> None:
    before = (Audit.objects.count(), User.objects.count(), Entry.objects.count())
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == "The synthetic authority was there already.\n"
    assert (Audit.objects.count(), User.objects.count(), Entry.objects.count()) == before


def test_the_logins_are_printed_as_a_table() -> None:
    out = StringIO()
    call_command("load_demo", "--print-logins", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["Role", "E-mail", "Password"]
    assert len(lines) == 15
    assert "QA officer       qa.officer@example.org       fairhaven-demo" in lines


def test_it_is_kept_out_of_a_real_installation(settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="invented people"):
        call_command("load_demo", stdout=StringIO())


def test_the_clock_is_put_back_even_after_an_error() -> None:
    true_now = timezone.now
    with clock_at(timezone.now() - timedelta(days=90)):
        assert timezone.localdate() < timezone.localdate(true_now())
    assert timezone.now is true_now
    with pytest.raises(ZeroDivisionError), clock_at(timezone.now()):
        raise ZeroDivisionError
    assert timezone.now is true_now


def test_only_the_demonstration_sets_the_clock() -> None:
    root = Path(django_settings.BASE_DIR)
    users = [
        path.relative_to(root).parts[:2]
        for floor in ("qaf", "audits", "moderation", "scorecard")
        for path in (root / floor).rglob("*.py")
        if "clock_at" in path.read_text(encoding="utf-8")
    ]
    assert set(users) == {("audits", "demo")}


def test_the_two_lists_to_try_an_import_with_do_what_their_names_say() -> None:
    officer = User.objects.get(email="qa.officer@example.org")
    folder = Path(django_settings.BASE_DIR) / "fixtures" / "demo"
    with (folder / "try-importing.csv").open("rb") as file:
        plan, _ = look_over(file, name="try-importing.csv", source="A try", by=officer)
    assert (len(plan.new), plan.faults) == (4, [])
    with (folder / "try-importing-with-mistakes.csv").open("rb") as file:
        plan, pending = look_over(file, name="try-importing-with-mistakes.csv", source="A try", by=officer)
    assert pending is None
    assert {fault.row for fault in plan.faults} == {3, 4, 5, 6}


def test_there_are_audits_about_something_else_than_a_case_at_several_steps() -> None:
    others = Audit.objects.filter(case=None).order_by("type__key", "pk").values_list("type__key", "state")
    assert list(others) == [
        ("exit-interview", State.ALLOCATED),
        ("observed-practice", State.CLOSED),
        ("observed-practice", State.SUBMITTED),
        ("supervision-file-audit", State.IN_PROGRESS),
    ]
