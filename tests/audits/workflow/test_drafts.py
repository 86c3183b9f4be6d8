"""Building a form together: drafts, their history, and who may do what."""

from collections.abc import Callable
from typing import Any

import pytest

from audits.kloe.definition import from_json
from audits.kloe.editing import (
    AddQuestion,
    AddSection,
    ChangeForm,
    ChangeQuestion,
    DuplicateSection,
    Edit,
    EditRefused,
    MoveQuestion,
    MoveSection,
    RemoveQuestion,
    mark,
    piece,
    problems,
)
from audits.models import Form, FormVersion
from audits.models.forms import DraftRevision
from audits.workflow import drafts
from audits.workflow.drafts import Clash, change, discard, landing, replace, start_draft, start_form, undo
from audits.workflow.packs import load_pack
from audits.workflow.versions import publish, retire
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from qaf.trail.sentences import sentence
from tests.audits.setting import bristol, someone
from tests.threads import at_once

pytestmark = pytest.mark.django_db

WHO = {"kind": "short_text", "label": "Who wrote it?"}


@pytest.fixture
def manager() -> User:
    return someone(Role.QA_MANAGER, "Mo Manager")


@pytest.fixture
def draft(manager: User) -> FormVersion:
    """A draft with a section and two questions."""
    draft = start_form(title="Themed audit", by=manager)
    edits = [
        AddSection("Plan"),
        AddQuestion("plan", {"kind": "yes_no", "label": "Is there one?"}),
        AddQuestion("plan", WHO),
    ]
    for edit in edits:
        draft = change(draft, edit=edit, by=manager)
    return draft


def reworded(draft: FormVersion, key: str, label: str) -> ChangeQuestion:
    """The edit of somebody who looks at this draft and gives a question other words."""
    stands = piece(draft.definition, "question", "plan", key)
    return ChangeQuestion("plan", key, mark(stands), {**stands, "label": label})


def label(draft: FormVersion, key: str) -> str:
    stored = FormVersion.objects.get(pk=draft.pk)
    found: str = piece(stored.definition, "question", "plan", key)["label"]
    return found


def test_it_works(draft: FormVersion, manager: User) -> None:
    assert (str(draft), draft.state, draft.revision, draft.saved_by) == (
        "Themed audit, version 1",
        "draft",
        3,
        manager,
    )
    assert (draft.form.key, draft.form.pack, draft.definition["form"]) == ("themed-audit", None, "themed-audit")
    assert [row.change for row in draft.revisions.all()] == [
        "Section added: Plan",
        "Question added to ‘Plan’",
        "Question added to ‘Plan’",
    ]
    assert not problems(draft.definition)
    # Changes of a draft are in its revisions; the trail tells of starting, publishing and throwing away.
    assert [entry.verb for entry in Entry.objects.about(draft.form)] == ["form.started"]
    assert not list(verify())


def test_a_form_can_be_started_as_a_copy_or_from_a_file(manager: User) -> None:
    version = load_pack(bristol()).published[0]
    copy = start_form(title="Our audit", by=manager, copy_of=version)
    assert copy.form.pack is None
    assert copy.definition == {**version.definition, "form": "our-audit", "title": "Our audit"}
    assert copy.parsed.sections == version.parsed.sections
    read = start_form(title="Our audit", by=manager, definition=version.definition)
    assert (read.form.key, read.definition["form"]) == ("our-audit-2", "our-audit-2")
    assert version.definition["form"] == "child-case-audit"


@pytest.mark.parametrize("title", ["New", "Packs", "types"])
def test_a_form_never_has_the_key_of_a_page(manager: User, title: str) -> None:
    assert start_form(title=title, by=manager).form.key == f"{title.lower()}-2"


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\x00b"])
def test_a_form_needs_a_title(manager: User, title: str) -> None:
    with pytest.raises(EditRefused):
        start_form(title=title, by=manager)
    assert not Form.objects.exists()


