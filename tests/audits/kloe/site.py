"""A site of one page: any section of the Bristol form, saved in memory, for a real browser."""

from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from audits.kloe import filling
from audits.kloe.packs import read_pack

FORM = read_pack(Path(__file__).parents[3] / "fixtures" / "packs" / "bristol").form("child-case-audit")
SAVED: dict[str, Any] = {}
PAGE = engines["django"].from_string(
    """{% extends "base.html" %}{% load kloe static %}
    {% block title %}{{ section.title }}{% endblock %}
    {% block extra_head %}<script src="{% static 'audits/kloe.js' %}" type="module"></script>{% endblock %}
    {% block content %}<h1 class="govuk-heading-l">{{ section.title }}</h1>
    <form method="post" novalidate>{% csrf_token %}{% kloe_section definition section document errors %}
    <button class="govuk-button">Save</button></form>
    <h2 class="govuk-heading-m">Answers</h2>{% kloe_answers definition section document %}{% endblock %}"""
)


@login_not_required
def section(request: HttpRequest, key: str) -> HttpResponse:
    one = FORM.section(key)
    if request.method == "POST":
        SAVED[key] = filling.read_section(FORM, one, request.POST).document
    context = {"definition": FORM, "section": one, "document": SAVED.get(key), "errors": {}}
    return HttpResponse(PAGE.render(context, request))


urlpatterns = [path("section/<slug:key>/", section), path("", include("qaf.urls"))]
