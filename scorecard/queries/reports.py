"""What a report says at a moment, and which of its versions somebody reads."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from qaf.people.models import Post, User
from qaf.people.roles import Role
from scorecard.access.reports import may_sign_off, stages_readable
from scorecard.models import ImprovementAction, Recommendation, Report, ReportVersion


def content_of(report: Report) -> dict[str, Any]:
    """A report as it stands: its snapshot and whatever people have added to it (see ``scorecard.reports.texts``).

    Without anything added it is the snapshot itself. Raises ValueError before the report is made.
    """
    added = {
        "texts": _texts(report),
        "themes": _themes(report),
        "recommendations": _recommendations(report),
    }
    return report.frozen | {key: value for key, value in added.items() if value}


def _texts(report: Report) -> dict[str, str]:
    return {one.section: one.text for one in report.texts.order_by("section") if one.text.strip()}


def _themes(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "kind": theme.kind,
            "title": theme.title,
            "text": theme.text,
            # The audit a quotation comes from stays behind: it is for QA alone.
            "quotations": [{"voice": one.voice, "text": one.text} for one in theme.quotations.all()],
        }
        for theme in report.themes.order_by("kind", "position", "pk").prefetch_related("quotations")
    ]


def _recommendations(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "text": one.text,
            "agency": one.agency.name if one.agency else "",
            "actions": [
                {
                    "reference": action.reference,
                    "specific": action.specific,
                    "measurable": action.measurable,
                    "owner": action.owner.name,
                    "due_on": action.due_on.isoformat(),
                    "state": action.get_state_display(),
                }
                for action in one.actions.all()
            ],
        }
        for one in standing_recommendations(report)
    ]


def standing_recommendations(report: Report) -> QuerySet[Recommendation]:
    """The recommendations that are not taken out, in their order, with agency, actions and their owners."""
    actions = (
        ImprovementAction.objects.exclude(state=ImprovementAction.State.WITHDRAWN)
        .select_related("owner")
        .order_by("reference")
    )
    return (
        report.recommendations.filter(removed_at=None)
        .select_related("agency")
        .prefetch_related(Prefetch("actions", queryset=actions))
        .order_by("number")
    )


def what_is_written(content: dict[str, Any]) -> dict[str, Any]:
    """What of a content QA writes: without version, figures and actions, which live on after the report."""
    return {
        "texts": content.get("texts", {}),
        "themes": content.get("themes", []),
        "recommendations": [
            {name: one[name] for name in ("number", "text", "agency")} for one in content.get("recommendations", [])
        ],
    }


def readable_versions(user: User, report: Report) -> QuerySet[ReportVersion]:
    """The versions of a report that somebody may read, the latest first."""
    return report.versions.filter(stage__in=stages_readable(user, report)).select_related("by").order_by("-number")


def chairs_for(report: Report, *, but: User) -> list[User]:
    """Whom a report can be sent to for signing off, by name; nobody signs off what they send themselves."""
    posts = Post.objects.on(timezone.localdate()).with_role(Role.AUDIT_CHAIR).values("person")
    people = User.objects.filter(is_active=True, pk__in=posts).exclude(pk=but.pk).order_by("name", "email")
    return [person for person in people if may_sign_off(person, report)]
