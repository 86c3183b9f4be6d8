# ruff: noqa: E501 - the lines of a template
"""A page that shows every component once, for the tests to look at."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.utils import timezone

from qaf.dates import DateField

PAGE = """
{% extends "base.html" %}
{% load qaf_pages %}
{% block title %}Components{% endblock %}
{% block breadcrumbs %}{% include "components/breadcrumbs.html" with crumbs=crumbs here="Components" only %}{% endblock %}
{% block content %}
  {% include "components/error_summary.html" %}
  <h1 class="govuk-heading-l">Components</h1>
  <h2 class="govuk-heading-m">Tags</h2>
  <p class="govuk-body">
    {% for grade in grades %}{% include "components/grade_tag.html" with grade=grade only %} {% endfor %}
    {% include "components/grade_tag.html" with grade=None only %}
  </p>
  <p class="govuk-body">{% for state in states %}{% include "components/state_tag.html" with state=state only %} {% endfor %}</p>
  <h2 class="govuk-heading-m">Dates and people</h2>
  <p class="govuk-body">{% include "components/deadline.html" with due_on=past only %}</p>
  <p class="govuk-body">{% include "components/deadline.html" with due_on=future extended_from=past only %}</p>
  <p class="govuk-body">{% include "components/deadline.html" with due_on=past met_on=past only %}</p>
  <p class="govuk-body">{% include "components/deadline.html" only %}</p>
  <p class="govuk-body">{% include "components/person.html" with person=request.user role="Auditor" only %}</p>
  <p class="govuk-body">{% include "components/person.html" only %}</p>
  {% include "components/progress.html" with done=3 total=14 label="sections finished" only %}
  {% include "components/summary_list.html" with rows=rows only %}
  <h2 class="govuk-heading-m">History</h2>
  {% include "components/timeline.html" with entries=entries only %}
  {% include "components/empty.html" with text="No audits yet. When one is allocated, it appears here." path="/" link_text="Go home" only %}
  <h2 class="govuk-heading-m">A form</h2>
  <form method="post" novalidate enctype="multipart/form-data">{% csrf_token %}{{ form }}<button class="govuk-button" type="submit">Save</button></form>
  {% include "components/pagination.html" with previous="?before=1" next="?after=2" only %}
{% endblock %}
"""

CHOICES = [("a", "The first"), ("b", "The second"), ("c", "The third, which has a rather longer text than the others")]


class GalleryForm(forms.Form):
    reference = forms.CharField(label="Reference", help_text="Such as BCF-2026-00012", max_length=20)
    words = forms.CharField(label="What went well", widget=forms.Textarea, required=False)
    team = forms.ChoiceField(label="Team", choices=[("", "Choose a team"), *CHOICES])
    grade = forms.ChoiceField(label="Grade", choices=CHOICES, widget=forms.RadioSelect, help_text="Choose one")
    factors = forms.MultipleChoiceField(label="Factors", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    visited = DateField(label="When was the visit?", what="the date of the visit", help_text="For example, 24 11 2026")
    file = forms.FileField(label="List of open cases")
    sure = forms.BooleanField(label="I have read the record")
    secret = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)


def gallery(request):
    today = timezone.localdate()
    form = GalleryForm(request.POST, request.FILES) if request.method == "POST" else GalleryForm()
    ofsted = [("O", "Outstanding"), ("G", "Good"), ("RI", "Requires improvement"), ("I", "Inadequate")]
    context = {
        "form": form,
        "crumbs": [("Audits", "/"), ("BCF-2026-00012", "/")],
        "grades": [SimpleNamespace(code=code, name=name) for code, name in ofsted],
        "states": ["allocated", "in progress", "submitted", "moderated", "closed", "cancelled"],
        "past": today - timedelta(days=2),
        "future": today + timedelta(days=12),
        "rows": [
            {"key": "Reference", "value": "BCF-2026-00012"},
            {"key": "Auditor", "value": "Ade Okoro", "path": "/", "action": "Change", "about": "auditor"},
            {"key": "Moderator", "value": ""},
        ],
        "entries": [
            {"what": "Audit allocated", "who": request.user, "at": timezone.now(), "text": "Drawn at random."},
            {"what": "Reminder sent", "who": None, "at": timezone.now(), "changes": ["three days before"]},
        ],
    }
    if form.is_bound and form.is_valid():
        return HttpResponse(f"visited {form.cleaned_data['visited']:%Y-%m-%d}")
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))
