"""How is the recommended estimate asked for?"""

from __future__ import annotations

from msgspec import Struct

from litany.errors import LitanyError
from litany.estimates.latent.settings import Latent

CHAINS = Latent(chains=4, sweeps=2000, longest=32_000, particles=500, replicates=0, side=False)
QUICK = Latent(chains=4, sweeps=1000, longest=8000, particles=300, least_effective=200, replicates=0, side=False)


class Pooled(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The range goes from the lowest of the families' ``low`` points to the highest of their ``high`` points, which are not
    symmetric, as families err to the low side (docs/estimates-coverage.md). ``apart``: the most by which the range's ends may
    differ, as a factor; more is no answer. ``together``: how much strata are in step within a family, a correlation from 0 to 1
    (`pool.totals`). ``latent``: settings of the latent classes (None: without them). ``graphs``:
    whether to show graphs beside the range. ``sweeps``: whether to say what each list, and each family, left out would change.
    ``draws`` of the number of all people; ``threads`` for chains (None: all there are).
    """

    low: float = 0.025
    high: float = 0.995
    apart: float = 10.0
    together: float = 0.5
    latent: Latent | None = CHAINS
    graphs: bool = True
    sweeps: bool = True
    draws: int = 4000
    threads: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.low < 0.5 < self.high < 1:
            raise LitanyError(f"settings of the pool: points {self.low} and {self.high}: shares on the two sides of 0.5")
        if not self.apart > 1:
            raise LitanyError(f"settings of the pool: ends apart by a factor of {self.apart}: it is above 1")
        if not 0 <= self.together <= 1:
            raise LitanyError(f"settings of the pool: strata together by {self.together}: a correlation is from 0 to 1")
        if self.threads is not None and self.threads < 1:
            raise LitanyError(f"settings of the pool: {self.threads} threads: one at least")
        if self.draws < 100:
            raise LitanyError(f"settings of the pool: {self.draws} draws: ask for 100 or more")
