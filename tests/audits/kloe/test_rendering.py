"""What the engine accepts it can also draw, read back from its own page, and show again."""

import json
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.kloe import filling
from audits.kloe.definition import from_json, to_json
from tests.audits.kloe.pages import Page, render_answers, render_section
from tests.audits.kloe.strategies import filled_forms

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@SLOW
@given(filled_forms())
def test_what_is_drawn_reads_back_as_it_was(filled) -> None:
    form, answers = filled
    for section in form.sections:
        own = answers[section.key]
        assert filling.check_answers(form, section, own) == []
        page = Page(render_section(form, section, {"answers": own, "raw": {}}))
        read = filling.read_section(form, section, page.submitted())
        assert (read.answers, read.raw, read.errors) == (own, {}, {})
        assert json.loads(json.dumps(read.answers)) == own


@SLOW
@given(filled_forms())
def test_questions_ruled_out_by_another_page_are_carried_along_unchanged(filled) -> None:
    form, answers = filled
    for section in form.sections:
        own = answers[section.key]
        page = Page(render_section(form, section, {"answers": own, "raw": {}}, answers=answers))
        assert filling.read_section(form, section, page.submitted()).answers == own


@SLOW
@given(filled_forms())
def test_definitions_survive_json_unchanged(filled) -> None:
    form, _ = filled
    stored = json.loads(json.dumps(to_json(form)))
    assert from_json(stored) == form
    assert to_json(from_json(stored)) == stored


@SLOW
@given(filled_forms())
def test_every_field_has_a_label_and_every_id_is_there_once(filled) -> None:
    form, answers = filled
    for section in form.sections:
        page = Page(render_section(form, section, {"answers": answers[section.key], "raw": {}}))
        assert len(page.ids) == len(set(page.ids))
        assert set(page.inputs) <= page.labelled
        assert set(page.described) <= set(page.ids)
        assert not [name for _, name, _ in page.attributes if name == "style" or name.startswith("on")]


@SLOW
@given(filled_forms())
def test_links_to_what_is_missing_lead_to_fields_of_the_page(filled) -> None:
    form, answers = filled
    for some in (answers, {}):
        for missing in filling.missing(form, "audit", some, {}):
            own = some.get(missing.section.key, {})
            page = Page(render_section(form, missing.section, {"answers": own, "raw": {}}))
            assert missing.anchor in page.ids


@SLOW
@given(filled_forms())
def test_answers_are_shown_for_reading_with_nothing_left_out(filled) -> None:
    form, answers = filled
    for section, questions in filling.visible(form, "audit", answers):
        html = render_answers(form, section, {"answers": answers[section.key], "raw": {}}, answers)
        for question in questions:
            if question.kind in ("short_text", "long_text") and question.key in answers[section.key]:
                shown = unescape(html.replace("<br>", "\n"))
                assert answers[section.key][question.key] in shown


@SLOW
@given(filled_forms(), st.data())
def test_whatever_is_posted_is_read_or_kept_as_typed(filled, data) -> None:
    form, answers = filled
    for section in form.sections:
        page = Page(render_section(form, section, {"answers": answers[section.key], "raw": {}}))
        posted = page.submitted()
        for name in list(posted):
            if not name.endswith("-rows") and data.draw(st.booleans()):
                posted[name] = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
        read = filling.read_section(form, section, posted)
        json.dumps(read.document, ensure_ascii=False).encode()
        assert set(read.errors) == set(read.raw)
        # What was kept as typed is on the next page again, with its error, and then reads the same.
        html = render_section(form, section, read.document)
        again = filling.read_section(form, section, Page(html).submitted())
        assert again.answers == read.answers or any("\ufffd" in str(raw) for raw in read.raw.values())
        assert html.count("govuk-error-message") >= len(read.raw)
        problems = filling.problems(form, section, read.document)
        assert {each.question.key for each in problems} >= {
            key for key in read.raw if any(q.key == key for q in dict_of(form, section, read.document))
        }


def dict_of(form, section, document):
    shown = dict(filling.visible(form, section.part, {section.key: document["answers"]}))
    return shown.get(section, ())


@pytest.fixture
def form():
    return from_json(
        {
            "form": "f",
            "title": "F",
            "scale": {
                "key": "s",
                "title": "S",
                "grades": [{"code": "G", "name": "Good", "meets_standard": True}, {"code": "I", "name": "Inadequate"}],
            },
            "descriptors": [
                {"key": "d", "title": "Plans", "scale": "s", "grades": {"G": ["Plans are <sound>."], "I": ["None."]}}
            ],
            "sections": [
                {
                    "key": "one",
                    "title": "One",
                    "introduction": "Read <this> first.",
                    "questions": [
                        {"key": "has", "kind": "yes_no", "label": "Is there a plan?", "required": True},
                        {
                            "key": "why",
                            "kind": "long_text",
                            "label": "Why not?",
                            "required": True,
                            "when": {"question": "has", "is": "no"},
                        },
                        {"key": "day", "kind": "date", "label": "Date of plan", "guidance": ["Look & see."]},
                        {
                            "key": "grade",
                            "kind": "judgement",
                            "label": "Judgement",
                            "domain": "plan",
                            "overall": True,
                            "required": True,
                            "descriptors": ["d"],
                        },
                        {
                            "key": "actions",
                            "kind": "rows",
                            "label": "Actions",
                            "row_name": "action",
                            "becomes": "actions",
                            "columns": [
                                {"key": "action", "kind": "long_text", "label": "Action", "required": True},
                                {"key": "owner", "kind": "person", "label": "Who"},
                                {"key": "due", "kind": "date", "label": "By when", "required": True},
                            ],
                        },
                    ],
                },
                {
                    "key": "two",
                    "title": "Two",
                    "part": "feedback",
                    "questions": [
                        {
                            "key": "more",
                            "kind": "long_text",
                            "label": "What else?",
                            "when": {"question": "one.has", "is": "yes"},
                        }
                    ],
                },
            ],
        }
    )


