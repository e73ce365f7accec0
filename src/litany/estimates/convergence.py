"""Have independent chains found the same answer, and how much do their draws say?

R-hat and effective sizes are ArviZ's: rank-normalised and split (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021,
"Rank-normalization, folding, and localization", Bayesian Analysis 16:667-718). One definition for all samplers, so that they
can be compared.
"""

from __future__ import annotations

from typing import Protocol, cast

import arviz_stats.base.array
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class _Stats(Protocol):
    """What we use of ArviZ, which carries no types."""

    def rhat(self, ary: NDArray[np.float64], *, chain_axis: int, draw_axis: int) -> float: ...

    def ess(
        self, ary: NDArray[np.float64], *, chain_axis: int, draw_axis: int, method: str, prob: tuple[float, float] | None = None
    ) -> float: ...


_STATS = cast(_Stats, arviz_stats.base.array.array_stats)
MOST_RHAT, LEAST_ESS = 1.01, 400.0


class Convergence(Struct, frozen=True):
    """How ``chains`` chains of ``draws`` kept draws each agree: R-hat, effective sizes of the bulk and of the tails (5 and
    95 %), and the ``medians`` of each chain.
    """

    chains: int
    draws: int
    rhat: float
    ess_bulk: float
    ess_tail: float
    medians: tuple[float, ...]

    @property
    def reached(self) -> bool:
        """Whether the usual bars are met: at least 4 chains, R-hat at most 1.01, both effective sizes at least 400."""
        sizes = min(self.ess_bulk, self.ess_tail)
        return self.chains >= 4 and self.rhat <= MOST_RHAT and sizes >= LEAST_ESS


def convergence(draws: NDArray[np.float64]) -> Convergence:
    """Of draws (chains by draws) of one quantity. Draws that never change have R-hat infinite and effective size 0 unless all
    chains hold the one value, which then is certain.
    """
    chains, length = draws.shape
    medians = tuple(float(median) for median in np.median(draws, axis=1))
    if bool((draws == draws[:, :1]).all()):
        settled = bool((draws == draws[0, 0]).all())
        size = float(draws.size) if settled else 0.0
        return Convergence(chains, length, 1.0 if settled else float("inf"), size, size, medians)
    rhat = float(_STATS.rhat(draws, chain_axis=0, draw_axis=1))
    bulk = float(_STATS.ess(draws, chain_axis=0, draw_axis=1, method="bulk"))
    tail = float(_STATS.ess(draws, chain_axis=0, draw_axis=1, method="tail", prob=(0.05, 0.95)))
    return Convergence(chains, length, rhat, bulk, tail, medians)
