"""Whoever audits for one agency is given no part in another's audit by any other way, until the fieldwork is closed."""

import pytest

from audits.access import MODERATE, may, parts, visible_to
from audits.models import Audit, AuditType, ProcessMap, State
from audits.queries.cases import cases_for_list, running_audits
from audits.workflow import fieldwork_matrix, reaudits, submission
from audits.workflow.contributions import CannotAsk, ask
from audits.workflow.fieldwork import close_fieldwork
from audits.workflow.programme_parts import AgencyPart, set_agencies
from moderation.eligibility import eligible_moderators, people_to_name, why_not
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.fieldwork.setting import TYPE, Partnership, someone
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fieldwork(partnership: Partnership) -> Partnership:
    """One child; the type is re-audited at the lowest grade."""
    kind = AuditType.objects.get(key=TYPE)
    kind.process.reaudit_type = kind
    kind.process.save()
    partnership.child()
    partnership.open()
    return partnership


def council_auditor_with(role: Role, fieldwork: Partnership) -> User:
    auditor = fieldwork.auditors["Council"]
    PostFactory.create(person=auditor, role=role, agency=fieldwork.agencies["Police"])
    return auditor


def at_the_lowest_grade(fieldwork: Partnership) -> Audit:
    """The audit of the police, whose lowest grade stands."""
    submission.pass_check(fieldwork.submit("Police", grade="DNMG"), by=fieldwork.officers["Police"])
    return fieldwork.audit("Police")


def test_whoever_audits_for_one_agency_does_not_moderate_for_another(fieldwork: Partnership) -> None:
    ProcessMap.objects.update(moderation=True)
    council = council_auditor_with(Role.MODERATOR, fieldwork)
    audit = submission.pass_check(fieldwork.submit("Police"), by=fieldwork.officers["Police"])
    assert audit.state == State.MODERATING
    assert MODERATE not in parts(council, audit)
    assert not may(council, "read", audit)
    assert council not in [*eligible_moderators(audit), *people_to_name(audit)]
    assert "another agency" in why_not(council, audit)
    close_fieldwork(fieldwork.work, reason="Enough.", by=fieldwork.manager)
    assert not why_not(council, fieldwork.audit("Police"))


def test_whoever_audits_for_one_agency_does_not_re_audit_for_another(fieldwork: Partnership) -> None:
    council = council_auditor_with(Role.AUDITOR, fieldwork)
    audit = at_the_lowest_grade(fieldwork)
    assert audit.raises_alert
    assert audit.reaudit is None, "Nobody else audits for the police."
    with pytest.raises(Refused, match="audits for another agency"):
        reaudits.allocate_reaudit(audit, auditor=council, by=fieldwork.officers["Police"])
    assert not may(council, "read", audit)


def test_that_an_agency_re_audits_says_nothing_to_the_others(fieldwork: Partnership) -> None:
    someone(Role.AUDITOR, "Second Auditor", agency=fieldwork.agencies["Police"])
    again = at_the_lowest_grade(fieldwork).reaudit
    assert again is not None
    assert again.team == fieldwork.teams["Police"], "Not in the team that holds the case."
    assert again.auditor.name == "Second Auditor"
    assert not visible_to(fieldwork.officers["Council"]).filter(pk=again.pk).exists()
    Audit.objects.filter(pk=fieldwork.audit("Council").pk).update(state=State.CANCELLED)
    officer, case = fieldwork.officers["Council"], again.case
    assert not running_audits(officer, case)
    assert not cases_for_list(officer).get(pk=case.pk).being_audited
    close_fieldwork(fieldwork.work, reason="Enough.", by=fieldwork.manager)
    assert running_audits(officer, case).another


def test_a_colleague_helps_one_agency_alone(fieldwork: Partnership) -> None:
    colleague = someone(Role.PRACTITIONER, "A nurse", team=fieldwork.teams["Health"])
    ask(fieldwork.audit("Health"), section="voice", person=colleague, note="", by=fieldwork.auditors["Health"])
    with pytest.raises(CannotAsk, match="for another agency"):
        ask(fieldwork.audit("Police"), section="voice", person=colleague, note="", by=fieldwork.auditors["Police"])


def test_only_who_covers_every_agency_changes_them_while_the_fieldwork_is_open(fieldwork: Partnership) -> None:
    of_health = someone(Role.QA_MANAGER, "Health Manager", agency=fieldwork.agencies["Health"])
    agencies = [
        AgencyPart(agency, fieldwork.teams[name], of_health, fieldwork.auditors[name])
        for name, agency in fieldwork.agencies.items()
    ]
    with pytest.raises(NotAllowed, match="every agency"):
        set_agencies(fieldwork.work, agencies=agencies, by=of_health)
    set_agencies(fieldwork.work, agencies=agencies, by=fieldwork.manager)


def test_an_agency_that_was_given_an_audit_stays_and_says_what_to_do(fieldwork: Partnership) -> None:
    left = [AgencyPart(fieldwork.agencies["Health"], fieldwork.teams["Health"])]
    with pytest.raises(Refused, match="Say in the matrix that it does not know the child"):
        set_agencies(fieldwork.work, agencies=left, by=fieldwork.manager)
    cells = [fieldwork_matrix.set_cell(
        fieldwork.work.cases.get(), fieldwork.takes_part(name), auditor=None, not_known=True, by=fieldwork.manager
    ) for name in ("Council", "Police")]  # fmt: skip
    assert all(cell.audit is None for cell in cells)
    set_agencies(fieldwork.work, agencies=left, by=fieldwork.manager)


def test_an_agency_does_not_take_its_finding_out_of_the_comparison(fieldwork: Partnership) -> None:
    officer = fieldwork.officers["Police"]
    fieldwork.submit("Police")
    assert may(officer, "cancel", fieldwork.audit("Police"))
    close_fieldwork(fieldwork.work, reason="Enough.", by=fieldwork.manager)
    assert not may(officer, "cancel", fieldwork.audit("Police"))
    assert may(fieldwork.manager, "cancel", fieldwork.audit("Police"))
