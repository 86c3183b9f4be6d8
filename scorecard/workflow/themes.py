"""Themes of a report and the quotations that bear them out, while QA can write.

A quotation leaves QA with the report, so it holds nothing that tells who anybody is: what is certain to be personal is
refused, and whoever chooses it says that they have looked. Where it comes from is kept for QA alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.models import Audit
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.models import Quotation, Report, ReportTheme
from scorecard.personal_data import Finding, findings
from scorecard.queries.quotable import known_of, quotable_audits
from scorecard.workflow.report_ground import demand_length, held_for, says_nothing

LONGEST_TITLE, LONGEST_TEXT, LONGEST_QUOTE = 200, 5_000, 1_000
MOST_THEMES, MOST_QUOTATIONS = 60, 12


class OlderTheme(Stale):
    """The theme was changed from another page meanwhile. ``stored`` is what stands."""

    title = "This theme was changed from another page"

    def __init__(self, stored: ReportTheme) -> None:
        super().__init__("This theme was changed from another page after you opened this one. Compare the two.")
        self.stored = stored


class OlderQuotation(Stale):
    """The quotation was changed from another page meanwhile. ``stored`` is what stands."""

    title = "This quotation was changed from another page"

    def __init__(self, stored: Quotation) -> None:
        super().__init__("This quotation was changed from another page after you opened this one. Compare the two.")
        self.stored = stored


class TellsWho(Refused):
    """The words tell, or may tell, who somebody is. ``found`` says where and what."""

    title = "These words tell who somebody is"

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__("Take out what tells who somebody is. Nothing was saved.")
        self.found = list(found)


def _cleaned(title: str, text: str) -> tuple[str, str]:
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").strip()
    if says_nothing(title):
        raise Refused("Give the theme a title.")
    demand_length(title, LONGEST_TITLE, "the title")
    demand_length(text, LONGEST_TEXT, "the text")
    return title, text


def _held(theme: ReportTheme, by: User) -> tuple[Report, ReportTheme]:
    report = held_for(theme.report, "write", by=by)
    found = ReportTheme.objects.filter(pk=theme.pk).first()
    if found is None:
        raise Stale("This theme was taken out meanwhile. Nothing was changed.")
    return report, found


@transaction.atomic
def add_theme(report: Report, *, kind: str, title: str, text: str = "", by: User) -> ReportTheme:
    """Add a theme, strength or area for improvement after the others of its kind.

    The same title once more gives the one that is there. Raises Refused, Stale or NotAllowed.
    """
    report = held_for(report, "write", by=by)
    title, text = _cleaned(title, text)
    if kind not in ReportTheme.Kind.values:
        raise Refused("Choose whether it is a theme, a strength or an area for improvement.")
    standing = report.themes.filter(kind=kind)
    if (same := standing.filter(title=title).first()) is not None:
        return same
    if report.themes.count() >= MOST_THEMES:
        raise Refused(f"A report has {MOST_THEMES} themes at most. Take one out first.")
    last = standing.aggregate(last=Max("position"))["last"] or 0
    theme = ReportTheme.objects.create(report=report, kind=kind, title=title, text=text, position=last + 1)
    record("report.theme_added", report, by=by, theme=theme.pk, kind=kind)
    return theme


@transaction.atomic
def change_theme(theme: ReportTheme, *, title: str, text: str, seen_revision: int, by: User) -> ReportTheme:
    """Put another title or other words in a theme. Raises OlderTheme, Refused, Stale or NotAllowed."""
    report, found = _held(theme, by)
    title, text = _cleaned(title, text)
    if (title, text) == (found.title, found.text):
        return found
    if found.revision != seen_revision:
        raise OlderTheme(found)
    found.title, found.text = title, text
    found.revision += 1
    found.save()
    record("report.theme_changed", report, by=by, theme=found.pk)
    return found


@transaction.atomic
def move_theme(theme: ReportTheme, *, up: bool, seen_position: int, by: User) -> None:
    """Let a theme change places with its neighbour of the same kind; nothing at the end, or when it moved already."""
    report, found = _held(theme, by)
    standing = list(report.themes.filter(kind=found.kind).order_by("position", "pk"))
    place = standing.index(found)
    other = place - 1 if up else place + 1
    if found.position != seen_position or not 0 <= other < len(standing):
        return
    standing[place], standing[other] = standing[other], standing[place]
    for position, one in enumerate(standing, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    record("report.theme_moved", report, by=by, theme=found.pk)


@transaction.atomic
def remove_theme(theme: ReportTheme, *, by: User) -> None:
    """Take a theme out with its quotations; versions that are kept still hold it. Raises Stale or NotAllowed."""
    report, found = _held(theme, by)
    key = found.pk
    found.delete()
    record("report.theme_removed", report, by=by, theme=key)


@transaction.atomic
def add_quotation(
    theme: ReportTheme, *, audit: Audit, voice: str, text: str, confirmed: bool, sure: bool = False, by: User
) -> Quotation:
    """Quote words of an audit under a theme.

    ``confirmed``: whoever chose them says that they are free of personal data; ``sure``: that what may be somebody's
    name is none. The same words of the same audit once more give the quotation that is there. Raises TellsWho,
    Refused, Stale, or NotAllowed for an audit that the person cannot quote from.
    """
    report, theme = _held(theme, by)
    if not quotable_audits(report, by).filter(pk=audit.pk).exists():
        raise NotAllowed("You can quote from the audits of the report's period that you oversee as QA.")
    text = _safe(text, voice, audit, confirmed=confirmed, sure=sure)
    same = [one for one in theme.quotations.filter(audit=audit) if one.text == text]
    if same:
        return same[0]
    standing = theme.quotations.aggregate(last=Max("position"))
    if theme.quotations.count() >= MOST_QUOTATIONS:
        raise Refused(f"A theme has {MOST_QUOTATIONS} quotations at most. Take one out first.")
    quotation = Quotation.objects.create(
        theme=theme, audit=audit, voice=voice, text=text, position=(standing["last"] or 0) + 1, chosen_by=by
    )
    record("report.quotation_added", report, by=by, theme=theme.pk, quotation=quotation.pk)
    return quotation


@transaction.atomic
def change_quotation(
    quotation: Quotation, *, voice: str, text: str, seen_text: str, confirmed: bool, sure: bool = False, by: User
) -> Quotation:
    """Put other words in a quotation, looked at as when it was chosen; ``seen_text`` is what the page showed.

    Raises OlderQuotation, TellsWho, Refused, Stale or NotAllowed.
    """
    report, _ = _held(quotation.theme, by)
    found = Quotation.objects.select_related("audit").filter(pk=quotation.pk).first()
    if found is None:
        raise Stale("This quotation was taken out meanwhile. Nothing was changed.")
    text = _safe(text, voice, found.audit, confirmed=confirmed, sure=sure)
    if (text, voice) == (found.text, found.voice):
        return found
    if found.text != seen_text.replace("\r\n", "\n").strip():
        raise OlderQuotation(found)
    found.text, found.voice = text, voice
    found.chosen_by, found.chosen_at = by, timezone.now()
    found.save()
    record("report.quotation_changed", report, by=by, quotation=found.pk)
    return found


@transaction.atomic
def remove_quotation(quotation: Quotation, *, by: User) -> None:
    """Take a quotation out; harmless when it is gone already. Raises Stale or NotAllowed."""
    report, _ = _held(quotation.theme, by)
    deleted, _ = Quotation.objects.filter(pk=quotation.pk).delete()
    if deleted:
        record("report.quotation_removed", report, by=by, quotation=quotation.pk)


def _safe(text: str, voice: str, audit: Audit | None, *, confirmed: bool, sure: bool) -> str:
    """The words as they are kept. Raises TellsWho for what is personal, Refused for what else will not do."""
    text = text.replace("\r\n", "\n").strip()
    if says_nothing(text):
        raise Refused("Write down the words that are quoted.")
    demand_length(text, LONGEST_QUOTE, "the quotation")
    if voice not in Quotation.Voice.values:
        raise Refused("Choose whose words these are.")
    found = findings(text, known_of(audit))
    if any(one.certain for one in found) or (found and not sure):
        raise TellsWho(found)
    if not confirmed:
        raise Refused("Confirm that the words are free of personal data.")
    return text
