"""A page of a return that is both older than what is stored and wrong in places: nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from scorecard.models import ReturnLine
from tests.scorecard.returns.setting import enter, make_setting

pytestmark = pytest.mark.django_db


def test_what_could_not_be_read_comes_back_with_what_clashed(client_for: Callable[..., Client]) -> None:
    setting = make_setting()
    one = setting.ask()
    lead, path = client_for(setting.lead), f"/scorecard/returns/{one.pk}/"
    marks = lead.get(path).context["marks"]
    plans, visits = (f"l{one.lines.get(definition__indicator__code=code).pk}" for code in ("plans", "visits"))
    enter(one, "plans", (1, 2), by=setting.lead, narrative="From another page.")

    sent = {
        f"{plans}-narrative": "Mine.",
        f"{plans}-n0": "five",
        f"{visits}-n0": "forty",
        f"{visits}-narrative": "New.",
    }
    response = lead.post(path, {"revision": marks, **sent})
    body = response.content.decode()
    assert response.status_code == 409
    assert all(text in body for text in ("From another page.", "Mine.", "five", "forty", "could not be read"))
    assert ReturnLine.objects.get(definition__indicator=setting.number).narrative == "New."

    response = lead.post(path, {"revision": response.context["revision"], **response.context["typed"]})
    assert response.status_code == 422, "the wrong ones are shown once more, each with its message"
    assert "“five” is not a number" in response.content.decode()
    assert "“forty” is not a number" in response.content.decode()
    assert ReturnLine.objects.get(definition__indicator=setting.share).narrative == "Mine."
