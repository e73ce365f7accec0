"""How does a chain move from one partition of a large component to the next?

By Gibbs steps of one atom at a time, among the clusters of its neighbours and a cluster of its own; and by splitting or
joining two clusters at once (Jain and Neal 2004, "A split-merge Markov chain Monte Carlo procedure for the Dirichlet process
mixture model", JCGS 13), which passes where single atoms cannot. Both leave the distribution as it is; the second reaches
every partition that no constraint cuts off.
"""

from __future__ import annotations

import numpy as np

from litany.linkage.partition_cluster import (
    NOBODY,
    Clusters,
    Desk,
    empty_slot,
    may_join,
    put_in,
    sort,
    take_out,
)
from litany.linkage.partition_compiled import inner
from litany.linkage.partition_evidence import recalled, score_of, score_with, score_without
from litany.linkage.partition_order import HEARD, Graph
from litany.linkage.partition_random import below, chosen, uniform
from litany.linkage.partition_tree import Ints, Weights

_ROUNDING = 1e-6
_USUAL = 32  # atoms of a cluster that is always split when asked; of more, the rarer the more there are


@inner
def move_one(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, atom: int, mark: int) -> bool:
    """A Gibbs step for ``atom``: has it moved? ``mark``: a number that no earlier step on this desk used.

    The choices depend on the other atoms only, so that the step can be undone: an atom that sits where no neighbour of its own
    is (a split or a join can bring it there) stays.
    """
    home, alone = clusters.slot[atom], clusters.many[clusters.slot[atom]] == 1
    rest = score_without(clusters, graph, weights, desk, atom)
    desk.choice[0], desk.weight[0], count, is_choice = NOBODY, 0.0, 1, alone
    base = graph.start[component]
    slots, seen, ask, scores, names, many = clusters.slot, desk.seen, graph.ask, clusters.score, clusters.name, clusters.many
    known, remembered, word = desk.known, desk.score, graph.word[atom]  # to hand on a `Graph` takes longer than to look here
    is_free = graph.list_start[atom] == graph.list_start[atom + 1] and graph.apart_start[atom] == graph.apart_start[atom + 1]
    for at in range(graph.ask_start[atom], graph.ask_start[atom + 1]):
        slot = slots[ask[at]]
        if seen[slot - base] == mark:
            continue
        seen[slot - base] = mark
        if slot == home:
            desk.choice[count], desk.weight[count], is_choice = slot, scores[slot] - rest, True
        elif is_free or may_join(clusters, graph, atom, slot):
            place = recalled(known, names[slot] + word) if 2 <= many[slot] < HEARD else NOBODY
            with_it = score_with(clusters, graph, weights, desk, atom, slot) if place == NOBODY else remembered[place]
            desk.choice[count], desk.weight[count] = slot, with_it - scores[slot]
        else:
            continue
        count += 1
    if not is_choice or count == 1:
        return False
    pick = chosen(desk.state, desk.weight, count)
    slot = desk.choice[pick]
    if slot == home or (slot == NOBODY and alone):
        return False
    score = 0.0 if slot == NOBODY else clusters.score[slot] + desk.weight[pick]
    take_out(clusters, graph, component, atom, rest)
    put_in(clusters, graph, atom, empty_slot(clusters, graph, component) if slot == NOBODY else slot, score)
    return True


@inner
def split_or_join(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int) -> bool:
    """Pick two atoms; split their cluster, or join their two: has the partition changed?

    Half of the time the second is a neighbour of the first, else any atom: how two are picked does not depend on the partition.
    """
    base, size = graph.start[component], graph.start[component + 1] - graph.start[component]
    one = base + below(desk.state, size)
    degree = graph.ask_start[one + 1] - graph.ask_start[one]
    if degree and uniform(desk.state) < 0.5:
        other = graph.ask[graph.ask_start[one] + below(desk.state, degree)]
    else:
        other = base + below(desk.state, size)
    if one == other:
        return False
    a, b = clusters.slot[one], clusters.slot[other]
    # A large split costs much and rarely passes, so it is rarely tried; a join is cheap to turn down, so it always is. That one
    # is tried more often than the other enters their acceptance (Hastings 1970).
    many = clusters.many[a] + (clusters.many[b] if a != b else 0)
    rare = min(0.0, 2.0 * np.log(_USUAL / many))
    if a != b:
        return _join(clusters, graph, weights, desk, component, one, other, rare)
    if rare < 0.0 and np.log(1.0 - uniform(desk.state)) > rare:
        return False
    return _split(clusters, graph, weights, desk, component, one, other, rare)


