"""Which pairs of a case's draws are doubtful, and how much does each of them move a figure?

Numbers only, over nodes (persons, or incidents of a source). Everything is counted in whole numbers, so that the order of
pairs is the same on every machine.

How much is asked within the draws of the same weights: where weights came out bold, many pairs are one at once and the figure
is low, and each of these pairs would seem to move it. But a judgement moves no weight.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.link import INNER

Ints = NDArray[np.int64]
LEAST, MOST = 0.01, 0.99  # a pair that is together in a smaller, or a larger, share of the draws is not in doubt


class Weighed(Struct, frozen=True, eq=False):
    """Pairs with their part in the draws, one entry a pair.

    ``left``, ``right``: nodes; ``row``: its row in the table of pairs; ``together``: in how many of the ``draws`` they are
    one. ``shared``, ``own``: the covariance of "they are one" with the figure, and its variance, both within the ``inner``
    draws of the same weights, on average over the weights; times ``scale``.
    """

    left: Ints
    right: Ints
    row: Ints
    together: Ints
    shared: Ints
    own: Ints
    draws: int
    inner: int

    @property
    def scale(self) -> int:
        """By what ``shared`` and ``own`` are to be divided."""
        return self.draws * max(self.inner - 1, 1)

    @property
    def probability(self) -> NDArray[np.float64]:
        """The share of draws in which each pair is one."""
        return np.asarray(self.together / self.draws)

    @property
    def effect(self) -> NDArray[np.float64]:
        """The expected effect of a judgement: see `litany.steps.review.queue`."""
        return np.asarray(np.abs(self.shared) / self.scale)

    @property
    def slope(self) -> NDArray[np.float64]:
        """By how much the figure is higher where the two are one, among draws of the same weights; NaN where the weights alone
        decide whether they are.
        """
        return np.asarray(np.where(self.own > 0, self.shared, np.nan) / np.maximum(self.own, 1))

    @property
    def doubt(self) -> Ints:
        """Draws squared times p(1-p)."""
        return np.asarray(self.together * (self.draws - self.together))

    def chosen(self, which: NDArray[np.bool_] | Ints) -> Weighed:
        """Some of the pairs, in the order that is given."""
        return Weighed(
            self.left[which], self.right[which], self.row[which], self.together[which], self.shared[which], self.own[which],
            self.draws, self.inner,
        )  # fmt: skip


def weighed(draws: Draws, left: Ints, right: Ints, row: Ints, totals: Ints, inner: int = INNER) -> Weighed:
    """How often pairs of nodes are one, and how that goes with ``totals``, the figure in each draw (draws). ``inner`` draws
    that follow each other are of the same weights.
    """
    together, shared, own = (np.zeros(len(left), np.int64) for _ in range(3))
    for first in range(0, len(draws), inner):
        held = totals[first : first + inner].tolist()
        ones, summed = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
        for draw, total in enumerate(held, start=first):
            labels = draws.labels_of(draw)
            one = labels[left] == labels[right]
            ones += one
            summed += one * int(total)
        together += ones
        shared += len(held) * summed - ones * sum(held)
        own += ones * (len(held) - ones)
    return Weighed(left, right, row, together, shared, own, len(draws), inner)


def in_doubt(pairs: Weighed) -> NDArray[np.bool_]:
    """Which of them are neither surely one nor surely two."""
    return np.asarray((pairs.probability > LEAST) & (pairs.probability < MOST))


def may_differ(draws: Draws, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Which pairs may be in doubt at all: nodes that are settled are with the same others in every draw."""
    return np.asarray((draws.settled[left] < 0) & (draws.settled[right] < 0))
