"""What range holds what all families say, and which draws stand for it?

The families' quantile functions lie between a lowest L and a highest U at each level (a box of distributions: Ferson and others
2003, "Constructing probability boxes", SAND2002-4015). The range goes from L at its low level to U at its high one; the middle
is halfway between L and U at one half, on the logarithm of the missed. Nothing weighs families, so nothing is said of where in
the range the number is likelier.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from litany.estimates.pool.families import LEVELS, Family
from litany.estimates.results import Interval

Floats = NDArray[np.float64]
SHARE = 0.95  # what the range is to hold
Ends = tuple[float, float]
_LEAST = 0.5  # what stands for nobody missed on the scale of logarithms


def quantiles(families: Sequence[Family], people: int, ends: Ends, at: Floats) -> Floats:
    """Of the one distribution that stands for the box at shares ``at``: its 2.5 and 97.5 % points are the ends of the range.

    Shares are stretched, so that the middle 95 % become what is between the ``ends`` of each family; then the lower side is L,
    the upper U, and between they pass into each other.
    """
    tail = (1 - SHARE) / 2
    levels = np.interp(at, [0.0, tail, 0.5, 1 - tail, 1.0], [0.0, ends[0], 0.5, ends[1], 1.0])
    logs = np.log(np.maximum(np.array([np.interp(levels, LEVELS, one.points) for one in families]) - people, _LEAST))
    upper = np.clip((at - tail) / SHARE, 0.0, 1.0)
    mixed = (1 - upper) * logs.min(axis=0) + upper * logs.max(axis=0)
    return np.asarray(people + np.exp(mixed))


def range_of(families: Sequence[Family], people: int, ends: Ends) -> Interval:
    """Low, middle and high."""
    low, best, high = quantiles(families, people, ends, np.array([(1 - SHARE) / 2, 0.5, (1 + SHARE) / 2])).tolist()
    return Interval(low, best, high)


def draws(families: Sequence[Family], people: int, ends: Ends, size: int, random: np.random.Generator) -> Floats:
    """Draws at evenly spread shares, in random order."""
    drawn = quantiles(families, people, ends, (np.arange(size) + 0.5) / size)
    random.shuffle(drawn)
    return drawn
