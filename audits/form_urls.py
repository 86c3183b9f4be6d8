"""Addresses of forms, their versions, the packs they come from and the types of audit that use them.

A form is named by its key. Fixed words stand before it, so no form can be reached under the keys "new", "packs" and
"types"; ``audits.workflow.drafts`` gives none of them.
"""

from django.urls import path

from audits.views import versions

app_name = "forms"

urlpatterns = [
    path("", versions.index, name="index"),
]
