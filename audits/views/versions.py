"""The list of forms, one form with its versions, a version as an auditor sees it, and what changed between two."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import may_build_forms, may_load_packs, may_read_forms
from audits.forms import differences
from audits.forms.builder_words import part_words
from audits.forms.versions import FormFilter
from audits.kloe.definition import FormDefinition
from audits.kloe.editing import parse_leniently
from audits.models import Form, FormVersion
from audits.queries import forms as query
from audits.workflow.types import open_audits
from audits.workflow.versions import demand_building
from audits.workflow.versions import retire as retire_form
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline


def check_reads_forms(user: User) -> None:
    """NotAllowed for somebody who holds no post."""
    if not may_read_forms(user):
        raise NotAllowed("Forms are shown to people who hold a post here. An administrator can give you one.")


def fetch_form(user: User, key: str) -> Form:
    """The form under a key, for somebody who may know of it; a form that was never published only its builders may."""
    check_reads_forms(user)
    return get_object_or_404(query.readable(drafts=may_build_forms(user)), key=key)


def fetch_version(user: User, form: Form, number: int) -> FormVersion:
    """A version of a form; a draft is for those who build forms."""
    versions = FormVersion.objects.filter(form=form)
    if not may_build_forms(user):
        versions = versions.exclude(state=FormVersion.State.DRAFT)
    return get_object_or_404(versions, number=number)


def definition_of(version: FormVersion) -> FormDefinition:
    """What a version asks; of a draft, as much as can be shown."""
    if version.state != FormVersion.State.DRAFT:
        return version.parsed
    return parse_leniently(version.definition) or FormDefinition(key=version.form.key, title=version.form.title)


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every form that the person may know of, narrowed as the address says."""
    check_reads_forms(request.user)
    builds = may_build_forms(request.user)
    filters = FormFilter(request.GET)
    wanted = filters.filters()
    context = {
        "filters": filters,
        "filtered": any(wanted.values()),
        "rows": query.find(**wanted, drafts=builds),
        "builds": builds,
        "loads_packs": may_load_packs(request.user),
    }
    return render(request, "audits/versions/index.html", context)


@require_safe
def form(request: SignedInRequest, key: str) -> HttpResponse:
    """One form: its versions, the types of audit that use it, and what can be done with it."""
    shown = fetch_form(request.user, key)
    builds = may_build_forms(request.user)
    versions = query.versions_of(shown, drafts=builds)
    context = {
        "shown": shown,
        "versions": versions,
        "published": next((one for one in versions if one.state == FormVersion.State.PUBLISHED), None),
        "draft": next((one for one in versions if one.state == FormVersion.State.DRAFT), None),
        "types": query.types_of(shown),
        "builds": builds,
        "timeline": timeline(shown) if builds else [],
    }
    return render(request, "audits/versions/form.html", context)


@require_safe
def version(request: SignedInRequest, key: str, number: int) -> HttpResponse:
    """Every section of a version, each question with all that an auditor sees of it. Nothing can be filled in."""
    shown = fetch_form(request.user, key)
    one = fetch_version(request.user, shown, number)
    definition = definition_of(one)
    context = {
        "shown": shown,
        "version": one,
        "definition": definition,
        "parts": [(part_words(part), definition.sections_of(part)) for part in definition.parts()],
        "builds": may_build_forms(request.user),
    }
    return render(request, "audits/versions/version.html", context)


def _chosen(text: str, numbers: list[int], otherwise: int) -> int:
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 9 or int(text) not in numbers:
        raise Http404(f"no version {text}")
    return int(text)


@require_safe
def compare(request: SignedInRequest, key: str) -> HttpResponse:
    """Two versions of a form question by question, words before and after side by side."""
    shown = fetch_form(request.user, key)
    versions = query.versions_of(shown, drafts=may_build_forms(request.user))
    numbers = [one.number for one in versions]
    newer = _chosen(request.GET.get("new", ""), numbers, numbers[0] if numbers else 0)
    earlier = [number for number in numbers if number < newer]
    older = _chosen(request.GET.get("old", ""), numbers, earlier[0] if earlier else newer)
    if not numbers:
        raise Http404("no versions")
    old, new = (definition_of(fetch_version(request.user, shown, number)) for number in (older, newer))
    context = {
        "shown": shown,
        "versions": versions,
        "older": older,
        "newer": newer,
        "choices": [("old", "From", older), ("new", "To", newer)],
        "before_words": f"Version {older}",
        "after_words": f"Version {newer}",
        "same_words": f"Version {newer} asks just what version {older} asks.",
        "groups": differences.groups(old, new),
        "domains": differences.domains(old, new),
    }
    return render(request, "audits/versions/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: SignedInRequest, key: str) -> HttpResponse:
    """Ask, then retire a form."""
    demand_building(request.user)
    shown = fetch_form(request.user, key)
    if request.method == "POST":
        version = retire_form(shown, by=request.user)
        messages.success(request, f"The form “{shown}” is retired. Version {version.number} was its last one.")
        return redirect("forms:form", key)
    published = shown.published_version
    if published is None:
        messages.info(request, f"The form “{shown}” has no published version, so there is nothing to retire.")
        return redirect("forms:form", key)
    types = query.types_of(shown)
    context = {
        "shown": shown,
        "published": published,
        "types": types,
        "running": sum(open_audits(kind) for kind in types),
        "title": "Retire this form",
        "button": "Retire the form",
        "danger": True,
        "cancel_path": reverse("forms:form", args=[key]),
    }
    return render(request, "audits/versions/retire.html", context)
