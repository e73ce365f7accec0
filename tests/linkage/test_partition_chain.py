"""Large components are walked through with the same probabilities, and say when they were not."""

from __future__ import annotations

from itertools import combinations

import msgspec
import numpy as np
import pytest

from litany.linkage.partition import Parameters, Problem, sample
from litany.linkage.partition_alike import MANY, alike
from litany.linkage.partition_atoms import contract
from litany.linkage.partition_checks import LargeComponent, r_hat_and_ess
from litany.linkage.partition_components import find
from litany.linkage.partition_order import Graph, large_ones
from tests.linkage.test_partition_brute import NO_PAIRS, counted, posterior, random_problem

FAR = -1e9


@pytest.mark.parametrize("seed", range(5))
def test_chains_visit_partitions_as_often_as_enumeration_says(seed: int) -> None:
    """Exact sampling switched off. Shares of partitions are off by 0.4 sum sqrt(p / n) on average for n independent draws; for
    a chain n is the effective sample size that it reports, and three times that distance is allowed.
    """
    problem, drawn = random_problem(seed, constrained=seed % 2 == 0)
    expected = posterior(problem, drawn)
    draws = sample(problem, [drawn], 40_000, seed, FAR, exact=0)
    found = counted(draws)
    assert set(found) <= set(expected)
    (large,) = draws.diagnostics.large
    assert large.converged and large.atoms == 6 and large.moved > 0
    distance = 0.5 * sum(abs(found[labels] / len(draws) - share) for labels, share in expected.items())
    assert distance < 1.2 * sum(np.sqrt(share / large.ess) for share in expected.values())


def complete(size: int, agree: float, lists: int = 1, free: bool = False) -> tuple[Problem, Parameters]:
    """Records of which all pairs agree alike."""
    pairs = np.array(list(combinations(range(size), 2)), np.int32)
    problem = Problem(
        size=size, left=pairs[:, 0], right=pairs[:, 1], pattern=np.zeros(len(pairs), np.int32),
        list_of=(np.arange(size) % lists).astype(np.int32), duplicate_free=np.full(lists, free), must=NO_PAIRS,
        forbidden=NO_PAIRS, content=np.arange(size, dtype=np.uint64),
    )  # fmt: skip
    return problem, Parameters(np.array([[agree, agree]]), np.array([-2.0, -2.0]), -5.0)


def test_a_person_in_sixty_lists_is_one() -> None:
    """More records than exact trees are used for: found by both chains, from all apart as from the greedy start.

    The agreement must outweigh the 2^59 ways to make two of sixty, for the prior does not (41 nats).
    """
    problem, drawn = complete(60, 40.0, lists=60, free=True)
    draws = sample(problem, [drawn] * 15, 4, 3)
    assert draws.number_of_clusters().tolist() == [1] * 60
    assert (draws.settled == 0).all() and draws.diagnostics.large[0].converged


def graph_of(problem: Problem, drawn: Parameters) -> Graph:
    atoms = contract(problem)
    weights = atoms.weights(drawn)
    return large_ones(atoms, find(problem, atoms, [weights], FAR), weights.totals, 10)[0]


def test_every_atom_has_a_word_of_its_own() -> None:
    """Scores are remembered by the sum of words. Contents that are small numbers, like ranks, once gave two atoms one word."""
    problem, _ = complete(200, 1.0)
    kinds = np.random.default_rng(1).integers(0, 50, len(problem.left)).astype(np.int32)
    graph = graph_of(
        msgspec.structs.replace(problem, pattern=kinds), Parameters(np.full((50, 2), 1.0), np.array([-2.0, -2.0]), -5.0)
    )
    assert graph.alike.tolist() == list(range(200))
    words = graph.word.tolist()
    sums = {(one + other) % 2**64 for one, other in combinations(words, 2)}
    assert len(set(words)) == 200 and len(sums) == 200 * 199 // 2  # no pair has the name of another


