"""By which weights do pairs agree, and by which else might they?

Two ways of learning without labels, for `litany.linkage.link`: plain EM, and that which knows that the days of killings come
in bursts.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from msgspec import Struct

from litany.linkage import em
from litany.linkage.em import Pairs, Weights
from litany.linkage.incident_weights import drawn_incidents, held_days, train_incidents
from litany.linkage.plan import Plan


class Learned(Struct, frozen=True):
    """The weights that fit best, and draws of them."""

    weights: Weights
    draws: list[Weights]


# (rows, which lists are free of duplicates, what was counted, the plan, number of draws, seed)
Learner = Callable[[pl.DataFrame, tuple[bool, ...], Pairs, Plan, int, int], Learned]


def plain(frame: pl.DataFrame, free: tuple[bool, ...], counted: Pairs, plan: Plan, draws: int, seed: int) -> Learned:
    """EM on all comparisons (`litany.linkage.em`)."""
    weights = em.train(counted, plan.comparisons)
    return Learned(weights, em.drawn(counted, plan.comparisons, weights, draws, seed))


def of_incidents(frame: pl.DataFrame, free: tuple[bool, ...], counted: Pairs, plan: Plan, draws: int, seed: int) -> Learned:
    """EM that holds fixed what lists free of duplicates tell of the days of different incidents (`incident_weights`)."""
    held = held_days(frame, free, counted, plan.comparisons, seed)
    weights = train_incidents(counted, plan.comparisons, held)
    return Learned(weights, drawn_incidents(counted, plan.comparisons, held, draws, seed))
