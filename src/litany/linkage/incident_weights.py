"""How much does agreement weigh between incidents, where the days of different incidents hang together?

Killings come in bursts, so two incidents near each other on days one apart are common, and EM without labels takes a burst for
one incident. What tells them apart is known without labels: two events of one list that is free of duplicates are two
incidents, and their days show how bursts look (`litany.linkage.incident_bursts`). How the days of pairs of different lists
exceed that shows how near the days of one incident are. Both are held fixed, and EM (the model of `litany.linkage.em`)
learns the rest. And no weaker agreement may weigh more than a stronger one: ratios m/u are kept in the order of the levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from msgspec import Struct, structs

from litany.linkage.em import Floats, Pairs, Weights
from litany.linkage.engine import Engine, Ints
from litany.linkage.incident_bursts import days_of
from litany.linkage.incidents import ONE_LIST, PLAN
from litany.linkage.plan import MISSING, Comparison, Plan
from litany.linkage.score import Scores, score

_STEPS, _CLOSE, _LEAST = 200, 1e-4, 1e-12
_TOGETHER = np.asarray([1e-4, 1.0 - 1e-4])  # m of what one list tells apart, which no data show: hardly ever one
_FALL = 0.5  # where EM starts: each weaker level is half as frequent among true pairs as the one above it


class Held(Struct, frozen=True):
    """What is known of one comparison before EM, and not learned."""

    m: Floats | None = None
    u: Floats | None = None


def incident_scores(frame: pl.DataFrame, plan: Plan, free: Sequence[bool], seed: int, threads: int | None = None) -> Scores:
    """Scores of all candidate pairs of incidents. ``free``: which lists are free of duplicates; without any such list of some
    hundred events nothing is known of bursts, and all weights of the days are learned.
    """
    lists = frame["list"].cast(pl.Int32).to_numpy()
    plan = incident_plan_for(lists, free, plan)
    with Engine(frame, plan, free, threads) as engine:
        plain = score(engine, lists, free, seed)
    held = held_days(frame, free, plain.counted, plan.comparisons, seed, threads)
    return Scores(plain.plan, plain.candidates, plain.counted, train_incidents(plain.counted, plan.comparisons, held))


def incident_plan_for(lists: Ints, free: Sequence[bool], plan: Plan = PLAN) -> Plan:
    """The plan for these lists: all pairs are compared where few may be the same (one large list and a few reports)."""
    few = _pairs_that_may(lists, free) <= plan.exhaustive
    return structs.replace(plan, exhaustive=max(len(lists) ** 2, 1)) if few else plan


def _pairs_that_may(lists: Ints, free: Sequence[bool]) -> int:
    """How many pairs of rows may be of one incident: all but those within a list free of duplicates."""
    sizes = np.bincount(lists, minlength=len(free)).astype(np.int64)
    within = sizes[: len(free)][np.asarray(free, bool)]
    return int(len(lists) * (len(lists) - 1) // 2 - (within * (within - 1) // 2).sum())


def held_days(
    frame: pl.DataFrame,
    free: Sequence[bool],
    pairs: Pairs,
    comparisons: Sequence[Comparison],
    seed: int,
    threads: int | None = None,
) -> dict[str, Held]:
    """What is known of the comparisons of days before EM; empty where no list is large enough to tell."""
    found = {one.name: u for one, u in zip(comparisons, first_weights(pairs, comparisons).u, strict=True)}
    days = days_of(frame, free, found, pairs, comparisons, seed, threads)
    return {} if days is None else {name: Held(days.m, days.u.get(name)) for name in days.fields}


def drawn_incidents(
    pairs: Pairs, comparisons: Sequence[Comparison], held: Mapping[str, Held], draws: int, seed: int
) -> list[Weights]:
    """Weights as they might have come out, by a Bayesian bootstrap of the patterns (as `litany.linkage.em.drawn`)."""
    source = np.random.default_rng(seed)
    made = []
    for _ in range(draws):
        again = structs.replace(pairs, counts=source.gamma(pairs.counts), random_counts=source.gamma(pairs.random_counts))
        made.append(train_incidents(again, comparisons, held))
    return made


def train_incidents(pairs: Pairs, comparisons: Sequence[Comparison], held: Mapping[str, Held]) -> Weights:
    """The weights that fit these pairs best, with what is ``held`` of comparisons by name."""
    held = {**held, ONE_LIST.name: Held(_TOGETHER)}
    given = [held.get(one.name, Held()) for one in comparisons]
    at = first_weights(pairs, comparisons, held)
    for step in range(1, _STEPS + 1):
        same = pairs.same(at.odds(pairs.patterns))
        share = min(max(min(float(same.sum()), float(pairs.most)) / max(pairs.total, 1), _LEAST), 0.5)
        u = tuple(
            _different(pairs, field, pairs.counts - same, len(old)) if one.u is None else one.u
            for field, (old, one) in enumerate(zip(at.u, given, strict=True))
        )
        m = tuple(
            ordered(shares(pairs.patterns[:, field], same, len(old)) if one.m is None else one.m, old)
            for field, (old, one) in enumerate(zip(u, given, strict=True))
        )
        moved = max(float(np.abs(a - b).max()) for a, b in zip(at.m, m, strict=True))
        moved = max(moved, abs(float(np.log(share / at.share))))
        at = Weights(m, u, share, step, moved < _CLOSE)
        if at.converged:
            break
    return structs.replace(at, crowd=pairs.crowd)


def first_weights(pairs: Pairs, comparisons: Sequence[Comparison], held: Mapping[str, Held] | None = None) -> Weights:
    """Where EM starts: most true pairs agree, and agree strongly; the others are as all pairs, for nearly all are of them."""
    m, u = [], []
    for field, one in enumerate(comparisons):
        known = Held() if held is None else held.get(one.name, Held())
        levels = len(one.levels) + 1
        m.append(falling(levels) if known.m is None else known.m)
        u.append(_different(pairs, field, pairs.counts, levels) if known.u is None else known.u)
    share = min(0.5 * pairs.most / max(pairs.total, 1), 0.5)
    return Weights(tuple(m), tuple(u), share, 0, False)


def falling(levels: int) -> Floats:
    """Shares of levels, each half of the next stronger one."""
    grades = _FALL ** np.arange(levels - 1, -1, -1, dtype=float)
    return np.asarray(grades / grades.sum())


def ordered(m: Floats, u: Floats) -> Floats:
    """m, changed as little as the likelihood allows so that m/u never falls from a level to the next stronger one.

    Neighbours that break the order are pooled and share their m as their u (pool adjacent violators: Barlow et al. 1972; for
    likelihood ratios Dykstra, Kochar & Robertson 1995).
    """
    pools: list[tuple[float, float, int]] = []
    for mine, theirs in zip(m.tolist(), u.tolist(), strict=True):
        pool = (mine, theirs, 1)
        while pools and pools[-1][0] * pool[1] > pool[0] * pools[-1][1]:
            before = pools.pop()
            pool = (before[0] + pool[0], before[1] + pool[1], before[2] + pool[2])
        pools.append(pool)
    ratios = np.concatenate([np.full(count, mine / theirs) for mine, theirs, count in pools])
    return np.asarray(ratios * u)


def shares(column: np.ndarray[tuple[int, ...], np.dtype[np.int8]], weights: Floats, levels: int) -> Floats:
    """Shares of the levels of a column; one pair is spread over all, so that none is zero."""
    known = column != MISSING
    counted = np.bincount(column[known].astype(np.int64), weights[known], minlength=levels) + 1.0 / levels
    return np.asarray(counted / counted.sum())


def _different(pairs: Pairs, field: int, rest: Floats, levels: int) -> Floats:
    """u among the pairs that differ: those that a key reached, and as many as there are beyond, by a random sample."""
    column, weights = pairs.patterns[:, field], rest
    beyond = max(pairs.total - float(pairs.counts.sum()), 0.0)
    if len(pairs.random) and beyond > 0:
        column = np.concatenate([column, pairs.random[:, field]])
        weights = np.concatenate([rest, pairs.random_counts * (beyond / pairs.random_counts.sum())])
    return shares(column, weights, levels)
