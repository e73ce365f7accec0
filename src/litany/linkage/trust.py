"""How far may learned log odds be off, and how many true pairs lie where nobody looks?

Weights learned without labels take fields as independent. Errors cluster in bad records, so that true pairs with low weights
are more than the weights say, and the more so the lower the weight: what is learned as -6 may be -4. Such an error is a
smooth curve over log odds: a constant, a slope below nought, and wiggles (a Gaussian process; Kennedy & O'Hagan 2001 call it
a model's discrepancy). Its prior comes from lists with known truth (`bench/linkage_tail.py`). Judged pairs move it, where
there are any; and where no pair can be judged, because one in thousands is true, it carries on what it learned above.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.em import probability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EDGES = np.asarray([-20.0, -16.0, -13.0, -10.0, -7.0, -4.5, -2.5, -1.0, 0.5, 2.0, 4.0, 7.0])  # log odds that part the zones
CENTRES = np.asarray([-22.0, -18.0, -14.5, -11.5, -8.5, -5.75, -3.5, -1.75, -0.25, 1.25, 3.0, 5.5, 9.0])
BELOW = 5  # zones under the floor
ZONES = len(CENTRES)
# The prior of the discrepancy, as bench/linkage_tail.py bears out: of pairs at -6 five times as many are true as the weights
# say, of those at -12 fifty times; it hardly depends on how many rows there are.
FROM, SLOPE, BEND, BEYOND = 1.5, 0.38, 12.0, 0.12
# That holds of lists with many bad records. Of clean ones (RLdata10000, MPV and WaPo) as few are true as the weights say, or
# fewer. Which kind a case has is not known before pairs are judged: a share of that slope, and as much again either way.
USUAL, SPREAD, CONSTANT, WIGGLE, LENGTH = 0.8, 0.55, 0.3, (0.3, 0.8), 3.0
# True pairs that nobody looks at, for each one looked at: below the floor seldom more than a few in a hundred, and above it,
# where no key reached them, seldom more than a fifth (log-normal above these).
HIDDEN, HIDDEN_SPREAD = (0.06, 0.2), 0.9
_BURN, _THIN = 300, 40


class Zoned(Struct, frozen=True):
    """What is known of zones of log odds. ``share`` (Z): of the pairs of each, which share the weights take to be true;
    ``judged`` (Z): how many pairs were judged, chosen at random, and ``same`` (Z) how many of them are the same. ``hidden``
    (Z): how many true pairs the weights expect of each that nobody looks at, for each one looked at.
    """

    share: Floats
    judged: Ints
    same: Ints
    hidden: Floats


def zones(odds: Floats) -> Ints:
    """(n) the zone of each pair's log odds, 0 to Z - 1."""
    return np.asarray(np.searchsorted(EDGES, odds, side="right"), np.int64)


def shifts(offsets: Floats, odds: Floats) -> Floats:
    """(n) what is added to log odds, between the zones' centres in proportion. ``offsets``: (Z)."""
    return np.asarray(np.interp(odds, CENTRES, offsets))


def discrepancies(zoned: Zoned, draws: int, seed: int) -> Floats:
    """(draws, Z) what is to be added to log odds, drawn from what the judged pairs leave open.

    By elliptical slice sampling (Murray, Adams & MacKay 2010, AISTATS), which needs no tuning.
    """
    source = np.random.default_rng(seed)
    mean, root = prior()
    at, likely = np.zeros(ZONES), _likelihood(mean, zoned)
    made = np.empty((draws, ZONES))
    for step in range(_BURN + draws * _THIN):
        at, likely = _stepped(at, likely, root @ source.standard_normal(ZONES), mean, zoned, source)
        if step >= _BURN:
            made[(step - _BURN) // _THIN] = mean + at
    return made


def corrected(share: Floats, off: Floats) -> Floats:
    """Shares of true pairs, once their log odds are mended."""
    share = np.clip(share, 1e-9, 1 - 1e-9)
    return probability(np.log(share) - np.log1p(-share) + off)


def prior() -> tuple[Floats, Floats]:
    """The mean of the discrepancy at the zones' centres (Z), and a root of its covariance (Z, Z)."""
    low = np.maximum(-CENTRES, 0.0)
    mean = SLOPE * np.clip(low - FROM, 0.0, BEND - FROM) + BEYOND * np.maximum(low - BEND, 0.0)
    apart = np.abs(CENTRES[:, None] - CENTRES[None, :])
    wiggle = np.interp(low, (0.0, 5.0), WIGGLE)
    covariance = CONSTANT**2 + SPREAD**2 * np.outer(mean, mean) + np.outer(wiggle, wiggle) * np.exp(-apart / LENGTH)
    return USUAL * mean, np.linalg.cholesky(covariance)


def _likelihood(off: Floats, zoned: Zoned) -> float:
    chance = np.clip(corrected(zoned.share, off), 1e-12, 1 - 1e-12)
    judged = float((zoned.same * np.log(chance) + (zoned.judged - zoned.same) * np.log1p(-chance)).sum())
    hidden = zoned.hidden * np.exp(off)
    for most, part in zip(HIDDEN, (hidden[:BELOW], hidden[BELOW:]), strict=True):
        judged -= 0.5 * (max(0.0, float(np.log((part.sum() + 1e-12) / most))) / HIDDEN_SPREAD) ** 2
    return judged


def _stepped(
    at: Floats, likely: float, other: Floats, mean: Floats, zoned: Zoned, source: np.random.Generator
) -> tuple[Floats, float]:
    least = likely + np.log(source.random())
    angle = source.uniform(0.0, 2 * np.pi)
    low, high = angle - 2 * np.pi, angle
    while True:
        new = at * np.cos(angle) + other * np.sin(angle)
        likely = _likelihood(mean + new, zoned)
        if likely > least:
            return new, likely
        low, high = (angle, high) if angle < 0 else (low, angle)
        angle = source.uniform(low, high)
