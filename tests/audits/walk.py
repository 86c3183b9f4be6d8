"""The shortest honest way through the Bristol form, for tests that need an audit in some state."""

from typing import Any

from audits.models import Audit
from audits.workflow import submission
from audits.workflow.filling import documents_of, save_section
from moderation import workflow as moderation_workflow
from moderation.models import Moderation
from moderation.workflow import Finding
from qaf.people.models import User

TEXT = "Seen in the record and talked over with the worker."


def answer_for(question: Any, grade: str) -> Any:
    """An answer of the right shape for a question that must be answered."""
    match question.kind:
        case "judgement":
            return grade
        case "evidence":
            return {"strengths": TEXT, "improvements": "Say more of what the child said."}
        case "record_state":
            return {"state": "good", "comment": ""}
        case "yes_no":
            return {"answer": "yes", "comment": TEXT}
        case "one_choice":
            return question.options[0].value
        case "several_choices":
            return [question.options[0].value]
        case "date":
            return "2026-11-02"
        case "number" | "scale_0_10":
            return 3
        case "signature":
            return {"name": "Synthetic Person", "date": "2026-11-02"}
        case "person":
            return {"name": "Synthetic Person", "role": "IRO"}
        case "rows":
            row = {column.key: answer_for(column, grade) for column in question.columns}
            return [{**row, "action": "See the child alone and record what they say."}] if question.becomes else [row]
        case _:
            return TEXT[: question.max_length or 200]


def fill(audit: Audit, *, part: str, by: User, grade: str = "G", actions: bool = True) -> None:
    """Answer whatever is missing in a part, section by section, until nothing is."""
    for _ in range(4):
        missing = submission.what_is_missing(audit, part)
        documents = documents_of(audit)
        wanted: dict[str, dict[str, Any]] = {}
        for one in missing:
            if one.question.becomes == "actions" and not actions:
                continue
            wanted.setdefault(one.section.key, {})[one.question.key] = answer_for(one.question, grade)
        if actions:
            for section in audit.form.sections_of(part):
                for question in section.questions:
                    if question.becomes == "actions" and question.key not in documents.get(section.key, {}).get(
                        "answers", {}
                    ):
                        wanted.setdefault(section.key, {})[question.key] = answer_for(question, grade)
        if not wanted:
            break
        for key, answers in wanted.items():
            before = documents.get(key, {"answers": {}, "raw": {}})
            row = audit.sections.filter(section=key).first()
            save_section(
                audit,
                section=key,
                document={"answers": {**before["answers"], **answers}, "raw": {}},
                seen_revision=row.revision if row else 0,
                by=by,
            )
    left = submission.what_is_missing(audit, part)
    assert not left, f"still missing: {[one.message for one in left]}"


def submit(audit: Audit, *, grade: str = "G") -> Audit:
    """Fill the auditor's part with one grade throughout and hand it in."""
    fill(audit, part=audit.part, by=audit.auditor, grade=grade)
    return submission.submit(audit, by=audit.auditor)


def moderate(audit: Audit, *, grade: str = "", reason: str = "The record shows otherwise.") -> Audit:
    """Decide the moderation: confirm everything, or give every domain one grade."""
    moderation = Moderation.objects.get(audit=audit)
    assert moderation.moderator is not None
    findings = [
        Finding(
            domain=judgement.domain,
            evidence="sufficient",
            sampled="Case notes of the last month.",
            grade=grade or judgement.auditor_grade,
            reason=reason if grade and grade != judgement.auditor_grade else "",
            analysis=TEXT if audit.process.moderator_analysis else "",
        )
        for judgement in audit.judgements.all()
    ]
    moderation = moderation_workflow.save_findings(
        moderation,
        findings=findings,
        comment="Clear write-up.",
        seen_revision=moderation.revision,
        by=moderation.moderator,
    )
    fill(audit, part="moderation", by=moderation.moderator)
    moderation_workflow.decide(moderation, by=moderation.moderator)
    return Audit.objects.get(pk=audit.pk)
