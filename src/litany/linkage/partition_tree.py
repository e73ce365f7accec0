"""How much do the fields say for a cluster of records?

Under a hit-miss model (Copas and Hilton 1990, "Record linkage: statistical models for matching computer records", JRSS A 153)
each record copies the true value of a field or errs. k records that share a value then bring k - 1 pieces of evidence, not
k(k - 1)/2: a sum over pairs counts one agreement, and one error, k - 1 times. The maximum spanning tree of the pairs, taken
field by field, counts each record once, by the other record that speaks best for it. It is what Chow and Liu (1968) keep of a
joint distribution when it is cut down to a tree.

A field that says nothing of a pair is no bridge between two others that differ in it: such an edge is taken only where no
other joins the members, and adds nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litany.linkage.partition_compiled import bare

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
SILENT = -1e6  # the weight of a field that says nothing of a pair
_HEARD = -5e5


class Weights(NamedTuple):
    """What one outer draw says (a NamedTuple, because compiled code takes no Struct).

    ``rows`` (R, F): natural log likelihood ratios of each kind of pair, by field, or SILENT; ``totals`` (R): ``log_rho`` +
    their sums;
    ``unscored``: the row of a pair that nobody scored.
    """

    rows: Floats
    totals: Floats
    log_rho: float
    unscored: int


@bare
def said(weight: float) -> float:
    """What an edge adds."""
    return weight if weight > _HEARD else 0.0


@bare
def unfold(kinds: Ints, size: int, weights: Weights, dense: Floats) -> None:
    """Fill ``dense`` (fields, n, n) with the weights of the pairs of ``size`` members. ``kinds`` (n, n): the row of each, if
    any (>= 0).
    """
    for x in range(size):
        for y in range(x + 1, size):
            if kinds[x, y] >= 0:
                for field in range(weights.rows.shape[1]):
                    dense[field, x, y] = weights.rows[kinds[x, y], field]
                    dense[field, y, x] = dense[field, x, y]


@bare
def tree_score(dense: Floats, members: Ints, size: int, log_rho: float, near: Floats, left: Ints) -> float:
    """The score of the ``size`` first ``members``: (size - 1) log_rho + the maximum spanning trees of all fields.

    ``dense`` (fields, n, n): the weight of each pair, symmetric; ``near`` and ``left`` are room for ``size`` numbers. Prim's
    algorithm, size^2 / 2 steps a field. One record scores 0.
    """
    total = (size - 1) * log_rho
    if size < 2:
        return 0.0
    if size == 3:
        for field in range(len(dense)):
            a, b = dense[field, members[0], members[1]], dense[field, members[0], members[2]]
            c = dense[field, members[1], members[2]]
            total += said(a) + said(b) + said(c) - said(min(a, b, c))
        return float(total)
    for field in range(len(dense)):
        best = 1
        for place in range(1, size):
            left[place], near[place] = members[place], dense[field, members[0], members[place]]
            if near[place] > near[best]:
                best = place
        total += said(near[best])
        for end in range(size - 1, 1, -1):
            taken = left[best]
            left[best], near[best] = left[end], near[end]
            best = 1
            for place in range(1, end):
                near[place] = max(near[place], dense[field, taken, left[place]])
                if near[place] > near[best]:
                    best = place
            total += said(near[best])
    return float(total)