def test_a_draft_goes_by_its_title_until_it_is_published(draft: FormVersion, manager: User) -> None:
    edit = ChangeForm(mark(piece(draft.definition, "form")), "Other title")
    change(draft, edit=edit, by=manager)
    assert Form.objects.get().title == "Other title"


def test_a_published_form_gets_a_new_draft_and_only_one(draft: FormVersion, manager: User) -> None:
    publish(draft, note="First.", by=manager)
    with pytest.raises(Stale, match="published"):
        change(draft, edit=AddSection("Late"), by=manager)
    second = start_draft(draft.form, by=manager)
    assert (second.number, second.definition) == (2, FormVersion.objects.get(number=1).definition)
    assert start_draft(draft.form, by=manager) == second
    second = change(second, edit=reworded(second, "who_wrote_it", "Whose work is it?"), by=manager)
    publish(second, note="Clearer.", by=manager)
    retire(draft.form, by=manager)
    third = start_draft(draft.form, by=manager)
    assert (third.number, label(third, "who_wrote_it")) == (3, "Whose work is it?")
    verbs = [entry.verb for entry in Entry.objects.about(draft.form)]
    assert verbs.count("form.draft_started") == 2


def test_a_form_of_a_pack_is_not_changed_here(manager: User) -> None:
    form = load_pack(bristol()).published[0].form
    with pytest.raises(Refused, match="framework pack"):
        start_draft(form, by=manager)


def test_an_edit_of_another_piece_is_applied_to_what_stands_now(draft: FormVersion, manager: User) -> None:
    change(draft, edit=reworded(draft, "is_there_one", "Is there a plan?"), by=manager)
    # Made on the draft as it was before.
    now = change(draft, edit=reworded(draft, "who_wrote_it", "Whose work is it?"), by=manager)
    assert (label(now, "is_there_one"), label(now, "who_wrote_it")) == ("Is there a plan?", "Whose work is it?")
    assert now.revision == 5


def test_an_edit_of_the_same_piece_shows_both(draft: FormVersion, manager: User) -> None:
    mine = reworded(draft, "who_wrote_it", "Mine?")
    change(draft, edit=reworded(draft, "who_wrote_it", "Theirs?"), by=someone(Role.ADMIN, "Ada"))
    with pytest.raises(Clash) as caught:
        change(draft, edit=mine, by=manager)
    assert (caught.value.theirs["label"], caught.value.yours["label"]) == ("Theirs?", "Mine?")
    assert caught.value.place == ("question", "plan", "who_wrote_it")
    assert label(draft, "who_wrote_it") == "Theirs?"
    assert DraftRevision.objects.count() == 4


def test_an_edit_of_what_is_gone_tells_so_and_keeps_what_was_typed(draft: FormVersion, manager: User) -> None:
    mine = reworded(draft, "who_wrote_it", "Mine?")
    seen = mark(piece(draft.definition, "question", "plan", "who_wrote_it"))
    change(draft, edit=RemoveQuestion("plan", "who_wrote_it", seen), by=manager)
    with pytest.raises(Clash, match="taken this out") as caught:
        change(draft, edit=mine, by=manager)
    assert (caught.value.theirs, caught.value.yours["label"]) == (None, "Mine?")


def test_an_edit_that_changes_nothing_leaves_no_trace(draft: FormVersion, manager: User) -> None:
    assert change(draft, edit=MoveSection("plan", by=-1), by=manager).revision == 3
    assert draft.revisions.count() == 3


def test_what_cannot_be_done_is_refused_and_nothing_is_kept(draft: FormVersion, manager: User) -> None:
    with pytest.raises(EditRefused):
        change(draft, edit=AddQuestion("plan", {"kind": "essay"}), by=manager)
    assert draft.revisions.count() == 3


def test_the_page_is_told_where_to_look(draft: FormVersion, manager: User) -> None:
    edit = AddQuestion("plan", WHO)
    # Somebody else adds the same question first.
    change(draft, edit=edit, by=manager)
    mine = change(draft, edit=edit, by=manager)
    assert landing(mine, edit) == ("question", "plan", "who_wrote_it_3")
    assert piece(mine.definition, *landing(mine, edit)) is not None


