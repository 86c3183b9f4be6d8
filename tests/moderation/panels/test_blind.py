"""Nobody learns what another graded before they have graded themselves."""

import pytest
from django.test import Client

from audits.kloe.conditions import Reference, Test
from audits.kloe.questions import FormDefinition, Question, Section
from audits.models import Audit
from audits.workflow.parts import give_part
from moderation.access.panels import may_case, sees_why
from moderation.models import Panel, PanelCase, PanelView
from moderation.panel_sampling import Sizes
from moderation.queries.panel_lines import NOT_YET
from moderation.queries.panels import Bundle, bundle, missing_views, own_view, views_seen_by, without_grades
from moderation.workflow import panel_drawing, panel_meeting
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.setting import someone
from tests.moderation.panels.setting import PanelSetting, a_day, add


def case_of(panel: Panel, audit: Audit) -> PanelCase:
    return PanelCase.objects.select_related("panel", "audit__type", "audit__case").get(panel=panel, audit=audit)


def view(case: PanelCase, by: User, grade: str = "RI") -> PanelView:
    return panel_meeting.record_view(case, grade=grade, reason="The plan has no dates.", by=by)


def tells_a_grade(found: Bundle) -> bool:
    """Whether anything in a bundle says what auditor or moderator graded."""
    keys = {Reference(section.key, question.key) for section, question in found.form.judgements(found.audit.part)}
    shown = {Reference(one.section.key, key) for one in found.sections for key in one.document["answers"]}
    shown |= {Reference(section, key) for section, own in found.answers.items() for key in own}
    asked = {Reference(one.section.key, question.key) for one in found.sections for question in one.section.questions}
    return bool(found.judgement or found.regrade or keys & (shown | asked))


def test_a_member_reads_the_record_without_grades_until_they_have_graded(house: PanelSetting) -> None:
    panel = house.reading(house.lowered, house.shifted)
    case = case_of(panel, house.lowered)
    found = bundle(case, house.first)
    assert not found.revealed
    assert not tells_a_grade(found)
    assert len(found.sections) > 5
    assert any(one.document["answers"] for one in found.sections)
    # The plan of actions is asked for unless the grade is the best one, so that it is there would tell something.
    hidden = {one.key for one in found.form.sections_of("audit")} - {one.section.key for one in found.sections}
    assert hidden
    assert set(found.answers) == {one.section.key for one in found.sections}

    view(case, house.first)
    found = bundle(case_of(panel, house.lowered), house.first)
    assert found.revealed
    assert tells_a_grade(found)
    assert found.judgement is not None
    assert (found.judgement.auditor_grade, found.judgement.moderated_grade) == ("G", "I")
    assert found.regrade is not None
    assert found.regrade.reason == "The record shows otherwise."
    # For the others nothing has changed, nor for this member on another case.
    assert not tells_a_grade(bundle(case_of(panel, house.lowered), house.second))
    assert not tells_a_grade(bundle(case_of(panel, house.shifted), house.first))


