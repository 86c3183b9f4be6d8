"""Loading framework packs: which there are, what each would bring or change, and loading them."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.access import may_load_packs
from audits.forms.packs import ChoosePacks, LoadPacks, PackReview, reviews, summaries
from audits.workflow.packs import Loaded, Shipped, load_pack, shipped, shipped_names
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Outcome:
    """What became of one pack: what loading it did, or why it was not loaded."""

    title: str
    loaded: Loaded | None = None
    refusal: str = ""


def _check(user: User) -> None:
    if not may_load_packs(user):
        raise NotAllowed("Framework packs are loaded by administrators. Ask one of them to load what you need.")


@get_or_post
def packs(request: SignedInRequest) -> HttpResponse:
    """The packs that ship; with some chosen in the address, what loading them would do; sent as a form, load them."""
    _check(request.user)
    names = shipped_names()
    if request.method == "POST":
        sent = LoadPacks(request.POST, names=names)
        return _load(request, sent) if sent.is_valid() else _list(request, names, sent)
    if "choose" in request.GET or "pack" in request.GET:
        form = ChoosePacks(request.GET, names=names)
        return _review(request, form.cleaned_data["pack"]) if form.is_valid() else _list(request, names, form)
    return _list(request, names)


@get_or_post
def pack(request: SignedInRequest, pack: str) -> HttpResponse:
    """One pack that ships: what it brings, or what would change; sent as a form, load it."""
    _check(request.user)
    if pack not in shipped_names():
        raise Http404(f"no pack {pack}")
    if request.method != "POST":
        return _review(request, [pack])
    sent = request.POST.copy()
    sent["pack"] = pack
    form = LoadPacks(sent, names=[pack])
    form.full_clean()
    return _load(request, form)


def _list(request: SignedInRequest, names: list[str], form: ChoosePacks | None = None) -> HttpResponse:
    errors = [{"text": text, "target": "pack_0"} for text in form.errors.get("pack", [])] if form else []
    context = {
        "packs": summaries([shipped(name) for name in names]),
        "errors": errors,
        "has_errors": bool(errors),
        "chosen": form.data.getlist("pack") if form else [],  # type: ignore[attr-defined]
    }
    return render(request, "audits/packs/list.html", context, status=422 if errors else 200)


def _review(request: SignedInRequest, names: list[str]) -> HttpResponse:
    found = reviews([shipped(name) for name in dict.fromkeys(names)])
    loadable = [one for one in found if one.loadable]
    context = {
        "reviews": found,
        "loadable": loadable,
        "edited": any(one.edited for one in loadable),
        "retired": any(one.retired_forms for one in loadable),
        "form": LoadPacks(names=names),
        "action": reverse("forms:packs") if len(names) > 1 else reverse("forms:pack", args=names),
    }
    return render(request, "audits/packs/review.html", context)


def _load(request: SignedInRequest, form: LoadPacks) -> HttpResponse:
    """Load one pack after the other, each in a transaction of its own, and tell what became of each."""
    chosen = form.cleaned_data
    outcomes = [
        _load_one(shipped(name), by=request.user, reset=chosen["reset_process"], bring_back=chosen["bring_back"])
        for name in dict.fromkeys(chosen["pack"])
    ]
    failed = [one for one in outcomes if one.refusal]
    context = {
        "outcomes": outcomes,
        "has_errors": bool(failed),
        "errors": [{"text": f"{one.title} was not loaded", "target": ""} for one in failed],
    }
    return render(request, "audits/packs/loaded.html", context, status=409 if len(failed) == len(outcomes) else 200)


def _load_one(one: Shipped, *, by: User, reset: bool, bring_back: bool) -> Outcome:
    title = PackReview(one, None).title
    if one.files is None:
        return Outcome(title, refusal="Its files have mistakes, so nothing of it was loaded.")
    try:
        return Outcome(title, load_pack(one.files, by=by, reset_process=reset, bring_back=bring_back))
    except Refused as refused:
        return Outcome(title, refusal=f"{refused} Nothing of this pack was loaded.")
