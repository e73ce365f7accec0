"""What is the score of a cluster in a large component, and how does it change when one atom comes or goes?

Up to HEARD atoms: exact trees (`litany.linkage.partition_tree`), remembered by the cluster's name, for a chain meets the same
clusters again and again; of atoms that compare alike (`litany.linkage.partition_alike`) the name says only how many they are.
Larger: the exact trees of its first HEARD members in Prim's order, its core; each other member is a copy of one of HEARD before
it, and which one is averaged out: over the neighbours that it listens to and that are members, and for the rest of the HEARD
over unscored pairs. A change costs a bounded number of looks, whatever the cluster's size.
"""

from __future__ import annotations

import numpy as np

from litany.linkage.partition_cluster import MEMORY, NOBODY, Clusters, Desk, sort
from litany.linkage.partition_compiled import inner
from litany.linkage.partition_order import HEARD, Graph
from litany.linkage.partition_random import Words, mixed
from litany.linkage.partition_tree import Floats, Ints, Weights, tree_score, unfold


@inner
def recalled(known: Words, name: np.uint64) -> int:
    """Where on the desk the exact score of the cluster of that name stands; NOBODY: nowhere."""
    at = _shelf(name)
    return at if known[at] == name else NOBODY


@inner
def _shelf(name: np.uint64) -> int:
    return int(np.int64(mixed(name) & np.uint64(MEMORY - 1)))


@inner
def score_with(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, slot: int) -> float:
    """The score of the cluster at ``slot`` with ``atom`` (which is outside) added."""
    size = clusters.many[slot] + 1
    desk.members[0] = atom
    if size == 2:
        kind = _kind_of(graph.near_start, graph.near, graph.near_row, atom, clusters.head[slot], weights.unscored)
        return float(weights.totals[kind])
    if size <= HEARD:
        name = clusters.name[slot] + graph.word[atom]
        at = recalled(desk.known, name)
        if at != NOBODY:
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
    return _exact(graph, weights, desk, size, clusters.name[slot] - graph.word[atom])


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
    not depend on how the chain came to it, nor on which of those that compare alike are there. A name is 64 bits: two clusters
    in 10^19 share one.
    """
    if size < 2:
        return 0.0
    at = recalled(desk.known, name)
    if at != NOBODY:
        return float(desk.score[at])
    _sort(graph.alike, desk.members, size)
    _look_up(graph.near_start, graph.near, graph.near_row, desk.members, size, weights.unscored, desk.kinds)
    if size == 2:
        return float(weights.totals[desk.kinds[0, 1]])
    unfold(desk.kinds, size, weights, desk.dense)
    score = tree_score(desk.dense, desk.places, size, weights.log_rho, desk.trees, desk.spoken)
    at = _shelf(name)
    desk.known[at], desk.score[at] = name, score
    return float(score)


@inner
def _sort(alike: Ints, members: Ints, size: int) -> None:
    for end in range(1, size):
        member, at = members[end], end
        while at and alike[members[at - 1]] > alike[member]:
            members[at] = members[at - 1]
            at -= 1
        members[at] = member


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
        name += graph.word[desk.members[place]]
    return _exact(graph, weights, desk, HEARD, name)


@inner
def _large(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, size: int, extra: int, slot: int) -> float:
    """The score of the members on the desk: those at ``slot`` and ``extra``."""
    sort(desk.members, size)
    total = (size - HEARD) * (weights.log_rho + np.log(HEARD)) + _core(graph, weights, desk)
    for atom in desk.members[HEARD:size]:
        first, last = graph.before_start[atom], graph.before_start[atom + 1]
        total += _heard(
            clusters.slot, graph.before[first:last], graph.before_row[first:last], weights, desk.heard, slot, extra, NOBODY
        )
    return float(total)


@inner
def _heard(slots: Ints, before: Ints, row: Ints, weights: Weights, room: Floats, slot: int, extra: int, without: int) -> float:
    """What the members among ``before`` say for an atom: those at ``slot``, with ``extra`` and without ``without``."""
    rows, sums, spoken, left = weights.rows, room[0], room[1], HEARD
    sums[:], spoken[:] = 0.0, 0.0
    for at in range(len(before)):
        if (slots[before[at]] == slot or before[at] == extra) and before[at] != without:
            left -= 1
            for field in range(len(sums)):
                sums[field] += rows[row[at], field]
                spoken[field] += rows[row[at], field] > 0.0
    total = 0.0
    for field in range(len(sums)):
        if spoken[field] or left == HEARD:
            mean = (sums[field] + left * rows[weights.unscored, field]) / (spoken[field] + left)
            total += np.log(mean) if mean > 0.0 else 0.0
    return float(total)


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
    total = weights.log_rho + np.log(HEARD)
    if earlier < HEARD:
        sort(desk.members, size)
        end = newcomer = desk.members[HEARD - 1]
        total -= _core(graph, weights, desk)
        for place in range(HEARD):  # its members may have been put in another order
            if desk.members[place] == end:
                desk.members[place] = atom
        total += _core(graph, weights, desk)
    first, last = graph.before_start[newcomer], graph.before_start[newcomer + 1]
    without = NOBODY if newcomer != atom else atom
    total += _heard(
        clusters.slot, graph.before[first:last], graph.before_row[first:last], weights, desk.heard, slot, atom, without
    )
    for at in range(graph.after_start[atom], graph.after_start[atom + 1]):
        other = graph.after[at]
        if other > end and clusters.slot[other] == slot:
            first, last = graph.before_start[other], graph.before_start[other + 1]
            before, row = graph.before[first:last], graph.before_row[first:last]
            total += _heard(clusters.slot, before, row, weights, desk.heard, slot, atom, NOBODY)
            total -= _heard(clusters.slot, before, row, weights, desk.heard, slot, NOBODY, atom)
    return float(total)
