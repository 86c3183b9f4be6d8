"""Addresses of agreement."""

from django.urls import path

from moderation.views import agreement

urlpatterns = [
    path("", agreement.agreement, name="agreement"),
    path("moderated-by-me/", agreement.as_moderator, name="agreement_as_moderator"),
    path("audited-by-me/", agreement.as_auditor, name="agreement_as_auditor"),
    path("export/csv/", agreement.export, {"file_format": "csv"}, name="agreement_csv"),
    path("export/xlsx/", agreement.export, {"file_format": "xlsx"}, name="agreement_xlsx"),
]
