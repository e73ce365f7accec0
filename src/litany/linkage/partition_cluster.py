"""Which clusters is a chain at in a large component, and how do atoms come and go?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from litany.linkage.partition_atoms import share
from litany.linkage.partition_compiled import inner, maker, stamped
from litany.linkage.partition_order import HEARD, Graph
from litany.linkage.partition_random import Words
from litany.linkage.partition_tree import Floats, Ints

MEMORY = 1 << 12  # clusters remembered
NOBODY = -1


class Clusters(NamedTuple):
    """The partition that a chain is at. Slots have the numbers of atoms; an empty slot has ``many`` 0.

    ``slot`` of each atom (NOBODY: taken out); ``head`` of each slot, ``next`` and ``previous`` of each atom: its members as
    a list; ``many``, ``score``, ``name`` (the sum of the members' words) of each slot; ``free``: the empty slots of each
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
    """What one chain works on: room, and the memory of scores. ``others``, ``sides`` and ``moved`` are for splits and joins."""

    members: Ints
    others: Ints
    sides: Ints
    moved: Ints
    kinds: Ints
    dense: Floats
    places: Ints
    trees: Floats
    spoken: Ints
    heard: Floats
    known: Words
    score: Floats
    choice: Ints
    weight: Floats
    seen: Ints
    state: Words


@stamped
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


@maker
def new_desk(size: int, fields: int) -> Desk:
    """Room for components of up to ``size`` atoms."""
    room = max(size, HEARD) + 1
    return Desk(
        np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32),
        np.empty((HEARD, HEARD), np.int32), np.empty((fields, HEARD, HEARD)),
        np.arange(HEARD).astype(np.int32), np.empty((HEARD, HEARD)), np.empty(HEARD, np.int32), np.empty((2, fields)),
        np.zeros(MEMORY, np.uint64), np.empty(MEMORY), np.empty(room, np.int32), np.empty(room),
        np.zeros(room, np.int32), np.zeros(1, np.uint64),
    )  # fmt: skip


@inner
def clear(desk: Desk, size: int) -> None:
    """Forget, before another component of ``size`` atoms."""
    desk.known[:] = 0
    desk.seen[: size + 1] = 0


@inner
def sort(members: Ints, size: int) -> None:
    """Put the first ``size`` in order, in place (Shell 1959, with Knuth's gaps: few members are put in one by one)."""
    gap = 1
    while 3 * gap + 1 < size // 3:
        gap = 3 * gap + 1
    while gap:
        for end in range(gap, size):
            member, at = members[end], end
            while at >= gap and members[at - gap] > member:
                members[at] = members[at - gap]
                at -= gap
            members[at] = member
        gap //= 3


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
    clusters.name[slot] -= graph.word[atom]
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
    clusters.name[slot] = graph.word[atom] + (clusters.name[slot] if clusters.many[slot] > 1 else np.uint64(0))
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
