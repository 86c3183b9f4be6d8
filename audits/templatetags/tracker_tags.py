"""Cells of the tracker. The components they are made of are drawn once for each state, grade and day, then kept:
a page of fifty rows would otherwise spend most of its time drawing the same few tags again."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from audits.models import FormVersion, State
from audits.queries.tracker import Row
from audits.workflow.steps import STEPS

register = template.Library()


@lru_cache(maxsize=64)
def _state_tag(state: str) -> SafeString:
    return render_to_string("components/state_tag.html", {"state": state, "name": State(state).label})


@lru_cache(maxsize=512)
def _grade_tag(form_version_id: int, code: str) -> SafeString:
    scale = FormVersion.parsed_by_pk(form_version_id).scale
    grade = scale.grade(code) if scale else None
    return render_to_string("components/grade_tag.html", {"grade": grade or code})


@lru_cache(maxsize=4096)
def _deadline(due_on: date, overdue: bool) -> SafeString:
    return render_to_string("components/deadline.html", {"due_on": due_on, "overdue": overdue})


@register.filter
def state_tag(row: Row) -> SafeString:
    """The state of an audit as a tag."""
    return _state_tag(row.state)


@register.filter
def due(row: Row) -> SafeString | str:
    """The day an audit's current step is due, marked when it has passed; nothing when no step is open."""
    return _deadline(row.due_on, row.is_overdue(timezone.localdate())) if row.due_on else ""


@register.filter
def grade(row: Row, which: str) -> SafeString | str:
    """The auditor's ("auditor") or the final ("final") grade as a tag; nothing as long as there is none."""
    code = row.final_grade if which == "final" else row.auditor_grade
    return _grade_tag(row.form_version_id, code) if code and row.is_graded else ""


@register.filter
def step(row: Row) -> str:
    """What the current step asks, with a capital letter; nothing when no step is open."""
    words = STEPS.get(row.step, row.step)
    return words[:1].upper() + words[1:]
