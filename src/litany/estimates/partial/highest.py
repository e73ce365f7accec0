"""How many were missed if lists have no interaction of the highest order, or one of a stated strength?

With all 2**J - 1 patterns of J lists seen, the log-linear model without the interaction of all J lists fits them and says

    n0 = product of counts of patterns of oddly many lists / product of counts of patterns of evenly many lists

(Fienberg 1972, Biometrika 59:591-603; for two lists Lincoln and Petersen's). Nothing seen can test it. If the ratio of the two
products, over all cells with the missed, is ``xi`` and not 1, then n0(xi) = xi n0 (Aleshin-Guendel, Sadinle and Wakefield 2024,
"The central role of the identifying assumption in population size estimation", Biometrics): xi states how wrong it may be.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import gammaln

from litany.estimates.captures import Captures
from litany.estimates.results import Interval

Reals = NDArray[np.float64]
Z = 1.959963984540054  # 97.5 % of a standard normal
ONE_SIDED, TWO_SIDED = 2.705543454095404, 3.841458820694124  # 90 and 95 % of chi-square with one degree of freedom
MOST_LISTS = 10
FURTHEST = 1e9  # missed for each documented, where a bound is looked for


class Highest(Struct, frozen=True, eq=False):
    """All 2**J - 1 counts in the order of their masks, and +1 for patterns of oddly many lists, -1 of evenly many."""

    cells: Reals
    signs: Reals

    @property
    def people(self) -> float:
        """How many are documented."""
        return float(self.cells.sum())

    @property
    def empty_odd(self) -> NDArray[np.int64]:
        """Masks of patterns of oddly many lists that nobody has: with one, n0 would be 0."""
        return np.flatnonzero((self.cells == 0) & (self.signs > 0)) + 1

    @property
    def empty_even(self) -> NDArray[np.int64]:
        """Masks of patterns of evenly many lists that nobody has: with one, n0 would be infinite."""
        return np.flatnonzero((self.cells == 0) & (self.signs < 0)) + 1

    def log_missed(self, xi: float = 1.0) -> float:
        """log n0(xi); for a table without empty patterns."""
        return float(np.log(xi) + self.signs @ np.log(self.cells))

    def missed(self, xi: float = 1.0) -> float:
        """n0(xi); for a table without empty patterns and within `FURTHEST`."""
        return float(np.exp(self.log_missed(xi)))

    def unbiased_missed(self, xi: float = 1.0) -> float:
        """n0(xi) with one more in each pattern of evenly many lists, which is Chapman's (1951) for two lists.

        One over a Poisson count and one has nearly the mean one over the count's own, one over the count a higher one: where
        patterns have few people n0 is too high on average, and a sum over many tables of few people far too high. Where tables
        with an empty pattern are left out, what is left makes this number too low (docs/estimates-coverage.md).
        """
        even = self.signs < 0
        return float(np.exp(np.log(xi) + np.log(self.cells[~even]).sum() - np.log1p(self.cells[even]).sum()))

    @property
    def within_reach(self) -> bool:
        """Whether the interval ends below `FURTHEST` missed for each documented; for a table without empty patterns."""
        return bool(self.log_missed() + Z * self.error() < np.log(FURTHEST * self.people))

    def error(self) -> float:
        """The standard error of log n0 (delta method, counts as Poisson): root of the sum of 1 / count."""
        return float(np.sqrt((1 / self.cells).sum()))

    def interval(self, xi: float = 1.0) -> Interval:
        """All people, with the 95 % interval that is symmetric in log n0."""
        best, spread = self.missed(xi), float(np.exp(Z * self.error()))
        return Interval(self.people + best / spread, self.people + best, self.people + best * spread)


def highest(table: Captures) -> Highest:
    """A table of 2 to `MOST_LISTS` lists as counts with signs."""
    masks = range(1, 2 ** len(table.lists))
    return Highest(table.cells().astype(np.float64), np.array([1.0 if mask.bit_count() % 2 else -1.0 for mask in masks]))


def profile(of: Highest, missed: Reals, xi: float = 1.0) -> Reals:
    """The profile log likelihood of numbers missed (M, above 0), up to a constant (Cormack 1992, Biometrics 48:567-576).

    Given n0, the fitted counts are n_h + t for oddly many lists, n_h - t for evenly many and n0 - t for none, where t makes the
    ratio of products xi; it is found by halving, for all n0 at once. Works with empty patterns on one side.
    """
    odd, even = of.cells[of.signs > 0], of.cells[of.signs < 0]
    low = np.full(len(missed), -odd.min())
    high = np.minimum(missed, even.min())
    for _ in range(80):
        t = (low + high) / 2
        inside = (t > low) & (t < high)
        if not inside.any():
            break
        up = _log_ratio(odd, even, missed, t) > np.log(xi)
        low, high = np.where(inside & up, t, low), np.where(inside & ~up, t, high)
    t = (low + high) / 2
    loss = sum(_loss(count, sign * t) for count, sign in zip(of.cells.tolist(), of.signs.tolist(), strict=True))
    return _remainder(of.people + missed) - _remainder(missed) - loss - _losses(missed, -t)


def profile_ends(of: Highest, chi: float = TWO_SIDED, xi: float = 1.0) -> tuple[float, float, float]:
    """All people: the ends of the profile interval and its top. An end that is not reached up to `FURTHEST` is that far out."""
    grid = np.geomspace(min(1.0, xi) / 1e3, max(1.0, xi) * FURTHEST * max(of.people, 1.0), 240)
    for _ in range(4):
        height = profile(of, grid, xi)
        inside = np.flatnonzero(height >= height.max() - chi / 2)
        parts = [inside[0], int(height.argmax()), inside[-1]]
        around = [np.linspace(grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)], 40) for at in parts]
        low, best, high = (float(grid[at]) for at in parts)
        grid = np.unique(np.concatenate(around))
    return of.people + low, of.people + best, of.people + high


def _log_ratio(odd: Reals, even: Reals, missed: Reals, t: Reals) -> Reals:
    """log of (missed x even) / odd products of fitted counts; falls as t grows."""
    tiny = np.finfo(float).tiny
    ratio = np.log(np.maximum(missed - t, tiny))
    ratio += np.log(np.maximum(even[:, None] - t, tiny)).sum(axis=0)
    return np.asarray(ratio - np.log(np.maximum(odd[:, None] + t, tiny)).sum(axis=0))


def _loss(count: float, shift: Reals) -> Reals:
    """Half the deviance of one count from a fit that is off by ``shift`` (the shifts of all cells add up to nothing)."""
    if count == 0:
        return np.asarray(np.maximum(shift, 0.0))
    return _losses(np.full(len(shift), count), shift)


def _losses(counts: Reals, shift: Reals) -> Reals:
    share = np.maximum(shift / counts, -1 + 1e-15)
    return np.asarray(np.where(np.abs(share) < 1e-5, counts * share**2 / 2, counts * (share - np.log1p(share))))


def _remainder(x: Reals) -> Reals:
    """log x! - x log x + x: what Stirling's formula leaves."""
    near = np.minimum(x, 50.0)
    far = np.maximum(x, 50.0)
    small = gammaln(near + 1) - near * np.log(near) + near
    return np.asarray(np.where(x < 50.0, small, np.log(2 * np.pi * far) / 2 + 1 / (12 * far) - 1 / (360 * far**3)))
