"""How many were caught by no occasion, judging by those that several caught?

Cells count what was caught by each set of T occasions: (2^T - 1,), the set as bits, 1 first. Two classical figures, and a
family of models that differ in how some are harder to catch than others, from which `litany.linkage.recall` draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
REACH = 3.0  # prior: the log-odds with which a group reaches a match are N(0, 3), which covers 0.3 % to 99.7 %
DEPENDENCE = (0.6, 0.7)  # prior: the dependence is N(0.6, 0.7); two groups' odds ratio is 0.5 to 7, median 1.8
# How the heterogeneity goes on below what is seen, in matches that no group reached, no data can tell (Link 2003, Biometrics
# 59), so two shapes are weighed: a smooth one (Darroch's), and a part of the matches that is worse in every group. Under long
# tails the smooth one misses more than it says, by 0 to 2 in the log and units of the dependence: hence TAIL.
STEPS = np.linspace(-1, 4, 51)  # values of the smooth dependence
TAIL = (1.0, 1.0)  # mean and standard deviation of that
WORSE, ODDS = np.asarray([1.5, 2.25, 3.0, 4.0]), np.linspace(-6, 7, 27)  # logits worse; log-odds of it among the missed
PART = 0.25  # prior: the probability that there is such a part rather than a smooth difference


def independent(cells: Floats) -> float:
    """Matches in no group if groups are independent (M_t; Darroch 1958): ``cells`` (2^T - 1,), pattern 1, 2, 3, ..."""
    margins = [float(cells[_has(cells.size, group)].sum()) for group in range(_groups(cells.size))]
    seen = float(cells.sum())
    if sum(margins) <= seen * (1 + 1e-12):
        return float("inf") if seen else 0.0
    low, high = seen, seen * 2
    while _excess(high, seen, margins) < 0 and high < 1e18:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _excess(middle, seen, margins) < 0 else (low, middle)
    return high - seen


def chao(cells: Floats) -> float:
    """A lower bound of the matches in no group where some matches are harder to reach than others, in every group.

    Chao (1987), for occasions of unequal reach: products of two groups' single captures over captures by exactly those two,
    each summed before dividing. With equal reach it is her f1^2/(2 f2) (T-1)/T.
    """
    count = _groups(cells.size)
    pairs = [(1 << one, 1 << other) for one in range(count) for other in range(one)]
    twice = sum(float(cells[(one | other) - 1]) for one, other in pairs)
    once = sum(float(cells[one - 1] * cells[other - 1]) for one, other in pairs)
    return once / twice if twice else (float("inf") if once else 0.0)


def _groups(size: int) -> int:
    return int(size).bit_length()


def _has(size: int, group: int) -> npt.NDArray[np.bool_]:
    return np.asarray((np.arange(1, size + 1) >> group & 1).astype(bool))


def _excess(total: float, seen: float, margins: Sequence[float]) -> float:
    return 1 - seen / total - float(np.prod([1 - margin / total for margin in margins]))


def caught(count: int) -> Ints:
    """In how many groups each cell was reached: (2^T - 1,)."""
    return np.asarray([bin(cell).count("1") for cell in range(1, 2**count)], dtype=np.int64)


def shapes_of(count: int) -> Floats:
    """Forms of h(0), ..., h(max(T, 2)), h(0) = 0, one a row: first the smooth ones, over STEPS, then those of a bad part.

    A part that is worse by x in every group gives cells e^(c + sum b_t s_t) (1 + w e^(-x |s|)), w its odds among the missed.
    Two groups cannot tell shapes apart: their odds ratio is all there is, and only the smooth ones are taken.
    """
    times = np.arange(max(count, 2) + 1, dtype=np.float64)
    smooth = STEPS[:, None] * times**2 / 2
    if count < 3:
        return np.asarray(smooth)
    worse, odds = (part.ravel()[:, None] for part in np.meshgrid(WORSE, ODDS, indexing="ij"))
    parts = np.logaddexp(0, odds - worse * times) - np.logaddexp(0, odds)
    return np.concatenate([smooth, parts])


def unseen(rates: Floats, offset: Floats) -> Floats:
    """exp(c) of the log-linear model, for each row of ``rates`` (n, 2^T - 1) with its given ``offset``, alike."""
    return np.asarray(np.exp(np.minimum(_fit(rates, offset)[0][:, 0], 40)))


def _fit(rates: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Newton's method for Poisson cells with a weak prior on the reaches: coefficients (n, T + 1), log posteriors (n,)."""
    count = _groups(rates.shape[1])
    has = np.column_stack([_has(rates.shape[1], group) for group in range(count)]).astype(np.float64)
    design = np.column_stack([np.ones(len(has)), has])
    penalty = np.diag([1e-9] + [REACH**-2] * count)
    point = np.zeros((len(rates), count + 1))
    point[:, 0] = np.log(rates.mean(axis=1) + 1e-3) - offset.mean(axis=1)
    for _ in range(60):
        mean = np.exp(np.clip(point @ design.T + offset, -30, 40))
        slope = (rates - mean) @ design - point @ penalty
        bend = np.einsum("ns,si,sj->nij", mean, design, design) + penalty
        step = np.clip(np.linalg.solve(bend, slope[:, :, None])[:, :, 0], -2, 2)
        point = point + step
        if np.abs(step).max() < 1e-8:
            break
    logs = np.clip(point @ design.T + offset, -30, 40)
    value = (rates * logs - np.exp(logs)).sum(axis=1) - 0.5 * ((point @ penalty) * point).sum(axis=1)
    return point, value


def chances_of(cells: Floats, bridge: Floats, shapes: Floats) -> Floats:
    """The posterior of the shapes, (shapes,), by their likelihood at its best.

    Two groups say nothing of it (three cells, three other parameters), except that matches which only spare keys reach must
    fit into the cell that neither group reaches. The prior of the smooth ones leans to positive: bad records make keys fail
    together. The share of a bad part is Beta(1/2, 3) beforehand.
    """
    count = _groups(cells.size)
    point, value = _fit(np.repeat(cells[None, :] + 1 / cells.size, len(shapes), axis=0), shapes[:, caught(count)])
    room = np.exp(np.minimum(point[:, 0], 40))
    log = (value if count > 2 else 0) - np.maximum(0, bridge[1] - room) ** 2 / (2 * (bridge[1] + 1))
    prior = np.exp(-0.5 * ((STEPS - DEPENDENCE[0]) / DEPENDENCE[1]) ** 2)
    if count > 2:
        worse, odds = (part.ravel() for part in np.meshgrid(WORSE, ODDS, indexing="ij"))
        good = point[STEPS.size :, 1:]
        ratio = odds + np.logaddexp(0, good - worse[:, None]).sum(axis=1) - np.logaddexp(0, good).sum(axis=1)
        share = 1 / (1 + np.exp(-ratio))
        bad = share**0.5 * (1 - share) ** 3
        prior = np.concatenate([(1 - PART) * prior / prior.sum(), PART * bad / bad.sum()])
    chance = np.exp(log - log.max()) * prior
    return np.asarray(chance / chance.sum())
