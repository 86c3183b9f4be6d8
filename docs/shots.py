"""Take fresh screenshots of the main pages into docs/screenshots: the whole page, on a desktop and on a phone.

    make docs-shots

Starts the real server on a free port with a fresh demonstration, signs in as the people of the synthetic authority,
and photographs what they see; for the form builder it makes a small form first, and for the concerns it raises one.
Nothing is left running, and no demonstration of yours is touched.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from shots_scorecard import scorecard_pages

if TYPE_CHECKING:
    from moderation.models import Moderation

ROOT = Path(__file__).resolve().parents[1]
INTO = ROOT / "docs" / "screenshots"
WIDTHS = {"desktop": 1280, "phone": 390}
# A page longer than this is cut: the picture is for a reader, not for an archive.
LONGEST = 2600
# Colours of a picture: pages of text look the same with few, at half the size.
COLOURS = 256


@dataclass(frozen=True)
class Shot:
    """One page, as one person sees it."""

    name: str
    email: str
    path: str
    widths: tuple[str, ...] = tuple(WIDTHS)
    opens: str = ""  # the words of what is unfolded first


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served() -> Iterator[str]:
    """Serve a fresh demonstration and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    os.environ["SITE_URL"] = address
    for command in (
        ["migrate", "--verbosity", "0"],
        ["loadpack", "bristol"],
        ["loadpack", "coventry-2025"],
        ["load_demo"],
    ):
        manage(*command)
    # No background work: what the pages show must not change between two pictures.
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--no-background", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/accounts/login/", timeout=5).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit("The server did not start.")
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def shots() -> list[Shot]:
    """The pages to photograph, chosen from what the synthetic authority has at this moment."""
    # The rooms can be imported only once the settings know which demonstration is meant.
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from audits.models import Audit, State  # noqa: PLC0415
    from moderation.models import Moderation  # noqa: PLC0415
    from qaf.people.models import Post  # noqa: PLC0415

    def holder(role: str) -> str:
        # The demonstration's logins are the first to hold each role.
        return Post.objects.on(timezone.localdate()).with_role(role).order_by("pk")[0].person.email

    found = [
        Shot("home-qa-officer", holder("qa_officer"), reverse("home")),
        Shot("tracker", holder("qa_manager"), reverse("audits:tracker")),
        Shot("allocate", holder("qa_officer"), reverse("audits:allocate")),
        Shot("import-cases", holder("qa_officer"), reverse("audits:case_list_import")),
        Shot("moderation-desk", holder("qa_manager"), reverse("moderation:desk")),
        Shot("reports", holder("qa_manager"), reverse("scorecard:reports")),
        Shot("notices", holder("service_manager"), reverse("notices:inbox")),
        Shot("people", holder("admin"), reverse("people:directory")),
        *builder_shots(holder("qa_manager"), holder("admin")),
        *panel_shots(holder("qa_manager")),
        *year_shots(holder("qa_manager"), holder("admin")),
        Shot("moderators", holder("admin"), reverse("moderation:rules"), ("desktop",)),
        Shot("agreement", holder("qa_manager"), reverse("moderation:agreement")),
    ]
    if filling := Audit.objects.filter(state=State.IN_PROGRESS).select_related("auditor").first():
        sections = filling.form_version.parsed.sections
        # The shortest with more than its grade, so that grade and descriptors are in the picture.
        graded = [s for s in sections if len(s.questions) > 1 and any(q.kind == "judgement" for q in s.questions)]
        judged = min(graded, key=lambda s: len(s.questions), default=sections[0])
        found += [
            Shot("home-auditor", filling.auditor.email, reverse("home")),
            Shot("audit", filling.auditor.email, reverse("audits:detail", args=[filling.reference])),
            Shot(
                "section",
                filling.auditor.email,
                reverse("audits:section", args=[filling.reference, judged.key]),
                opens="What ‘Good’ looks like",
            ),
            Shot("check-answers", filling.auditor.email, reverse("audits:check", args=[filling.reference])),
            Shot("paper", filling.auditor.email, reverse("audits:paper", args=[filling.reference]), ("desktop",)),
        ]
    if review := Moderation.objects.undecided().exclude(moderator=None).select_related("moderator", "audit").first():
        found += moderation_shots(review)
    pages = scorecard_pages(manager=holder("qa_manager"), board=holder("board_member"))
    return [*found, *(Shot(*page) for page in pages)]


