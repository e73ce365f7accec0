"""Which single partition stands best for all draws, and how often does each of its clusters come up?"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from litany.linkage.partition_point_large import best_of_large
from litany.linkage.partition_random import Words
from litany.linkage.partition_tree import Floats, Ints

Labels = NDArray[np.unsignedinteger]
_PAIRWISE = 400  # records of a component up to which all pairs are weighed


def point_labels(labels: Labels, first: Ints, last: Ints) -> Ints:
    """(m) local labels of one partition, component by component (``first`` to ``last`` are their columns).

    It lowers Binder's loss (1978, "Bayesian cluster analysis", Biometrika 65; both errors weigh the same), which is the sum
    over pairs put together of 1/2 - P(together): clusters are joined, the pair with the most to gain first, as long as there
    is something to gain, and never two records that no draw has together.
    """
    out = np.zeros(labels.shape[1], np.int32)
    _join_all(labels, first, last, out)
    for at in np.flatnonzero(last - first > _PAIRWISE):
        out[first[at] : last[at]] = best_of_large(labels[:, first[at] : last[at]])
    return out


@njit(cache=True, parallel=True)
def _join_all(labels: Labels, first: Ints, last: Ints, out: Ints) -> None:
    parts = 64
    for part in prange(parts):
        for at in range(len(first) * part // parts, len(first) * (part + 1) // parts):
            if last[at] - first[at] <= _PAIRWISE:
                _join(labels, first[at], last[at], out)


@njit(cache=True)
def _join(labels: Labels, first: int, last: int, out: Ints) -> None:
    size, draws = last - first, labels.shape[0]
    together = np.zeros((size, size))
    for draw in range(draws):
        for x in range(first, last):
            for y in range(x + 1, last):
                if labels[draw, x] == labels[draw, y]:
                    together[x - first, y - first] += 1.0
    gain = np.empty((size, size))
    for x in range(size):
        out[first + x] = x
        for y in range(x + 1, size):
            gain[x, y] = together[x, y] - draws / 2 if together[x, y] else -np.inf
            gain[y, x] = gain[x, y]
    while True:
        best, a, b = 0.0, -1, -1
        for x in range(size):
            if out[first + x] == x:
                for y in range(x + 1, size):
                    if gain[x, y] > best and out[first + y] == y:
                        best, a, b = gain[x, y], x, y
        if a < 0:
            return
        for x in range(size):
            if out[first + x] == b:
                out[first + x] = a
            gain[a, x] += gain[b, x]
            gain[x, a] = gain[a, x]


@njit(cache=True, parallel=True)
def cluster_hits(labels: Labels, group: Ints, word: Words, wanted: Words) -> Floats:
    """(m) in how many draws do the words of a record's cluster add up to ``wanted``?"""
    draws, columns = labels.shape
    parts = 16
    hits = np.zeros((parts, columns))
    for part in prange(parts):
        total = np.empty(columns, np.uint64)
        for draw in range(draws * part // parts, draws * (part + 1) // parts):
            total[:] = 0
            for column in range(columns):
                total[group[column] + labels[draw, column]] += word[column]
            for column in range(columns):
                hits[part, column] += total[group[column] + labels[draw, column]] == wanted[column]
    made: Floats = hits.sum(axis=0)
    return made
