"""How is the latent-class model asked for, and what does the sampler get?"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from scipy import stats

from litany.errors import LitanyError
from litany.estimates.captures import Captures
from litany.estimates.latent.latent_chains import as_patterns
from litany.estimates.latent.latent_state import Data, Floats

LEAST_SHAPE = 0.01  # below, alpha would often be smaller than numbers can be
MOST_CAP = 1e6  # missed for each documented: a larger cap would only look like one


class Latent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the latent-class model; the defaults are those of Manrique-Vallier's LCMCR where it has them.

    ``classes`` is the most classes (K); alpha ~ Gamma(``shape``, ``rate``). ``cap`` is how many people at most can have been
    missed for each one documented (None: no limit): it is a prior, and the share of draws near it is reported. ``chains`` are
    independent; each takes ``sweeps`` sweeps of ``steps`` small steps beside one Gibbs sweep, then up to half as many more,
    and again, until R-hat and effective sizes are reached (`convergence`), up to ``longest``, and where there are many patterns
    until all chains have done ``patience`` sweeps times patterns. ``particles`` begin the bridge that finds where chains start.
    ``replicates`` are drawn for the fit to patterns; ``side`` asks for what other priors, and the table without each list,
    would say.
    """

    classes: int = 10
    shape: float = 0.25
    rate: float = 0.25
    cap: float | None = 20.0
    chains: int = 6
    sweeps: int = 4000
    longest: int = 128_000
    patience: int = 40_000_000
    steps: int = 40
    particles: int = 1000
    least_effective: float = 400.0
    replicates: int = 400
    side: bool = True

    def __post_init__(self) -> None:
        wholes = {
            name: getattr(self, name) for name in ("classes", "chains", "sweeps", "longest", "patience", "steps", "particles")
        }
        wrong = [name for name, value in wholes.items() if value < 1]
        wrong += [name for name in ("shape", "rate") if not 0 < getattr(self, name) < float("inf")]
        wrong += ["cap"] if self.cap is not None and not 0 < self.cap < float("inf") else []
        if wrong:
            raise LitanyError(f"settings of the latent classes: {', '.join(wrong)} must be above 0")
        if self.shape < LEAST_SHAPE:
            raise LitanyError(f"settings of the latent classes: a shape of {self.shape:g}: {LEAST_SHAPE:g} at least")
        if self.cap is not None and self.cap > MOST_CAP:
            raise LitanyError(f"settings of the latent classes: a cap of {self.cap:g} is no limit: say none")
        if self.replicates < 0 or not 0 <= self.least_effective < float("inf"):
            raise LitanyError("settings of the latent classes: replicates and least_effective are 0 or more")
        if self.chains < 4:
            raise LitanyError("settings of the latent classes: fewer than 4 chains cannot show that they disagree")


def most_missed(table: Captures, settings: Latent) -> int | None:
    """The cap as a number of people."""
    return None if settings.cap is None else int(settings.cap * table.people)


def data_of(table: Captures, settings: Latent) -> Data:
    """The table and the prior as the sampler takes them."""
    people, cap = float(table.people), most_missed(table, settings)
    start, step, within = (0.0, 1.0, np.empty(0)) if cap is None else _within(people, cap)
    free = float("inf") if cap is None else float(np.expm1(-(start + step * (len(within) - 1))))
    counts = table.counts.astype(np.float64)
    limit = float("inf") if cap is None else float(cap)
    return Data(as_patterns(table.patterns), counts, people, settings.shape, settings.rate, limit, start, step, within, free)


def _within(people: float, cap: int) -> tuple[float, float, Floats]:
    """log P(missed <= cap) on a grid of log(1 - p0): from where it is hopeless to where it is certain."""
    middle, spread = np.log(people / (people + cap)), 1.2 / np.sqrt(people)
    grid = np.linspace(middle - 25 * spread, min(middle + 12 * spread, -1e-12), 4000)
    within = stats.nbinom.logcdf(cap, people, np.exp(grid))
    return float(grid[0]), float(grid[1] - grid[0]), np.maximum(within, -1e6)
