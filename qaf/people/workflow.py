"""Bringing in people from a list: look first, then all of it or nothing."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import OutboxEmail
from qaf.people.importing import BAD, CHANGED, COLUMNS, NEW, REQUIRED, UNCHANGED, KnownPost, PlannedRow, plan
from qaf.people.models import PeopleImport, Post, User
from qaf.people.queries import known_for_import, with_addresses
from qaf.people.roles import Role
from qaf.tables import Row, UnreadableFile, column_key, read_table
from qaf.trail.chain import record


@dataclass(frozen=True)
class Preview:
    """What applying a list would do now."""

    rows: list[PlannedRow]

    def of(self, verdict: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.verdict == verdict]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.verdict for row in self.rows)
        return {verdict: counted[verdict] for verdict in (NEW, CHANGED, UNCHANGED, BAD)}

    @property
    def mark(self) -> str:
        """What was shown, in short: the confirmation brings it back, so that nothing else is done than was seen."""
        shown = [(row.number, row.verdict, row.email, row.name, row.what, row.new_person) for row in self.rows]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def prepare_import(file: BinaryIO, name: str, *, by: User) -> PeopleImport:
    """Read an uploaded list and keep it to be looked at; nothing else changes.

    Raises NotAllowed for anybody but an administrator, and UnreadableFile with the reason when the file is not a
    list of people.
    """
    _demand_administrator(by)
    table = read_table(file, name)
    missing = table.missing(*REQUIRED)
    if missing:
        raise UnreadableFile(f"The file has no column {_listed(missing)}. Use the columns of the template.")
    unknown = [header for header in table.headers if column_key(header) not in COLUMNS]
    if unknown:
        raise UnreadableFile(f"The file has a column {_listed(unknown)} that is not known. Use those of the template.")
    if not table.rows:
        raise UnreadableFile("The file holds headings but no rows.")
    # Whoever uploads anew has done with the lists looked at before and not applied.
    PeopleImport.objects.filter(uploaded_by=by, applied_at=None).delete()
    return PeopleImport.objects.create(
        uploaded_by=by,
        file_name=name[-200:],
        headers=table.headers,
        rows=[[row.number, row.cells] for row in table.rows],
    )


def preview(draft: PeopleImport) -> Preview:
    """What the list would do as things stand now."""
    rows = [Row(number, cells) for number, cells in draft.rows]
    known = known_for_import(row.get("email").strip().lower() for row in rows)
    return Preview(plan(draft.headers, rows, known, today=timezone.localdate()))


def apply_import(draft: PeopleImport, *, seen: str, by: User) -> PeopleImport:
    """Do what the preview showed, all of it in one transaction.

    ``seen`` is the mark of the preview that was looked at. Raises Stale when the list was applied already or
    would now do something else, Refused when a row is bad, NotAllowed for anybody but an administrator.
    """
    _demand_administrator(by)
    try:
        with transaction.atomic():
            return _apply(draft, seen, by)
    except IntegrityError as error:
        raise Stale("Somebody changed these people at the same moment. Nothing was changed. Look again.") from error


def _apply(draft: PeopleImport, seen: str, by: User) -> PeopleImport:
    draft = PeopleImport.objects.select_for_update().get(pk=draft.pk)
    if draft.applied_at:
        raise Stale("This list was applied already. Nothing was changed again.")
    now = preview(draft)
    if now.counts[BAD]:
        raise Refused("The list has rows that cannot be applied. Nothing was changed. Correct the file and upload it.")
    if now.mark != seen:
        raise Stale("The people or posts have changed since you looked. Nothing was changed. Look again.")
    people = {person.email.lower(): person for person in with_addresses(row.email for row in now.rows)}
    for row in now.rows:
        if row.verdict != UNCHANGED:
            _apply_row(row, people, by)
    draft.rows = []  # staff's names are kept in one place
    draft.applied_at, draft.counts = timezone.now(), now.counts
    draft.save()
    record("people.imported", draft, by=by, file=draft.file_name, new=now.counts[NEW], changed=now.counts[CHANGED])
    return draft


def _apply_row(row: PlannedRow, people: dict[str, User], by: User) -> None:
    person = people.get(row.email)
    if person is None:
        person = people[row.email] = User.objects.create_user(row.email, name=row.name)
        record("person.added", person, by=by)
        promise_welcome(person)
    elif row.renamed:
        before, person.name = person.name, row.name
        person.save(update_fields=["name"])
        record("person.renamed", person, by=by, changes={"Name": [before, row.name]})
    if row.post is not None:
        _apply_post(row, row.post, person, by)


def _apply_post(row: PlannedRow, post: KnownPost, person: User, by: User) -> None:
    if post.pk is None:
        scope = {f"{post.place.kind}_id": post.place.pk} if post.place else {}
        made = Post.objects.create(
            person=person, role=post.role, starts_on=post.starts_on, ends_on=post.ends_on, **scope
        )
        record("person.post_added", person, by=by, post=made.pk, what=row.what)
    elif row.verdict == CHANGED:
        old = Post.objects.select_for_update().get(pk=post.pk)
        if old.ends_on != post.ends_on:
            before_end, old.ends_on = old.ends_on, post.ends_on
            old.save(update_fields=["ends_on"])
            changes = {"Last day": [before_end, post.ends_on]}
            record("person.post_changed", person, by=by, what=row.what, changes=changes)


def promise_welcome(person: User) -> OutboxEmail:
    """Promise a new person an e-mail that says how to set a password. Told once, however often it is asked.

    It holds no secret: the link leads to the page that sends a link for setting a password to this address, good
    for a short time.
    """
    email, _ = OutboxEmail.objects.get_or_create(
        key=f"welcome:{person.pk}",
        defaults={
            "person": person,
            "subject": f"Your account in {settings.SITE_NAME}",
            "body": (
                f"Dear {person.name},\n\nAn account was made for you in {settings.SITE_NAME}.\n\n"
                f"Set your password here, with this e-mail address ({person.email}):\n"
                f"{settings.SITE_URL}/accounts/password/reset/\n\n"
                "You are sent a link. Choose a password on the page it opens, and sign in.\n"
            ),
        },
    )
    return email


def _demand_administrator(by: User) -> None:
    if not by.holds(Role.ADMIN):
        raise NotAllowed("Only an administrator brings in people from a list.")


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
