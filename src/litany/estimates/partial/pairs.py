"""What do two lists say if they are independent, or depend on each other in a stated strength?

With n10 and n01 people in one list only and n11 in both, n0 = psi n10 n01 / n11 were missed, where psi is the odds ratio of
being in the two lists: 1 for independent ones (Petersen 1896, Lincoln 1930), above 1 where being in one makes being in the
other more likely. No count says what psi is.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from litany.estimates.captures import Captures
from litany.estimates.partial.highest import ONE_SIDED, Z, highest, profile_ends
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Candidate, Interval

Z_ONE = float(np.sqrt(ONE_SIDED))  # 95 % of a standard normal
INDEPENDENT = "{} and {} are independent"


class Pair(Struct, frozen=True):
    """People in the first list only, the second only, and both."""

    names: tuple[str, str]
    first: int
    second: int
    both: int

    @property
    def people(self) -> int:
        """How many are in either."""
        return self.first + self.second + self.both

    @property
    def usable(self) -> bool:
        """Whether both products and their error are finite and above nothing."""
        return min(self.first, self.second, self.both) > 0

    def missed(self, psi: float = 1.0) -> float:
        """How many both missed, by Lincoln and Petersen; for a usable pair."""
        return psi * self.first * self.second / self.both

    def error(self) -> float:
        """The standard error of log n0 (delta method)."""
        return float(np.sqrt(1 / self.first + 1 / self.second + 1 / self.both))

    def lincoln_petersen(self, psi: float = 1.0) -> Interval:
        """All people, with the 95 % interval that is symmetric in log n0."""
        best, spread = self.missed(psi), float(np.exp(Z * self.error()))
        return Interval(self.people + best / spread, self.people + best, self.people + best * spread)

    def chapman(self) -> Interval:
        """All people by Chapman 1951, whose bias is next to nothing, with the variance of Seber 1970; the interval is symmetric
        in log n0 (Chao 1987, Biometrics 43:783-791).
        """
        best, error = self.chapman_missed()
        spread = float(np.exp(Z * error))
        return Interval(self.people + best / spread, self.people + best, self.people + best * spread)

    def chapman_missed(self) -> tuple[float, float]:
        """How many both missed by Chapman, and the standard error of its logarithm."""
        best = self.first * self.second / (self.both + 1)
        one, other = self.first + self.both + 1, self.second + self.both + 1
        variance = one * other * self.first * self.second / ((self.both + 1) ** 2 * (self.both + 2))
        return best, float(np.sqrt(np.log1p(variance / best**2)))

    def odds_between(self, low: float, high: float) -> Interval:
        """All people for any odds ratio between two, with both ends widened by sampling: this is a bound, no distribution. The
        middle is that of the logarithms.
        """
        return Interval(
            self.lincoln_petersen(low).low,
            self.lincoln_petersen(float(np.sqrt(low * high))).best,
            self.lincoln_petersen(high).high,
        )

    def at_least(self, z: float = Z_ONE) -> float:
        """The lower end of a one-sided interval (95 %, by ``z``) of all people, if the lists do not depend negatively."""
        return self.people + self.missed() * float(np.exp(-z * self.error()))


def pair(table: Captures, one: str, other: str) -> Pair:
    """Two lists of a table."""
    cells = table.only([one, other]).cells()
    return Pair((one, other), int(cells[1]), int(cells[0]), int(cells[2]))


def pair_refusal(of: Pair) -> Refusal | None:
    """Why a pair gives no number, with the bound that it does give."""
    one, other = of.names
    if of.both == 0:
        return Refusal(
            Why.NO_OVERLAP,
            f"{one} and {other} share nobody: all numbers missed, however large, fit equally well",
            "check the linkage of the two lists",
        )
    if not of.usable:
        inner, outer = (one, other) if of.first == 0 else (other, one)
        words = f"everybody in {inner} is in {outer} too: as independent lists they would have missed nobody"
        at_most = "" if of.first == of.second == 0 else f" (with 95 % at most {_at_most(of) - of.people:,.0f})"
        return Refusal(
            Why.NO_MAXIMUM, words + at_most, f"ask whether {inner} was drawn from {outer}; then it is no second list"
        )
    return None


def _at_most(of: Pair) -> float:
    masks = np.array([[0, 1], [1, 0], [1, 1]], bool)
    table = Captures(of.names, masks, np.array([of.second, of.first, of.both]))
    return profile_ends(highest(table), ONE_SIDED)[2]


def independent(of: Pair, documented: int) -> Candidate:
    """What a table would say if one pair of its lists is independent; refused where the others found more people than that."""
    name = INDEPENDENT.format(*of.names)
    refusal = pair_refusal(of)
    if refusal is not None:
        return Candidate(name, None, refusal=refusal)
    told = of.lincoln_petersen()
    if told.high < documented:
        refusal = Refusal(
            Why.CONTRADICTED,
            f"{of.names[0]} and {of.names[1]} as independent lists make at most {told.high:,.0f} people, and all lists "
            f"together document {documented:,}",
            "the two are found together: look for what they share (a region, a network, one copied from the other)",
        )
        return Candidate(name, None, refusal=refusal)
    point = {"point": told.best}
    return Candidate(name, Interval(max(told.low, documented), max(told.best, documented), told.high), None, point)
