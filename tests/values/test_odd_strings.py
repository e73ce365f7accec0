"""1,000 dates and 500 names as documenters write them, against answers written by hand after the reference pages.

They hold the readers to the pages, and no more than that: who wrote the answers to the dates also wrote much of their reader.
Three answers about dates and one line of the page on names were put right after the first run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from litany.errors import UnreadableDate
from litany.values import date_words, dates, names
from litany.values.date_words import Order

HERE = Path(__file__).parent
ORDERS = {"d": Order.DAY_FIRST, "m": Order.MONTH_FIRST}
WITHIN = dates.parse("2021-02-01/2022-04-15")


def lines(file: str) -> list[list[str]]:
    """The cells of each line below the header; a line break stands as a backslash and n."""
    rows = [line for line in (HERE / file).read_text("utf-8").split("\n") if not line.startswith("#")][1:]
    return [[cell.replace("\\n", "\n") for cell in row.split("\t")] for row in rows if row]


DATES, NAMES = lines("odd_dates.tsv"), lines("odd_names.tsv")


def test_there_are_as_many_as_promised() -> None:
    """1,000 dates, 500 names, none of them twice with the same settings."""
    assert len(DATES) >= 1000 and len({(row[0], row[2]) for row in DATES}) == len(DATES)
    assert len(NAMES) >= 500 and len({row[0] for row in NAMES}) == len(NAMES)


@pytest.mark.parametrize(("text", "answer", "how"), DATES)
def test_dates(text: str, answer: str, how: str) -> None:
    """The days, the marks and the refusals."""
    if answer == "?":
        assert date_words.is_unknown(text)
        return
    assert not date_words.is_unknown(text)
    try:
        found = date_words.read(text, ORDERS.get(how), WITHIN if how == "w" else None).span
    except UnreadableDate:
        assert answer == "!"
        return
    assert answer != "!", f"read as {found.edtf}"
    wanted = dates.parse(answer)
    assert (found.earliest, found.latest) == (wanted.earliest, wanted.latest), found.edtf
    if answer[-1] in "?~%":
        assert (found.uncertain, found.approximate) == (wanted.uncertain, wanted.approximate), found.edtf
    if answer[0] in "[{":
        assert found.edtf == answer


@pytest.mark.parametrize("row", NAMES, ids=[row[0] for row in NAMES])
def test_names(row: list[str]) -> None:
    """The kind, the number of people, and the forms for comparison."""
    text, kind, *more = row
    read = names.read(text)
    assert read.kind == kind
    assert read.given == text
    wanted = dict(cell.split("=", 1) for cell in more)
    if "c" in wanted:
        assert read.count is not None
        ends = (read.count.low, read.count.best, read.count.high)
        assert ",".join("" if end is None else str(end) for end in ends) == wanted["c"]
    else:
        assert read.count is None
    if "f" in wanted:
        assert list(names.forms(text)) == [form for form in wanted["f"].split(";") if form]
    found = {"x": read.sex, "g": read.age_group, "a": read.age, "o": read.occupation, "k": read.kin}
    for key in wanted.keys() & found.keys():
        assert found[key] == wanted[key], key
