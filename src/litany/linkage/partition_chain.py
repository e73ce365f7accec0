"""Which partitions of a large component are drawn?

Two chains, one from a greedy start and one from every record alone, go on from outer draw to outer draw; after each change
of the weights they walk before they are recorded. Each yields half of the draws; that the two tell the same is what the
diagnostics check (`litany.linkage.partition_checks`). The walk gets shorter for a component of very many atoms, so that time
is bounded.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import get_num_threads, njit
from numpy.typing import NDArray

from litany.linkage.partition_cluster import NOBODY, Clusters, Desk, clear, may_join, new_desk
from litany.linkage.partition_compiled import inner, stamped
from litany.linkage.partition_evidence import score_of
from litany.linkage.partition_moves import join_now, joined_score, move_one, split_or_join
from litany.linkage.partition_order import Graph
from litany.linkage.partition_random import mixed
from litany.linkage.partition_swap import exchange
from litany.linkage.partition_tree import Ints, Weights

Longs = NDArray[np.int64]
CHAINS = 2
_SECOND_CHAIN = np.uint64(0x6A09E667F3BCC909)
SWEEPS = 80, 3, 1  # of a component of up to 300 atoms: see `Walk`
_TRIES = 4  # one split or join is tried for so many atoms, in each sweep


class Walk(NamedTuple):
    """How far the chains of each component walk, in sweeps: ``first`` before anything, ``again`` after each change of the
    weights, ``between`` from one draw to the next (all (C), int32).
    """

    first: Ints
    again: Ints
    between: Ints


class Trace(NamedTuple):
    """What the chains record in one outer draw. ``labels`` (chains, kept, atoms): in the column of an atom the least place
    in its cluster. ``clusters`` (chains, C, kept): how many there are. ``counts`` (chains, C, 4): steps and moves, tries and
    splits or joins; and ``together`` (chains, length of `Graph.ask`): in how many draws the two are one; they add up.
    """

    labels: Ints
    clusters: Ints
    counts: Longs
    together: Ints


def walk(sizes: Ints, sweeps: tuple[int, int, int] = SWEEPS) -> Walk:
    """Sweeps for components of these sizes: the effective draws were as many as the draws up to thirty atoms, so few suffice
    there (but the first, which come from every atom alone); beyond 300 atoms fewer in proportion, down to one in twenty, and
    the diagnostics say whether that was enough.
    """
    scale = np.clip(300.0 / np.maximum(sizes, 1), 0.05, 1.0)
    return Walk(*(np.ceil(many * scale).astype(np.int32) for many in sweeps))


def run_chains(
    graph: Graph, weights: Weights, clusters: tuple[Clusters, ...], walks: Walk, is_first: bool, seed: np.uint64, trace: Trace
) -> None:
    """One outer draw of both chains of every component; ``clusters`` is where each chain is, and moves on.

    Threads share the work by chain and component; no two of them touch the same numbers.
    """
    threads, components = get_num_threads(), len(graph.stream)
    blocks = np.linspace(0, components, min(components, 8 * threads) + 1).astype(np.int64)
    jobs = [(chain, int(low), int(high)) for low, high in pairwise(blocks) for chain in range(CHAINS)]
    with ThreadPoolExecutor(threads) as pool:
        done = [
            pool.submit(
                _run, graph, weights, clusters[chain], walks, is_first, seed, chain, low, high,
                trace.labels[chain], trace.clusters[chain], trace.counts[chain], trace.together[chain],
            )
            for chain, low, high in jobs
        ]  # fmt: skip
        for job in done:
            job.result()


@stamped
@njit(cache=True, nogil=True)
def _run(
    graph: Graph, weights: Weights, clusters: Clusters, walks: Walk, is_first: bool, seed: np.uint64, chain: int,
    low: int, high: int, labels: Ints, numbers: Ints, counts: Longs, together: Ints,
) -> None:  # fmt: skip
    most = 0
    for component in range(low, high):
        most = max(most, graph.start[component + 1] - graph.start[component])
    desk = new_desk(most, weights.rows.shape[1])
    for component in range(low, high):
        desk.state[0] = mixed(graph.stream[component] ^ seed ^ (np.uint64(chain) * _SECOND_CHAIN))
        sweeps = walks.first[component] if is_first else walks.again[component]
        greedy = is_first and chain == 0
        _walk_on(
            clusters, graph, weights, desk, component, sweeps, walks.between[component], greedy,
            labels, numbers[component], counts[component], together,
        )  # fmt: skip


@inner
def _walk_on(
    clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int, sweeps: int, between: int, greedy: bool,
    labels: Ints, numbers: Ints, counts: Longs, together: Ints,
) -> None:  # fmt: skip
    """One outer draw of one chain of a component: ``sweeps`` before the first draw, then ``between`` before each."""
    first, last = graph.start[component], graph.start[component + 1]
    clear(desk, last - first)
    _rescore(clusters, graph, weights, desk, component)
    if greedy:
        _greedy(clusters, graph, weights, desk, component)
    mark, moves, tries, changes = 0, 0, 0, 0
    for kept in range(len(labels)):
        for _ in range(between if kept else sweeps):
            for atom in range(first, last):
                mark += 1
                moves += move_one(clusters, graph, weights, desk, component, atom, mark)
            for _ in range(1 + (last - first) // _TRIES):
                tries += 1
                changes += split_or_join(clusters, graph, weights, desk, component)
                changes += exchange(clusters, graph, weights, desk, component)
        numbers[kept] = _record(clusters, graph, component, labels[kept])
        for atom in range(first, last):
            for at in range(graph.ask_start[atom], graph.ask_start[atom + 1]):
                together[at] += clusters.slot[atom] == clusters.slot[graph.ask[at]]
    counts[0] += mark
    counts[1] += moves
    counts[2] += tries
    counts[3] += changes


@inner
def _rescore(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int) -> None:
    for slot in range(graph.start[component], graph.start[component + 1]):
        if clusters.many[slot] > 1:
            clusters.score[slot] = score_of(clusters, graph, weights, desk, slot)
        elif clusters.many[slot] == 1:
            clusters.name[slot] = graph.word[clusters.head[slot]]


@inner
def _greedy(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int) -> None:
    """Join along the strongest pairs first, wherever that raises the score."""
    for at in range(graph.bond_start[component], graph.bond_start[component + 1]):
        a, b = clusters.slot[graph.bonds[at, 0]], clusters.slot[graph.bonds[at, 1]]
        if a == b:
            continue
        if clusters.many[a] < clusters.many[b]:
            a, b = b, a
        member = clusters.head[b]
        while member != NOBODY and may_join(clusters, graph, member, a):
            member = clusters.next[member]
        if member != NOBODY:
            continue
        whole = joined_score(clusters, graph, weights, desk, component, a, b)
        if whole > clusters.score[a] + clusters.score[b]:
            join_now(clusters, graph, component, a, b, whole)


@inner
def _record(clusters: Clusters, graph: Graph, component: int, labels: Ints) -> int:
    first, last = graph.start[component], graph.start[component + 1]
    number = 0
    for slot in range(first, last):
        if clusters.many[slot] == 0:
            continue
        number += 1
        least, member = last, clusters.head[slot]
        while member != NOBODY:
            least = min(least, graph.place[member])
            member = clusters.next[member]
        member = clusters.head[slot]
        while member != NOBODY:
            labels[first + graph.place[member]] = least
            member = clusters.next[member]
    return number