def test_the_page_is_told_where_to_look_when_nothing_changed(draft: FormVersion, manager: User) -> None:
    copied = change(draft, edit=DuplicateSection("plan"), by=manager)
    # The last change made the section, so the draft before it does not have it.
    edit = MoveQuestion("plan-2", piece(copied.definition, "section", "plan-2")["questions"][0]["key"], by=-1)
    now = change(copied, edit=edit, by=manager)
    assert now.revision == copied.revision
    assert piece(now.definition, *landing(now, edit)) is not None


def test_changes_are_taken_back_one_after_the_other(draft: FormVersion, manager: User) -> None:
    now = change(draft, edit=reworded(draft, "who_wrote_it", "Mine?"), by=manager)
    now = undo(now, seen_revision=now.revision, by=manager)
    assert (now.definition, now.revision) == (draft.definition, 5)
    with pytest.raises(Stale, match="changed meanwhile"):
        undo(now, seen_revision=4, by=manager)
    for _ in range(3):
        now = undo(now, seen_revision=now.revision, by=manager)
    assert now.definition["sections"] == []
    with pytest.raises(Refused, match="no change"):
        undo(now, seen_revision=now.revision, by=manager)
    # And on from there.
    now = change(now, edit=AddSection("Again"), by=manager)
    assert undo(now, seen_revision=now.revision, by=manager).definition["sections"] == []