def moderation_shots(review: "Moderation") -> list[Shot]:
    """One moderation as its moderator sees it, and a concern that they raise, as whoever has to acknowledge it does."""
    from django.urls import reverse  # noqa: PLC0415

    from moderation.workflow.concerns import path_of, raise_concern  # noqa: PLC0415

    moderator, reference = review.moderator, review.audit.reference
    domain = review.audit.judgements.order_by("position").first()
    assert moderator is not None
    assert domain is not None
    concern = raise_concern(
        review.audit,
        worry="The visits that the plan asks for were not made in the last six weeks, and nobody has said why.",
        done_at_once="I have spoken to the team manager, who visits tomorrow morning.",
        by=moderator,
    )
    assert concern.owner is not None
    return [
        Shot("moderation", moderator.email, reverse("moderation:review", args=[reference])),
        Shot("moderation-domain", moderator.email, reverse("moderation:domain", args=[reference, domain.domain])),
        Shot("concern", concern.owner.email, path_of(concern)),
    ]


def panel_shots(manager: str) -> list[Shot]:
    """A panel that members read for, a case of it before it is graded, and the minutes of one that has met."""
    from django.urls import reverse  # noqa: PLC0415

    from moderation.models import Panel, PanelMember  # noqa: PLC0415
    from moderation.queries.panels import missing_views  # noqa: PLC0415

    found = []
    if reading := Panel.objects.filter(state=Panel.State.READING).first():
        found.append(Shot("panel", manager, reverse("moderation:panel", args=[reading.pk]), ("desktop",)))
        waiting = (one for one in missing_views(reading) if one.member.seat == PanelMember.Seat.MEMBER)
        if one := next(waiting, None):
            path = reverse("moderation:panel_case", args=[reading.pk, one.cases[0].pk])
            found.append(Shot("panel-case", one.member.person.email, path, ("desktop",)))
    if closed := Panel.objects.filter(state=Panel.State.CLOSED).first():
        found.append(
            Shot("panel-minutes", manager, reverse("moderation:panel_minutes", args=[closed.pk]), ("desktop",))
        )
    return found


def year_shots(manager: str, administrator: str) -> list[Shot]:
    """The year around the audits: the schedule and its dry run, coverage, the programme, capacity."""
    from django.urls import reverse  # noqa: PLC0415

    from audits.models import Work, WorkKind, WorkState  # noqa: PLC0415

    desktop = ("desktop",)
    found = [
        Shot("schedule", administrator, reverse("schedule:expectations"), desktop),
        Shot("dry-run", administrator, reverse("schedule:dry_run"), desktop),
        Shot("coverage", manager, reverse("coverage:overview")),
        Shot("observations", manager, reverse("coverage:observations"), desktop),
        Shot("clinic", manager, reverse("coverage:clinic"), desktop),
        Shot("programme", manager, reverse("programme:year")),
        Shot("capacity", manager, reverse("capacity:year")),
    ]
    if agreed := Work.objects.filter(kind=WorkKind.THEMATIC, state=WorkState.AGREED).first():
        found += [
            Shot("programme-work", manager, reverse("programme:work", args=[agreed.reference]), desktop),
            Shot("fieldwork", manager, reverse("programme:fieldwork", args=[agreed.reference]), desktop),
        ]
    if compared := Work.objects.exclude(fieldwork_closed_at=None).first():
        path = reverse("programme:triangulation_child", args=[compared.reference, 1])
        found.append(Shot("triangulation", manager, path))
    if proposed := Work.objects.filter(kind=WorkKind.THEMATIC, state=WorkState.PROPOSED).first():
        found.append(Shot("clash", manager, reverse("capacity:work", args=[proposed.reference]), desktop))
    return found


