"""Which incidents are one because one person died in them?

A person dies once. Where rows of two lists tell of nobody's death but one person's each, and the linkage of victims holds the
two for one person beyond doubt, they tell of one incident, whatever they say of days and places. Rows that tell of several
people are left to the draws: of what one list tells in one row, another may have made several incidents.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.components import components
from litany.linkage.link import Judged, Prepared, Rows, sure

Ints = NDArray[np.int32]


class Deaths(Struct, frozen=True):
    """``anchors``: of each person who was killed; ``learned``: a number for each, the same where two are one person beyond
    doubt; ``judged``: likewise, and where people judged them so, or not so.
    """

    anchors: tuple[int, ...]
    learned: Ints
    judged: Ints

    @classmethod
    def nothing(cls) -> Deaths:
        """Nobody is known to be the same as another."""
        none = np.empty(0, np.int32)
        return cls((), none, none)


def deaths(anchors: Mapping[int, int], prepared: Prepared, rows: Rows, judged: Judged) -> Deaths:
    """Who is one person beyond doubt. ``anchors``: the row of each."""
    size = rows.frame.height
    made = (sure(prepared, rows, one) for one in (Judged.nothing(), judged))
    learned, told = (components(size, pairs[:, 0], pairs[:, 1]).astype(np.int32) for pairs in made)
    return Deaths(tuple(sorted(anchors, key=lambda anchor: anchors[anchor])), learned, told)


def one_death(person: Ints, anchors: tuple[int, ...], place: Mapping[int, int], frame: pl.DataFrame) -> Ints:
    """(m, 2) pairs of rows of ``frame`` (as of `gathered`) that are one incident. ``person``: a number for each of the anchors,
    ``place``: the row of each anchor.
    """
    alone = frame.select(((pl.col("people") == 1) & ~pl.col("lumped")).fill_null(value=False)).to_series().to_numpy()
    row = np.asarray([place.get(anchor, frame.height) for anchor in anchors], np.int64)
    tells = np.append(alone, np.zeros(max(int(row.max(initial=-1)) + 1 - len(alone), 0), bool))[row]
    found = np.unique(np.stack([person[tells].astype(np.int64), row[tells]], axis=1), axis=0)
    _, first, of = np.unique(found[:, 0], return_index=True, return_inverse=True)
    pairs = np.stack([found[first[of], 1], found[:, 1]], axis=1)
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]], np.int32)
