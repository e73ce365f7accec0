"""How many of the gold pairs did any key reach?

A pair that no key brought together can never be linked, whatever its weight: recall of blocking is a ceiling on recall.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from litany.linkage.evaluate import NAN, unique_pairs


class BlockingRecall(Struct, frozen=True):
    """``reached`` of ``gold`` pairs are among the ``candidates``; ``share`` is their ratio, NaN without gold pairs."""

    reached: int
    gold: int
    candidates: int
    share: float


def of_labels(left: npt.ArrayLike, right: npt.ArrayLike, gold: npt.ArrayLike) -> BlockingRecall:
    """Candidate pairs (row numbers, (m,) each) against gold labels ((n,); negative: unknown, such rows are left out).

    ``candidates`` counts those pairs between rows with gold, each once.
    """
    true = np.asarray(gold, dtype=np.int64)
    one, other = unique_pairs(left, right)
    known = (true[one] >= 0) & (true[other] >= 0)
    one, other = one[known], other[known]
    sizes = np.unique(true[true >= 0], return_counts=True)[1].astype(np.int64)
    return _recall(int((true[one] == true[other]).sum()), int((sizes * (sizes - 1) // 2).sum()), one.size)


def of_pairs(left: npt.ArrayLike, right: npt.ArrayLike, gold_left: npt.ArrayLike, gold_right: npt.ArrayLike) -> BlockingRecall:
    """Candidate pairs against gold pairs, both by row numbers; order within a pair and repeats do not matter."""
    one, other = unique_pairs(left, right)
    true_one, true_other = unique_pairs(gold_left, gold_right)
    span = 1 + max(int(other.max(initial=0)), int(true_other.max(initial=0)))
    reached = np.isin(true_one * span + true_other, one * span + other)
    return _recall(int(reached.sum()), true_one.size, one.size)


def _recall(reached: int, gold: int, candidates: int) -> BlockingRecall:
    return BlockingRecall(reached, gold, candidates, reached / gold if gold else NAN)
