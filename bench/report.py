"""What a quarterly report costs: its figures against the bare SQL, its PDF against bare WeasyPrint, and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from pypdf import PdfReader
from weasyprint import CSS, HTML

from bench.caller import Failed, medians
from bench.databases import at
from bench.figures import Figure
from qaf.people.models import User
from scorecard import making
from scorecard.kinds import KINDS
from scorecard.models import Report
from scorecard.quarters import last_finished
from scorecard.reports.contents import figures_document
from scorecard.reports.pages import print_html
from scorecard.reports.pdf import STYLE, make_pdf
from scorecard.reports.texts import writable_sections

ROUNDS = 7
TARGET = 1.3
MEGABYTES = 600
COMMENTARY = "\n\n".join(["What these figures tell, and what is being done about it. " * 10] * 3)
# Six areas of practice for every audit that was moderated since the quarter began; a quarter of the grades are changed.
FILL = """
INSERT INTO audits_judgement (audit_id, domain, title, position, is_overall, auditor_grade, moderated_grade,
                              panel_grade, final_grade)
SELECT id, 'area-' || area, 'Area ' || area, area, false, auditor_grade, final_grade, '',
       CASE WHEN (id + area) %% 4 = 0 THEN 'RI' ELSE final_grade END
FROM audits_audit CROSS JOIN generate_series(1, 6) area
WHERE moderated_at >= %(since)s AND final_grade > ''
"""


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Measure on the largest database; whatever is written into it for that is taken back."""
    size = max(sizes)
    with at(size), transaction.atomic():
        work = work_to_do()
        yield _figures(work, size)
        yield _pdf(work)
        transaction.set_rollback(True)
    yield _memory(size)


def work_to_do() -> making.Work:
    """A report on the last finished quarter, which is to be made; its audits have judgements from now on."""
    quarter = last_finished(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"since": quarter.first_day})
        cursor.execute("ANALYZE audits_judgement")
    officer = User.objects.get(email="officer@bench.invalid")
    report = Report.objects.create(period_from=quarter.first_day, period_to=quarter.last_day, requested_by=officer)
    return making.Work(report)


def _figures(work: making.Work, size: int) -> Figure:
    report, now = work.report, timezone.now()

    def count() -> Any:
        return KINDS[report.kind].count(report, now)

    figures = count()
    statements = _statements(count)

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
                cursor.fetchall()

    base, taken = medians([bare, count], rounds=ROUNDS, warm_up=1)
    audits = figures["cells"]["whole|allocated"]
    if not audits:
        raise Failed("No audit of the bench was allocated in the last finished quarter.")
    print(
        f"# {size:,} audits, {audits:,} of the quarter: {len(statements)} statements, {taken * 1000:.0f} ms", flush=True
    )
    return Figure(f"report_figures_{size}_to_bare_sql", taken / base, TARGET)


def _statements(action: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The queries that an action makes, with their values."""
    found: list[tuple[str, Any]] = []

    def heard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH", "(")):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(heard):
        action()
    return found


def _pdf(work: making.Work) -> Figure:
    for step in making.STEPS[:2]:
        step.do(work)
    # Something is written in each section, so that it is as long as a board's report gets.
    writable = writable_sections(figures_document(work.snapshot))
    content = work.snapshot | {"texts": {section.key: COMMENTARY for section in writable}}
    finished = print_html(content, work.digest)
    style = STYLE.read_text()

    def bare() -> Any:
        return HTML(string=finished).write_pdf(stylesheets=[CSS(string=style)], pdf_variant="pdf/ua-1")

    def ours() -> bytes:
        return make_pdf(content, work.digest)

    pages = len(PdfReader(BytesIO(ours())).pages)
    # In the processor's time: nothing is waited for, and half a minute is long enough for others to get in between.
    base, taken = medians([bare, ours], rounds=2, warm_up=0, clock=time.process_time)
    print(f"# PDF of {pages} pages: {taken:.1f} s, WeasyPrint alone {base:.1f} s", flush=True)
    return Figure("report_pdf_to_weasyprint", taken / base, TARGET)


def _memory(size: int) -> Figure:
    """The whole making with its four files, in a process of its own as a worker has it."""
    command = [sys.executable, "-m", "bench.report_maker", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (ourselves)
    if done.returncode:
        raise Failed(f"The report could not be made: {done.stderr[-2000:]}")
    return Figure("report_megabytes", float(done.stdout.split()[-1]), MEGABYTES)
