"""How many people are there in several strata together, if one assumption holds in all of them and nobody knows which?

An assumption is about lists and people, and these are much the same from stratum to stratum: so each family is added up by
itself, and the range of the total is that of the families' totals, as in one stratum. To add the strata's ranges instead, all
at their lowest or all at their highest, would let another family hold in each stratum, always the one that is farthest out.

Within a family strata are neither independent, for what it gets wrong it gets wrong in all of them, nor quite in step, for
chance is each stratum's own. They are tied by a one-factor normal copula (Vasicek 2002, "The distribution of loan portfolio
value", Risk 15:160-162): stratum s is at the share Phi(sqrt(r) z + sqrt(1 - r) e_s) of its distribution, z common to all. How r
was chosen, and how often totals hold the truth: docs/estimates-coverage.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from litany.estimates.pool.envelope import Ends, Floats, draws, range_of
from litany.estimates.pool.families import LEVELS, Family
from litany.estimates.results import Assumed, Estimate, Interval

DRAWS = 4000
_LOWEST, _HIGHEST = 0, -1  # of the families of a stratum, by their middles


def added(
    strata: Sequence[Estimate], streams: Sequence[np.random.Generator], own: np.random.Generator
) -> tuple[Interval, Floats]:
    """The range of all strata together and draws that stand for it.

    ``strata`` are pooled estimates that were asked for alike, in an order of their own, each with its random stream; ``own`` is
    the total's. A family that a stratum lacks stands there once at the lowest and once at the highest of its families.
    """
    shares = list(_shares(streams, own, float(strata[0].settings["together"] or 0.0)))
    names = dict.fromkeys(one.name for of in strata for one in of.assumed)
    families = [
        Family(name, "", np.quantile(_sum(strata, shares, name, side), LEVELS))
        for name in names
        for side in (_LOWEST, _HIGHEST)
        if side == _LOWEST or any(_named(of, name) is None for of in strata)
    ]
    people, ends = sum(of.documented for of in strata), _ends(strata[0])
    return range_of(families, people, ends), draws(families, people, ends, DRAWS, own)


def _ends(of: Estimate) -> Ends:
    return float(of.settings["low"] or 0.0), float(of.settings["high"] or 1.0)


def _shares(streams: Sequence[np.random.Generator], own: np.random.Generator, together: float) -> Iterator[Floats]:
    """At which share of its distribution each stratum is, draw by draw. Evenly spread, so that little is left to chance."""
    even = ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    common = np.sqrt(together) * own.permutation(even)
    for stream in streams:
        yield ndtr(common + np.sqrt(1 - together) * stream.permutation(even))


def _sum(strata: Sequence[Estimate], shares: Sequence[Floats], name: str, side: int) -> Floats:
    total = np.zeros(DRAWS)
    for of, at in zip(strata, shares, strict=True):
        one = _named(of, name) or sorted(of.assumed, key=_middle)[side]
        total += np.interp(at, (np.arange(len(one.points)) + 0.5) / len(one.points), one.points)
    return total


def _named(of: Estimate, name: str) -> Assumed | None:
    return next((one for one in of.assumed if one.name == name), None)


def _middle(one: Assumed) -> float:
    return float(np.median(one.points))
