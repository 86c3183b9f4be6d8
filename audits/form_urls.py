"""Addresses of forms, their versions, the packs they come from and the types of audit that use them.

A form is named by its key. Fixed words stand before it, so no form can be reached under the keys "new", "packs" and
"types"; ``audits.workflow.drafts`` gives none of them.
"""

from django.urls import path

from audits.form_builder_urls import urlpatterns as builder_urlpatterns
from audits.views import packs, paper, types, versions

app_name = "forms"

urlpatterns = [
    path("", versions.index, name="index"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<slug:pack>/", packs.pack, name="pack"),
    path("types/<slug:type_key>/", types.change, name="type"),
    # Behind the fixed words: a type of audit may be called "Draft".
    *builder_urlpatterns,
    path("<slug:key>/", versions.form, name="form"),
    path("<slug:key>/versions/<int:number>/", versions.version, name="version"),
    path("<slug:key>/versions/<int:number>/paper/<str:kind>/", paper.blank, name="paper"),
    path("<slug:key>/compare/", versions.compare, name="compare"),
    path("<slug:key>/retire/", versions.retire, name="retire"),
    path("<slug:key>/types/new/", types.new, name="type_new"),
]
