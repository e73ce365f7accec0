"""How many people are there in all, if they differ in how easily they are found, by a shape that no count can choose?

Log-linear models with a term for how often people are found (`loglinear.closed`: none, Poisson2, Darroch, Gamma3.5: ever more
people who are hard to see), and terms for pairs of lists and for three (a list that copies from two others needs them). For
each shape terms are taken in and out on the steepest way down in BIC; all models on and beside the way, and of three lists
all models of pairs, are averaged by AIC (Buckland, Burnham and Augustin 1997), which keeps more doubt about which lists depend.
Shapes are never averaged: patterns hardly tell them apart, and their numbers differ by more than chance (Link 2003,
"Nonidentifiability of population size from capture-recapture data with heterogeneous detection probabilities", Biometrics
59:1123-1130).
"""

from __future__ import annotations

from itertools import chain, combinations
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri, xlogy

from litany.estimates.captures import Captures, patterns_of
from litany.estimates.loglinear.closed import maximum, shape
from litany.estimates.loglinear.fit import MOST_UNSEEN
from litany.estimates.loglinear.selection import weights

Floats = NDArray[np.float64]
Terms = frozenset[tuple[int, ...]]
Shape = Literal["none", "Poisson2", "Darroch", "Gamma3.5"]
SHAPES: tuple[Shape, ...] = ("none", "Poisson2", "Darroch", "Gamma3.5")
MOST_STEPS = 20
WHOLE = 3  # lists for which all models of pairs are fitted; for four that makes ranges that nobody could use
LEAST_WEIGHT = 1e-4
_NODES = ndtri((np.arange(400) + 0.5) / 400)


class Fitted(Struct, frozen=True, eq=False):
    """One model: its ``terms`` (places of two or three lists that depend), ``size`` (coefficients), criteria, log of the people
    missed with its standard error, and the people ``expected`` in each pattern (2**J - 1, by mask from 1).
    """

    terms: Terms
    size: int
    aic: float
    bic: float
    log_missed: float
    error: float
    expected: Floats


class Shaped(Struct, frozen=True, eq=False):
    """All models of one shape that were fitted, with their weights in the average, best first."""

    people: int
    models: tuple[Fitted, ...]
    weights: Floats

    def expected(self) -> Floats:
        """People expected in each pattern, in the mean over models."""
        return np.asarray(self.weights @ np.array([one.expected for one in self.models]))

    def quantiles(self, levels: Floats) -> Floats:
        """Of the number of all people: logs of the missed are normal about each model's, with its error and that of a Poisson
        count.
        """
        log_missed = np.array([one.log_missed for one in self.models])
        spread = np.sqrt(np.array([one.error**2 for one in self.models]) + np.exp(-np.maximum(log_missed, 0.0)))
        values = (log_missed[:, None] + spread[:, None] * _NODES).ravel()
        order = np.argsort(values)
        grown = np.cumsum(np.repeat(self.weights / len(_NODES), len(_NODES))[order])
        middle = grown - np.repeat(self.weights / len(_NODES), len(_NODES))[order] / 2
        logs = np.interp(levels, middle / grown[-1], values[order])
        return np.asarray(self.people + np.exp(np.minimum(logs, np.log(MOST_UNSEEN))))


def shaped(table: Captures, of: Shape) -> Shaped | None:
    """The average over models of one shape, or None where not even the one without such terms determines a number."""
    way = _Way(table, of)
    here = way.fit(frozenset())
    if here is None:
        return None
    for _ in range(MOST_STEPS):
        around = [one for one in (way.fit(terms) for terms in _beside(here.terms, len(table.lists))) if one is not None]
        best = min(around, key=lambda one: one.bic, default=here)
        if best.bic >= here.bic - 1e-6:
            break
        here = best
    if len(table.lists) <= WHOLE:
        pairs = list(combinations(range(len(table.lists)), 2))
        for some in chain.from_iterable(combinations(pairs, size) for size in range(len(pairs) + 1)):
            way.fit(frozenset(some))
    models = sorted((one for one in way.seen.values() if one is not None), key=lambda one: one.aic)
    weighed = weights(np.array([one.aic for one in models]))
    kept = weighed >= LEAST_WEIGHT
    return Shaped(
        table.people, tuple(one for one, keep in zip(models, kept, strict=True) if keep), weighed[kept] / weighed[kept].sum()
    )


def _beside(terms: Terms, lists: int) -> list[Terms]:
    """Models with one term more or less that hold, with a term of three lists, its three pairs."""
    around = []
    for pair in combinations(range(lists), 2):
        if pair not in terms or not any(set(pair) < set(term) for term in terms):
            around.append(terms ^ {pair})
    if lists > 3:
        for three in combinations(range(lists), 3):
            if all(pair in terms for pair in combinations(three, 2)):
                around.append(terms ^ {three})
    return around


class _Way:
    """Models of one table and shape, each fitted once."""

    def __init__(self, table: Captures, of: Shape) -> None:
        lists = len(table.lists)
        self.counts = table.cells().astype(np.float64)
        self.shown = patterns_of(np.arange(1, 2**lists), lists).astype(np.float64)
        columns = [np.ones(len(self.counts)), *self.shown.T]
        self.base = np.column_stack(columns if of == "none" else [*columns, shape(of, self.shown.sum(axis=1).astype(np.int64))])
        self.seen: dict[Terms, Fitted | None] = {}

    def fit(self, terms: Terms) -> Fitted | None:
        if terms not in self.seen:
            self.seen[terms] = self._fit(terms)
        return self.seen[terms]

    def _fit(self, terms: Terms) -> Fitted | None:
        """Terms of lists that share nobody are minus infinity: their patterns go (Chan, Silverman and Vincent 2021)."""
        both = [self.shown[:, list(term)].prod(axis=1) for term in sorted(terms)]
        empty = [column for column in both if not self.counts[column > 0].sum() > 0]
        kept = np.ones(len(self.counts), bool)
        for column in empty:
            kept &= column == 0
        matrix = np.column_stack([self.base, *[column for column in both if self.counts[column > 0].sum() > 0]])[kept]
        if matrix.shape[1] > len(matrix):
            return None
        counts = self.counts[kept]
        solved = maximum(counts, matrix, np.zeros(len(counts)))
        if solved is None or not np.isfinite(solved[1]) or solved[0][0] > np.log(MOST_UNSEEN):
            return None
        mean, size = np.exp(matrix @ solved[0]), matrix.shape[1] + len(empty)
        loglik = float((xlogy(counts, mean) - mean - gammaln(counts + 1)).sum())
        expected = np.zeros(len(kept))
        expected[kept] = mean
        penalty = float(np.log(max(counts.sum(), 1.0)))
        error = float(np.sqrt(max(solved[1], 0.0)))
        return Fitted(terms, size, 2 * size - 2 * loglik, penalty * size - 2 * loglik, float(solved[0][0]), error, expected)
