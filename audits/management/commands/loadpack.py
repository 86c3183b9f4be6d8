"""Load framework packs: their forms, their types of audit and their process maps."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.kloe.packs import Pack, PackErrors, read_pack
from audits.workflow.packs import Loaded, load_pack, packs_folder, shipped_names
from qaf.errors import Refused


class Command(BaseCommand):
    help = (
        "Load framework packs by their names under fixtures/packs, or by the paths of their folders. All are read "
        "first, and nothing is loaded when one has mistakes. Loading again changes only what differs; audits that "
        "have begun keep the form they began with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "packs", nargs="+", metavar="pack", help="bristol, or the path of a folder with a pack.yaml"
        )
        parser.add_argument(
            "--reset-process",
            action="store_true",
            help="put the pack's types of audit and process maps in place of those that were changed here",
        )
        parser.add_argument(
            "--bring-back", action="store_true", help="publish again the forms of the pack that were retired here"
        )

    def handle(self, *args: Any, packs: list[str], reset_process: bool, bring_back: bool, **options: Any) -> None:
        done: list[str] = []
        for files in self._read([folder_of(name) for name in dict.fromkeys(packs)]):
            try:
                loaded = load_pack(files, reset_process=reset_process, bring_back=bring_back)
            except Refused as refused:
                before = f" Loaded before it: {', '.join(done)}." if done else ""
                raise CommandError(f"Nothing of {files.title} was loaded. {refused}{before}") from refused
            self._tell(loaded)
            done.append(files.title)

    @staticmethod
    def _read(folders: list[Path]) -> list[Pack]:
        """Every pack, read before any is loaded."""
        read, wrong = [], []
        for folder in folders:
            try:
                read.append(read_pack(folder))
            except PackErrors as errors:
                wrong.append(f"{folder.name} has mistakes:\n{errors}")
        if wrong:
            raise CommandError("Nothing was loaded. " + "\n".join(wrong))
        return read

    def _tell(self, loaded: Loaded) -> None:
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
        for form in loaded.left_retired:
            self.stdout.write(f"{form} was retired here and is left so; --bring-back would publish it again.")
        for text in loaded.brought:
            self.stdout.write(f"{text}.")
        for text in loaded.left:
            self.stdout.write(f"{text}; --reset-process would undo that.")
        self.stdout.write(f"{loaded.pack} is loaded." if loaded.changed else f"{loaded.pack} was up to date.")


def folder_of(pack: str) -> Path:
    """The folder of a pack that is given by its name or by its path. Raises CommandError when there is none."""
    for folder in (packs_folder() / pack, Path(pack)):
        if (folder / "pack.yaml").is_file():
            return folder
    known = ", ".join(shipped_names())
    raise CommandError(f"There is no pack “{pack}”. Known by name: {known}. Or give the path of a pack's folder.")
