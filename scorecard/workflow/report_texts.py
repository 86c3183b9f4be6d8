"""The commentary of a report's sections, kept piece by piece while QA writes it.

Every section has a revision of its own. A save that names an older one is refused with what is stored, so that the page
can show both; every accepted save keeps what stood before it with its author, so the trail need not tell each of them.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from qaf.errors import Refused, Stale
from qaf.people.models import User
from scorecard.models import Report, ReportText, ReportTextRevision
from scorecard.reports.contents import figures_document
from scorecard.reports.document import Section
from scorecard.reports.texts import writable_sections
from scorecard.workflow.report_ground import demand_length, held_for, says_nothing

LONGEST_TEXT = 20_000


class OlderText(Stale):
    """The section was saved from another page meanwhile. ``stored`` is what stands."""

    title = "This section was saved from another page"

    def __init__(self, stored: ReportText) -> None:
        super().__init__("This section was saved from another page after you opened this one. Compare the two.")
        self.stored = stored


def sections_to_write(report: Report) -> list[Section]:
    """The sections of a made report that QA writes in, with their figures, in the order of the report."""
    return writable_sections(figures_document(report.frozen))


@transaction.atomic
def save_text(report: Report, *, section: str, text: str, seen_revision: int, by: User) -> ReportText:
    """Keep the commentary of one section as far as it is written.

    ``seen_revision`` is the revision the page was made from (0: none yet). Raises OlderText when it was older than
    what is stored and differs from it, Stale when the report has gone on, NotAllowed, or Refused for a section it does
    not have or a text that is too long.
    """
    report = held_for(report, "write", by=by)
    text = "" if says_nothing(text) else text.replace("\r\n", "\n").strip()
    demand_length(text, LONGEST_TEXT, "the text")
    stored = report.texts.select_related("by").filter(section=section).first()
    if stored is None and section not in {one.key for one in sections_to_write(report)}:
        raise Refused("The report has no such section. Open its commentary again.")
    if text == (stored.text if stored else ""):
        return stored or ReportText(report=report, section=section, by=by)
    if stored is not None and stored.revision != seen_revision:
        raise OlderText(stored)
    return _accept(report, section, stored, text, by)


def _accept(report: Report, section: str, stored: ReportText | None, text: str, by: User) -> ReportText:
    """Put this in place of what is stored, which is kept."""
    if stored is None:
        stored = ReportText(report=report, section=section)
    else:
        ReportTextRevision.objects.create(
            text_of=stored, revision=stored.revision, text=stored.text, by=stored.by, at=stored.at
        )
    stored.text, stored.by, stored.at = text, by, timezone.now()
    stored.revision += 1
    stored.save()
    return stored
