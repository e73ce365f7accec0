"""Which pairs of rows are how likely the same, before anybody labelled one?

Compare what the keys reach, compare a random sample of what they do not, learn the weights, and keep the pairs that are worth
looking at. `Scores` is the thin thing that engines can be exchanged behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage import em
from litany.linkage.em import ALONE, Pairs, Rivals, Weights
from litany.linkage.engine import Candidates, Ints, PairEngine
from litany.linkage.plan import MISSING, Plan


class Scores(Struct, frozen=True):
    """``candidates`` as compared, ``counted`` what the weights were learned from, the ``weights``, and ``odds`` of each
    candidate (natural log, before any calibration).
    """

    plan: Plan
    candidates: Candidates
    counted: Pairs
    weights: Weights

    @property
    def odds(self) -> NDArray[np.float64]:
        """Log odds of every candidate pair."""
        return self.weights.odds(self.candidates.patterns)[self.candidates.pattern]


def score(engine: PairEngine, lists: Ints, free: Sequence[bool], seed: int) -> Scores:
    """Scores of everything that the plan's keys reach, by plain EM. ``lists``: the list of each row; ``free``: is it free of
    duplicates?
    """
    candidates, counted = compared(engine, lists, free, seed)
    return Scores(engine.plan, candidates, counted, em.train(counted, engine.plan.comparisons))


def compared(engine: PairEngine, lists: Ints, free: Sequence[bool], seed: int) -> tuple[Candidates, Pairs]:
    """Everything that the plan's keys reach, compared, and what weights can be learned from: not copies of a row
    (`litany.linkage.crowds`), and not pairs of which only one thing is known. Among those nothing tells agreement of the same
    from agreement by chance (one field's mixture has no unique answer), and in a list of bare names they would outnumber all.
    """
    candidates = engine.compare()
    once = np.asarray(free, bool)
    own = np.ones(engine.size, bool) if engine.crowds is None else engine.crowds.copy_of < 0
    shown = _of_rows(candidates, own)
    total, most = _possible(lists[own], once)
    beyond = _nothing_beyond(candidates) if engine.is_exhaustive else _beyond(engine, candidates, lists, own, once, seed)
    counts, random = (_telling(one.counts().astype(np.float64), one.patterns) for one in (shown, beyond))
    if len(shown) and (counts.sum() < len(shown) or random.sum() < len(beyond)):
        total = int(counts.sum() + (total - len(shown)) * (random.sum() / max(len(beyond), 1)))
    counted = Pairs(
        candidates.patterns, counts, beyond.patterns, random, total, max(min(most, total), 1),
        _rivals(shown, lists, once), _crowd(lists[own], once),
    )  # fmt: skip
    return candidates, counted


def _telling(counts: NDArray[np.float64], patterns: NDArray[np.int8]) -> NDArray[np.float64]:
    """The counts of the patterns in which two things at least are known; 0 of others."""
    return np.where((patterns != MISSING).sum(axis=1) >= min(2, patterns.shape[1]), counts, 0.0)


def _of_rows(found: Candidates, own: NDArray[np.bool_]) -> Candidates:
    """The pairs of these rows, over the same patterns."""
    if own.all():
        return found
    kept = own[found.left] & own[found.right]
    return Candidates(found.left[kept], found.right[kept], found.pattern[kept], found.keys[kept], found.patterns)


def _possible(lists: Ints, once: NDArray[np.bool_]) -> tuple[int, int]:
    """How many pairs there are, and how many of them can be of one thing at most.

    Without lists free of duplicates, no bound holds but the number of pairs; one for each row and half as many again serves
    as where EM starts and stops, for its share would otherwise run off where a field splits the pairs into two kinds.
    """
    size = len(lists)
    counts = np.bincount(lists, minlength=len(once)) if size else np.zeros(0, np.int64)
    within = sum(int(n) * (int(n) - 1) // 2 for n, free in zip(counts, once, strict=False) if free)
    total = size * (size - 1) // 2 - within
    if len(once) and once.all():
        ordered = np.sort(counts)[::-1]
        most = sum(int(n) * rank for rank, n in enumerate(ordered))  # each row at most once with each greater list
    else:
        most = total
    return total, most


def _rivals(candidates: Candidates, lists: Ints, once: NDArray[np.bool_]) -> Rivals | None:
    """Which candidate pairs exclude each other, where any list is free of duplicates."""
    if not len(candidates) or not once.any():
        return None
    sides = []
    for one, other in ((candidates.left, candidates.right), (candidates.right, candidates.left)):
        theirs = lists[other]
        code = one.astype(np.int64) * len(once) + theirs
        group = np.full(len(code), -1, np.int32)
        free = once[theirs]
        group[free] = np.unique(code[free], return_inverse=True)[1]
        sides.append(group)
    return Rivals(candidates.pattern, sides[0], sides[1], candidates.counts().astype(np.float64))


def _crowd(lists: Ints, once: NDArray[np.bool_]) -> tuple[float, float]:
    """Of two lists free of duplicates their sizes. Of more lists no two sizes tell how many rows are alone: nothing is said."""
    sizes = np.bincount(lists, minlength=len(once))
    sizes = sizes[sizes > 0]
    return (float(sizes[0]), float(sizes[1])) if len(sizes) == 2 and len(once) and once.all() else ALONE


def _nothing_beyond(candidates: Candidates) -> Candidates:
    none = np.empty(0, np.int32)
    return Candidates(none, none, none, none, candidates.patterns[:0])


def _beyond(
    engine: PairEngine, candidates: Candidates, lists: Ints, own: NDArray[np.bool_], once: NDArray[np.bool_], seed: int
) -> Candidates:
    """Random pairs that no key reaches, compared."""
    size, source = engine.size, np.random.default_rng(seed)
    some = np.flatnonzero(own)
    left, right = (some[source.integers(0, len(some), engine.plan.sampled)] for _ in range(2))
    left, right = np.minimum(left, right), np.maximum(left, right)
    may = left != right
    if len(once):
        may &= ~((lists[left] == lists[right]) & once[lists[left]])
    code = np.unique(left[may] * size + right[may])
    reached = candidates.left.astype(np.int64) * size + candidates.right  # in order: left, then right
    place = np.searchsorted(reached, code)
    known = (
        (place < len(reached)) & (reached[np.minimum(place, len(reached) - 1)] == code)
        if len(reached)
        else np.zeros(len(code), bool)
    )
    code = code[~known]
    return engine.compare_pairs((code // size).astype(np.int32), (code % size).astype(np.int32))
