"""The engine knows no Django: it can be used, and tested, anywhere."""

import subprocess
import sys
from pathlib import Path


def test_the_engine_imports_no_django() -> None:
    code = (
        "import sys, audits.kloe.packs, audits.kloe.definition, audits.kloe.filling, audits.kloe.drawing, "
        "audits.kloe.editing, audits.kloe.writing;"
        "print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "[]"
