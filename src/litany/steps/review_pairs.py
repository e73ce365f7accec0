"""Which pairs of a case's draws are doubtful, and how much does each of them move a figure?

Numbers only, over nodes (persons, or incidents of a source). Everything is counted in whole numbers, so that the order of
pairs is the same on every machine.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.draws import Draws

Ints = NDArray[np.int64]
LEAST, MOST = 0.01, 0.99  # a pair that is together in a smaller, or a larger, share of the draws is not in doubt


class Weighed(Struct, frozen=True, eq=False):
    """Pairs with their part in the draws, one entry a pair.

    ``left``, ``right``: nodes; ``row``: its row in the table of pairs; ``together``: in how many of the ``draws`` they are
    one; ``shared``: draws squared times the covariance of "they are one" with the figure.
    """

    left: Ints
    right: Ints
    row: Ints
    together: Ints
    shared: Ints
    draws: int

    @property
    def probability(self) -> NDArray[np.float64]:
        """The share of draws in which each pair is one."""
        return np.asarray(self.together / self.draws)

    @property
    def effect(self) -> NDArray[np.float64]:
        """The expected effect of a judgement: see `litany.steps.review.queue`."""
        return np.asarray(np.abs(self.shared) / self.draws**2)

    @property
    def doubt(self) -> Ints:
        """Draws squared times p(1-p)."""
        return np.asarray(self.together * (self.draws - self.together))

    def chosen(self, which: NDArray[np.bool_] | Ints) -> Weighed:
        """Some of the pairs, in the order that is given."""
        return Weighed(
            self.left[which], self.right[which], self.row[which], self.together[which], self.shared[which], self.draws
        )  # fmt: skip


def weighed(draws: Draws, left: Ints, right: Ints, row: Ints, totals: Ints) -> Weighed:
    """How often pairs of nodes are one, and how that goes with ``totals``, the figure in each draw (draws)."""
    together, summed = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
    for draw, total in enumerate(totals.tolist()):
        labels = draws.labels_of(draw)
        one = labels[left] == labels[right]
        together += one
        summed += one * int(total)
    shared = len(draws) * summed - together * int(totals.sum())
    return Weighed(left, right, row, together, shared, len(draws))


def in_doubt(pairs: Weighed) -> NDArray[np.bool_]:
    """Which of them are neither surely one nor surely two."""
    return np.asarray((pairs.probability > LEAST) & (pairs.probability < MOST))


def may_differ(draws: Draws, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Which pairs may be in doubt at all: nodes that are settled are with the same others in every draw."""
    return np.asarray((draws.settled[left] < 0) & (draws.settled[right] < 0))
