"""Given scored pairs, which records belong together, as posterior draws of the partition?

A cluster of k records scores (k - 1) log_rho + log (k - 1)! + for each field the logarithm of the mean, over spanning trees, of
the product of its pairs' likelihood ratios (`litany.linkage.partition_tree` says why), and a partition has a probability
proportional to exp(the sum of its clusters' scores), as far as no constraint forbids it. Components of at most 10 atoms are
drawn exactly (`partition_exact`), larger ones by chains (`partition_chain`).

`sample` asks for one set of parameters for each outer draw: what is not known about the weights is drawn outside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from litany.linkage.draws import Draws
from litany.linkage.partition_atoms import Atoms, contract
from litany.linkage.partition_chain import CHAINS, SWEEPS, Longs, Trace, run_chains, walk
from litany.linkage.partition_checks import Diagnostics, Floats, LargeComponent, r_hat_and_ess
from litany.linkage.partition_cluster import new_clusters
from litany.linkage.partition_components import Components, find, small_ones
from litany.linkage.partition_exact import EXACT, sample_small
from litany.linkage.partition_gather import Sampled, gather
from litany.linkage.partition_order import Graph, large_ones
from litany.linkage.partition_problem import Ints, Parameters, Problem, check
from litany.linkage.partition_random import Words, mix
from litany.linkage.partition_tree import Weights

__all__ = ["FLOOR", "Parameters", "Problem", "sample"]

FLOOR = -7.0  # log odds under which a pair holds no component together: one in 1,100


def sample(
    problem: Problem,
    parameters: Sequence[Parameters],
    inner: int,
    seed: int,
    floor: float = FLOOR,
    exact: int = EXACT,
    base: Parameters | None = None,
    sweeps: tuple[int, int, int] = SWEEPS,
) -> Draws:
    """``inner`` draws of the partition for each of the ``parameters``: draw b * inner + t is the t-th of outer draw b.

    ``seed`` is any int. ``exact``: up to how many atoms a component is sampled exactly (at most 10). ``base``: the parameters
    under which pairs that exceed ``floor`` hold a component together (None: any of ``parameters``).
    ``sweeps``: how far chains walk (`partition_chain.Walk`). The same problem,
    parameters and seed give the same draws on any number of threads and in any order of the input, up to the exchange of
    records of equal content. Raises ValueError where the input does not fit together or a judgement contradicts another.
    """
    if not parameters or inner < 1 or not 0 <= exact <= EXACT:
        raise ValueError(f"at least one outer and one inner draw are needed, and exact from 0 to {EXACT}")
    check(problem, parameters)
    atoms = contract(problem)
    drawn = [atoms.weights(one) for one in parameters]
    found = find(problem, atoms, drawn if base is None else [atoms.weights(base)], floor)
    numbers: Words = np.arange(len(drawn), dtype=np.uint64)
    seeds = mix(mix(np.array([seed % 2**64], np.uint64)) + numbers)
    small = _sample_small(atoms, found, drawn, inner, seeds, exact)
    large, checks = _sample_large(atoms, found, drawn, inner, seeds, exact, sweeps)
    diagnostics = Diagnostics(len(found.stream), len(small.component), int(found.sizes.max(initial=1)), checks)
    gathered = gather(atoms.of, (small, large))
    return Draws(gathered.settled, gathered.doubtful, gathered.group, gathered.labels, diagnostics)


def _sample_small(atoms: Atoms, found: Components, drawn: Sequence[Weights], inner: int, seeds: Words, exact: int) -> Sampled:
    small, where = small_ones(atoms, found, exact)
    labels = np.zeros((len(drawn) * inner, len(where)), np.uint8)
    for number, weights in enumerate(drawn):
        sample_small(small, weights, seeds[number], labels[number * inner : (number + 1) * inner])
    return Sampled(
        labels, small.start, _by_column(found, where, small.start, small.place), _numbers(found, found.sizes <= exact)
    )


def _sample_large(
    atoms: Atoms,
    found: Components,
    drawn: Sequence[Weights],
    inner: int,
    seeds: Words,
    exact: int,
    sweeps: tuple[int, int, int],
) -> tuple[Sampled, tuple[LargeComponent, ...]]:
    strength = np.mean([weights.totals for weights in drawn], axis=0)
    graph, where = large_ones(atoms, found, strength, exact)
    size, components, kept = len(where), len(graph.stream), (inner + CHAINS - 1) // CHAINS
    labels = np.zeros((len(drawn) * inner, size), np.uint32)
    by_column = _by_column(found, where, graph.start, graph.place)
    sampled = Sampled(labels, graph.start, by_column, _numbers(found, found.sizes > exact))
    if not components:
        return sampled, ()
    at = tuple(new_clusters(graph.start) for _ in range(CHAINS))
    walks, counts = walk(np.diff(graph.start).astype(np.int32), sweeps), np.zeros((CHAINS, components, 4), np.int64)
    clusters = np.zeros((len(drawn), CHAINS, components, kept), np.int32)
    room, together = np.empty((CHAINS, kept, size), np.int32), np.zeros((CHAINS, len(graph.ask)), np.int32)
    for number, weights in enumerate(drawn):
        trace = Trace(room, clusters[number], counts, together)
        run_chains(graph, weights, at, walks, number == 0, seeds[number], trace)
        for draw in range(number * inner, (number + 1) * inner):
            labels[draw] = room[draw % CHAINS, (draw - number * inner) // CHAINS]
    return sampled, _checks(graph, by_column, clusters, counts, _differences(graph, together / (len(drawn) * kept)))


def _by_column(found: Components, where: Ints, start: Ints, place: Ints) -> Ints:
    atoms = np.empty(len(where), np.int32)
    atoms[np.repeat(start[:-1], np.diff(start)) + place] = found.atoms[where]
    return atoms


def _numbers(found: Components, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    return np.flatnonzero(chosen[: len(found.stream)]).astype(np.int32)


def _differences(graph: Graph, shares: Floats) -> Floats:
    """(C) the most that the chains differ in the share of draws in which two atoms are one. ``shares``: (chains, pairs)."""
    most = np.ptp(shares, axis=0)
    component = np.repeat(np.arange(len(graph.start) - 1), np.diff(graph.ask_start[graph.start]))
    made = np.zeros(len(graph.start) - 1)
    np.maximum.at(made, component, most)
    return made


def _checks(graph: Graph, by_column: Ints, clusters: Ints, counts: Longs, differences: Floats) -> tuple[LargeComponent, ...]:
    made, start = [], graph.start
    for component in range(len(start) - 1):
        r_hat, ess = r_hat_and_ess(clusters[:, :, component].transpose(1, 0, 2).astype(np.float64))
        steps, moves, tries, changes = (int(number) for number in counts[:, component].sum(axis=0))
        first, atoms = int(by_column[start[component]]), int(start[component + 1] - start[component])
        shares = moves / max(1, steps), changes / max(1, tries)
        made.append(LargeComponent(first, atoms, *shares, r_hat, ess, float(differences[component])))
    return tuple(made)
