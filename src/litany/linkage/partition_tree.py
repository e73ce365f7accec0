"""How much do the fields say for a cluster of records?

Under a hit-miss model (Copas and Hilton 1990, "Record linkage: statistical models for matching computer records", JRSS A 153)
each record copies the true value of a field or errs. k records that share a value then bring k - 1 pieces of evidence, not
k(k - 1)/2: a sum over pairs counts one agreement, and one error, k - 1 times. A spanning tree counts each record once, as a
copy of another. Which tree is not known, so it is averaged out, field by field: the mean over all spanning trees of the
product of their pairs' likelihood ratios (Meila and Jaakkola 2006, "Tractable Bayesian learning of tree belief networks",
Statistics and Computing 16). The best tree alone would say too much for large clusters, which then grow without end: among many
rows there is always one with this birthday, and another with that street.

The prior is Ewens's (1972, "The sampling theory of selectively neutral alleles", Theoretical Population Biology 3): rho^(k - 1)
(k - 1)! for a cluster of k, under which two rows are one with the odds rho that are learned from pairs, however many rows there
are.

A field that says nothing of a pair is no bridge between two others that differ in it: such an edge is taken only where no
other joins the members, and adds nothing.
"""

from __future__ import annotations

from math import lgamma
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litany.linkage.partition_compiled import bare

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
SILENT = -1e6  # the logarithm of the ratio of a field that says nothing of a pair
_MOST = 230.0  # beyond it logarithms of ratios are cut off, so that products stay in the range of numbers
_FAR = 1e150


class Weights(NamedTuple):
    """What one outer draw says (a NamedTuple, because compiled code takes no Struct).

    ``rows`` (R, F): likelihood ratios of each kind of pair, by field, 0 where the field says nothing; ``totals`` (R):
    ``log_rho`` + the sums of their logarithms; ``unscored``: the row of a pair that nobody scored.
    """

    rows: Floats
    totals: Floats
    log_rho: float
    unscored: int


def weights(ratios: Floats, log_rho: float, unscored: int) -> Weights:
    """From logarithms (R, F), SILENT where a field says nothing."""
    spoken = ratios > SILENT / 2
    logs = np.where(spoken, np.clip(ratios, -_MOST, _MOST), 0.0)
    return Weights(np.where(spoken, np.exp(logs), 0.0), log_rho + logs.sum(axis=1), log_rho, unscored)


@bare
def unfold(kinds: Ints, size: int, weights: Weights, dense: Floats) -> None:
    """Fill ``dense`` (fields, n, n) with the ratios of the pairs of ``size`` members. ``kinds`` (n, n): the row of each, if
    any (>= 0).
    """
    for x in range(size):
        for y in range(x + 1, size):
            if kinds[x, y] >= 0:
                for field in range(weights.rows.shape[1]):
                    dense[field, x, y] = weights.rows[kinds[x, y], field]
                    dense[field, y, x] = dense[field, x, y]


@bare
def tree_score(dense: Floats, members: Ints, size: int, log_rho: float, room: Floats, known: Ints) -> float:
    """The score of the ``size`` first ``members``: (size - 1) log_rho + log (size - 1)! + for each field the logarithm of the
    mean over trees.

    ``dense`` (fields, n, n): the likelihood ratio of each pair, symmetric, 0 where the field says nothing; ``room`` (n, n) and
    ``known`` are room for ``size`` members. One record scores 0.
    """
    if size < 2:
        return 0.0
    total = (size - 1) * log_rho + lgamma(float(size))
    for field in range(len(dense)):
        ratios = dense[field]
        if size == 2:
            ratio = ratios[members[0], members[1]]
            total += np.log(ratio) if ratio > 0.0 else 0.0
        elif size == 3:
            total += _of_three(ratios[members[0], members[1]], ratios[members[0], members[2]], ratios[members[1], members[2]])
        else:
            total += _mean_tree(ratios, members, size, room, known)
    return float(total)


@bare
def _of_three(a: float, b: float, c: float) -> float:
    spoken = (a > 0.0) + (b > 0.0) + (c > 0.0)
    if spoken < 2:
        return float(np.log(a + b + c)) if spoken else 0.0
    return float(np.log((a * b + a * c + b * c) / (3.0 if spoken == 3 else 1.0)))


@bare
def _mean_tree(ratios: Floats, members: Ints, size: int, room: Floats, known: Ints) -> float:
    """The logarithm of the mean over spanning trees. Members of which the field says nothing at all are left out."""
    many, spoken = 0, 0
    for x in range(size):
        before = spoken
        for y in range(size):
            spoken += x != y and ratios[members[x], members[y]] > 0.0
        if spoken > before:
            known[many] = members[x]
            many += 1
    for x in range(many):
        for y in range(x + 1, many):
            room[x, y] = ratios[known[x], known[y]]
    total = _all_trees(room, many)
    if spoken == many * (many - 1):
        return total - (many - 2) * np.log(many) if many else 0.0
    for x in range(many):
        for y in range(x + 1, many):
            room[x, y] = 1.0 if ratios[known[x], known[y]] > 0.0 else 0.0
    return total - _all_trees(room, many)


@bare
def _all_trees(ratios: Floats, size: int) -> float:
    """The logarithm of the sum over spanning trees of the product of their ratios (where 0 parts the members: over forests).

    Vertex by vertex is taken out, as an electrician replaces a star by a mesh (Kirchhoff's determinant, without a subtraction,
    so that ratios of all sizes go together). ``ratios``: the upper triangle, which is used up.
    """
    total, product = 0.0, 1.0
    for x in range(size - 1):
        degree = 0.0
        for y in range(x + 1, size):
            degree += ratios[x, y]
        if degree == 0.0:
            continue
        product *= degree
        if product > _FAR or product < 1.0 / _FAR:
            total, product = total + np.log(product), 1.0
        for y in range(x + 1, size):
            share = ratios[x, y] / degree
            if share > 0.0:
                for z in range(y + 1, size):
                    ratios[y, z] += share * ratios[x, z]
    return float(total + np.log(product))
