"""An audit as a document to work on away from the browser, and what an uploaded one would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from audits.access import may_fill
from audits.documents.comparing import Difference, differences, is_blank
from audits.documents.layout import LaidSection, Layout, lay_section
from audits.kloe import filling
from audits.kloe.definition import Section
from audits.models import Audit, PaperAnswers, SectionAnswers, SectionRevision
from audits.queries.answers import facts_of
from audits.queries.pages import parts_to_show
from qaf.people.models import User

Documents = dict[str, dict[str, Any]]
# What the document would do to a section: put other answers in, meet what somebody saved since it was downloaded,
# empty it, or nothing, with text beside its boxes.
Effect = Literal["changes", "clashes", "empties", "nothing"]


def saved_rows(audit: Audit) -> dict[str, SectionAnswers]:
    """The sections that were saved, by key."""
    rows = SectionAnswers.objects.filter(audit=audit, revision__gt=0).select_related("saved_by")
    return {row.section: row for row in rows}


def begun_with(audit: Audit, section: Section) -> dict[str, Any]:
    """What the page of a section shows before it is saved for the first time."""
    if not any(question.prefill for question in section.questions):
        return {"answers": {}, "raw": {}}
    return {"answers": filling.prefill(audit.form, section, facts_of(audit, section)), "raw": {}}


def paper_of(audit: Audit, user: User) -> Layout:
    """The audit as this person may read it. Only the sections of whoever fills it now can be written in."""
    rows = saved_rows(audit)
    fills = may_fill(user, audit, audit.part)
    sections: list[LaidSection] = []
    for part, _ in parts_to_show(user, audit):
        for section in audit.form.sections_of(part):
            row = rows.get(section.key)
            is_own = fills and part == audit.part
            document = row.document if row else begun_with(audit, section) if is_own else None
            sections.append(lay_section(audit.form, section, document, locked=not is_own))
    own = audit.form.sections_of(audit.part)
    now = timezone.localtime()
    return Layout(
        title=audit.type.title,
        version=audit.form_version.number,
        form=audit.form,
        sections=tuple(sections),
        reference=audit.reference,
        facts=(
            ("Audit", audit.reference),
            ("Form", f"{audit.form.title}, version {audit.form_version.number}"),
            ("Team", audit.team.name),
            ("Auditor", str(audit.auditor)),
            ("State", audit.get_state_display()),
            ("Downloaded", f"{now:%-d %B %Y, %H:%M} by {user}"),
        ),
        revisions={section.key: rows[section.key].revision if section.key in rows else 0 for section in own},
    )


def as_downloaded(audit: Audit, revisions: Mapping[str, int], *, is_blank_form: bool) -> Documents:
    """What each section of the auditor's part held when a document was made; ``revisions`` are those it bears."""
    rows = saved_rows(audit)
    asked = {key: number for key, number in revisions.items() if key in rows and rows[key].revision != number}
    earlier = {
        (one.answers.section, one.revision): one.document
        for one in (
            SectionRevision.objects.filter(
                answers__audit=audit, answers__section__in=asked, revision__in=set(asked.values())
            ).select_related("answers")
            if asked
            else ()
        )
    }
    held: Documents = {}
    for section in audit.form.sections_of(audit.part):
        key, number = section.key, revisions.get(section.key, 0)
        if key in rows and rows[key].revision == number:
            held[key] = rows[key].document
        elif (key, number) in earlier:
            held[key] = earlier[key, number]
        else:
            held[key] = {"answers": {}, "raw": {}} if is_blank_form else begun_with(audit, section)
    return held


@dataclass(frozen=True)
class Change:
    """One section of an uploaded document, as it is looked over."""

    section: Section
    effect: Effect
    revision: int
    saved: SectionAnswers | None
    differences: list[Difference]
    # Text beside the boxes: the label of the question it stands under, and the text.
    stray: list[tuple[str, str]]

    @property
    def unreadable(self) -> int:
        return sum(1 for one in self.differences if one.paper.typed)


def changes_of(pending: PaperAnswers, audit: Audit) -> list[Change]:
    """What an uploaded document would change now, in the form's order."""
    rows = saved_rows(audit)
    return [
        _change(audit, section, pending.sections[section.key], rows.get(section.key))
        for section in audit.form.sections_of(audit.part)
        if section.key in pending.sections
    ]


def _change(audit: Audit, section: Section, read: dict[str, Any], row: SectionAnswers | None) -> Change:
    now = row.document if row else {"answers": {}, "raw": {}}
    paper = read["document"] or now
    found = differences(audit.form, section, now, paper)
    effect: Effect = "changes"
    if read["document"] is None or not found:
        effect = "nothing"
    elif is_blank(paper):
        effect = "empties"
    elif (row.revision if row else 0) != read["revision"]:
        effect = "clashes"
    labels = {question.key: question.label for question in section.questions}
    stray = [(labels.get(key, ""), text) for key, text in read["stray"]]
    return Change(section, effect, row.revision if row else 0, row, found, stray)
