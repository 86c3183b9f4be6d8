"""Read framework packs without loading them, and say everything that is wrong with them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.kloe.packs import Pack, PackErrors, read_pack
from audits.workflow.packs import packs_folder


class Command(BaseCommand):
    help = (
        "Check framework packs: every mistake with its file and line, and exit code 1; or what a good pack holds. "
        "Needs no database, and loads nothing."
    )
    # The files alone are looked at, so that a pack can be checked before there is a database.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("packs", nargs="+", metavar="path", help="the folder of a pack, or its name")

    def handle(self, *args: Any, packs: list[str], **options: Any) -> None:
        wrong = 0
        for name in packs:
            folder = packs_folder() / name if (packs_folder() / name / "pack.yaml").is_file() else Path(name)
            try:
                self.stdout.write(holds(read_pack(folder)))
            except PackErrors as errors:
                wrong += len(errors.errors)
                for error in errors.errors:
                    self.stderr.write(f"{name.rstrip('/')}/{error}")
        if wrong:
            raise CommandError(f"{wrong} mistake{'' if wrong == 1 else 's'}.", returncode=1)


def holds(pack: Pack) -> str:
    """What a pack holds, in a few lines."""
    lines = [f"{pack.title} ({pack.key}) is good."]
    lines += [f"  Scale: {scale.title} ({', '.join(grade.name for grade in scale.grades)})" for scale in pack.scales]
    if pack.descriptors:
        lines.append(f"  Descriptors: {len(pack.descriptors)}")
    for form in pack.forms:
        questions = sum(len(section.questions) for section in form.sections)
        lines.append(f"  Form: {form.title} ({form.key}), {questions} questions in {len(form.sections)} sections")
    lines += [f"  Type of audit: {kind.title} ({kind.key}), on {kind.form}" for kind in pack.types]
    if pack.moderators:
        lines.append(f"  Rules of who moderates: {len(pack.moderators)}")
    return "\n".join(lines)
