"""The oracle of the partition sampler: all partitions, scored by Kruskal's algorithm; and what it says of the sampler's
tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.partition import Parameters, Problem
from litany.linkage.partition_tree import tree_score

NO_PAIRS = np.zeros((0, 2), np.int32)


def partitions(members: Sequence[int]) -> Iterator[list[list[int]]]:
    """All partitions of a set."""
    if not members:
        yield []
        return
    first, *rest = members
    for partition in partitions(rest):
        yield [[first], *partition]
        for at in range(len(partition)):
            yield [*partition[:at], [first, *partition[at]], *partition[at + 1 :]]


def kruskal(members: Sequence[int], weight: NDArray[np.float64]) -> float:
    """The weight of the maximum spanning tree of some vertices. ``weight`` (n, n)."""
    tree = {member: member for member in members}
    total = 0.0
    for a, b in sorted(combinations(members, 2), key=lambda edge: -weight[edge]):
        if tree[a] != tree[b]:
            total += weight[a, b]
            old, new = tree[a], tree[b]
            tree = {member: new if root == old else root for member, root in tree.items()}
    return total


def pair_weights(problem: Problem, drawn: Parameters) -> NDArray[np.float64]:
    """(fields, size, size) the log likelihood ratios of all pairs."""
    made = np.tile(drawn.unscored[:, None, None], (1, problem.size, problem.size))
    for left, right, pattern in zip(problem.left, problem.right, problem.pattern, strict=True):
        made[:, left, right] = made[:, right, left] = drawn.ratios[pattern]
    return made


def allowed(problem: Problem, clusters: list[list[int]]) -> bool:
    """Does a partition keep the constraints? Only for problems without judgements of sameness."""
    for cluster in clusters:
        for a, b in combinations(cluster, 2):
            if problem.list_of[a] == problem.list_of[b] and problem.duplicate_free[problem.list_of[a]]:
                return False
            if [a, b] in problem.forbidden.tolist() or [b, a] in problem.forbidden.tolist():
                return False
    return True


def labelled(size: int, clusters: list[list[int]]) -> tuple[int, ...]:
    """The least record of each record's cluster."""
    made = [0] * size
    for cluster in clusters:
        for member in cluster:
            made[member] = min(cluster)
    return tuple(made)


def posterior(problem: Problem, drawn: Parameters) -> dict[tuple[int, ...], float]:
    """The probability of each partition, by its labels."""
    weight = pair_weights(problem, drawn)
    scores = {
        labelled(problem.size, clusters): sum(
            (len(cluster) - 1) * drawn.log_rho + sum(kruskal(sorted(cluster), field) for field in weight)
            for cluster in clusters
        )
        for clusters in partitions(range(problem.size))
        if allowed(problem, clusters)
    }
    most = max(scores.values())
    total = sum(np.exp(score - most) for score in scores.values())
    return {labels: float(np.exp(score - most) / total) for labels, score in scores.items()}


def random_problem(seed: int, size: int = 6, scored: float = 0.5, constrained: bool = True) -> tuple[Problem, Parameters]:
    """A problem with random patterns, weights, lists and (if ``constrained``) a judgement; neighbours by number are scored."""
    source = np.random.default_rng(seed)
    kept = [(a, b) for a, b in combinations(range(size), 2) if source.random() < scored or b - a <= 2]
    pairs = np.array(kept, np.int32).reshape(-1, 2)
    forbidden = np.sort(source.permutation(size)[:2])[None, :].astype(np.int32) if constrained else NO_PAIRS
    problem = Problem(
        size=size, left=pairs[:, 0], right=pairs[:, 1], pattern=source.integers(0, 8, len(pairs)).astype(np.int32),
        list_of=source.integers(0, 3, size).astype(np.int32), duplicate_free=np.array([constrained, False, False]),
        must=NO_PAIRS, forbidden=forbidden, content=source.integers(0, 2**63, size).astype(np.uint64),
    )  # fmt: skip
    return problem, Parameters(source.normal(0, 2, (8, 3)), source.normal(-0.5, 1, 3), -0.5)


def counted(draws: Draws) -> Counter[tuple[int, ...]]:
    """How often each partition was drawn."""
    return Counter(tuple(draws.labels_of(draw).tolist()) for draw in range(len(draws)))


def misfit(found: Counter[tuple[int, ...]], expected: dict[tuple[int, ...], float]) -> float:
    """Pearson's chi-square of independent draws, as a number of standard deviations from its mean; cells of less than 5 are
    one.
    """
    total = sum(found.values())
    usual = [labels for labels, share in expected.items() if share * total >= 5]
    pairs = [(found[labels], expected[labels] * total) for labels in usual]
    pairs.append((total - sum(seen for seen, _ in pairs), max(total - sum(mean for _, mean in pairs), 1e-9)))
    if pairs[-1][1] < 5:
        pairs.pop()
    square = sum((seen - mean) ** 2 / mean for seen, mean in pairs)
    return float((square - len(pairs) + 1) / np.sqrt(2 * max(len(pairs) - 1, 1)))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 10, 24])
def test_the_tree_is_the_maximum_spanning_tree(size: int) -> None:
    """Of random and of tied weights, in every field."""
    source = np.random.default_rng(size)
    for tied in (False, True):
        dense = source.integers(-2, 3, (4, 30, 30)).astype(float) if tied else source.normal(0, 3, (4, 30, 30))
        dense += dense.transpose(0, 2, 1)
        members = source.permutation(30)[:size].astype(np.int32)
        found = tree_score(dense, members, size, -0.7, np.empty(30), np.empty(30, np.int32))
        expected = (size - 1) * -0.7 + sum(kruskal(members.tolist(), field) for field in dense)
        assert found == pytest.approx(expected if size > 1 else 0.0)


def test_there_are_as_many_partitions_as_bell_counts() -> None:
    """The oracle itself: 1, 2, 5, 15, 52, 203."""
    assert [sum(1 for _ in partitions(range(size))) for size in range(1, 7)] == [1, 2, 5, 15, 52, 203]
