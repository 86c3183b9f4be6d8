"""Comparing a list with what is stored, row by row; nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audits.case_columns import Fault, ParsedCase
from audits.models import Case, Listing
from audits.standing import Standing, Stay, standing
from audits.workflow.list_matching import Holders, Teams
from audits.workflow.list_plan import Change, Difference, ListTerms, Plan, batches
from qaf.fields import keyed_hash
from qaf.people.models import Team, User

# What a list may change of a case that is there already.
COPIED = (
    "initials", "age", "gender", "ethnicity", "legal_status", "team_id", "case_holder_id", "case_holder_name",
    "opened_on", "closed_on",
)  # fmt: skip


@dataclass
class Known:
    """A stored case with the lists it is on, by status."""

    case: Case
    listings: dict[str, Listing]


def compare(parsed: list[ParsedCase], terms: ListTerms) -> Plan:
    """Compare a list with what is stored. Asks the database a fixed number of times for each thousand rows."""
    plan = Plan()
    teams, holders = Teams(terms.by), Holders()
    hashes = {row.row: keyed_hash(row.identifier) for row in parsed}
    stored = {known.case.identifier_hash: known for known in _stored(hashes.values())}
    covered: set[tuple[int, str]] = set()
    for row in parsed:
        team = teams.find(row, plan.faults)
        holder = holders.find(row, team, plan.faults)
        if team is None:
            continue
        if row.holder and holder is None:
            plan.unknown_workers.add(row.holder)
        covered.add((team.pk, row.status))
        known = stored.get(hashes[row.row])
        if known is not None and known.case.team_id not in teams.own:
            if terms.kind == "contacts":
                plan.left_alone += 1
            else:
                plan.faults.append(
                    Fault(row.row, "identifier", "This child is listed with a team outside your service. Ask a QA "
                          "manager over both services to import the move.")
                )  # fmt: skip
            continue
        _take_row(plan, _Row(row, hashes[row.row], team, holder), known, terms, teams)
    if terms.close_missing:
        _close_missing(plan, set(hashes.values()), covered, terms, teams)
    return plan


@dataclass(frozen=True)
class _Row:
    """A row with whom it means."""

    parsed: ParsedCase
    identifier_hash: str
    team: Team
    holder: User | None


def _take_row(plan: Plan, row: _Row, known: Known | None, terms: ListTerms, teams: Teams) -> None:
    """Put one row where it belongs: new, unchanged, or one of the changes."""
    if known is None:
        case = _new_case(row)
        listing = _on_list(Listing(case=case, status=row.parsed.status), row.parsed)
        plan.differences.append(Difference(case, Change.NEW, row.team, (), row.parsed.row, None, [listing]))
        return
    plan.named.append((known.case.pk, row.parsed.status))
    touched = _update_listings(known, row.parsed, terms)
    case, before = known.case, {name: getattr(known.case, name) for name in COPIED}
    # A list without initials, age and the like takes nothing away that another list has given.
    for name in ("initials", "gender", "ethnicity"):
        setattr(case, name, getattr(row.parsed, name) or before[name])
    case.age = before["age"] if row.parsed.age is None else row.parsed.age
    now = _stand(known)
    # Team and worker are those of the list that counts most; of a closed case, of the one that counted at its end.
    if now.status == row.parsed.status:
        case.team = row.team
        if terms.has_workers or case.team_id != before["team_id"]:
            case.case_holder, case.case_holder_name = row.holder, row.parsed.holder
    _add_difference(plan, known, before, touched, teams, row=row.parsed.row)


def _new_case(row: _Row) -> Case:
    parsed = row.parsed
    return Case(
        identifier=parsed.identifier,
        identifier_hash=row.identifier_hash,
        initials=parsed.initials,
        age=parsed.age,
        gender=parsed.gender,
        ethnicity=parsed.ethnicity,
        legal_status=parsed.status,
        team=row.team,
        case_holder=row.holder,
        case_holder_name=parsed.holder,
        opened_on=parsed.opened_on,
        closed_on=parsed.closed_on,
    )


def _on_list(listing: Listing, parsed: ParsedCase) -> Listing:
    listing.started_on = parsed.opened_on or listing.started_on
    listing.ended_on = parsed.closed_on
    listing.detail = parsed.detail or listing.detail
    return listing


def _update_listings(known: Known, parsed: ParsedCase, terms: ListTerms) -> dict[str, Listing]:
    """Bring the child's lists up to what the row says; gives those that changed, by what changed of them."""
    touched: dict[str, Listing] = {}
    listing = known.listings.get(parsed.status)
    if listing is None:
        known.listings[parsed.status] = touched["lists"] = _on_list(
            Listing(case=known.case, status=parsed.status), parsed
        )
    else:
        before = (listing.started_on, listing.ended_on, listing.detail)
        _on_list(listing, parsed)
        if before[:2] != (listing.started_on, listing.ended_on):
            touched["dates"] = listing
        elif before[2] != listing.detail:
            touched["category"] = listing
    for other in known.listings.values():
        # A list says all that it has to say of a child: another status that only lists of its kind gave has ended.
        if other.status != parsed.status and other.ended_on is None and _kind_of(other) == terms.kind:
            other.ended_on = parsed.closed_on or terms.today
            touched[f"lists {other.status}"] = other
    return touched


