"""The front-end that is served: complete, and without what belongs to GOV.UK alone."""

import re
from pathlib import Path

import pytest

from tests.browser import cannot_be_had

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
FILES = [
    "govuk/govuk-frontend.min.css",
    "govuk/govuk-frontend.min.js",
    "moj/moj-frontend.min.css",
    "moj/moj-frontend.min.js",
]


@pytest.fixture(autouse=True)
def vendored() -> None:
    if not VENDOR.is_dir():
        cannot_be_had("the compiled front-end is not here (run: make test-setup)")


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_there_and_names_nothing_that_is_not(name: str) -> None:
    text = (VENDOR / name).read_text()
    assert len(text) > 10_000
    assert "sourceMappingURL" not in text
    for address in re.findall(r"url\(([^)]+)\)", text) if name.endswith(".css") else []:
        if not address.strip("\"'").startswith("data:"):
            assert (VENDOR / name).parent.joinpath(address.strip("\"'")).is_file(), address


def test_no_crown_no_crest_and_no_transport_font_are_served() -> None:
    names = [path.name for path in VENDOR.rglob("*") if path.is_file()]
    assert not [name for name in names if re.search(r"crown|crest|\.woff2?$", name)]
    for name in FILES:
        assert "GDS Transport" not in (VENDOR / name).read_text()
