"""Keeping what a moderator finds: domain by domain, with revisions, and only for whoever moderates now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Audit, ProcessMap, State
from moderation import workflow
from moderation.models import HandOver, Moderation, ModeratorRule, Regrade
from moderation.workflow import Finding
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority

pytestmark = pytest.mark.django_db

ENOUGH = "sufficient"


def opened(authority: Authority, *, grade: str = "G") -> Moderation:
    """A moderation that waits for its moderator, as it is read anew."""
    return again(walk.submit(authority.audit(authority.another_case()), grade=grade))


def again(of: Audit | Moderation) -> Moderation:
    audit = of if isinstance(of, Audit) else of.audit
    return Moderation.objects.select_related("audit", "moderator").get(audit=audit)


def complete(moderation: Moderation, *, grade: str = "") -> Moderation:
    """Everything but the decision."""
    assert moderation.moderator is not None
    for judgement in moderation.audit.judgements.all():
        finding = Finding(judgement.domain, ENOUGH, "Case notes.", grade or judgement.auditor_grade, "Seen otherwise.")
        stored = moderation.regrades.filter(domain=judgement.domain).first()
        seen = stored.revision if stored else 0
        workflow.save_finding(moderation, finding=finding, seen_revision=seen, by=moderation.moderator)
    walk.fill(moderation.audit, part="moderation", by=moderation.moderator)
    return again(moderation)


def test_a_finding_is_kept_and_the_one_before_it_too(authority: Authority) -> None:
    moderation = opened(authority)
    first = workflow.save_finding(
        moderation, finding=Finding("plan", ENOUGH, "The plan."), seen_revision=0, by=authority.moderator
    )
    assert (first.revision, first.saved_by, again(moderation).state) == (1, authority.moderator, "reviewing")
    second = workflow.save_finding(
        moderation, finding=Finding("plan", ENOUGH, "The plan.", "RI"), seen_revision=1, by=authority.moderator
    )
    assert second.revision == 2
    kept = second.revisions.get()
    assert (kept.revision, kept.values["sampled"], kept.values["grade"]) == (1, "The plan.", "")
    assert Entry.objects.filter(verb="moderation.begun").count() == 1


def test_the_same_again_changes_nothing_however_old_the_page(authority: Authority) -> None:
    moderation = opened(authority)
    finding = Finding("plan", ENOUGH, "The plan.", "G")
    for _ in range(2):
        saved = workflow.save_finding(moderation, finding=finding, seen_revision=0, by=authority.moderator)
    assert (saved.revision, saved.revisions.count()) == (1, 0)
    nothing = workflow.save_finding(moderation, finding=Finding("risk"), seen_revision=0, by=authority.moderator)
    assert nothing.pk is None
    assert not moderation.regrades.filter(domain="risk").exists()


def test_domains_are_apart_and_an_older_page_of_one_is_refused_with_what_stands(authority: Authority) -> None:
    moderation = opened(authority)
    workflow.save_finding(moderation, finding=Finding("plan", grade="G"), seen_revision=0, by=authority.moderator)
    workflow.save_finding(moderation, finding=Finding("risk", grade="G"), seen_revision=0, by=authority.moderator)
    with pytest.raises(workflow.OlderFinding) as refused:
        workflow.save_finding(moderation, finding=Finding("plan", grade="RI"), seen_revision=0, by=authority.moderator)
    assert (refused.value.stored.grade, refused.value.stored.saved_by) == ("G", authority.moderator)
    assert moderation.regrades.get(domain="plan").grade == "G"


@pytest.mark.parametrize(
    "finding", [Finding("no-such"), Finding("plan", grade="A*"), Finding("plan", evidence="perhaps")]
)
def test_what_this_audit_does_not_have_is_refused(authority: Authority, finding: Finding) -> None:
    with pytest.raises(Refused, match="Open it again"):
        workflow.save_finding(opened(authority), finding=finding, seen_revision=0, by=authority.moderator)
    assert not Regrade.objects.exists()


def test_remarks_have_their_own_revision_and_innovative_practice_needs_its_words(authority: Authority) -> None:
    moderation = complete(opened(authority))
    said = {"comment": "Clear.", "innovative": True, "innovative_why": ""}
    workflow.save_remarks(moderation, **said, seen_revision=0, by=authority.moderator)
    moderation = again(moderation)
    assert [lack.field for lack in workflow.what_is_lacking(moderation)] == ["innovative_why"]
    with pytest.raises(workflow.OlderRemarks):
        workflow.save_remarks(moderation, **{**said, "comment": "Less clear."}, seen_revision=0, by=authority.moderator)
    said["innovative_why"] = "The child made a film."
    workflow.save_remarks(moderation, **said, seen_revision=1, by=authority.moderator)
    assert workflow.what_is_lacking(again(moderation)) == []


def test_where_the_type_asks_for_it_every_domain_needs_the_moderators_own_analysis(authority: Authority) -> None:
    ProcessMap.objects.filter(type=authority.type).update(moderator_analysis=True)
    moderation = complete(opened(authority))
    lacks = workflow.what_is_lacking(moderation)
    graded = set(moderation.audit.judgements.filter(is_overall=False).values_list("domain", flat=True))
    assert {lack.field for lack in lacks} == {"analysis"}
    assert {lack.domain for lack in lacks} == graded


@pytest.mark.parametrize(
    ("domains", "overall", "warned"), [("G", "G", False), ("RI", "G", True), ("O", "I", True), ("", "G", False)]
)
def test_an_overall_grade_outside_the_domains_is_warned_of(
    authority: Authority, domains: str, overall: str, warned: bool
) -> None:
    moderation = opened(authority)
    for judgement in moderation.audit.judgements.all():
        grade = overall if judgement.is_overall else domains
        finding = Finding(judgement.domain, grade=grade, reason="Seen otherwise.")
        workflow.save_finding(moderation, finding=finding, seen_revision=0, by=authority.moderator)
    assert workflow.is_out_of_line(again(moderation)) is warned


def test_a_decision_from_an_older_page_decides_nothing(authority: Authority) -> None:
    moderation = complete(opened(authority))
    seen = workflow.mark_of(moderation)
    finding = Finding("plan", ENOUGH, "", "RI", "The plan is old.")
    workflow.save_finding(moderation, finding=finding, seen_revision=1, by=authority.moderator)
    with pytest.raises(Stale, match="Nothing is decided"):
        workflow.decide(moderation, by=authority.moderator, seen=seen)
    assert again(moderation).state == "reviewing"
    moderation = workflow.decide(again(moderation), by=authority.moderator, seen=workflow.mark_of(again(moderation)))
    with pytest.raises(Stale, match="was decided on"):
        workflow.decide(moderation, by=authority.moderator)
    workflow.reopen(again(moderation), reason="The panel asked.", by=authority.qa_manager)
    with pytest.raises(Stale, match="Nothing is decided"):
        workflow.decide(again(moderation), by=authority.moderator, seen=seen)
    assert list(verify()) == []


@pytest.mark.parametrize("how", ["post ended", "inactive"])
def test_whoever_moderates_no_longer_neither_reviews_nor_decides(authority: Authority, how: str) -> None:
    moderation = complete(opened(authority))
    if how == "inactive":
        authority.moderator.is_active = False
        authority.moderator.save()
    else:
        authority.moderator.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
        authority.moderator.__dict__.pop("current_posts", None)
    calls = [
        lambda: workflow.decide(moderation, by=authority.moderator),
        lambda: workflow.save_finding(moderation, finding=Finding("plan"), seen_revision=1, by=authority.moderator),
        lambda: workflow.hand_over(moderation, to=authority.qa_manager, reason="Gone.", by=authority.moderator),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert again(moderation).audit.state == State.MODERATING
    workflow.hand_over(moderation, to=authority.qa_manager, reason="Left us.", by=authority.qa_manager)
    assert again(moderation).moderator == authority.qa_manager


def test_a_reopened_moderation_goes_to_somebody_who_may_moderate_now(authority: Authority) -> None:
    moderation = workflow.decide(complete(opened(authority)), by=authority.moderator)
    authority.moderator.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
    workflow.reopen(again(moderation), reason="The panel asked.", by=authority.qa_manager)
    moderation = again(moderation)
    assert (moderation.moderator, moderation.audit.step_owner) == (authority.qa_manager, authority.qa_manager)
    assert HandOver.objects.get().before == authority.moderator


def test_a_hand_over_is_kept_with_its_reason_and_both_are_told(authority: Authority) -> None:
    moderation = opened(authority)
    workflow.hand_over(moderation, to=authority.qa_manager, reason="On leave.", by=authority.qa_manager)
    row = HandOver.objects.get()
    people = (row.before, row.after, row.by)
    assert people == (authority.moderator, authority.qa_manager, authority.qa_manager)
    assert not moderation.audit.reasons.exists()
    for person, words in ((authority.moderator, "handed over to Quin"), (authority.qa_manager, "waits for your")):
        assert Notice.objects.filter(person=person, text__contains=words).count() == 1
    assert "leave" not in "".join(Notice.objects.values_list("text", flat=True))
    assert "On leave" not in str(list(Entry.objects.values()))
    with pytest.raises(Stale, match="now with Quin Manager"):
        workflow.hand_over(
            again(moderation), to=authority.moderator, reason="Back.", by=authority.qa_manager, seen_revision=0
        )
    with pytest.raises(Refused, match="already"):
        workflow.hand_over(again(moderation), to=authority.qa_manager, reason="Twice.", by=authority.qa_manager)


def test_a_role_that_a_rule_names_moderates_too(authority: Authority) -> None:
    ModeratorRule.objects.all().update(is_active=False)
    ModeratorRule.objects.create(moderator_role=Role.SERVICE_MANAGER)
    moderation = opened(authority)
    assert moderation.moderator == authority.service_manager
    finding = Finding("plan", grade="G")
    assert workflow.save_finding(moderation, finding=finding, seen_revision=0, by=authority.service_manager).pk
