"""Matchings drawn as an enumeration that shares no code with the sampler or its other oracle has them.

Two lists without duplicates: a matching scores ``log_rho`` + its pairs' log likelihood ratios, and nothing else. Three: of a
triple, each field is the mean of the three ways to keep two pairs, and the prior 2 rho^2. The sampler has one prior, the
same odds for every record that joins; Sadinle's beta prior of bipartite matchings (2017, JASA 112(518), 600-612) differs from
it by a factor for the number of matches alone, so that draws weighed by that factor are draws of his posterior. No published
posterior for given weights was found (BRL, his program, draws the weights too); what is compared is his prior, in the form in
which BRL uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from math import comb, exp, factorial, lgamma, perm

import numpy as np
import pytest
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.partition import Parameters, Problem, sample

FAR = -1e9  # a floor under which nothing is
Floats = NDArray[np.float64]
Clusters = tuple[tuple[int, ...], ...]  # those of more than one record


def injections(sources: range, targets: list[tuple[int, ...]]) -> Iterator[dict[tuple[int, ...], int]]:
    """All ways to give some of the sources a target each, no target twice."""
    for number in range(min(len(sources), len(targets)) + 1):
        for some in combinations(sources, number):
            for places in permutations(targets, number):
                yield dict(zip(places, some, strict=True))


def clusterings(sizes: tuple[int, ...]) -> Iterator[Clusters]:
    """All partitions of lists of such sizes that have at most one record of each list in a cluster."""

    def grown(before: list[tuple[int, ...]], start: int, left: tuple[int, ...]) -> Iterator[Clusters]:
        if not left:
            yield tuple(cluster for cluster in before if len(cluster) > 1)
            return
        new = range(start, start + left[0])
        for joined in injections(new, before):
            fresh = sorted(set(new) - set(joined.values()))
            after = [(*cluster, joined[cluster]) if cluster in joined else cluster for cluster in before]
            yield from grown([*after, *((record,) for record in fresh)], start + left[0], left[1:])

    yield from grown([], 0, sizes)


def score(clusters: Clusters, ratio: Floats, log_rho: float) -> float:
    """The log weight of a partition. ``ratio`` (fields, size, size), above the diagonal."""
    total = 0.0
    for cluster in clusters:
        pairs = np.exp([ratio[:, a, b] for a, b in combinations(cluster, 2)])
        fields = pairs[0] if len(pairs) == 1 else 2 ** (1 / pairs.shape[1]) * np.mean(pairs.prod(axis=0) / pairs, axis=0)
        total += (len(cluster) - 1) * log_rho + np.log(fields).sum()
    return float(total)


def expected(sizes: tuple[int, ...], ratio: Floats, log_rho: float, beta: bool = False) -> tuple[Floats, Floats]:
    """(size, size) the probability of each pair; (size + 1) of each number of clusters. ``beta``: under Sadinle's prior, with
    a = b = 1, in place of ``log_rho``.
    """
    size = sum(sizes)
    every = list(clusterings(sizes))
    weights = np.array([score(one, ratio, 0.0 if beta else log_rho) for one in every])
    if beta:
        weights += [log_beta_prior(sizes[0], sizes[1], len(one)) for one in every]
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    pairs, number = np.zeros((size, size)), np.zeros(size + 1)
    for clusters, share in zip(every, shares.tolist(), strict=True):
        for cluster in clusters:
            for pair in combinations(cluster, 2):
                pairs[pair] += share
        number[size - sum(len(cluster) - 1 for cluster in clusters)] += share
    return pairs, number


def log_beta_prior(n1: int, n2: int, matches: int, a: float = 1.0, b: float = 1.0) -> float:
    """log P of one matching: (n1 - k)! / n1! B(k + a, n2 - k + b) / B(a, b), for n1 >= n2."""

    def log_beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return lgamma(n1 - matches + 1) - lgamma(n1 + 1) + log_beta(matches + a, n2 - matches + b) - log_beta(a, b)


def made(sizes: tuple[int, ...], seed: int, fields: int = 3) -> tuple[Problem, Parameters, Floats]:
    """Lists whose first records fit their namesakes, and others less and less; every pair across lists is scored."""
    source = np.random.default_rng(seed)
    size = sum(sizes)
    list_of = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    place = np.concatenate([np.arange(one) for one in sizes])
    pairs = [(a, b) for a, b in combinations(range(size), 2) if list_of[a] != list_of[b]]
    ratios = source.normal([1.0 if place[a] == place[b] else -0.7 for a, b in pairs], 1.2, (fields, len(pairs))).T
    ratio = np.zeros((fields, size, size))
    for (a, b), row in zip(pairs, ratios, strict=True):
        ratio[:, a, b] = row
    left, right = np.array(pairs, np.int32).T
    none = np.zeros((0, 2), np.int32)
    problem = Problem(
        size=size, left=left, right=right, pattern=np.arange(len(pairs), dtype=np.int32), list_of=list_of,
        duplicate_free=np.ones(len(sizes), bool), must=none, forbidden=none,
        content=source.integers(0, 2**63, size).astype(np.uint64),
    )  # fmt: skip
    return problem, Parameters(ratios, np.full(fields, -5.0), -0.8), ratio


def compared(draws: Draws, pairs: Floats, number: Floats, effective: float) -> None:
    """Are all within 4.5 standard errors, of so many independent draws?"""
    one, other = np.triu_indices(len(pairs), 1)
    said, found = pairs[one, other], draws.pair_probability(one, other)
    assert (np.abs(found - said) <= 4.5 * np.sqrt(said * (1 - said) / effective) + 1 / effective).all()
    assert (found[said == 0] == 0).all()
    counted = np.bincount(draws.number_of_clusters(), minlength=len(number)) / len(draws)
    assert (np.abs(counted - number) <= 4.5 * np.sqrt(number * (1 - number) / effective) + 1 / effective).all()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sizes", [(5, 5), (5, 4), (4, 3, 3)])
def test_small_components_are_drawn_as_enumerated(sizes: tuple[int, ...], seed: int) -> None:
    """Ten records at most: independent draws."""
    problem, drawn, ratio = made(sizes, seed)
    draws = sample(problem, [drawn], 40_000, seed, FAR)
    assert draws.diagnostics.large == ()
    compared(draws, *expected(sizes, ratio, drawn.log_rho), len(draws))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sizes", [(6, 6), (5, 5), (4, 4, 3)])
def test_chains_visit_as_enumerated(sizes: tuple[int, ...], seed: int) -> None:
    """More than ten records, or exact drawing switched off: as many independent draws as the chains report, or a quarter of
    them, for a pair may change more slowly than the number of clusters.
    """
    problem, drawn, ratio = made(sizes, seed)
    draws = sample(problem, [drawn], 40_000, seed, FAR, exact=0)
    (large,) = draws.diagnostics.large
    assert large.converged and large.atoms == sum(sizes)
    compared(draws, *expected(sizes, ratio, drawn.log_rho), large.ess / 4)


def test_the_enumeration_counts_right() -> None:
    """1,546 matchings of five with five; 13,327 of six with six (OEIS A002720)."""
    assert [sum(1 for _ in clusterings((n, n))) for n in range(1, 7)] == [2, 7, 34, 209, 1546, 13327]
    assert len({frozenset(one) for one in clusterings((3, 3, 2))}) == sum(1 for _ in clusterings((3, 3, 2)))


@pytest.mark.parametrize(("n1", "n2", "a", "b"), [(6, 6, 1.0, 1.0), (6, 4, 1.0, 1.0), (5, 4, 2.0, 3.5)])
def test_sadinles_prior_is_as_his_program_has_it(n1: int, n2: int, a: float, b: float) -> None:
    """It sums to one; the number of matches is beta-binomial (uniform for a = b = 1), and given it all matchings are alike; the
    odds of no link against any one link are (n1 - k)(n2 - k - 1 + b) / (k + a), with k other links: BRL's Gibbs step.
    """
    every = [len(clusters) for clusters in clusterings((n1, n2))]
    prior = np.array([exp(log_beta_prior(n1, n2, matches, a, b)) for matches in every])
    number = np.bincount(every, prior)
    assert prior.sum() == pytest.approx(1)
    for k in range(n2 + 1):
        assert every.count(k) == comb(n2, k) * perm(n1, k) == factorial(k) * comb(n1, k) * comb(n2, k)
        mass = comb(n2, k) * exp(
            lgamma(k + a) + lgamma(n2 - k + b) - lgamma(n2 + a + b) - lgamma(a) - lgamma(b) + lgamma(a + b)
        )
        assert number[k] == pytest.approx(mass)
        assert (a, b) != (1.0, 1.0) or number[k] == pytest.approx(1 / (n2 + 1))
    for k in range(n2):
        odds = exp(log_beta_prior(n1, n2, k, a, b) - log_beta_prior(n1, n2, k + 1, a, b))
        assert odds == pytest.approx((n1 - k) * (n2 - k - 1 + b) / (k + a))


@pytest.mark.parametrize("seed", range(3))
def test_draws_weighed_by_the_number_of_matches_have_sadinles_posterior(seed: int) -> None:
    """Given the number of matches both priors take all matchings for alike: only how many there are differs."""
    sizes = (5, 5)
    problem, drawn, ratio = made(sizes, seed)
    draws = sample(problem, [drawn], 40_000, seed, FAR)
    matches = problem.size - draws.number_of_clusters()
    weight = np.exp([log_beta_prior(5, 5, k) - k * drawn.log_rho for k in range(6)])[matches]
    effective = weight.sum() ** 2 / (weight**2).sum()
    assert effective > 3_000
    labels = np.stack([draws.labels_of(draw) for draw in range(len(draws))])
    pairs, number = expected(sizes, ratio, drawn.log_rho, beta=True)
    for a, b in zip(problem.left.tolist(), problem.right.tolist(), strict=True):
        found = float(weight @ (labels[:, a] == labels[:, b]) / weight.sum())
        assert abs(found - pairs[a, b]) < 4.5 * np.sqrt(pairs[a, b] * (1 - pairs[a, b]) / effective) + 1 / effective
    shares = np.bincount(matches, weight, minlength=6) / weight.sum()
    assert (np.abs(shares - number[problem.size - np.arange(6)]) < 4.5 * np.sqrt(0.25 / effective)).all()
