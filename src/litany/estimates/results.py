"""What does every estimator give back: a range with its assumption and its evidence, or a refusal?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.estimates.convergence import Convergence
from litany.estimates.refusals import Refusal

Draws = NDArray[np.float64]
Setting = str | int | float | bool | None


class Interval(Struct, frozen=True):
    """How many people there were in all, documented or not: the 2.5, 50 and 97.5 % points."""

    low: float
    best: float
    high: float


class PatternFit(Struct, frozen=True):
    """A capture pattern: how many people have it, how many the model expects, and the 95 % range of replicates. ``unusual`` is
    the two-sided share of replicates that are as far out (small: the model does not explain the pattern).
    """

    pattern: str
    observed: int
    expected: float
    low: float
    high: float
    unusual: float


class Candidate(Struct, frozen=True):
    """One model or setting among several: what it would say, and how much weight it has (None where nothing weighs it)."""

    name: str
    interval: Interval | None
    weight: float | None = None
    criteria: Mapping[str, float] = {}
    refusal: Refusal | None = None


class Sweep(Struct, frozen=True):
    """What the answer would be under other values of one ``setting`` that the data do not determine."""

    setting: str
    rows: tuple[Candidate, ...]


class Assumed(Struct, frozen=True, eq=False):
    """What one assumption among several says: ``points`` of the number of all people at evenly spread shares, ascending."""

    name: str
    points: Draws


class Estimate(Struct, frozen=True, kw_only=True, eq=False):
    """What one method says of one table.

    ``interval`` is None where ``refusal`` says why. ``assumption`` is the identifying assumption in words. ``draws`` are draws
    of the number of all people, ``chains`` some of those of each chain, also where they do not agree (chains by draws); no
    draws are part of JSON. ``cap`` is the largest number that the method could give and ``near_cap`` the share of draws within
    one percent of it. ``assumed`` is what each says of several assumptions whose range this is: strata are then added one
    assumption at a time, and draws do not say what is likely. ``point`` is what adds up over strata where draws lie about a
    point estimate: that, or one with less bias. ``seed``, ``settings`` and ``table`` (sha256) suffice to repeat it.
    """

    method: str
    assumption: str
    lists: tuple[str, ...]
    documented: int
    table: str
    seed: int
    settings: Mapping[str, Setting]
    interval: Interval | None = None
    refusal: Refusal | None = None
    convergence: Convergence | None = None
    cap: int | None = None
    near_cap: float | None = None
    fit: tuple[PatternFit, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    notes: tuple[str, ...] = ()
    draws: Draws | None = None
    chains: Draws | None = None
    assumed: tuple[Assumed, ...] = ()
    point: float | None = None

    @property
    def undocumented_per_documented(self) -> Interval | None:
        """How many people nobody documented for each one documented."""
        if self.interval is None or self.documented == 0:
            return None
        low, best, high = (end / self.documented - 1 for end in (self.interval.low, self.interval.best, self.interval.high))
        return Interval(low, best, high)


def in_chains(of: Estimate) -> Draws | None:
    """The draws as chains by draws, where the estimate has chains; else as they are."""
    agreed = of.convergence
    if of.draws is None or agreed is None or of.chains is None or of.draws.size != agreed.chains * agreed.draws:
        return of.draws
    return of.draws.reshape(agreed.chains, agreed.draws)


def interval(draws: Draws, level: float = 0.95) -> Interval:
    """The middle ``level`` of draws, and their median."""
    ends = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Interval(*(float(end) for end in ends))
