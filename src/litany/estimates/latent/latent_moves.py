"""Which small steps does a chain try, and which does it keep?

Metropolis-Hastings steps on one or two classes at a time. The target at inverse temperature ``heat`` is

    (likelihood x prior of the shares x cap) ** heat x uniform lambda,

so that 0 gives all shares the same weight and 1 is the posterior; `latent_bridge` goes from one to the other. Scales that
depend on a share are used only where the step leaves the shares alone, so that steps are symmetric; where they are not, the log
ratio of the proposals is added. No step makes a class deep (`latent_state`) or brings one back: the Gibbs sweep does.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from litany.estimates.latent.latent_compiled import inner, written_out
from litany.estimates.latent.latent_state import (
    DIGITS,
    FARTHEST,
    Data,
    Floats,
    State,
    column,
    log_prior,
    log_within,
    missing_odds,
    set_chance,
)

# How often of 50 steps each kind is tried. Tried on Kosovo with one kind at a time left out or tripled: no change gained
# more than the noise of the measurement, and leaving out SWAP or COPY halved the effective draws a second.
SHIFT, ONE, ALL, SHARE, FRESH, SWAP, PASS, COPY, BRANCH = range(9)
_KINDS = np.repeat(np.arange(9), (8, 8, 5, 6, 3, 5, 5, 4, 6))
_FIRST = 5  # stick-breaking puts large classes first: these are tried more often
_FARTHEST_BRANCH = 8.0  # logit of one share within two, proposed by BRANCH
_MOST_SHARE, _MOST_BRANCH = math.exp(34.0), math.exp(_FARTHEST_BRANCH)  # of two shares, times the other


class Room(NamedTuple):
    """Where a step is prepared: the new class's logits (J), chances (J by 2) and g (P), the new weights (K) and totals (P), and
    by how much each total grows (P).
    """

    logits: Floats
    chances: Floats
    given: Floats
    weights: Floats
    totals: Floats
    growth: Floats
    bounds: Floats


def new_room(state: State) -> Room:
    """Room for steps on a state."""
    classes, lists = state.logits.shape
    given, totals, growth, bounds = np.empty((4, state.given.shape[1]))
    return Room(np.empty(lists), np.empty((lists, 2)), given, np.empty(classes), totals, growth, bounds)


@inner
def small_steps(rng: np.random.Generator, steps: int, heat: float, state: State, data: Data, room: Room) -> None:
    """Try so many steps at an inverse temperature above 0. The log likelihood in ``now`` is left as it was: see `set_now`."""
    # Arrays are taken out of the tuples once: each access by name counts references, and that cost as much as the step.
    logits, shares, chances, given, seen, unseen, weights, priors, totals, least, now, deep = state
    patterns, counts, people, shape, rate, _, start, step, within, free = data
    new_logits, new_chances, new_given, new_weights, new_totals, growth, bounds = room
    classes, lists = logits.shape
    near, shift, largest, last = int(deep[0]), deep[1], deep[2], deep[3]
    for _ in range(steps):
        drawn = _KINDS.shape[0] * rng.random()
        kind, k = _KINDS[int(drawn)], _chosen(drawn - int(drawn), near)  # what is behind the point is a uniform number again
        other, bar = k, -rng.standard_exponential()  # the log of a uniform number
        if kind >= SWAP:
            if near == 1:
                continue
            other = int(rng.random() * (near - 1))
            other += other >= k
        if kind == SWAP:  # the patterns are as probable as before
            _exchange(weights, k, other)
            _exchange(seen, k, other)
            prior = log_prior(weights, seen, shape, rate, near, shift, largest, last)
            if prior > -np.inf and bar < heat * (prior - now[1]):
                now[1] = prior
                _exchange(shares, k, other)
                _exchange(unseen, k, other)
                _exchange(priors, k, other)
                for j in range(lists):
                    logits[k, j], logits[other, j] = logits[other, j], logits[k, j]
                    for found in range(2):
                        chances[k, j, found], chances[other, j, found] = chances[other, j, found], chances[k, j, found]
                for p in range(totals.shape[0]):
                    given[k, p], given[other, p] = given[other, p], given[k, p]
            else:
                _exchange(weights, k, other)
                _exchange(seen, k, other)
            continue
        moved, ratio = kind not in (SHARE, PASS), 0.0
        mine, theirs, scale = shares[k], shares[other], 1.0  # the new shares of the two, and by what the others change
        if kind == SHARE:
            mine, scale, ratio = _against_rest(rng, k, shares)
            theirs = mine
        elif kind in (PASS, BRANCH):
            mine, theirs, ratio = _between(rng, kind, mine, theirs)
        if ratio == np.inf:  # cannot be tried
            continue
        row, old_seen, old_unseen, new_prior = given[k], seen[k], unseen[k], priors[k]
        if moved:
            ratio += _new_logits(rng, kind, k, other, 0.3 + 0.2 * heat * people * shares[k], logits, new_logits)
            if _too_far(new_logits):
                continue
            _new_chances(kind, new_logits, logits[k], chances[k], new_chances)
            row = new_given
            seen[k], unseen[k], new_prior = column(new_chances, patterns, row)
            if kind != FRESH:  # a fresh class comes from the prior of its logits, which therefore cancels
                ratio += new_prior - priors[k]
        for i in range(classes):
            new_weights[i] = scale * weights[i]
        new_weights[other] = theirs / seen[other]
        new_weights[k] = mine / seen[k]
        new_shift = shift + math.log(scale) if near < classes else 0.0
        under, prior = 0.0, log_prior(new_weights, seen, shape, rate, near, new_shift, largest, last)
        kept = prior > -np.inf
        if kept:
            under = log_within(missing_odds(new_weights, unseen), start, step, within, free)
            kept = under > -np.inf
        if kept:
            _new_totals(k, other, mine, theirs, scale, row, shares, given, totals, least, new_totals)
            needed = (bar - ratio) / heat - (prior - now[1]) - (under - now[2])
            kept = _gains(needed, counts, totals, new_totals, growth, bounds)
        if kept:
            now[1], now[2], shift = prior, under, new_shift
            for p in range(totals.shape[0]):
                totals[p] = new_totals[p]
                least[p] = max(least[p], DIGITS * new_totals[p])
            for i in range(classes):
                weights[i] = new_weights[i]
            if kind == SHARE:
                for i in range(classes):
                    shares[i] *= scale
            shares[other] = theirs
            shares[k] = mine
            if moved:
                priors[k] = new_prior
                for j in range(lists):
                    logits[k, j] = new_logits[j]
                    chances[k, j, 0], chances[k, j, 1] = new_chances[j, 0], new_chances[j, 1]
                for p in range(totals.shape[0]):
                    given[k, p] = row[p]
        else:
            seen[k], unseen[k] = old_seen, old_unseen
    deep[1] = shift


@written_out
def _chosen(drawn: float, classes: int) -> int:
    """A class, by a uniform number: two times of five one of the first, else any."""
    first = drawn < 0.4
    among = min(_FIRST, classes) if first else classes
    return min(int((drawn / 0.4 if first else (drawn - 0.4) / 0.6) * among), among - 1)


@written_out
def _new_totals(
    k: int,
    other: int,
    mine: float,
    theirs: float,
    scale: float,
    row: Floats,
    shares: Floats,
    given: Floats,
    totals: Floats,
    least: Floats,
    new: Floats,
) -> None:
    """Totals after a step, by the one or two classes that changed; all classes are added up anew where too many digits of a
    total would be lost. ``row`` is the new g of class k.
    """
    less, more, lost = scale * shares[k], 0.0 if other == k else theirs - shares[other], False
    for p in range(totals.shape[0]):
        new[p] = scale * totals[p] + (mine * row[p] - less * given[k, p]) + more * given[other, p]
    for p in range(totals.shape[0]):
        lost |= not new[p] >= least[p]
    if lost:
        for p in range(totals.shape[0]):
            new[p] = 1e-300 + mine * row[p]
        for i in range(shares.shape[0]):
            share = theirs if i == other else scale * shares[i]
            if i != k:
                for p in range(totals.shape[0]):
                    new[p] += share * given[i, p]


@written_out
def _gains(needed: float, counts: Floats, totals: Floats, new: Floats, growth: Floats, bounds: Floats) -> bool:
    """Does the log likelihood, sum n log r with r = new / old, gain more than is needed?

    Mostly bounds without logs tell: log r is at most (r - 1) (r + 5) / (4 r + 2), which is 0 like it at r = 1 and whose slope
    less 1/r is (r - 1)**3 over what is positive; so, log r being -log 1/r, it is at least (r - 1) (5 r + 1) / (r (2 r + 4)).
    """
    for p in range(counts.shape[0]):  # and then the sum, so that the compiler makes several at once
        r = new[p] / totals[p]
        growth[p], bounds[p] = r, counts[p] * ((r - 1.0) * (r + 5.0) / (4.0 * r + 2.0))
    kept = False
    if not bounds.sum() <= needed:
        for p in range(counts.shape[0]):
            r = growth[p]
            bounds[p] = counts[p] * ((r - 1.0) * (5.0 * r + 1.0) / (r * (2.0 * r + 4.0)))
        found: float = bounds.sum()
        if not found > needed:
            found = 0.0
            for p in range(counts.shape[0]):
                found += counts[p] * math.log(growth[p])
        kept = found > needed
    return kept


@written_out
def _too_far(logits: Floats) -> bool:
    far = False
    for j in range(logits.shape[0]):
        far |= not abs(logits[j]) <= FARTHEST
    return far


@written_out
def _new_chances(kind: int, new_logits: Floats, logits: Floats, chances: Floats, new: Floats) -> None:
    """Chances at new logits, with no more exponentials than are needed; what rounding adds up to, `fill_classes` clears."""
    if kind == SHIFT:
        times = math.exp(new_logits[0] - logits[0])
        for j in range(logits.shape[0]):
            missed, found = chances[j, 0], times * chances[j, 1]
            new[j, 0], new[j, 1] = missed / (missed + found), found / (missed + found)
    else:
        for j in range(logits.shape[0]):
            if new_logits[j] == logits[j]:
                new[j, 0], new[j, 1] = chances[j, 0], chances[j, 1]
            else:
                set_chance(new_logits[j], new[j])


@written_out
def _new_logits(rng: np.random.Generator, kind: int, k: int, other: int, told: float, logits: Floats, new: Floats) -> float:
    """Propose logits for class k; returns the log ratio of the proposals, but for FRESH (see `small_steps`). ``told`` is about
    the information of a logit: one over its root is how far it can go.
    """
    lists, ratio = logits.shape[1], 0.0
    for j in range(lists):
        new[j] = logits[k, j]
    if kind == SHIFT:
        step = math.exp(-3.5 + 4.5 * rng.random()) * rng.standard_normal()
        for j in range(lists):
            new[j] += step
    elif kind == ONE:
        scale = math.exp(-0.7 + 3.2 * rng.random()) / math.sqrt(told)
        new[int(rng.random() * lists)] += scale * rng.standard_normal()
    elif kind == ALL:
        scale = math.exp(-1.5 + 2.5 * rng.random()) / math.sqrt(told)
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
def _against_rest(rng: np.random.Generator, k: int, shares: Floats) -> tuple[float, float, float]:
    """Propose another share of class k, the others in proportion; returns it, by what the others change, and the log ratio, inf
    where it cannot be tried.
    """
    classes, rest, mine, scale, ratio = shares.shape[0], 0.0, 0.0, 0.0, np.inf
    for i in range(classes):
        if i != k:
            rest += shares[i]
    if rest > 1e-290 and shares[k] > 1e-290:
        place = math.log(shares[k] / rest) + math.exp(-3.0 + 4.0 * rng.random()) * rng.standard_normal()
        if abs(place) <= 600.0:
            mine, scale = 1.0 / (1.0 + math.exp(-place)), 1.0 / (1.0 + math.exp(place)) / rest
            ratio = (classes - 1) * math.log(scale) + math.log(mine / shares[k])
    return mine, scale, ratio


@written_out
def _between(rng: np.random.Generator, kind: int, mine: float, theirs: float) -> tuple[float, float, float]:
    """Propose how two classes divide what they have together; returns it and the log ratio, inf where it cannot be tried."""
    ratio, most = np.inf, _MOST_BRANCH if kind == BRANCH else _MOST_SHARE
    if mine > 1e-290 and theirs > 1e-290 and mine <= most * theirs and theirs <= most * mine:
        if kind == BRANCH:
            times = math.exp(_FARTHEST_BRANCH * (2.0 * rng.random() - 1.0))
        else:
            times = theirs / mine * math.exp(math.exp(-2.0 + 3.5 * rng.random()) * rng.standard_normal())
        if most * times >= 1.0 and times <= most:
            new = (mine + theirs) / (1.0 + times)
            ratio = math.log(new / mine * (new * times / theirs))
            mine, theirs = new, new * times
    return mine, theirs, ratio


@written_out
def _exchange(values: Floats, left: int, right: int) -> None:
    values[left], values[right] = values[right], values[left]
