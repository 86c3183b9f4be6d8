"""Run by the kill test in a process of its own: makes the tables, some audits and the reports that wait."""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from qaf.people.roles import Role  # noqa: E402
from scorecard.quarters import Quarter  # noqa: E402
from tests.factories import PostFactory, TeamFactory  # noqa: E402
from tests.scorecard.factories import make_finished, waiting_report  # noqa: E402

call_command("migrate", verbosity=0, skip_checks=True)
manager = PostFactory.create(role=Role.QA_MANAGER).person
for team in TeamFactory.create_batch(3):
    for grade in ("O", "G", "RI", "I"):
        for _ in range(3):
            make_finished(team, grade)
for number in range(int(sys.argv[1])):
    waiting_report(manager, Quarter(2026, number % 4 + 1))
