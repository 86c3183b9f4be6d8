"""``python -m bench``: fill what has to be filled, measure, print one line a figure."""

import argparse
import os
import sys
import time
import traceback

import django

SIZES = (10_000, 100_000, 1_000_000)
OF_ALL = ("tracker", "autosave", "section", "desk", "agreement", "packs", "sampling", "spc", "scorecard", "report")
# These need no database.
PURE = {"sampling", "spc"}


def _arguments() -> argparse.Namespace:
    sizes = os.environ.get("QAF_BENCH_SIZES", "")
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*OF_ALL, []], help="which benchmarks; all of them by default")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[int(size) for size in sizes.replace(",", " ").split()] or list(SIZES),
        help="numbers of audits; also as QAF_BENCH_SIZES",
    )
    return parser.parse_args()


def main() -> int:
    """Give 0 when everything was measured, whatever the figures; 1 when something could not be."""
    arguments = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    # Only now is there a Django to speak of.
    from bench import agreement, autosave, databases, desk, packs, report, sampling, scorecard, section, spc, tracker  # noqa: PLC0415

    benchmarks = {
        "tracker": tracker.run,
        "autosave": autosave.run,
        "section": section.run,
        "desk": desk.run,
        "agreement": agreement.run,
        "packs": packs.run,
        "sampling": sampling.run,
        "spc": spc.run,
        "scorecard": scorecard.run,
        "report": report.run,
    }
    sizes = sorted(set(arguments.sizes))
    measured = True
    try:
        for size in sizes if set(arguments.only or OF_ALL) - PURE else []:
            start = time.perf_counter()
            if databases.prepare(size):
                print(f"# filled {size:,} audits in {time.perf_counter() - start:.0f} s", flush=True)
    except Exception:
        traceback.print_exc()
        print("# The databases could not be filled. Is PostgreSQL there? bench/README.md says how to name another.")
        return 1
    for name in arguments.only or OF_ALL:
        try:
            for figure in benchmarks[name](sizes):
                print(figure, flush=True)
        except Exception:
            traceback.print_exc()
            measured = False
    return 0 if measured else 1


if __name__ == "__main__":
    sys.exit(main())
