"""The finder is a pure function over a grid of text: it loses no line, and doubt leaves a grid as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.documents.layout import Merge, area, fill_down, find
from litany.documents.layout_cells import label_like, number, value_like
from litany.documents.layout_marks import note_of, without_marks

CELLS = st.sampled_from(
    ["", "", "", "Name", "Age", "Killed", "Aung", "Kale", "3", "7", "10", "2021-02-01", "Total", "Source: a", "* x", "12*", " "]
)


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 6))
    return draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=14))


@settings(max_examples=400, deadline=None)
@given(grids(), st.lists(st.tuples(*[st.integers(0, 13)] * 2, *[st.integers(0, 5)] * 2), max_size=3))
def test_every_text_stands_in_exactly_one_line_of_one_table(grid: list[list[str]], areas: list[tuple[int, ...]]) -> None:
    """Title, header, row, total or note: nothing falls between, nothing is told twice."""
    merges = [
        Merge(min(a, b), min(c, d), max(a, b), max(c, d))
        for a, b, c, d in areas
        if max(a, b) < len(grid) and grid and max(c, d) < len(grid[0])
    ]
    found = find(grid, merges)
    told: list[tuple[int, int]] = []
    for one in found:
        lines = [*range(one.top, one.body), *one.rows(), *(total.row for total in one.totals)]
        told.extend((row, column) for row in lines for column in range(one.left, one.right) if grid[row][column].strip())
        fill_down(grid, one, merges)
    outside = sum(len(line.text.split(" | ")) for one in found for line in (*one.above, *one.below))
    texts = [(row, column) for row, cells in enumerate(grid) for column, cell in enumerate(cells) if cell.strip()]
    assert len(told) == len(set(told))
    assert set(told) <= set(texts)
    assert len(told) + outside == len(texts)


@given(st.lists(st.lists(st.sampled_from(["Aung", "Ko", "Kale", ""]), min_size=3, max_size=3), max_size=12))
def test_doubt_leaves_one_table(rows: list[list[str]]) -> None:
    """Words alone, blank lines among them, are no second table, no title and no total."""
    (found,) = find([["Name", "Father", "Place"], *rows])
    assert found.whole
    assert area(found) is None
    assert found.rows() == list(range(1, len(rows) + 1))


def test_two_tables_with_the_same_header_under_titles_stay_apart() -> None:
    """Without a title it is a header that stands again, and the rows go on."""
    header, one, two = ["Name", "Age"], ["Aung", "3"], ["Ko", "4"]
    blank = ["", ""]
    assert len(find([header, one, two, blank, ["Sagaing", ""], header, one, two])) == 2
    assert len(find([header, one, two, blank, header, one, two])) == 1


def test_key_and_value_lines_above_are_a_table_of_their_own() -> None:
    """They are listed as unread then, and the header below is found."""
    table = [["Name", "Age", "Place"], ["Aung", "3", "Kale"], ["Ko", "4", "Kale"]]
    grid = [["Prepared by:", "a monk", ""], ["Date:", "2021", ""], ["", "", ""], *table]
    assert [one.names for one in find(grid)] == [("Prepared by:", "a monk"), ("Name", "Age", "Place")]


def test_areas_are_written_as_spreadsheet_programs_do() -> None:
    """From the first cell of the header to the last of the rows."""
    grid = [
        ["The dead of a village", *[""] * 28],
        [""] * 29,
        [*[""] * 26, "Name", "Age", "Place"],
        [*[""] * 26, "Aung", "3", "Kale"],
    ]
    (found,) = find(grid)
    assert area(found, 5, 1) == "AA7:AC8"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12*", ("12", "*")),
        ("Kani¹", ("Kani", "¹")),
        ("35 [a]", ("35", "[a]")),
        ("Aung †‡", ("Aung", "†‡")),
        ("3 *, [b]", ("3", "*, [b]")),
        ("*", ("*", "")),
        ("5 km²", ("5 km²", "")),
        ("Ko [sic]", ("Ko [sic]", "")),
        ("Aung", ("Aung", "")),
        ("", ("", "")),
    ],
)
def test_marks_come_off(text: str, parts: tuple[str, str]) -> None:
    """Only marks at the end, and only off something."""
    assert without_marks(text) == parts


def test_notes_begin_with_their_mark() -> None:
    """Another text is none."""
    assert note_of("* estimate") == ("*", "estimate")
    assert note_of("[a] by a monk") == ("[a]", "by a monk")
    assert note_of("Source: a monk") is None


@pytest.mark.parametrize("text", ["12", "1,200", "2021-02-01", "3-5", "8-Feb-21", "8 Feb 2021", "12*", "၁၂", "5%", "14:30"])
def test_values_look_like_values(text: str) -> None:
    """Names and places do not."""
    assert value_like(text)


@pytest.mark.parametrize("text", ["Ward 3", "Aung", "Date", "3 men", "list 2021"])
def test_words_do_not_look_like_values(text: str) -> None:
    """Though a number may stand in them."""
    assert not value_like(text)


def test_numbers_of_a_total() -> None:
    """In digits of any script; a range is no number to add."""
    assert [number(text) for text in ("1,200", "၁၂", "12*", "3-5", "abc")] == [1200, 12, 12, None, None]
    assert [label_like(text) for text in ("Laiza", "2021-02-01", "3 May 2021", "3", "12 killed")] == [
        True,
        True,
        True,
        False,
        False,
    ]
