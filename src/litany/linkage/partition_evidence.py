"""What is the score of a cluster in a large component, and how does it change when one atom comes or goes?

Up to HEARD atoms: exact trees (`litany.linkage.partition_tree`), remembered by the cluster's name, for a chain meets the same
clusters again and again. Larger: the exact trees of its first HEARD members in Prim's order, its core; each other member is
scored by the best, field by field, of those neighbours before it that it listens to and that are members, and as unscored if
there are none. That is a spanning tree in every field, so at most the maximum one: an approximation from below, whose change
costs a bounded number of looks, whatever the cluster's size.
"""

from __future__ import annotations

import numpy as np

from litany.linkage.partition_cluster import MEMORY, NOBODY, Clusters, Desk, sort
from litany.linkage.partition_compiled import inner
from litany.linkage.partition_order import HEARD, Graph
from litany.linkage.partition_random import mixed
from litany.linkage.partition_tree import Floats, Ints, Weights, said, tree_score, unfold


@inner
def score_with(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, slot: int) -> float:
    """The score of the cluster at ``slot`` with ``atom`` (which is outside) added."""
    size = clusters.many[slot] + 1
    desk.members[0] = atom
    if size == 2:
        kind = _kind_of(graph.near_start, graph.near, graph.near_row, atom, clusters.head[slot], weights.unscored)
        return float(weights.totals[kind])
    if size <= HEARD:
        name = clusters.name[slot] ^ graph.word[atom]
        at = np.int64(mixed(name) & np.uint64(MEMORY - 1))
        if desk.known[at] == name:
            return float(desk.score[at])
        _list(clusters.next, desk.members, clusters.head[slot], NOBODY, 1)
        return _exact(graph, weights, desk, size, name)
    if size > HEARD + 1:
        return float(clusters.score[slot] + _change(clusters, graph, weights, desk, atom, slot))
    _list(clusters.next, desk.members, clusters.head[slot], NOBODY, 1)
    return _large(clusters, graph, weights, desk, size, atom, slot)


@inner
def score_without(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int) -> float:
    """The score of the cluster of ``atom`` without it."""
    slot = clusters.slot[atom]
    size = clusters.many[slot] - 1
    if size < 2:
        return 0.0
    if size > HEARD:
        return float(clusters.score[slot] - _change(clusters, graph, weights, desk, atom, slot))
    _list(clusters.next, desk.members, clusters.head[slot], atom, 0)
    return _exact(graph, weights, desk, size, clusters.name[slot] ^ graph.word[atom])


@inner
def score_of(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, slot: int) -> float:
    """The score of the cluster at ``slot``, from the beginning."""
    size = clusters.many[slot]
    _list(clusters.next, desk.members, clusters.head[slot], NOBODY, 0)
    if size > HEARD:
        return _large(clusters, graph, weights, desk, size, NOBODY, slot)
    return _exact(graph, weights, desk, size, clusters.name[slot])


@inner
def _list(following: Ints, members: Ints, member: int, without: int, count: int) -> int:
    while member != NOBODY:
        if member != without:
            members[count] = member
            count += 1
        member = following[member]
    return count


@inner
def _exact(graph: Graph, weights: Weights, desk: Desk, size: int, name: np.uint64) -> float:
    """The exact score of the first ``size`` members on the desk, which are sorted here, so that the last digit of a score does
    not depend on how the chain came to it. A name is 64 bits: two clusters in 10^19 share one.
    """
    if size < 2:
        return 0.0
    at = np.int64(mixed(name) & np.uint64(MEMORY - 1))
    if desk.known[at] == name:
        return float(desk.score[at])
    sort(desk.members, size)
    _look_up(graph.near_start, graph.near, graph.near_row, desk.members, size, weights.unscored, desk.kinds)
    if size == 2:
        return float(weights.totals[desk.kinds[0, 1]])
    unfold(desk.kinds, size, weights, desk.dense)
    score = tree_score(desk.dense, desk.places, size, weights.log_rho, desk.near, desk.left)
    desk.known[at], desk.score[at] = name, score
    return float(score)


