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
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litany.estimates.latent.latent_compiled import inner, written_out

Floats = NDArray[np.float64]
FARTHEST = 40.0  # logits lie within this: prior mass of e-40 a list is lost
_SMALL = 1e-150  # products are turned into logs before they fall below the smallest number


class Data(NamedTuple):
    """What is given: ``patterns`` (P by J, 0 or 1), ``counts`` (P), ``people``, the prior's ``shape`` and ``rate``, the most
    people that can have been missed (``cap``), and the log probability that no more were missed, on a grid of log(1 - p0)
    from ``start`` in steps of ``step`` (``within``; empty where there is no cap).
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


class State(NamedTuple):
    """Where a chain stands: ``logits`` (K by J), ``shares`` (K); derived from them ``given`` (K + 1 by P: g, and a row to work
    in), ``seen`` (c), ``unseen`` (prod 1 - lambda), ``priors`` (log prior of each class's logits), ``now`` (log likelihood,
    log prior of the shares, log probability of the cap).
    """

    logits: Floats
    shares: Floats
    given: Floats
    seen: Floats
    unseen: Floats
    priors: Floats
    now: Floats


def new_state(logits: Floats, shares: Floats, patterns: int) -> State:
    """A state at these logits (K by J) and shares (K), of which it takes copies; `fill` completes it."""
    classes = len(shares)
    seen, unseen, priors = np.empty((3, classes))
    return State(logits.copy(), shares.copy(), np.empty((classes + 1, patterns)), seen, unseen, priors, np.empty(3))


@written_out
def column(logits: Floats, patterns: NDArray[np.int64], chances: Floats, out: Floats) -> tuple[float, float, float]:
    """One class's g of every pattern (into ``out``); returns c, prod (1 - lambda), and the log prior of the logits.

    ``chances`` (J by 2) is room to work in.
    """
    seen, unseen, prior = 0.0, 1.0, 0.0
    for j in range(logits.shape[0]):
        small = math.exp(-abs(logits[j]))
        large = 1.0 / (1.0 + small)
        prior += -abs(logits[j]) - 2.0 * math.log1p(small)
        small *= large
        found = large if logits[j] > 0 else small
        missed = small if logits[j] > 0 else large
        chances[j, 0], chances[j, 1] = missed, found
        seen = found + missed * seen  # 1 - prod (1 - lambda) without cancellation
        unseen *= missed
    scale = 1.0 / seen
    for p in range(patterns.shape[0]):
        value = scale
        for j in range(logits.shape[0]):
            value *= chances[j, patterns[p, j]]
        out[p] = value
    return seen, unseen, prior


@written_out
def log_likelihood(shares: Floats, given: Floats, counts: Floats) -> float:
    """Of the patterns seen; works in the last row of ``given``."""
    total = given[shares.shape[0]]
    for p in range(counts.shape[0]):
        total[p] = 1e-300
    for k in range(shares.shape[0]):
        share = shares[k]
        for p in range(counts.shape[0]):
            total[p] += share * given[k, p]
    found: float = 0.0
    for p in range(counts.shape[0]):
        found += counts[p] * math.log(total[p])
    return found


@written_out
def log_prior(shares: Floats, seen: Floats, shape: float, rate: float) -> float:
    """Of the shares given the logits, up to a constant; -inf where the last class's pi is beyond the reach of floats."""
    classes = shares.shape[0]
    total, found = 0.0, -np.inf
    for k in range(classes):
        total += shares[k] / seen[k]
    last = shares[classes - 1] / (seen[classes - 1] * total)
    if last > 1e-290:
        found = -(shape + classes - 1) * math.log(rate - math.log(last)) - classes * math.log(total)
        product, tail = 1.0, 0.0
        for k in range(classes - 1, 0, -1):
            tail += shares[k] / (seen[k] * total)
            if product < _SMALL:
                found, product = found - math.log(product), 1.0
            if tail < _SMALL:
                found -= math.log(tail)
            else:
                product *= tail
        for k in range(classes):
            if product < _SMALL:
                found, product = found - math.log(product), 1.0
            product *= seen[k]
        found -= math.log(product)
    return found


@written_out
def missing_odds(shares: Floats, seen: Floats, unseen: Floats) -> float:
    """How many people are missed for each one seen, in expectation: p0 / (1 - p0)."""
    odds = 0.0
    for k in range(shares.shape[0]):
        odds += shares[k] * unseen[k] / seen[k]
    return odds


@written_out
def log_within(odds: float, start: float, step: float, within: Floats) -> float:
    """The log probability that no more people than the cap were missed (0 where there is no cap)."""
    found = 0.0
    if within.shape[0] > 0:
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
    """What the state's logits and shares are worth, given that its classes are filled."""
    state.now[0] = log_likelihood(state.shares, state.given, data.counts)
    state.now[1] = log_prior(state.shares, state.seen, data.shape, data.rate)
    state.now[2] = log_within(missing_odds(state.shares, state.seen, state.unseen), data.start, data.step, data.within)


@inner
def fill_classes(state: State, data: Data, chances: Floats) -> None:
    """Everything that follows from the logits."""
    for k in range(state.shares.shape[0]):
        found = column(state.logits[k], data.patterns, chances, state.given[k])
        state.seen[k], state.unseen[k], state.priors[k] = found
