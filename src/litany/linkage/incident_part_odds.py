"""How likely is a row that lies inside another's days and area a part of it, and not there by chance?

The weights of one incident do not tell: a part need be neither of the same days nor of the same toll. What tells is how many
rows of its list lie inside such days and such an area anyway, as the month before and the month after show it. Where less
than one is to be expected and several are there, they are likelier what the one row lumps. Actors, means, status and words
weigh as they do between rows of one incident; tolls that together make up the whole's weigh more. How often sources split
what another lumps, and what it says that tolls add up, are assumed (`SPLIT`, `FITS`): no list with right answers has parts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.em import Floats, Weights
from litany.linkage.engine import Engine, Ints
from litany.linkage.incidents import ACTORS, MEANS, STATUS, TEXT
from litany.linkage.plan import Plan
from litany.linkage.space import EARTH_KM

SPLIT, FITS = 0.2, 10.0
SLACK_KM = 2.0  # two gazetteers' middles of one village
_CELL_KM = 50.0  # what lies near is looked for in cells of this size
_AROUND, _FEWEST = 30, 0.5  # days on either side; rows that are to be expected in all of them at least
_TOLD = (ACTORS, MEANS, STATUS, TEXT)


class Inside(Struct, frozen=True):
    """Pairs of rows of different lists, ``part`` and ``whole`` (n, int32), of which the one lies inside the days and the area
    of the other; ``chance`` (n): how many rows of the part's list lie so inside the whole by chance.
    """

    part: Ints
    whole: Ints
    chance: Floats


def inside(frame: pl.DataFrame) -> Inside:
    """All such pairs. A row without days or place is inside nothing, and nothing inside it."""
    placed = frame.with_row_index("row").drop_nulls(["first_day", "last_day", "x", "y", "z", "radius_km"])
    cells = (placed.select("x", "y", "z").to_numpy() // _CELL_KM).astype(np.int32)
    known, cell = np.unique(cells, axis=0, return_inverse=True)
    placed = placed.with_columns(pl.Series("cell", cell.ravel())).sort("cell", "first_day", maintain_order=True)
    starts = np.searchsorted(placed["cell"].to_numpy(), np.arange(len(known) + 1))
    row, list_ = placed["row"].to_numpy().astype(np.int32), placed["list"].to_numpy()
    first, last = placed["first_day"].to_numpy(), placed["last_day"].to_numpy()
    at, radius = placed.select("x", "y", "z").to_numpy(), placed["radius_km"].to_numpy()
    found: list[tuple[Ints, Ints, Floats]] = []
    for one in range(placed.height):
        reach = int((radius[one] + SLACK_KM) // _CELL_KM) + 1
        around = np.flatnonzero((np.abs(known - at[one] // _CELL_KM) <= reach).all(axis=1))
        days = [first[one] - _AROUND, last[one] + _AROUND + 1]
        slices = [starts[at_] + np.searchsorted(first[starts[at_] : starts[at_ + 1]], days) for at_ in around]
        near = np.concatenate([np.arange(begin, end) for begin, end in slices])
        chord = np.minimum(np.linalg.norm(at[near] - at[one], axis=1), 2 * EARTH_KM)
        apart = 2 * EARTH_KM * np.arcsin(chord / (2 * EARTH_KM))
        near = near[(apart + radius[near] <= radius[one] + SLACK_KM) & (list_[near] != list_[one])]
        within = (first[near] >= first[one]) & (last[near] <= last[one])
        if not within.any():
            continue
        outside = np.bincount(list_[near[~within]], minlength=int(list_[near].max()) + 1)
        held = near[within]
        by_chance = np.maximum(outside[list_[held]], _FEWEST) * (last[one] - first[one] + 1) / (2 * _AROUND)
        found.append((row[held], np.full(len(held), row[one], np.int32), by_chance))
    if not found:
        none = np.empty(0, np.int32)
        return Inside(none, none, np.empty(0))
    return Inside(*(np.concatenate([one[k] for one in found]) for k in range(3)))


def log_odds(frame: pl.DataFrame, found: Inside, plan: Plan, drawn: list[Weights]) -> Iterator[Floats]:
    """(n) log odds of each pair being part and whole, tolls aside, under each of the drawn weights of ``plan``."""
    told = Plan("part", _TOLD, ())
    with Engine(frame, told) as engine:
        compared = engine.compare_pairs(found.part, found.whole)
    code = compared.left.astype(np.int64) * frame.height + compared.right
    low, high = np.minimum(found.part, found.whole), np.maximum(found.part, found.whole)
    pattern = compared.pattern[np.searchsorted(code, low.astype(np.int64) * frame.height + high)]
    fields = [[one.name for one in plan.comparisons].index(comparison.name) for comparison in _TOLD]
    by_chance = np.log(SPLIT) - np.log(found.chance)
    for weights in drawn:
        m, u = tuple(weights.m[field] for field in fields), tuple(weights.u[field] for field in fields)
        ratios = Weights(m, u, weights.share, weights.steps, weights.converged).ratios(compared.patterns)
        yield np.asarray(by_chance + ratios.sum(axis=1)[pattern])


def fitting(frame: pl.DataFrame, part: Ints, whole: Ints) -> NDArray[np.bool_]:
    """(m) whether all parts that a list has of the link's whole make up its toll together, as far as both are known."""
    links = pl.DataFrame({"part": part, "whole": whole}).with_row_index("link")
    tolls = frame.select("list", low=pl.max_horizontal("toll_low", "people"), high=pl.max_horizontal("toll_high", "people"))
    tolls = tolls.with_columns(pl.coalesce("high", "low")).with_row_index("row").cast({"row": pl.Int32})
    mine = links.join(tolls, left_on="part", right_on="row", how="left").with_columns(
        pl.sum("low", "high").over("whole", "list"), known=pl.col("low").is_not_null().all().over("whole", "list")
    )
    both = mine.join(tolls, left_on="whole", right_on="row", how="left", suffix="_whole").sort("link")
    fits = (pl.col("low") <= pl.col("high_whole")) & (pl.col("high") >= pl.col("low_whole")) & pl.col("known")
    return np.asarray(both.select((fits & (pl.col("low_whole") > 1)).fill_null(False)).to_series().to_numpy(), bool)
