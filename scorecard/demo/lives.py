"""What happens around the scorecard in the demonstration's half year, quarter by quarter.

The scorecard is set up at its beginning with four years of figures from before. Of each quarter that ends, the
partners' returns, the scorecard pack and the quarterly report go their way; the latest only as far as time allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from audits.demo.authority import person, read
from audits.demo.lives import Life, Stage
from qaf.people.models import Agency
from scorecard.demo.board import Board, answer, ask_for_another, comment, gather_evidence, set_up
from scorecard.demo.dates import dated
from scorecard.demo.reporting import agree, draft, make_pack, make_quarterly, to_the_board
from scorecard.quarters import Quarter, quarter_of
from scorecard.workflow.derived import fill
from scorecard.workflow.returns import open_returns

WEEKS = 26


def keep_scorecard(stage: Stage) -> Iterable[Life]:
    """The lives of the scorecard and of the reports, for the loader to play beside those of its audits."""
    words, today = read("scorecard.yaml"), timezone.localdate(stage.until)
    began = today - timedelta(weeks=WEEKS)
    board = Board(words, before=quarter_of(began).previous)
    yield dated(_begin(stage, board, began))
    quarter = board.before.next
    while quarter.last_day < today:
        yield dated(_quarter(stage, board, quarter))
        quarter = quarter.next


def _begin(stage: Stage, board: Board, day: date) -> Life:
    yield stage.at(day)
    set_up(board)
    yield stage.at(day + timedelta(weeks=12))
    gather_evidence(board)
    yield stage.at(day + timedelta(weeks=25))
    ask_for_another(board)


def _quarter(stage: Stage, board: Board, quarter: Quarter) -> Life:
    """One quarter after its end: asked, sent, queried, accepted; then pack and report on their way to the board."""
    yield stage.at(quarter.last_day + timedelta(days=1))
    fill(quarter)
    open_returns(quarter)
    agencies = list(Agency.objects.filter(returns__period_from=quarter.first_day).order_by("code").distinct())
    # The constabulary is late with every second return.
    late = quarter.number % 2 == 1
    for agency in agencies:
        if not (late and agency.code.endswith("police")):
            stage.begin(dated(_return(stage, board, quarter, agency)))
    yield stage.at(quarter.last_day + timedelta(days=7))
    report = make_quarterly(quarter)
    yield stage.at(quarter.last_day + timedelta(days=33))
    comment(board, quarter)
    draft(report, board.words["report"])
    yield stage.at(quarter.last_day + timedelta(days=47))
    agree(report, board.words["report"], sign=True)
    yield stage.at(quarter.last_day + timedelta(days=61))
    pack = make_pack(quarter)
    agree(report, board.words["report"], sign=False)
    yield stage.at(quarter.last_day + timedelta(days=75))
    to_the_board(report, board.words["report"])
    to_the_board(pack, board.words["report"])


def _return(stage: Stage, board: Board, quarter: Quarter, agency: Agency) -> Life:
    """An agency's return: filled and sent, queried where the board's words have a question, then accepted."""
    manager = person("qa.manager@example.org")
    yield stage.after(4 + len(agency.code) % 5)
    one = answer(board, quarter, agency)
    yield stage.after(3)
    if board.is_questioned(quarter, agency):
        board.question(one, by=manager)
        yield stage.after(30)
        board.reply(one)
        yield stage.after(2)
    board.accept(one, by=manager)
