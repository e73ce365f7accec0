"""What does a scope add up to in each posterior draw, and which incidents stand for all of them where one has to be shown?

Within a draw nothing is guessed: its incidents add up to a low, a best and a high under the counting rules. The figure's low
is the 2.5 % quantile of the lows over the draws, its high the 97.5 % quantile of the highs, its best the middle of the
bests: so it carries the doubt about who is who and what sources leave open, both (docs/counting-rules.md).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.registry.states import Drawn

LEVEL = "0.95"
_TAIL = 0.025


class Totals(Struct, frozen=True):
    """What each draw adds up to: three arrays (draws) int64."""

    low: NDArray[np.int64]
    best: NDArray[np.int64]
    high: NDArray[np.int64]

    def ends(self) -> tuple[int, int, int]:
        """Quantiles that some draw has: no number is made up between two of them."""
        return (
            int(np.quantile(self.low, _TAIL, method="lower")),
            int(np.quantile(self.best, 0.5, method="lower")),
            int(np.quantile(self.high, 1 - _TAIL, method="higher")),
        )

    @property
    def vary(self) -> bool:
        """Do the draws differ?"""
        return any(len(np.unique(one)) > 1 for one in (self.low, self.best, self.high))

    @property
    def only_linkage(self) -> bool:
        """Is each draw one number, so that the span is that of the linkage alone?"""
        return bool((self.low == self.high).all())


ADDS = ("add_low", "add_best", "add_high")


def totals(table: pl.DataFrame, drawn: Drawn, rests: pl.DataFrame | None = None) -> Totals:
    """The sums of ``add_low``, ``add_best``, ``add_high`` in each draw, over the states that it holds. ``rests``: what states
    that have parts add in a draw (columns draw, incident and those three) instead of what stands in ``table``.
    """
    adds = list(ADDS)
    doubtful = table.join(drawn.present, on="incident", how="inner")
    always = table.join(drawn.present, on="incident", how="anti").select(pl.sum(*adds)).row(0)
    sums = doubtful.group_by("draw").agg(pl.sum(*adds))
    made = []
    for add, settled in zip(adds, always, strict=True):
        per_draw = np.full(drawn.draws, settled, np.int64)
        np.add.at(per_draw, sums["draw"].to_numpy(), sums[add].to_numpy())
        if rests is not None:
            change = rests.join(table, on="incident", how="left", suffix="_whole")
            np.add.at(per_draw, change["draw"].to_numpy(), (change[add] - change[f"{add}_whole"].fill_null(0)).to_numpy())
        made.append(per_draw)
    return Totals(*made)


def at_point(table: pl.DataFrame, drawn: Drawn | None) -> pl.DataFrame:
    """The rows of those incidents that are there in the draw that stands for all."""
    if drawn is None:
        return table
    return table.filter(~pl.col("incident").is_in(drawn.elsewhere.implode()))
