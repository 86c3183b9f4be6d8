"""The pages on which QA enters benchmarks and brings in figures from before QAF."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.models import Benchmark, Figure, Unit
from scorecard.quarters import Quarter
from tests.scorecard.board_factories import make_figures, somebody
from tests.scorecard.indicators.setting import Setting

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
OF_IT = "/scorecard/indicators/cp-reviews/"
TABLE = 'Period\tNumerator\tDenominator\tSource\n2024-1\t40\t50\t\n2024-2\t0\t0\tA "report" of 2024\n'


@pytest.fixture
def setting(setting: Setting) -> Setting:
    """With an indicator."""
    setting.indicator()
    return setting


def benchmark_as_sent(**fields: str) -> dict[str, str]:
    first = {"period_from_0": "1", "period_from_1": "4", "period_from_2": "2024"}
    last = {"period_to_0": "31", "period_to_1": "3", "period_to_2": "2025"}
    return {"series": "england", **first, **last, "value": "87.9", "source": "National return", **fields}


def test_a_benchmark_is_entered_corrected_and_taken_out(setting: Setting, client_for: Sign) -> None:
    client = client_for(setting.officer)
    refused = client.post(f"{OF_IT}benchmarks/", benchmark_as_sent(value="187"))
    assert refused.status_code == 422
    assert "between 0 and 100" in refused.content.decode()
    client.post(f"{OF_IT}benchmarks/", benchmark_as_sent())
    first = Benchmark.objects.get()
    correct = f"{OF_IT}benchmarks/{first.pk}/correct/"
    assert 'value="87.9"' in client.get(correct).content.decode()
    client.post(correct, {"value": "88.25", "source": "National return, revised"})
    page = client.get(f"{OF_IT}benchmarks/").content.decode()
    assert "88.25%" in page
    assert "87.9%" in page
    assert client.post(correct, {"value": "1", "source": "Late"}).status_code == 409
    second = Benchmark.objects.get(superseded_at=None)
    remove = f"{OF_IT}benchmarks/{second.pk}/remove/"
    assert "Take this benchmark out?" in client.get(remove).content.decode()
    client.post(remove)
    assert not Benchmark.objects.filter(superseded_at=None).exists()
    assert Benchmark.objects.count() == 2


def test_readers_see_benchmarks_and_enter_none(setting: Setting, client_for: Sign) -> None:
    client = client_for(somebody(Role.BOARD_MEMBER))
    assert "When QA enters one" in client.get(f"{OF_IT}benchmarks/").content.decode()
    assert client.post(f"{OF_IT}benchmarks/", benchmark_as_sent()).status_code == 403
    assert not Benchmark.objects.exists()


def test_a_pasted_table_is_looked_over_and_then_brought_in(setting: Setting, client_for: Sign) -> None:
    client = client_for(setting.officer)
    looked = client.post(f"{OF_IT}earlier/", {"source": "Old scorecard", "pasted": TABLE, "step": "look"})
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "January to March 2024" in page
    assert "80%" in page
    assert not Figure.objects.exists()
    confirmed = {"source": "Old scorecard", "pasted": looked.context["table"], "step": "bring_in"}
    client.post(f"{OF_IT}earlier/", confirmed)
    assert list(Figure.objects.values_list("value", "gap", "source")) == [
        (80, "", "Old scorecard"),
        (None, "Nothing to divide by", 'A "report" of 2024'),
    ]
    again = client.post(f"{OF_IT}earlier/", confirmed)
    assert again.status_code == 422
    assert "never overwritten" in again.content.decode()
    assert Figure.objects.count() == 2


def test_each_bad_row_is_named_and_nothing_is_brought_in(setting: Setting, client_for: Sign) -> None:
    figures = make_figures(setting.indicator("other"), [1], last=Quarter(2024, 1))
    make_figures(figures[0].indicator, [1], last=Quarter(2023, 1))
    table = "Period;Numerator;Denominator\n2024-1;60;50\nspring;1;2\n2024-3;many;2\n2024-4;4;5\n"
    response = client_for(setting.officer).post(
        f"{OF_IT}earlier/", {"source": "Old", "pasted": table, "step": "bring_in"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    for text in ("Row 2", "Row 3", "Row 4", "Write the quarter like", "Write a number in digits", "cannot be above"):
        assert text in page
    assert "3 things have" in page
    assert "many" in page
    assert not Figure.objects.filter(indicator__code="cp-reviews").exists()


def workbook(*, merged: bool = False) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    hidden = book.active
    sheet = book.create_sheet("Figures")
    assert hidden is not None
    hidden.sheet_state = "hidden"
    for row in (["Period", "Value"], ["2024-1", 86.4], ["2024-2", 87]):
        sheet.append(row)
    if merged:
        sheet.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("figures.xlsx", file.getvalue())


def test_a_workbook_is_read_from_its_first_sheet_that_can_be_seen(setting: Setting, client_for: Sign) -> None:
    client = client_for(setting.officer)
    looked = client.post(f"{OF_IT}earlier/", {"source": "Old", "file": workbook(), "step": "look"})
    assert looked.status_code == 200
    assert "86.4%" in looked.content.decode()
    merged = client.post(f"{OF_IT}earlier/", {"source": "Old", "file": workbook(merged=True), "step": "look"})
    assert merged.status_code == 422
    assert "merged cells (A2:A3)" in merged.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste a table"),
        ({"pasted": "Period\tValue\n2024-1\t5"}, "Say where the figures come from"),
        ({"source": "Old", "pasted": "Quarter\tValue\n2024-1\t5"}, "no column “Period”"),
        ({"source": "Old", "pasted": "Period\tPercent\n2024-1\t5"}, "neither a column “Numerator” nor"),
        ({"source": "Old", "pasted": "Period\tValue"}, "no rows under its headings"),
        ({"source": "Old", "pasted": "Period\tValue\n" + "2024-1\t5\n" * 501}, "more than 500 rows"),
        ({"source": "Old", "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04nonsense")}, "not a sound XLSX"),
        ({"source": "Old", "file": SimpleUploadedFile("a.pdf", b"%PDF")}, "neither a CSV nor an XLSX"),
        ({"source": "Old", "file": SimpleUploadedFile("a.csv", b"")}, "The file is empty"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    setting: Setting, client_for: Sign, sent: dict[str, object], said: str
) -> None:
    response = client_for(setting.officer).post(f"{OF_IT}earlier/", {**sent, "step": "look"})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Figure.objects.exists()


def test_values_that_look_like_shares_are_asked_about(setting: Setting, client_for: Sign) -> None:
    client = client_for(setting.officer)
    sent = {"source": "Old", "pasted": "Period,Value\n2024-1,0.86\n2024-2,0.9\n", "step": "look"}
    assert "If 0.86 in your table means 86%" in client.post(f"{OF_IT}earlier/", sent).content.decode()


def test_a_plain_number_asks_for_its_value_alone(setting: Setting, client_for: Sign) -> None:
    setting.indicator("missing", unit=Unit.COUNT)
    client = client_for(setting.officer)
    address = "/scorecard/indicators/missing/earlier/"
    assert "Numerator</strong> and" not in client.get(address).content.decode()
    sent = {"source": "Old", "pasted": 'Period,Value\n2024-1,"1,234"\n', "step": "bring_in"}
    client.post(address, sent)
    assert Figure.objects.get().value == 1234