@inner
def _others(clusters: Clusters, slot: int, one: int, other: int, count: int, others: Ints) -> int:
    """List the members of a cluster but for two, after the ``count`` that are listed: how many are then?"""
    member = clusters.head[slot]
    while member != NOBODY:
        if member != one and member != other:
            others[count] = member
            count += 1
        member = clusters.next[member]
    return count


@inner
def _shuffle(desk: Desk, others: Ints) -> None:
    # The members come in the order of the chain's past; from here on only in that of the numbers drawn.
    sort(others, len(others))
    for place in range(len(others) - 1, 0, -1):
        with_it = below(desk.state, place + 1)
        others[place], others[with_it] = others[with_it], others[place]


@inner
def _clear(clusters: Clusters, graph: Graph, component: int, others: Ints) -> None:
    for other in others:
        take_out(clusters, graph, component, other, 0.0)


@inner
def _place(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, a: int, b: int, forced: int) -> float:
    """Put ``atom`` at slot ``a`` or ``b`` by their scores (or at ``forced``): the log probability of that, -inf if it cannot
    be.
    """
    with_a = score_with(clusters, graph, weights, desk, atom, a) if may_join(clusters, graph, atom, a) else -np.inf
    with_b = score_with(clusters, graph, weights, desk, atom, b) if may_join(clusters, graph, atom, b) else -np.inf
    gain_a, gain_b = with_a - clusters.score[a], with_b - clusters.score[b]
    if gain_a == -np.inf and gain_b == -np.inf:
        return -np.inf
    most = max(gain_a, gain_b)
    whole = most + np.log(np.exp(gain_a - most) + np.exp(gain_b - most))
    slot = forced
    if forced == NOBODY:
        slot = a if uniform(desk.state) < np.exp(gain_a - whole) else b
        if gain_a == -np.inf or gain_b == -np.inf:
            slot = b if gain_a == -np.inf else a
    gain = gain_a if slot == a else gain_b
    if gain > -np.inf:
        put_in(clusters, graph, atom, slot, with_a if slot == a else with_b)
    return float(gain - whole)


@inner
def _launch(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, others: Ints, a: int, b: int) -> int:
    """Place atoms that are out, one by one: how many found a place? The start of Jain and Neal's restricted scan."""
    for place in range(len(others)):
        if _place(clusters, graph, weights, desk, others[place], a, b, NOBODY) == -np.inf:
            return place
    return len(others)


@inner
def _scan(
    clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, others: Ints, a: int, b: int, sides: Ints,
    least: float,
) -> float:  # fmt: skip
    """One restricted Gibbs scan (to ``sides``, if they are given): the log probability of what it made, -inf if it cannot be.

    Where it cannot be, the atom that found no place is left out. Below ``least`` it ends: the rest can only make it less.
    """
    total = 0.0
    for place in range(len(others)):
        atom = others[place]
        take_out(clusters, graph, component, atom, score_without(clusters, graph, weights, desk, atom))
        total += _place(clusters, graph, weights, desk, atom, a, b, sides[place] if len(sides) else NOBODY)
        if total == -np.inf or total < least:
            break
    return total


@inner
def _restore(
    clusters: Clusters, graph: Graph, component: int, others: Ints, sides: Ints, a: int, b: int, score_a: float, score_b: float
) -> None:
    """Bring the others back to their sides, whether they are in or out."""
    for other in others:
        if clusters.slot[other] != NOBODY:
            take_out(clusters, graph, component, other, 0.0)
    for place in range(len(others)):
        put_in(clusters, graph, others[place], sides[place], 0.0)
    clusters.score[a], clusters.score[b] = score_a, score_b


