"""Documents that leave the system to be worked on in Word, and come back."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from audits.access import action_for
from audits.documents.answers import SectionFields, read_answers
from audits.documents.comparing import is_blank
from audits.documents.docx_package import MAX_BYTES, BadDocument, Package, open_package
from audits.documents.layout import Layout, lay_form, lay_section
from audits.kloe import filling
from audits.kloe.definition import Section
from audits.models import Audit, PaperAnswers
from audits.queries.paper import Documents, as_downloaded, begun_with, saved_rows
from audits.workflow.filling import Conflict, save_section
from audits.workflow.steps import demand, locked
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

KEPT_FOR = timedelta(days=7)
MAX_STRAY = 50  # of a section; the document itself stays with the person


class BadPaper(Refused):
    """The uploaded document cannot be used; the message says why and what to do."""

    status = 422
    title = "This document cannot be used"


@dataclass
class Outcome:
    """What became of a confirmed document: sections saved, kept as they were, and saved by somebody else meanwhile."""

    saved: list[Section] = field(default_factory=list)
    kept: list[Section] = field(default_factory=list)
    conflicts: list[Section] = field(default_factory=list)


@transaction.atomic
def note_download(audit: Audit, *, kind: str, by: User) -> None:
    """Put into the trail that somebody took an audit out of the system as a file, and as which kind."""
    record("audit.downloaded", audit, by=by, format=kind)


def demand_paper(by: User, audit: Audit) -> None:
    """Raise unless the person is the one who fills the audit, and it is with them."""
    demand(by, action_for(audit, audit.part), audit)


def take_in(audit: Audit, *, file: BinaryIO, by: User) -> PaperAnswers:
    """Read an uploaded document and keep what it would change, to be looked over. Nothing is saved yet.

    Raises BadPaper, NotAllowed or Stale. What was read before and not confirmed is replaced; what nobody has
    confirmed within a week, of any audit, is deleted.
    """
    demand_paper(by, audit)
    try:
        package = open_package(file.read(MAX_BYTES + 1))
        sections = _read(audit, package, by)
    except BadDocument as error:
        raise BadPaper(str(error)) from error
    with transaction.atomic():
        # Two uploads at the same moment wait for one another, so that one is left to look over.
        demand_paper(by, locked(audit))
        delete_old()
        PaperAnswers.objects.filter(audit=audit, by=by, applied_at=None).delete()
        return PaperAnswers.objects.create(audit=audit, by=by, sections=sections)


def delete_old() -> None:
    """Delete what was read from documents and not confirmed within a week."""
    PaperAnswers.objects.filter(applied_at=None, at__lt=timezone.now() - KEPT_FOR).delete()


def pending_of(audit: Audit, user: User) -> PaperAnswers | None:
    """The document of this audit that the person has uploaded and not confirmed yet."""
    fresh = PaperAnswers.objects.filter(audit=audit, by=user, applied_at=None, at__gte=timezone.now() - KEPT_FOR)
    return fresh.order_by("-pk").first()


@transaction.atomic
def confirm(audit: Audit, *, taken: dict[str, int], by: User) -> Outcome:
    """Save the sections that were chosen; ``taken`` names each with the revision that the person has looked over.

    Each is saved as from its page, so that its text before stays on record; a section that somebody saved in the
    meantime is not overwritten: the document's text is kept beside it. Raises NotAllowed or Stale.
    """
    demand_paper(by, audit)
    pending = PaperAnswers.objects.select_for_update().filter(audit=audit, by=by, applied_at=None)
    found = pending.filter(at__gte=timezone.now() - KEPT_FOR).order_by("-pk").first()
    if found is None:
        raise Stale("This document was saved already, or it waited for more than a week. Upload it again.")
    outcome = Outcome()
    for section in audit.form.sections_of(audit.part):
        read = found.sections.get(section.key)
        if read is None or read["document"] is None:
            continue
        if section.key not in taken:
            outcome.kept.append(section)
            continue
        saved = save_section(
            audit, section=section.key, document=read["document"], seen_revision=taken[section.key], by=by
        )
        (outcome.conflicts if isinstance(saved, Conflict) else outcome.saved).append(section)
    found.sections, found.applied_at = {}, timezone.now()
    found.save()
    record("audit.paper_taken_in", audit, by=by, sections=len(outcome.saved))
    return outcome


def discard(audit: Audit, *, by: User) -> None:
    """Throw away what was read of an uploaded document."""
    PaperAnswers.objects.filter(audit=audit, by=by, applied_at=None).delete()


def _read(audit: Audit, package: Package, by: User) -> dict[str, dict[str, Any]]:
    """The sections that the document changes, or has text beside the boxes in, as PaperAnswers keeps them."""
    is_blank_form = _check_marks(audit, package.properties)
    revisions = {
        section.key: _number(package.properties.get(f"qaf-section-{section.key}", ""))
        for section in audit.form.sections_of(audit.part)
    }
    before = as_downloaded(audit, revisions, is_blank_form=is_blank_form)
    rows = saved_rows(audit)
    now = {key: rows[key].document if key in rows else document for key, document in before.items()}
    read = read_answers(package, _layout(audit, before), before=before, now=now)
    sections = {}
    for section in audit.form.sections_of(audit.part):
        document = _document_of(audit, section, read[section.key])
        if is_blank_form and section.key not in rows and not is_blank(document):
            # What the page would have shown from the start is not lost because it was not on the blank form.
            document["answers"] = {**begun_with(audit, section)["answers"], **document["answers"]}
        changed = document != before[section.key] and not (
            section.key not in rows and _only_begun(section, document, before[section.key])
        )
        stray = read[section.key].stray[:MAX_STRAY]
        if changed or stray:
            sections[section.key] = {
                "document": document if changed else None,
                "revision": revisions[section.key],
                "stray": [list(one) for one in stray],
            }
    return sections


def _check_marks(audit: Audit, marks: Any) -> bool:
    """Whether the document is a blank form of this audit's version; BadDocument when it belongs elsewhere."""
    version = audit.form_version
    if "qaf-form" not in marks:
        raise BadDocument(
            "The document does not say which form it is: it was not downloaded here, or the program that saved it "
            "took its properties away. Download the document of this audit, copy your answers into it, and upload it."
        )
    if marks["qaf-form"] != audit.form.key:
        raise BadDocument(
            f"This is a document of another form than “{audit.form.title}”. Upload it on the page of the audit that "
            "it belongs to."
        )
    if marks.get("qaf-version") != str(version.number):
        raise BadDocument(
            f"The document is of another version of the form; this audit is on version {version.number}. Download "
            "the document of this audit, copy your answers into it, and upload that."
        )
    reference = marks.get("qaf-audit", "")
    if reference and reference != audit.reference:
        raise BadDocument(
            f"This document belongs to audit {reference[:24]}, not to {audit.reference}. Upload it on the page of "
            "that audit."
        )
    return not reference


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _layout(audit: Audit, before: Documents) -> Layout:
    """The document as it was downloaded, with the other parts of the form blank."""
    blank = lay_form(audit.form, version=audit.form_version.number)
    sections = tuple(
        lay_section(audit.form, laid.section, before[laid.section.key]) if laid.section.key in before else laid
        for laid in blank.sections
    )
    return replace(blank, sections=sections)


def _document_of(audit: Audit, section: Section, read: SectionFields) -> dict[str, Any]:
    return filling.read_section(audit.form, section, read.data, today=timezone.localdate()).document


def _only_begun(section: Section, document: dict[str, Any], begun: dict[str, Any]) -> bool:
    """Whether a section says no more than what it began with; "today" was another day when it was downloaded."""
    if document["raw"]:
        return False
    given = {question.key for question in section.questions if question.prefill == "today"} & begun["answers"].keys()
    return {key: value for key, value in document["answers"].items() if key not in given} == {
        key: value for key, value in begun["answers"].items() if key not in given
    }
