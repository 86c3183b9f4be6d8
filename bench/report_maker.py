"""``python -m bench.report_maker SIZE``: makes one report as a worker does, and prints the most megabytes it held."""

import os
import resource
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from django.db import transaction  # noqa: E402

from bench.databases import at, prepare  # noqa: E402
from bench.report import work_to_do  # noqa: E402
from scorecard import making  # noqa: E402


def main(size: int) -> int:
    """Give 0 when the report was made; what was written is taken back."""
    prepare(size)
    with at(size), transaction.atomic():
        made = making.make(work_to_do().report.pk)
        transaction.set_rollback(True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
