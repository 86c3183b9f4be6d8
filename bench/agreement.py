"""The figures of agreement over 100,000 judgements against the bare GROUP BY of the same joined rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from audits.models import Audit, Judgement
from bench.caller import Failed, medians
from bench.databases import at
from bench.figures import Figure
from moderation.access.agreement import Standpoint, audits_for
from moderation.queries.agreement import Narrowing, measured
from qaf.people.models import User

ROUNDS = 60
TARGET = 1.5
JUDGEMENTS = 100_000
# Half of the grades are confirmed, the others moved, by one grade or more, up or down.
FILL = """
WITH judged AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM audits_audit
    WHERE state IN ('moderated', 'distributed', 'closed')
), made AS (
    SELECT judged.id AS audit_id, domain, title, position,
           1 + (n * 15485863 + position * 104729) %% 10 AS first, 1 + (n * 32452843 + position * 7919) %% 17 AS second
    FROM judged
    CROSS JOIN unnest(%(domains)s::text[], %(titles)s::text[]) WITH ORDINALITY AS named (domain, title, position)
    ORDER BY judged.id, position LIMIT %(judgements)s
), graded AS (
    SELECT *, (ARRAY['O', 'G', 'G', 'G', 'RI', 'RI', 'RI', 'RI', 'RI', 'I'])[first] AS grade FROM made
)
INSERT INTO audits_judgement (audit_id, domain, title, position, is_overall, auditor_grade, moderated_grade,
                              panel_grade, final_grade)
SELECT audit_id, domain, title, position, domain = 'overall', grade, moderated, '', moderated
FROM (SELECT *, CASE WHEN second <= 9 THEN grade ELSE (ARRAY['O', 'G', 'G', 'RI', 'RI', 'RI', 'I', 'I'])[second - 9] END
             AS moderated FROM graded) both_grades
"""
BARE = """
SELECT audit.form_version_id, {part}, judgement.auditor_grade, judgement.moderated_grade, count(*)
FROM audits_judgement judgement JOIN audits_audit audit ON audit.id = judgement.audit_id
WHERE audit.state IN ('moderated', 'distributed', 'closed') AND NOT audit.confidential
  AND judgement.auditor_grade > '' AND judgement.moderated_grade > ''
GROUP BY 1, 2, 3, 4
"""
# The page opens divided by domain; of all it can be divided by, auditors make most parts.
FIGURES = {
    "agreement_to_group_by": ("domain", "judgement.domain"),
    "agreement_by_auditor_to_group_by": ("auditor", "audit.auditor_id"),
}


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Measure what the page shows, from the query to the last interval, and the bare query, in turn."""
    # The smallest database whose settled audits have so many judgements.
    enough = [audits for audits in sorted(sizes) if audits * 6 >= JUDGEMENTS]
    with at(enough[0] if enough else max(sizes)):
        _fill()
        officer = User.objects.get(email="officer@bench.invalid")
        for name, (by, column) in FIGURES.items():
            yield _measure(name, officer, by, BARE.format(part=column))


def _measure(name: str, officer: User, by: str, bare: str) -> Figure:
    def group() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(bare)
            return cursor.fetchall()

    def page() -> list[Any]:
        return measured(audits_for(officer, Standpoint.OVERSIGHT), by, Narrowing())

    counted = sum(row[-1] for row in group())
    [one] = page()
    if one.figures.count != counted:
        raise Failed(f"The page counts {one.figures.count} judgements, the bare query {counted}.")
    base, time = medians([group, page], rounds=ROUNDS, warm_up=5)
    print(f"# {counted:,} judgements, {len(one.groups)} parts, {time * 1000:.0f} ms", flush=True)
    return Figure(name, time / base, TARGET)


def _fill() -> None:
    """Give settled audits their judgements, unless they have them; the oldest audits first."""
    if Judgement.objects.exclude(moderated_grade="").exists():
        return
    form = Audit.objects.order_by("pk")[0].form
    domains = dict(form.domains("audit"))
    values = {"domains": list(domains), "titles": list(domains.values()), "judgements": JUDGEMENTS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FILL, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audits_judgement")
