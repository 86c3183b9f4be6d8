"""Types of audit and their process maps, as a pack writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from audits.kloe.fields import Fields, Problems, shown, suggestion
from audits.kloe.questions import PARTS, FormDefinition


@dataclass(frozen=True)
class Process:
    """Which steps a type of audit goes through, and how long each may take. Working days unless named otherwise."""

    audit_days: int = 10
    audit_weeks: int | None = None
    qa_check: bool = False
    qa_check_days: int = 5
    moderation: bool = False
    moderation_days: int = 10
    moderator_analysis: bool = False
    distribution: bool = False
    distribution_days: int = 5
    feedback: bool = False
    feedback_days: int = 10
    reaudit: str | None = None
    reaudit_weeks: int = 8
    action_review_months: int = 1
    reminder_steps: tuple[int, ...] = (-3, 0, 2)
    reminder_repeat: int = 5
    copy_manager_from: int = 2


# What an audit of a type looks at: a child's case, a practitioner's work, another record (a foster carer's file, an
# allegation), or an agency as a whole.
ABOUT = ("case", "practitioner", "record", "agency")


@dataclass(frozen=True)
class AuditType:
    """A type of audit: the form, the part of it that the auditor fills, what it is about, and the process map.

    A ``confidential`` one is read by those who hold a part in it and by QA managers alone.
    """

    key: str
    title: str
    form: str
    part: str = "audit"
    reference_prefix: str = ""
    about: str = "case"
    confidential: bool = False
    process: Process = Process()


def types_from(data: Any, problems: Problems, forms: dict[str, FormDefinition]) -> list[AuditType]:
    """Read ``types.yaml``; what is wrong is noted."""
    fields = Fields(data, problems)
    read: list[tuple[Fields, AuditType]] = []
    for index, item in fields.items("types", required=True):
        named = item.get("key") if isinstance(item, dict) else None
        inner = fields.inner(item, f"type {named or index + 1}", "types", index)
        found = _type_from(inner, forms)
        if found.key and found.key in [other.key for _, other in read]:
            inner.wrong(f"type ‘{found.key}’ is there twice", "key")
        read.append((inner, found))
    fields.finish()
    known = {found.key: found for _, found in read}
    for inner, found in read:
        name = found.process.reaudit
        if name == found.key:
            inner.wrong("a type cannot be its own re-audit", "process", "reaudit")
        elif name and name not in known:
            inner.wrong(f"there is no type {shown(name)}{suggestion(name, known)}", "process", "reaudit")
        elif name and known[name].about != found.about:
            inner.wrong(
                f"the type {name} is about {known[name].about}, this one about {found.about}", "process", "reaudit"
            )
    return [found for _, found in read]


def _type_from(fields: Fields, forms: dict[str, FormDefinition]) -> AuditType:
    key, title = fields.key("key", limit=80), fields.text("title", required=True, limit=200)
    name, part = fields.key("form", limit=80), fields.one_of("part", PARTS, "audit")
    prefix = fields.text("reference_prefix", limit=6, default=initials(title))
    if prefix and not re.fullmatch("[A-Z]{1,6}", prefix):
        fields.wrong(f"reference_prefix {shown(prefix)} must be up to six capital letters", "reference_prefix")
    form = forms.get(name)
    if name and form is None:
        fields.wrong(f"there is no form {shown(name)} in the pack{suggestion(name, forms)}", "form")
    if form is not None and not form.sections_of(part):
        fields.wrong(f"the form {name} has no section in the part {part}", "part" if "part" in fields.data else "form")
    about, confidential = fields.one_of("about", ABOUT, "case"), fields.flag("confidential")
    fields.seen.add("process")
    process = _process_from(fields.inner(fields.data.get("process") or {}, "", "process"))
    if getattr(process, part, False) is True:
        fields.wrong(
            f"the part {part} is filled in the step {part}: switch the step off or choose another part", "part"
        )
    fields.finish()
    return AuditType(key, title, name, part, prefix, about, confidential, process)


def initials(title: str) -> str:
    """The letters a reference begins with when the pack names none: "Child case re-audit" gives CCRA."""
    return "".join(word[0] for word in re.findall("[A-Za-z]+", title)).upper()[:6] or "A"


def _process_from(fields: Fields) -> Process:
    steps = fields.take("reminder_steps", list(Process.reminder_steps))
    if (
        not isinstance(steps, list)
        or not 0 < len(steps) <= 20
        or not all(isinstance(step, int) and not isinstance(step, bool) and -60 <= step <= 60 for step in steps)
        or any(first >= second for first, second in pairwise(steps))
    ):
        fields.wrong("reminder_steps must be rising whole numbers of working days from -60 to 60", "reminder_steps")
        steps = list(Process.reminder_steps)
    if fields.has("audit_days") and fields.has("audit_weeks"):
        fields.wrong("give audit_days or audit_weeks, not both", "audit_weeks")
    process = Process(
        audit_days=fields.whole("audit_days", Process.audit_days, least=1, most=250),
        audit_weeks=fields.whole("audit_weeks", None, least=1, most=52),
        **{step: fields.flag(step) for step in ("qa_check", "moderation", "distribution", "feedback")},
        moderator_analysis=fields.flag("moderator_analysis"),
        **{
            f"{step}_days": fields.whole(f"{step}_days", getattr(Process, f"{step}_days"), least=1, most=250)
            for step in ("qa_check", "moderation", "distribution", "feedback")
        },
        reaudit=fields.text("reaudit", limit=80) or None,
        reaudit_weeks=fields.whole("reaudit_weeks", Process.reaudit_weeks, least=1, most=52),
        action_review_months=fields.whole("action_review_months", Process.action_review_months, most=24),
        reminder_steps=tuple(steps),
        reminder_repeat=fields.whole("reminder_repeat", Process.reminder_repeat, most=60),
        copy_manager_from=fields.whole("copy_manager_from", Process.copy_manager_from, least=-60, most=250),
    )
    fields.finish()
    return process
