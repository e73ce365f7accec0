"""How is the model chosen, and how is the range made?"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from litany.estimates.loglinear.models import ModelError
from litany.estimates.loglinear.selection import Criterion
from litany.estimates.loglinear.stepwise import THRESHOLD

MOST_REPLICATES = 100_000


class LogLinear(Struct, frozen=True, kw_only=True):
    """The settings of the log-linear estimate.

    ``selection``: the best model by ``bic`` or ``aic``, by ``stepwise`` (pairs whose chance is below ``threshold``), or the
    ``average`` over models, weighted by the criterion ``weigh``. ``order``: the most lists in one term; None takes the highest
    of which all models can be fitted. ``interval``: ``bca`` repeats the choice in ``replicates`` replicates, among the
    ``ntop`` best models; ``profile`` and ``normal`` take the one model as given. ``draws``: from the ``interval``'s
    distribution, or of ``models`` by their weights (`draws` says when to take which).

    Raises ModelError: for a setting that does not exist together with the others.
    """

    selection: Literal["bic", "aic", "stepwise", "average"] = "bic"
    order: int | None = None
    interval: Literal["bca", "profile", "normal"] = "bca"
    replicates: int = 2_000
    threshold: float = THRESHOLD
    ntop: int = 100
    weigh: Criterion = "bic"
    draws: Literal["interval", "models"] = "interval"

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("selection", self.selection, ("bic", "aic", "stepwise", "average")),
            ("interval", self.interval, ("bca", "profile", "normal")),
            ("weigh", self.weigh, ("bic", "aic")),
            ("draws", self.draws, ("interval", "models")),
        ):
            if value not in allowed:
                raise ModelError(f"{name} is one of {', '.join(allowed)}, not {value}")
        if self.order is not None and self.order < 1:
            raise ModelError(f"an order of {self.order}: terms have at least one list")
        if not 100 <= self.replicates <= MOST_REPLICATES:
            raise ModelError(f"{self.replicates:,} replicates: ask for 100 to {MOST_REPLICATES:,}")
        if not 0 < self.threshold < 1:
            raise ModelError(f"a threshold of {self.threshold}: it is a chance between 0 and 1")
        if self.ntop < 1:
            raise ModelError(f"the {self.ntop} best models: take at least one")
        if self.selection == "average" and self.interval == "profile":
            raise ModelError("an average over models has no one likelihood to profile: take the interval bca or normal")

    @property
    def criterion(self) -> Criterion:
        """By which models are ranked."""
        if self.selection == "average":
            return self.weigh
        return "aic" if self.selection == "aic" else "bic"
