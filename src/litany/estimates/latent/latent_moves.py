"""Which small steps does a chain try, and which does it keep?

Metropolis-Hastings steps on one or two classes at a time. The target at inverse temperature ``heat`` is

    (likelihood x prior of the shares x cap) ** heat x uniform lambda,

so that 0 gives all shares the same weight and 1 is the posterior; `latent_bridge` goes from one to the other. Scales that
depend on a share are used only where the step leaves the shares alone, so that steps are symmetric; where they are not, the log
ratio of the proposals is added.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from litany.estimates.latent.latent_compiled import inner, written_out
from litany.estimates.latent.latent_state import (
    FARTHEST,
    Data,
    Floats,
    State,
    column,
    log_likelihood,
    log_prior,
    log_within,
    missing_odds,
)

# How often each kind of step is tried, added up. Tried on Kosovo with one kind at a time left out or tripled: no change gained
# more than the noise of the measurement, and leaving out SWAP or COPY halved the effective draws a second.
SHIFT, ONE, ALL, SHARE, FRESH, SWAP, PASS, COPY, BRANCH = range(9)
_UP_TO = (0.16, 0.32, 0.42, 0.54, 0.60, 0.70, 0.80, 0.88, 1.0)
_FIRST = 5  # stick-breaking puts large classes first: these are tried more often
_FARTHEST_SHARE, _FARTHEST_BRANCH = 34.0, 8.0  # logits of one share within two


class Room(NamedTuple):
    """Where a step is prepared: the new class's logits (J), its g (P), the old g (P), the new shares (K), chances (J by 2)."""

    logits: Floats
    given: Floats
    before: Floats
    shares: Floats
    chances: Floats


def new_room(state: State) -> Room:
    """Room for steps on a state."""
    classes, lists = state.logits.shape
    patterns = state.given.shape[1]
    return Room(np.empty(lists), np.empty(patterns), np.empty(patterns), np.empty(classes), np.empty((lists, 2)))


@inner
def small_steps(rng: np.random.Generator, steps: int, heat: float, state: State, data: Data, room: Room) -> None:
    """Try so many steps."""
    # Arrays are taken out of the tuples once: each access by name counts references, and that cost as much as the step.
    logits, shares, given, seen, unseen, priors, now = state
    patterns, counts, people, shape, rate, _, start, step, within = data
    new_logits, new_given, old_given, new_shares, chances = room
    classes, lists = logits.shape
    for _ in range(steps):
        kind, drawn = 0, rng.random()
        while kind < BRANCH and drawn > _UP_TO[kind]:
            kind += 1
        k = int(rng.random() * (min(_FIRST, classes) if rng.random() < 0.4 else classes))
        other, ratio, moved, divided = k, 0.0, kind not in (SHARE, PASS), kind in (SHARE, PASS, BRANCH)
        if kind >= SWAP:
            if classes == 1:
                continue
            other = int(rng.random() * (classes - 1))
            other += other >= k
        if kind == SWAP:
            _exchange(shares, k, other)
            _exchange(seen, k, other)
            prior = log_prior(shares, seen, shape, rate)
            if prior > -np.inf and math.log(1.0 - rng.random()) < heat * (prior - now[1]):
                now[1] = prior
                _exchange(unseen, k, other)
                _exchange(priors, k, other)
                _exchange_rows(logits, k, other)
                _exchange_rows(given, k, other)
            else:
                _exchange(shares, k, other)
                _exchange(seen, k, other)
            continue
        if divided:
            ratio = (
                _against_rest(rng, k, shares, new_shares)
                if kind == SHARE
                else _between(rng, kind, k, other, shares, new_shares)
            )
            if ratio == np.inf:  # cannot be tried
                continue
        tried = new_shares if divided else shares
        if moved:
            spread = 1.0 / math.sqrt(0.3 + 0.2 * heat * people * shares[k])
            ratio += _new_logits(rng, kind, k, other, spread, logits, new_logits)
            far = False
            for j in range(lists):
                far = far or not abs(new_logits[j]) <= FARTHEST
            if far:
                continue
            old_seen, old_unseen, old_prior = seen[k], unseen[k], priors[k]
            seen[k], unseen[k], priors[k] = column(new_logits, patterns, chances, new_given)
            for p in range(counts.shape[0]):
                old_given[p], given[k, p] = given[k, p], new_given[p]
            if kind != FRESH:  # a fresh class comes from the prior of its logits, which therefore cancels
                ratio += priors[k] - old_prior
        likely, under = 0.0, 0.0
        prior = log_prior(tried, seen, shape, rate)
        kept = prior > -np.inf
        if kept:
            under = log_within(missing_odds(tried, seen, unseen), start, step, within)
            kept = under > -np.inf
        if kept:
            likely = log_likelihood(tried, given, counts)
            gain = likely - now[0] + prior - now[1] + under - now[2]
            kept = math.log(1.0 - rng.random()) < heat * gain + ratio
        if kept:
            now[0], now[1], now[2] = likely, prior, under
            if moved:
                for j in range(lists):
                    logits[k, j] = new_logits[j]
            if divided:
                for i in range(classes):
                    shares[i] = new_shares[i]
        elif moved:
            seen[k], unseen[k], priors[k] = old_seen, old_unseen, old_prior
            for p in range(counts.shape[0]):
                given[k, p] = old_given[p]