@inner
def _look_up(near_start: Ints, near: Ints, near_row: Ints, members: Ints, size: int, unscored: int, kinds: Ints) -> None:
    for x in range(size):
        for y in range(x + 1, size):
            kinds[x, y] = _kind_of(near_start, near, near_row, members[x], members[y], unscored)


@inner
def _kind_of(near_start: Ints, near: Ints, near_row: Ints, one: int, other: int, unscored: int) -> int:
    """The row of the weights by which two atoms compare. (Few arguments: a `Graph` of arrays is slow to hand on.)"""
    low, high = near_start[one], near_start[one + 1]
    if high - low > near_start[other + 1] - near_start[other]:
        low, high, other = near_start[other], near_start[other + 1], one
    end = high
    while low < high:
        middle = (low + high) >> 1
        if near[middle] < other:
            low = middle + 1
        else:
            high = middle
    return int(near_row[low]) if low < end and near[low] == other else int(unscored)


@inner
def _core(graph: Graph, weights: Weights, desk: Desk) -> float:
    """The exact score of the first HEARD members on the desk."""
    name = np.uint64(0)
    for place in range(HEARD):
        name ^= graph.word[desk.members[place]]
    return _exact(graph, weights, desk, HEARD, name)


@inner
def _large(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, size: int, extra: int, slot: int) -> float:
    """The score of the members on the desk: those at ``slot`` and ``extra``."""
    sort(desk.members, size)
    total = (size - HEARD) * weights.log_rho + _core(graph, weights, desk)
    for atom in desk.members[HEARD:size]:
        first, last = graph.before_start[atom], graph.before_start[atom + 1]
        total += _heard(
            clusters.slot, graph.before[first:last], graph.before_row[first:last], weights, desk.best, slot, extra, NOBODY
        )
    return float(total)


@inner
def _heard(slots: Ints, before: Ints, row: Ints, weights: Weights, best: Floats, slot: int, extra: int, without: int) -> float:
    """What the members among ``before`` say for an atom: those at ``slot``, with ``extra`` and without ``without``."""
    rows, nobody = weights.rows, True
    for at in range(len(before)):
        if (slots[before[at]] == slot or before[at] == extra) and before[at] != without:
            for field in range(len(best)):
                best[field] = rows[row[at], field] if nobody else max(best[field], rows[row[at], field])
            nobody = False
    if nobody:
        return float(weights.rows[weights.unscored].sum())
    total = 0.0
    for field in range(len(best)):
        total += said(best[field])
    return total


@inner
def _change(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, slot: int) -> float:
    """What ``atom`` adds to a large cluster without it: its own part, and what it says for those that listen to it.

    In the core it takes the place of the last there, which from then on only listens.
    """
    size = _list(clusters.next, desk.members, clusters.head[slot], atom, 0)
    earlier = 0
    for place in range(size):
        earlier += desk.members[place] < atom
    newcomer, end = atom, atom
    total = weights.log_rho
    if earlier < HEARD:
        sort(desk.members, size)
        end = newcomer = desk.members[HEARD - 1]
        total -= _core(graph, weights, desk)
        desk.members[HEARD - 1] = atom
        total += _core(graph, weights, desk)
    first, last = graph.before_start[newcomer], graph.before_start[newcomer + 1]
    without = NOBODY if newcomer != atom else atom
    total += _heard(
        clusters.slot, graph.before[first:last], graph.before_row[first:last], weights, desk.best, slot, atom, without
    )
    for at in range(graph.after_start[atom], graph.after_start[atom + 1]):
        other = graph.after[at]
        if other > end and clusters.slot[other] == slot:
            first, last = graph.before_start[other], graph.before_start[other + 1]
            before, row = graph.before[first:last], graph.before_row[first:last]
            total += _heard(clusters.slot, before, row, weights, desk.best, slot, atom, NOBODY)
            total -= _heard(clusters.slot, before, row, weights, desk.best, slot, NOBODY, atom)
    return float(total)
