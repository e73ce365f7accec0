"""How does a chain draw everything anew, given who belongs to which class?

One sweep of the sampler of Manrique-Vallier (2016), on the state of `latent_state`: it draws the number missed (below the
cap), the classes of people (as counts of each pattern, so that the cost does not grow with the number of people), lambda,
alpha, and the sticks, and comes back to shares. alpha is drawn given the classes of people, not the sticks: given these it
would need a thousand sweeps to go from 0.1 to 0.000001, where a tenth of a small table's posterior may be. Alone the sweep
needs some 600 times for one effective draw on Kosovo's lists; between small steps it moves all sticks at once, which these
do not.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litany.estimates.latent.latent_compiled import inner, maker, written_out
from litany.estimates.latent.latent_state import (
    DEEP,
    FARTHEST,
    Data,
    Floats,
    State,
    fill_classes,
    missing_odds,
    set_now,
    set_totals,
)

_TRIES = 10_000  # of drawing a number missed below the cap; where none is, the state is left as it is
_LOG_DEEP = math.log(DEEP)
_LEAST_ALPHA = -600.0  # its log: e-150 of the usual prior is below, and e-6 of one of the least shape
_WIDTH = 2.0  # of the slice of log alpha


class Desk(NamedTuple):
    """Room for a sweep: people by class (K; seen, missed), captures by class and list (K by J), log pi (K), people of a class
    and of later ones (K), classes in an order (K).
    """

    seen: Floats
    missed: Floats
    captures: Floats
    sticks: Floats
    people: Floats
    order: NDArray[np.int64]


def new_desk(state: State) -> Desk:
    """Room for sweeps on a state."""
    classes, lists = state.logits.shape
    seen, missed, sticks, people = np.empty((4, classes))
    return Desk(seen, missed, np.empty((classes, lists)), sticks, people, np.empty(classes, np.int64))


@maker
def gibbs_sweep(rng: np.random.Generator, state: State, data: Data, desk: Desk) -> None:
    """One sweep; the state comes back filled."""
    odds, classes = missing_odds(state.weights, state.unseen), state.shares.shape[0]
    missed = _missed(rng, odds, data.people, data.cap)
    if missed < 0:
        return
    alpha = rng.gamma(data.shape + classes - 1) / (data.rate - _log_last(state))
    _largest_first(state.shares, desk.order)  # what is left is soon nobody
    _classify_seen(rng, state, data, desk)
    _classify_missed(rng, missed, odds, state, desk)
    _draw_logits(rng, state, desk)
    for k in range(classes - 1, -1, -1):
        desk.people[k] = desk.seen[k] + desk.missed[k] + (desk.people[k + 1] if k + 1 < classes else 0.0)
    log_alpha = _draw_log_alpha(rng, math.log(alpha), desk.people, data.shape, data.rate) if classes > 1 else 0.0
    _draw_sticks(rng, math.exp(log_alpha), desk)
    _fill_shares(state, desk, data)


@inner
def _log_last(state: State) -> float:
    """log pi_K."""
    found: float = state.deep[3] + state.deep[1]
    if int(state.deep[0]) == state.weights.shape[0]:
        found = math.log(state.weights[-1])
    return found - math.log(state.weights.sum())


@inner
def _log_of_alpha(log_alpha: float, people: Floats, shape: float, rate: float) -> float:
    """The log density of log alpha given the classes of people, sticks integrated out. ``people`` of a class and later ones.

    A stick with n people and m behind it adds alpha B(1 + n, alpha + m); the product of all telescopes.
    """
    alpha, found, product = math.exp(log_alpha), 0.0, 1.0
    for k in range(people.shape[0] - 1):
        product *= alpha / (alpha + people[k])
        if product < 1e-100:
            found, product = found + math.log(product), 1.0
    found += math.log(product) + math.lgamma(alpha + people[-1]) - math.lgamma(alpha + people[0])
    return found + shape * log_alpha - rate * alpha


@inner
def _draw_log_alpha(rng: np.random.Generator, old: float, people: Floats, shape: float, rate: float) -> float:
    """A step by slice (Neal 2003, Annals of Statistics 31:705-767): stepping out, then shrinking."""
    bar = _log_of_alpha(old, people, shape, rate) - rng.standard_exponential()
    low = old - _WIDTH * rng.random()
    high = low + _WIDTH
    while low > _LEAST_ALPHA and _log_of_alpha(low, people, shape, rate) > bar:
        low -= _WIDTH
    while _log_of_alpha(high, people, shape, rate) > bar:
        high += _WIDTH
    low = max(low, _LEAST_ALPHA)
    new = low + (high - low) * rng.random()
    while not _log_of_alpha(new, people, shape, rate) > bar and high - low > 1e-9:
        if new < old:
            low = new
        else:
            high = new
        new = low + (high - low) * rng.random()
    return new


@inner
def _largest_first(shares: Floats, order: NDArray[np.int64]) -> None:
    for k in range(order.shape[0]):
        at = k
        while at and shares[order[at - 1]] < shares[k]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = k


@maker
def _missed(rng: np.random.Generator, odds: float, people: float, cap: float) -> int:
    """How many were missed: negative binomial (a Poisson of a gamma), drawn again while above the cap; -1 if never below."""
    for _ in range(_TRIES):
        mean = rng.gamma(people) * odds
        if mean < 1e17:
            missed = rng.poisson(mean)
            if missed <= cap:
                return int(missed)
    return -1


@written_out
def _share_out(rng: np.random.Generator, left: int, weight: float, rest: float, final: bool) -> int:
    """How many of those left fall to a class with this weight of the rest."""
    if final or weight >= rest:
        return left
    part = weight / rest
    return 0 if part * left < 1e-12 else int(rng.binomial(left, part))


@inner
def _classify_seen(rng: np.random.Generator, state: State, data: Data, desk: Desk) -> None:
    classes, lists = state.logits.shape
    desk.seen[:] = 0.0
    desk.captures[:] = 0.0
    for p in range(data.counts.shape[0]):
        rest, left = state.totals[p], int(data.counts[p])
        for i in range(classes):
            if left == 0:
                break
            k = desk.order[i]
            weight = state.shares[k] * state.given[k, p]
            found = _share_out(rng, left, weight, rest, i == classes - 1)
            rest = max(rest - weight, 1e-300)
            left -= found
            desk.seen[k] += found
            for j in range(lists):
                if data.patterns[j, p] == 1:
                    desk.captures[k, j] += found


@inner
def _classify_missed(rng: np.random.Generator, missed: int, odds: float, state: State, desk: Desk) -> None:
    classes, left, rest = state.shares.shape[0], missed, odds
    desk.missed[:] = 0.0
    for i in range(classes):
        if left == 0:
            break
        k = desk.order[i]
        weight = state.weights[k] * state.unseen[k]
        found = _share_out(rng, left, weight, rest, i == classes - 1)
        rest = max(rest - weight, 1e-300)
        left -= found
        desk.missed[k] = found


@inner
def _draw_logits(rng: np.random.Generator, state: State, desk: Desk) -> None:
    """lambda ~ Beta(1 + caught, 1 + not caught), as the log ratio of two gammas."""
    for k in range(state.logits.shape[0]):
        people = desk.seen[k] + desk.missed[k]
        for j in range(state.logits.shape[1]):
            if people == 0.0:
                chance = rng.random()
                logit = math.log((chance + 1e-300) / (1.0 - chance))
            else:
                caught = desk.captures[k, j]
                logit = math.log(rng.gamma(1.0 + caught) / rng.gamma(1.0 + people - caught))
            state.logits[k, j] = min(max(logit, -FARTHEST), FARTHEST)


@written_out
def _log_gamma_draw(rng: np.random.Generator, shape: float) -> float:
    """The log of a gamma draw; small shapes by Stuart's theorem, as the draw itself would be below the smallest number."""
    if shape < 1.0:
        return math.log(rng.gamma(shape + 1.0)) + math.log(1.0 - rng.random()) / shape
    return math.log(rng.gamma(shape))


