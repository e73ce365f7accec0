"""Do the chains of a large component tell the same, so that its draws can be trusted?

Split R-hat and the effective sample size of the number of clusters (Gelman et al. 2013, "Bayesian Data Analysis", 3rd ed.,
section 11.4-5). The weights change from outer draw to outer draw and the number of clusters with them: it is taken relative
to the mean of both chains in the same outer draw, so that only what a chain does on its own counts.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_R_HAT = 1.1
LEAST_ESS = 50.0
STILL = 1e9  # R-hat of chains that stand still at different numbers: it is infinite, and JSON has no such number
MOST_APART = 0.4  # probability of a pair by one chain and by the other; some three standard errors of 25 effective draws


class LargeComponent(Struct, frozen=True):
    """How sampling a component went that is too large for the exact way.

    ``record``: its least record; ``atoms``: how many there are. ``moved``: the share of single steps that moved an atom;
    ``changed``: the share of tried splits and joins that were accepted. ``r_hat`` and ``ess`` of the number of clusters over
    both chains. ``apart``: the most that the chains differ in the probability of a pair: a number of clusters may be the same
    where one chain has a row here and the other there.
    """

    record: int
    atoms: int
    moved: float
    changed: float
    r_hat: float
    ess: float
    apart: float = 0.0

    @property
    def converged(self) -> bool:
        """Do both chains tell the same? If not, its draws must not be trusted as a posterior."""
        return self.r_hat <= MOST_R_HAT and self.ess >= LEAST_ESS and self.apart <= MOST_APART


class Diagnostics(Struct, frozen=True):
    """How the sampling went: ``components`` of two atoms or more, how many of them were sampled exactly, the atoms of the
    ``largest``, and each one that chains had to sample.
    """

    components: int
    exact: int
    largest: int
    large: tuple[LargeComponent, ...]

    @property
    def doubtful(self) -> tuple[LargeComponent, ...]:
        """The components whose chains did not converge."""
        return tuple(one for one in self.large if not one.converged)


def r_hat_and_ess(clusters: Floats) -> tuple[float, float]:
    """Split R-hat and effective sample size. ``clusters``: (chains, outer draws, draws kept in each)."""
    centred = clusters - clusters.mean(axis=(0, 2), keepdims=True)
    flat = centred.reshape(len(clusters), -1)
    half = flat.shape[1] // 2
    parts = np.concatenate([flat[:, :half], flat[:, flat.shape[1] - half :]])
    total = float(flat.size)
    if half < 2 or np.ptp(parts) == 0.0:
        return 1.0, total
    within = float(parts.var(axis=1, ddof=1).mean())
    between = float(parts.mean(axis=1).var(ddof=1))
    if within == 0.0:
        return STILL, float(len(clusters))
    pooled = within * (half - 1) / half + between
    return float(np.sqrt(pooled / within)), _ess(parts, pooled)


def _ess(parts: Floats, pooled: float) -> float:
    """Geyer's initial positive sequence: sum correlations by twos until their sum is negative."""
    chains, length = parts.shape
    total, before = 0.0, np.inf
    for lag in range(1, length - 1, 2):
        pair = min(_correlation(parts, lag, pooled) + _correlation(parts, lag + 1, pooled), before)
        if pair < 0.0:
            break
        total, before = total + pair, pair
    return float(min(chains * length, chains * length / (1.0 + 2.0 * total)))


def _correlation(parts: Floats, lag: int, pooled: float) -> float:
    variogram = float(np.mean((parts[:, lag:] - parts[:, :-lag]) ** 2))
    return 1.0 - variogram / (2.0 * pooled)
