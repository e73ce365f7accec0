"""Nothing in the report names a person or an exact site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import litany
from litany.counts.count import counter
from litany.errors import Withheld
from litany.publish import unread
from litany.publish.safe import Names
from litany.types.records import Problem
from tests.publish.report_making import Seen, make, written

MINOR, WITNESS, COMMANDER, ROOT = "Maung Thura Lin", "Daw Mya Sein", "Bo Zarni Htut", "U Kyaw Soe Naing"
ROWS = [
    {
        "list": "alpha", "date": "2021-10-09", "site": "Munglai Hkyet", "township": "Waingmaw", "state": "Kachin",
        "north": "24.782", "east": "97.562", "best": "3", "children": "1",
        "who": f"Government of Myanmar;{COMMANDER}", "named": MINOR,
        "age": "child", "voice": ROOT, "incident": "a",
    },
    {"list": "alpha", "date": f"the day {MINOR} died", "site": f"house of {WITNESS}", "best": f"{ROOT} and two more",
     "named": MINOR},
    {"list": "alpha", "date": "2021-10-10", "site": "Munglai Hkyet IDP camp", "state": "Kachin", "best": f"{COMMANDER}"},
    {"list": WITNESS, "date": "2021-11-01", "township": "Waingmaw", "state": "Kachin", "best": "2"},
]  # fmt: skip
SECRETS = (
    MINOR, WITNESS, COMMANDER, ROOT, "Munglai", "Hkyet", "24.782", "97.562", "MM.munglai-hkyet", "Thura",
    "Daw Mya", "Zarni", "Kyaw Soe",
)  # fmt: skip
SETTINGS = """
[[report.figures]]
title = "Killed in the township"
count = "killed in:MMR001002"
by = "place"
[[report.figures]]
title = "Children killed"
count = "killed child in:MM source:alpha"
by = "actor"
[[report.figures]]
title = "By source"
count = "killed in:MM"
by = "source"
"""


@pytest.mark.parametrize("scope", ["killed in:MM", "killed in:MM source:alpha", "killed in:MMR001002 source:alpha"])
def test_no_person_and_no_site_is_in_the_file(tmp_path: Path, scope: str) -> None:
    settings = f'[report]\nscope = "{scope}"\n{SETTINGS}'
    text = written(tmp_path, (f"told by {WITNESS}.csv", ROWS), settings=settings)
    seen = Seen(text)
    for secret in SECRETS:
        assert secret.casefold() not in text.casefold(), secret
    assert "Waingmaw, Kachin" in seen.section("incidents")
    assert "a name that no actor has" in seen.section("incidents")
    assert "source-1-not-recorded" in text


def test_rows_of_a_township_are_withheld(tmp_path: Path) -> None:
    seen = Seen(written(tmp_path, ("rows.csv", ROWS), settings='[report]\nscope = "killed in:MMR001002 source:alpha"\n'))
    assert "Withheld" in seen.section("by-place")
    assert "October 2021" in seen.section("by-month")


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ('[report]\nscope = "killed in:MM.munglai-hkyet"', "report.scope"),
        ('[report]\nincidents = "killed not (in:MM.munglai-hkyet or in:MM-01)"', "report.incidents"),
        ('[[report.figures]]\ntitle = "T"\ncount = "killed in:MM.munglai-hkyet"', "report.figures, figure 1 (T): count"),
    ],
)
def test_a_scope_on_a_site_is_withheld(tmp_path: Path, settings: str, key: str) -> None:
    with pytest.raises(Withheld, match=re.escape(key)):
        written(tmp_path, ("rows.csv", ROWS), settings=settings)


def test_what_was_not_read_is_listed_without_its_cells(tmp_path: Path) -> None:
    seen = Seen(written(tmp_path, ("rows.csv", ROWS)))
    shown = seen.section("documents")
    assert "date is no date that can be read without guessing made statements 1" in shown
    assert "best is not a number" in shown
    assert "site no place of the gazetteer" in shown
    assert "who no actor has this name" in shown


def test_reasons_of_readers_are_still_worded_like_ours() -> None:
    """A reason that no reader gives any more is one that the report cannot show any more."""
    root = Path(litany.__file__).parent
    sources = " ".join(
        re.sub(r'"\s*\n\s*f?"', "", path.read_text("utf-8")) for path in root.rglob("*.py") if path.name != "unread.py"
    )
    assert [reason for reason in unread.KNOWN_REASONS if reason not in sources] == []


def test_a_reason_in_other_words_is_not_quoted() -> None:
    assert unread.said(Problem(row=2, column="a", value="x", reason=f"{WITNESS!r} is strange")) == unread.OTHER
    assert unread.said(Problem(row=2, column="a", value="x", reason=f"{WITNESS!r} has no month 13")) == "has no month"


def test_a_source_that_no_record_names_is_numbered_in_every_text(tmp_path: Path) -> None:
    case = make(tmp_path, ("rows.csv", ROWS))
    names = Names(counter(case).register)
    assert names.source(WITNESS) == "source-1-not-recorded"
    assert names.words(f'killed source:"{WITNESS}" and {WITNESS}, alpha') == (
        "killed source:source-1-not-recorded and source-1-not-recorded, alpha"
    )
    assert names.source("alpha") == "The Alpha List"


AREAS = [
    (["MM", "MMR001", "MMR001002"], "Waingmaw, Kachin"),
    (["MMR001", "MM.laiza"], "Kachin"),
    (["MM.munglai-hkyet"], "Waingmaw, Kachin"),
    (["MMR001002", "MM-01"], "Myanmar"),
    ([], "place not known"),
]


@pytest.mark.parametrize(("given", "words"), AREAS)
def test_a_place_is_what_all_sources_allow_and_no_finer_than_a_township(tmp_path: Path, given: list[str], words: str) -> None:
    assert Names(counter(make(tmp_path, ("rows.csv", ROWS))).register).place(given) == words
