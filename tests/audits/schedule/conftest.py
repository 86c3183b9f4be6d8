import pytest

from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.setting import Authority, make_authority, someone


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


@pytest.fixture
def admin(authority: Authority) -> User:
    return someone(Role.ADMIN, "Ann Administrator")
