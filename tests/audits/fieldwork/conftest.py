import pytest

from tests.audits.fieldwork.setting import Partnership, make_partnership


@pytest.fixture
def partnership(db: None) -> Partnership:
    return make_partnership()