def test_only_ones_own_grade_is_seen_until_the_discussion_is_open(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    case = case_of(panel, house.confirmed)
    mine = view(case, house.first, "I")
    view(case, house.chair, "O")
    everybody = (house.chair, house.first, house.second, house.support, house.authority.qa_manager)
    seen = {person.name: [one.grade for one in views_seen_by(person, case)] for person in everybody}
    assert seen == {
        "Cho Chair": ["O"],
        "Fay First": ["I"],
        "Sid Second-Member": [],
        "Oli Officer": [],
        "Quin Manager": [],
    }
    assert own_view(house.first, case) == mine
    assert [(one.member.person, len(one.cases)) for one in missing_views(panel)] == [(house.second, 1)]
    view(case, house.second, "G")
    panel_meeting.open_discussion(panel, by=house.chair)
    case = case_of(panel, house.confirmed)
    for person in everybody:
        assert sorted(one.grade for one in views_seen_by(person, case)) == ["G", "I", "O"]
    assert views_seen_by(house.authority.auditor, case) == []


def test_a_recorded_grade_is_final(house: PanelSetting) -> None:
    panel = house.reading(house.confirmed)
    case = case_of(panel, house.confirmed)
    for grade, reason, words in (("X", "Why.", "grades of this audit"), ("", "Why.", "grades"), ("G", " ", "decided")):
        with pytest.raises(Refused, match=words):
            panel_meeting.record_view(case, grade=grade, reason=reason, by=house.first)
    view(case, house.first, "I")
    with pytest.raises(Stale, match="recorded already and stands"):
        view(case, house.first, "G")
    assert PanelView.objects.get().grade == "I"


def test_nobody_else_records(house: PanelSetting) -> None:
    give_part(house.confirmed, house.second, "direct_audit")
    panel = house.reading(house.confirmed, house.fresh)
    case = case_of(panel, house.confirmed)
    for person in (house.support, house.authority.qa_manager, house.authority.auditor):
        with pytest.raises(NotAllowed):
            view(case, person)
    with pytest.raises(NotAllowed, match="You direct the case"):
        view(case, house.second)
    view(case_of(panel, house.fresh), house.second)
    assert not may_case(house.second, "read", case)
    for person in (house.second, house.authority.qa_manager, house.authority.auditor):
        with pytest.raises(NotAllowed):
            bundle(case, person)
    # The support prepares the papers and grades nothing: as blind as the members.
    assert not tells_a_grade(bundle(case, house.support))


def test_records_are_read_only_while_the_panel_works(house: PanelSetting) -> None:
    panel = house.seated()
    house_case = PanelCase.objects.create(
        panel=panel, audit=house.confirmed, position=1, drawn_as="chosen", domain="overall"
    )
    for state, reads in (("planned", False), ("reading", True), ("discussing", True), ("closed", False)):
        Panel.objects.filter(pk=panel.pk).update(state=state)
        case = PanelCase.objects.select_related("panel", "audit__case").get(pk=house_case.pk)
        assert may_case(house.first, "read", case) is reads, state
    Panel.objects.filter(pk=panel.pk).update(state="reading")
    for change in ({"confidential": True}, {"confidential": False, "state": "cancelled"}):
        Audit.objects.filter(pk=house.confirmed.pk).update(**change)
        case = PanelCase.objects.select_related("panel", "audit__case").get(pk=house_case.pk)
        assert not may_case(house.first, "read", case)


def test_why_it_was_drawn_is_told_to_nobody_who_is_still_to_grade_it(house: PanelSetting, client: Client) -> None:
    """Nor is it of a case whose reason is harmless: whatever was left unsaid would then be a disagreement."""
    panel = house.seated(sizes=Sizes(random=0, differing=1, domains=0, innovative=1))
    add(panel, house.confirmed, by=house.chair)
    client.force_login(house.chair)
    preview = client.get(f"/moderation/panels/{panel.pk}/draw/?seed=7").content.decode()
    assert "apart on" not in preview
    assert preview.count(NOT_YET) == 2
    panel = panel_drawing.draw_sample(panel, seed=7, by=house.chair)
    panel = panel_drawing.open_reading(panel, by=house.chair)
    kinds = {case.drawn_as: case for case in panel.cases.select_related("panel")}
    assert {kind: case.audit for kind, case in kinds.items()} == {
        "differing": house.lowered,
        "innovative": house.fresh,
        "chosen": house.confirmed,
    }
    for kind, case in kinds.items():
        blind = kind != "chosen"
        assert sees_why(house.first, case, recorded=False) is not blind
        assert sees_why(house.first, case, recorded=True)
        assert sees_why(house.support, case, recorded=False)
        assert not (blind and sees_why(house.authority.auditor, case, recorded=False))
    for person, told in ((house.first, 0), (house.chair, 0), (house.support, 1)):
        client.force_login(person)
        page = client.get(f"/moderation/panels/{panel.pk}/").content.decode()
        assert page.count("How the sample was drawn") == page.count("apart on") == told, person
        assert page.count(NOT_YET) == (0 if told else 2), person
        assert page.count("Two readings are possible.") == 1, person


def test_whoever_can_open_the_audit_itself_is_asked_to_wait(house: PanelSetting, client: Client) -> None:
    panel = house.reading(house.confirmed)
    path = f"/moderation/panels/{panel.pk}/cases/{panel.cases.get().pk}/"
    for person, asked in ((house.chair, 1), (house.first, 0)):
        client.force_login(person)
        assert client.get(path).content.decode().count("only once you have recorded your own") == asked


def test_a_concerned_member_does_not_follow_the_discussion(house: PanelSetting) -> None:
    give_part(house.confirmed, house.first, "direct_audit")
    fourth = someone(Role.PANEL_MEMBER, "Flo Fourth")
    panel = house.reading(house.confirmed)
    case = case_of(panel, house.confirmed)
    view(case, house.second)
    Panel.objects.filter(pk=panel.pk).update(meets_on=a_day(0))
    panel_meeting.open_discussion(panel, by=house.support, although_missing=True)
    case = case_of(panel, house.confirmed)
    assert views_seen_by(house.first, case) == views_seen_by(fourth, case) == []
    assert len(views_seen_by(house.second, case)) == 1


def test_what_hangs_on_a_grade_through_another_question_is_left_out_too() -> None:
    def question(key: str, kind: str = "long_text", after: str = "", **more: object) -> Question:
        when = Test(Reference("one", after), "not", ("O",)) if after else None
        return Question(key, kind, key, when=when, **more)  # type: ignore[arg-type]

    one = Section(
        "one",
        "One",
        questions=(
            question("free"),
            question("grade", "judgement", domain="planning"),
            question("because", after="grade"),
            question("more", after="because"),
            question("plain", after="free"),
        ),
    )
    hidden = Section("two", "Two", when=Test(Reference("one", "more"), "answered"), questions=(question("left"),))
    moderators = Section("three", "Three", part="moderation", questions=(question("said"),))
    form = FormDefinition("form", "Form", sections=(one, hidden, moderators))
    kept = {section.key: [each.key for each in section.questions] for section in without_grades(form, "audit")}
    assert kept == {"one": ["free", "plain"]}
