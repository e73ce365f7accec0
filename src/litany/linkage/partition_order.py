"""In which order does a chain go through a large component, and which neighbours does each atom listen to?

Atoms are numbered as Prim's algorithm reaches them over the mean weights: strong clusters come one behind the other, and
every atom but the first has a scored neighbour before it. The score of a cluster too large for exact trees rests on that
(`litany.linkage.partition_evidence`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from litany.linkage.partition_alike import alike
from litany.linkage.partition_atoms import Atoms
from litany.linkage.partition_components import Components
from litany.linkage.partition_random import Words, mix
from litany.linkage.partition_tree import Floats, Ints

HEARD = 24  # members whose evidence counts for one atom of a large cluster
_OF_A_KIND = 4


class Graph(NamedTuple):
    """Large components, one behind the other, atoms in Prim order (a NamedTuple, because compiled code takes no Struct).

    ``start`` (C + 1): where each component begins. Of atom i, ``near[near_start[i]:near_start[i + 1]]`` are the atoms that
    it is scored with, in order, and ``near_row`` the rows of the weights; ``before`` the HEARD strongest that come before
    it, the strongest first; ``after`` those that hear i. ``ask``: the atoms whose clusters it may move to by itself, those
    that it is compared with above the floor. ``lists``: its duplicate-free lists; ``apart``: the atoms it is
    judged different from. ``bond_start`` (C + 1), ``bonds``: the pairs that are likely one (mean total above 0), the
    strongest first. ``alike``: the first of the atoms that it can be exchanged with (`litany.linkage.partition_alike`), and
    ``word`` a hash of that one, so that the sum of the words of a cluster says what it scores. ``place``: what it is called in
    the draws.
    """

    start: Ints
    near_start: Ints
    near: Ints
    near_row: Ints
    before_start: Ints
    before: Ints
    before_row: Ints
    after_start: Ints
    after: Ints
    ask_start: Ints
    ask: Ints
    list_start: Ints
    lists: Ints
    apart_start: Ints
    apart: Ints
    bond_start: Ints
    bonds: Ints
    alike: Ints
    word: Words
    place: Ints
    stream: Words


def large_ones(atoms: Atoms, found: Components, strength: Floats, exact: int) -> tuple[Graph, Ints]:
    """The components of more than ``exact`` atoms, and where their atoms stand in ``found.atoms``. ``strength``: of each
    row.
    """
    sizes = found.sizes
    chosen = sizes > exact
    inside = chosen[found.of_position()]
    where = np.flatnonzero(inside).astype(np.int32)
    start = np.concatenate([[0], np.cumsum(sizes[chosen])]).astype(np.int32)
    new = (np.cumsum(inside) - 1).astype(np.int32)
    edges = inside[found.left] & found.may
    left, right, row = new[found.left[edges]], new[found.right[edges]], found.row[edges]
    # Weights are rounded before they order anything: their last digits may depend on the machine.
    weight = np.round(strength, 9)[row]
    near_start, near, near_weight, _ = _neighbours(len(where), left, right, row, weight)
    rank = _prim(start, near_start, near, near_weight)
    order = np.argsort(rank).astype(np.int32)
    where, left, right = where[order], rank[left], rank[right]
    near_start, near, _, near_row = _neighbours(len(where), left, right, row, weight)
    low, high = np.minimum(left, right), np.maximum(left, right)
    before_start, before, before_row = _strongest(len(where), low, high, row, weight)
    heard_by = np.repeat(np.arange(len(where), dtype=np.int32), np.diff(before_start))
    after_start, after = _grouped(len(where), before, heard_by)
    holds = found.holds[edges]
    ask_start, ask = _grouped(
        len(where), np.concatenate([left[holds], right[holds]]), np.concatenate([right[holds], left[holds]])
    )
    list_start, lists = _cut(atoms.list_start, atoms.lists, found.atoms[where])
    apart = rank[new[found.apart[inside[found.apart[:, 0]]]]]
    both = np.concatenate([apart, apart[:, ::-1]])
    apart_start, others = _grouped(len(where), both[:, 0], both[:, 1])
    bond_start, bonds = _bonds(start, low, high, weight)
    rank_inside = np.arange(len(where), dtype=np.uint64) - np.repeat(start[:-1], np.diff(start)).astype(np.uint64)
    # The rank is not mixed before it is added: two atoms whose contents are each other's ranks would get one word.
    word = mix(found.key[where] + rank_inside)
    first = alike(near_start, near, near_row)
    graph = Graph(
        start, near_start, near, near_row, before_start, before, before_row, after_start, after,
        ask_start, ask, list_start, lists, apart_start, others, bond_start, bonds,
        first, word[first], found.place[where], found.stream[chosen],
    )  # fmt: skip
    return graph, where


def _starts(size: int, of: Ints) -> Ints:
    start = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(of, minlength=size), out=start[1:])
    return start


def _grouped(size: int, of: Ints, value: Ints) -> tuple[Ints, Ints]:
    return _starts(size, of), value[np.lexsort((value, of))].astype(np.int32)


def _neighbours(size: int, left: Ints, right: Ints, row: Ints, weight: Floats) -> tuple[Ints, Ints, Floats, Ints]:
    one, other = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((other, one))
    twice = np.concatenate([row, row])[order].astype(np.int32)
    return _starts(size, one), other[order].astype(np.int32), np.concatenate([weight, weight])[order], twice


def _strongest(size: int, low: Ints, high: Ints, row: Ints, weight: Floats) -> tuple[Ints, Ints, Ints]:
    """Of each atom HEARD neighbours before it: the strongest, but no more than _OF_A_KIND of one row before others had their
    turn (twenty that agree in the same fields say no more than one); of equals the nearest in order.
    """
    order = np.lexsort((high - low, row, high))
    high, row = high[order], row[order]
    new = np.ones(len(order), bool)
    new[1:] = (high[1:] != high[:-1]) | (row[1:] != row[:-1])
    of_kind = np.arange(len(order)) - np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    low, weight = low[order], weight[order]
    order = np.lexsort((high - low, -weight, of_kind // _OF_A_KIND, high))
    low, high, row = low[order], high[order], row[order]
    start = _starts(size, high)
    kept = np.arange(len(high)) - start[high] < HEARD
    return _starts(size, high[kept]), low[kept].astype(np.int32), row[kept].astype(np.int32)


def _bonds(start: Ints, low: Ints, high: Ints, weight: Floats) -> tuple[Ints, Ints]:
    likely = weight > 0
    low, high, weight = low[likely], high[likely], weight[likely]
    component = (np.searchsorted(start, low, side="right") - 1).astype(np.int32)
    order = np.lexsort((high, low, -weight, component))
    return _starts(len(start) - 1, component), np.stack([low, high], axis=1)[order].astype(np.int32)


def _cut(start: Ints, values: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    count = start[chosen + 1] - start[chosen]
    made = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    at = np.arange(made[-1]) - np.repeat(made[:-1], count) + np.repeat(start[chosen], count)
    return made, values[at].astype(np.int32)


@njit(cache=True)
def _prim(start: Ints, near_start: Ints, near: Ints, weight: Floats) -> Ints:
    """The rank of each atom in Prim's order, component by component, from the first of each. Of equals the first by number."""
    rank = np.full(start[-1], -1, np.int32)
    heap_atom, heap_weight = np.empty(len(near) + 1, np.int32), np.empty(len(near) + 1)
    for component in range(len(start) - 1):
        heap_atom[0], heap_weight[0], filled, reached = start[component], 0.0, 1, start[component]
        while filled:
            atom = heap_atom[0]
            filled -= 1
            heap_atom[0], heap_weight[0] = heap_atom[filled], heap_weight[filled]
            _sink(heap_atom, heap_weight, filled)
            if rank[atom] >= 0:
                continue
            rank[atom] = reached
            reached += 1
            for at in range(near_start[atom], near_start[atom + 1]):
                if rank[near[at]] < 0:
                    heap_atom[filled], heap_weight[filled] = near[at], weight[at]
                    _rise(heap_atom, heap_weight, filled)
                    filled += 1
    return rank


@njit(cache=True)
def _precedes(atoms: Ints, weights: Floats, one: int, other: int) -> bool:
    return bool(weights[one] > weights[other] or (weights[one] == weights[other] and atoms[one] < atoms[other]))


@njit(cache=True)
def _swap(atoms: Ints, weights: Floats, one: int, other: int) -> None:
    atoms[one], atoms[other] = atoms[other], atoms[one]
    weights[one], weights[other] = weights[other], weights[one]


@njit(cache=True)
def _rise(atoms: Ints, weights: Floats, at: int) -> None:
    while at and _precedes(atoms, weights, at, (at - 1) // 2):
        _swap(atoms, weights, at, (at - 1) // 2)
        at = (at - 1) // 2


@njit(cache=True)
def _sink(atoms: Ints, weights: Floats, filled: int) -> None:
    at = 0
    while 2 * at + 1 < filled:
        child = 2 * at + 1
        if child + 1 < filled and _precedes(atoms, weights, child + 1, child):
            child += 1
        if not _precedes(atoms, weights, child, at):
            return
        _swap(atoms, weights, at, child)
        at = child
