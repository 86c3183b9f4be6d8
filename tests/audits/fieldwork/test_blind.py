"""While the fieldwork is open nobody of another agency learns what an agency finds, or that its audit is there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.access import FILL, may, may_be_sent, visible_to
from audits.models import Audit, Cycle, Expectation, Expected, Selection, State
from audits.queries.cases import cases_for_list, running_audits
from audits.queries.earlier import last_time
from audits.queries.expected import cases_to_choose
from audits.workflow import submission
from audits.workflow.contributions import CannotAsk, ask
from audits.workflow.draws import rules_on
from audits.workflow.fieldwork import close_fieldwork
from audits.workflow.parts import give_part
from moderation.access.panels import candidates_for, open_to_panel
from qaf.home import panels_for
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.fieldwork.setting import Partnership, make_partnership, someone
from tests.audits.fieldwork.test_pages import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def fieldwork(partnership: Partnership) -> Partnership:
    """One child; the police have submitted at the lowest grade and the check is passed, the others have not begun."""
    partnership.child()
    partnership.open()
    submission.pass_check(partnership.submit("Police", grade="DNMG"), by=partnership.officers["Police"])
    return partnership


def others(partnership: Partnership) -> list[User]:
    """Everybody who works for the two other agencies in this audit."""
    names = ("Council", "Health")
    return [
        *(partnership.auditors[name] for name in names),
        *(partnership.officers[name] for name in names),
        *(partnership.leads[name] for name in names),
        *(someone(Role.SERVICE_MANAGER, f"{name} Head", agency=partnership.agencies[name]) for name in names),
        *(someone(Role.TEAM_MANAGER, f"{name} Manager", team=partnership.teams[name]) for name in names),
    ]


def test_no_page_of_another_agencys_people_names_the_audit(fieldwork: Partnership) -> None:
    police = fieldwork.audit("Police")
    section = {"reference": police.reference, "section_key": "voice"}
    hidden = [
        reverse("audits:detail", args=[police.reference]),
        reverse("audits:section", kwargs=section),
        reverse("audits:paper", args=[police.reference]),
        reverse("audits:paper_download", args=[police.reference, "docx"]),
        reverse("audits:cancel", args=[police.reference]),
        reverse("audits:recipients", args=[police.reference]),
        reverse("moderation:review", args=[police.reference]),
    ]
    lists = ["home", "audits:tracker", "audits:case_lists", "notices:inbox", "moderation:desk", "moderation:panels"]
    for person in others(fieldwork):
        client = as_(person)
        for path in hidden:
            assert client.get(path).status_code in (403, 404), (person, path)
        for name in lists:
            assert police.reference not in client.get(reverse(name)).content.decode(), (person, name)
        for path in ("/programme/", "/programme/AUD-2026-00001/", "/programme/AUD-2026-00001/fieldwork/"):
            shown = client.get(path).content.decode()
            assert police.reference not in shown, (person, path)
            assert "Does Not Meet Good Yet" not in shown, (person, path)


def test_the_export_of_the_tracker_leaves_it_out(fieldwork: Partnership) -> None:
    police = fieldwork.audit("Police")
    for person in (fieldwork.officers["Council"], fieldwork.auditors["Council"]):
        exported = b"".join(as_(person).get(reverse("audits:tracker_csv")).streaming_content).decode("utf-8-sig")
        assert fieldwork.audit("Council").reference in exported
        assert police.reference not in exported


def test_no_row_and_no_right_reaches_another_agency(fieldwork: Partnership) -> None:
    police = fieldwork.audit("Police")
    for person in others(fieldwork):
        assert not visible_to(person).filter(pk=police.pk).exists(), person
        for action in ("see", "read", "fill", "check", "return", "cancel", "extend", "direct", "review_actions"):
            assert not may(person, action, police), (person, action)


def test_the_matrix_counts_all_and_shows_ones_own(fieldwork: Partnership) -> None:
    for person in (fieldwork.auditors["Health"], fieldwork.officers["Health"], fieldwork.leads["Health"]):
        shown = as_(person).get("/programme/AUD-2026-00001/fieldwork/").content.decode()
        assert "1 of 3 audits submitted" in shown
        assert "Health Auditor" in shown
        assert "Council Auditor" not in shown
        assert "Police Auditor" not in shown


def test_of_two_agencies_neither_reads_the_others_progress_from_the_count_of_all() -> None:
    made = make_partnership("Council", "Police")
    made.child()
    made.open()
    made.submit("Police")
    page = "/programme/AUD-2026-00001/fieldwork/"
    for person in (made.auditors["Council"], made.officers["Council"], made.leads["Council"]):
        shown = as_(person).get(page).content.decode()
        assert "audits submitted" not in shown
        assert "Council Auditor" in shown
    assert "1 of 2 audits submitted" in as_(made.manager).get(page).content.decode()


def test_what_the_police_found_is_no_earlier_finding_for_the_council(fieldwork: Partnership) -> None:
    council, auditor = fieldwork.audit("Council"), fieldwork.auditors["Council"]
    # Allocated anew after the police's grades stood, so that theirs is an earlier audit of the same child.
    Audit.objects.filter(pk=council.pk).update(state=State.CANCELLED)
    later = Audit.objects.get(pk=council.pk)
    later.pk, later.reference, later.state_was = None, "MAAB-2026-00099", ""
    later.__dict__["state"] = State.ALLOCATED
    later.save(force_insert=True)
    give_part(later, auditor, FILL)
    assert last_time(auditor, later) is None
    close_fieldwork(fieldwork.work, reason="Enough.", by=fieldwork.manager)
    found = last_time(auditor, Audit.objects.get(pk=later.pk))
    assert found is not None
    assert found.audit == fieldwork.audit("Police"), "After closing, agencies may know."


def test_a_case_list_does_not_say_that_another_agency_audits_the_child(fieldwork: Partnership) -> None:
    officer, case = fieldwork.officers["Council"], fieldwork.audit("Police").case
    assert cases_for_list(officer).get(pk=case.pk).being_audited, "Their own audit runs."
    Audit.objects.filter(pk=fieldwork.audit("Council").pk).update(state=State.CANCELLED)
    assert not cases_for_list(officer).get(pk=case.pk).being_audited
    assert not running_audits(officer, case)
    assert cases_for_list(fieldwork.manager).get(pk=case.pk).being_audited
    assert running_audits(fieldwork.manager, case).known == (fieldwork.audit("Health"),)


def test_home_panels_and_notices_stay_within_the_agency(fieldwork: Partnership) -> None:
    police = fieldwork.audit("Police")
    told = {notice.person for notice in Notice.objects.filter(text__contains=police.reference)}
    assert told <= {fieldwork.auditors["Police"], fieldwork.officers["Police"], fieldwork.manager}
    for person in others(fieldwork):
        texts = [item.text for panel in panels_for(person) for item in panel.items]
        assert not any(police.reference in text for text in texts), person


def test_nobody_who_audits_for_another_agency_helps_or_is_sent_it(fieldwork: Partnership) -> None:
    health = fieldwork.audit("Health")
    with pytest.raises(CannotAsk, match="audits for another agency"):
        ask(health, section="voice", person=fieldwork.auditors["Police"], note="", by=fieldwork.auditors["Health"])
    assert not may_be_sent(fieldwork.auditors["Police"], health)
    assert may_be_sent(fieldwork.auditors["Health"], health)
    colleague = someone(Role.PRACTITIONER, "A nurse", team=fieldwork.teams["Health"])
    assert ask(health, section="voice", person=colleague, note="", by=fieldwork.auditors["Health"])


def test_no_panel_looks_into_it_before_the_fieldwork_is_closed(fieldwork: Partnership) -> None:
    police = fieldwork.audit("Police")
    assert not open_to_panel(police)
    assert police not in candidates_for(fieldwork.manager)
    close_fieldwork(fieldwork.work, reason="Enough.", by=fieldwork.manager)
    assert open_to_panel(fieldwork.audit("Police"))


def test_blindness_holds_before_the_audits_are_submitted_too(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    police = partnership.audit("Police")
    for person in others(partnership):
        assert as_(person).get(reverse("audits:detail", args=[police.reference])).status_code == 404


def test_whoever_selects_a_case_is_not_told_of_another_agencys_audit_as_the_last_one(fieldwork: Partnership) -> None:
    council = fieldwork.teams["Council"]
    cycle = Cycle.objects.create(
        expectation=Expectation.objects.create(
            service_name="Council", type_name="Case file", type=fieldwork.work.type, every_months=2,
            auditor_role=Role.AUDITOR, selection=Selection.MANAGER,
        ),
        starts_on=timezone.localdate(), ends_on=timezone.localdate(), seed="0",
    )  # fmt: skip
    wanted = Expected.objects.create(
        cycle=cycle,
        auditor=fieldwork.auditors["Council"],
        team=council,
        opens_on=timezone.localdate(),
        state="awaiting",
    )
    (choice,) = cases_to_choose(wanted, [council], rules_on(timezone.localdate()))
    assert choice.last_audited is None
    assert choice.why_not
