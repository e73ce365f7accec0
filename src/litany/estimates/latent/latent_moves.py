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
from numpy.typing import NDArray

from litany.estimates.latent.latent_compiled import inner
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
_FARTHEST_SHARE = 34.0  # logits of one share within two


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
    classes = state.shares.shape[0]
    for _ in range(steps):
        kind, drawn = 0, rng.random()
        while kind < BRANCH and drawn > _UP_TO[kind]:
            kind += 1
        k = int(rng.random() * (min(_FIRST, classes) if rng.random() < 0.4 else classes))
        if kind >= SWAP:
            if classes == 1:
                continue
            other = int(rng.random() * (classes - 1))
            other += other >= k
        else:
            other = k
        if kind == SWAP:
            _swap(rng, k, other, heat, state, data, room)
        else:
            _try(rng, kind, k, other, heat, state, data, room)


@inner
def _try(rng: np.random.Generator, kind: int, k: int, other: int, heat: float, state: State, data: Data, room: Room) -> None:
    ratio, moved, divided = 0.0, False, False
    if kind == SHARE:
        ratio, divided = _against_rest(rng, k, state, room)
        if not divided:
            return
    elif kind in (PASS, BRANCH):
        ratio, divided = _between(rng, kind, k, other, state, room)
        if not divided:
            return
    if kind not in (SHARE, PASS):
        ratio += _new_logits(rng, kind, k, other, heat, state, data, room)
        moved = True
        for j in range(room.logits.shape[0]):
            if not abs(room.logits[j]) <= FARTHEST:
                return
    _judge(rng, kind, k, ratio, moved, room.shares if divided else state.shares, heat, state, data, room)


@inner
def _judge(
    rng: np.random.Generator,
    kind: int,
    k: int,
    ratio: float,
    moved: bool,
    shares: Floats,
    heat: float,
    state: State,
    data: Data,
    room: Room,
) -> None:
    """Keep a prepared step or leave it."""
    old_seen, old_unseen, old_prior = state.seen[k], state.unseen[k], state.priors[k]
    if moved:
        found = column(room.logits, data.patterns, room.chances, room.given)
        state.seen[k], state.unseen[k], state.priors[k] = found
        room.before[:] = state.given[k]
        state.given[k] = room.given
        if kind != FRESH:  # a fresh class comes from the prior of its logits, which therefore cancels
            ratio += state.priors[k] - old_prior
    prior = log_prior(shares, state.seen, data.shape, data.rate)
    kept = prior > -np.inf
    if kept:
        within = log_within(missing_odds(shares, state.seen, state.unseen), data)
        kept = within > -np.inf
    if kept:
        likely = log_likelihood(shares, state.given, data.counts)
        gain = likely - state.now[0] + prior - state.now[1] + within - state.now[2]
        kept = math.log(1.0 - rng.random()) < heat * gain + ratio
    if kept:
        state.now[0], state.now[1], state.now[2] = likely, prior, within
        if moved:
            state.logits[k] = room.logits
        state.shares[:] = shares
    elif moved:
        state.given[k] = room.before
        state.seen[k], state.unseen[k], state.priors[k] = old_seen, old_unseen, old_prior


@inner
def _new_logits(
    rng: np.random.Generator, kind: int, k: int, other: int, heat: float, state: State, data: Data, room: Room
) -> float:
    """Propose logits for class k; returns the log ratio of the proposals, but for FRESH (see `_judge`)."""
    logits, lists, ratio = room.logits, room.logits.shape[0], 0.0
    logits[:] = state.logits[k]
    if kind == SHIFT:
        step = math.exp(-3.5 + 4.5 * rng.random()) * rng.standard_normal()
        for j in range(lists):
            logits[j] += step
    elif kind == ONE:
        scale = math.exp(-0.7 + 3.2 * rng.random()) * _spread(k, heat, state, data)
        logits[int(rng.random() * lists)] += scale * rng.standard_normal()
    elif kind == ALL:
        scale = math.exp(-1.5 + 2.5 * rng.random()) * _spread(k, heat, state, data)
        for j in range(lists):
            logits[j] += scale * rng.standard_normal()
    elif kind == FRESH:
        for j in range(lists):
            chance = rng.random()
            logits[j] = math.log((chance + 1e-300) / (1.0 - chance))
    else:  # near another class's
        scale = 0.3 if rng.random() < 0.5 else 1.2
        for j in range(lists):
            away, back = rng.standard_normal(), (state.logits[k, j] - state.logits[other, j]) / scale
            logits[j] = state.logits[other, j] + scale * away
            ratio += 0.5 * (away * away - back * back)
    return ratio


