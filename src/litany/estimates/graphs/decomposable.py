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

MOST_LISTS = 7
COUNTS = {1: 1, 2: 2, 3: 8, 4: 61, 5: 822, 6: 18_154, 7: 617_675}  # labelled chordal graphs: OEIS A058862

Factors = NDArray[np.int8]
Subsets = NDArray[np.int16]


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
    """All decomposable graphs on 1 to `MOST_LISTS` lists, in the order of their edge masks; kept in memory (1.2 MB for six
    lists, 80 MB for seven).

    Looks at all 2**(lists * (lists - 1) / 2) graphs at once. Raises ValueError for more lists.
    """
    if not 1 <= lists <= MOST_LISTS:
        raise ValueError(f"graphs are listed for 1 to {MOST_LISTS} lists, not {lists}")
    edges = np.arange(2 ** (lists * (lists - 1) // 2), dtype=np.int32)
    joined, left = _neighbours(edges, lists), np.full(len(edges), 2**lists - 1, np.int16)
    taken: list[tuple[Subsets, Subsets]] = []
    for _ in range(lists):
        bit, near = _removable(joined, left, lists)
        kept = bit > 0
        edges, joined, left, bit, near = edges[kept], joined[:, kept], left[kept], bit[kept], near[kept]
        taken = [(whole[kept], rest[kept]) for whole, rest in taken] + [(near | bit, near)]
        left &= ~bit
    factors, rows = np.zeros((len(edges), 2**lists), np.int8), np.arange(len(edges))
    for whole, rest in taken:
        factors[rows, whole] += 1
        factors[rows, rest] -= 1
    factors[:, 0] += 1
    factors.flags.writeable = False
    return Decomposable(lists, edges.astype(np.int64), factors)


def _neighbours(edges: NDArray[np.int32], lists: int) -> Subsets:
    """For each list (rows) and graph (columns) the subset of its neighbours."""
    joined = np.zeros((lists, len(edges)), np.int16)
    for place, (one, other) in enumerate(pairs(lists)):
        there = (edges >> place & 1).astype(np.int16)
        joined[one] |= there << (lists - 1 - other)
        joined[other] |= there << (lists - 1 - one)
    return joined


def _removable(joined: Subsets, left: Subsets, lists: int) -> tuple[Subsets, Subsets]:
    """For each graph a list that is left and whose neighbours that are left are all joined (its bit; 0: none), and those."""
    found, near = np.zeros_like(left), np.zeros_like(left)
    for one in range(lists):
        own = np.int16(1 << (lists - 1 - one))
        around = joined[one] & left
        whole = ((left & own) != 0) & (found == 0)
        for other in range(lists):
            bit = np.int16(1 << (lists - 1 - other))
            whole &= ((around & bit) == 0) | ((around & ~(joined[other] | bit)) == 0)
        found[whole], near[whole] = own, around[whole]
    return found, near
