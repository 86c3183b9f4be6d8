"""The navigation shows each role its own places."""

import re

import pytest

from qaf import navigation
from qaf.people.roles import Role

pytestmark = pytest.mark.django_db


def labels(page):
    """The words of the navigation, in order, without counts."""
    menu = re.search(r'<ul class="govuk-service-navigation__list".*?</ul>', page, re.DOTALL)
    links = re.findall(r"<a class=\"govuk-service-navigation__link\".*?</a>", menu[0], re.DOTALL) if menu else []
    return [re.sub(r"<[^>]+>", "", re.sub(r"<span class=\"qaf-count\">.*", "", link)).strip() for link in links]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_home_and_notices(person, client_for, role):
    shown = labels(client_for(person(role)).get("/").text)
    assert shown[0] == "Home"
    assert "Notices" in shown


@pytest.mark.parametrize("role", list(Role))
def test_only_an_administrator_is_shown_administration(person, client_for, role):
    shown = labels(client_for(person(role)).get("/").text)
    assert ("Administration" in shown) == (role == Role.ADMIN)


def test_nobody_signed_in_has_no_navigation(client):
    assert labels(client.get("/accounts/login/").text) == []


def test_the_place_where_one_is_is_marked(person, client_for):
    page = client_for(person("auditor")).get("/").text
    assert re.search(r'href="/" aria-current="page"', page)


def test_an_item_whose_address_is_not_there_is_left_out(person, monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register("Nowhere", "no_such:place", order=1)
    navigation.register("Home", "home", order=0)
    assert [link.label for link in navigation.links_for(person("auditor"))] == ["Home"]


def test_signing_out_is_a_button_and_not_a_link(person, client_for):
    client = client_for(person("auditor"))
    assert re.search(r'<form[^>]+method="post"\s+action="/accounts/logout/">', client.get("/").text)
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
