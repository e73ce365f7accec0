"""What does the sampler hold, and how probable is it?

The model (Manrique-Vallier 2016, "Bayesian population size estimation using Dirichlet process mixtures", Biometrics
72:1246-1254): people fall into K classes with probabilities pi; list j finds a person of class k with probability lambda_kj,
independently of the other lists. lambda is uniform; pi comes from stick-breaking, V_k ~ Beta(1, alpha), alpha ~ Gamma(shape,
rate); the number of all people has prior 1/N, cut off where more than a stated number would be missed.

The coordinates are ours. ``shares`` are those of the classes among the people whom some list has, phi_k proportional to
pi_k c_k with c_k = 1 - prod_j (1 - lambda_kj). Given them, the probability of the patterns that were seen,

    prod_x (sum_k phi_k g_k(x)) ** n_x,   g_k(x) = prod_j lambda_kj ** x_j (1 - lambda_kj) ** (1 - x_j) / c_k,

does not involve the people whom nobody saw: how many these are may change freely with ``logits`` of lambda where the patterns
do not speak against it. alpha and N are integrated out. With phi and pi_k = phi_k / (c_k Z), Z = sum phi / c, T_k = pi_{k+1} +
... + pi_K, the prior of phi given lambda is, up to a constant,

    - sum_{k<K} log T_k - (shape + K - 1) log(rate - log pi_K) - sum_k log c_k - K log Z.

alpha may be very small (a quarter of its prior lies below 0.01), and the last classes then have shares that no float can tell:
pi_K about exp(-K / alpha). The last classes below that are *deep*: nobody is in them, their shares are held as 0, and of the
prior only what changes stays in ``deep``, as logs. To cut them off instead would cost the posterior its tables of few classes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litany.estimates.latent.latent_compiled import inner, written_out

Floats = NDArray[np.float64]
FARTHEST = 40.0  # logits lie within this: prior mass of e-40 a list is lost
DEEP = 1e-290  # pi of deep classes is not above it
_LOG_DEEP = math.log(DEEP)
_SMALL, _LARGE = 1e-140, 1e140  # products are turned into logs before floats cannot hold them
DIGITS = 1e-4  # of a total: what may be lost by subtraction before it is added up anew


class Data(NamedTuple):
    """What is given: ``patterns`` (J by P, 0 or 1), ``counts`` (P), ``people``, the prior's ``shape`` and ``rate``, the most
    people that can have been missed (``cap``), and the log probability that no more were missed, on a grid of log(1 - p0)
    from ``start`` in steps of ``step`` (``within``; empty where there is no cap), which is 0 for odds up to ``free``.
    """

    patterns: NDArray[np.int64]
    counts: Floats
    people: float
    shape: float
    rate: float
    cap: float
    start: float
    step: float
    within: Floats
    free: float


class State(NamedTuple):
    """Where a chain stands: ``logits`` (K by J), ``shares`` (K); derived from them ``chances`` (K by J by 2: 1 - lambda and
    lambda), ``given`` (K by P: g), ``seen`` (K: c), ``unseen`` (K: prod 1 - lambda), ``weights`` (K: phi / c), ``priors`` (K:
    log prior of each class's logits), ``totals`` (P: sum_k phi_k g_k), ``least`` (P: below which a total is added up anew),
    ``now`` (log likelihood, log prior of the shares, log probability of the cap).

    ``deep``: how many classes come before the deep ones, by how much the logs of their weights have changed, and these logs,
    before that change, of the largest and of the last of them.
    """

    logits: Floats
    shares: Floats
    chances: Floats
    given: Floats
    seen: Floats
    unseen: Floats
    weights: Floats
    priors: Floats
    totals: Floats
    least: Floats
    now: Floats
    deep: Floats


def new_state(logits: Floats, shares: Floats, patterns: int) -> State:
    """A state at these logits (K by J) and shares (K), of which it takes copies, with no class deep; `fill_classes` and
    `set_now` complete it.
    """
    classes, lists = logits.shape
    seen, unseen, weights, priors = np.empty((4, classes))
    totals, least = np.empty((2, patterns))
    chances, given = np.empty((classes, lists, 2)), np.empty((classes, patterns))
    now, deep = np.empty(3), np.array([classes, 0.0, 0.0, 0.0])
    return State(logits.copy(), shares.copy(), chances, given, seen, unseen, weights, priors, totals, least, now, deep)


@written_out
def set_chance(logit: float, chances: Floats) -> None:
    """1 - lambda and lambda of a logit, each without cancellation."""
    small = math.exp(-abs(logit))
    large = 1.0 / (1.0 + small)
    small *= large
    chances[0] = small if logit > 0 else large
    chances[1] = large if logit > 0 else small


@written_out
def column(chances: Floats, patterns: NDArray[np.int64], out: Floats) -> tuple[float, float, float]:
    """One class's g of every pattern (into ``out``), from its chances (J by 2); returns c, prod (1 - lambda), and the log prior
    of the logits: that lambda is uniform, sum log lambda (1 - lambda).
    """
    seen, unseen, prior, product = 0.0, 1.0, 0.0, 1.0
    for j in range(chances.shape[0]):
        missed, found = chances[j, 0], chances[j, 1]
        seen = found + missed * seen  # 1 - prod (1 - lambda) without cancellation
        unseen *= missed
        if product < _SMALL:
            prior, product = prior + math.log(product), 1.0
        product *= missed * found
    prior += math.log(product)
    scale = 1.0 / seen
    for p in range(out.shape[0]):
        out[p] = scale
    for j in range(chances.shape[0]):  # lists outside, patterns inside: so the compiler does several patterns at once
        missed, found = chances[j, 0], chances[j, 1]
        for p in range(out.shape[0]):
            out[p] *= found if patterns[j, p] else missed
    return seen, unseen, prior


@written_out
def add_up(shares: Floats, given: Floats, totals: Floats) -> None:
    """The probability of each pattern among the people seen (into ``totals``)."""
    for p in range(totals.shape[0]):
        totals[p] = 1e-300
    for k in range(shares.shape[0]):
        share = shares[k]
        for p in range(totals.shape[0]):
            totals[p] += share * given[k, p]


@written_out
def log_likelihood(totals: Floats, counts: Floats) -> float:
    """Of the patterns seen."""
    found = 0.0
    for p in range(counts.shape[0]):
        found += counts[p] * math.log(totals[p])
    return found


@written_out
def log_prior(
    weights: Floats, seen: Floats, shape: float, rate: float, near: int, shift: float, largest: float, last: float
) -> float:
    """Of the shares given the logits, up to a constant; -inf where other classes would be deep than those from ``near`` on.

    With w = phi / c and its sums from class k on, S_k = Z T_{k-1}, all but the term of alpha is - sum_k log(c_k S_k).
    ``shift``, ``largest`` and ``last`` are what `State.deep` says; of deep classes what does not change is left out.
    """
    classes = weights.shape[0]
    tail, product, logs, found = 0.0, 1.0, 0.0, -np.inf
    for k in range(near - 1, -1, -1):
        tail += weights[k]
        factor = seen[k] * tail
        if not _SMALL < factor < _LARGE:
            logs, factor = logs + math.log(factor), 1.0
        if not _SMALL < product < _LARGE:
            logs, product = logs + math.log(product), 1.0
        product *= factor
    if weights[near - 1] > DEEP * tail:
        under = shift - math.log(tail) if near < classes else -np.inf
        if not largest + under > _LOG_DEEP:
            log_last = last + under if near < classes else math.log(weights[classes - 1] / tail)
            found = -(shape + classes - 1) * math.log(rate - log_last) - (logs + math.log(product)) - (classes - near) * shift
    return found


@written_out
def missing_odds(weights: Floats, unseen: Floats) -> float:
    """How many people are missed for each one seen, in expectation: p0 / (1 - p0)."""
    odds = 0.0
    for k in range(weights.shape[0]):
        odds += weights[k] * unseen[k]
    return odds


@written_out
def log_within(odds: float, start: float, step: float, within: Floats, free: float) -> float:
    """The log probability that no more people than the cap were missed (0 where there is no cap)."""
    found = 0.0
    if not odds <= free:
        place = (-math.log1p(odds) - start) / step
        if not place > 0:
            found = -np.inf
        elif place < within.shape[0] - 1:
            left = int(place)
            part = place - left
            found = within[left] * (1 - part) + within[left + 1] * part
    return found


@inner
def set_now(state: State, data: Data) -> None:
    """What the state's logits and shares are worth, given that its classes are filled and its totals added up."""
    state.now[0] = log_likelihood(state.totals, data.counts)
    deep = state.deep
    state.now[1] = log_prior(state.weights, state.seen, data.shape, data.rate, int(deep[0]), deep[1], deep[2], deep[3])
    odds = missing_odds(state.weights, state.unseen)
    state.now[2] = log_within(odds, data.start, data.step, data.within, data.free)


@inner
def set_totals(state: State) -> None:
    """What follows from the shares and filled classes; shares come back adding up to one, as rounding would drift."""
    total = state.shares.sum()
    for k in range(state.shares.shape[0]):
        state.shares[k] /= total
        state.weights[k] = state.shares[k] / state.seen[k]
    add_up(state.shares, state.given, state.totals)
    for p in range(state.totals.shape[0]):
        state.least[p] = DIGITS * state.totals[p]


@inner
def fill_classes(state: State, data: Data) -> None:
    """Everything that follows from the logits alone."""
    for k in range(state.shares.shape[0]):
        chances = state.chances[k]
        for j in range(chances.shape[0]):
            set_chance(state.logits[k, j], chances[j])
        state.seen[k], state.unseen[k], state.priors[k] = column(chances, data.patterns, state.given[k])
