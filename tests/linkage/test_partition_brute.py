"""The oracle of the partition sampler: all partitions, scored by all their spanning trees, one by one; and what it says of
the sampler's mean tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product
from math import factorial, log

import numpy as np
import pytest
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.partition import Parameters, Problem
from litany.linkage.partition_tree import SILENT, tree_score

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


@cache
def trees(size: int) -> NDArray[np.int64]:
    """(trees, size - 1, 2) all trees on so many vertices: Cayley's size^(size - 2), each from its Pruefer code (1918)."""
    made = []
    for code in product(range(size), repeat=max(size - 2, 0)):
        degree, edges = [1 + code.count(vertex) for vertex in range(size)], []
        for vertex in code:
            leaf = degree.index(1)
            edges.append((leaf, vertex))
            degree[leaf] -= 1
            degree[vertex] -= 1
        made.append([*edges, tuple(vertex for vertex in range(size) if degree[vertex] == 1)])
    return np.array(made)


def mean_tree(members: Sequence[int], weight: NDArray[np.float64]) -> float:
    """The logarithm of the mean over spanning trees of exp(the sum of their weights); of the trees with the fewest SILENT
    edges, which weigh nothing. ``weight`` (n, n).
    """
    edges = np.array(members)[trees(len(members))]
    weights = weight[edges[..., 0], edges[..., 1]]
    silent = (weights == SILENT).sum(axis=1)
    sums = np.where(weights == SILENT, 0.0, weights).sum(axis=1)[silent == silent.min()]
    return float(np.logaddexp.reduce(sums) - np.log(len(sums)))


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
            (len(cluster) - 1) * drawn.log_rho + log(factorial(len(cluster) - 1))
            + sum(mean_tree(sorted(cluster), field) for field in weight)
            for cluster in clusters if len(cluster) > 1
        )
        for clusters in partitions(range(problem.size))
        if allowed(problem, clusters)
    }  # fmt: skip
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


def scored(dense: NDArray[np.float64], members: NDArray[np.int32]) -> float:
    """What the sampler's code makes of logarithms, less its prior. ``dense`` (fields, n, n)."""
    ratios = np.where(dense == SILENT, 0.0, np.exp(dense))
    size = len(members)
    found = tree_score(ratios, members, size, -0.7, np.empty((30, 30)), np.empty(30, np.int32))
    return found - (size - 1) * -0.7 - log(factorial(size - 1))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("silent", [0.0, 0.4, 0.9])
def test_the_tree_is_the_mean_of_all_trees(size: int, silent: float) -> None:
    """One by one, with fields that say nothing of a record, of some pairs, and of all."""
    source = np.random.default_rng([size, int(10 * silent)])
    dense = source.normal(0, 5, (6, 30, 30))
    dense[source.random(dense.shape) < silent / 2] = SILENT
    unknown = source.random((6, 30)) < silent
    dense[unknown[:, :, None] | unknown[:, None, :]] = SILENT
    dense = np.triu(dense, 1) + np.triu(dense, 1).transpose(0, 2, 1)
    members = source.permutation(30)[:size].astype(np.int32)
    assert scored(dense, members) == pytest.approx(sum(mean_tree(members.tolist(), field) for field in dense))


@pytest.mark.parametrize("size", [1, 2, 10, 24])
def test_the_mean_of_many_trees_is_kirchhoffs_determinant(size: int) -> None:
    """A minor of the Laplacian is the sum over all trees, of which there are size^(size - 2)."""
    source = np.random.default_rng(size)
    dense = source.normal(0, 3, (4, 30, 30))
    dense = np.triu(dense, 1) + np.triu(dense, 1).transpose(0, 2, 1)
    members = source.permutation(30)[:size].astype(np.int32)
    expected = 0.0
    for field in dense if size > 1 else ():
        ratios = np.exp(field[np.ix_(members, members)]) * (1 - np.eye(size))
        expected += np.linalg.slogdet((np.diag(ratios.sum(axis=0)) - ratios)[1:, 1:])[1] - (size - 2) * np.log(size)
    assert scored(dense, members) == pytest.approx(expected)


def test_ratios_of_all_sizes_go_together() -> None:
    """Three groups of copies, hundreds of nats apart: what a determinant in doubles could not tell from nothing."""
    group = np.arange(9) // 3
    dense = np.where(group[:, None] == group[None, :], 200.0, -200.0)[None]
    # Three trees in each group and 3 (3 + 3 + 3) (3 * 3 * 3) ways to join them, of Cayley's 9^7.
    expected = 6 * 200.0 - 2 * 200.0 + np.log(3**3 * 9 * 27 / 9**7)
    assert scored(dense, np.arange(9, dtype=np.int32)) == pytest.approx(expected)


def test_there_are_as_many_partitions_as_bell_counts() -> None:
    """The oracle itself: 1, 2, 5, 15, 52, 203."""
    assert [sum(1 for _ in partitions(range(size))) for size in range(1, 7)] == [1, 2, 5, 15, 52, 203]
