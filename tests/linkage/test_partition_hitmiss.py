"""How far is the mean tree from the exact posterior of the model that it approximates?

The model is hit-miss: one of a cluster's records after the other copies the true value of a field, or errs and takes any
value. Its marginal likelihood is a sum over the true value, so small problems have an exact posterior, by enumeration.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from litany.linkage.partition_tree import SILENT, tree_score
from tests.linkage.test_partition_brute import mean_tree, partitions

Values = NDArray[np.int64]
LOG_RHO = -4.0
UNKNOWN = -1


def simulated(source: np.random.Generator, size: int, values: Values, error: float) -> Values:
    """(size, fields) what records of about size / 2 persons say."""
    person = source.integers(0, (size + 1) // 2, size)
    truth = source.integers(0, values, (size, len(values)))[person]
    wrong = source.random((size, len(values))) < error
    return np.where(wrong, source.integers(0, values, (size, len(values))), truth)


def exact_evidence(cluster: list[int], said: Values, values: Values, error: float) -> float:
    """log P(what a cluster says | one person) - log P(the same | all different persons)."""
    total = 0.0
    for field, number in enumerate(values):
        known = said[cluster, field][said[cluster, field] != UNKNOWN]
        count = np.bincount(known, minlength=number)
        hit, miss = 1 - error + error / number, error / number
        log_likelihood = count * np.log(hit) + (len(known) - count) * np.log(miss)
        total += np.logaddexp.reduce(log_likelihood) - np.log(number) + len(known) * np.log(number)
    return float(total)


def pair_weights(said: Values, values: Values, error: float) -> NDArray[np.float64]:
    """(fields, size, size) the true log likelihood ratios of pairs."""
    both = (1 - error) ** 2
    agree = said.T[:, :, None] == said.T[:, None, :]
    made: NDArray[np.float64] = np.where(agree, np.log(both * values + 1 - both)[:, None, None], np.log(1 - both))
    return made


def posterior(scores: list[float]) -> NDArray[np.float64]:
    """Probabilities from log scores."""
    weights = np.exp(np.array(scores) - max(scores))
    return np.asarray(weights / weights.sum())


def best_tree(members: list[int], weight: NDArray[np.float64]) -> float:
    """The weight of the maximum spanning tree (Kruskal 1956). ``weight`` (n, n)."""
    tree = {member: member for member in members}
    total = 0.0
    for a, b in sorted(combinations(members, 2), key=lambda edge: -weight[edge]):
        if tree[a] != tree[b]:
            total += weight[a, b]
            old, new = tree[a], tree[b]
            tree = {member: new if root == old else root for member, root in tree.items()}
    return total


def distances(seed: int, size: int, error: float) -> NDArray[np.float64]:
    """(3, 2) total variation from the exact posterior, and error in the expected number of clusters: of mean trees, of best
    trees, and of sums over pairs.
    """
    source, values = np.random.default_rng(seed), np.array([50, 20, 12, 2])
    said = simulated(source, size, values, error)
    weight = pair_weights(said, values, error)
    exact, mean, best, pairs, number = [], [], [], [], []
    for clusters in partitions(range(size)):
        prior = (size - len(clusters)) * LOG_RHO
        several = [sorted(cluster) for cluster in clusters if len(cluster) > 1]
        number.append(len(clusters))
        exact.append(prior + sum(exact_evidence(cluster, said, values, error) for cluster in several))
        mean.append(prior + sum(mean_tree(cluster, field) for cluster in several for field in weight))
        best.append(prior + sum(best_tree(cluster, field) for cluster in several for field in weight))
        pairs.append(prior + sum(weight[:, a, b].sum() for cluster in several for a, b in combinations(cluster, 2)))
    truth = posterior(exact)
    off = np.stack([posterior(one) - truth for one in (mean, best, pairs)])
    return np.stack([np.abs(off).sum(axis=1) / 2, off @ np.array(number)], axis=1)


def test_mean_trees_are_close_to_the_exact_posterior_and_closer_than_best_trees_and_pairs() -> None:
    """Sixty problems of five records, a tenth and a quarter of the values wrong."""
    # Measured: 0.012 and 0.040, against 0.040 and 0.068 of best trees and 0.147 and 0.239 of sums over pairs.
    for error, most in ((0.1, 0.02), (0.25, 0.06)):
        mean, best, pairs = np.array([distances(seed, 5, error) for seed in range(30)]).mean(axis=0)
        assert mean[0] < most and mean[0] < 0.7 * best[0] and best[0] < pairs[0] / 2
        assert abs(mean[1]) < 0.06 and abs(mean[1]) < abs(best[1]) < abs(pairs[1])


def test_many_rows_that_agree_by_chance_are_not_one() -> None:
    """Twenty-four people, their five values drawn at random, four of each: every row has its birthday in common with one and
    its street with another. Were each field to choose its best tree, all would be one person rather than 24.
    """
    log_rho, size, error = -3.5, 24, 0.05
    values = np.full(5, 4)
    said = np.random.default_rng(7).integers(0, 4, (size, 5))
    weight = pair_weights(said, values, error)
    everybody = list(range(size))
    best = (size - 1) * log_rho + sum(best_tree(everybody, field) for field in weight)
    exact = (size - 1) * log_rho + exact_evidence(everybody, said, values, error)
    room, known = np.empty((size, size)), np.empty(size, np.int32)
    mean = tree_score(np.exp(weight), np.arange(size, dtype=np.int32), size, log_rho, room, known)
    assert exact < -50 and mean < -50 and best > 0


def gaps(seed: int, size: int, error: float, missing: float) -> tuple[float, float]:
    """Total variation from the exact posterior where values are missing: of trees that take an edge of which a field says
    nothing only where no other is, and of trees to which it weighs 0.
    """
    source, values = np.random.default_rng(seed), np.array([50, 20, 12, 2])
    said = simulated(source, size, values, error)
    said[source.random(said.shape) < missing] = UNKNOWN
    silent = (said.T[:, :, None] == UNKNOWN) | (said.T[:, None, :] == UNKNOWN)
    last = np.where(silent, SILENT, pair_weights(said, values, error))
    exact, ours, bridged = [], [], []
    for clusters in partitions(range(size)):
        prior = (size - len(clusters)) * LOG_RHO
        several = [sorted(cluster) for cluster in clusters if len(cluster) > 1]
        exact.append(prior + sum(exact_evidence(cluster, said, values, error) for cluster in several))
        ours.append(prior + sum(mean_tree(cluster, field) for cluster in several for field in last))
        bridged.append(prior + sum(mean_tree(cluster, field) for cluster in several for field in np.where(silent, 0.0, last)))
    truth = posterior(exact)
    return float(abs(posterior(ours) - truth).sum() / 2), float(abs(posterior(bridged) - truth).sum() / 2)


def test_what_a_field_does_not_say_is_no_bridge() -> None:
    """Thirty problems of six records, a fifth of the values missing."""
    found = np.array([gaps(seed, 6, 0.1, 0.2) for seed in range(30)]).mean(axis=0)
    assert found[0] < 0.08 and found[0] < found[1] / 2
