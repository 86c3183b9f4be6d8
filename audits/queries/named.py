"""The people whom an audit's form names, such as the child's IRO or conference chair, as far as they sign in here."""

from dataclasses import dataclass

from audits.kloe import filling
from audits.kloe.questions import Question
from audits.models import Audit
from audits.naming import addresses_in, names_in
from audits.queries.answers import answers_and_raws
from qaf.people.models import User

CHAIR = "IRO or CP chair"


@dataclass(frozen=True)
class Named:
    """Somebody named in the form: as what, in which words, and who that is where it is certain."""

    reason: str
    text: str
    person: User | None


def _names_somebody(question: Question) -> bool:
    """A question for a person; and the forms' own field for the child's chair or IRO, which is a short text."""
    return question.kind == "person" or _is_chair(question)


def _is_chair(question: Question) -> bool:
    return question.kind in ("short_text", "person") and (question.prefill == "case.chair" or question.key == "chair")


def people_named(audit: Audit) -> list[Named]:
    """Who is named in the auditor's part, in the form's order; ``person`` None where nobody, or more than one, fits.

    Bristol QAF, case file audit process map: the moderated audit goes to the professionals concerned, the conference
    chair or reviewing officer among them.
    """
    answers, _ = answers_and_raws(audit)
    found: list[Named] = []
    for section, questions in filling.visible(audit.form, audit.part, answers):
        for question in questions:
            answer = answers.get(section.key, {}).get(question.key)
            if not answer or not _names_somebody(question):
                continue
            text = str(answer.get("name", "")) if isinstance(answer, dict) else str(answer)
            reason = CHAIR if _is_chair(question) else question.label[:80]
            found += _matched(reason, text)
    return found


def _matched(reason: str, text: str) -> list[Named]:
    people = list(dict.fromkeys(person for person in map(_only_one, _spellings(text)) if person is not None))
    if people:
        return [Named(reason, text, person) for person in people]
    return [Named(reason, text, None)] if text.strip() else []


def _spellings(text: str) -> list[tuple[str, str]]:
    return [("email", address) for address in addresses_in(text)] + [("name", name) for name in names_in(text)]


def _only_one(spelling: tuple[str, str]) -> User | None:
    """The one person who may sign in and bears this name or has this address; None unless it is one alone.

    No post is asked for: reviewing officers and chairs are none of the roles here.
    """
    field, value = spelling
    found = list(User.objects.filter(**{f"{field}__iexact": value}, is_active=True).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
