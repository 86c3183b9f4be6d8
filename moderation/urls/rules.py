"""Addresses of the rules of who moderates, and of the settings."""

from django.urls import path

from moderation.views import rules, rules_try

urlpatterns = [
    path("", rules.rules, name="rules"),
    path("add/", rules.add, name="rule_add"),
    path("settings/", rules.settings, name="rules_settings"),
    path("try/", rules_try.try_out, name="rules_try"),
    path("<int:pk>/", rules.change, name="rule_change"),
    path("<int:pk>/move/", rules.move, name="rule_move"),
    path("<int:pk>/remove/", rules.remove, name="rule_remove"),
]
