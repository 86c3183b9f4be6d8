"""Filling a return by its workbook: looked at first, taken as a whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qaf.trail.models import Entry
from scorecard.models import Return, ReturnFigure, ReturnLineRevision
from tests.scorecard.returns.setting import Setting, enter, fill, make_setting

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.fixture
def setting() -> Setting:
    return make_setting()


def filled(client: Client, one: Return, **cells: Any) -> SimpleUploadedFile:
    """The downloaded template with these cells filled: ``E2`` of the figures, ``n_C2`` of the narrative."""
    data = client.get(f"/scorecard/returns/{one.pk}/template.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book["Narrative" if cell.startswith("n_") else "Figures"][cell.removeprefix("n_")] = value
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("filled.xlsx", file.getvalue())


def upload(client: Client, one: Return, file: SimpleUploadedFile) -> Any:
    return client.post(f"/scorecard/returns/{one.pk}/upload/", {"file": file})


def take(client: Client, one: Return, page: Any) -> Any:
    said = {"revision": page.context["revision"], "from_workbook": "1", **page.context["typed"]}
    return client.post(f"/scorecard/returns/{one.pk}/", said)


def test_the_changes_are_shown_before_anything_is_taken(setting: Setting, client_for: ClientFor) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    page = upload(lead, one, filled(lead, one, E2=150, G2=200, n_C2="Two teams were short."))
    assert [(before, after) for _, before, after in page.context["changes"]] == [
        ("", "Two teams were short."),
        ("", "150"),
        ("", "200"),
    ]
    assert not ReturnFigure.objects.exclude(numerator=None).exists()
    assert take(lead, one, page).status_code == 302
    assert ReturnFigure.objects.get(numerator=150).denominator == 200
    assert Entry.objects.filter(verb="return.uploaded").count() == 1


def test_what_is_empty_in_the_workbook_changes_nothing(setting: Setting, client_for: ClientFor) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    file = filled(lead, one, E3=20)
    enter(one, "plans", (1, 2), by=setting.lead, narrative="Typed meanwhile.")
    page = upload(lead, one, file)
    assert [after for _, _, after in page.context["changes"]] == ["20"]
    take(lead, one, page)
    assert one.lines.get(definition__indicator=setting.share).narrative == "Typed meanwhile."


def test_one_wrong_cell_and_nothing_is_taken(setting: Setting, client_for: ClientFor) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    page = upload(lead, one, filled(lead, one, E2="about 40", G2=200))
    body = page.content.decode()
    assert page.status_code == 422
    assert "1 cell of the workbook is wrong, so nothing was taken" in body
    assert "“about 40” is not a number" in body
    assert not ReturnLineRevision.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("filled.xlsx", b"Code,Value", "not an XLSX workbook"),
        ("filled.xlsm", b"PK\x03\x04", "can hold macros"),
        ("filled.xlsx", b"", "The file is empty"),
    ],
)
def test_a_file_that_is_no_return_is_refused_on_the_page(
    setting: Setting, client_for: ClientFor, name: str, data: bytes, words: str
) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    page = upload(lead, one, SimpleUploadedFile(name, data))
    assert page.status_code == 422
    assert words in page.content.decode()


def test_without_a_file_one_is_asked_for(setting: Setting, client_for: ClientFor) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    page = lead.post(f"/scorecard/returns/{one.pk}/upload/", {})
    assert page.status_code == 422
    assert "Choose the workbook that you filled" in page.content.decode()


def test_the_workbook_of_another_agency_is_refused(setting: Setting, client_for: ClientFor) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    file = filled(lead, one)
    setting.agency.code = "renamed"
    setting.agency.save()
    assert "for another agency" in upload(lead, one, file).content.decode()


def test_a_workbook_that_changes_nothing_says_so(setting: Setting, client_for: ClientFor) -> None:
    one, lead = fill(setting.ask(), by=setting.lead), client_for(setting.lead)
    assert "The workbook changes nothing" in upload(lead, one, filled(lead, one)).content.decode()


def test_a_line_that_was_saved_after_the_changes_were_shown_is_compared(
    setting: Setting, client_for: ClientFor
) -> None:
    one, lead = setting.ask(), client_for(setting.lead)
    page = upload(lead, one, filled(lead, one, E2=150, G2=200))
    enter(one, "plans", (1, 2), by=setting.lead, narrative="Typed meanwhile.")
    response = take(lead, one, page)
    assert response.status_code == 409
    assert one.lines.get(definition__indicator=setting.share).figures.get().numerator == Decimal(1)
