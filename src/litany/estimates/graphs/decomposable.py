"""Which graphs on a few lists are decomposable, and what are their cliques and separators?

A graph joins two lists that may depend on each other directly. It is decomposable (chordal: every cycle of four or more has a
chord) if lists can be taken away one by one, each time one whose remaining neighbours are all joined: a perfect elimination
order (Dirac 1961; Lauritzen 1996, "Graphical Models", chapter 2). For such an order

    sum over cliques f(C) - sum over separators f(S)  =  sum over lists v of f(v and its later neighbours) - f(those neighbours)

because sets that are no cliques cancel. So one pass gives the factors of every graph, without looking for its cliques.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

MOST_LISTS = 6
COUNTS = {1: 1, 2: 2, 3: 8, 4: 61, 5: 822, 6: 18_154, 7: 617_675}  # labelled chordal graphs: OEIS A058862

Factors = NDArray[np.int8]


class Decomposable(Struct, frozen=True, eq=False):
    """All decomposable graphs on ``lists`` lists.

    ``edges`` (G) are bit masks over `pairs`; ``factors`` (G by 2**lists) says how often each subset of lists stands in the
    factorisation: 1 a clique, -m a separator with multiplicity m, 0 neither. Subsets are bit masks with the first list as the
    highest bit, as in `Captures`. The empty separator counts once for each component but one.
    """

    lists: int
    edges: NDArray[np.int64]
    factors: Factors

    def __len__(self) -> int:
        return len(self.edges)

    def cliques(self, graph: int) -> tuple[int, ...]:
        """The cliques of a graph, as subsets, largest mask first."""
        return tuple(sorted(np.flatnonzero(self.factors[graph] > 0).tolist(), reverse=True))

    def separators(self, graph: int) -> tuple[int, ...]:
        """The separators of a graph, each as often as it separates."""
        row = self.factors[graph].tolist()
        return tuple(subset for subset, factor in enumerate(row) for _ in range(max(0, -factor)))

    @property
    def saturated(self) -> int:
        """The row of the graph in which all lists are joined: it says nothing, and lets the prior speak."""
        return int(np.flatnonzero(self.factors[:, -1] > 0)[0])

    @property
    def independent(self) -> int:
        """The row of the graph without edges."""
        return int(np.flatnonzero(self.edges == 0)[0])


def pairs(lists: int) -> list[tuple[int, int]]:
    """All pairs of lists by place, in the order of the bits of ``edges`` (from the lowest)."""
    return list(itertools.combinations(range(lists), 2))


@functools.cache
def decomposable(lists: int) -> Decomposable:
    """All decomposable graphs on 1 to `MOST_LISTS` lists, in the order of their edge masks; kept in memory (1.2 MB for six).

    Looks at all 2**(lists * (lists - 1) / 2) graphs at once. Raises ValueError for more lists.
    """
    if not 1 <= lists <= MOST_LISTS:
        raise ValueError(f"graphs are listed for 1 to {MOST_LISTS} lists, not {lists}")
    edges = np.arange(2 ** (lists * (lists - 1) // 2), dtype=np.int64)
    factors = np.zeros((len(edges), 2**lists), np.int8)
    joined, left = _neighbours(edges, lists), np.full(len(edges), 2**lists - 1, np.int64)
    while bool(left.any()):
        vertex, near = _removable(joined, left, lists)
        kept = vertex >= 0
        edges, factors, joined, left = edges[kept], factors[kept], joined[:, kept], left[kept]
        vertex, near, rows = vertex[kept], near[kept], np.arange(int(kept.sum()))
        factors[rows, near | _bit(vertex, lists)] += 1
        factors[rows, near] -= 1
        left = left & ~_bit(vertex, lists)
    factors[:, 0] += 1
    factors.flags.writeable = False
    return Decomposable(lists, edges, factors)


def _bit(vertex: NDArray[np.int64], lists: int) -> NDArray[np.int64]:
    return np.left_shift(np.int64(1), lists - 1 - vertex)


def _neighbours(edges: NDArray[np.int64], lists: int) -> NDArray[np.int64]:
    """For each list (rows) and graph (columns) the subset of its neighbours."""
    joined = np.zeros((lists, len(edges)), np.int64)
    for place, (one, other) in enumerate(pairs(lists)):
        there = (edges >> place) & 1
        joined[one] |= there << (lists - 1 - other)
        joined[other] |= there << (lists - 1 - one)
    return joined


def _removable(joined: NDArray[np.int64], left: NDArray[np.int64], lists: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each graph a list that is left and whose neighbours that are left are all joined (-1: none), and those neighbours."""
    vertex, near = np.full(len(left), -1, np.int64), np.zeros(len(left), np.int64)
    for one in range(lists):
        around = joined[one] & left
        whole = ((left >> (lists - 1 - one)) & 1).astype(bool) & (vertex < 0)
        for other in range(lists):
            bit = 1 << (lists - 1 - other)
            whole &= ((around & bit) == 0) | ((around & ~(joined[other] | bit)) == 0)
        vertex[whole], near[whole] = one, around[whole]
    return vertex, near
