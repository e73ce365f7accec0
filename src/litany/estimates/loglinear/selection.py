"""Which models explain the overlaps best for how many coefficients they spend?"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.loglinear.fit import Fits, Floats, Wholes, fit_all
from litany.estimates.loglinear.models import Models, main_effects

Criterion = Literal["aic", "bic"]


class Ranking(Struct, frozen=True, eq=False):
    """``models`` and their ``fits`` on one table.

    ``order``: the rows of those with a proven maximum, best first by ``values`` (the criterion, smaller is better);
    ``weights``: theirs in a mean over models, in the same order (Buckland, Burnham and Augustin 1997, Biometrics 53:603-618).
    """

    models: Models
    fits: Fits
    values: Floats
    order: Wholes
    weights: Floats

    @property
    def refused(self) -> int:
        """How many models have no proven maximum."""
        return len(self.models) - len(self.order)


def rank(counts: Floats, models: Models, criterion: Criterion = "bic") -> Ranking:
    """All models on one table (2**J counts by mask), best first. Where the criterion ties, the fewer coefficients, then the
    smaller number of missed; so that the answer does not depend on the order of lists.
    """
    fits = fit_all(counts[None], models)
    values = fits.bic if criterion == "bic" else fits.aic
    known = np.flatnonzero(fits.proven)
    keys = (known, np.round(fits.log_unseen[known], 6), fits.kept[known] + fits.dropped[known], np.round(values[known], 6))
    order = known[np.lexsort(keys)]
    return Ranking(models, fits, values, order, weights(values[order]))


def weights(values: Floats) -> Floats:
    """exp(-value / 2), made to add up to one; infinite values have none. Along the last axis."""
    if not values.size:
        return values
    least = values.min(axis=-1, keepdims=True)
    raised = np.exp(-0.5 * (values - np.where(np.isfinite(least), least, 0.0)))
    total = raised.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(raised, total, out=np.zeros_like(raised), where=total > 0)
    return shares


def downhill(counts: Floats, lists: int, order: int, criterion: Criterion = "bic") -> Ranking:
    """The models on the steepest way down from independence, adding or taking one term a time, and all of their neighbours.

    For more lists than whose models can all be fitted. It may end in a valley that is not the deepest, as Silverman, Chan and
    Vincent (2024) show for the United Kingdom's five lists (12,262, where the best of all models says 25,311).
    """
    start = main_effects(lists, order)
    here, visited = start.include[0], {start.include[0].tobytes(): start.include[0]}
    best = _value(rank(counts, start, criterion))
    while True:
        around = _neighbours(here, start)
        ranking = rank(counts, Models(lists, start.terms, around), criterion)
        visited |= {row.tobytes(): row for row in around}
        if not len(ranking.order) or not _value(ranking) < best - 1e-6:
            return rank(counts, Models(lists, start.terms, np.array(list(visited.values()))), criterion)
        best, here = _value(ranking), around[ranking.order[0]]


def _value(ranking: Ranking) -> float:
    return float(ranking.values[ranking.order[0]]) if len(ranking.order) else float("inf")


def _neighbours(here: NDArray[np.bool_], space: Models) -> NDArray[np.bool_]:
    terms = space.terms
    inside = (terms[:, None] & terms[None, :]) == terms[None, :]  # of the term in the row: the terms in columns
    np.fill_diagonal(inside, False)
    can_add = ~here & ~(inside & ~here[None, :]).any(axis=1)
    can_take = here & ~(inside & here[:, None]).any(axis=0)
    can_take[: space.lists + 1] = False
    moves = np.flatnonzero(can_add | can_take)
    around = np.repeat(here[None, :], len(moves), axis=0)
    around[np.arange(len(moves)), moves] ^= True
    return around
