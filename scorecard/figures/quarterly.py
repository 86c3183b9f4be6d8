"""The figures of a report, counted by the database in a fixed number of queries.

What comes back is plain JSON without anybody's name: rows (the whole, its services and their teams, types of audit,
legal statuses) and, under "row|column", a count for each cell; and grids of what is counted in modules of its own
(grades over time, what was said, actions). Re-audits are not a fair sample of practice, so they
are counted on their own and in no other figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery

from audits.models import Audit, Judgement, LegalStatus
from audits.models.audits import OPEN, AuditQuerySet
from qaf.deadlines.models import Deadline
from scorecard.figures import actions, agreement, over_time, voices
from scorecard.figures.scales import scales_of
from scorecard.layout import ALL, AUDITOR, FINAL, UNGRADED, WHOLE, cell, grade_column
from scorecard.period import Period, one_moment

STEP_NAMES = {
    "audit": "Audit",
    "qa_check": "QA check",
    "moderation": "Moderation",
    "distribution": "Distribution",
    "feedback": "Feedback",
    "closing": "Closing",
}


def count(period: Period) -> dict[str, Any]:
    """Count everything a quarterly report says; gives the figures as JSON."""
    with one_moment():
        return _Counting(period).figures()


class _Counting:
    """One count: each method asks one question of the database and puts the answer into rows and cells."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.first = period.audits.filter(reaudit_of=None)
        self.submitted = self.first.filter(period.holds("submitted_at"))
        self.settled = self.first.filter(period.holds("moderated_at"))
        self.cells: dict[str, int] = {}
        self.rows: dict[str, dict[str, Any]] = {WHOLE: {"key": WHOLE, "kind": WHOLE, "name": "Total", "parent": None}}
        self.scales: dict[str, dict[str, Any]] = {}
        self.scale_of: dict[int, str] = {}

    def figures(self) -> dict[str, Any]:
        self._volumes()
        self._moderation_in_time()
        self._read_scales()
        for stage, audits in ((AUDITOR, self.submitted), (FINAL, self.settled)):
            self._grades_by_team(stage, audits)
        self._grades_by_type()
        self._grades_by_legal_status()
        return {
            "rows": sorted(self.rows.values(), key=lambda row: (row["name"].casefold(), row["key"])),
            "scales": [self.scales[key] for key in sorted(self.scales)],
            "cells": dict(sorted(self.cells.items())),
            "domains": self._domains(),
            "regrades": self._regrades(),
            "overdue_by_step": self._overdue_by_step(),
            "reaudits": self._reaudits(),
            "agreement": agreement.count(self.settled, self.scale_of),
            "grids": {
                **over_time.count(self.period),
                **voices.count(self.period, self.first),
                "actions": actions.count(self.period, self.first),
            },
        }

    def _add(self, row: str, column: str, number: int) -> None:
        key = cell(row, column)
        self.cells[key] = self.cells.get(key, 0) + number

    def _place(self, found: dict[str, Any]) -> tuple[str, str]:
        """The rows of a service and a team, made when they are met first."""
        service = f"service:{found['service_id']}"
        # As they were on the day of allocation: a team that has moved is a row under each of its services.
        team = f"team:{found['service_id']}:{found['team_id']}"
        self.rows.setdefault(
            service,
            {
                "key": service,
                "kind": "service",
                "name": found["service__name"],
                "parent": WHOLE,
                "agency": found["agency__name"],
            },
        )
        self.rows.setdefault(team, {"key": team, "kind": "team", "name": found["team__name"], "parent": service})
        return service, team

    PLACE = ("service_id", "service__name", "team_id", "team__name", "agency__name")

    def _spread(self, found: dict[str, Any], columns: Iterable[str]) -> None:
        for row in (WHOLE, *self._place(found)):
            for column in columns:
                self._add(row, column, found[column])

    def _volumes(self) -> None:
        period = self.period
        allocated = Q(allocated_on__range=(period.first, period.last))
        submitted, settled = period.holds("submitted_at"), period.holds("moderated_at")
        distributed, closed, cancelled = (
            period.holds(name) for name in ("distributed_at", "closed_at", "cancelled_at")
        )
        overdue = Q(state__in=[state.value for state in OPEN], due_on__lte=period.due_by)
        counts = {
            "allocated": allocated,
            "submitted": submitted,
            "on_time": submitted & Q(submitted_at__date__lte=F("audit_due_on")),
            "late": submitted & Q(submitted_at__date__gt=F("audit_due_on")),
            "undated": submitted & Q(audit_due_on=None),
            "settled": settled,
            "moderated": settled & Q(type__process__moderation=True),
            "distributed": distributed,
            "closed": closed,
            "cancelled": cancelled,
            "overdue": overdue,
        }
        found = (
            self.first.filter(allocated | submitted | settled | distributed | closed | cancelled | overdue)
            .order_by()
            .values(*self.PLACE)
            .annotate(**{name: Count("pk", filter=condition) for name, condition in counts.items()})
        )
        for name in counts:
            self._add(WHOLE, name, 0)
        for row in found:
            self._spread(row, counts)

    def _moderation_in_time(self) -> None:
        """Against the deadline that the moderation had in the end, extensions included."""
        due = Deadline.objects.filter(
            subject_type=ContentType.objects.get_for_model(Audit),
            subject_id=OuterRef("pk"),
            kind="moderation",
            met_at__isnull=False,
        ).order_by("-met_at")
        counts = {
            "moderated_in_time": Q(moderated_at__date__lte=F("moderation_due")),
            "moderated_late": Q(moderated_at__date__gt=F("moderation_due")),
            "moderated_undated": Q(moderation_due=None),
        }
        found = (
            self.settled.filter(type__process__moderation=True)
            .annotate(moderation_due=Subquery(due.values("due_on")[:1]))
            .order_by()
            .values(*self.PLACE)
            .annotate(**{name: Count("pk", filter=condition) for name, condition in counts.items()})
        )
        for name in counts:
            self._add(WHOLE, name, 0)
        for row in found:
            self._spread(row, counts)

    def _read_scales(self) -> None:
        """The grading scales of the forms in use, from the versions the audits keep."""
        used = self.period.audits.filter(
            self.period.holds("submitted_at") | self.period.holds("moderated_at")
        ).order_by()
        for pk, scale in scales_of(used.values("form_version_id")).items():
            self.scale_of[pk] = scale["key"]
            self.scales[scale["key"]] = scale

    def _grade(self, stage: str, rows: Iterable[str], found: dict[str, Any]) -> None:
        """Put one count of a grade into its column, and into the column of all graded on that scale."""
        scale, code = self.scale_of.get(found["form_version_id"]), found[f"{stage}_grade"]
        known = scale is not None and code in {grade["code"] for grade in self.scales[scale]["grades"]}
        for row in rows:
            if known and scale is not None:
                self._add(row, grade_column(stage, scale, code), found["number"])
                self._add(row, grade_column(stage, scale, ALL), found["number"])
            else:
                self._add(row, f"{stage}:{UNGRADED}", found["number"])

    @staticmethod
    def _counted(stage: str, audits: AuditQuerySet, *by: str) -> Iterable[dict[str, Any]]:
        return audits.order_by().values(*by, "form_version_id", f"{stage}_grade").annotate(number=Count("pk"))

    def _grades_by_team(self, stage: str, audits: AuditQuerySet) -> None:
        for found in self._counted(stage, audits, *self.PLACE):
            self._grade(stage, (WHOLE, *self._place(found)), found)

    def _grades_by_type(self) -> None:
        for found in self._counted(FINAL, self.settled, "type_id", "type__title", "type__process__moderation"):
            key = f"type:{found['type_id']}"
            row = {"key": key, "kind": "type", "name": found["type__title"], "parent": WHOLE}
            row["moderated"] = found["type__process__moderation"]
            self.rows.setdefault(key, row)
            self._grade(FINAL, (key,), found)

    def _grades_by_legal_status(self) -> None:
        names = dict(LegalStatus.choices)
        for found in self._counted(FINAL, self.settled, "legal_status"):
            status = found["legal_status"]
            key = f"status:{status}"
            name = str(names.get(status, status or "Not about a child’s case"))
            self.rows.setdefault(key, {"key": key, "kind": "status", "name": name, "parent": WHOLE})
            self._grade(FINAL, (key,), found)

    def _domains(self) -> list[dict[str, Any]]:
        """Final grades domain by domain, and how many the moderator changed."""
        found = (
            Judgement.objects.filter(audit__in=self.settled.order_by(), is_overall=False)
            .exclude(final_grade="")
            .order_by()
            .values("domain", "audit__form_version_id", "final_grade")
            .annotate(
                number=Count("pk"),
                changed=Count("pk", filter=~Q(final_grade=F("auditor_grade"))),
                title=Max("title"),
                position=Min("position"),
            )
        )
        domains: dict[tuple[str, str], dict[str, Any]] = {}
        for row in found:
            scale = self.scale_of.get(row["audit__form_version_id"])
            if scale is None:
                continue
            fresh = {
                "scale": scale,
                "domain": row["domain"],
                "title": row["title"],
                "position": row["position"],
                "grades": {},
                "changed": 0,
            }
            domain = domains.setdefault((scale, row["domain"]), fresh)
            domain["title"] = max(domain["title"], row["title"])
            domain["position"] = min(domain["position"], row["position"])
            domain["grades"][row["final_grade"]] = domain["grades"].get(row["final_grade"], 0) + row["number"]
            domain["changed"] += row["changed"]
        return sorted(domains.values(), key=lambda one: (one["scale"], one["position"], one["domain"]))

    def _regrades(self) -> list[dict[str, Any]]:
        """Moderated audits by the auditor's overall grade and the one that stands after moderation."""
        found = (
            self.settled.filter(type__process__moderation=True)
            .exclude(auditor_grade="")
            .exclude(final_grade="")
            .order_by()
            .values("form_version_id", "auditor_grade", "final_grade")
            .annotate(number=Count("pk"))
        )
        counts: dict[tuple[str, str, str], int] = {}
        for row in found:
            if scale := self.scale_of.get(row["form_version_id"]):
                key = (scale, row["auditor_grade"], row["final_grade"])
                counts[key] = counts.get(key, 0) + row["number"]
        return [
            {"scale": scale, "from": before, "to": after, "count": number}
            for (scale, before, after), number in sorted(counts.items())
        ]

    def _overdue_by_step(self) -> list[dict[str, Any]]:
        found = (
            self.first.filter(state__in=[state.value for state in OPEN], due_on__lte=self.period.due_by)
            .order_by()
            .values("step")
            .annotate(number=Count("pk"))
        )
        counts = {row["step"]: row["number"] for row in found}
        known = [step for step in STEP_NAMES if step in counts]
        return [
            {"step": step, "name": STEP_NAMES.get(step, step or "No step"), "count": counts[step]}
            for step in [*known, *sorted(set(counts) - set(known))]
        ]

    def _reaudits(self) -> dict[str, int]:
        """Re-audits opened and done in the period, those now at the standard, and those overdue at its end."""
        period = self.period
        done = period.holds("submitted_at")
        result: dict[str, int] = period.audits.filter(reaudit_of__isnull=False).aggregate(
            opened=Count("pk", filter=Q(allocated_on__range=(period.first, period.last))),
            done=Count("pk", filter=done),
            meets_standard=Count("pk", filter=done & Q(meets_standard=True)),
            overdue=Count("pk", filter=Q(state__in=[state.value for state in OPEN], due_on__lte=period.due_by)),
        )
        return result
