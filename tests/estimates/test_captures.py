"""A table of capture patterns is what was meant, or it is not made: no shape is guessed, no cell is taken for a truth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from litany.estimates import CaptureError, captures, of_people
from tests.estimates.known_tables import kosovo

SHOWN = np.array([[0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
COUNTS = np.array([40, 35, 8, 50, 9, 12, 4])
WRONG: list[tuple[NDArray[np.generic], object, str]] = [
    (SHOWN.T, COUNTS, "not the shape 3 by 7"),
    (SHOWN.ravel(), COUNTS, "not the shape 21"),
    (SHOWN.astype(str), COUNTS, "patterns are truths, or zeros and ones, not <U21"),
    (SHOWN * 2, COUNTS, "row 1, list c: 2 is neither 1 nor 0"),
    (np.where(SHOWN == 1, 0.5, 0), COUNTS, "row 1, list c: 0.5 is neither"),
    (np.where(SHOWN == 1, np.nan, 0), COUNTS, "row 1, list c: nan is neither"),
    (SHOWN, COUNTS[:5], "7 patterns and 5 counts"),
    (SHOWN, [None] * 7, "counts are whole numbers, not object"),
    (SHOWN, COUNTS[:, None], "not in the shape 7 by 1"),
    (SHOWN, 3, "not in the shape of one number"),
]


@pytest.mark.parametrize(("patterns", "counts", "words"), WRONG)
def test_what_is_no_table_is_refused(patterns: NDArray[np.generic], counts: object, words: str) -> None:
    with pytest.raises(CaptureError) as raised:
        captures(("a", "b", "c"), patterns, counts)  # type: ignore[arg-type]
    assert words in str(raised.value)


def test_zeros_and_ones_of_any_kind_are_one_table() -> None:
    tables = {captures(("a", "b", "c"), SHOWN.astype(kind), COUNTS).sha256() for kind in (bool, np.uint8, int, float)}
    assert len(tables) == 1


def test_people_have_one_cell_for_each_list() -> None:
    with pytest.raises(CaptureError, match="row 2 has 2 cells, and 3 lists are named"):
        of_people(("a", "b", "c"), [(True, False, True), (True, False)])
    with pytest.raises(CaptureError, match="patterns are truths"):
        of_people(("a", "b", "c"), [("1", "0", "0")])  # type: ignore[list-item]
    assert of_people(("a", "b"), []).people == 0


def test_a_table_cannot_be_changed() -> None:
    """Its hash stands for it in every estimate."""
    table = captures(("a", "b", "c"), SHOWN, COUNTS)
    for array in (table.counts, table.patterns, table.only(["a", "b"]).counts, table.with_counts(table.counts - 4).counts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(CaptureError, match="no list is called 'X'"):
        kosovo().only(["EXH", "X"])
    with pytest.raises(CaptureError, match="There are: EXH, ABA, OSCE, HRW"):
        kosovo().without("X")
