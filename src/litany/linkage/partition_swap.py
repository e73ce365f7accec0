"""How do two rows that exclude each other change places?

Two rows of a list free of duplicates are never in one cluster. Where both would fit, a chain that moves atoms one by one would
first have to take one out against all evidence; so it also tries to exchange them (a Metropolis step).
"""

from __future__ import annotations

import numpy as np

from litany.linkage.partition_atoms import share
from litany.linkage.partition_cluster import Clusters, Desk, empty_slot, may_join, put_in, take_out
from litany.linkage.partition_compiled import inner
from litany.linkage.partition_evidence import score_with, score_without
from litany.linkage.partition_order import Graph
from litany.linkage.partition_random import below, uniform
from litany.linkage.partition_tree import Weights


@inner
def exchange(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, component: int) -> bool:
    """Pick two atoms of one list that a third is compared with, and exchange them: has the partition changed?

    How the two are picked does not depend on the partition, so that both ways are tried equally often.
    """
    base, size = graph.start[component], graph.start[component + 1] - graph.start[component]
    one = base + below(desk.state, size)
    if graph.list_start[one] == graph.list_start[one + 1] or graph.ask_start[one] == graph.ask_start[one + 1]:
        return False
    between = graph.ask[graph.ask_start[one] + below(desk.state, graph.ask_start[one + 1] - graph.ask_start[one])]
    first = graph.ask_start[between]
    other = graph.ask[first + below(desk.state, graph.ask_start[between + 1] - first)]
    a, b = clusters.slot[one], clusters.slot[other]
    if a == b or not share(one, other, graph.list_start, graph.lists):
        return False
    if clusters.many[a] == 1 and clusters.many[b] == 1:
        return False
    before = clusters.score[a] + clusters.score[b]
    score_a, score_b = clusters.score[a], clusters.score[b]
    take_out(clusters, graph, component, one, score_without(clusters, graph, weights, desk, one))
    take_out(clusters, graph, component, other, score_without(clusters, graph, weights, desk, other))
    if may_join(clusters, graph, one, b) and may_join(clusters, graph, other, a):
        with_one, with_other = _with(clusters, graph, weights, desk, one, b), _with(clusters, graph, weights, desk, other, a)
        if np.log(1.0 - uniform(desk.state)) < with_one + with_other - before:
            _put(clusters, graph, component, one, b, with_one)
            _put(clusters, graph, component, other, a, with_other)
            return True
    _put(clusters, graph, component, one, a, score_a)
    _put(clusters, graph, component, other, b, score_b)
    return False


@inner
def _with(clusters: Clusters, graph: Graph, weights: Weights, desk: Desk, atom: int, slot: int) -> float:
    return 0.0 if clusters.many[slot] == 0 else score_with(clusters, graph, weights, desk, atom, slot)


@inner
def _put(clusters: Clusters, graph: Graph, component: int, atom: int, slot: int, score: float) -> None:
    """Into ``slot``, which may be the one that became empty last."""
    if clusters.many[slot] == 0:
        slot = empty_slot(clusters, graph, component)
    put_in(clusters, graph, atom, slot, score)
