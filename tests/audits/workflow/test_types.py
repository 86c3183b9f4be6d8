"""Saying how audits of a type go: what is kept, what is refused, what the trail tells."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from audits.forms.allocation import types_to_allocate
from audits.models import Audit, AuditType, Form, FormVersion, ProcessMap, State
from audits.workflow.drafts import start_form
from audits.workflow.types import CannotSave, TypeFields, fingerprint, parts_of, save_type
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.factories import make_audit
from tests.audits.setting import Authority

pytestmark = pytest.mark.django_db


def said_of(kind: AuditType) -> TypeFields:
    return TypeFields(**{name: getattr(kind, name) for name in TypeFields.__dataclass_fields__})


def change(authority: Authority, process: dict[str, Any] | None = None, seen: str = "", **said: Any) -> AuditType:
    kind = AuditType.objects.get(pk=authority.type.pk)
    fields = replace(said_of(kind), **said)
    return save_type(form=kind.form, said=fields, process=process or {}, by=authority.qa_manager, kind=kind, seen=seen)


def faults(authority: Authority, process: dict[str, Any] | None = None, **said: Any) -> list[str]:
    with pytest.raises(CannotSave) as refused:
        change(authority, process, **said)
    return [field for field, _ in refused.value.faults]


def test_it_works(authority: Authority) -> None:
    form = authority.type.form
    said = TypeFields(title="Thematic audit", reference_prefix="TA", confidential=True)
    kind = save_type(form=form, said=said, process={"audit_days": 7, "feedback": False}, by=authority.qa_manager)
    assert (kind.key, kind.form, kind.confidential, kind.is_active) == ("thematic-audit", form, True, True)
    assert (kind.process.audit_days, kind.process.feedback, kind.process.moderation) == (7, False, True)
    assert Entry.objects.about(kind).get().verb == "type.made"


def test_two_types_of_one_name_have_keys_of_their_own_and_none_is_an_address_already(authority: Authority) -> None:
    said = TypeFields(title="New", reference_prefix="N")
    made = [save_type(form=authority.type.form, said=said, process={}, by=authority.qa_manager).key for _ in range(2)]
    assert made == ["new-2", "new-3"]


@pytest.mark.django_db(transaction=True)
def test_two_types_of_one_name_made_at_once_for_two_forms(authority: Authority) -> None:
    versions = FormVersion.objects.filter(form=authority.type.form)
    other = start_form(title="Other", by=authority.qa_manager, copy_of=versions.get()).form
    barrier = Barrier(4)
    made: list[str] = []

    def make(form: Form) -> None:
        barrier.wait()
        said = TypeFields(title="Thematic audit", reference_prefix="TA")
        made.append(save_type(form=form, said=said, process={}, by=authority.qa_manager).key)
        connection.close()

    threads = [Thread(target=make, args=(form,)) for form in (authority.type.form, other) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["thematic-audit", "thematic-audit-2", "thematic-audit-3", "thematic-audit-4"]


def test_a_change_is_told_with_before_and_after(authority: Authority) -> None:
    change(authority, {"audit_days": 15}, title="Child case file audit")
    entry = Entry.objects.about(authority.type).get(verb="type.changed")
    assert entry.details["changes"] == {
        "title": ["Child case audit", "Child case file audit"],
        "working days to audit": ["10", "15"],
    }


def test_what_changes_nothing_is_not_on_record(authority: Authority) -> None:
    change(authority, {"audit_days": 10})
    assert not Entry.objects.about(authority.type).exists()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.QA_MANAGER, Role.ADMIN}))
def test_only_qa_managers_and_administrators_say_how_audits_go(
    authority: Authority, person: Callable[..., User], role: str
) -> None:
    kind = authority.type
    with pytest.raises(NotAllowed):
        save_type(form=kind.form, said=said_of(kind), process={}, by=person(role), kind=kind)


def test_nobody_overwrites_what_another_changed_meanwhile(authority: Authority) -> None:
    seen = fingerprint(authority.type)
    change(authority, {"audit_days": 15}, seen=seen)
    with pytest.raises(Stale):
        change(authority, {"audit_days": 20}, seen=seen)
    assert ProcessMap.objects.get(type=authority.type).audit_days == 15


def test_what_audits_were_started_on_stays(authority: Authority) -> None:
    change(authority, about="record")
    change(authority, about="case")
    authority.audit()
    assert faults(authority, about="record", part="reaudit") == ["part", "about"]
    change(authority, title="Called otherwise", reference_prefix="OTH")


def test_a_part_that_the_form_does_not_have_is_refused(authority: Authority) -> None:
    assert faults(authority, part="qa_check") == ["part"]
    assert [part for part, _ in parts_of(authority.type.form)] == ["audit", "moderation", "feedback", "reaudit"]


def test_nobody_else_fills_the_part_that_the_auditor_fills(authority: Authority) -> None:
    assert faults(authority, {"moderation": True}, part="moderation") == ["part"]
    assert faults(authority, part="feedback") == ["part"]
    assert change(authority, {"feedback": False}, part="feedback").part == "feedback"


def test_a_type_is_not_its_own_re_audit_nor_of_something_else(authority: Authority) -> None:
    assert faults(authority, {"reaudit_type": authority.type}) == ["reaudit_type"]
    AuditType.objects.filter(key="child-case-reaudit").update(about="agency")
    reaudit = AuditType.objects.get(key="child-case-reaudit")
    assert faults(authority, {"reaudit_type": reaudit}) == ["reaudit_type"]


def test_a_type_that_follows_another_can_still_be_started_by_hand(authority: Authority) -> None:
    said = TypeFields(title="Short audit", reference_prefix="SA")
    process = {"reaudit_type": authority.type, "reaudit_weeks": 8}
    short = save_type(form=authority.type.form, said=said, process=process, by=authority.qa_manager)
    assert set(types_to_allocate()) == {authority.type, short}


def test_a_re_audit_stays_one_that_can_be_opened(authority: Authority) -> None:
    reaudit = AuditType.objects.get(key="child-case-reaudit")
    with pytest.raises(CannotSave, match="“Child case audit”"):
        save_type(
            form=reaudit.form, said=replace(said_of(reaudit), about="record"), process={}, by=authority.qa_manager,
            kind=reaudit,
        )  # fmt: skip
    unpublished = AuditType.objects.create(
        key="other", title="Other", form=Form.objects.create(key="other", title="Other"), reference_prefix="O"
    )
    assert faults(authority, {"reaudit_type": unpublished}) == ["reaudit_type"]


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.SUBMITTED, "qa_check"),
        (State.MODERATING, "moderation"),
        (State.MODERATED, "distribution"),
        (State.DISTRIBUTED, "feedback"),
    ],
)
def test_a_step_is_not_switched_off_while_audits_stand_in_it(authority: Authority, state: State, step: str) -> None:
    audit = make_audit(authority, state)
    assert faults(authority, {step: False}) == [step]
    Audit.objects.filter(pk=audit.pk).update(state=State.CLOSED)
    assert not getattr(change(authority, {step: False}).process, step)
