"""What tells who somebody is, found in words that QA wants to quote."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.personal_data import PLACEHOLDER, Known, findings, redacted

KNOWN = Known(
    names=frozenset({"Ella Marsh", "Pat Practitioner", "Bo"}),
    initials=frozenset({"AB"}),
    identifiers=frozenset({"SYN-00001", "CCA-2026-00042"}),
    days=frozenset({date(2019, 3, 7)}),
    others=frozenset({"Quin Adeyemi-Okoro", "Grace Lee"}),
)


def found(text: str, known: Known = KNOWN) -> list[tuple[str, bool]]:
    return [(one.text, one.certain) for one in findings(text, known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ella said so", "Ella"),
        ("ella’s plan", "ella"),
        ("ELLA MARSH was seen", "ELLA MARSH"),
        ("Told by Bo alone", "Bo"),
        ("AB is safe", "AB"),
        ("A.B. is safe", "A.B."),
        ("case SYN 00001 shows", "SYN 00001"),
        ("see CCA-2026-00042", "CCA-2026-00042"),
        ("on her birthday, 7 March", "7 March"),
        ("born 07/03/2019", "07/03/2019"),
        ("seen on 12 June 2026", "12 June 2026"),
        ("write to mum.x@example.org now", "mum.x@example.org"),
        ("ring 0117 922 2000 first", "0117 922 2000"),
        ("NHS 943 476 5919 was", "943 476 5919"),
        ("UPN A123456789012 was", "A123456789012"),
        ("lives in BS1 5TR now", "BS1 5TR"),
        ("lives at 12 Long Ashton Road still", "12 Long Ashton Road"),
        ("as Okoro noted", "Okoro"),
        ("as okoro noted", None),
        ("as Adeyemi-Okoro noted", "AdeyemiOkoro"),
    ],
)
def test_what_is_personal_is_found_and_refused(text: str, expected: str | None) -> None:
    assert "".join(one.text for one in findings(text, KNOWN) if one.certain) == (expected or "")


@pytest.mark.parametrize(
    "text",
    [
        "The social worker listens and comes when she says she will.",
        "About a third of plans were reviewed in 2026, under section 47.",
        "The abbey was shut; able workers helped. Above all, boats.",
        "Visits every 10 days, 3 of 4 in time, 100% recorded.",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_name_that_is_a_plain_word_is_asked_about_where_it_is_capitalised() -> None:
    assert found("By the grace of neighbours, Grace came.") == [("Grace", False)]
    assert found("Out on the marsh with Mr Marsh.") == [("Marsh", False)]


def test_an_age_is_asked_about() -> None:
    assert found("A 7-year-old told us.") == [("7-year-old", False)]


def test_what_is_certain_is_taken_out_and_the_rest_is_left_for_a_person() -> None:
    assert redacted("Ella (AB, aged 7) told Grace on 7 March.", KNOWN) == (
        f"{PLACEHOLDER} ({PLACEHOLDER}, aged 7) told Grace on {PLACEHOLDER}."
    )


words = st.text(alphabet="abcdefghijk ELMPA’'.-0123456789", max_size=60)


@given(words, st.sampled_from(["Ella", "ella marsh", "AB", "SYN-00001", "7 March", "a@b.org"]), words)
def test_nothing_certain_is_left_after_taking_out(before: str, personal: str, after: str) -> None:
    text = redacted(f"{before} {personal} {after}", KNOWN)
    assert not [one for one in findings(text, KNOWN) if one.certain and PLACEHOLDER not in one.text]
    assert personal not in text.split(" ")


@given(words)
def test_findings_stand_where_they_say_and_do_not_overlap(text: str) -> None:
    last = 0
    for one in findings(text, KNOWN):
        assert text[one.start : one.end] == one.text
        assert one.start >= last
        last = one.end


WRITTEN = Known(
    names=frozenset({"Zoë O’Brien", "Mary-Jane Núñez", "Li Wu"}),
    initials=frozenset({"ZB"}),
    identifiers=frozenset({"SYN-00001"}),
    days=frozenset({date(2015, 5, 3)}),
)


@pytest.mark.parametrize(
    "text",
    [
        "Zoe",
        "ZOË",
        unicodedata.normalize("NFD", "Zoë"),
        "Zo\u00adë",
        "Z\u200boë",
        "Zoës",
        "_Zoe_",
        "OBrien",
        "O'Brien's",
        "Nunez",
        "MaryJane",
        "Z-B",
        "Z/B",
        "Z\u00a0B",
        "ZBs",
        "SYN – 00001",
        "third of May",
        "May the 3rd",
        "the third of May 2015",
        "May the third, 2015",
        "3 / 5 / 2015",
        "2015.05.03",
        "3\u00a0May\u00a02015",
        "(0117) 496 0123",
        "0044 7700 900123",
        "07700.900.123",
        "07700\n900123",
        "０７７００９００１２３",
        "943.476.5919",
        "BS1\u00a05TR",
    ],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    assert [one for one in findings(f"and {text} was", WRITTEN) if one.certain]
    assert text not in redacted(f"and {text} was", WRITTEN)


@pytest.mark.parametrize(
    "text", ["Li said", "zb was seen", "z.b. was seen", "on 3/5 she", "a ten-year-old boy", "aged nine"]
)
def test_what_may_be_somebody_or_a_plain_word_is_asked_about(text: str) -> None:
    assert [one.certain for one in findings(text, WRITTEN)] == [False]


def test_plain_words_are_not_taken_for_short_initials() -> None:
    assert findings("As it is, we do so", Known(initials=frozenset({"IS", "AS"}))) == []


@given(st.text())
def test_what_is_found_is_what_stands_there(text: str) -> None:
    for one in findings(f"{text} Zoë {text}", WRITTEN):
        assert f"{text} Zoë {text}"[one.start : one.end] == one.text != ""