@inner
def _spread(k: int, heat: float, state: State, data: Data) -> float:
    """About how far a logit of class k can go: one over the root of its information."""
    return 1.0 / math.sqrt(0.3 + 0.2 * heat * data.people * state.shares[k])


@inner
def _against_rest(rng: np.random.Generator, k: int, state: State, room: Room) -> tuple[float, bool]:
    """Propose another share of class k, the others in proportion; returns the log ratio, and whether it can be tried."""
    classes, rest = state.shares.shape[0], 0.0
    for i in range(classes):
        if i != k:
            rest += state.shares[i]
    if not (rest > 1e-290 and state.shares[k] > 1e-290):
        return 0.0, False
    place = math.log(state.shares[k] / rest) + math.exp(-3.0 + 4.0 * rng.random()) * rng.standard_normal()
    if abs(place) > 600.0:
        return 0.0, False
    new, left = 1.0 / (1.0 + math.exp(-place)), 1.0 / (1.0 + math.exp(place))
    for i in range(classes):
        room.shares[i] = state.shares[i] * (left / rest)
    room.shares[k] = new
    return (classes - 1) * math.log(left / rest) + math.log(new / state.shares[k]), True


@inner
def _between(rng: np.random.Generator, kind: int, k: int, other: int, state: State, room: Room) -> tuple[float, bool]:
    """Propose how two classes divide what they have together; returns the log ratio, and whether it can be tried."""
    both = state.shares[k] + state.shares[other]
    if not (state.shares[k] > 1e-290 and state.shares[other] > 1e-290):
        return 0.0, False
    place = math.log(state.shares[k] / state.shares[other])
    if abs(place) > _FARTHEST_SHARE:
        return 0.0, False
    if kind == PASS:
        new = place + math.exp(-2.0 + 3.5 * rng.random()) * rng.standard_normal()
    else:
        if abs(place) > 8.0:
            return 0.0, False
        new = 16.0 * rng.random() - 8.0
    if abs(new) > _FARTHEST_SHARE:
        return 0.0, False
    room.shares[:] = state.shares
    room.shares[k] = both / (1.0 + math.exp(-new))
    room.shares[other] = both / (1.0 + math.exp(new))
    ratio = math.log(room.shares[k] / state.shares[k]) + math.log(room.shares[other] / state.shares[other])
    return ratio, True


@inner
def _swap(rng: np.random.Generator, k: int, other: int, heat: float, state: State, data: Data, room: Room) -> None:
    """Exchange the labels of two classes: only the order of the sticks changes."""
    _exchange(state.shares, k, other)
    _exchange(state.seen, k, other)
    prior = log_prior(state.shares, state.seen, data.shape, data.rate)
    if prior > -np.inf and math.log(1.0 - rng.random()) < heat * (prior - state.now[1]):
        state.now[1] = prior
        _exchange(state.unseen, k, other)
        _exchange(state.priors, k, other)
        room.logits[:] = state.logits[k]
        state.logits[k] = state.logits[other]
        state.logits[other] = room.logits
        room.given[:] = state.given[k]
        state.given[k] = state.given[other]
        state.given[other] = room.given
    else:
        _exchange(state.shares, k, other)
        _exchange(state.seen, k, other)


@inner
def _exchange(values: NDArray[np.float64], left: int, right: int) -> None:
    values[left], values[right] = values[right], values[left]