@inner
def _draw_sticks(rng: np.random.Generator, alpha: float, desk: Desk) -> None:
    """Log pi from V_k ~ Beta(1 + people of k, alpha + people of later classes)."""
    last, log_left = desk.sticks.shape[0] - 1, 0.0
    for k in range(last):
        later = desk.people[k + 1]
        taken, kept = _log_gamma_draw(rng, 1.0 + desk.people[k] - later), _log_gamma_draw(rng, alpha + later)
        both = max(taken, kept)
        both += math.log(math.exp(taken - both) + math.exp(kept - both))
        desk.sticks[k] = log_left + taken - both
        log_left += kept - both
    desk.sticks[last] = log_left


@inner
def _fill_shares(state: State, desk: Desk, data: Data) -> None:
    """Shares from log pi and the state's logits, and everything that follows."""
    fill_classes(state, data)
    sticks, near, highest, deepest, last = desk.sticks, 0, -np.inf, -np.inf, desk.sticks[-1]
    for k in range(sticks.shape[0]):
        near = k + 1 if sticks[k] > _LOG_DEEP else near
    for k in range(near, sticks.shape[0]):
        deepest = max(deepest, sticks[k])
    for k in range(near):
        sticks[k] += math.log(state.seen[k])
        highest = max(highest, sticks[k])
    for k in range(sticks.shape[0]):
        state.shares[k] = math.exp(sticks[k] - highest) if k < near else 0.0
    set_totals(state)
    total = math.log(state.weights.sum())
    state.deep[0], state.deep[1], state.deep[2], state.deep[3] = near, 0.0, total + deepest, total + last
    set_now(state, data)
