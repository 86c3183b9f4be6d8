"""Publishing a version of a form, and retiring a form."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.access import may_build_forms
from audits.kloe.definition import FormDefinition, from_json
from audits.kloe.editing import Fault, problems
from audits.models import AuditType, Form, FormVersion
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

State = FormVersion.State
# What each part of a form is called on pages.
PARTS = {
    "audit": "the auditor’s part",
    "qa_check": "the QA check",
    "moderation": "the moderator’s part",
    "distribution": "the distribution",
    "feedback": "the practitioner’s feedback",
    "reaudit": "the re-audit",
}


class CannotPublish(Refused):
    """A draft cannot be published as it stands; ``problems`` says why, one sentence each."""

    title = "This draft cannot be published yet"

    def __init__(self, found: list[str]) -> None:
        super().__init__("Put these right first: " + " ".join(_sentence(problem) for problem in found))
        self.problems = found


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def demand_building(user: User) -> None:
    """Raise NotAllowed unless the person may build forms and say how audits with them go."""
    if not may_build_forms(user):
        raise NotAllowed("QA managers and administrators look after forms. Nothing was changed.")


def locked_form(pk: int) -> Form:
    """A form, held until the transaction ends. Raises Stale when it went with its only draft meanwhile."""
    form = Form.objects.select_for_update().filter(pk=pk).first()
    if form is None:
        raise Stale("This form is not there any more: its draft was thrown away meanwhile. Nothing was changed.")
    return form


def what_keeps_from_publishing(draft: FormVersion) -> list[str]:
    """Everything that stands against publishing a draft, one sentence each; empty when nothing does."""
    if faults := problems(draft.definition):
        return [_placed(fault, draft.definition) for fault in faults]
    definition = from_json(draft.definition)
    found = []
    if definition.key != draft.form.key:
        found.append(f"The key of the form is ‘{draft.form.key}’ and stays so; the draft says ‘{definition.key}’.")
    for kind in draft.form.types.all():
        if not definition.sections_of(kind.part):
            found.append(
                f"Audits of the type “{kind}” begin with {PARTS[kind.part]}, and the draft has no section for it."
            )
    published = draft.form.published_version
    if published is not None and published.definition == draft.definition:
        found.append(f"Nothing in it differs from version {published.number}, which is published.")
    return found


def _placed(fault: Fault, document: Any) -> str:
    """A fault with the words by which people know its place."""
    sections = {one.get("key"): one for one in document.get("sections") or [] if isinstance(one, dict)}
    section = sections.get(fault.section) or {}
    asked = {one.get("key"): one for one in section.get("questions") or [] if isinstance(one, dict)}
    words = [section.get("title") or fault.section, (asked.get(fault.question) or {}).get("label") or fault.question]
    place = ", ".join(f"“{word}”" for word in words if word)
    return f"{place}: {fault.text}" if place else fault.text


@transaction.atomic
def publish(draft: FormVersion, *, note: str, by: User) -> FormVersion:
    """Publish a draft: audits that are started from now on use it; those that have begun keep their version.

    The version before is retired. ``note`` says why there is a new version. Raises NotAllowed, Stale when the draft
    was changed, published or thrown away meanwhile, CannotPublish with everything that has to be put right.
    """
    demand_building(by)
    form = locked_form(draft.form_id)
    if form.pack_id:
        raise NotAllowed("A form of a pack is brought up to date by loading the pack. Make a copy of your own instead.")
    found = FormVersion.objects.select_for_update().filter(pk=draft.pk, state=State.DRAFT).first()
    if found is None:
        raise Stale("This draft is not there any more: it was published or thrown away meanwhile. Nothing was changed.")
    if found.revision != draft.revision:
        raise Stale("The draft was changed meanwhile. Look it over before you publish it. Nothing was changed.")
    if against := what_keeps_from_publishing(found):
        raise CannotPublish(against)
    definition = from_json(found.definition)
    before = _retire_published(form)
    found.state, found.published_at, found.note = State.PUBLISHED, timezone.now(), note.strip()
    found.save()
    # The steps on the way are of no use once the version is fixed, and each is as large as the form.
    found.revisions.all().delete()
    _take_title(form, definition)
    record(
        "form.published",
        form,
        by=by,
        form=form.title,
        number=found.number,
        reason=found.note,
        retired=before.number if before else None,
    )
    return found


@transaction.atomic
def retire(form: Form, *, by: User) -> FormVersion:
    """Retire a form: no more audits can be started with it; those that have begun go on. Gives what was retired.

    Raises NotAllowed, Stale when it has no published version, or Refused when audits with another form open their
    re-audits with this one.
    """
    demand_building(by)
    form = locked_form(form.pk)
    # With the same form, a re-audit goes on with the version of the audit it follows; with another it could not open.
    needed = AuditType.objects.filter(process__reaudit_type__form=form).exclude(form=form)
    if names := ", ".join(f"“{kind}”" for kind in needed):
        raise Refused(f"Re-audits of {names} are done with this form. Choose another type for them first.")
    version = _retire_published(form)
    if version is None:
        raise Stale(f"The form “{form}” has no published version that could be retired. Nothing was changed.")
    record("form.retired", form, by=by, form=form.title, number=version.number)
    return version


def _retire_published(form: Form) -> FormVersion | None:
    version = form.versions.select_for_update().filter(state=State.PUBLISHED).first()
    if version is not None:
        version.state, version.retired_at = State.RETIRED, timezone.now()
        version.save()
    return version


def _take_title(form: Form, definition: FormDefinition) -> None:
    if form.title != definition.title:
        form.title = definition.title
        form.save(update_fields=["title"])
