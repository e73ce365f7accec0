"""A person in very many lists makes nearly all true pairs: that says nothing of how readily other people are one."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bench.linkage_coverage import rows_of
from bench.list_systems import person, system_of
from litany.linkage import names, victims
from litany.linkage.engine import Candidates
from litany.linkage.hubs import less_than_pairs, log_theta
from litany.linkage.link import draw, prepare


def candidates(*clusters: int, size: int) -> tuple[Candidates, int]:
    """All pairs within clusters of these many rows, of ``size`` rows."""
    ends = np.cumsum(clusters)
    pairs = [(a, b) for end, rows in zip(ends, clusters, strict=True) for b in range(end) for a in range(end - rows, b)]
    left, right = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    nothing = np.zeros(len(pairs), np.int32)
    return Candidates(left, right, nothing, nothing, np.zeros((1, 1), np.int8)), size


@given(st.integers(3, 3000), st.floats(0.01, 0.99))
def test_theta_expects_so_many_clusters(size: int, share: float) -> None:
    """Ewens's sum, written out: row i + 1 begins a cluster of its own with probability theta / (theta + i)."""
    clusters = min(max(round(share * size), 2), size - 1)
    theta = np.exp(log_theta(size, clusters))
    assert (theta / (theta + np.arange(size))).sum() == pytest.approx(clusters, rel=1e-6)


@pytest.mark.parametrize("clusters", [(2,) * 200, (3,) * 300, (2,) * 5, (10,) * 100])
def test_clusters_as_lists_make_them_change_nothing(clusters: tuple[int, ...]) -> None:
    """Pairs, threes, tens, few or many of them, among 1,000 rows: the pairs are believed, or next to."""
    found, size = candidates(*clusters, size=1000)
    assert -0.2 < less_than_pairs(found, np.ones(len(found.left)), size) <= 0.0


def test_one_large_cluster_takes_its_pairs_out_of_the_odds() -> None:
    """Of 10,500 rows 500 are one: 124,750 pairs, but no more than 499 rows joined others, and the odds are 1 in 100,000."""
    found, size = candidates(500, size=10_500)
    lower = less_than_pairs(found, np.ones(len(found.left)), size)
    by_pairs = np.log(124_750 / (10_500 * 10_499 / 2))
    assert np.exp(by_pairs + lower) == pytest.approx(2 * 499 / 10_500**2, rel=0.1)
    assert less_than_pairs(found, -np.ones(len(found.left)), size) == 0.0


def test_people_beside_one_in_very_many_lists_are_not_taken_for_others() -> None:
    """One person in each of 300 lists, each with 20 others: 6,001 people. By its pairs alone some of them would be lost."""
    rng = random.Random("hub")
    famous, others = person(rng), [person(rng) for _ in range(6000)]
    rows = [famous.copy() for _ in range(300)] + others
    for row in rows:
        row.father = row.occupation = row.township = row.state = None  # else nobody could be mistaken
    truth = [0] * 300 + list(range(1, 6001))
    lists = [*range(300), *(number % 300 for number in range(6000))]
    given_rows = rows_of(system_of(rows, truth, lists, 6001, (True,) * 300, rng))
    prepared = prepare(given_rows, victims.plan(names.packaged("burmese")), 1, outer=10)
    assert prepared.hubs < -2
    ends = []
    for hubs in (prepared.hubs, 0.0):
        drawn = draw(structs.replace(prepared, hubs=hubs), given_rows, 1, inner=10).distinct()
        ends.append(np.quantile(drawn, [0.025, 0.975]).tolist())
    (low, high), (by_pairs, _) = ends
    assert 5999 <= low <= 6001 <= high
    assert by_pairs <= 5995
