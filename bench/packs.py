"""Reading every framework pack from its folder against ``yaml.safe_load`` of the same files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from bench.caller import Failed
from bench.figures import Figure

RUNS = 7
TARGET = 1.0
# In a process of its own each time, so that nothing is read, imported or cached beforehand.
COLD = """
import sys, time
start = time.perf_counter()
from pathlib import Path
folders = sorted(folder for folder in Path(sys.argv[1]).iterdir() if folder.is_dir())
if sys.argv[2] == "packs":
    from audits.kloe.packs import read_pack
    for folder in folders:
        read_pack(folder)
else:
    import yaml
    for folder in folders:
        for file in sorted(folder.rglob("*.yaml")):
            yaml.safe_load(file.read_bytes())
print(time.perf_counter() - start)
"""


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Read all packs from cold, imports included, in turn with the bare reading; the medians are compared."""
    packs, bare = [], []
    for _ in range(RUNS):
        packs.append(_cold("packs"))
        bare.append(_cold("yaml"))
    ours, theirs = sorted(packs)[RUNS // 2], sorted(bare)[RUNS // 2]
    print(f"# all packs from cold: {ours:.2f} s; yaml.safe_load of the same files: {theirs:.2f} s", flush=True)
    yield Figure("packs_to_yaml_safe_load", ours / theirs, TARGET)


def _cold(what: str) -> float:
    root = Path(settings.BASE_DIR)
    asked = [sys.executable, "-c", COLD, str(root / "fixtures" / "packs"), what]
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise Failed(done.stderr[-500:])
    return float(done.stdout)
