"""What every test of indicators begins with."""

import pytest

from tests.scorecard.indicators.setting import Setting


@pytest.fixture
def setting(db: None) -> Setting:
    """People of the subgroup and of QA, an agency with its lead, and a priority."""
    return Setting()
