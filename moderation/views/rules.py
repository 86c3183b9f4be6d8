"""The table of who moderates, its rules one by one, and the settings of moderation."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Pack
from moderation import choosing
from moderation.access.rules import may_change, may_read, visible_to
from moderation.eligibility import as_rule
from moderation.forms.rules import RuleForm, SettingsForm
from moderation.models import ModerationSettings, ModeratorRule
from moderation.rule_words import rule_in_short, rule_in_words
from moderation.workflow.rules import (
    CHANGED_MEANWHILE,
    CannotSave,
    demand_changing,
    mark_of,
    mark_of_order,
    mark_of_settings,
    move_rule,
    remove_rule,
    save_rule,
    save_settings,
)
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_OF_THE_PAST = 20


@dataclass(frozen=True)
class Row:
    """A rule as the table shows it; ``hidden_by`` the number of an earlier one that leaves it nothing to fit."""

    number: int
    rule: ModeratorRule
    words: dict[str, str]
    hidden_by: int | None
    not_moderated: bool
    pack: str

    @property
    def key(self) -> str:
        return str(self.rule.pk)

    @property
    def type(self) -> str:
        return self.words["Type of audit"]

    @property
    def alternate(self) -> str:
        return self.words["If nobody of them may"] if self.rule.alternate_role else "A QA manager"

    @property
    def short(self) -> str:
        return f"rule {self.number}, {rule_in_short(self.rule)}"


def demand_reading(user: User) -> None:
    if not may_read(user):
        raise NotAllowed("Who moderates is shown to administrators, QA officers and QA managers.")


@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    """The rules in their order, with what is wrong with them; buttons for whoever may change them."""
    demand_reading(request.user)
    found = list(visible_to(request.user).in_force().select_related("type__process"))
    hidden = choosing.hidden([as_rule(rule) for rule in found])
    packs = {pack.key: pack.title for pack in Pack.objects.all()}
    context = {
        "rows": [
            Row(
                number=at + 1,
                rule=rule,
                words=rule_in_words(rule),
                hidden_by=hidden[at] + 1 if at in hidden else None,
                not_moderated=rule.type is not None and not rule.type.process.moderation,
                pack=packs.get(rule.pack, rule.pack),
            )
            for at, rule in enumerate(found)
        ],
        "order": mark_of_order(found),
        "changes": may_change(request.user),
        "moved": request.GET.get("moved", ""),
        "by": "down" if request.GET.get("by") == "down" else "up",
        "timeline": timeline(ModerationSettings.current())[:SHOWN_OF_THE_PAST],
    }
    return render(request, "moderation/rules/list.html", context)


@get_or_post
def add(request: SignedInRequest) -> HttpResponse:
    """Make a rule."""
    demand_changing(request.user)
    return _page(request, None)


@get_or_post
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    return _page(request, _fetch(request, pk))


def _fetch(request: SignedInRequest, pk: int) -> ModeratorRule:
    demand_changing(request.user)
    rule = get_object_or_404(visible_to(request.user).select_related("type__process"), pk=pk)
    if not rule.is_active:
        raise Stale("This rule is not in force any more: somebody removed it. Open the list of rules again.")
    return rule


def _page(request: SignedInRequest, rule: ModeratorRule | None) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    status, seen = 422 if form.errors else 200, request.POST.get("seen", "")
    now: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_rule(form.said(), by=request.user, rule=rule, seen=seen)
        except CannotSave as refused:
            status = 422
            for field, text in refused.faults:
                form.add_error(field, text)
        except Stale as stale:
            # What was typed stays, what is stored stands above it, and saving again is a choice.
            rule = _fetch(request, rule.pk) if rule else None
            status, seen, now = 409, "", rule_in_words(rule) if rule else {}
            form.add_error(None, str(stale))
        else:
            messages.success(request, f"Rule {saved.position} is saved: {rule_in_short(saved)}.")
            return redirect("moderation:rules")
    context = {
        "form": form,
        "rule": rule,
        "seen": seen or (mark_of(rule) if rule else ""),
        "now": now,
    }
    return render(request, "moderation/rules/change.html", context, status=status)


@require_POST
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a rule one place up or down."""
    rule = _fetch(request, pk)
    way = request.POST.get("way", "")
    if way not in ("up", "down"):
        raise Refused("Use “Move up” or “Move down” on the list of rules. Nothing was moved.")
    move_rule(rule, up=way == "up", seen=request.POST.get("order", ""), by=request.user)
    # Neither a message nor a fragment: either would take the focus from the button, which is pressed again and again.
    return redirect(f"{reverse('moderation:rules')}?moved={rule.pk}&by={way}")


@get_or_post
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then take a rule out of force."""
    rule = _fetch(request, pk)
    if request.method == "POST":
        remove_rule(rule, seen=request.POST.get("seen", ""), by=request.user)
        messages.success(request, "The rule is removed.")
        return redirect("moderation:rules")
    context = {
        "rule": rule,
        "words": rule_in_words(rule),
        "seen": mark_of(rule),
        "last": not visible_to(request.user).in_force().exclude(pk=rule.pk).exists(),
    }
    return render(request, "moderation/rules/remove.html", context)


@get_or_post
def settings(request: SignedInRequest) -> HttpResponse:
    """The settings: as a form for administrators, as text for QA."""
    demand_reading(request.user)
    stored = ModerationSettings.current()
    if request.method == "POST":
        demand_changing(request.user)
    form = SettingsForm(request.POST if request.method == "POST" else None, settings=stored)
    status, seen = 422 if form.errors else 200, request.POST.get("seen", "")
    now: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            save_settings(form.cleaned_data, seen=seen, by=request.user)
        except CannotSave as refused:
            status = 422
            for field, text in refused.faults:
                form.add_error(field, text)
        except Stale:
            stored.refresh_from_db()
            status, seen, now = 409, "", _settings_in_words(stored)
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("moderation:rules_settings")
    context = {
        "form": form,
        "seen": seen or mark_of_settings(stored),
        "now": now,
        "rows": _settings_in_words(stored),
        "changes": may_change(request.user),
    }
    return render(request, "moderation/rules/settings.html", context, status=status)


def _settings_in_words(stored: ModerationSettings) -> list[dict[str, Any]]:
    return [
        {"key": field.label, "value": _said(getattr(stored, name))} for name, field in SettingsForm.base_fields.items()
    ]


def _said(value: Any) -> Any:
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else value
