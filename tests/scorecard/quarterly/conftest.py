"""Some days after the third quarter of 2026, with one team."""

from collections.abc import Iterator

import pytest
import time_machine

from qaf.people.models import Team
from tests.factories import TeamFactory


@pytest.fixture
def after_the_quarter() -> Iterator[None]:
    with time_machine.travel("2026-10-07 09:00+01:00", tick=False):
        yield


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory.create(name="North One", service__name="North", service__agency__name="Northborough Council")
