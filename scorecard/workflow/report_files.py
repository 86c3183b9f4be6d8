"""The files of a report's versions: made once, kept, and the same to the letter when made again."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from scorecard.models import Report, ReportFile, ReportVersion
from scorecard.reports.files import MAKERS


def file_bytes(report: Report, *, format: str, content: dict[str, Any], digest: str, keep: bool) -> bytes:
    """A file made from this content: the kept one, or one made now, which is kept with ``keep``.

    A draft's file is not kept, for the next word makes it an old one. Raises KeyError for an unknown format.
    """
    kept = report.files.filter(format=format, snapshot_digest=digest).first()
    if kept is not None:
        return bytes(kept.content)
    made = MAKERS[format](content, digest)
    if keep:
        try:
            with transaction.atomic():
                ReportFile.objects.create(report=report, format=format, snapshot_digest=digest, content=made)
        except IntegrityError:
            # Somebody else made the same file at the same time.
            pass
    return made


def make_files(version: ReportVersion) -> int:
    """Make the files of a version that are not kept yet; gives how many. Called twice, it makes nothing twice."""
    report = version.report
    kept = set(report.files.filter(snapshot_digest=version.digest).values_list("format", flat=True))
    missing = [format for format in MAKERS if format not in kept]
    for format in missing:
        file_bytes(report, format=format, content=version.content, digest=version.digest, keep=True)
    return len(missing)
