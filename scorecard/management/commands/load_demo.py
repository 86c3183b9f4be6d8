"""Load the synthetic authority of the demonstration, and say with whom one can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audits.demo.authority import is_loaded, logins
from audits.demo.loading import load
from moderation.demo import moderate
from moderation.demo_concerns import raise_concerns
from moderation.demo_panels import hold_panels
from qaf.errors import Refused
from scorecard.demo import keep_scorecard


class Command(BaseCommand):
    help = "Load an invented authority: people in every role, cases, and audits in every state. Loading twice is once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print-logins", action="store_true", help="only print with whom one can sign in")
        parser.add_argument("--force", action="store_true", help="load it even where QAF_EMBEDDED is false")

    def handle(self, *args: Any, print_logins: bool, force: bool, **options: Any) -> None:
        if print_logins:
            self._print_logins()
            return
        if not (settings.EMBEDDED or force):
            raise CommandError(
                "This would put invented people, with a password that everybody knows, into a real installation. "
                "Nothing was loaded. If that is what you want, add --force."
            )
        try:
            loaded = load(
                moderate, beside=lambda stage: [*hold_panels(stage), *raise_concerns(stage), *keep_scorecard(stage)]
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            "The synthetic authority is loaded." if loaded else "The synthetic authority was there already."
        )

    def _print_logins(self) -> None:
        if not is_loaded():
            raise CommandError("The synthetic authority is not loaded. Run: manage.py load_demo")
        rows = [("Role", "E-mail", "Password"), *logins()]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        for role, email, password in rows:
            self.stdout.write(f"{role:<{widths[0]}}  {email:<{widths[1]}}  {password}")
