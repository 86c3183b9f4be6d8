"""The invented agencies, teams, people and cases, from ``fixtures/demo/authority.yaml``."""

import csv
import io
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from audits.models import AuditType, LegalStatus, ProcessMap
from audits.workflow.cases import import_pending, look_over
from qaf.deadlines.models import ClosureDay
from qaf.people.models import Agency, Post, Service, Team, User
from qaf.people.roles import Role

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"
HEADINGS = [
    "ChildUniqueID", "Initials", "DateOfBirth", "CaseStatus", "AllocatedTeam", "AllocatedWorker", "CaseStartDate",
    "CaseClosureDate",
]  # fmt: skip


def read(name: str) -> dict[str, Any]:
    """One file of the demonstration."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    return data


def is_loaded() -> bool:
    return Agency.objects.filter(code=read("authority.yaml")["agencies"][0]["code"]).exists()


def logins() -> list[tuple[str, str, str]]:
    """For each role: its name, the e-mail address to sign in with, and the password."""
    data = read("authority.yaml")
    return [
        (str(Role(person["posts"][0]["role"]).label), person["email"], data["password"]) for person in data["logins"]
    ]


def make_people(data: dict[str, Any], *, since: date) -> None:
    """Agencies, services, teams, closure days and everybody with their posts, in force since a day."""
    for closure in data["closure_days"]:
        ClosureDay.objects.get_or_create(
            day=date(timezone.localdate().year, closure["month"], closure["day"]), defaults={"name": closure["name"]}
        )
    places: dict[str, dict[str, Any]] = {"agency": {}, "service": {}, "team": {}}
    for agency in data["agencies"]:
        row = Agency.objects.create(code=agency["code"], name=agency["name"])
        places["agency"][row.code] = row
        for service in agency["services"]:
            inner = Service.objects.create(agency=row, code=service["code"], name=service["name"])
            places["service"][inner.code] = inner
            for team in service["teams"]:
                places["team"][team["code"]] = Team.objects.create(service=inner, code=team["code"], name=team["name"])
    # One hash for all of them: hashing a password is slow on purpose, and it is the same password.
    password = make_password(data["password"])
    for person in data["logins"] + data["people"]:
        user = User(name=person["name"], email=person.get("email") or email_of(person["name"]), password=password)
        user.save()
        for post in person["posts"]:
            scope = {kind: places[kind][code] for kind, code in post.items() if kind != "role"}
            Post.objects.create(person=user, role=Role(post["role"]), starts_on=since, **scope)


def email_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def person(key: str) -> User:
    """Somebody by e-mail address or by name."""
    return User.objects.get(**({"email": key} if "@" in key else {"name": key}))


def themed_type(like: AuditType) -> AuditType:
    """A second type on the same form whose process map has a QA check before moderation."""
    kind = AuditType.objects.create(
        key="themed-case-audit", title="Themed case audit", form=like.form, part=like.part, reference_prefix="TCA"
    )
    process = ProcessMap.objects.get(type=like)
    process.pk, process.type, process.qa_check = None, kind, True
    process.save()
    return kind


class CaseBook:
    """The council's own case system, as it were: the children it lists, and the list on a given day."""

    def __init__(self, data: dict[str, Any], chance: random.Random, *, today: date) -> None:
        self.rows: list[dict[str, Any]] = []
        for agency in data["agencies"]:
            for service in agency["services"]:
                for team in service["teams"]:
                    self._add(team, chance, today)
        chance.shuffle(self.rows)

    def _add(self, team: dict[str, Any], chance: random.Random, today: date) -> None:
        holders = list(
            User.objects.filter(posts__team__code=team["code"], posts__role=Role.PRACTITIONER).order_by("name")
        )
        for status, number in team["mix"].items():
            for _ in range(number):
                youngest, oldest = (18, 24) if status == LegalStatus.CARE_LEAVER else (0, 17)
                age = chance.randint(youngest, oldest)
                self.rows.append(
                    {
                        "ChildUniqueID": f"SYN-{10000 + len(self.rows) * 7}",
                        "Initials": "".join(chance.choices("ABCDEFGHJKLMNOPRSTVWYZ", k=2)),
                        "DateOfBirth": today - timedelta(days=age * 365 + chance.randint(30, 300)),
                        "CaseStatus": str(LegalStatus(status).label),
                        "AllocatedTeam": team["name"],
                        # A few cases are held by somebody who does not sign in here.
                        "AllocatedWorker": chance.choice(holders).name if chance.random() > 0.04 else "Agency worker",
                        "CaseStartDate": today - timedelta(days=chance.randint(20, 700)),
                        "CaseClosureDate": None,
                    }
                )
        # Some cases have closed in the meantime.
        for row in chance.sample(self.rows, k=min(2, len(self.rows))):
            row["CaseClosureDate"] = max(today - timedelta(days=chance.randint(3, 40)), row["CaseStartDate"])

    def on(self, day: date) -> str:
        """The list as it was exported on a day, as CSV."""
        file = io.StringIO()
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        for row in self.rows:
            if row["CaseStartDate"] > day:
                continue
            closed = row["CaseClosureDate"]
            writer.writerow({**row, "CaseClosureDate": closed if closed and closed <= day else None})
        return file.getvalue()

    def bring_in(self, day: date, *, by: User) -> None:
        """Import that day's list as a QA officer would."""
        look_over(io.BytesIO(self.on(day).encode()), name="open-cases.csv", source="Open cases", by=by)
        import_pending(by=by)
