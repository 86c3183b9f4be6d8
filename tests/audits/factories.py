"""Cases, and audits in whatever state a test wants, brought there by the real workflow."""

import factory

from audits.models import Audit, Case, LegalStatus, State
from audits.workflow import allocation, distribution, filling
from tests.audits import walk
from tests.audits.setting import Authority
from tests.factories import TeamFactory


class CaseFactory(factory.django.DjangoModelFactory[Case]):
    """An open case of a child of nine on a child in need plan, held by nobody that is known here."""

    class Meta:
        model = Case

    identifier = factory.Sequence(lambda n: f"SYN-9{n:05d}")
    initials = "XY"
    age = 9
    legal_status = LegalStatus.CIN
    team = factory.SubFactory(TeamFactory)


def make_audit(authority: Authority, state: State | str, *, grade: str = "G", case: Case | None = None) -> Audit:
    """An audit of the authority in a state, with one grade throughout, walked there step by step.

    ``submitted`` is a state of types with a QA check, so the type is given one for the purpose; otherwise the child
    case audit goes through the steps of its own process map (``checked`` is passed in the same transaction as the
    check itself). At the lowest grade the re-audit is opened on the way, as in life.
    """
    if state == State.SUBMITTED:
        authority.type.process.qa_check = True
        authority.type.process.save()
    audit = authority.audit(case or authority.another_case())
    if state == State.CANCELLED:
        return allocation.cancel(audit, reason="The family moved away.", by=authority.officer)
    for step in (_begin, _submit, _moderate, _distribute, _close):
        if audit.state == state:
            break
        step(audit, authority, grade)
        audit = Audit.objects.select_related("type__process").get(pk=audit.pk)
    assert audit.state == state, f"the walk ended in {audit.state}, not in {state}"
    return audit


def _begin(audit: Audit, authority: Authority, grade: str) -> None:
    section = audit.form.sections_of(audit.part)[0]
    filling.save_section(
        audit,
        section=section.key,
        document={"answers": {"child": "XY, 9"}, "raw": {}},
        seen_revision=0,
        by=audit.auditor,
    )


def _submit(audit: Audit, authority: Authority, grade: str) -> None:
    walk.submit(audit, grade=grade)


def _moderate(audit: Audit, authority: Authority, grade: str) -> None:
    walk.moderate(audit)


def _distribute(audit: Audit, authority: Authority, grade: str) -> None:
    proposed = distribution.propose_recipients(audit)
    distribution.distribute(audit, recipients=proposed, by=authority.officer)


def _close(audit: Audit, authority: Authority, grade: str) -> None:
    walk.fill(audit, part="feedback", by=authority.practitioner)
    distribution.give_feedback(audit, by=authority.practitioner)
