"""Published tables of capture patterns, small enough to type in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from litany.estimates.captures import Captures, captures, patterns_of
from tests.estimates.loglinear_tables import KOSOVO, table


def from_cells(names: Sequence[str], cells: Sequence[int]) -> Captures:
    """A table from the counts of all patterns in the order 0..01, 0..10, 0..11, … (the last list varies fastest)."""
    masks = np.arange(1, 2 ** len(names))
    return captures(names, patterns_of(masks, len(names)), np.array(cells))


def kosovo() -> Captures:
    """Killings in Kosovo, 20 March to 22 June 1999: four lists of 4,400 people."""
    return table(KOSOVO)


def gaza() -> Captures:
    """Deaths by traumatic injury in Gaza, 7 October 2023 to 30 June 2024: three lists (Jamaluddine et al. 2025, Lancet)."""
    return from_cells(("hospitals", "survey", "social media"), [1469, 5104, 351, 19048, 1173, 1929, 197])


def five_lists() -> Captures:
    """Five lists of 537 people (Madigan and York 1997, Biometrika 84:19-31; the example of the R package dga)."""
    counts = [27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30, 5, 23, 8, 0, 3, 0, 2]
    return from_cells(("a", "b", "c", "d", "e"), counts)


def spina_bifida() -> Captures:
    """Births with spina bifida in upstate New York: three lists of 626 (Madigan and York 1997)."""
    return from_cells(("birth", "death", "rehabilitation"), [60, 49, 4, 247, 112, 142, 12])
