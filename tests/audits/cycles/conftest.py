import pytest

from tests.audits.setting import Authority, make_authority


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()
