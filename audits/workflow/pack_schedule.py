"""The rows of the schedule of expectations that a framework pack brings: compared with those of the site, and loaded.

A pack's row that nobody has touched follows the pack. One that was changed, ended or removed here is the site's, and is
left alone unless loading is asked to put it back. Which service a row is for, and whether its cycles open by
themselves, is the site's in any case: a pack's rows find a service here by its code or name, and send out no work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from audits.kloe.packs import Pack as PackFiles
from audits.kloe.schedule import Expectation as RowFile
from audits.kloe.schedule import plain
from audits.models import AuditType, Expectation, Pack
from audits.pack_parts import PackPart, PackRow
from audits.schedule_words import differences, meaning_of, row_in_short, words_of
from audits.workflow.schedule import lock_schedule, succeed
from audits.workflow.schedule_rows import last_cycle, overlapping
from qaf.people.models import Service, User
from qaf.trail.chain import record

# What a pack says of a row; days and opening are the site's.
_COLUMNS = (
    "position", "service_name", "every_service", "type", "other_type", "type_name", "frequency_name", "every_months",
    "each", "auditor_name", "auditor_role", "form_name", "moderation_name", "selection_name", "selection",
)  # fmt: skip
# More rows than this are told as a number.
MOST_NAMED = 5


@dataclass(frozen=True)
class _Compared:
    """A pack's row beside what is there: new, same, changed (in the pack), edited or ended (here), or a
    rival is there."""

    wanted: Expectation
    there: Expectation | None
    state: str
    changes: dict[str, list[str]]
    rival: Expectation | None = None

    @property
    def words(self) -> str:
        return row_in_short(self.wanted)


def expectations_of_packs(packs: Sequence[PackFiles]) -> dict[str, PackPart]:
    """The rows of each pack compared with what is there; for the page of packs. Three queries."""
    if not any(files.expectations for files in packs):
        return {}
    rows = list(Expectation.objects.select_related("pack", "service", "type", "other_type"))
    types = {kind.key: kind for kind in AuditType.objects.all()}
    services = list(Service.objects.all())
    found = {}
    for files in packs:
        # A type that is not there yet is read from the pack, for its title.
        new = {one.key: AuditType(key=one.key, title=one.title) for one in files.types if one.key not in types}
        compared = _compared(files, rows, types | new, services)
        if compared:
            found[files.key] = PackPart("Who audits what, when", tuple(_shown(one) for one in compared))
    return found


def _shown(one: _Compared) -> PackRow:
    if one.state == "ended":
        return PackRow(one.words, "edited", (("This row", "ended here", "in force"),))
    return PackRow(one.words, one.state, tuple((name, *both) for name, both in one.changes.items()))  # type: ignore[misc]


def load_expectations(files: PackFiles, pack: Pack, *, by: User | None, reset: bool) -> tuple[list[str], list[str]]:
    """Make the pack's rows the site's, in the transaction of the loading; what was brought, and what was left."""
    if not files.expectations:
        return [], []
    lock_schedule()
    rows = list(Expectation.objects.select_for_update(of=("self",)).select_related("service", "type", "other_type"))
    types = {kind.key: kind for kind in AuditType.objects.filter(key__in=[one.key for one in files.types])}
    services = list(Service.objects.all())
    brought: list[Expectation] = []
    left: list[str] = []
    new: list[Expectation] = []
    for one in _compared(files, rows, types, services, pack=pack):
        if one.state == "same":
            if one.there is not None and _find_service(one.there, one.wanted):
                brought.append(one.there)
        elif one.state == "rival" or (one.state in ("edited", "ended") and not reset):
            left.append(f"Who audits what, {one.words}: {_why_left(one)}")
        elif one.there is None:
            new.append(one.wanted)
        else:
            brought.append(_take_over(one.there, one.wanted))
    Expectation.objects.bulk_create(new)
    if not (brought or new):
        return [], left
    words = _in_words(new, brought)
    record("schedule.loaded", pack, by=by, pack=files.title, number=len(brought) + len(new), reason="; ".join(words))
    return [f"Who audits what, when: {text}" for text in words], left


def _why_left(one: _Compared) -> str:
    if one.rival is not None:
        return f"is left out, because the row “{row_in_short(one.rival)}” asks the same people for it"
    if one.state == "ended":
        return "was ended or removed here and is left out"
    return "is different here and is left as it is"


def _in_words(new: Sequence[Expectation], brought: Sequence[Expectation]) -> list[str]:
    rows = [*new, *brought]
    said = [row_in_short(row) for row in rows] if len(rows) <= MOST_NAMED else [f"{len(rows)} rows"]
    lost = [row for row in rows if row.service is None and not row.every_service]
    if lost:
        said.append(f"{len(lost)} of them {'has' if len(lost) == 1 else 'have'} no service here yet")
    return said


def _find_service(there: Expectation, wanted: Expectation) -> bool:
    """Give a row that found no service before the one that is there now; whether it did."""
    if there.service is not None or there.every_service or wanted.service is None:
        return False
    there.service = wanted.service
    there.save(update_fields=["service"])
    return True


def _take_over(there: Expectation, wanted: Expectation) -> Expectation:
    """Let a row say what the pack says: from today on where cycles of it were opened, else altogether."""
    today, cycle = timezone.localdate(), last_cycle(there)
    merged = copy(there)
    for name in _COLUMNS:
        setattr(merged, name, getattr(wanted, name))
    if merged.every_service:
        merged.service = None
    elif merged.service is None:
        merged.service = wanted.service
    merged.valid_until = None
    gap = there.valid_until is not None and there.valid_until < today - timedelta(days=1)
    if cycle is None and not gap:
        merged.revision = 0
        merged.save()
        return merged
    day = max(today, there.valid_from + timedelta(days=1), cycle.starts_on + timedelta(days=1) if cycle else today)
    ended = there.valid_until
    new = succeed(there, merged, day)
    if gap:
        # It ended when it ended.
        Expectation.objects.filter(pk=there.pk).update(valid_until=ended)
    new.revision = 0
    new.save(update_fields=["revision"])
    return new


def _compared(
    files: PackFiles,
    rows: Sequence[Expectation],
    types: dict[str, AuditType],
    services: Sequence[Service],
    *,
    pack: Pack | None = None,
) -> list[_Compared]:
    """``pack`` is the row of the pack that is being loaded; None before, when packs are told apart by their key."""
    today = timezone.localdate()
    there = {
        row.key: row
        for row in rows
        if row.key and row.pack_id and (row.pack_id == pack.pk if pack else row.pack.key == files.key)  # type: ignore[union-attr]
    }
    known = {row.pk for row in there.values()}
    rivals = [row for row in rows if row.pk not in known and (row.valid_until is None or row.valid_until >= today)]
    found = []
    for position, file in enumerate(files.expectations, start=1):
        if any(kind and kind not in types for kind in (file.type, file.other_type)):
            # Of a pack that was read, but is loaded without this type.
            continue
        wanted = _as_model(file, position, types, services)
        wanted.pack = pack
        found.append(_compare(wanted, there.get(file.key), rivals, today))
    return found


def _compare(wanted: Expectation, there: Expectation | None, rivals: Iterable[Expectation], today: date) -> _Compared:
    if there is not None and not _ended(there, today):
        changes = differences(_said(there, wanted), _said(wanted, there))
        if rival := _rival_of_taking_over(wanted, there, rivals, changed=bool(changes)):
            return _Compared(wanted, there, "rival", {"Row": [row_in_short(rival), row_in_short(wanted)]}, rival)
        state = ("edited" if there.revision else "changed") if changes else "same"
        return _Compared(wanted, there, state, changes)
    if (rival := overlapping(wanted, rivals)) is not None:
        return _Compared(wanted, there, "rival", {"Row": [row_in_short(rival), row_in_short(wanted)]}, rival)
    return _Compared(wanted, there, "ended" if there else "new", {})


def _rival_of_taking_over(
    wanted: Expectation, there: Expectation, rivals: Iterable[Expectation], *, changed: bool
) -> Expectation | None:
    """The row of the site that asks what this one would ask once it said what the pack says, or found its service."""
    finds_service = there.service is None and not there.every_service and wanted.service is not None
    if not (changed or finds_service):
        return None
    would = copy(wanted)
    if not would.every_service:
        would.service = there.service or wanted.service
    # It would hold without end from the day it began.
    return overlapping(would, [one for one in rivals if one.valid_until is None or one.valid_until >= there.valid_from])


def _ended(row: Expectation, today: date) -> bool:
    return row.valid_until is not None and row.valid_until <= today


def _said(row: Expectation, wanted: Expectation) -> dict[str, str]:
    """What is compared: all that a row says but its service, unless it is of every service in one of the two."""
    said = meaning_of(row) | words_of(row)
    if row.every_service == wanted.every_service:
        said.pop("Service")
    return said


def _as_model(file: RowFile, position: int, types: dict[str, AuditType], services: Sequence[Service]) -> Expectation:
    same = ("every_service", "type_name", "frequency_name", "every_months", "each", "auditor_name", "auditor_role",
            "form_name", "moderation_name", "selection_name", "selection", "key")  # fmt: skip
    return Expectation(
        position=position,
        service_name=file.service,
        service=None if file.every_service else service_called(file.service, file.service_code, services),
        type=types[file.type] if file.type else None,
        other_type=types[file.other_type] if file.other_type else None,
        **{name: getattr(file, name) for name in same},
    )


def service_called(name: str, code: str, services: Iterable[Service]) -> Service | None:
    """The service with this code, else the only one with this name, whatever its case and signs; else None."""
    services = list(services)
    by_code = next((one for one in services if code and one.code == code), None)
    if by_code is not None:
        return by_code
    called = [one for one in services if plain(one.name) == plain(name)]
    return called[0] if len(called) == 1 else None
