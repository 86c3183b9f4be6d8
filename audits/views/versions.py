"""The list of forms, one form with its versions, a version as an auditor sees it, and what changed between two."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.access import may_build_forms, may_load_packs, may_read_forms
from audits.forms.versions import FormFilter
from audits.queries import forms as query
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest


def check_reads_forms(user: User) -> None:
    """NotAllowed for somebody who holds no post."""
    if not may_read_forms(user):
        raise NotAllowed("Forms are shown to people who hold a post here. An administrator can give you one.")


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
