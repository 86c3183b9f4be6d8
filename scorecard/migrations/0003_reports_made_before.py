"""Reports that were made before there were versions: boards have read them, so they count as presented."""

import hashlib
import json

from django.db import migrations
from django.utils import timezone


def keep_versions(apps, schema_editor):
    """Give each made report its first version, with the content it was read with."""
    Report = apps.get_model("scorecard", "Report")
    ReportVersion = apps.get_model("scorecard", "ReportVersion")
    for report in Report.objects.filter(state="made", stage="drafting").order_by("pk").iterator(chunk_size=50):
        at = report.made_at or report.requested_at
        content = {
            **report.snapshot,
            "version": {
                "number": 1,
                "stage": "presented",
                "stage_words": "Presented",
                "on": timezone.localdate(at).isoformat(),
            },
        }
        # As scorecard.reports.snapshot.digest_of had it on the day of this migration.
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        ReportVersion.objects.create(
            report=report,
            number=1,
            stage="presented",
            content=content,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            by=None,
            at=at,
        )
        Report.objects.filter(pk=report.pk).update(stage="presented", stage_at=at)


def forget_versions(apps, schema_editor):
    """Back to reports without versions; whatever was written since is gone with its tables."""
    apps.get_model("scorecard", "ReportVersion").objects.all().delete()
    apps.get_model("scorecard", "Report").objects.exclude(stage="drafting").update(stage="drafting", stage_at=None)


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0002_scorecard_returns_report_stages")]
    operations = [migrations.RunPython(keep_versions, forget_versions)]
