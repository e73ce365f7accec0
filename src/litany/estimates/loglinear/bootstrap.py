"""How far would the answer move if the same killings had been documented anew, the choice of model included?

The interval is Efron's (1987, "Better bootstrap confidence intervals", JASA 82:171-185): corrected for bias and for error that
grows with the answer. Each replicate chooses its model again (Chan, Silverman and Vincent 2021; Silverman, Chan and Vincent
2024, "Bootstrapping multiple systems estimates to account for model selection", Statistics and Computing 34): an interval
that keeps the one chosen model fixed is too narrow.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from scipy.special import ndtr, ndtri

from litany.estimates.loglinear.fit import MOST_UNSEEN, Floats, Wholes, fit_all
from litany.estimates.loglinear.models import Models
from litany.estimates.loglinear.selection import Criterion, weights
from litany.estimates.loglinear.stepwise import stepwise

Chooser = Callable[[Floats], Floats]
"""Tables (R by 2**J, counts by mask) to the number of all people (R) by the model that each chooses; NaN where none has one."""

_AT_ONCE = 50_000  # fits that are held in memory together


class Bootstrap(Struct, frozen=True, eq=False):
    """``values``: what the replicates say, in order (those with an answer); ``failed``: how many had none; ``bias`` and
    ``acceleration``: the two corrections; ``point``: the answer on the table itself.
    """

    point: float
    values: Floats
    failed: int
    bias: float
    acceleration: float

    def levels(self, shares: Floats) -> Floats:
        """The shares of replicates that stand for these shares of the corrected distribution."""
        normal = self.bias + ndtri(shares)
        room = 1 - self.acceleration * normal
        moved = self.bias + normal / np.where(room > 0, room, 1.0)
        corrected: Floats = ndtr(np.where(room > 0, moved, np.copysign(np.inf, normal)))
        return corrected

    def quantiles(self, shares: Floats) -> Floats:
        """The corrected distribution at these shares, by Hyndman and Fan's eighth definition."""
        return np.asarray(np.quantile(self.values, self.levels(shares), method="median_unbiased"))

    def at_edge(self, share: float) -> bool:
        """Whether an end lies outside of what this many replicates can show: it is their extreme, not a quantile."""
        level = float(self.levels(np.array([share]))[0])
        return min(level, 1 - level) * (len(self.values) + 1) < 1


def best_of(models: Models, criterion: Criterion = "bic") -> Chooser:
    """Choose the best of these models by a criterion; of ties the first."""

    def choose(tables: Floats) -> Floats:
        missed, values = _each(tables, models, criterion)
        best = np.round(values, 6).argmin(axis=1)
        return _with_seen(tables, missed[np.arange(len(tables)), best])

    return choose


def mean_of(models: Models, criterion: Criterion = "bic") -> Chooser:
    """The mean over these models, weighted by the criterion."""

    def choose(tables: Floats) -> Floats:
        missed, values = _each(tables, models, criterion)
        values = np.where(np.isnan(missed), np.inf, values)
        mean = (weights(values) * np.nan_to_num(missed)).sum(axis=1)
        return _with_seen(tables, np.where(np.isfinite(values).any(axis=1), mean, np.nan))

    return choose


def by_steps(lists: int, threshold: float) -> Chooser:
    """Choose by steps, as `stepwise.stepwise` does."""

    def choose(tables: Floats) -> Floats:
        _, fits = stepwise(tables, lists, threshold)
        return _with_seen(tables, _exp(fits.log_unseen))

    return choose


def bootstrap(counts: Floats, cells: Wholes, choose: Chooser, replicates: int, random: np.random.Generator) -> Bootstrap:
    """Draw ``replicates`` tables of as many people from the shares of the observed patterns, and let each choose.

    ``counts``: 2**J by mask; ``cells``: the masks of observed patterns in the order in which they are drawn.
    """
    point = float(choose(counts[None])[0])
    seen = counts[cells]
    tables = np.zeros((replicates, len(counts)))
    tables[:, cells] = random.multinomial(int(seen.sum()), seen / seen.sum(), size=replicates)
    values = choose(tables)
    known = np.sort(values[~np.isnan(values)])
    below = float((known < point).mean()) if len(known) else 0.5
    edge = 0.5 / max(len(known), 1)
    return Bootstrap(
        point=point,
        values=known,
        failed=replicates - len(known),
        bias=float(ndtri(min(max(below, edge), 1 - edge))),
        acceleration=_acceleration(counts, cells, choose),
    )


def _acceleration(counts: Floats, cells: Wholes, choose: Chooser) -> float:
    """From leaving out one person of each pattern, each as often as there are people who have it."""
    tables = np.repeat(counts[None, :], len(cells), axis=0)
    tables[np.arange(len(cells)), cells] -= 1
    values, seen = choose(tables), counts[cells]
    known = ~np.isnan(values)
    if not known.any():
        return 0.0
    values, seen = values[known], seen[known]
    apart = float(seen @ values / seen.sum()) - values
    spread = float(seen @ apart**2)
    return float(seen @ apart**3) / (6 * spread**1.5) if spread > 0 else 0.0


def _each(tables: Floats, models: Models, criterion: Criterion) -> tuple[Floats, Floats]:
    """The missed, and the criterion, of each table (rows) under each model (columns)."""
    missed, values = np.empty((len(tables), len(models))), np.empty((len(tables), len(models)))
    step = max(1, _AT_ONCE // max(len(models), 1))
    for start in range(0, len(tables), step):
        part = slice(start, start + step)
        fits = fit_all(tables[part], models)
        shape = (len(tables[part]), len(models))
        missed[part] = _exp(fits.log_unseen).reshape(shape)
        values[part] = (fits.bic if criterion == "bic" else fits.aic).reshape(shape)
    return missed, values


def _with_seen(tables: Floats, missed: Floats) -> Floats:
    people: Floats = tables[:, 1:].sum(axis=1) + missed
    return people


def _exp(log_unseen: Floats) -> Floats:
    """The number of the missed, NaN where it is more than could be people."""
    missed: Floats = np.exp(np.where(log_unseen < np.log(MOST_UNSEEN), log_unseen, np.nan))
    return missed
