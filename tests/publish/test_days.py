"""A date is said as precisely as it is known."""

from __future__ import annotations

import pytest

from litany.publish import days
from litany.values import dates

CASES = [
    ("2023-10-09", "9 October 2023"),
    ("2023-10", "October 2023"),
    ("2024-02", "February 2024"),
    ("2023", "2023"),
    ("2021/2022", "2021 to 2022"),
    ("2021-03/2021-04", "March 2021 to April 2021"),
    ("2022-05-03/2022-05-05", "3 to 5 May 2022"),
    ("2022-04-28/2022-05-03", "28 April to 3 May 2022"),
    ("2021-12-30/2022-01-02", "30 December 2021 to 2 January 2022"),
]


@pytest.mark.parametrize(("edtf", "words"), CASES)
def test_days(edtf: str, words: str) -> None:
    span = dates.parse(edtf)
    assert days.said(span.earliest, span.latest) == words


def test_open_ends_stay_open() -> None:
    day = dates.day("2022-05-03")
    assert days.said(day, None) == "on or after 3 May 2022"
    assert days.said(None, day) == "on or before 3 May 2022"
    assert days.said(None, None) == "day not known"


def test_months_and_instants() -> None:
    assert days.month("2023-10") == "October 2023"
    assert days.month("no month known") == "no month known"
    assert days.instant("2024-01-02T03:04:05Z") == "2 January 2024 (UTC)"