def _kind_of(listing: Listing) -> str:
    return listing.seen_in.kind if listing.seen_in is not None else "mixed"


def _stand(known: Known) -> Standing:
    """Copy onto a case what its lists together say."""
    case = known.case
    stays = [Stay(one.status, one.started_on, one.ended_on) for one in known.listings.values()]
    now = standing(stays, age=case.age)
    case.legal_status, case.closed_on = now.status, now.closed_on
    case.opened_on = now.opened_on or case.opened_on
    return now


def _add_difference(
    plan: Plan, known: Known, before: dict[str, object], touched: dict[str, Listing], teams: Teams, *, row: int = 0
) -> None:
    case = known.case
    changed = {name for name in COPIED if getattr(case, name) != before[name]}
    fields = [name.removesuffix("_id").removesuffix("_name") for name in COPIED if name in changed]
    of_lists = {key.partition(" ")[0] for key in touched}
    if "dates" in of_lists and changed & {"opened_on", "closed_on"}:
        of_lists.discard("dates")
    if "lists" in of_lists and changed & {"legal_status", "closed_on"}:
        of_lists.discard("lists")
    if not changed and not touched:
        plan.unchanged += 1
        return
    if before["closed_on"] is None and case.closed_on is not None:
        change = Change.CLOSED
    elif before["closed_on"] is not None and case.closed_on is None:
        change = Change.REOPENED
    else:
        change = Change.MOVED if "team_id" in changed else Change.CHANGED
    plan.differences.append(
        Difference(
            case,
            change,
            teams.by_pk[case.team_id],
            tuple(dict.fromkeys([*fields, *sorted(of_lists)])),
            row,
            teams.by_pk[before["team_id"]] if "team_id" in changed else None,  # type: ignore[index]
            # One that was only supposed until now is kept from now on, or a later list would not know of it.
            [one for one in known.listings.values() if one.pk is None or one in touched.values()],
        )
    )


def _close_missing(plan: Plan, listed: set[str], covered: set[tuple[int, str]], terms: ListTerms, teams: Teams) -> None:
    """End what children are on who are not in the list, of each team and status that the list does hold.

    A list of children on protection plans says nothing about children in need, so those stay; and a case stays open
    while the child is on another list.
    """
    open_here = Case.objects.filter(closed_on=None, team__in={team for team, _ in covered}).order_by("pk")
    absent = [pk for pk, hashed in open_here.values_list("pk", "identifier_hash") if hashed not in listed]
    places = {team for team, _ in covered}
    for known in _stored(absent, by="pk"):
        case = known.case
        ended = {
            f"lists {one.status}": one
            for one in known.listings.values()
            if one.ended_on is None
            and (
                (case.team_id, one.status) in covered
                or (terms.kind != "mixed" and case.team_id in places and _kind_of(one) == terms.kind)
            )
        }
        if not ended:
            continue
        before = {name: getattr(case, name) for name in COPIED}
        for listing in ended.values():
            listing.ended_on = terms.today
        _stand(known)
        _add_difference(plan, known, before, ended, teams)


def _stored(keys: Iterable[str] | Iterable[int], *, by: str = "identifier_hash") -> Iterator[Known]:
    """The stored cases under these keys with the lists they are on; two queries for each thousand."""
    for batch in batches(sorted(set(keys))):  # type: ignore[type-var]
        cases = {case.pk: Known(case, {}) for case in Case.objects.filter(**{f"{by}__in": batch}).defer("identifier")}
        for listing in Listing.objects.filter(case__in=cases).order_by("pk").select_related("seen_in"):
            cases[listing.case_id].listings[listing.status] = listing
        for known in cases.values():
            case = known.case
            if not known.listings:
                # Made otherwise than by a list: what it says of itself counts as one.
                known.listings[case.legal_status] = Listing(
                    case=case, status=case.legal_status, started_on=case.opened_on, ended_on=case.closed_on
                )
            yield known
