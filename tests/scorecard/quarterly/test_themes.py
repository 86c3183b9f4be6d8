"""Themes and quotations: what QA may quote, and that nothing personal goes with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Audit, SectionAnswers, State
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Quotation, Report, ReportTheme, Stage
from scorecard.queries.quotable import Filters, excerpts, known_of, quotable_audits, to_read
from scorecard.workflow.themes import (
    OlderQuotation,
    OlderTheme,
    TellsWho,
    add_quotation,
    add_theme,
    change_quotation,
    change_theme,
    move_theme,
    remove_quotation,
    remove_theme,
)
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, make_authority
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import somebody

pytestmark = pytest.mark.django_db
SAID = "Ella told us that she feels heard, and AB agrees."


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def qa(authority: Authority) -> User:
    return authority.qa_manager


@pytest.fixture
def audit(authority: Authority) -> Audit:
    """A closed audit in which the auditor, the family and the practitioner wrote."""
    found = make_audit(authority, State.CLOSED)
    row = SectionAnswers.objects.get(audit=found, section="plan")
    row.document["answers"]["smart"] = {"strengths": "", "improvements": SAID}
    row.save()
    details = SectionAnswers.objects.get(audit=found, section="details")
    details.document["answers"]["caseholder"] = "Ella Winterbourne"
    details.save()
    return found


@pytest.fixture
def report(audit: Audit) -> Report:
    day = audit.submitted_at.date()  # type: ignore[union-attr]
    return make_report(date(day.year, day.month, 1), date(day.year, 12, 31))


def make_report(first: date, last: date, **fields: Any) -> Report:
    """A made report that QA is drafting."""
    return Report.objects.create(
        period_from=first,
        period_to=last,
        schedule_key=f"test:{Report.objects.count()}",
        state="made",
        snapshot={"figures": {}},
        snapshot_digest="0" * 64,
        **fields,
    )


@pytest.fixture
def theme(report: Report, qa: User) -> ReportTheme:
    return add_theme(report, kind="theme", title="Voice of the child", by=qa)


def quote(theme: ReportTheme, audit: Audit, qa: User, **fields: Any) -> Quotation:
    said = {"voice": "family", "text": "She feels heard.", "confirmed": True, "by": qa, **fields}
    return add_quotation(theme, audit=audit, **said)


def passages(report: Report, user: User, **filters: str) -> list[tuple[str, str]]:
    audits = list(to_read(quotable_audits(report, user)))
    return [(one.key, one.voice) for one in excerpts(audits, user, Filters(**filters))]


def test_evidence_views_of_families_and_workers_words_can_be_found(report: Report, audit: Audit, qa: User) -> None:
    assert ("plan.smart.improvements", "auditor") in passages(report, qa, words="FEELS heard")
    assert {voice for _, voice in passages(report, qa)} == {"auditor", "family", "practitioner"}
    assert {voice for _, voice in passages(report, qa, voice="family")} == {"family"}
    assert passages(report, qa, words="nothing like it") == []


def test_only_audits_of_the_period_that_qa_oversees_are_searched(
    report: Report, audit: Audit, qa: User, authority: Authority
) -> None:
    other = somebody(Role.QA_OFFICER, agency=AgencyFactory.create(name="Elsewhere"))
    assert list(quotable_audits(report, qa)) == [audit]
    assert not quotable_audits(report, other).exists()
    assert not quotable_audits(report, authority.service_manager).exists()
    assert not quotable_audits(make_report(date(2020, 1, 1), date(2020, 3, 31)), qa).exists()
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    assert not quotable_audits(report, qa).exists()
    Audit.objects.filter(pk=audit.pk).update(confidential=False, case_holder=qa)
    assert not quotable_audits(report, qa).exists()


def test_what_is_known_of_an_audit_has_its_names_initials_and_numbers(audit: Audit) -> None:
    known = known_of(to_read(Audit.objects.filter(pk=audit.pk)).get())
    assert {"Ella Winterbourne", "Pat Practitioner", "Ade Auditor"} <= known.names
    assert "XY" in known.initials
    assert audit.case is not None
    assert {audit.reference, audit.case.identifier} <= known.identifiers
    assert "Quin Manager" in known.others


@pytest.mark.parametrize("text", ["Ella was heard.", "XY was heard.", "Ring 0117 922 2000.", "Pat listens."])
def test_words_that_tell_who_somebody_is_are_refused(theme: ReportTheme, audit: Audit, qa: User, text: str) -> None:
    entries = Entry.objects.count()
    with pytest.raises(TellsWho):
        quote(theme, audit, qa, text=text, sure=True)
    assert (Quotation.objects.count(), Entry.objects.count()) == (0, entries)


def test_what_may_tell_it_asks_for_a_second_look(theme: ReportTheme, audit: Audit, qa: User) -> None:
    with pytest.raises(TellsWho):
        quote(theme, audit, qa, text="A 7-year-old was heard.")
    assert quote(theme, audit, qa, text="A 7-year-old was heard.", sure=True).pk


def test_nobody_quotes_without_saying_that_they_looked(theme: ReportTheme, audit: Audit, qa: User) -> None:
    with pytest.raises(Refused, match="Confirm"):
        quote(theme, audit, qa, confirmed=False)


def test_the_same_quotation_twice_is_one(theme: ReportTheme, audit: Audit, qa: User) -> None:
    assert quote(theme, audit, qa) == quote(theme, audit, qa)
    assert Quotation.objects.count() == 1


def test_an_audit_outside_ones_sight_cannot_be_quoted(theme: ReportTheme, audit: Audit, qa: User) -> None:
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    with pytest.raises(NotAllowed):
        quote(theme, audit, qa)


def test_themes_are_ordered_within_their_kind_and_moving_twice_moves_once(report: Report, qa: User) -> None:
    first, second = (add_theme(report, kind="strength", title=title, by=qa) for title in ("One", "Two"))
    add_theme(report, kind="improvement", title="Three", by=qa)
    for _ in range(2):
        move_theme(first, up=False, seen_position=first.position, by=qa)
    assert [one.title for one in report.themes.filter(kind="strength")] == ["Two", "One"]
    assert second.pk != first.pk


def test_the_same_theme_twice_is_one(report: Report, qa: User) -> None:
    assert add_theme(report, kind="theme", title="Voice", by=qa) == add_theme(
        report, kind="theme", title="Voice ", by=qa
    )


def test_a_title_of_signs_that_nobody_sees_is_none(
    report: Report, theme: ReportTheme, audit: Audit, qa: User, page: Client
) -> None:
    with pytest.raises(Refused, match="title"):
        add_theme(report, kind="theme", title="\u200b\u202e", by=qa)
    with pytest.raises(Refused, match="Write down the words"):
        add_quotation(theme, audit=audit, voice="child", text="\u200b", confirmed=True, by=qa)
    path = reverse("scorecard:theme", args=[report.pk, theme.pk])
    answer = page.post(path, {"title": "\u200b", "text": "", "revision": theme.revision})
    assert answer.status_code == 409
    assert "Give the theme a title" in answer.content.decode()


def test_a_theme_saved_from_an_old_page_is_refused_with_what_stands(theme: ReportTheme, qa: User) -> None:
    change_theme(theme, title="Voice", text="Heard.", seen_revision=0, by=qa)
    with pytest.raises(OlderTheme) as refused:
        change_theme(theme, title="Voice", text="Not heard.", seen_revision=0, by=qa)
    assert refused.value.stored.text == "Heard."
    change_theme(theme, title="Voice", text="Heard.", seen_revision=0, by=qa)


def test_a_quotation_saved_from_an_old_page_is_refused(theme: ReportTheme, audit: Audit, qa: User) -> None:
    found = quote(theme, audit, qa)
    said: dict[str, Any] = {"voice": "family", "confirmed": True, "by": qa}
    change_quotation(found, text="She is heard.", seen_text="She feels heard.", **said)
    with pytest.raises(OlderQuotation):
        change_quotation(found, text="Nobody listens.", seen_text="She feels heard.", **said)
    with pytest.raises(TellsWho):
        change_quotation(found, text="Ella is heard.", seen_text="She is heard.", **said)


def test_nothing_is_changed_once_the_report_is_with_the_chair(
    theme: ReportTheme, audit: Audit, report: Report, qa: User
) -> None:
    found = quote(theme, audit, qa)
    Report.objects.filter(pk=report.pk).update(stage=Stage.DRAFTED, chair=somebody(Role.AUDIT_CHAIR))
    entries = Entry.objects.count()
    for act in (
        lambda: add_theme(report, kind="theme", title="Late", by=qa),
        lambda: change_theme(theme, title="Late", text="", seen_revision=0, by=qa),
        lambda: move_theme(theme, up=True, seen_position=1, by=qa),
        lambda: remove_theme(theme, by=qa),
        lambda: quote(theme, audit, qa, text="Late words."),
        lambda: remove_quotation(found, by=qa),
    ):
        with pytest.raises(Stale):
            act()
    assert Entry.objects.count() == entries


def test_others_than_qa_change_nothing(report: Report, authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        add_theme(report, kind="theme", title="Mine", by=authority.service_manager)


def test_the_trail_holds_no_words_of_a_theme_or_quotation(theme: ReportTheme, audit: Audit, qa: User) -> None:
    quote(theme, audit, qa)
    text = str(list(Entry.objects.filter(verb__startswith="report.").values_list("verb", "details")))
    assert "report.quotation_added" in text
    assert "heard" not in text
    assert "Voice of" not in text


# The pages.


@pytest.fixture
def page(client: Client, qa: User) -> Client:
    client.force_login(qa)
    return client


def test_a_theme_is_added_evidence_found_and_quoted_without_names(
    page: Client, report: Report, audit: Audit, qa: User
) -> None:
    added = page.post(reverse("scorecard:themes", args=[report.pk]), {"kind": "theme", "title": "Voice", "text": ""})
    theme = report.themes.get()
    assert added["Location"] == reverse("scorecard:theme", args=[report.pk, theme.pk])
    search = page.get(reverse("scorecard:evidence", args=[report.pk, theme.pk]), {"words": "feels heard"})
    assert SAID in search.content.decode()
    address = reverse("scorecard:quote", args=[report.pk, theme.pk, audit.reference, "plan.smart.improvements"])
    assert address in search.content.decode()
    offered = page.get(address).content.decode()
    assert "[…] told us that she feels heard" in offered
    said = {"text": SAID, "voice": "auditor", "confirmed": "on"}
    refused = page.post(address, said)
    assert refused.status_code == 409
    assert "Take out “Ella”" in refused.content.decode()
    assert SAID in refused.content.decode()
    done = page.post(address, {**said, "text": "She feels heard."})
    assert done.status_code == 302
    shown = page.get(reverse("scorecard:theme", args=[report.pk, theme.pk])).content.decode()
    assert "She feels heard." in shown
    assert audit.reference in shown


def test_an_answer_that_is_none_is_not_found(page: Client, theme: ReportTheme, audit: Audit) -> None:
    for key in ("plan.none", "details.child", "moderation.findings"):
        address = reverse("scorecard:quote", args=[theme.report_id, theme.pk, audit.reference, key])
        assert page.get(address).status_code == 404


def test_a_late_save_shows_both_texts_and_can_be_put_in_place(page: Client, theme: ReportTheme, qa: User) -> None:
    change_theme(theme, title="Voice", text="Heard.", seen_revision=0, by=qa)
    address = reverse("scorecard:theme", args=[theme.report_id, theme.pk])
    late = page.post(address, {"title": "Voice", "text": "Not heard.", "revision": "0"})
    assert late.status_code == 409
    assert "Heard." in late.content.decode()
    assert "Not heard." in late.content.decode()
    page.post(address, {"title": "Voice", "text": "Not heard.", "revision": "1"})
    theme.refresh_from_db()
    assert theme.text == "Not heard."


def test_themes_and_quotations_are_taken_out_only_when_asked_twice(
    page: Client, theme: ReportTheme, audit: Audit, qa: User
) -> None:
    found = quote(theme, audit, qa)
    for name, key in (("quotation_remove", found.pk), ("theme_remove", theme.pk)):
        address = reverse(f"scorecard:{name}", args=[theme.report_id, key])
        assert page.get(address).status_code == 200
        assert page.post(address).status_code == 302
    assert not ReportTheme.objects.exists()


def test_the_search_asks_as_many_questions_for_many_audits_as_for_few(
    page: Client,
    theme: ReportTheme,
    authority: Authority,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    address = reverse("scorecard:evidence", args=[theme.report_id, theme.pk])
    page.get(address, {"words": "the"})
    with django_assert_max_num_queries(60) as few:
        page.get(address, {"words": "the"})
    for _ in range(2):
        make_audit(authority, State.MODERATING)
    with django_assert_num_queries(len(few.captured_queries)):
        page.get(address, {"words": "the"})


@pytest.mark.parametrize("text", ["\x00", "‮", "’; DROP TABLE", "%", "x" * 300, "\ud800"])
def test_odd_words_find_nothing_and_break_nothing(page: Client, theme: ReportTheme, text: str) -> None:
    address = reverse("scorecard:evidence", args=[theme.report_id, theme.pk])
    for name in ("words", "voice", "type", "page"):
        given = text.encode("utf-8", "surrogatepass").decode("latin-1")
        assert page.get(address, {name: given}).status_code in (200, 400)