@inner
def _split(
    clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, one: int, other: int, rare: float
) -> bool:
    a, whole = clusters.slot[one], clusters.score[clusters.slot[one]]
    others = desk.others[: _others(clusters, a, one, other, 0, desk.others)]
    _shuffle(desk, others)
    _clear(clusters, graph, component, others)
    take_out(clusters, graph, component, other, 0.0)
    b = empty_slot(clusters, graph, component)
    put_in(clusters, graph, other, b, 0.0)
    made = -np.inf
    if _launch(clusters, graph, weights, desk, others, a, b) == len(others):
        made = _scan(clusters, graph, weights, desk, component, others, a, b, others[:0], -np.inf)
        change = clusters.score[a] + clusters.score[b] - whole - made - rare
        if np.log(1.0 - uniform(desk.state)) < change:
            return True
    for each in others:
        if clusters.slot[each] != NOBODY:
            take_out(clusters, graph, component, each, 0.0)
    take_out(clusters, graph, component, other, 0.0)
    put_in(clusters, graph, other, a, 0.0)
    for each in others:
        put_in(clusters, graph, each, a, 0.0)
    clusters.score[a] = whole
    return False


@inner
def _join(
    clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, one: int, other: int, rare: float
) -> bool:
    a, b = clusters.slot[one], clusters.slot[other]
    member = clusters.head[b]
    while member != NOBODY:
        if not may_join(clusters, graph, member, a):
            return False
        member = clusters.next[member]
    score_a, score_b = clusters.score[a], clusters.score[b]
    count = _others(clusters, b, one, other, _others(clusters, a, one, other, 0, desk.others), desk.others)
    others, sides = desk.others[:count], desk.sides[:count]
    _shuffle(desk, others)
    for place in range(count):
        sides[place] = clusters.slot[others[place]]
    whole = joined_score(clusters, graph, weights, desk, component, a, b)
    change = whole - score_a - score_b + rare
    drawn = np.log(1.0 - uniform(desk.state))
    if drawn >= change:  # the probability of the way back is at most 1: no need to ask for it
        return False
    _clear(clusters, graph, component, others)
    clusters.score[a], clusters.score[b] = 0.0, 0.0
    back = -np.inf
    if _launch(clusters, graph, weights, desk, others, a, b) == len(others):
        least = drawn - change - _ROUNDING  # no number is drawn while sides are given, so nothing changes where it ends
        back = _scan(clusters, graph, weights, desk, component, others, a, b, sides, least)
    _restore(clusters, graph, component, others, sides, a, b, score_a, score_b)
    if drawn >= change + back:
        return False
    join_now(clusters, graph, component, a, b, whole)
    return True


@inner
def join_now(clusters: Clusters, graph: Graph, component: int, a: int, b: int, score: float) -> None:
    """The cluster at slot ``b`` becomes part of that at ``a``, which then scores ``score``."""
    _pour(clusters, graph, component, a, b)
    clusters.score[a] = score


@inner
def _pour(clusters: Clusters, graph: Graph, component: int, a: int, b: int) -> None:
    """All of ``b`` into ``a``."""
    member = clusters.head[b]
    while member != NOBODY:
        after = clusters.next[member]
        take_out(clusters, graph, component, member, 0.0)
        put_in(clusters, graph, member, a, 0.0)
        member = after


@inner
def joined_score(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, a: int, b: int) -> float:
    """The score of two clusters in one, without leaving them so."""
    if clusters.many[b] == 1:
        return score_with(clusters, graph, weights, desk, clusters.head[b], a)
    moved = desk.moved[: _others(clusters, b, NOBODY, NOBODY, 0, desk.moved)]
    score_a, score_b = clusters.score[a], clusters.score[b]
    _pour(clusters, graph, component, a, b)
    whole = score_of(clusters, graph, weights, desk, a)
    slot = empty_slot(clusters, graph, component)  # b itself: the last that became empty
    for atom in moved:
        take_out(clusters, graph, component, atom, score_a)
        put_in(clusters, graph, atom, slot, score_b)
    clusters.score[a] = score_a
    return whole
