"""The schedule that a pack brings: loaded whole, kept up to date, and the site's own left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from audits.kloe.packs import Pack
from audits.kloe.schedule import Expectation as RowFile
from audits.models import AuditType, Expectation
from audits.schedule_words import mark_of
from audits.workflow.pack_schedule import expectations_of_packs, service_called
from audits.workflow.packs import Loaded, load_pack, shipped
from audits.workflow.schedule import change_row, end_row, remove_row, set_opening
from audits.workflow.schedule_rows import said_of
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.schedule.setting import cycle, row
from tests.audits.setting import bristol, someone
from tests.factories import ServiceFactory

CASE_FILE = RowFile(
    "area-case-file",
    "Area Unit",
    "Case file",
    type="child-case-audit",
    frequency_name="Bimonthly",
    every_months=2,
    auditor_name="Manager",
    auditor_role="auditor",
    selection_name="QA SW",
    selection="drawn",
)
TBC = RowFile("dcs", "Executive Director of People (DCS)", "TBC")


def pack(*rows: RowFile) -> Pack:
    return replace(bristol(), moderators=(), expectations=rows or (CASE_FILE, TBC))


@pytest.fixture
def loaded(db: None) -> Loaded:
    return load_pack(pack())


@pytest.fixture
def admin(db: None) -> User:
    return someone(Role.ADMIN, "Ann Administrator")


def states(files: Pack) -> list[str]:
    return [one.state for one in expectations_of_packs([files])["bristol"].rows]


def stored(key: str = "area-case-file") -> Expectation:
    return Expectation.objects.get(key=key)


@pytest.mark.django_db
def test_the_whole_of_bristol_s_appendix_is_there_in_its_order() -> None:
    files = shipped("bristol").files
    assert files is not None
    care = ServiceFactory.create(name="Through  care")
    told = load_pack(files)
    rows = list(Expectation.objects.order_by("position"))
    assert [(one.key, one.service_name, one.type_name) for one in rows] == [
        (one.key, one.service, one.type_name) for one in files.expectations
    ]
    assert [one.key for one in rows if one.service == care] == ["through-care-case-file", "through-care-observation"]
    assert not any(one.opens_itself for one in rows)
    assert {one.valid_from for one in rows} == {timezone.localdate()}
    assert {one.valid_until for one in rows} == {None}
    assert "Who audits what, when: 25 rows" in told.brought
    assert "Who audits what, when: 21 of them have no service here yet" in told.brought
    entry = Entry.objects.get(verb="schedule.loaded")
    assert entry.details["number"] == 25
    assert load_pack(files).silent


def test_a_row_that_nobody_touched_follows_its_pack(loaded: Loaded) -> None:
    newer = pack(replace(CASE_FILE, every_months=3, frequency_name="Quarterly"), TBC)
    assert states(newer) == ["changed", "same"]
    told = load_pack(newer)
    assert told.brought == [
        "Who audits what, when: Area Unit (no service here yet): Child case audit, every 3 months",
        "Who audits what, when: 1 of them has no service here yet",
    ]
    assert (stored().every_months, stored().frequency_name, stored().revision) == (3, "Quarterly", 0)
    assert Expectation.objects.count() == 2


def test_a_change_in_the_pack_holds_from_today_where_cycles_were_opened(loaded: Loaded) -> None:
    today = timezone.localdate()
    old = stored()
    Expectation.objects.filter(pk=old.pk).update(valid_from=today - timedelta(days=90), opens_itself=True)
    cycle(old, today - timedelta(days=20), today + timedelta(days=20))
    load_pack(pack(replace(CASE_FILE, every_months=6), TBC))
    old.refresh_from_db()
    new = stored()
    assert (old.every_months, old.key, old.valid_until) == (2, "", today - timedelta(days=1))
    assert (new.every_months, new.valid_from, new.revision, new.opens_itself) == (6, today, 0, True)
    assert load_pack(pack(replace(CASE_FILE, every_months=6), TBC)).silent


def test_what_was_changed_here_stays_unless_it_is_put_back(loaded: Loaded, admin: User) -> None:
    mine = stored()
    change_row(mine, replace(said_of(mine), every_months=6), by=admin, seen=mark_of(mine))
    assert states(pack()) == ["edited", "same"]
    told = load_pack(pack())
    assert told.left == [
        "Who audits what, Area Unit (no service here yet): Child case audit, every 2 months: is different here and is "
        "left as it is"
    ]
    assert stored().every_months == 6
    load_pack(pack(), reset_process=True)
    assert (stored().every_months, stored().revision) == (2, 0)
    assert states(pack()) == ["same", "same"]


def test_a_change_from_a_day_on_is_compared_by_what_holds_last(loaded: Loaded, admin: User) -> None:
    mine, later = stored(), timezone.localdate() + timedelta(days=30)
    change_row(mine, replace(said_of(mine), every_months=6), by=admin, seen=mark_of(mine), from_day=later)
    assert (stored().valid_from, stored().every_months) == (later, 6)
    assert states(pack()) == ["edited", "same"]
    assert len(load_pack(pack()).left) == 1


def test_a_row_that_was_removed_stays_away_unless_it_is_put_back(loaded: Loaded, admin: User) -> None:
    assert not remove_row(stored(), seen=mark_of(stored()), by=admin)
    assert stored().valid_until == timezone.localdate()
    assert states(pack()) == ["edited", "same"]
    assert load_pack(pack()).left == [
        "Who audits what, Area Unit (no service here yet): Child case audit, every 2 months: was ended or removed here "
        "and is left out"
    ]
    load_pack(pack(), reset_process=True)
    assert stored().valid_until is None
    assert Expectation.objects.count() == 2


def test_a_row_that_ended_long_ago_begins_anew_when_it_is_put_back(loaded: Loaded, admin: User) -> None:
    today = timezone.localdate()
    Expectation.objects.update(valid_from=today - timedelta(days=100))
    ended = end_row(stored(), last_day=today - timedelta(days=50), seen=mark_of(stored()), by=admin)
    load_pack(pack(), reset_process=True)
    ended.refresh_from_db()
    assert (ended.key, ended.valid_until) == ("", today - timedelta(days=50))
    assert (stored().valid_from, stored().valid_until) == (today, None)


def test_a_row_of_the_site_that_does_the_same_keeps_the_pack_s_out(db: None) -> None:
    load_pack(pack(TBC))
    service = ServiceFactory.create(name="Area unit")
    row(service, AuditType.objects.get(key="child-case-audit"))
    assert states(pack()) == ["rival", "same"]
    told = load_pack(pack(), reset_process=True)
    assert told.left == [
        "Who audits what, Area unit: Child case audit, every 2 months: is left out, because the row “Area unit: Child "
        "case audit, every 2 months” asks the same people for it"
    ]
    assert not Expectation.objects.filter(key="area-case-file").exists()


def test_a_service_that_is_named_later_is_found_then(loaded: Loaded, admin: User) -> None:
    assert stored().service is None
    service = ServiceFactory.create(name="area unit")
    assert load_pack(pack()).brought == ["Who audits what, when: area unit: Child case audit, every 2 months"]
    assert stored().service == service


def test_a_service_that_was_chosen_here_is_nobody_else_s_business(loaded: Loaded, admin: User) -> None:
    chosen = ServiceFactory.create(name="Social Work")
    change_row(stored(), replace(said_of(stored()), service=chosen), by=admin, seen=mark_of(stored()))
    set_opening(stored(), opens=True, seen=mark_of(stored()), by=admin)
    ServiceFactory.create(name="Area Unit")
    assert load_pack(pack()).silent
    load_pack(pack(replace(CASE_FILE, every_months=3), TBC), reset_process=True)
    assert (stored().service, stored().opens_itself, stored().every_months) == (chosen, True, 3)


@pytest.mark.django_db
def test_a_service_is_known_by_its_code_or_else_by_its_one_name() -> None:
    area, care, other = (
        ServiceFactory.create(code="area", name="Area Social Care"),
        ServiceFactory.create(code="care", name="Care & Support"),
        ServiceFactory.create(code="care-2", name="care and support"),
    )
    assert service_called("Area Unit", "area", [area, care, other]) == area
    assert service_called("AREA social-care", "", [area, care, other]) == area
    assert service_called("Care & Support", "", [area, care]) == care
    # Two services of two agencies have the name: a person has to say which is meant.
    assert service_called("Care & Support", "", [area, care, other]) is None


def test_a_row_finds_no_service_where_a_row_of_the_site_asks_the_same(loaded: Loaded) -> None:
    service = ServiceFactory.create(name="Area Unit")
    row(service, AuditType.objects.get(key="child-case-audit"))
    assert states(pack()) == ["rival", "same"]
    load_pack(pack())
    assert stored().service is None


def test_a_row_that_ends_is_not_put_back_over_the_site_s_own_that_follows_it(loaded: Loaded, admin: User) -> None:
    today = timezone.localdate()
    service = ServiceFactory.create(name="Area Unit")
    load_pack(pack())
    mine = stored()
    change_row(mine, replace(said_of(mine), every_months=6), by=admin, seen=mark_of(mine))
    mine = stored()
    end_row(mine, last_day=today + timedelta(days=30), seen=mark_of(mine), by=admin)
    row(service, mine.type, valid_from=today + timedelta(days=31))
    told = load_pack(pack(), reset_process=True)
    assert "asks the same people" in " ".join(told.left)
    assert stored().valid_until == today + timedelta(days=30)
