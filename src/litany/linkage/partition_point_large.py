"""Which partition stands best for all draws of a large component, whose pairs are too many to weigh them all?

Only pairs that some draw has together can gain anything; there are few of them, whatever the component's size.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
_AT_ONCE = 16  # draws whose pairs are kept before they are added up


def best_of_large(labels: NDArray[np.unsignedinteger]) -> Ints:
    """(n) local labels. ``labels``: (draws, n) of one component.

    As for small ones: clusters are joined, those first that lower Binder's loss the most, and never two records that no draw
    has together.
    """
    draws, size = labels.shape
    code, count = _together(labels)
    near: list[dict[int, tuple[int, int]]] = [{} for _ in range(size)]  # to other clusters: twice the gain, pairs known
    heap = []
    for one, other, times in zip((code // size).tolist(), (code % size).tolist(), count.tolist(), strict=True):
        gain = 2 * times - draws
        near[one][other] = near[other][one] = (gain, 1)
        if gain > 0:
            heap.append((-gain, one, other))
    heapq.heapify(heap)
    many, out = [1] * size, np.arange(size, dtype=np.int32)
    while heap:
        loss, a, b = heapq.heappop(heap)
        found = near[a].get(b)
        if found is None or found[0] != -loss or found[1] != many[a] * many[b]:
            continue  # a cluster that has changed since
        for other, (gain, pairs) in near[b].items():
            if other == a:
                continue
            before = near[a].get(other, (0, 0))
            near[a][other] = near[other][a] = (before[0] + gain, before[1] + pairs)
            del near[other][b]
        del near[a][b]
        near[b] = {}
        many[a] += many[b]
        out[out == b] = a
        for other, (gain, pairs) in near[a].items():
            if gain > 0 and pairs == many[a] * many[other]:
                heapq.heappush(heap, (-gain, min(a, other), max(a, other)))
    return out


def _together(labels: NDArray[np.unsignedinteger]) -> tuple[Longs, Longs]:
    """Pairs of columns that some draw has together, as low * n + high, in order, and how many draws have them."""
    size, codes, counts = labels.shape[1], np.empty(0, np.int64), np.empty(0, np.int64)
    waiting: list[Longs] = []
    for number, draw in enumerate(labels):
        waiting += _pairs(draw.astype(np.int64), size)
        if number % _AT_ONCE == _AT_ONCE - 1 or number == len(labels) - 1:
            new, times = np.unique(np.concatenate([*waiting, codes[:0]]), return_counts=True)
            both, place = np.unique(np.concatenate([codes, new]), return_inverse=True)
            counts = np.bincount(place, np.concatenate([counts, times]), minlength=len(both)).astype(np.int64)
            codes, waiting = both, []
    return codes, counts


def _pairs(label: Longs, size: int) -> list[Longs]:
    order = np.argsort(label, kind="stable")
    made: list[Longs] = []
    apart = 1
    while True:
        same = np.flatnonzero(label[order][apart:] == label[order][:-apart])
        if not len(same):
            return made
        made.append(order[same] * size + order[same + apart])
        apart += 1
