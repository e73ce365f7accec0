"""How much does agreement on each field weigh, learned without labels?

The model of Fellegi & Sunter (1969): among pairs of the same thing, a field is at a level with probability m; among pairs of
different things, with probability u; fields independent within each kind. EM (Dempster, Laird & Rubin 1977) runs on the
integer counts of agreement patterns, of which there are some thousands whatever the number of pairs: so it takes
milliseconds, is the same on any number of threads, and can be repeated for draws of its own parameters.

It is fitted to *all* pairs, not to those that the keys reached: what the keys did not reach is counted as different (at
most few true pairs are missed, and `litany.linkage.recall` says how many). So the share of true pairs is that among all pairs,
and the keys distort u in no way: a level's u is its exact count among the reached pairs that differ, plus its share in
random pairs that no key reached, times the number of those.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from litany.linkage.plan import MISSING, Comparison

Floats = NDArray[np.float64]
_STEPS, _CLOSE = 500, 1e-6
_TOP = 0.9  # where EM starts: most of true pairs agree, and agree strongly
_PRIOR_PAIRS = (
    1.0  # a level never seen among true pairs has been seen this often, spread over the levels: no weight is infinite
)
_LEAST = 1e-12
ALONE = (0.0, 0.0)
_TURNS, _MANY = 12, 200_000  # of belief propagation; fewer where there are very many pairs
_SHARED = 0.97  # of a list that is taken to be in another at most
_NO_RIVAL = -9.0  # log odds below which a pair takes nothing from its rivals that could be seen


class Rivals(Struct, frozen=True):
    """Pairs of which at most one can be true: a row has at most one partner in a list free of duplicates.

    For each candidate pair its ``pattern`` (n, int32), and two groups (n, int32; -1: none) within which one pair at most is
    true: the partners of its left row in the list of its right one, and the reverse. ``counts`` (P): how many pairs have
    each pattern.
    """

    pattern: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    counts: Floats

    def same(self, odds: Floats) -> Floats:
        """(P) the expected number of true pairs of each pattern. ``odds`` (P): log odds of a pair that had no rivals.

        By belief propagation: what a pair hears from its left row is 1 / (1 + what the row's other pairs bring), likewise from
        its right row; exact where rivals make no loops (Huang & Jebara 2009, AISTATS), as few of them do.
        """
        few = odds <= _NO_RIVAL
        looked_at = ~few[self.pattern]
        pattern, groups = self.pattern[looked_at], (self.left[looked_at], self.right[looked_at])
        own = np.exp(np.minimum(odds, 50.0))[pattern]
        heard = [np.ones(len(own)), np.ones(len(own))]
        for turn in range(_TURNS if len(own) < _MANY else _TURNS // 3):
            side = turn % 2
            heard[side] = 1.0 / (1.0 + _others(groups[side], own * heard[1 - side]))
        alone = own * heard[0] * heard[1]
        made = np.bincount(pattern, alone / (1.0 + alone), minlength=len(odds))
        made[few] = probability(odds[few]) * self.counts[few]
        return np.asarray(made)


def _others(group: NDArray[np.int32], brought: Floats) -> Floats:
    """What the other pairs of a pair's group bring; nothing where it has none (-1)."""
    sums = np.bincount(group + 1, brought)
    return np.asarray(np.where(group >= 0, np.maximum(sums[group + 1] - brought, 0.0), 0.0)) if len(group) else brought


class Pairs(Struct, frozen=True):
    """What EM needs. ``patterns`` (P, F) of levels and their ``counts`` (P) among the pairs that a key reached; ``random`` and
    ``random_counts``: the same of a random sample of pairs that no key reached (empty where all pairs are compared);
    ``total``: the number of pairs that there are; ``most``: how many of them can be of the same thing at most; ``rivals``:
    which pairs exclude each other (None: none do); ``crowd``: how many partners a row of each side could have where it can
    have one only (the sizes of two lists free of duplicates; 0: no such lists).
    """

    patterns: NDArray[np.int8]
    counts: NDArray[np.float64]
    random: NDArray[np.int8]
    random_counts: NDArray[np.float64]
    total: int
    most: int
    rivals: Rivals | None = None
    crowd: tuple[float, float] = ALONE

    def same(self, odds: Floats) -> Floats:
        """(P) the expected number of true pairs of each pattern, given log odds (P)."""
        if self.rivals is None:
            return np.asarray(probability(odds) * self.counts)
        again = self.counts / np.maximum(self.rivals.counts, 1.0)  # a bootstrap redraws how many pairs have a pattern
        return np.asarray(self.rivals.same(odds) * again)


class Weights(Struct, frozen=True):
    """Learned: ``m`` and ``u``, one array of probabilities a comparison, by level (0 disagreement); ``share`` of all pairs
    that are of the same thing; ``steps`` that EM took; ``converged``.
    """

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    share: float
    steps: int
    converged: bool
    crowd: tuple[float, float] = ALONE

    @property
    def prior(self) -> float:
        """Log odds of two rows being one thing against both being alone.

        Where a row has one partner at most, rows that are alone are the rarer the more the lists share: M pairs of two lists
        of n and m rows have odds M / ((n - M) (m - M)), not M / (n m) (the mean field of a matching).
        """
        alone = [float(np.log1p(-min(self.share * size, _SHARED))) for size in self.crowd]
        return float(np.log(self.share) - np.log1p(-self.share)) - sum(alone)

    def ratios(self, patterns: NDArray[np.int8]) -> Floats:
        """(P, F) natural logarithms of m/u; 0 where a field is unknown. Rounded, so that no branch hangs on a last digit."""
        made = np.zeros(patterns.shape)
        for field, (m, u) in enumerate(zip(self.m, self.u, strict=True)):
            made[:, field] = np.append(np.log(m) - np.log(u), 0.0)[patterns[:, field]]  # -1 takes the last
        return np.round(made, 9)

    def odds(self, patterns: NDArray[np.int8]) -> Floats:
        """(P) log odds that a pair of this pattern is of the same thing."""
        return np.asarray(self.ratios(patterns).sum(axis=1) + self.prior)


def train(pairs: Pairs, comparisons: Sequence[Comparison], start: Weights | None = None) -> Weights:
    """The weights that fit these pairs best. ``start``: weights that are near, to save steps."""
    levels = [len(one.levels) + 1 for one in comparisons]
    beyond = _shares_beyond(pairs, levels)
    at = _first(pairs, levels, beyond) if start is None else structs.replace(start, crowd=ALONE)
    for step in range(1, _STEPS + 1):
        same = pairs.same(at.odds(pairs.patterns))
        expected = min(float(same.sum()), float(pairs.most))
        m = tuple(_shares(pairs.patterns[:, field], same, count, _PRIOR_PAIRS) for field, count in enumerate(levels))
        share = min(max(expected / max(pairs.total, 1), _LEAST), 0.5)
        moved = max(float(np.abs(a - b).max()) for a, b in zip(at.m, m, strict=True))
        moved = max(moved, abs(float(np.log(share / at.share))))
        at = Weights(m, _u(pairs, same, beyond, levels), share, step, moved < _CLOSE)
        if at.converged:
            break
    return structs.replace(at, crowd=pairs.crowd)  # at the end: inside, each step would feed the next


def _first(pairs: Pairs, levels: Sequence[int], beyond: Sequence[Floats]) -> Weights:
    share = min(0.5 * pairs.most / max(pairs.total, 1), 0.5)
    u = _u(pairs, np.zeros(len(pairs.counts)), beyond, levels)
    return Weights(tuple(_start(count) for count in levels), u, share, 0, False)


def drawn(pairs: Pairs, comparisons: Sequence[Comparison], near: Weights, draws: int, seed: int) -> list[Weights]:
    """Weights as they might have come out: EM on the patterns' counts as a Bayesian bootstrap (Rubin 1981) redraws them.

    ``near``: the weights as learned, where each starts.

    It carries what is uncertain with so many pairs; not what the model gets wrong, for which pairs are audited.
    """
    source = np.random.default_rng(seed)
    made = []
    for _ in range(draws):
        counts, random_counts = source.gamma(pairs.counts), source.gamma(pairs.random_counts)
        made.append(train(structs.replace(pairs, counts=counts, random_counts=random_counts), comparisons, near))
    return made


def probability(odds: Floats) -> Floats:
    """Probabilities from log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0))))


def _start(levels: int) -> Floats:
    """Most at the strongest level, and of the rest again most at the next."""
    if levels == 1:
        return np.ones(1)
    made = np.array([_TOP * (1 - _TOP) ** (levels - 1 - level) for level in range(levels)])
    return np.asarray(made / made.sum())


def _shares(column: NDArray[np.int8], weights: Floats, levels: int, prior: float) -> Floats:
    known = column != MISSING
    counted = np.bincount(column[known].astype(np.int64), weights[known], minlength=levels) + prior / levels
    return np.asarray(counted / counted.sum())


def _shares_beyond(pairs: Pairs, levels: Sequence[int]) -> list[Floats]:
    """Among random pairs that no key reached: the share of each level, and last that of unknown."""
    made = []
    for field, count in enumerate(levels):
        column = pairs.random[:, field].astype(np.int64) if len(pairs.random) else np.empty(0, np.int64)
        counted = np.bincount(np.where(column == MISSING, count, column), pairs.random_counts, minlength=count + 1)
        made.append(counted / max(counted.sum(), 1.0))
    return made


def _u(pairs: Pairs, same: Floats, beyond: Sequence[Floats], levels: Sequence[int]) -> tuple[Floats, ...]:
    rest = max(pairs.total - float(pairs.counts.sum()), 0.0) if len(pairs.random) else 0.0
    differing = np.maximum(pairs.counts - same, 0.0)
    made = []
    for field, count in enumerate(levels):
        column = pairs.patterns[:, field]
        known = column != MISSING
        counted = np.bincount(column[known].astype(np.int64), differing[known], minlength=count) + rest * beyond[field][:count]
        counted = counted + _PRIOR_PAIRS / count
        made.append(np.asarray(counted / counted.sum()))
    return tuple(made)
