"""Load a framework pack: its forms, its types of audit and their process maps."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audits.kloe.packs import PackErrors, read_pack
from audits.workflow.packs import load_pack
from qaf.errors import Refused


class Command(BaseCommand):
    help = (
        "Load a framework pack by its name under fixtures/packs, or by the path of its folder. Loading again changes "
        "only what differs; audits that have begun keep the form they began with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", help="bristol, or the path of a folder with a pack.yaml")
        parser.add_argument(
            "--reset-process",
            action="store_true",
            help="put the pack's process maps in place of those that were changed here",
        )

    def handle(self, *args: Any, pack: str, reset_process: bool, **options: Any) -> None:
        folder = self._folder(pack)
        try:
            loaded = load_pack(read_pack(folder), reset_process=reset_process)
        except PackErrors as errors:
            raise CommandError(f"Nothing was loaded. {folder.name} has mistakes:\n{errors}") from errors
        except Refused as refused:
            raise CommandError(f"Nothing was loaded. {refused}") from refused
        for version in loaded.published:
            self.stdout.write(f"Published {version}.")
        for kind in loaded.new_types:
            self.stdout.write(f"New type of audit: {kind}.")
        for kind in loaded.reset_processes:
            self.stdout.write(f"The process map of {kind} is the pack's again.")
        for kind in loaded.edited_processes:
            self.stdout.write(
                f"The process map of {kind} was changed here and is left as it is; --reset-process would undo that."
            )
        self.stdout.write(f"{loaded.pack} is loaded." if loaded.changed else f"{loaded.pack} was up to date.")

    @staticmethod
    def _folder(pack: str) -> Path:
        packs = Path(settings.BASE_DIR) / "fixtures" / "packs"
        for folder in (packs / pack, Path(pack)):
            if (folder / "pack.yaml").is_file():
                return folder
        known = ", ".join(sorted(folder.name for folder in packs.iterdir() if folder.is_dir()))
        raise CommandError(f"There is no pack “{pack}”. Known by name: {known}. Or give the path of a pack's folder.")
