"""Answers about feedback that were handed in before they were kept as codes are coded like any others."""

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps
from django.db.models import Q

from audits.coding import coded, sections_coded
from audits.kloe.definition import from_json
from audits.kloe.filling import missing

BATCH = 200


def code(apps: StateApps, schema_editor: Any) -> None:
    """Code the auditor's part of each submitted audit, and the feedback of each closed one, a batch at a time."""
    audits, codes = apps.get_model("audits", "Audit"), apps.get_model("audits", "CodedAnswer")
    forms = _forms_to_code(apps)
    last = 0
    while True:
        rows = audits.objects.filter(pk__gt=last, form_version_id__in=forms, confidential=False, coded_answers=None)
        rows = rows.filter(Q(submitted_at__isnull=False) | Q(state="closed")).order_by("pk")
        batch = list(rows.select_related("type").prefetch_related("sections", "judgements")[:BATCH])
        if not batch:
            return
        codes.objects.bulk_create(
            codes(audit=audit, voice=one.voice, question=one.question, value=one.value)
            for audit in batch
            for one in _coded_of(audit, forms[audit.form_version_id])
        )
        last = batch[-1].pk


def _forms_to_code(apps: StateApps) -> dict[int, Any]:
    """The forms that were ever published and ask for feedback in closed questions, by the key of their version."""
    versions = apps.get_model("audits", "FormVersion").objects.exclude(state="draft").values_list("pk", "definition")
    forms = {pk: from_json(definition) for pk, definition in versions}
    return {pk: form for pk, form in forms.items() if any(sections_coded(form, part) for part in form.parts())}


def _coded_of(audit: Any, form: Any) -> list[Any]:
    answers = {row.section: dict(row.document.get("answers", {})) for row in audit.sections.all()}
    raws = {row.section: row.document.get("raw", {}) for row in audit.sections.all()}
    found = coded(form, audit.type.part, answers) if audit.submitted_at else []
    if audit.state != "closed":
        return found
    # The feedback's questions depend on the grades that stand. An audit may have been closed without any feedback.
    final = {judgement.domain: judgement.final_grade for judgement in audit.judgements.all()}
    for section, question in form.judgements(audit.type.part):
        if final.get(question.domain):
            answers.setdefault(section.key, {})[question.key] = final[question.domain]
    return found if missing(form, "feedback", answers, raws) else found + coded(form, "feedback", answers)


class Migration(migrations.Migration):
    dependencies = [("audits", "0013_coded_answers")]

    operations = [migrations.RunPython(code, migrations.RunPython.noop)]
