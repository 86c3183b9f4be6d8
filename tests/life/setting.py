"""A small authority with every kind of life that an audit can have, on one short form.

The process maps are those of the packs that ship; the form has a section for each part, so that a whole life is some
twenty saves and steps instead of a hundred. Nothing here is anybody's real data, and every free text holds
``CHILD``, a word that must turn up in no notice, e-mail or entry of the trail.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent

from audits.kloe.packs import read_pack
from audits.models import AuditType, Case, LegalStatus
from audits.workflow.packs import load_pack
from qaf.people.models import Service, Team, User
from qaf.people.roles import Role
from tests.audits.setting import someone
from tests.audits.small_pack import SCALES
from tests.factories import PostFactory, ServiceFactory, TeamFactory

CHILD = "Zebediah"

FORM = """
form: life
title: Life
source: A framework of 2026
scale: ofsted
sections:
  - key: work
    title: Work
    questions:
      - {key: seen, kind: long_text, label: What was seen?, required: true}
      - {key: judgement, kind: judgement, label: Practice, domain: practice, required: true}
  - key: overall
    title: Overall
    questions:
      - {key: oversight, kind: judgement, label: Oversight, domain: oversight}
      - {key: judgement, kind: judgement, label: Overall, domain: overall, overall: true, required: true}
      - key: actions
        kind: rows
        label: Actions
        row_name: action
        becomes: actions
        columns:
          - {key: action, kind: long_text, label: Action, required: true}
          - {key: owner, kind: short_text, label: Owner, required: true}
          - {key: due, kind: date, label: By when, required: true}
  - key: check
    title: Check
    part: qa_check
    questions:
      - {key: complete, kind: yes_no, label: Is it complete?, required: true}
  - key: moderation
    title: Moderation
    part: moderation
    questions:
      - {key: findings, kind: long_text, label: Findings, required: true}
  - key: sending
    title: Sending
    part: distribution
    questions:
      - {key: cover, kind: long_text, label: What goes with it?}
  - key: feedback
    title: Feedback
    part: feedback
    questions:
      - {key: learning, kind: long_text, label: What was learnt?, required: true}
      - key: plan
        kind: long_text
        label: Plan for improvement
        required: true
        when: {question: overall.judgement, in: [RI, I]}
  - key: reaudit
    title: Re-audit
    part: reaudit
    questions:
      - {key: reviewed, kind: long_text, label: What has improved?, required: true}
      - {key: judgement, kind: judgement, label: Re-audit, domain: overall, overall: true, required: true}
      - key: actions
        kind: rows
        label: Actions
        row_name: action
        becomes: actions
        columns:
          - {key: action, kind: long_text, label: Action, required: true}
          - {key: owner, kind: short_text, label: Owner, required: true}
          - {key: due, kind: date, label: By when, required: true}
"""
MODERATED = "moderation: true, moderation_days: 10, distribution: true, distribution_days: 5"
CHECKED = "qa_check: true, qa_check_days: 5"
FEEDBACK = "feedback: true, feedback_days: 10"
DESK = "process: {audit_weeks: 8, distribution: true, distribution_days: 5}"
TYPES = f"""
types:
  - key: child-case
    title: Child case audit
    form: life
    reference_prefix: CCA
    process: {{audit_days: 10, {MODERATED}, {FEEDBACK}, reaudit: re-audit, reaudit_weeks: 8}}
  - {{key: re-audit, title: Re-audit, form: life, part: reaudit, reference_prefix: CCR, {DESK}}}
  - key: observed
    title: Observed practice
    form: life
    reference_prefix: OP
    about: practitioner
    process: {{audit_days: 10, {CHECKED}, distribution: true, distribution_days: 5, {FEEDBACK}}}
  - key: deep-dive
    title: Deep dive
    form: life
    reference_prefix: DDA
    process: {{audit_days: 10, {CHECKED}, {MODERATED}, {FEEDBACK}, moderator_analysis: true}}
  - key: confidential
    title: Confidential audit
    form: life
    reference_prefix: SEC
    about: practitioner
    confidential: true
    process: {{audit_days: 10, {MODERATED}, {FEEDBACK}, reaudit: confidential-re-audit, reaudit_weeks: 8}}
  - key: confidential-re-audit
    title: Confidential re-audit
    form: life
    part: reaudit
    about: practitioner
    reference_prefix: SER
    {DESK}
"""


@dataclass
class World:
    """Everybody by a short name, in the order that examples shrink to, and what there is to audit."""

    team: Team
    elsewhere: Service
    people: dict[str, User]
    types: dict[str, AuditType]
    cases: list[Case]


def make_world(folder: Path) -> World:
    """Load the pack through ``folder`` and make the people; call it in a test with a database."""
    load_pack(read_pack(_write_pack(folder)), by=None)
    service = ServiceFactory.create(name="Area Social Care")
    elsewhere = ServiceFactory.create(name="Through Care")
    team = TeamFactory.create(service=service, name="North")
    people = {
        "auditor": someone(Role.AUDITOR, "Ade Auditor", service=service),
        "second auditor": someone(Role.AUDITOR, "Sam Second", service=service),
        "moderator": someone(Role.MODERATOR, "Mo Moderator", service=service),
        "second moderator": someone(Role.MODERATOR, "Max Moderator", service=service),
        "officer": someone(Role.QA_OFFICER, "Oli Officer"),
        "QA manager": someone(Role.QA_MANAGER, "Quin Manager"),
        "service manager": someone(Role.SERVICE_MANAGER, "Sal Service-Manager", service=service),
        "team manager": someone(Role.TEAM_MANAGER, "Tay Team-Manager", team=team),
        "practitioner": someone(Role.PRACTITIONER, "Pat Practitioner", team=team),
        # Two who hold several posts, and one whose post lies elsewhere.
        "officer who audits and moderates": someone(Role.QA_OFFICER, "Dee Double", service=service),
        "officer elsewhere": someone(Role.QA_OFFICER, "Ola Elsewhere", service=elsewhere),
    }
    for who, role in (
        ("officer who audits and moderates", Role.AUDITOR),
        ("officer who audits and moderates", Role.MODERATOR),
        ("service manager", Role.AUDITOR),
    ):
        PostFactory.create(person=people[who], role=role, service=service, starts_on=date(2021, 1, 1))
    cases = [
        Case.objects.create(
            identifier=f"SYN-{CHILD}-{number}",
            initials=f"{CHILD[:1]}{CHILD}",
            age=7,
            legal_status=LegalStatus.CP,
            team=team,
            case_holder=people[holder],
        )
        for number, holder in enumerate(("practitioner", "practitioner", "second auditor"))
    ]
    types = {kind.key: kind for kind in AuditType.objects.select_related("process")}
    return World(team=team, elsewhere=elsewhere, people=people, types=types, cases=cases)


def _write_pack(folder: Path) -> Path:
    (folder / "forms").mkdir(parents=True)
    files = {
        "pack.yaml": "key: life\ntitle: Life\nsource: Life, 2026\n",
        "scales.yaml": SCALES,
        "types.yaml": TYPES,
        "forms/life.yaml": FORM,
    }
    for name, text in files.items():
        (folder / name).write_text(dedent(text), encoding="utf-8")
    return folder
