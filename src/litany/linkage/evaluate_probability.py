"""When the model says 0.7, is it right seven times in ten?

Among pairs given about the same probability, the share that are matches should be that probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from litany.linkage.evaluate import NAN

Floats = npt.NDArray[np.float64]
Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution


class Bin(Struct, frozen=True):
    """Pairs with a probability in [low, high): how many, what was said of them on average, and what was found.

    ``interval_low`` to ``interval_high`` is the 95 % Wilson interval of ``observed``. The last bin includes its high end.
    """

    low: float
    high: float
    pairs: int
    predicted: float
    observed: float
    interval_low: float
    interval_high: float


class Reliability(Struct, frozen=True):
    """The bins that hold pairs, from low to high, the expected calibration error and the Brier score (0 is best for both)."""

    bins: tuple[Bin, ...]
    pairs: int
    calibration_error: float
    brier: float


def reliability(
    probabilities: npt.ArrayLike,
    matches: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    edges: Sequence[float] = (0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 1),
) -> Reliability:
    """The reliability table of pair probabilities ((m,), 0..1) against truth ((m,) bool).

    ``weights``: how many pairs each stands for (one over its inclusion probability) where the pairs are a sample; the
    Wilson intervals then use Kish's effective number. Calibration error: Naeini, Cooper and Hauskrecht (2015), bins weighted by
    their pairs. ``edges`` run from 0 to 1; they are finer at the ends, where most pairs of a linkage lie.
    Raises ValueError for lengths that differ, and for probabilities or edges outside 0..1.
    """
    said, found, weight = _sorted(probabilities, matches, weights)
    cuts = np.asarray(edges, dtype=np.float64)
    if cuts.size < 2 or cuts[0] != 0 or cuts[-1] != 1 or not (np.diff(cuts) > 0).all():
        raise ValueError("the edges of the bins must rise from 0 to 1")
    if not said.size:
        return Reliability((), 0, NAN, NAN)
    place = np.clip(np.searchsorted(cuts, said, side="right") - 1, 0, cuts.size - 2)
    parts = [(number, place == number) for number in np.unique(place).tolist()]
    bins = tuple(
        _bin((float(cuts[number]), float(cuts[number + 1])), said[part], found[part], weight[part]) for number, part in parts
    )
    total = float(weight.sum())
    gaps = [
        float(weight[part].sum()) * abs(bin_.predicted - bin_.observed) for bin_, (_, part) in zip(bins, parts, strict=True)
    ]
    return Reliability(bins, said.size, math.fsum(gaps) / total, float((weight * (said - found) ** 2).sum()) / total)


def wilson(share: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's (1927) score interval of a share seen in so many trials (which may be an effective number)."""
    if trials <= 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def effective(weights: Floats) -> float:
    """Kish's effective number: as many equal weights as tell as much as these."""
    return float(weights.sum()) ** 2 / float((weights**2).sum()) if weights.size else 0.0


def _bin(ends: tuple[float, float], said: Floats, found: Floats, weight: Floats) -> Bin:
    total = float(weight.sum())
    observed = min(1.0, float((weight * found).sum()) / total)
    low, high = wilson(observed, effective(weight))
    return Bin(*ends, said.size, float((weight * said).sum()) / total, observed, low, high)


def _sorted(
    probabilities: npt.ArrayLike, matches: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """The three columns in an order of their own, so that sums do not depend on the order given."""
    said = np.asarray(probabilities, dtype=np.float64)
    found = np.asarray(matches).astype(bool).astype(np.float64)
    weight = np.ones_like(said) if weights is None else np.asarray(weights, dtype=np.float64)
    if not said.shape == found.shape == weight.shape or said.ndim != 1:
        raise ValueError(f"one probability, truth and weight per pair: {said.shape}, {found.shape}, {weight.shape}")
    if not (np.isfinite(said) & (said >= 0) & (said <= 1) & np.isfinite(weight) & (weight > 0)).all():
        raise ValueError("a probability lies outside 0..1, or a weight is not positive")
    order = np.lexsort((weight, found, said))
    return said[order], found[order], weight[order]
