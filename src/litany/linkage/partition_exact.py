"""Which partitions of a small component are drawn, exactly?

Z(S), the sum over all partitions of a set S of records of exp(score), follows from the sets T that hold the first record of S:
Z(S) = sum of exp(score(T)) Z(S without T). Drawing goes the same way back. 3^n steps for n records instead of the Bell
number. Subset convolution is old (Jensen et al. 2016, "Exact structure discovery by partition dynamic programming"); what is
summed here is the score of `litany.linkage.partition_tree`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from litany.linkage.partition_compiled import inner, maker, stamped
from litany.linkage.partition_random import Words, mixed, uniform
from litany.linkage.partition_tree import Floats, Ints, Weights, tree_score, unfold

EXACT = 10  # atoms; more are sampled by chains. 2^10 sets, 3^9 steps: a third of a millisecond
BLOCKED = -1  # the kind of a pair that may not be together


class Small(NamedTuple):
    """Small components, one behind the other.

    ``start`` (C + 1): where the atoms of each begin; ``cell`` (C + 1): where its pairs begin in ``kinds``, which holds, row
    by row, the pairs (0, 1), (0, 2), ..., (1, 2), ...: a row of the weights, or BLOCKED. ``place``: what an atom is called
    in the draws. ``stream`` (C): the seed.
    """

    start: Ints
    cell: NDArray[np.int64]
    kinds: Ints
    place: Ints
    stream: Words


class Room(NamedTuple):
    """What one thread works in; the arrays of numbers by set are indexed by the set as bits."""

    score: Floats
    odds: Floats
    total: Floats
    share: Floats
    clash: NDArray[np.int64]
    kinds: Ints
    dense: Floats
    members: Ints
    trees: Floats
    known: Ints


@stamped
@njit(cache=True, parallel=True)
def sample_small(small: Small, weights: Weights, seed: np.uint64, out: NDArray[np.uint8]) -> None:
    """Fill ``out`` (draws, atoms): in the column of an atom (its component's start + its place) the least place in its
    cluster.
    """
    components = len(small.stream)
    parts = max(1, min(256, components // 64))
    for part in prange(parts):
        room = _new_room(weights.rows.shape[1])
        state = np.empty(1, np.uint64)
        for component in range(components * part // parts, components * (part + 1) // parts):
            state[0] = mixed(small.stream[component] ^ seed)
            _sample(small, component, weights, room, state, out)


@inner
def _sample(small: Small, component: int, weights: Weights, room: Room, state: Words, out: NDArray[np.uint8]) -> None:
    first, cell = small.start[component], small.cell[component]
    size = small.start[component + 1] - first
    place = small.place[first : first + size]
    if size == 2:
        kind = small.kinds[cell]
        together = 0.0 if kind == BLOCKED else 1.0 / (1.0 + np.exp(-weights.totals[kind]))
        for draw in range(out.shape[0]):
            apart = uniform(state) >= together
            out[draw, first + place[0]] = place[0] if apart else 0
            out[draw, first + place[1]] = place[1] if apart else 0
        return
    _unfold(small.kinds, cell, size, room)
    unfold(room.kinds, size, weights, room.dense)
    _score_sets(size, weights.log_rho, room)
    in_logs = not _sum_partitions(size, room)
    if in_logs:
        _sum_logs(size, room)
    for draw in range(out.shape[0]):
        _draw(size, room, in_logs, state, place, out[draw, first : first + size])


@maker
def _new_room(fields: int) -> Room:
    sets = 1 << EXACT
    return Room(
        np.empty(sets), np.empty(sets), np.empty(sets), np.empty(EXACT), np.empty(EXACT, np.int64),
        np.empty((EXACT, EXACT), np.int32), np.empty((fields, EXACT, EXACT)),
        np.empty(EXACT, np.int32), np.empty((EXACT, EXACT)), np.empty(EXACT, np.int32),
    )  # fmt: skip


@inner
def _unfold(kinds: Ints, cell: int, size: int, room: Room) -> None:
    """The triangle of kinds as a square, and for each atom the set of those it clashes with."""
    room.clash[:size] = 0
    for x in range(size):
        for y in range(x + 1, size):
            kind = kinds[cell]
            cell += 1
            room.kinds[x, y] = kind
            if kind == BLOCKED:
                room.clash[x] |= 1 << y
                room.clash[y] |= 1 << x


@inner
def _score_sets(size: int, log_rho: float, room: Room) -> None:
    """The score of every set; -inf where two clash. ``share``: the most that a set of an atom scores, divided by its size."""
    room.score[0] = 0.0
    room.share[:size] = 0.0
    for chosen in range(1, 1 << size):
        low = 0
        while not chosen >> low & 1:
            low += 1
        rest = chosen ^ (1 << low)
        if room.clash[low] & rest or room.score[rest] == -np.inf:
            room.score[chosen] = -np.inf
            continue
        count = 0
        for x in range(low, size):
            if chosen >> x & 1:
                room.members[count] = x
                count += 1
        score = tree_score(room.dense, room.members, count, log_rho, room.trees, room.known)
        room.score[chosen] = score
        for place in range(count):
            room.share[room.members[place]] = max(room.share[room.members[place]], score / count)


@inner
def _sum_partitions(size: int, room: Room) -> bool:
    """Z of every set that can be left over: those without the first atom, and the whole. Did the numbers stay in range?

    Each atom's share is taken off the scores of all sets that hold it: all partitions lose the same, no term exceeds 1, and
    Z not Bell's number; only a whole below 10^-200 asks for logarithms.
    """
    for chosen in range(1 << size):
        off = room.score[chosen]
        for x in range(size):
            if chosen >> x & 1:
                off -= room.share[x]
        room.odds[chosen] = np.exp(off)
    room.total[0] = 1.0
    full = (1 << size) - 1
    for chosen in range(2, 1 << size, 2):
        room.total[chosen] = _sum(chosen, room.odds, room.total)
    room.total[full] = _sum(full, room.odds, room.total)
    return bool(room.total[full] > 1e-200)


@inner
def _sum(chosen: int, odds: Floats, total: Floats) -> float:
    low = chosen & -chosen
    rest = chosen ^ low
    made, part = odds[low] * total[rest], rest
    while part:
        made += odds[part | low] * total[rest ^ part]
        part = (part - 1) & rest
    return float(made)


@inner
def _sum_logs(size: int, room: Room) -> None:
    """The same in logarithms, for weights of hundreds."""
    room.total[0] = 0.0
    full = (1 << size) - 1
    for at in range(2, full + 2, 2):
        chosen = min(at, full)
        low = chosen & -chosen
        rest = chosen ^ low
        most, part = room.score[low] + room.total[rest], rest
        while part:
            most = max(most, room.score[part | low] + room.total[rest ^ part])
            part = (part - 1) & rest
        made, part = np.exp(room.score[low] + room.total[rest] - most), rest
        while part:
            made += np.exp(room.score[part | low] + room.total[rest ^ part] - most)
            part = (part - 1) & rest
        room.total[chosen] = most + np.log(made)


@inner
def _draw(size: int, room: Room, in_logs: bool, state: Words, place: Ints, out: NDArray[np.uint8]) -> None:
    left = (1 << size) - 1
    while left:
        low = left & -left
        rest = left ^ low
        # The first atom alone comes last, so that rounding can only end at a set that is always allowed.
        part, passed = rest, uniform(state) * (1.0 if in_logs else room.total[left])
        while part:
            if in_logs:
                passed -= np.exp(room.score[part | low] + room.total[rest ^ part] - room.total[left])
            else:
                passed -= room.odds[part | low] * room.total[rest ^ part]
            if passed < 0.0:
                break
            part = (part - 1) & rest
        cluster, label = part | low, size
        for x in range(size):
            if cluster >> x & 1:
                label = min(label, place[x])
        for x in range(size):
            if cluster >> x & 1:
                out[place[x]] = label
        left ^= cluster
