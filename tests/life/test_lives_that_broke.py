"""Lives in which something once broke, found by ``test_any_life.py`` and told as short as can be."""

from pathlib import Path

import pytest

from audits.models import Audit
from qaf.deadlines.models import Deadline
from qaf.notices.models import Notice
from tests.life.acts import Acts
from tests.life.setting import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(tmp_path: Path) -> Acts:
    return Acts(make_world(tmp_path / "life"))


def decided(life: Acts, grade: str, kind: str = "child-case") -> int:
    audit = life.allocate(kind, 0, "auditor", "officer")
    assert audit is not None
    for section in ("work", "overall"):
        life.fill(audit.pk, section, "auditor", grade=grade)
    life.submit(audit.pk, "auditor")
    (moderator,) = life.who_can("review", audit.pk)
    life.find(audit.pk, moderator)
    life.fill(audit.pk, "moderation", moderator)
    life.decide(audit.pk, moderator)
    return audit.pk


def told(life: Acts, name: str) -> list[str]:
    return list(Notice.objects.filter(person=life.person(name)).order_by("pk").values_list("text", flat=True))


def test_nobody_is_asked_for_feedback_on_an_audit_that_was_cancelled(life: Acts) -> None:
    pk = decided(life, "G")
    life.distribute(pk, "officer")
    life.cancel(pk, "officer")
    assert told(life, "practitioner")[-1].endswith("This audit was cancelled. You need do nothing more.")


def test_whoever_has_duties_of_the_lowest_grade_is_told_that_the_audit_was_cancelled(life: Acts) -> None:
    pk = decided(life, "I")
    life.cancel(pk, "officer")
    assert told(life, "service manager")[-1].endswith("This audit was cancelled. You need do nothing more.")


def test_no_re_audit_is_asked_for_of_an_audit_that_was_cancelled(life: Acts) -> None:
    first = decided(life, "I")
    life.cancel(first, "officer")
    life.cancel(Audit.objects.get(reaudit_of=first).pk, "QA manager")
    assert not Deadline.objects.about(Audit.objects.get(pk=first)).open().exists()


def test_the_officer_whom_closing_falls_to_is_told(life: Acts) -> None:
    pk = decided(life, "G")
    life.distribute(pk, "officer", to=("auditor",))
    nearest = "officer who audits and moderates"
    assert life.name_of(life.now(pk).step_owner_id) == nearest
    assert "close the audit by" in told(life, nearest)[-1]


def test_the_officer_is_told_once_more_when_it_is_decided_anew(life: Acts) -> None:
    pk = decided(life, "G")
    (moderator, *_) = life.who_can("reopen", pk)
    life.reopen(pk, moderator)
    life.decide(pk, moderator)
    waits = "A finished audit waits to be distributed."
    assert sum(text.endswith(waits) for text in told(life, "officer who audits and moderates")) == 2


def test_a_concern_waits_for_one_person(life: Acts) -> None:
    pk = decided(life, "I")
    concern = life.raise_concern(pk, life.who_can("reopen", pk)[0])
    life.answer_concern(concern.pk, "acknowledge", "service manager")
    life.answer_concern(concern.pk, "acknowledge", "service manager")
    life.answer_concern(concern.pk, "resolve", "service manager")
    assert life.steps["acknowledge concern"] == 2 * life.done["acknowledge concern"] == 2
    assert life.done["resolve concern"] == 1
