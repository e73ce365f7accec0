"""Scores of clusters and of blocking agree with brute force over all pairs and with published examples."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.linkage import evaluate_blocking
from litany.linkage.evaluate import against_pairs, agreement, clusters_of_pairs, unique_pairs

Rows = list[tuple[int, int, int]]
ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 4), st.integers(0, 2)), max_size=14)
PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


def columns(rows: Rows) -> tuple[list[int], list[int], list[int]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def same(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, abs_tol=1e-12)


def ratio(one: int, other: int) -> float:
    return one / other if other else math.nan


@given(ROWS)
def test_pairwise_scores_are_those_of_listing_every_pair(rows: Rows) -> None:
    predicted, gold, _ = columns(rows)
    pairs = list(itertools.combinations([row for row in rows if row[1] >= 0], 2))
    both = sum(a[0] == b[0] and a[1] == b[1] for a, b in pairs)
    mine, true = sum(a[0] == b[0] for a, b in pairs), sum(a[1] == b[1] for a, b in pairs)
    found = agreement(predicted, gold).pairs
    assert (found.both, found.predicted, found.gold) == (both, mine, true)
    assert same(found.scores().precision, ratio(both, mine)) and same(found.scores().recall, ratio(both, true))
    assert same(found.scores().f1, ratio(2 * both, mine + true))


@given(ROWS)
def test_b_cubed_and_exact_clusters_are_those_of_sets(rows: Rows) -> None:
    predicted, gold, _ = columns(rows)
    judged = [number for number, label in enumerate(gold) if label >= 0]
    mine = [frozenset(other for other in judged if predicted[other] == predicted[row]) for row in judged]
    true = [frozenset(other for other in judged if gold[other] == gold[row]) for row in judged]
    found = agreement(predicted, gold)
    assert (found.judged, found.unjudged) == (len(judged), len(rows) - len(judged))
    assert (found.predicted_clusters, found.gold_clusters) == (len(set(mine)), len(set(true)))
    shared = [len(a & b) for a, b in zip(mine, true, strict=True)]
    count = max(1, len(judged))
    precision = sum(n / len(a) for n, a in zip(shared, mine, strict=True)) / count if judged else math.nan
    recall = sum(n / len(b) for n, b in zip(shared, true, strict=True)) / count if judged else math.nan
    assert same(found.b_cubed.precision, precision) and same(found.b_cubed.recall, recall)
    exact = len(set(mine) & set(true))
    assert same(found.exact.precision, ratio(exact, len(set(mine))))
    assert same(found.exact.recall, ratio(exact, len(set(true))))


def test_the_worked_example_of_bagga_and_baldwin() -> None:
    """Bagga and Baldwin (1998), "Algorithms for scoring coreference chains": 76 % and 58 %, where MUC sees no difference."""
    truth = [0] * 5 + [1] * 2 + [2] * 5
    one = agreement([0] * 5 + [1] * 7, truth)
    other = agreement([0] * 5 + [1] * 2 + [0] * 5, truth)
    assert round(100 * one.b_cubed.precision) == 76 and one.b_cubed.recall == 1
    assert round(100 * other.b_cubed.precision) == 58 and other.b_cubed.recall == 1
    assert (one.exact.precision, one.exact.recall) == (1 / 2, 1 / 3)


@given(ROWS, st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_labels_matter(rows: Rows, random: Random) -> None:
    predicted, gold, _ = columns(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    renamed = agreement(
        [100 - 7 * predicted[row] for row in order], [gold[row] if gold[row] < 0 else 9 - gold[row] for row in order]
    )
    assert repr(renamed) == repr(agreement(predicted, gold))


@given(ROWS, PAIRS)
def test_gold_pairs_count_as_they_are_given(rows: Rows, pairs: list[tuple[int, int]]) -> None:
    """Unordered, each once, not closed; with lists, only pairs across them."""
    predicted, _, lists = columns(rows)
    known = [(a, b) for a, b in pairs if a < len(rows) and b < len(rows)]
    given_ = {frozenset(pair) for pair in known if pair[0] != pair[1]}
    mine = {
        frozenset(pair) for pair in itertools.combinations(range(len(rows)), 2) if len({predicted[row] for row in pair}) == 1
    }
    left, right = [a for a, _ in known], [b for _, b in known]
    found = against_pairs(predicted, left, right)
    assert (found.both, found.predicted, found.gold) == (len(mine & given_), len(mine), len(given_))
    found = against_pairs(predicted, left, right, lists)
    mine, given_ = ({pair for pair in pairs_ if len({lists[row] for row in pair}) == 2} for pairs_ in (mine, given_))
    assert (found.both, found.predicted, found.gold) == (len(mine & given_), len(mine), len(given_))


@given(PAIRS)
def test_closing_pairs_gives_the_connected_components(pairs: list[tuple[int, int]]) -> None:
    groups = [{row} for row in range(12)]
    for a, b in pairs:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for row in groups[a]:
                groups[row] = groups[a]
    labels = clusters_of_pairs([a for a, _ in pairs], [b for _, b in pairs], 12)
    assert labels.tolist() == [min(group) for group in groups]


def test_a_long_chain_closes() -> None:
    order = np.random.default_rng(1).permutation(20_000)
    assert not clusters_of_pairs(order[:-1], order[1:], 20_000).any()


@given(PAIRS, st.lists(st.integers(-1, 3), min_size=12, max_size=12), PAIRS)
def test_blocking_recall_is_that_of_sets(
    candidates: list[tuple[int, int]], gold: list[int], gold_pairs: list[tuple[int, int]]
) -> None:
    left, right = [a for a, _ in candidates], [b for _, b in candidates]
    seen = {frozenset(pair) for pair in candidates if pair[0] != pair[1]}
    judged = {pair for pair in seen if all(gold[row] >= 0 for row in pair)}
    true = {frozenset((a, b)) for a, b in itertools.combinations(range(12), 2) if gold[a] == gold[b] >= 0}
    found = evaluate_blocking.of_labels(left, right, gold)
    assert (found.reached, found.gold, found.candidates) == (len(true & seen), len(true), len(judged))
    pairs = {frozenset(pair) for pair in gold_pairs if pair[0] != pair[1]}
    found = evaluate_blocking.of_pairs(left, right, [a for a, _ in gold_pairs], [b for _, b in gold_pairs])
    assert (found.reached, found.gold, found.candidates) == (len(pairs & seen), len(pairs), len(seen))
    assert same(found.share, ratio(len(pairs & seen), len(pairs)))


def test_a_million_rows_are_no_matrix() -> None:
    """One gold cluster of a million rows: 5 * 10**11 pairs, none of them listed."""
    found = agreement(np.arange(1_000_000) // 2, np.zeros(1_000_000, dtype=np.int64))
    assert found.pairs.gold == 499_999_500_000 and found.pairs.both == 500_000
    assert found.pairwise.precision == 1 and found.b_cubed.recall == pytest.approx(2e-6)


def test_labels_that_are_no_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="one of each per row"):
        agreement([1, 2], [1])
    with pytest.raises(ValueError, match="whole number"):
        agreement(np.asarray([0.5]), [1])
    with pytest.raises(ValueError, match="numbered from 0"):
        unique_pairs([-1], [2])
