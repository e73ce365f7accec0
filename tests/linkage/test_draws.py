"""What draws say of pairs, clusters and numbers is what counting the draws one by one says; and they come back from bytes as
they were.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from litany.linkage.draws import Draws
from litany.linkage.partition import sample
from litany.linkage.partition_point import point_labels
from litany.linkage.partition_point_large import best_of_large
from tests.linkage.test_partition_brute import partitions
from tests.linkage.test_partition_promises import all_labels, made

SIZE = 60


@pytest.fixture(scope="module")
def draws() -> Draws:
    """Draws of sixty records in components of all sizes, some joined by judgement."""
    problem, drawn = made(3, SIZE, 45, 6)
    return sample(problem, drawn, 20, 7)


@pytest.fixture(scope="module")
def labels(draws: Draws) -> NDArray[np.int32]:
    """(draws, SIZE) the same, record by record."""
    return all_labels(draws)


def test_a_record_is_settled_if_its_cluster_never_changes(draws: Draws, labels: NDArray[np.int32]) -> None:
    """And only then; doubtful ones are grouped."""
    for record in range(SIZE):
        clusters = {tuple(np.flatnonzero(row == row[record]).tolist()) for row in labels}
        assert (draws.settled[record] >= 0) == (len(clusters) == 1)
        if len(clusters) == 1:
            assert draws.settled[record] == min(next(iter(clusters)))
    assert sorted(draws.doubtful.tolist()) == np.flatnonzero(draws.settled < 0).tolist()
    assert 0 < len(draws.doubtful) < SIZE and draws.labels.dtype == np.uint8


def test_numbers_and_pairs_are_counted(draws: Draws, labels: NDArray[np.int32]) -> None:
    """Clusters of each draw; the share of draws in which two are one, for every pair."""
    assert draws.number_of_clusters().tolist() == [len(set(row.tolist())) for row in labels]
    left, right = np.array(list(combinations(range(SIZE), 2))).T
    assert np.allclose(draws.pair_probability(left, right), (labels[:, left] == labels[:, right]).mean(axis=0))


def test_the_probability_of_a_cluster_is_how_often_it_comes_up(draws: Draws, labels: NDArray[np.int32]) -> None:
    """For the clusters of the point, of a draw, and for all records in one."""
    for partition in (draws.point(), draws.labels_of(3), np.zeros(SIZE, np.int32)):
        found = draws.cluster_probability(partition)
        for record in range(SIZE):
            cluster = partition == partition[record]
            assert found[record] == pytest.approx(np.mean([((row == row[record]) == cluster).all() for row in labels]))


def test_the_point_loses_least(draws: Draws, labels: NDArray[np.int32]) -> None:
    """Binder's loss over all partitions of every doubtful component of at most seven: nearly always none is better, never
    much.
    """
    together = (labels[:, :, None] == labels[:, None, :]).mean(axis=0)
    point, best_of_all, ours_of_all = draws.point(), 0.0, 0.0
    for first in np.unique(draws.group):
        members = np.sort(draws.doubtful[draws.group == first]).tolist()
        if len(members) > 7:
            continue

        def gain(clusters: list[list[int]]) -> float:
            return float(sum(together[a, b] - 0.5 for cluster in clusters for a, b in combinations(cluster, 2)))

        ours = gain([[member for member in members if point[member] == label] for label in set(point[members].tolist())])
        best = max(gain(clusters) for clusters in partitions(members))
        assert ours >= 0.8 * best
        best_of_all, ours_of_all = best_of_all + best, ours_of_all + ours
    assert best_of_all > 0 and ours_of_all >= 0.99 * best_of_all


def test_a_large_component_has_a_point_too() -> None:
    """More than 400 records: for sure those that are always together, and the same as where all pairs are weighed."""
    problem, drawn = made(8, 700, 1100)
    large = sample(problem, drawn, 4, 7)
    point = large.point()
    assert large.diagnostics.largest > 400 and large.labels.dtype == np.uint16
    sure = np.flatnonzero(large.pair_probability(problem.left, problem.right) == 1.0)
    assert len(sure) and (point[problem.left[sure]] == point[problem.right[sure]]).all()


def test_pairs_that_are_together_now_and_then_say_as_much_as_all(draws: Draws) -> None:
    """Component by component: the way for large ones finds what the way for small ones does."""
    first = np.searchsorted(draws.group, np.unique(draws.group))
    last = np.append(first[1:], len(draws.group))
    small = point_labels(draws.labels, first.astype(np.int32), last.astype(np.int32))
    for low, high in zip(first, last, strict=True):
        assert best_of_large(draws.labels[:, low:high]).tolist() == small[low:high].tolist()


def test_bytes_bring_the_draws_back(draws: Draws) -> None:
    """All of it; and the same draws make the same bytes."""
    stored = draws.to_parquet()
    again = Draws.from_parquet(stored)
    for name in ("settled", "doubtful", "group", "labels"):
        assert np.array_equal(getattr(again, name), getattr(draws, name))
        assert getattr(again, name).dtype == getattr(draws, name).dtype
    assert again.diagnostics == draws.diagnostics
    assert again.to_parquet() == stored


def test_draws_without_doubt_come_back_too() -> None:
    """Nothing doubtful: the number of draws is kept."""
    problem, drawn = made(3, 5, 0)
    sure = sample(problem, drawn, 2, 7)
    again = Draws.from_parquet(sure.to_parquet())
    assert len(again) == len(sure) == 6 and again.labels.shape == (6, 0)
    assert again.pair_probability([0], [1]).tolist() == [0.0]
