"""Addresses of audits. An audit is named by its reference, never by anything of the child's."""

from django.urls import path

from audits import addresses  # noqa: F401 (registers the kind of path that a reference is)
from audits.views import (
    actions,
    allocation,
    cases,
    contributions,
    detail,
    directions,
    paper,
    recipients,
    section,
    steps,
    tracker,
)

app_name = "audits"

urlpatterns = [
    path("", tracker.tracker, name="tracker"),
    path("export/csv/", tracker.export, {"file_format": "csv"}, name="tracker_csv"),
    path("export/xlsx/", tracker.export, {"file_format": "xlsx"}, name="tracker_xlsx"),
    path("cases/", cases.case_lists, name="case_lists"),
    path("cases/export/", cases.case_list_export, name="case_list_export"),
    path("cases/import/", cases.case_list_import, name="case_list_import"),
    path("cases/import/confirm/", cases.case_list_confirm, name="case_list_confirm"),
    path("allocate/", allocation.allocate, name="allocate"),
    path("allocate/preview/", allocation.allocate_preview, name="allocate_preview"),
    path("allocate/confirm/", allocation.allocate_confirm, name="allocate_confirm"),
    path("allocate/one/", allocation.allocate_one, name="allocate_one"),
    path("allocate/other/", allocation.allocate_other, name="allocate_other"),
    path("<reference:reference>/", detail.detail, name="detail"),
    path("<reference:reference>/sections/<slug:section_key>/", section.section, name="section"),
    path("<reference:reference>/sections/<slug:section_key>/history/", section.history, name="section_history"),
    path("<reference:reference>/sections/<slug:section_key>/settle/<int:pk>/", section.settle, name="section_settle"),
    path("<reference:reference>/contributions/ask/", contributions.ask, name="contribution_ask"),
    path(
        "<reference:reference>/contributions/<int:pk>/withdraw/", contributions.withdraw, name="contribution_withdraw"
    ),
    path("<reference:reference>/paper/", paper.paper, name="paper"),
    path("<reference:reference>/paper/look-over/", paper.look_over, name="paper_look_over"),
    path("<reference:reference>/paper/<str:kind>/", paper.download, name="paper_download"),
    path("<reference:reference>/check/", steps.check, name="check"),
    path("<reference:reference>/submit/", steps.submit, name="submit"),
    path("<reference:reference>/qa-check/", steps.qa_check, name="qa_check"),
    path("<reference:reference>/return/", steps.return_to_auditor, name="return"),
    path("<reference:reference>/cancel/", steps.cancel, name="cancel"),
    path("<reference:reference>/extend/", steps.extend, name="extend"),
    path("<reference:reference>/distribute/", steps.distribute, name="distribute"),
    path("<reference:reference>/feedback/", steps.feedback, name="feedback"),
    path("<reference:reference>/close/", steps.close, name="close"),
    path("<reference:reference>/recipients/", recipients.recipients, name="recipients"),
    path("<reference:reference>/recipients/add/", recipients.add, name="recipients_add"),
    path("<reference:reference>/recipients/<int:pk>/remind/", recipients.remind, name="recipient_remind"),
    path("<reference:reference>/recipients/<int:pk>/withdraw/", recipients.withdraw, name="recipient_withdraw"),
    path("<reference:reference>/direction/", directions.direction, name="direction"),
    path("<reference:reference>/direction/history/", directions.history, name="direction_history"),
    path("<reference:reference>/actions-review/", directions.review, name="actions_review"),
    path("<reference:reference>/actions/<int:position>/", actions.action, name="action"),
    path("<reference:reference>/re-audit/", actions.reaudit, name="reaudit"),
    path("<reference:reference>/re-audit/none/", actions.no_reaudit, name="reaudit_none"),
]
