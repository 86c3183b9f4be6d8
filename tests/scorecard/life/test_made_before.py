"""Reports that were made before versions were kept count as presented: boards have read them."""

from importlib import import_module

import pytest
from django.apps import apps

from qaf.people.roles import Role
from scorecard.access.reports import visible_to
from scorecard.models import Report, Stage
from scorecard.reports.snapshot import digest_of
from tests.scorecard.board_factories import somebody
from tests.scorecard.factories import waiting_report
from tests.scorecard.life.setting import made_report

pytestmark = pytest.mark.django_db
migration = import_module("scorecard.migrations.0003_reports_made_before")


def test_they_get_the_version_that_boards_have_read_and_unmade_ones_none() -> None:
    manager, board = somebody(Role.QA_MANAGER), somebody(Role.BOARD_MEMBER)
    made, waiting = made_report(manager), waiting_report(manager)
    migration.keep_versions(apps, None)
    version = made.versions.get()
    assert (version.number, version.stage, version.by, version.at) == (1, Stage.PRESENTED, None, made.made_at)
    assert {key: value for key, value in version.content.items() if key != "version"} == made.frozen
    assert version.digest == digest_of(version.content)
    assert list(visible_to(board)) == [made]
    assert Report.objects.get(pk=waiting.pk).stage == Stage.DRAFTING
    # Once more changes nothing.
    migration.keep_versions(apps, None)
    assert made.versions.count() == 1
