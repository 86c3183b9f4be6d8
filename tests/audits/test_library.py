"""Finding questions of other forms: what is found, in which order, and how fast."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Form, FormVersion, Pack
from audits.queries import library
from audits.queries.library import search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Tests give primary keys a second time, which no installation does."""
    library.forget()
    yield
    library.forget()


def publish(
    title: str, *sections: tuple[str, list[dict[str, Any]]], state: str = "published", pack: str = ""
) -> FormVersion:
    key = title.lower().replace(" ", "-")
    owner = Pack.objects.get_or_create(key=pack, defaults={"title": f"The pack {pack}"})[0] if pack else None
    form = Form.objects.create(key=key, title=title, pack=owner)
    definition = {
        "form": key,
        "title": title,
        "sections": [
            {
                "key": f"section-{number}",
                "title": head,
                "part": "audit",
                "questions": [
                    {"key": f"q{place}", "kind": "long_text", **asked} for place, asked in enumerate(questions)
                ],
            }
            for number, (head, questions) in enumerate(sections)
        ],
    }
    return FormVersion.objects.create(form=form, number=1, state=state, definition=definition)


def labels(words: str, **more: Any) -> list[str]:
    return [found.question["label"] for found in search(words, **more)]


def test_it_works() -> None:
    version = publish("Child audit", ("Plan", [{"label": "How well is the child heard?"}]), pack="bristol")
    (found,) = search("child HEARD")
    assert found.question == {"key": "q0", "kind": "long_text", "label": "How well is the child heard?"}
    assert (found.section, found.section_title) == ("section-0", "Plan")
    assert (found.form, found.form_title, found.version) == ("child-audit", "Child audit", version.pk)
    assert (found.pack, found.pack_title) == ("bristol", "The pack bristol")


def test_the_place_of_a_word_says_how_well_it_is_found() -> None:
    publish("Voice", ("Any", [{"label": "By form"}]))
    publish(
        "Other",
        ("The voice", [{"label": "By section"}]),
        (
            "Any",
            [
                {"label": "By guidance", "guidance": ["Nothing.", "Look for the voice."]},
                {"label": "By hint", "hint": "The voice."},
                {"label": "Invoice in the middle of a word: voice not"},
                {"label": "Invoices"},
                {"label": "Nothing"},
            ],
        ),
    )
    assert labels("voice") == [
        "Invoice in the middle of a word: voice not",
        "Invoices",
        "By hint",
        "By guidance",
        "By section",
        "By form",
    ]


def test_every_word_must_be_found_somewhere() -> None:
    publish("Child audit", ("Plan", [{"label": "Whose voice?"}, {"label": "Which risks?"}]))
    assert labels("plan voice") == ["Whose voice?"]
    assert labels("voice of nobody") == []
    assert labels("zebra") == []


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "  café ", "“café”?", "cafe\u0301"])
def test_accents_capitals_and_signs_do_not_matter(words: str) -> None:
    publish("Form", ("Section", [{"label": "Is there a café?"}]))
    assert labels(words) == ["Is there a café?"]


def test_without_words_all_is_listed_form_by_form() -> None:
    publish("B", ("S", [{"label": "b1"}, {"label": "b2"}]))
    publish("A", ("S", [{"label": "a1"}]))
    assert labels("") == labels(" ?! ") == ["a1", "b1", "b2"]
    assert labels("", limit=2) == ["a1", "b1"]


def test_it_is_narrowed_down_by_kind_and_pack() -> None:
    publish("Ours", ("S", [{"label": "Our voice"}, {"label": "Our day", "kind": "date"}]))
    publish("Theirs", ("S", [{"label": "Their voice"}]), pack="bristol")
    assert labels("voice", pack="bristol") == ["Their voice"]
    assert labels("", kind="date") == ["Our day"]
    assert labels("voice", kind="date") == labels("voice", pack="none") == []


def test_only_published_versions_are_looked_through() -> None:
    publish("Draft", ("S", [{"label": "Draft voice"}]), state="draft")
    publish("Retired", ("S", [{"label": "Retired voice"}]), state="retired")
    assert labels("voice") == []


def test_a_large_library_is_searched_in_one_query_and_no_time() -> None:
    asked = [
        {
            "label": f"How well was matter {n} seen to, and by whom?",
            "hint": "One line of help. " * 3,
            "guidance": ["A paragraph. " * 20],
        }
        for n in range(100)
    ]
    for number in range(20):
        publish(f"Form {number}", ("Plan", asked))
    search("warm")
    for words in ("matter 77 paragraph", "help", "zebra", ""):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            began = time.perf_counter()
            found = search(words)
            took = time.perf_counter() - began
        assert len(queries) == 1
        assert took < 0.1, words
        assert len(found) == {"matter 77 paragraph": 20, "zebra": 0}.get(words, 50)