def builder_shots(manager: str, administrator: str) -> list[Shot]:
    """The pages about forms, on a desktop: most forms are built there."""
    from django.urls import reverse  # noqa: PLC0415

    key = form_in_two_versions(manager)
    question = reverse("forms:draft_question", args=[key, "overall", "judgement"])
    pages = {
        "form-outline": reverse("forms:draft", args=[key]),
        "form-question": question,
        "form-preview": reverse("forms:draft_preview_section", args=[key, "supervision-file"]),
        "form-compare": reverse("forms:compare", args=[key]),
        "forms": reverse("forms:index"),
    }
    found = [Shot(name, manager, path, ("desktop",)) for name, path in pages.items()]
    return [*found, Shot("packs", administrator, reverse("forms:packs"), ("desktop",))]


def form_in_two_versions(email: str) -> str:
    """Make a form of the site's own, publish it and begin its second version; gives its key."""
    from audits.kloe.editing import AddQuestion, ChangeQuestion, RemoveQuestion, mark, piece  # noqa: PLC0415
    from audits.models import FormVersion  # noqa: PLC0415
    from audits.workflow import drafts, versions  # noqa: PLC0415
    from qaf.people.models import User  # noqa: PLC0415

    manager = User.objects.get(email=email)
    source = FormVersion.objects.get(form__key="supervision-file-audit", state="published")
    draft = drafts.start_form(title="Supervision in fostering", by=manager, copy_of=source)
    form = versions.publish(draft, note="Supervision file audit, for our fostering teams.", by=manager).form
    draft = drafts.start_draft(form, by=manager)
    section = "supervision-file"
    regular = piece(draft.definition, "question", section, "regular")
    pressure = piece(draft.definition, "question", section, "under_pressure")
    asked = {"kind": "yes_no", "label": "Has the supervising social worker been observed in the last year?"}
    for edit in (
        ChangeQuestion(
            section, "regular", mark(regular), {**regular, "label": "Is supervision regular, and long enough?"}
        ),
        RemoveQuestion(section, "under_pressure", mark(pressure)),
        AddQuestion(section, asked),
    ):
        draft = drafts.change(draft, edit=edit, by=manager)
    return form.key


def session_cookie(email: str) -> tuple[str, str]:
    """Sign this person in behind the pages, and give the name and value of the cookie."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from qaf.people.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


def photograph(browser: Browser, address: str, shot: Shot) -> None:
    name, value = session_cookie(shot.email)
    for label in shot.widths:
        width = WIDTHS[label]
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        answer = page.goto(shot.path)
        if answer is None or answer.status != 200:
            sys.exit(f"{shot.path} answered {answer.status if answer else 'nothing'} to {shot.email}.")
        if shot.opens:
            page.get_by_text(shot.opens, exact=False).first.click()
        height = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": max(600, height)})
        # What has the focus may have drawn the page down.
        page.evaluate("scrollTo(0, 0)")
        picture = INTO / f"{shot.name}-{label}.png"
        page.screenshot(path=str(picture))
        context.close()
        with Image.open(picture) as taken:
            few = taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(picture, optimize=True)


def main() -> None:
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        # The embedded shape in a folder of its own, whatever the environment says.
        for variable in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
            os.environ.pop(variable, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "qaf.settings",
            "QAF_DATA_DIR": folder,
            "QAF_EMBEDDED": "true",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        with served() as address, sync_playwright() as playwright:
            django.setup()
            INTO.mkdir(exist_ok=True)
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("QAF_CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking"],
            )
            for shot in shots():
                photograph(browser, address, shot)
                print(f"{shot.name}: {shot.path}")
            browser.close()


if __name__ == "__main__":
    main()
