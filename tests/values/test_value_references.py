"""docs/reference/places.md and dates.md are true: their examples are read as the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litany.values import dates, places
from litany.values.actor_rows import read_yaml
from litany.values.place_locate import locate

DOCS = Path(__file__).resolve().parents[2] / "docs/reference"
DATES = re.findall(r"^\| `([^`]+)` \| .+ \| (\S+) \| (\S+) \|$", (DOCS / "dates.md").read_text("utf-8"), re.MULTILINE)
PLACES = (DOCS / "places.md").read_text("utf-8")


@pytest.mark.parametrize(("text", "first", "last"), DATES)
def test_dates_have_the_days_that_the_page_shows(text: str, first: str, last: str) -> None:
    """First and last day of every form are as in the table."""
    span = dates.parse(text)
    assert tuple("open" if n is None else dates.show(n) for n in (span.earliest, span.latest)) == (first, last)


def test_all_forms_of_dates_are_shown() -> None:
    """The table was found, whole."""
    assert len(DATES) == 15


def test_the_example_of_places_is_read() -> None:
    """The page's YAML adds a camp and a spelling."""
    merged = places.load().merge(read_yaml(PLACES.partition("```yaml\n")[2].partition("```")[0], "places.yaml"), "places.yaml")
    assert locate(merged, ("Example IDP camp",), ("Kachin",)).place == "MM.example-camp"
    assert locate(merged, ("somewhere",), ("Kachin", "Wine Maw")).place == "MMR001002"


def test_every_key_of_a_place_is_described() -> None:
    """No key of the strict reader is missing on the page; levels too."""
    named = set(re.findall(r"[a-z_]+", PLACES))
    assert {*places.Place.__struct_fields__, *places.PlaceLevel, "replace"} - {"id"} <= named
