"""Any life of audits at all, at least five thousand steps of it (hypothesis, docs/architecture.md).

On a server's database it is the beginning of the same walk: what is walked is the workflow, which is the same there,
and what two connections do to one another is tested apart (tests/security).

Always the same steps, so that nobody's change fails by another's luck. To search further, say how far:
``QAF_LIFE_STEPS=100000 make test ARGS=tests/life``. A life in which something breaks is made as short as can be and
printed as a test; it becomes one in ``test_lives_that_broke.py``.
"""

import os
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import BEGINNING, AnyLife
from tests.life.setting import make_world

FEWEST = 5_000
FEWEST_ON_A_SERVER = 1_000
STEPS_A_LIFE = 30
# With what happens before the first of them, a life has about twice as many.
LIVES = 155


@pytest.mark.django_db
def test_any_life(tmp_path: Path) -> None:
    usual = FEWEST if connection.vendor == "sqlite" else FEWEST_ON_A_SERVER
    wanted = int(os.environ.get("QAF_LIFE_STEPS", usual))
    with time_machine.travel(BEGINNING) as clock:
        AnyLife.world, AnyLife.clock = make_world(tmp_path / "life"), clock
        AnyLife.steps.clear()
        run_state_machine_as_test(
            AnyLife,
            settings=settings(
                max_examples=LIVES * wanted // FEWEST,
                stateful_step_count=STEPS_A_LIFE,
                derandomize=wanted == usual,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
                print_blob=False,
            ),
        )
    assert AnyLife.steps.total() >= wanted