def test_five_hundred_lists_that_say_the_same_are_scored_by_how_many_there_are() -> None:
    """So a chain works out a score once for each size of cluster, not once for each cluster: that took minutes."""
    problem, drawn = complete(500, 3.0, lists=500)
    graph = graph_of(problem, drawn)
    assert not graph.alike.any() and len(set(graph.word.tolist())) == 1


@pytest.mark.parametrize("seed", range(8))
def test_atoms_that_compare_alike_are_those_that_can_be_exchanged(seed: int) -> None:
    """Against the definition: as many as `MANY`, each compared by the same row with each other and with all others."""
    source = np.random.default_rng(seed)
    sizes = source.integers(1, 2 * MANY, 5)
    kind = source.permutation(np.repeat(np.arange(5), sizes))
    between = source.integers(-1, 3, (5, 5))
    between = np.minimum(between, between.T)
    rows = between[kind[:, None], kind[None, :]]  # of every pair; -1: it is not compared
    for _ in range(int(source.integers(0, 4))):
        one, other = source.integers(0, len(kind), 2)
        rows[one, other] = rows[other, one] = 5
    np.fill_diagonal(rows, -1)
    of, near = np.nonzero(rows >= 0)
    start = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(kind)))]).astype(np.int32)
    made = alike(start, near.astype(np.int32), rows[of, near].astype(np.int32))

    def exchanged(one: int, other: int) -> bool:
        rest = np.delete(np.arange(len(kind)), [one, other])
        return bool(rows[one, other] >= 0 and (rows[one, rest] == rows[other, rest]).all())

    expected = []
    for one in range(len(kind)):
        group = [other for other in range(len(kind)) if other == one or exchanged(one, other)]
        expected.append(group[0] if len(group) >= MANY else one)
    assert made.tolist() == expected


def test_two_people_in_each_of_thirty_lists_are_two() -> None:
    """A duplicate-free list keeps apart what else would be one, also in a component too large for exact trees."""
    problem, drawn = complete(60, 2.0, lists=30, free=True)
    strong = (problem.left >= 30) == (problem.right >= 30)
    problem = msgspec.structs.replace(problem, pattern=strong.astype(np.int32))
    drawn = msgspec.structs.replace(drawn, ratios=np.array([[2.0, 2.0], [40.0, 40.0]]))
    draws = sample(problem, [drawn] * 2, 4, 3)
    assert draws.number_of_clusters().tolist() == [2] * 8
    assert (draws.labels_of(0) == np.where(np.arange(60) < 30, 0, 30)).all()


def test_chains_that_disagree_are_told() -> None:
    """R-hat of two chains around different means is large, of two of one kind near 1; a constant is no reason for doubt."""
    source = np.random.default_rng(1)
    same = source.poisson(10, (2, 40, 5)).astype(float)
    r_hat, ess = r_hat_and_ess(same)
    assert r_hat < 1.05 and ess > 200
    apart = same + np.array([0, 8])[:, None, None]
    assert r_hat_and_ess(apart)[0] > 1.5
    assert r_hat_and_ess(np.ones((2, 40, 5))) == (1.0, 400.0)
    stuck = np.repeat(np.array([3.0, 4.0]), 200).reshape(2, 40, 5)
    r_hat, ess = r_hat_and_ess(stuck)
    told = LargeComponent(0, 60, 0.0, 0.0, r_hat, ess)
    assert not told.converged and r_hat > 1e6
    assert msgspec.json.decode(msgspec.json.encode(told), type=LargeComponent) == told  # JSON has no infinite numbers


def test_a_slow_chain_has_few_effective_draws() -> None:
    """An autoregressive series of coefficient 0.9 is worth (1 - 0.9) / (1 + 0.9) of its length: 210 of 4,000."""
    source = np.random.default_rng(2)
    noise, chains = source.normal(size=(2, 2000)), np.zeros((2, 2000))
    for at in range(1, 2000):
        chains[:, at] = 0.9 * chains[:, at - 1] + noise[:, at]
    ess = r_hat_and_ess(chains[:, None, :])[1]
    assert 120 < ess < 330