@written_out
def _new_logits(rng: np.random.Generator, kind: int, k: int, other: int, spread: float, logits: Floats, new: Floats) -> float:
    """Propose logits for class k; returns the log ratio of the proposals, but for FRESH (see `small_steps`). ``spread`` is
    about how far a logit can go: one over the root of its information.
    """
    lists, ratio = logits.shape[1], 0.0
    for j in range(lists):
        new[j] = logits[k, j]
    if kind == SHIFT:
        step = math.exp(-3.5 + 4.5 * rng.random()) * rng.standard_normal()
        for j in range(lists):
            new[j] += step
    elif kind == ONE:
        scale = math.exp(-0.7 + 3.2 * rng.random()) * spread
        new[int(rng.random() * lists)] += scale * rng.standard_normal()
    elif kind == ALL:
        scale = math.exp(-1.5 + 2.5 * rng.random()) * spread
        for j in range(lists):
            new[j] += scale * rng.standard_normal()
    elif kind == FRESH:
        for j in range(lists):
            chance = rng.random()
            new[j] = math.log((chance + 1e-300) / (1.0 - chance))
    else:  # near another class's
        scale = 0.3 if rng.random() < 0.5 else 1.2
        for j in range(lists):
            away, back = rng.standard_normal(), (logits[k, j] - logits[other, j]) / scale
            new[j] = logits[other, j] + scale * away
            ratio += 0.5 * (away * away - back * back)
    return ratio


@written_out
def _against_rest(rng: np.random.Generator, k: int, shares: Floats, new: Floats) -> float:
    """Propose another share of class k, the others in proportion; returns the log ratio, inf where it cannot be tried."""
    classes, rest, ratio = shares.shape[0], 0.0, np.inf
    for i in range(classes):
        if i != k:
            rest += shares[i]
    if rest > 1e-290 and shares[k] > 1e-290:
        place = math.log(shares[k] / rest) + math.exp(-3.0 + 4.0 * rng.random()) * rng.standard_normal()
        if abs(place) <= 600.0:
            mine, left = 1.0 / (1.0 + math.exp(-place)), 1.0 / (1.0 + math.exp(place))
            for i in range(classes):
                new[i] = shares[i] * (left / rest)
            new[k] = mine
            ratio = (classes - 1) * math.log(left / rest) + math.log(mine / shares[k])
    return ratio


@written_out
def _between(rng: np.random.Generator, kind: int, k: int, other: int, shares: Floats, new: Floats) -> float:
    """Propose how two classes divide what they have together; returns the log ratio, inf where it cannot be tried."""
    both, ratio = shares[k] + shares[other], np.inf
    if shares[k] > 1e-290 and shares[other] > 1e-290:
        place = math.log(shares[k] / shares[other])
        farthest = _FARTHEST_BRANCH if kind == BRANCH else _FARTHEST_SHARE
        if kind == BRANCH:
            there = 2.0 * farthest * rng.random() - farthest
        else:
            there = place + math.exp(-2.0 + 3.5 * rng.random()) * rng.standard_normal()
        if abs(place) <= farthest and abs(there) <= farthest:
            for i in range(shares.shape[0]):
                new[i] = shares[i]
            new[k], new[other] = both / (1.0 + math.exp(-there)), both / (1.0 + math.exp(there))
            ratio = math.log(new[k] / shares[k]) + math.log(new[other] / shares[other])
    return ratio


@written_out
def _exchange(values: Floats, left: int, right: int) -> None:
    values[left], values[right] = values[right], values[left]


@written_out
def _exchange_rows(values: Floats, left: int, right: int) -> None:
    for place in range(values.shape[1]):
        values[left, place], values[right, place] = values[right, place], values[left, place]
