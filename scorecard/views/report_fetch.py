"""Fetching a report for a page, always from what the person may see; and the links between a report's pages."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.places import PlaceLink
from qaf.requests import SignedInRequest
from scorecard.access.reports import may, may_read_draft, visible_to
from scorecard.models import Report, ReportVersion
from scorecard.queries.reports import readable_versions
from scorecard.workflow.report_ground import WHOSE, may_at_another_stage

# The pages of one report, and whether only those who may see drafts are shown the link.
OUTLINE = (
    ("Report", "scorecard:report", False),
    ("Commentary", "scorecard:writing", True),
    ("Themes", "scorecard:themes", True),
    ("Recommendations", "scorecard:recommendations", True),
    ("Versions", "scorecard:versions", False),
)


def fetch(user: User, pk: int, action: str = "") -> Report:
    """A report for somebody who may see it and, with ``action``, do this with it.

    404 when they may not know of it, Stale when only its stage forbids the action, NotAllowed when it is others' to do.
    """
    rows = visible_to(user).select_related("agency", "service", "work", "requested_by", "chair")
    report = get_object_or_404(rows, pk=pk)
    if not action or may(user, action, report):
        return report
    if may_at_another_stage(user, action, report):
        raise Stale(
            f"This report is “{report.get_stage_display()}”, and this cannot be done at that stage. Open it to see "
            "what has happened and what is to do next."
        )
    raise NotAllowed(WHOSE.get(action, "This is for the QA officers and QA managers of its scope."))


def fetch_made(user: User, pk: int) -> Report:
    """A report that is made and that somebody reads, if only in part; 404 otherwise."""
    report = fetch(user, pk)
    if not may(user, "read", report):
        raise Http404
    return report


def fetch_draft(user: User, pk: int) -> Report:
    """A made report for those who may see it while it is written; NotAllowed for its other readers."""
    report = fetch_made(user, pk)
    if not may_read_draft(user, report):
        raise NotAllowed("Only the QA officers and QA managers of its scope see what is being written.")
    return report


def shows_draft(user: User, report: Report) -> bool:
    """Whether the report's page shows somebody what is being written, and not the last version."""
    return report.is_writable and may_read_draft(user, report)


def version_to_read(request: SignedInRequest, report: Report) -> ReportVersion | None:
    """The version that the page's address asks for; else the latest one may read, or None for the draft.

    404 for a version that one may not read.
    """
    versions = readable_versions(request.user, report)
    asked = request.GET.get("version", "")
    if asked:
        if not (asked.isdecimal() and len(asked) < 5):
            raise Http404
        return get_object_or_404(versions, number=int(asked))
    return None if shows_draft(request.user, report) else versions.first()


def outline(report: Report, user: User, here: str) -> list[PlaceLink]:
    """The pages of this report that somebody is shown; one that this installation does not have is left out."""
    links = []
    for label, name, for_writers in OUTLINE:
        if for_writers and not may_read_draft(user, report):
            continue
        try:
            path = reverse(name, args=[report.pk])
        except NoReverseMatch:
            continue
        links.append(PlaceLink(label, path, name == here))
    return links


def seen_number(request: SignedInRequest, name: str = "revision") -> int:
    """The revision or number that a page was made from; one that never was when the page does not say."""
    seen = request.POST.get(name, "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
