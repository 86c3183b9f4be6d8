"""What the trail says in words."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from qaf.people.models import User
from qaf.trail.chain import record
from qaf.trail.queries import timeline
from qaf.trail.sentences import in_words, register_sentences, sentence


@pytest.mark.django_db
def test_it_works(person: Callable[..., User], django_assert_num_queries: Callable[..., object]) -> None:
    register_sentences({"test.extended": "Moved the deadline from {before} to {after}"})
    ann, about = person(name="Ann Reed"), person()
    with transaction.atomic():
        record("test.begun", about, by=None)
        record("test.extended", about, by=ann, before="2026-11-20", after="2026-11-24", reason="She is ill.")
        record("test.changed", about, by=ann, changes={"Name": ["Al", "Alan"], "Active": [True, False]})
        record("test.changed", ann, by=ann)

    with django_assert_num_queries(1):
        lines = timeline(about)
        shown = [(line.what, str(line.who), line.text, line.changes) for line in lines]

    assert shown == [
        ("Changed", "Ann Reed", "", ["Name: Al → Alan", "Active: yes → no"]),
        ("Moved the deadline from 20 November 2026 to 24 November 2026", "Ann Reed", "She is ill.", []),
        ("Begun", "None", "", []),
    ]
    page = render_to_string("trail/timeline.html", {"timeline": lines})
    assert "The system" in page
    assert "She is ill." in page


def test_a_detail_that_is_missing_becomes_an_ellipsis() -> None:
    register_sentences({"test.told": "Told {whom}"})

    assert sentence("test.told", {}) == "Told …"


@pytest.mark.parametrize(("kind", "words"), [("docx", "Word document"), ("pdf", "PDF"), ("odt", "odt")])
def test_a_kind_of_file_is_called_as_people_call_it(kind: str, words: str) -> None:
    register_sentences({"test.taken": "Taken as a {format}"})

    assert sentence("test.taken", {"format": kind}) == f"Taken as a {words}"


def test_a_sentence_reaches_no_attribute_of_a_detail() -> None:
    register_sentences({"test.sly": "{whom.__class__} {0}"})

    assert sentence("test.sly", {"whom": "Ann"}) == "… …"


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "nothing"), ("", "nothing"), (True, "yes"), ([1, "a"], "1, a"), ("2026-01-05", "5 January 2026"),
     ("2026-99-05", "2026-99-05"), (0, "0")],
)  # fmt: skip
def test_details_are_read_as_people_write(value: object, words: str) -> None:
    assert in_words(value) == words
