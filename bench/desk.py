"""The moderator's page of one domain against a bare Django form page with as many fields."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from audits.demo.authority import read
from audits.demo.writing import Writer
from audits.models import Audit, State
from audits.queries.answers import facts_of
from audits.workflow.filling import save_section
from audits.workflow.submission import submit
from bench.bare_form import BARE_PATH, fields_of, make_bare
from bench.caller import Caller, Failed, medians
from bench.databases import at
from bench.figures import Figure
from moderation.models import Moderation
from qaf.people.models import Post, User
from qaf.people.roles import Role

ROUNDS = 200
TARGET = 2.0


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Open the domain that the auditor wrote most about, and the bare page made of the same fields, in turn."""
    with at(min(sizes)):
        moderation, moderator = _moderation()
        caller = Caller(moderator)
        paths = [
            reverse("moderation:domain", args=[moderation.audit.reference, judgement.domain])
            for judgement in moderation.audit.judgements.all()
        ]
        path = max(paths, key=lambda path: len(caller.get(path).body))
        fields = fields_of(caller, path)
        make_bare(caller, fields)
        bare, desk = medians([lambda: caller.get(BARE_PATH), lambda: caller.get(path)], rounds=ROUNDS)
    print(f"# {path.split('/')[-2]}: {len(fields)} fields, {desk * 1000:.1f} ms", flush=True)
    yield Figure("desk_to_bare_form", desk / bare, TARGET)


def _moderation() -> tuple[Moderation, User]:
    """An audit that is filled in like the demonstration's and waits for its moderator; made when there is none."""
    waiting = Moderation.objects.filter(audit__state=State.MODERATING, moderator__isnull=False)
    found = waiting.select_related("audit__type", "moderator").order_by("pk").first()
    if found is not None and found.moderator is not None:
        return found, found.moderator
    _somebody_moderates()
    rows = Audit.objects.filter(state=State.IN_PROGRESS, type__process__moderation=True, type__process__qa_check=False)
    audit = rows.select_related("auditor", "type__process", "case", "case_holder").order_by("-pk")[0]
    words = read("words.yaml")
    writer = Writer(words, random.Random(1), grade="G", today=timezone.localdate(), holder=str(audit.case_holder))
    for section, answers in writer.fill(audit.form, audit.part, facts_of(audit), {}).items():
        stored = audit.sections.filter(section=section).first()
        save_section(
            audit,
            section=section,
            document={"answers": answers, "raw": {}},
            seen_revision=stored.revision if stored else 0,
            by=audit.auditor,
        )
    submit(audit, by=audit.auditor)
    made = waiting.select_related("audit__type", "moderator").filter(audit=audit).first()
    if made is None or made.moderator is None:
        raise Failed("Nobody in the bench's data may moderate the audit.")
    return made, made.moderator


def _somebody_moderates() -> None:
    person, made = User.objects.get_or_create(email="moderator@bench.invalid", defaults={"name": "Bench moderator"})
    if made:
        Post.objects.create(person=person, role=Role.MODERATOR)
