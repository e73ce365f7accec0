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
LIKELY = 3.0  # log odds from which a row and its copy are one in all draws; below, the copies stay alone
LARGEST = 25_000  # rows of a component that is drawn as it is
DENSE, MANY = 15, 10_000  # pairs for each of its rows, and pairs, of a component: with more it is not drawn as it is
FLOORS = (FLOOR, -5.0, -3.0, -1.0, 1.0, 3.0)  # log odds: which pairs hold a component together, tried in turn


def sure(
    size: int, pairs: Candidates, least: NDArray[np.float64], once: Ints, same: Ints, different: Ints, known: Ints | None = None
) -> Ints:
    """(m, 2) pairs that join rows which are one beyond doubt. ``least`` (n): the least log odds of each pair in any draw of the
    weights; ``once`` (size): the list of a row that is free of duplicates, -1 for others; ``same``, ``different``: judged so;
    ``known`` (k, 2): further pairs that are beyond doubt.

    Rows that sure pairs join are left to the draws where any two of them cannot be one, also by what was judged.
    """
    strong = least > SURE
    more = np.empty((0, 2), np.int32) if known is None else known
    label = components(
        size, np.concatenate([pairs.left[strong], more[:, 0]]), np.concatenate([pairs.right[strong], more[:, 1]])
    )
    rows = np.arange(size, dtype=np.int32)
    judged = components(size, same[:, 0], same[:, 1])
    whole = components(size, np.concatenate([label, judged]), np.concatenate([rows, rows]))
    free = once >= 0
    kinds = np.unique(np.stack([whole[free], once[free], judged[free]]), axis=1)
    cell, count = np.unique(kinds[:2], axis=1, return_counts=True)
    torn = whole[different[:, 0]][whole[different[:, 0]] == whole[different[:, 1]]]
    joined = (label != rows) & ~np.isin(whole, np.concatenate([cell[0][count > 1], torn]))
    return np.stack([label[joined], rows[joined]], axis=1).astype(np.int32)


def loosened(size: int, pairs: Candidates, odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n) which pairs are kept: in components that are too large or too dense to be drawn, only those above the least of
    `FLOORS` that breaks them up, or above the greatest.
    """
    kept = odds > FLOORS[0]
    for floor in FLOORS[1:]:
        label = components(size, pairs.left[kept], pairs.right[kept])
        rows, links = np.bincount(label, minlength=size), np.bincount(label[pairs.left[kept]], minlength=size)
        large = ((rows > LARGEST) | (links > np.maximum(MANY, DENSE * rows)))[label[pairs.left]]
        if not (large & kept).any():
            break
        kept &= ~large | (odds > floor)
    return np.asarray(kept)


def least_odds(odds: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(n) the least of several log odds of each."""
    return np.asarray(np.minimum.reduce(list(odds)))
