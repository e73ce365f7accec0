"""Which pairs need no draw: those that are sure, and those that hold a huge component together by a thread?

A person in 500 lists is one atom before anything is drawn, not 500 records that chains would have to gather. And where
common names join tens of thousands of rows, pairs that are hardly likely are taken as different, the least likely first,
until what hangs together can be drawn in bounded time; how many true pairs that may cost is told, and enters the interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.engine import Candidates, Ints
from litany.linkage.partition import FLOOR

SURE = 18.0  # log odds above which a pair is sure: one in 65 million; calibration takes 6 off at most
LARGEST = 25_000  # rows of a component that is drawn as it is
FLOORS = (FLOOR, -5.0, -3.0, -1.0, 1.0, 3.0)  # log odds: which pairs hold a component together, tried in turn


def sure(size: int, pairs: Candidates, least: NDArray[np.float64], once: Ints, different: Ints) -> Ints:
    """(m, 2) pairs that join rows which are one beyond doubt. ``least`` (n): the least log odds of each pair in any draw of the
    weights; ``once`` (size): the list of a row that is free of duplicates, -1 for others; ``different``: judged so.

    Rows that sure pairs join are left to the draws where any two of them cannot be one.
    """
    strong = least > SURE
    label = components(size, pairs.left[strong], pairs.right[strong])
    rows = np.arange(size, dtype=np.int32)
    free = once >= 0
    cell, count = np.unique(np.stack([label[free], once[free]]), axis=1, return_counts=True)
    bad = np.concatenate([cell[0][count > 1], label[different[:, 0]][label[different[:, 0]] == label[different[:, 1]]]])
    joined = (label != rows) & ~np.isin(label, bad)
    return np.stack([label[joined], rows[joined]], axis=1).astype(np.int32)


def loosened(size: int, pairs: Candidates, odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n) which pairs are kept: in components of more than `LARGEST` rows only those above the least of `FLOORS` that breaks
    them up, or above the greatest.
    """
    kept = odds > FLOORS[0]
    for floor in FLOORS[1:]:
        label = components(size, pairs.left[kept], pairs.right[kept])
        large = np.bincount(label, minlength=size)[label[pairs.left]] > LARGEST
        if not (large & kept).any():
            break
        kept &= ~large | (odds > floor)
    return np.asarray(kept)


def least_odds(odds: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(n) the least of several log odds of each pair."""
    return np.asarray(np.minimum.reduce(list(odds)))
