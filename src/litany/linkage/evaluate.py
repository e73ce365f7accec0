"""How close do predicted clusters come to a gold standard?

Pairs answer "is this link right?", B-cubed "how clean and how whole is the cluster of a typical row?", exact clusters "how many
people are wholly right?". They disagree on purpose: one wrong merge of two large clusters costs many pairs and few clusters.
Everything is counted from the table of cluster against cluster, in O(n log n): no pair is ever listed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Ints = npt.NDArray[np.int64]
NAN = float("nan")


class Scores(Struct, frozen=True):
    """Precision, recall and their harmonic mean, each in 0..1; NaN (null in JSON) where nothing was there to be judged."""

    precision: float
    recall: float
    f1: float


class PairCounts(Struct, frozen=True):
    """Pairs that both call the same, that the prediction does, that the gold does."""

    both: int
    predicted: int
    gold: int

    def scores(self) -> Scores:
        """Pairwise precision, recall and F1."""
        return scores(self.both, self.predicted, self.gold)


class Agreement(Struct, frozen=True):
    """How predicted clusters compare with gold clusters, over the ``judged`` rows; ``unjudged`` rows have no gold."""

    judged: int
    unjudged: int
    predicted_clusters: int
    gold_clusters: int
    pairs: PairCounts
    pairwise: Scores
    b_cubed: Scores
    exact: Scores


def scores(both: float, predicted: float, gold: float) -> Scores:
    """Precision both/predicted, recall both/gold, F1 2*both/(predicted+gold)."""
    return Scores(
        both / predicted if predicted else NAN,
        both / gold if gold else NAN,
        2 * both / (predicted + gold) if predicted + gold else NAN,
    )


def agreement(predicted: npt.ArrayLike, gold: npt.ArrayLike) -> Agreement:
    """Compare two labellings of the same rows: (n,) integers each; a negative gold label means that no gold is known.

    Rows without gold are left out before clusters are compared, and counted. B-cubed is that of Bagga and Baldwin (1998),
    each row weighing the same. An exact cluster is one whose judged rows are those of a gold cluster, singletons included.
    Raises ValueError where the lengths differ.
    """
    mine, true = _labels(predicted), _labels(gold)
    if mine.shape != true.shape:
        raise ValueError(f"{mine.size} predicted labels, but {true.size} gold labels; give one of each per row")
    known = true >= 0
    table = _Table(mine[known], true[known])
    pairs = table.pairs()
    return Agreement(
        judged=table.rows,
        unjudged=int((~known).sum()),
        predicted_clusters=table.mine.size,
        gold_clusters=table.true.size,
        pairs=pairs,
        pairwise=pairs.scores(),
        b_cubed=table.b_cubed(),
        exact=table.exact(),
    )


def against_pairs(
    predicted: npt.ArrayLike, left: npt.ArrayLike, right: npt.ArrayLike, lists: npt.ArrayLike | None = None
) -> PairCounts:
    """Predicted clusters ((n,) labels) against gold pairs as they were given, not closed under "the same as".

    ``left`` and ``right`` hold row numbers, (m,) each; a pair given twice, or turned round, counts once. With ``lists`` only
    predicted pairs across lists count (and gold pairs inside a list are left out, too). Closing a gold with mis-keyed ids would
    invent pairs that nobody stated.
    """
    mine = _labels(predicted)
    one, other = unique_pairs(left, right)
    predictions = _choose_two(_sizes(mine))
    if lists is not None:
        source = _labels(lists)
        predictions -= _choose_two(_sizes(_joint(mine, source)))
        apart = source[one] != source[other]
        one, other = one[apart], other[apart]
    return PairCounts(int((mine[one] == mine[other]).sum()), predictions, one.size)


def unique_pairs(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Ints, Ints]:
    """Unordered pairs, each once, lower row number first, sorted; pairs of a row with itself are left out."""
    one, other = _labels(left), _labels(right)
    low, high = np.minimum(one, other), np.maximum(one, other)
    apart = low != high
    if not apart.any():
        return low[:0], high[:0]
    if int(low.min()) < 0:
        raise ValueError("a row number is negative; rows are numbered from 0")
    span = int(high.max()) + 1
    codes = np.unique(low[apart] * span + high[apart])
    return codes // span, codes % span


def clusters_of_pairs(left: npt.ArrayLike, right: npt.ArrayLike, rows: int) -> Ints:
    """Labels of ``rows`` rows closed over the pairs: each row is labelled by the lowest row that it is joined with."""
    one, other = unique_pairs(left, right)
    label = np.arange(rows, dtype=np.int64)
    while True:
        before = label.copy()
        lowest = np.minimum(label[one], label[other])
        np.minimum.at(label, label[one], lowest)
        np.minimum.at(label, label[other], lowest)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _labels(values: npt.ArrayLike) -> Ints:
    found = np.asarray(values)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise ValueError(f"labels are one whole number per row; these have shape {found.shape} and type {found.dtype}")
    return found.astype(np.int64)


def _dense(values: Ints) -> tuple[Ints, Ints]:
    _, codes, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return codes.astype(np.int64), sizes.astype(np.int64)


def _sizes(values: Ints) -> Ints:
    return _dense(values)[1]


def _joint(one: Ints, other: Ints) -> Ints:
    """One label for each combination of two labels."""
    first, (second, sizes) = _dense(one)[0], _dense(other)
    return first * max(1, sizes.size) + second


def _choose_two(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


class _Table:
    """How many rows each predicted cluster shares with each gold cluster: only the cells that are not zero."""

    def __init__(self, predicted: Ints, gold: Ints) -> None:
        self.rows = predicted.size
        mine, self.mine = _dense(predicted)
        true, self.true = _dense(gold)
        cells, self.shared = np.unique(mine * max(1, self.true.size) + true, return_counts=True)
        self.row, self.column = cells // max(1, self.true.size), cells % max(1, self.true.size)

    def pairs(self) -> PairCounts:
        return PairCounts(_choose_two(self.shared.astype(np.int64)), _choose_two(self.mine), _choose_two(self.true))

    def b_cubed(self) -> Scores:
        if not self.rows:
            return Scores(NAN, NAN, NAN)
        squares = self.shared.astype(np.float64) ** 2
        # Sorted before they are added: the same rows in another order give the same last digit.
        precision = float(np.sort(squares / self.mine[self.row]).sum()) / self.rows
        recall = float(np.sort(squares / self.true[self.column]).sum()) / self.rows
        return Scores(precision, recall, 2 * precision * recall / (precision + recall))

    def exact(self) -> Scores:
        whole = (self.shared == self.mine[self.row]) & (self.shared == self.true[self.column])
        return scores(int(whole.sum()), self.mine.size, self.true.size)
