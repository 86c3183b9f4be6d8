"""The steps in the life of a piece of work.

Coventry QA framework 2025-27, 6.2: agreed by the subgroup before it commences, signed off by the audit chair,
considered by the subgroup, presented to the board. Bristol QAF, *Visits*: prepared, held, reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, State, Work, WorkAudit, WorkNote
from audits.programme_terms import missing_points
from audits.workflow.programme_ground import (
    agency_leads,
    inform,
    locked,
    name_of,
    people_of,
    settle_deadline,
    subgroup,
)
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record

MOST_OF_A_MINUTE = 90


@dataclass(frozen=True)
class Needs:
    """What has to be said with a step; empty: nothing. ``dated``: the day of a meeting or visit belongs to it."""

    minute: str = ""
    text: str = ""
    dated: bool = False


STEPS: Mapping[str, Needs] = {
    "agree": Needs(minute="Say where the subgroup’s minutes record that it was agreed.", dated=True),
    "sign_off": Needs(),
    "consider": Needs(minute="Say where the subgroup’s minutes record that it was considered.", dated=True),
    "present": Needs(minute="Name the board that it was presented to.", dated=True),
    "close": Needs(),
    "plan": Needs(),
    "prepare": Needs(text="Write down the lines of enquiry that the visiting team agreed."),
    "hold": Needs(),
    "report": Needs(text="Write down the main findings of the visit."),
    "withdraw": Needs(text="Say why it is withdrawn."),
}


@transaction.atomic
def take_step(
    work: Work,
    step: str,
    *,
    by: User,
    minute: str = "",
    text: str = "",
    on: date | None = None,
    seen_revision: int | None = None,
) -> Work:
    """Take a piece of work one step on: one of ``STEPS``; those of the fieldwork are use cases of their own.

    ``minute``: where the meeting's minutes say it, or the board's name for "present"; ``on``: the day of that meeting
    (today by default). ``text``: the lines of enquiry for "prepare", the findings for "report", the reason for
    "withdraw", else a remark. Raises Refused for what is missing, NotAllowed, Stale; KeyError for an unknown step.
    """
    needs = STEPS[step]
    work = locked(work, by=by, action=step, seen_revision=seen_revision)
    # Signs that nobody sees are no minute, nor do they turn the writing round them.
    minute, text = "".join(sign for sign in minute if sign.isprintable()).strip(), text.strip()
    day = on or timezone.localdate()
    if step == "prepare":
        text = text or work.lines_of_enquiry.strip()
    _check(work, step, needs, minute=minute, text=text, day=day)
    if step == "agree":
        work.agreed_by, work.agreed_on, work.agreed_minute = by, day, minute
    elif step == "prepare":
        work.lines_of_enquiry = text
    elif step == "report":
        work.findings = text
    getattr(work, step)()
    # What the work itself keeps is not written twice.
    said = "" if step in ("prepare", "report") else text
    return note_step(work, step, by=by, minute=minute, text=said, on=day if needs.dated else None)


def _check(work: Work, step: str, needs: Needs, *, minute: str, text: str, day: date) -> None:
    if step == "agree" and (missing := missing_points(work)):
        raise Refused(
            f"The terms of reference do not say yet: {'; '.join(missing)}. Whoever plans the programme completes "
            "them, then it can be agreed."
        )
    if needs.minute and not minute:
        raise Refused(needs.minute)
    if len(minute) > MOST_OF_A_MINUTE:
        raise Refused(f"Name the minutes, or the board, in at most {MOST_OF_A_MINUTE} characters.")
    if needs.text and not text:
        raise Refused(needs.text)
    if needs.dated and day > timezone.localdate():
        raise Refused("The day of the meeting lies ahead. Write the step down once the meeting was held.")
    if step in ("consider", "present") and work.agreed_on is not None and day < work.agreed_on:
        raise Refused(f"The day lies before {work.agreed_on:%-d %B %Y}, when the work was agreed. Check the day.")
    if step == "withdraw" and (running := _open_audits(work)):
        raise Refused(
            f"{running} of its audits {'is' if running == 1 else 'are'} still open. Cancel "
            f"{'it' if running == 1 else 'them'} first, then withdraw the work."
        )


def _open_audits(work: Work) -> int:
    cells = WorkAudit.objects.filter(work_case__work=work).values("audit")
    return Audit.objects.filter(pk__in=cells).exclude(state__in=(State.CLOSED, State.CANCELLED)).count()


def note_step(
    work: Work, step: str, *, by: User, minute: str = "", text: str = "", on: date | None = None, **details: Any
) -> Work:
    """Save a step that was just taken on the locked ``work``: its note, deadline, notices and trail entry.

    The last thing of the use case, in its transaction. ``details`` go into the trail: counts and keys, no free text.
    """
    work.revision += 1
    work.save()
    if minute and on is not None:
        minute = f"{minute} ({on:%-d %B %Y})"
    WorkNote.objects.create(work=work, step=work.state, text=text, minute=minute, by=by)
    settle_deadline(work)
    _tell_of(work, step, by=by)
    if on is not None:
        details["on"] = on
    record(f"work.{step}", work, by=by, state=str(work.state), **details)
    return work


def _tell_of(work: Work, step: str, *, by: User) -> None:
    """Tell those whom the step concerns, and those who are to act next."""
    name = name_of(work)
    own: list[User | None] = [work.lead, work.chair]
    leads = agency_leads(work) if step in ("agree", "open_fieldwork", "close_fieldwork", "present", "withdraw") else []
    texts: Mapping[str, tuple[list[User | None], str]] = {
        "agree": (
            [*own, work.proposed_by, *leads],
            f"The subgroup has agreed {name}. Its fieldwork begins on {work.fieldwork_from:%-d %B %Y}.",
        ),
        "open_fieldwork": ([*own, *leads], f"The fieldwork of {name} has begun."),
        "close_fieldwork": ([*own, *leads], f"The fieldwork of {name} is closed; it is being analysed."),
        "sign_off": ([work.lead], f"The report of {name} is signed off."),
        "consider": (own, f"The subgroup has considered {name}. It can be presented to the board."),
        "present": ([*own, *leads], f"The report of {name} was presented to the board."),
        "close": (own, f"The work on {name} is closed."),
        "plan": (own, f"The day of {name} is {work.fieldwork_from:%-d %B %Y}."),
        "prepare": (own, f"The lines of enquiry of {name} are agreed."),
        "hold": ([work.lead], f"The {name} was held. Its main findings are to be reported."),
        "report": (own, f"The main findings of {name} are reported."),
        "withdraw": ([*own, work.proposed_by, *leads], f"The {name} is withdrawn and does not take place."),
    }
    told, text = texts[step]
    if step in ("plan", "prepare", "withdraw"):
        told = [*told, *people_of(work)]
    inform(work, told, event=step, text=text[:1].upper() + text[1:], but=by)
    if step == "sign_off":
        inform(
            work, subgroup(), event="to_consider", text=f"The report of {name} is for the subgroup to consider.", but=by
        )