def test_markup_typed_by_anybody_is_only_text(form) -> None:
    evil = '"><script>alert(1)</script>\n</textarea>'
    document = {"answers": {"has": {"answer": "no", "comment": evil}, "why": evil}, "raw": {"day": {"day-day": evil}}}
    for html in (
        render_section(form, form.section("one"), document, {"why": [evil]}),
        render_answers(form, form.section("one"), document),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_descriptors_unfold_beside_their_grade_and_guidance_beside_its_question(form) -> None:
    html = render_section(form, form.section("one"))
    assert html.index("Good</label>") < html.index("Plans are &lt;sound&gt;.") < html.index("Inadequate</label>")
    assert html.index("Date of plan") < html.index("Look &amp; see.") < html.index('name="one__day-day"')


def test_a_conditional_question_is_shown_with_a_note_and_told_to_the_script(form) -> None:
    page = Page(render_section(form, form.section("one")))
    assert "Only if “Is there a plan?” is “No”" in "".join(page.texts)
    (when,) = [json.loads(value) for _, name, value in page.attributes if name == "data-when"]
    assert when == {"field": "one__has", "operator": "is", "values": ["no"], "answered": True}


def test_a_condition_on_another_page_is_decided_when_its_answers_are_known(form) -> None:
    two = form.section("two")
    shown = render_section(form, two, answers={"one": {"has": {"answer": "yes", "comment": ""}}})
    assert "What else?" in shown
    assert "Only if" not in shown
    assert "What else?" not in render_section(form, two, answers={"one": {"has": {"answer": "no", "comment": ""}}})
    assert "Only if" in render_section(form, two)


def test_an_error_stands_at_its_cell_and_the_typed_text_stays(form) -> None:
    one = form.section("one")
    data = {"one__actions-0-action": "Visit", "one__actions-0-due-day": "31", "one__actions-0-due-month": "2"}
    data["one__actions-0-due-year"] = "2024"
    read = filling.read_section(form, one, data)
    assert read.errors == {"actions": ["Action 1: ‘By when’ must be a real date, such as 27 3 2026"]}
    assert read.answers == {"actions": [{"action": "Visit"}]}
    page = Page(render_section(form, one, read.document))
    assert ("one__actions-0-due-day", "31") in page.fields
    assert "one__actions-0-due-error" in page.described


def test_rows_can_be_added_and_removed_without_a_script(form) -> None:
    one = form.section("one")
    page = Page(render_section(form, one, {"answers": {"actions": [{"action": "First"}]}, "raw": {}}))
    posted = page.submitted()
    posted["row_command"] = "add:one__actions"
    read = filling.read_section(form, one, posted)
    assert read.answers["actions"] == [{"action": "First"}, {}]
    assert read.row_command == ("add", "actions", 1, "one__actions-1-action")
    page = Page(render_section(form, one, read.document))
    assert read.row_command.anchor in page.ids
    posted = page.submitted()
    posted["one__actions-1-action"] = "Second"
    posted["row_command"] = "remove:one__actions:0"
    read = filling.read_section(form, one, posted)
    assert read.answers["actions"] == [{"action": "Second"}]
    assert read.row_command.anchor == "one__actions-0-action"


def test_removing_a_row_keeps_what_could_not_be_read_in_the_others(form) -> None:
    one = form.section("one")
    posted = {
        "one__actions-rows": "2",
        "one__actions-0-action": "First",
        "one__actions-1-due-day": "soon",
        "row_command": "remove:one__actions:0",
    }
    read = filling.read_section(form, one, posted)
    assert read.raw == {"actions": {"actions-0-due-day": "soon", "actions-rows": "1"}}


def test_blank_rows_go_when_the_section_is_saved(form) -> None:
    one = form.section("one")
    document = {"answers": {"actions": [{}, {"action": "Only"}, {}]}, "raw": {}}
    read = filling.read_section(form, one, Page(render_section(form, one, document)).submitted())
    assert read.answers["actions"] == [{"action": "Only"}]


def test_enter_in_a_field_saves_and_does_not_remove_a_row(form) -> None:
    html = render_section(form, form.section("one"))
    first = html.index('<button type="submit"')
    assert "row_command" not in html[first : html.index(">", first)]


def test_reading_view_keeps_line_breaks_and_says_what_is_not_answered(form) -> None:
    document = {"answers": {"has": {"answer": "no", "comment": ""}, "why": "One.\nTwo."}, "raw": {}}
    html = render_answers(form, form.section("one"), document, change_url="/section/one")
    assert "One.<br>Two." in html
    assert "Not answered" in html
    assert 'href="/section/one#one__why"' in html


def test_reading_view_leaves_out_what_does_not_apply(form) -> None:
    document = {"answers": {"has": {"answer": "yes", "comment": ""}, "why": "Left over."}, "raw": {}}
    assert "Left over." not in render_answers(form, form.section("one"), document)
    assert "Left over." not in render_answers(form, form.section("one"), document, {"one": document["answers"]})
