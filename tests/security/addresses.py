"""Every address of the project, by name, and how to fill in the changing parts of each."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audits.form_builder_urls import urlpatterns as builder_addresses
from audits.models import CaseList, Expectation, Selection
from moderation.models import ModeratorRule, PanelInvitation
from qaf.people.models import Absence, User
from tests.security.scorecard import FAMILIES
from tests.security.world import World, first_row

# Addresses without a name: the administration site's catch-all, and the old short form of a row's page.
NAMELESS = "admin:(no name)"


def every_name() -> list[str]:
    """The name of every address, with its namespace, in the order of the URL configuration."""
    return list(dict.fromkeys(_names(get_resolver().url_patterns, "")))


def _names(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or '(no name)'}"
        else:
            yield from _names(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def form_for(name: str) -> dict[str, str]:
    """What a form is sent with: nothing but the number by which a page knows that it is not an old one."""
    seen = {"audits:section": "1", "moderation:review": "0", "moderation:domain": "0", "forms:draft_discard": "0"}
    seen |= {"scorecard:report_step": "1"}
    return {"revision": seen[name]} if name in seen else {}


def path_of(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    space = name.partition(":")[0] if ":" in name else ""
    makers = {
        "audits": _audits,
        "forms": _forms,
        "moderation": _audits,
        "schedule": _schedule,
        "programme": _programme,
        "notices": _notices,
        "people": _people,
        "admin": _admin,
        "capacity": _capacity,
    }
    if space in FAMILIES:
        return FAMILIES[space].address(name, what, world)
    return makers.get(space, _ground)(name, what, world)


def _audits(name: str, what: str, world: World) -> str:
    if what == "a case":
        return f"{reverse(name)}?case={world.case.pk}"
    if what == "an import":
        return reverse(name, args=[first_row(CaseList)])
    page = name.partition(":")[2]
    if page in ("rule_change", "rule_move", "rule_remove"):
        return reverse(name, args=[first_row(ModeratorRule)])
    if not what:
        return reverse(name)
    if page.startswith("panel"):
        return _panel(name, what, world)
    if page.startswith("concern"):
        return reverse(name, args=[world.audits[what].concerns.get().pk])
    arguments: dict[str, object] = {"reference": world.audits[what].reference}
    if page.startswith("section"):
        arguments["section_key"] = "improvement"
    if page in ("domain", "domain_earlier"):
        arguments["domain"] = "supervision"
    if page == "section_settle":
        assert world.rejected is not None
        arguments["pk"] = world.rejected.pk
    if page in ("recipient_remind", "recipient_withdraw"):
        # Whoever's feedback is waited for can always be reminded.
        arguments["pk"] = world.audits[what].recipients.get(person=world.people["p"]).pk
    if page == "contribution_withdraw":
        arguments["pk"] = world.audits[what].contributions.get().pk
    if page == "action":
        arguments["position"] = 1
    if page == "paper_download":
        arguments["kind"] = "docx"
    return reverse(name, kwargs=arguments)


def _panel(name: str, what: str, world: World) -> str:
    page = name.partition(":")[2]
    if what == "an invitation to a panel":
        invitation = PanelInvitation.objects.get(case__panel=world.panels["discussing panel"])
        return reverse(name, args=[invitation.pk])
    panel = world.panels[what]
    of_a_case = page in ("panel_case", "panel_case_remove", "panel_invite")
    return reverse(name, args=[panel.pk, panel.cases.get().pk] if of_a_case else [panel.pk])


def _forms(name: str, what: str, world: World) -> str:
    page = name.partition(":")[2]
    if page == "pack":
        return reverse(name, args=["deep-dive"])
    if not what:
        return reverse(name)
    if what == "a draft":
        return _draft(name, world)
    version: dict[str, object] = {"number": 1} if page in ("version", "paper") else {}
    key = {"type_key": "child-case-audit"} if page == "type" else {"key": "child-case-audit"}
    kind = {"kind": "docx"} if page == "paper" else {}
    return reverse(name, kwargs={**key, **version, **kind})


def _draft(name: str, world: World) -> str:
    assert world.draft is not None
    known = {"section": "plan", "question": "actions", "column": "who", "descriptor": "planning", "kind": "date"}
    pattern = next(one for one in builder_addresses if f"forms:{one.name}" == name)
    wanted = {key: value for key, value in known.items() if key in pattern.pattern.converters}
    path = reverse(name, kwargs={"key": world.draft.form.key, **wanted})
    return f"{path}?kind=date&look_at=plan.is_there"


def _capacity(name: str, what: str, world: World) -> str:
    if what in world.works:
        return reverse(name, args=[world.works[what].reference])
    return reverse(name, args=[world.authority.auditor.pk] if what == "somebody" else [])


def _programme(name: str, what: str, world: World) -> str:
    if what == "a file":
        return reverse(name, args=["csv"])
    if what == "a row for the programme":
        return reverse(name, args=[Expectation.objects.get(selection=Selection.PROGRAMME).pk])
    if what not in world.works:
        return reverse(name)
    work, page = world.works[what], name.partition(":")[2]
    own = world.places["own team"].agency.pk
    step = "prepare" if what == "a planned visit" else "agree"
    more: dict[str, list[object]] = {"work_step": [step]}
    more |= {
        "work_audit": [1, own],
        "work_case_remove": [1],
        "triangulation_child": [1],
        "triangulation_export": ["csv"],
    }
    return reverse(name, args=[work.reference, *more.get(page, [])])


def _schedule(name: str, what: str, world: World) -> str:
    if what == "an absence":
        return reverse(name, args=[first_row(Absence)])
    if what == "a file":
        return reverse(name, args=["csv"])
    if what == "a cycle":
        return reverse(name, args=[world.expected["awaiting"].cycle_id])
    if what == "a row of the schedule":
        return reverse(name, args=[world.expected["awaiting"].cycle.expectation_id])
    if what in ("an audit that is expected", "an audit that was passed over"):
        return reverse(name, args=[world.expected["awaiting" if "expected" in what else "skipped"].pk])
    return reverse(name)


def _notices(name: str, what: str, world: World) -> str:
    if name == "notices:open":
        assert world.notice is not None
        return reverse(name, args=[world.notice.pk])
    if name == "notices:calendar_feed":
        return reverse(name, args=[world.feed_token if what == "a live token" else "no-such-token"])
    return reverse(name)


def _people(name: str, what: str, world: World) -> str:
    if name == "people:import_preview":
        assert world.people_list is not None
        return reverse(name, args=[world.people_list.pk])
    return reverse(name, args=["csv"] if name == "people:import_template" else [])


def _admin(name: str, what: str, world: World) -> str:
    if name == NAMELESS:
        return f"{reverse('admin:index')}no/such/page/"
    page = name.partition(":")[2]
    if page == "autocomplete":
        return f"{reverse(name)}?app_label=people&model_name=post&field_name=team"
    if page == "app_list":
        return reverse(name, args=["notices"])
    if page == "view_on_site":
        return reverse(name, args=[ContentType.objects.get_for_model(User).pk, 1])
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if page.startswith(prefix) and page.removeprefix(prefix) in ("change", "delete", "history"):
            return reverse(name, args=[first_row(model)])
    return reverse(name)


def _ground(name: str, what: str, world: World) -> str:
    arguments = {"account_confirm_email": ["no-such-key"], "account_reset_password_from_key": ["1", "no-such-key"]}
    return reverse(name, args=arguments.get(name, []))
