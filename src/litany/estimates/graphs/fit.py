"""Would people who follow these graphs show the patterns that were documented?

Replicates: a graph and a number missed from the posterior, cell probabilities from the hyper-Dirichlet posterior of that graph,
and as many documented people as there are, spread over the patterns by those probabilities. A pattern that few replicates match
is one that the graphs do not explain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from litany.estimates.captures import Captures, label_of
from litany.estimates.graphs.posterior import Posterior
from litany.estimates.results import PatternFit

Reals = NDArray[np.float64]
TINY = 1e-300  # so that prior counts far below one never leave a margin without any probability


def pattern_fit(table: Captures, believed: Posterior, replicates: int, random: np.random.Generator) -> tuple[PatternFit, ...]:
    """How all 2**p - 1 patterns of somebody in some list compare with ``replicates`` of them."""
    chances = _chances(table, believed, replicates, random)
    drawn = random.multinomial(table.people, chances)
    expected = table.people * chances.mean(axis=0)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    observed = table.cells()
    unusual = np.minimum(1, 2 * np.minimum((drawn <= observed).mean(axis=0), (drawn >= observed).mean(axis=0)))
    columns = (column.tolist() for column in (observed, expected, low, high, unusual))
    return tuple(PatternFit(label_of(table.lists, place + 1), *row) for place, row in enumerate(zip(*columns, strict=True)))


def _chances(table: Captures, believed: Posterior, replicates: int, random: np.random.Generator) -> Reals:
    """The chance of each pattern, for each replicate, given that somebody is documented (replicates by 2**p - 1)."""
    times = random.multinomial(replicates, believed.weights / believed.weights.sum())
    graphs = np.flatnonzero(times)
    shares = random.random((len(graphs), int(times.max())))
    missed = believed.people_under(graphs, shares) - table.people
    parts = [
        cells_drawn(table, believed, int(graph), missed[row, : times[graph]], random)[:, 1:]
        for row, graph in enumerate(graphs.tolist())
    ]
    seen = np.concatenate(parts)
    return np.asarray(seen / seen.sum(axis=1, keepdims=True))


def cells_drawn(table: Captures, believed: Posterior, graph: int, missed: Reals, random: np.random.Generator) -> Reals:
    """The probabilities of all cells (replicates by 2**p), one draw for each number missed: clique after clique, given what it
    shares with those before.
    """
    cells = np.arange(2 ** len(table.lists))
    chance = np.ones((len(missed), len(cells)))
    for clique, shared in sequence(believed.graphs.cliques(graph)):
        margin = np.unique(cells & clique)
        counts = np.bincount(table.masks & clique, weights=table.counts, minlength=clique + 1)[margin]
        shape = np.tile(counts + believed.margins.prior[clique], (len(missed), 1))
        shape[:, 0] += missed
        drawn = random.standard_gamma(shape) + TINY
        groups, group = np.unique(margin & shared, return_inverse=True)
        sums = np.stack([drawn[:, group == one].sum(axis=1) for one in range(len(groups))], axis=1)
        chance *= (drawn / sums[:, group])[:, np.searchsorted(margin, cells & clique)]
    return chance


def sequence(cliques: tuple[int, ...]) -> list[tuple[int, int]]:
    """Cliques in an order in which each meets those before in a subset of one of them, with that subset (a junction tree)."""
    left = list(cliques)
    order = [(left.pop(0), 0)]
    while left:
        meets = [(clique & before, clique) for clique in left for before, _ in order]
        shared, clique = max(meets, key=lambda meet: (meet[0].bit_count(), meet[1], meet[0]))
        order.append((clique, shared))
        left.remove(clique)
    return order
