"""Which states are there among the doubtful rows, and which draws hold each of them?

A draw is read row by row, and each incident's way (its rows so far, with their victims) is a node of a tree that all draws
share: two draws hold the same state when their ways end at the same node. So a state costs its rows once, however many draws
hold it, and nothing is compared but numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

import numba
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Ints = NDArray[np.int32]
_NONE = -1
_FIRST = 1 << 12  # places of the first table of nodes; it grows


class Found(Struct, frozen=True):
    """States in the order of their rows, then their victims, of all rows of a state before its victims.

    ``start`` (s + 1) int64: where each begins in ``rows`` and ``victim`` (n) int32, -1 for none. ``state`` and ``draw`` (m)
    int32: each draw that holds a state, in order.
    """

    start: NDArray[np.int64]
    rows: Ints
    victim: Ints
    state: Ints
    draw: Ints


class _Nodes:
    """The tree. Of each node the one before it, its row and that row's victim."""

    def __init__(self) -> None:
        self.count = 0
        self.parts = np.empty((3, _FIRST // 2), np.int32)
        self.table = np.full(_FIRST, _NONE, np.int32)

    def reserve(self, more: int) -> None:
        """Room for so many nodes more, in a table that is half empty."""
        wanted = self.count + more
        if wanted <= self.parts.shape[1]:
            return
        size = len(self.table)
        while size // 2 < wanted:
            size *= 2
        grown = np.empty((3, size // 2), np.int32)
        grown[:, : self.count] = self.parts[:, : self.count]
        self.parts, self.table = grown, np.full(size, _NONE, np.int32)
        _enter(self.parts, self.count, self.table)


def found(loose: Ints, draws: Iterable[tuple[Ints, Ints]], size: int) -> Found:
    """The states of the rows ``loose`` (in order) in ``draws``: for each the incident and the victim (-1: none) of all ``size``
    rows, by their least row.
    """
    nodes, at = _Nodes(), np.empty(size, np.int32)
    ends = []
    for incident, victim in draws:
        nodes.reserve(len(loose))
        reached = np.empty(len(loose), np.int32)
        nodes.count, states = _follow(loose, incident, victim, nodes.parts, nodes.count, nodes.table, at, reached)
        ends.append(reached[:states].copy())
    last = np.concatenate([np.empty(0, np.int32), *ends])
    draw = np.repeat(np.arange(len(ends), dtype=np.int32), [len(one) for one in ends])
    which, number = np.unique(last, return_inverse=True)
    start, rows, who = _unwound(nodes.parts, which.astype(np.int32))
    order = _ordered(start, rows, who)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    state = rank[number]
    by_state = np.lexsort((draw, state))
    sizes = np.diff(start)[order]
    new = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    taken = np.repeat(start[:-1][order] - new[:-1], sizes) + np.arange(new[-1])
    return Found(new, rows[taken], who[taken], state[by_state], draw[by_state])


def _ordered(start: NDArray[np.int64], rows: Ints, who: Ints) -> NDArray[np.int64]:
    """The states by their rows and victims, as numbers that bytes compare as such."""
    keys = [
        (np.concatenate([rows[first:last], who[first:last]]) + 1).astype(">u4").tobytes()
        for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True)
    ]
    return np.asarray(sorted(range(len(keys)), key=keys.__getitem__), np.int64)


@numba.njit(cache=True)
def _place(before: int, row: int, victim: int, parts: Ints, table: Ints) -> int:  # pragma: no cover - compiled
    """Where a node stands in the table, or the free place where it belongs."""
    mixed = np.uint64(before + 1) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ np.uint64(row + 1)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(32)) ^ np.uint64(victim + 1)) * np.uint64(0x94D049BB133111EB)
    last = len(table) - 1
    at = np.int64((mixed ^ (mixed >> np.uint64(31))) & np.uint64(last))
    while table[at] >= 0:
        node = table[at]
        if parts[0, node] == before and parts[1, node] == row and parts[2, node] == victim:
            break
        at = (at + 1) & last
    return int(at)


@numba.njit(cache=True)
def _enter(parts: Ints, count: int, table: Ints) -> None:  # pragma: no cover - compiled
    for node in range(count):
        table[_place(parts[0, node], parts[1, node], parts[2, node], parts, table)] = node


@numba.njit(cache=True)
def _follow(
    loose: Ints, incident: Ints, victim: Ints, parts: Ints, count: int, table: Ints, at: Ints, reached: Ints
) -> tuple[int, int]:  # pragma: no cover - compiled
    """Go through a draw; ``at`` is room for the node of each incident. How many nodes there are then, and how many incidents,
    whose last nodes stand in ``reached``.
    """
    for row in loose:
        at[incident[row]] = -1
    for row in loose:
        before = at[incident[row]]
        place = _place(before, row, victim[row], parts, table)
        if table[place] < 0:
            parts[0, count], parts[1, count], parts[2, count] = before, row, victim[row]
            table[place] = count
            count += 1
        at[incident[row]] = table[place]
    states = 0
    for row in loose:
        if incident[row] == row:
            reached[states] = at[row]
            states += 1
    return count, states


@numba.njit(cache=True)
def _unwound(parts: Ints, which: Ints) -> tuple[NDArray[np.int64], Ints, Ints]:  # pragma: no cover - compiled
    """The rows and victims on the way to each of these nodes, one behind the other, and where each begins."""
    start = np.zeros(len(which) + 1, np.int64)
    for number in range(len(which)):
        node, length = which[number], 0
        while node >= 0:
            node, length = parts[0, node], length + 1
        start[number + 1] = start[number] + length
    rows, who = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    for number in range(len(which)):
        node, at = which[number], start[number + 1]
        while node >= 0:
            at -= 1
            rows[at], who[at] = parts[1, node], parts[2, node]
            node = parts[0, node]
    return start, rows, who
