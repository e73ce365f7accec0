"""How much does agreement on each field weigh, learned without labels?

The model of Fellegi & Sunter (1969): among pairs of the same thing, a field is at a level with probability m; among pairs of
different things, with probability u; fields independent within each kind. EM (Dempster, Laird & Rubin 1977) runs on the integer counts of
agreement patterns, of which there are some thousands whatever the number of pairs: so it takes milliseconds, is the same on
any number of threads, and can be repeated for draws of its own parameters.

It is fitted to *all* pairs, not to those that the keys reached: what the keys did not reach is counted as different (at
most few true pairs are missed, and `litany.linkage.recall` says how many). So the share of true pairs is that among all pairs,
and the keys distort u in no way: a level's u is its exact count among the reached pairs that differ, plus its share in random pairs
that no key reached, times the number of those.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.plan import MISSING, Comparison

Floats = NDArray[np.float64]
_STEPS, _CLOSE = 500, 1e-7
_TOP = 0.9  # where EM starts: most of true pairs agree, and agree strongly
_PRIOR_PAIRS = (
    1.0  # a level never seen among true pairs has been seen this often, spread over the levels: no weight is infinite
)
_LEAST = 1e-12


class Pairs(Struct, frozen=True):
    """What EM needs. ``patterns`` (P, F) of levels and their ``counts`` (P) among the pairs that a key reached; ``random`` and
    ``random_counts``: the same of a random sample of pairs that no key reached (empty where all pairs are compared);
    ``total``: the number of pairs that there are; ``most``: how many of them can be of the same thing at most.
    """

    patterns: NDArray[np.int8]
    counts: NDArray[np.float64]
    random: NDArray[np.int8]
    random_counts: NDArray[np.float64]
    total: int
    most: int


class Weights(Struct, frozen=True):
    """Learned: ``m`` and ``u``, one array of probabilities a comparison, by level (0 disagreement); ``share`` of all pairs that are
    of the same thing; ``steps`` that EM took; ``converged``.
    """

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    share: float
    steps: int
    converged: bool

    @property
    def prior(self) -> float:
        """Log odds that two rows taken at random are of the same thing."""
        return float(np.log(self.share) - np.log1p(-self.share))

    def ratios(self, patterns: NDArray[np.int8]) -> Floats:
        """(P, F) natural logarithms of m/u; 0 where a field is unknown. Rounded, so that no branch hangs on a last digit."""
        made = np.zeros(patterns.shape)
        for field, (m, u) in enumerate(zip(self.m, self.u, strict=True)):
            made[:, field] = np.append(np.log(m) - np.log(u), 0.0)[patterns[:, field]]  # -1 takes the last
        return np.round(made, 9)

    def odds(self, patterns: NDArray[np.int8]) -> Floats:
        """(P) log odds that a pair of this pattern is of the same thing."""
        return np.asarray(self.ratios(patterns).sum(axis=1) + self.prior)


def train(pairs: Pairs, comparisons: Sequence[Comparison]) -> Weights:
    """The weights that fit these pairs best."""
    levels = [len(one.levels) + 1 for one in comparisons]
    m = tuple(_start(count) for count in levels)
    beyond = _shares_beyond(pairs, levels)
    share = min(0.5 * pairs.most / max(pairs.total, 1), 0.5)
    u = _u(pairs, np.zeros(len(pairs.counts)), beyond, levels)
    for step in range(1, _STEPS + 1):
        at = Weights(m, u, share, step, converged=False)
        same = probability(at.odds(pairs.patterns))
        expected = min(float(same @ pairs.counts), float(pairs.most))
        new_m = tuple(
            _shares(pairs.patterns[:, field], same * pairs.counts, count, _PRIOR_PAIRS) for field, count in enumerate(levels)
        )
        new_share = min(max(expected / max(pairs.total, 1), _LEAST), 0.5)
        u = _u(pairs, same, beyond, levels)
        moved = max(float(np.abs(a - b).max()) for a, b in zip(m, new_m, strict=True))
        moved = max(moved, abs(float(np.log(new_share / share))))
        m, share = new_m, new_share
        if moved < _CLOSE:
            return Weights(m, u, share, step, converged=True)
    return Weights(m, u, share, _STEPS, converged=False)


def drawn(pairs: Pairs, comparisons: Sequence[Comparison], draws: int, seed: int) -> list[Weights]:
    """Weights as they might have come out: EM on the patterns' counts as a Bayesian bootstrap (Rubin 1981) redraws them.

    It carries what is uncertain with so many pairs; not what the model gets wrong, for which pairs are audited.
    """
    source = np.random.default_rng(seed)
    made = []
    for _ in range(draws):
        again = Pairs(
            pairs.patterns, source.gamma(pairs.counts), pairs.random, source.gamma(pairs.random_counts), pairs.total, pairs.most
        )  # fmt: skip
        made.append(train(again, comparisons))
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
    differing = (1.0 - same) * pairs.counts
    made = []
    for field, count in enumerate(levels):
        column = pairs.patterns[:, field]
        known = column != MISSING
        counted = np.bincount(column[known].astype(np.int64), differing[known], minlength=count) + rest * beyond[field][:count]
        counted = counted + _PRIOR_PAIRS / count
        made.append(np.asarray(counted / counted.sum()))
    return tuple(made)
