"""The audits that a panel can draw from, as the draw sees them; in three queries however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F, FilteredRelation, Max, Q
from django.utils import timezone

from audits.models import FormVersion, Judgement
from audits.models.audits import AuditQuerySet
from moderation.access.panels import candidates_for
from moderation.models import Panel, PanelCase
from moderation.panel_sampling import Candidate
from qaf.people.models import User


@dataclass(frozen=True)
class Field:
    """Everything a draw takes. ``judged``: how many judgements each domain has among the candidates."""

    candidates: Sequence[Candidate]
    judged: Mapping[str, int]
    titles: Mapping[str, str]


def period_in_words(first: date, last: date) -> str:
    """A period as a sentence has it: "between 1 September and 30 November 2026"."""
    if first == last:
        return f"on {first:%-d %B %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"between {first:%-d %B}{year} and {last:%-d %B %Y}"


def settled_within(audits: AuditQuerySet, first: date, last: date) -> AuditQuerySet:
    """Those whose grades were settled on one of these days, both included."""
    start, end = (
        timezone.make_aware(moment) for moment in (datetime.combine(first, time.min), datetime.combine(last, time.max))
    )
    return audits.filter(moderated_at__gte=start, moderated_at__lte=end)


def candidates_in(panel: Panel, user: User) -> Field:
    """The candidates of a panel's period within a person's scope; none that was added to the panel by hand."""
    by_hand = PanelCase.objects.filter(panel=panel, drawn_as=PanelCase.Drawn.CHOSEN)
    audits = settled_within(candidates_for(user, panel=panel), panel.decided_from, panel.decided_to)
    audits = audits.exclude(pk__in=by_hand.values("audit"))
    differing = _Differing(audits)
    judged: dict[str, int] = {}
    titles: dict[str, str] = {}
    counted = Judgement.objects.filter(audit__in=audits.order_by().values("pk")).order_by()
    for domain, is_overall, title, count in counted.values_list("domain", "is_overall").annotate(
        title=Max("title"), count=Count("pk")
    ):
        titles.setdefault(domain, title)
        if not is_overall:
            judged[domain] = count
    candidates = [
        Candidate(
            key=pk,
            gap=differing.gap.get(pk, (0, ""))[0],
            gap_domain=differing.gap.get(pk, (0, ""))[1],
            overall=overall or "",
            disagreeing=differing.domains(pk),
            innovative=innovative,
        )
        for pk, overall, innovative in audits.annotate(
            of_all=FilteredRelation("judgements", condition=Q(judgements__is_overall=True))
        )
        .order_by("pk")
        .values_list("pk", "of_all__domain", "moderation__innovative")
    ]
    return Field(candidates, judged, titles)


class _Differing:
    """Where auditor and moderator differ, by audit."""

    def __init__(self, audits: AuditQuerySet) -> None:
        # The largest gap and its judgement.
        self.gap: dict[int, tuple[int, str]] = {}
        self._domains: dict[int, list[str]] = {}
        # Many audits differ in the same domains: one set for all of them.
        self._shared: dict[tuple[str, ...], frozenset[str]] = {}
        rank: dict[int, tuple[int, bool, int]] = {}
        rows = (
            Judgement.objects.filter(audit__in=audits.order_by().values("pk"))
            .exclude(auditor_grade=F("moderated_grade"))
            .order_by()
            .values_list(
                "audit_id", "audit__form_version_id", "domain", "is_overall", "position", "auditor_grade",
                "moderated_grade",
            )
        )  # fmt: skip
        for pk, version, domain, is_overall, position, auditors, moderated in rows.iterator(chunk_size=5000):
            if not is_overall:
                self._domains.setdefault(pk, []).append(domain)
            # Of equal gaps the overall judgement counts, then the first in the form.
            mine = (_apart(version, auditors, moderated), is_overall, -position)
            if mine > rank.get(pk, (0, False, 0)):
                rank[pk] = mine
                self.gap[pk] = mine[0], domain

    def domains(self, pk: int) -> frozenset[str]:
        key = tuple(sorted(self._domains.get(pk, ())))
        return self._shared.setdefault(key, frozenset(key))


def _apart(version: int, one: str, other: str) -> int:
    """How many grades of the form's scale lie between two; 0 when the scale does not have both."""
    scale = FormVersion.parsed_by_pk(version).scale
    codes = scale.codes if scale else ()
    if one not in codes or other not in codes:
        return 0
    return abs(codes.index(one) - codes.index(other))
