"""Run by the kill test in a process of its own: makes the tables and a few hundred deadlines with reminders due.

Prints, as JSON, which reminder steps have to be written and which notices have to be told, reckoned by the pure
rules and not by the sweep.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from qaf.deadlines.calendar import days_off, working_days_after  # noqa: E402
from qaf.deadlines.reminders import due_steps  # noqa: E402
from qaf.deadlines.workflow import set_deadline  # noqa: E402
from qaf.people.models import Agency, Post, Service, Team, User  # noqa: E402
from qaf.people.roles import Role  # noqa: E402

for app in ("deadlines", "notices", "guardian"):
    call_command("migrate", app, verbosity=0, skip_checks=True)

today = timezone.localdate()
agency = Agency.objects.create(code="a", name="Council")
service = Service.objects.create(agency=agency, code="s", name="Through Care")
team = Team.objects.create(service=service, code="t", name="Team One")
manager = User.objects.create_user("manager@example.org", name="Mo Manager")
Post.objects.create(person=manager, role=Role.TEAM_MANAGER, team=team, starts_on=today - timedelta(days=400))
steps, notices = [], []
for number in range(int(sys.argv[1])):
    owner = User.objects.create_user(f"owner{number}@example.org", name=f"Owner {number}")
    Post.objects.create(person=owner, role=Role.AUDITOR, team=team, starts_on=today - timedelta(days=400))
    # From three working days before to a fortnight after: one step due, or several missed and a manager's copy.
    due_on = working_days_after(today, 3 - number % 14)
    starts_on = due_on - timedelta(days=60)
    deadline = set_deadline(
        team, kind=f"kind{number}", owner=owner, due_on=due_on, title=f"Audit {number}", starts_on=starts_on
    )
    due = [
        step
        for step, _ in due_steps(due_on, steps=(-3, 0, 2), repeat=5, after=starts_on, until=today, days_off=days_off())
    ]
    steps += [[deadline.pk, step, step != due[-1]] for step in due]
    key = f"reminder:{deadline.pk}:{due_on.isoformat()}:{due[-1]}"
    notices += [key, f"{key}:manager"] if due[-1] >= 2 else [key]
print(json.dumps({"steps": steps, "notices": notices}))
