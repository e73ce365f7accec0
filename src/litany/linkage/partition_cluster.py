"""What is the score of a cluster in a large component, and how does it change when one atom comes or goes?

Up to HEARD atoms: exact trees (`litany.linkage.partition_tree`), remembered by the cluster's name, for a chain meets the same
clusters again and again. Larger: each member is scored by the best, field by field, of the HEARD strongest neighbours before it
in Prim's order that are members; one that has none counts as unscored. That is a spanning tree in every field, so at
most the maximum one: an approximation from below, whose change costs a bounded number of looks, whatever the cluster's size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from litany.linkage.partition_atoms import share
from litany.linkage.partition_compiled import inner
from litany.linkage.partition_order import HEARD, Graph
from litany.linkage.partition_random import Words, mixed
from litany.linkage.partition_tree import Floats, Ints, Weights, tree_score, unfold

MEMORY = 1 << 12  # clusters remembered
NOBODY = -1


class Clusters(NamedTuple):
    """The partition that a chain is at. Slots have the numbers of atoms; an empty slot has ``many`` 0.

    ``slot`` of each atom (NOBODY: taken out); ``head`` of each slot, ``next`` and ``previous`` of each atom: its members as
    a list; ``many``, ``score``, ``name`` (the xor of the members' words) of each slot; ``free``: the empty slots of each
    component, the first ``spare[component]`` from its start.
    """

    slot: Ints
    head: Ints
    next: Ints
    previous: Ints
    many: Ints
    score: Floats
    name: Words
    free: Ints
    spare: Ints


class Desk(NamedTuple):
    """What one chain works on: room, and the memory of scores."""

    members: Ints
    kinds: Ints
    dense: Floats
    places: Ints
    near: Floats
    left: Ints
    known: Words
    score: Floats
    choice: Ints
    weight: Floats
    seen: Ints
    state: Words


@njit(cache=True)
def new_clusters(start: Ints) -> Clusters:
    """Every atom alone."""
    size = start[-1]
    numbers = np.arange(size).astype(np.int32)
    nobody = np.full(size, NOBODY, np.int32)
    return Clusters(
        numbers.copy(), numbers.copy(), nobody.copy(), nobody.copy(), np.ones(size, np.int32), np.zeros(size),
        np.zeros(size, np.uint64), numbers.copy(), np.zeros(len(start) - 1, np.int32),
    )  # fmt: skip


@inner
def new_desk(size: int, fields: int) -> Desk:
    """Room for a component of ``size`` atoms."""
    room = max(size, HEARD) + 1
    return Desk(
        np.empty(room, np.int32), np.empty((HEARD, HEARD), np.int32), np.empty((fields, HEARD, HEARD)),
        np.arange(HEARD).astype(np.int32), np.empty(HEARD), np.empty(HEARD, np.int32),
        np.zeros(MEMORY, np.uint64), np.empty(MEMORY), np.empty(room, np.int32), np.empty(room),
        np.zeros(room, np.int32), np.zeros(1, np.uint64),
    )  # fmt: skip


@inner
def take_out(clusters: Clusters, graph: Graph, component: int, atom: int, score: float) -> None:
    """Remove ``atom`` from its cluster, which scores ``score`` without it."""
    slot = clusters.slot[atom]
    before, after = clusters.previous[atom], clusters.next[atom]
    if before == NOBODY:
        clusters.head[slot] = after
    else:
        clusters.next[before] = after
    if after != NOBODY:
        clusters.previous[after] = before
    clusters.slot[atom] = NOBODY
    clusters.many[slot] -= 1
    clusters.name[slot] ^= graph.word[atom]
    clusters.score[slot] = score
    if clusters.many[slot] == 0:
        clusters.free[graph.start[component] + clusters.spare[component]] = slot
        clusters.spare[component] += 1


@inner
def put_in(clusters: Clusters, graph: Graph, atom: int, slot: int, score: float) -> None:
    """Add ``atom``, taken out before, to the cluster at ``slot``, which scores ``score`` with it."""
    head = clusters.head[slot] if clusters.many[slot] else NOBODY
    clusters.next[atom], clusters.previous[atom] = head, NOBODY
    if head != NOBODY:
        clusters.previous[head] = atom
    clusters.head[slot], clusters.slot[atom] = atom, slot
    clusters.many[slot] += 1
    clusters.name[slot] = graph.word[atom] ^ (clusters.name[slot] if clusters.many[slot] > 1 else np.uint64(0))
    clusters.score[slot] = score


@inner
def empty_slot(clusters: Clusters, graph: Graph, component: int) -> int:
    """A slot for a new cluster. There is one whenever an atom is out, or two share a slot."""
    clusters.spare[component] -= 1
    return int(clusters.free[graph.start[component] + clusters.spare[component]])


@inner
def may_join(clusters: Clusters, graph: Graph, atom: int, slot: int) -> bool:
    """Does no constraint keep ``atom`` from the cluster?"""
    for at in range(graph.apart_start[atom], graph.apart_start[atom + 1]):
        if clusters.slot[graph.apart[at]] == slot:
            return False
    if graph.list_start[atom] == graph.list_start[atom + 1]:
        return True
    member = clusters.head[slot]
    while member != NOBODY:
        if share(atom, member, graph.list_start, graph.lists):
            return False
        member = clusters.next[member]
    return True


@inner
def score_with(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, slot: int) -> float:
    """The score of the cluster at ``slot`` with ``atom`` (which is outside) added."""
    size = clusters.many[slot] + 1
    if size > HEARD + 1:
        return float(clusters.score[slot] + _change(clusters, graph, weights, atom, slot))
    desk.members[0] = atom
    _list(clusters, desk, clusters.head[slot], NOBODY, 1)
    if size > HEARD:
        return _heard_score(clusters, graph, weights, desk, size, atom, slot)
    return _known_score(graph, weights, desk, size, clusters.name[slot] ^ graph.word[atom])


@inner
def score_without(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int) -> float:
    """The score of the cluster of ``atom`` without it."""
    slot = clusters.slot[atom]
    size = clusters.many[slot] - 1
    if size < 2:
        return 0.0
    if size > HEARD:
        return float(clusters.score[slot] - _change(clusters, graph, weights, atom, slot))
    _list(clusters, desk, clusters.head[slot], atom, 0)
    return _known_score(graph, weights, desk, size, clusters.name[slot] ^ graph.word[atom])


@inner
def score_of(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, slot: int) -> float:
    """The score of the cluster at ``slot``, from the beginning."""
    size = clusters.many[slot]
    _list(clusters, desk, clusters.head[slot], NOBODY, 0)
    if size > HEARD:
        return _heard_score(clusters, graph, weights, desk, size, NOBODY, slot)
    return _known_score(graph, weights, desk, size, clusters.name[slot])


@inner
def _list(clusters: Clusters, desk: Desk, member: int, without: int, count: int) -> None:
    while member != NOBODY:
        if member != without:
            desk.members[count] = member
            count += 1
        member = clusters.next[member]


@inner
def _known_score(graph: Graph, weights: Weights, desk: Desk, size: int, name: np.uint64) -> float:
    """The exact score of the first ``size`` members on the desk. A name is 64 bits: two clusters in 10^19 share one."""
    if size < 2:
        return 0.0
    if size == 2:
        return float(weights.totals[kind_of(graph, desk.members[0], desk.members[1], weights.unscored)])
    at = np.int64(mixed(name) & np.uint64(MEMORY - 1))
    if desk.known[at] == name:
        return float(desk.score[at])
    # In order, so that the last digit of a score does not depend on how the chain came here.
    members = np.sort(desk.members[:size])
    for x in range(size):
        for y in range(x + 1, size):
            desk.kinds[x, y] = kind_of(graph, members[x], members[y], weights.unscored)
    unfold(desk.kinds, size, weights, desk.dense)
    score = tree_score(desk.dense, desk.places, size, weights.log_rho, desk.near, desk.left)
    desk.known[at], desk.score[at] = name, score
    return float(score)


@inner
def kind_of(graph: Graph, one: int, other: int, unscored: int) -> int:
    """The row of the weights by which two atoms compare."""
    low, high = graph.near_start[one], graph.near_start[one + 1]
    if high - low > graph.near_start[other + 1] - graph.near_start[other]:
        low, high, other = graph.near_start[other], graph.near_start[other + 1], one
    end = high
    while low < high:
        middle = (low + high) >> 1
        if graph.near[middle] < other:
            low = middle + 1
        else:
            high = middle
    return int(graph.near_row[low]) if low < end and graph.near[low] == other else int(unscored)


@inner
def _heard_score(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, size: int, extra: int, slot: int) -> float:
    """The score of the members on the desk: those at ``slot`` and ``extra``. One member hears nobody, and starts the tree."""
    total = (size - 1) * weights.log_rho - weights.rows[weights.unscored].sum()
    for place in range(size):
        total += _heard(clusters, graph, weights, desk.members[place], slot, extra, NOBODY)
    return float(total)


@inner
def _heard(clusters: Clusters, graph: Graph, weights: Weights, atom: int, slot: int, extra: int, without: int) -> float:
    """What the members before ``atom`` say for it: those at ``slot``, with ``extra`` and without ``without``."""
    rows = weights.rows
    first, last = graph.before_start[atom], graph.before_start[atom + 1]
    while first < last and not _is_member(clusters, graph.before[first], slot, extra, without):
        first += 1
    if first == last:
        return float(rows[weights.unscored].sum())
    total = 0.0
    for field in range(rows.shape[1]):
        best = rows[graph.before_row[first], field]
        for at in range(first + 1, last):
            if rows[graph.before_row[at], field] > best and _is_member(clusters, graph.before[at], slot, extra, without):
                best = rows[graph.before_row[at], field]
        total += best
    return float(total)


@inner
def _is_member(clusters: Clusters, atom: int, slot: int, extra: int, without: int) -> bool:
    return bool((clusters.slot[atom] == slot or atom == extra) and atom != without)


@inner
def _change(clusters: Clusters, graph: Graph, weights: Weights, atom: int, slot: int) -> float:
    """What ``atom`` adds to a large cluster: its own part, and what it says for those that hear it."""
    total = weights.log_rho + _heard(clusters, graph, weights, atom, slot, NOBODY, atom)
    for at in range(graph.after_start[atom], graph.after_start[atom + 1]):
        other = graph.after[at]
        if clusters.slot[other] == slot and other != atom:
            with_it = _heard(clusters, graph, weights, other, slot, atom, NOBODY)
            total += with_it - _heard(clusters, graph, weights, other, slot, NOBODY, atom)
    return float(total)