def test_there_is_an_end_to_what_is_kept(draft: FormVersion, manager: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(drafts, "KEPT_REVISIONS", 2)
    for number in range(4):
        draft = change(draft, edit=AddSection(f"More {number}"), by=manager)
    assert [row.revision for row in draft.revisions.all()] == [5, 6]


def test_a_file_replaces_the_whole_draft_and_can_be_taken_back(draft: FormVersion, manager: User) -> None:
    wanted = load_pack(bristol()).published[0].definition
    now = replace(draft, definition=wanted, seen_revision=draft.revision, by=manager)
    assert now.definition == {**wanted, "form": "themed-audit"}
    from_json(now.definition)
    assert Entry.objects.filter(verb="form.replaced").count() == 1
    with pytest.raises(Clash) as caught:
        replace(draft, definition=draft.definition, seen_revision=draft.revision, by=manager)
    assert caught.value.theirs == now.definition
    assert undo(now, seen_revision=now.revision, by=manager).definition == draft.definition


def test_a_draft_is_thrown_away_with_a_form_that_never_was(draft: FormVersion, manager: User) -> None:
    discard(draft, by=manager)
    assert not Form.objects.exists()
    assert not DraftRevision.objects.exists()
    entry = Entry.objects.get(verb="form.draft_discarded")
    assert sentence(entry.verb, entry.details) == "Draft of version 1 thrown away"
    assert not list(verify())
    for act in (
        lambda: discard(draft, by=manager),
        lambda: change(draft, edit=AddSection("Late"), by=manager),
        lambda: undo(draft, seen_revision=3, by=manager),
    ):
        with pytest.raises(Stale):
            act()


def test_a_draft_that_was_changed_meanwhile_is_not_thrown_away(draft: FormVersion, manager: User) -> None:
    change(draft, edit=AddSection("Late"), by=manager)
    with pytest.raises(Stale, match="changed meanwhile"):
        discard(draft, by=manager)
    assert FormVersion.objects.filter(pk=draft.pk).exists()


def test_a_published_form_stays_when_its_draft_is_thrown_away(draft: FormVersion, manager: User) -> None:
    publish(draft, note="First.", by=manager)
    discard(start_draft(draft.form, by=manager), by=manager)
    assert [version.state for version in draft.form.versions.all()] == ["published"]
    assert start_draft(draft.form, by=manager).number == 2


@pytest.mark.parametrize(
    "role", sorted(role for role in Role if role not in (Role.QA_MANAGER, Role.ADMIN)), ids=lambda role: str(role)
)
def test_others_cannot_build(draft: FormVersion, role: Role) -> None:
    other = someone(role, "Ola Other")
    acts: list[Callable[[], Any]] = [
        lambda: start_form(title="Mine", by=other),
        lambda: start_draft(draft.form, by=other),
        lambda: change(draft, edit=AddSection("Mine"), by=other),
        lambda: undo(draft, seen_revision=3, by=other),
        lambda: replace(draft, definition={}, seen_revision=3, by=other),
        lambda: discard(draft, by=other),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert FormVersion.objects.get().revision == 3


# At the same moment, each on a connection of its own


def both(draft: FormVersion, by: User, *edits: Edit) -> list[Any]:
    return at_once(
        *[lambda edit=edit: change(FormVersion(pk=draft.pk, form_id=draft.form_id), edit=edit, by=by) for edit in edits]
    )


@pytest.mark.django_db(transaction=True)
def test_two_change_different_questions_at_once_and_both_stand(draft: FormVersion, manager: User) -> None:
    for number in range(5):
        draft.refresh_from_db()
        words = f"Is there a plan? {number}", f"Whose work is it? {number}"
        keys = ("is_there_one", "who_wrote_it")
        results = both(draft, manager, *[reworded(draft, key, word) for key, word in zip(keys, words, strict=True)])
        assert all(isinstance(one, FormVersion) for one in results), results
        assert (label(draft, keys[0]), label(draft, keys[1])) == words
    assert FormVersion.objects.get().revision == 3 + 10
    assert DraftRevision.objects.count() == 3 + 10


@pytest.mark.django_db(transaction=True)
def test_two_change_the_same_question_at_once_and_one_is_told(draft: FormVersion, manager: User) -> None:
    for number in range(5):
        draft.refresh_from_db()
        results = both(draft, manager, *[reworded(draft, "who_wrote_it", f"{who} {number}?") for who in ("A", "B")])
        clash = next(one for one in results if isinstance(one, Exception))
        won = next(one for one in results if isinstance(one, FormVersion))
        assert isinstance(clash, Clash), repr(clash)
        assert {clash.theirs["label"], clash.yours["label"]} == {f"A {number}?", f"B {number}?"}
        assert label(draft, "who_wrote_it") == clash.theirs["label"]
        assert won.revision == 4 + number


@pytest.mark.django_db(transaction=True)
def test_two_add_at_once_and_keys_stay_unique(draft: FormVersion, manager: User) -> None:
    results = both(draft, manager, *[AddQuestion("plan", WHO)] * 4)
    assert all(isinstance(one, FormVersion) for one in results), results
    asked = piece(FormVersion.objects.get().definition, "section", "plan")["questions"]
    assert [one["key"] for one in asked][1:] == ["who_wrote_it", *[f"who_wrote_it_{n}" for n in (2, 3, 4, 5)]]


@pytest.mark.django_db(transaction=True)
def test_two_start_at_once(manager: User) -> None:
    results = at_once(*[lambda: start_form(title="Themed audit", by=manager)] * 2)
    assert {one.form.key for one in results} == {"themed-audit", "themed-audit-2"}
    draft = results[0]
    publish(
        change(change(draft, edit=AddSection("Plan"), by=manager), edit=AddQuestion("plan", WHO), by=manager),
        note="",
        by=manager,
    )
    second, same = at_once(*[lambda: start_draft(draft.form, by=manager)] * 2)
    assert second == same
    assert not list(verify())


@pytest.mark.django_db(transaction=True)
def test_publishing_and_changing_at_once(draft: FormVersion, manager: User) -> None:
    published, changed = at_once(
        lambda: publish(draft, note="First.", by=manager),
        lambda: change(draft, edit=AddQuestion("plan", WHO), by=manager),
    )
    stored = FormVersion.objects.get()
    # Whoever comes second is told: nothing is published unseen, and no change is lost in silence.
    if isinstance(changed, FormVersion):
        assert isinstance(published, Stale)
        assert (stored.state, stored.definition) == ("draft", changed.definition)
    else:
        assert isinstance(published, FormVersion), published
        assert isinstance(changed, Stale)
        assert (stored.state, stored.definition) == ("published", draft.definition)
