"""The health check, asked by a load balancer that does not sign in."""

import pytest
from django.db import OperationalError, connection

from qaf.celery import app


@pytest.mark.django_db
def test_it_says_that_all_is_well_without_signing_in(client):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_a_broker_that_is_away_is_told_and_nothing_more(client):
    before = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    try:
        answer = client.get("/health/")
    finally:
        app.conf.broker_url = app.conf.broker_write_url = before
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "down"}


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_and_nothing_more(client):
    def refuse(*args):
        raise OperationalError("could not connect to server at 10.0.0.7")

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json() == {"database": "down", "broker": "ok"}
