"""Addresses of panels."""

from django.urls import path

from moderation.views import panel_cases, panel_drawing, panel_meeting, panels

urlpatterns = [
    path("", panels.panels, name="panels"),
    path("new/", panels.new, name="panel_new"),
    path("invitations/<int:pk>/", panel_cases.invitation, name="panel_invitation"),
    path("<int:pk>/", panels.panel, name="panel"),
    path("<int:pk>/change/", panels.change, name="panel_change"),
    path("<int:pk>/members/", panels.members, name="panel_members"),
    path("<int:pk>/cancel/", panels.cancel, name="panel_cancel"),
    path("<int:pk>/draw/", panel_drawing.draw, name="panel_draw"),
    path("<int:pk>/add/", panel_drawing.add_case, name="panel_case_add"),
    path("<int:pk>/open/", panel_drawing.open_reading, name="panel_open"),
    path("<int:pk>/discuss/", panel_meeting.discuss, name="panel_discuss"),
    path("<int:pk>/notes/", panel_meeting.notes, name="panel_notes"),
    path("<int:pk>/close/", panel_meeting.close, name="panel_close"),
    path("<int:pk>/minutes/", panel_meeting.minutes, name="panel_minutes"),
    path("<int:pk>/minutes.pdf", panel_meeting.minutes_pdf, name="panel_minutes_pdf"),
    path("<int:pk>/cases/<int:case_pk>/", panel_cases.case, name="panel_case"),
    path("<int:pk>/cases/<int:case_pk>/remove/", panel_drawing.remove_case, name="panel_case_remove"),
    path("<int:pk>/cases/<int:case_pk>/invite/", panel_cases.invite, name="panel_invite"),
]
