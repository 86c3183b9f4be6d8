"""Where lists come from: what is remembered of one list for the next of its source."""

from django.utils import timezone

from audits.case_columns import Mapping
from audits.models import ListKind, ListSource, PendingImport
from qaf.errors import Refused
from qaf.people.models import User

# Kept among the columns of a source whose lists do not say the status of their children.
STATUS_OF_ALL = "status_of_all"


def source_called(name: str) -> ListSource | None:
    """The source of this name, in any case and spacing."""
    return ListSource.objects.filter(name__iexact=" ".join(name.split())).first()


def known_source(name: str, kind: str) -> ListSource | None:
    """The source of this name, if there is one. Raises Refused when its lists are of another kind."""
    source = source_called(name)
    if source is not None and source.kind != kind:
        raise Refused(
            f"There is a source called “{source.name}” already, of another kind: {ListKind(source.kind).label}. Choose "
            "it among those you have imported before, or give this one another name."
        )
    return source


def status_of_all(mapping: Mapping | None) -> str:
    """The status that was said for all children of the lists of a source; empty when the lists say it themselves."""
    return next(iter((mapping or {}).get(STATUS_OF_ALL, [])), "")


def remember(pending: PendingImport, *, by: User) -> ListSource:
    """Keep for the next list of this source what the columns of this one were taken for. Within an import."""
    said = {
        "kind": pending.kind,
        "mapping": pending.mapping,
        "team": pending.team,
        "close_missing": pending.close_missing,
        "used_at": timezone.now(),
    }
    known = known_source(pending.source, pending.kind)
    if known is None:
        return ListSource.objects.create(name=pending.source, made_by=by, **said)
    ListSource.objects.filter(pk=known.pk).update(**said)
    known.refresh_from_db()
    return known
