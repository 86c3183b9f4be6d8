"""Drafts for the tests of the form builder's pages."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from audits.kloe.editing import mark, piece
from audits.models import FormVersion
from audits.workflow.drafts import start_form
from qaf.people.models import User

SCALE = {
    "key": "ofsted",
    "title": "Ofsted grades",
    "grades": [
        {"code": "O", "name": "Outstanding", "meets_standard": True},
        {"code": "G", "name": "Good", "meets_standard": True},
        {"code": "RI", "name": "Requires improvement", "meets_standard": False},
        {"code": "I", "name": "Inadequate", "meets_standard": False, "raises_alert": True},
    ],
}


def small() -> dict[str, Any]:
    """A form with two sections, a condition, rows, a scale and descriptors, without a fault."""
    return {
        "form": "small",
        "title": "Small form",
        "scale": SCALE,
        "sections": [
            {
                "key": "plan",
                "title": "Plan",
                "part": "audit",
                "questions": [
                    {"key": "is_there", "kind": "yes_no", "label": "Is there a plan?"},
                    {
                        "key": "voice",
                        "kind": "evidence",
                        "label": "Is the child heard in it?",
                        "when": {"question": "plan.is_there", "is": "yes"},
                    },
                    {
                        "key": "team_type",
                        "kind": "one_choice",
                        "label": "Which team?",
                        "options": [{"value": "north", "label": "North"}, {"value": "south", "label": "South"}],
                    },
                    {
                        "key": "actions",
                        "kind": "rows",
                        "label": "Who was spoken to?",
                        "columns": [
                            {"key": "who", "kind": "short_text", "label": "Who"},
                            {"key": "when_seen", "kind": "date", "label": "When"},
                        ],
                    },
                ],
            },
            {
                "key": "end",
                "title": "Overall",
                "part": "audit",
                "questions": [
                    {
                        "key": "grade",
                        "kind": "judgement",
                        "label": "Overall grade",
                        "required": True,
                        "domain": "overall",
                        "overall": True,
                        "descriptors": ["planning"],
                    }
                ],
            },
        ],
        "descriptors": [
            {
                "key": "planning",
                "title": "Planning",
                "scale": "ofsted",
                "grades": {"G": ["The plan is specific."], "I": ["There is no plan."]},
            }
        ],
    }


@dataclass
class Building:
    """A draft, somebody who builds it, and their browser."""

    draft: FormVersion
    by: User
    client: Client

    @property
    def key(self) -> str:
        return self.draft.form.key

    @property
    def path(self) -> str:
        return f"/forms/{self.key}/draft/"

    @property
    def document(self) -> dict[str, Any]:
        """The draft's document as it stands in the database."""
        document: dict[str, Any] = FormVersion.objects.get(pk=self.draft.pk).definition
        return document

    def piece(self, *place: str) -> Any:
        return piece(self.document, *place)

    def seen(self, *place: str) -> str:
        """The mark that a page made now would send back."""
        return mark(self.piece(*place))


def begin(by: User, client: Client, definition: dict[str, Any] | None = None) -> Building:
    """A draft of the small form, or of another."""
    return Building(start_form(title="Small form", by=by, definition=definition or small()), by, client)
