"""Which rows hang together through pairs that are worth a look?"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@numba.njit(cache=True)
def _roots(size: int, left: Ints, right: Ints) -> Ints:  # pragma: no cover - compiled
    parent = np.arange(size).astype(np.int32)
    for at in range(len(left)):
        a, b = left[at], right[at]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for row in range(size):
        root = row
        while parent[root] != root:
            root = parent[root]
        parent[row] = root
    return parent


def components(size: int, left: Ints, right: Ints) -> Ints:
    """(size) int32: for every row the least row of its component under the pairs."""
    return np.asarray(_roots(size, left.astype(np.int32), right.astype(np.int32)))


def pairs_within(labels: Ints, most: int) -> tuple[Ints, Ints]:
    """All pairs (left < right) of rows in one component of 2 to ``most`` rows, in order of component."""
    order = np.argsort(labels, kind="stable").astype(np.int32)
    _, first, count = np.unique(labels[order], return_index=True, return_counts=True)
    left, right = [], []
    for size in np.unique(count):
        if size < 2 or size > most:
            continue
        starts = first[count == size]
        rows = order[starts[:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1)
        left.append(rows[:, a].ravel())
        right.append(rows[:, b].ravel())
    if not left:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    return np.concatenate(left), np.concatenate(right)
