"""In which ways do people come to be in lists? Each a function from parameters to the chances of all patterns.

Parameters are logits, logarithms or plain numbers on the whole line, so that the oracle of `bench.populations` can move them.
Lists stand in the convention of captures: the first list is the highest bit of a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import expit, logit, roots_hermitenorm, roots_jacobi

from litany.estimates.captures import patterns_of

Floats = NDArray[np.float64]
Random = np.random.Generator
LOW, HIGH = 0.05, 0.45  # of the people within reach, that a list finds
BEYOND = "beyond reach"


class Mechanism(Struct, frozen=True, eq=False):
    """``chances`` of all 2**J patterns (by mask) from parameters and J; ``draw`` makes parameters at random for J lists, of
    which there are at ``least`` so many.
    """

    name: str
    words: str
    draw: Callable[[Random, int], Floats]
    chances: Callable[[Floats, int], Floats]
    least: int = 3


@cache
def _shown(lists: int) -> Floats:
    return patterns_of(np.arange(2**lists), lists).astype(np.float64)


def _mixed(shares: Floats, rates: Floats) -> Floats:
    """Patterns of people of K kinds (``shares``), whom lists find independently at ``rates`` (K by J)."""
    shown = _shown(rates.shape[1])
    rates = np.clip(rates, 1e-12, 1 - 1e-12)
    logs = np.log(rates) @ shown.T + np.log1p(-rates) @ (1 - shown).T
    chances: Floats = shares @ np.exp(logs)
    return chances


def _rates(random: Random, lists: int, low: float = LOW, high: float = HIGH) -> Floats:
    """Logits of rates, even in logarithms."""
    drawn: Floats = logit(np.exp(random.uniform(np.log(low), np.log(high), lists)))
    return drawn


def _odds(random: Random, sign: float) -> float:
    """The log of an odds ratio from 2 to 8, or of one over it."""
    return sign * float(random.uniform(np.log(2), np.log(8)))


def _either(random: Random) -> float:
    return _odds(random, float(random.choice([-1.0, 1.0])))


def _tied(chances: Floats, lists: int, tied: tuple[tuple[int, ...], ...], strength: Floats) -> Floats:
    """The same with odds of being in all lists of each set multiplied by exp(strength)."""
    shown = _shown(lists)
    raised = chances * np.exp(
        sum(one * shown[:, list(places)].prod(axis=1) for places, one in zip(tied, strength, strict=True))
    )
    return np.asarray(raised / raised.sum())


def _independent(at: Floats, lists: int) -> Floats:
    return _mixed(np.ones(1), expit(at[None, :lists]))


def _pair(at: Floats, lists: int) -> Floats:
    return _tied(_independent(at, lists), lists, ((0, 1),), at[lists:])


def _two_pairs(at: Floats, lists: int) -> Floats:
    return _tied(_independent(at, lists), lists, ((0, 1), (lists - 2, lists - 1)), at[lists:])


def _three_way(at: Floats, lists: int) -> Floats:
    return _tied(_independent(at, lists), lists, ((0, 1), (0, 2), (1, 2), (0, 1, 2)), at[lists:])


def _chain(at: Floats, lists: int) -> Floats:
    """Each list gets a share of what the list before it has, beside what it finds."""
    own, passed = expit(at[:lists]), expit(at[lists:])
    shown = _shown(lists)
    chances: Floats = np.where(shown[:, 0] > 0, own[0], 1 - own[0])
    for place in range(1, lists):
        rate = own[place] + (1 - own[place]) * passed[place - 1] * shown[:, place - 1]
        chances = chances * np.where(shown[:, place] > 0, rate, 1 - rate)
    return chances


def _copies(at: Floats, lists: int) -> Floats:
    """The last list copies a share of the people of the first two together, beside what it finds."""
    own, share = expit(at[:lists]), expit(at[lists])
    shown = _shown(lists)
    rate = own[-1] + (1 - own[-1]) * share * shown[:, :2].max(axis=1)
    others = np.where(shown[:, :-1] > 0, own[:-1], 1 - own[:-1]).prod(axis=1)
    return np.asarray(others * np.where(shown[:, -1] > 0, rate, 1 - rate))


def _rasch(at: Floats, lists: int) -> Floats:
    """People differ by a normal amount in their logits, alike for all lists; the last parameter is the log of its sd."""
    nodes, weights = _normal()
    return _mixed(weights, expit(at[None, :lists] + np.exp(at[lists]) * nodes[:, None]))


@cache
def _normal() -> tuple[Floats, Floats]:
    nodes, weights = roots_hermitenorm(60)
    return nodes, weights / weights.sum()


def _rasch_pair(at: Floats, lists: int) -> Floats:
    """The same, and two lists depend on each other for each person."""
    nodes, weights = _normal()
    rates = expit(at[None, :lists] + np.exp(at[lists]) * nodes[:, None])
    each = [_tied(_mixed(np.ones(1), row[None]), lists, ((0, 1),), at[lists + 1 :]) for row in rates]
    return np.asarray(weights @ np.array(each))


def _beta(at: Floats, lists: int) -> Floats:
    """People differ by a factor that is Beta distributed (log a, log b), alike for all lists."""
    a, b = np.exp(at[lists:])
    nodes, weights = roots_jacobi(40, b - 1, a - 1)
    return _mixed(weights / weights.sum(), expit(at[None, :lists]) * ((nodes + 1) / 2)[:, None])


def _classes(at: Floats, lists: int, classes: int) -> Floats:
    """Kinds of people, each with its own chances in each list; the last parameters are logits of shares against the first."""
    shares = np.exp(np.concatenate([[0.0], at[classes * lists :]]))
    return _mixed(shares / shares.sum(), expit(at[: classes * lists].reshape(classes, lists)))


def _places(at: Floats, lists: int) -> Floats:
    """Three regions; each list sees one of them well, and elsewhere a share of that (the same share for all lists)."""
    shares = np.exp(np.concatenate([[0.0], at[lists + 1 :]]))
    home = np.arange(lists)[None, :] % 3 == np.arange(3)[:, None]
    return _mixed(shares / shares.sum(), expit(at[None, :lists]) * np.where(home, 1.0, expit(at[lists])))


def _with_odds(random: Random, lists: int, *signs: float) -> Floats:
    return np.concatenate([_rates(random, lists), [_odds(random, sign) if sign else _either(random) for sign in signs]])


def _draw_chain(random: Random, lists: int) -> Floats:
    return np.concatenate([_rates(random, lists), logit(random.uniform(0.05, 0.4, lists - 1))])


def _draw_copies(random: Random, lists: int) -> Floats:
    return np.concatenate([_rates(random, lists), [logit(random.uniform(0.1, 0.6))]])


def _draw_rasch(random: Random, lists: int, sd: float) -> Floats:
    return np.concatenate([_rates(random, lists), [np.log(sd)]])


def _draw_beta(random: Random, lists: int) -> Floats:
    shape = [np.log(random.uniform(0.7, 2.0)), np.log(random.uniform(1.0, 4.0))]
    return np.concatenate([logit(random.uniform(0.2, 0.9, lists)), shape])


def _draw_classes(random: Random, lists: int, ranges: tuple[tuple[float, float], ...]) -> Floats:
    shares = random.dirichlet(np.full(len(ranges), 3.0))
    return np.concatenate([*(_rates(random, lists, *ends) for ends in ranges), np.log(shares[1:] / shares[0])])


def _draw_places(random: Random, lists: int) -> Floats:
    shares = random.dirichlet(np.full(3, 3.0))
    return np.concatenate([
        _rates(random, lists, 0.15, 0.6), [logit(random.uniform(0.05, 0.4))], np.log(shares[1:] / shares[0])
    ])  # fmt: skip


def _draw_tiny(random: Random, lists: int) -> Floats:
    drawn = _rates(random, lists)
    drawn[-1] = _rates(random, 1, 0.005, 0.02)[0]
    return drawn


def _draw_three_way(random: Random, lists: int) -> Floats:
    return np.concatenate([_rates(random, lists), random.uniform(-1, 1, 3), [_either(random)]])


def _draw_pair(random: Random, lists: int, sign: float) -> Floats:
    return _with_odds(random, lists, sign)


def _draw_two_pairs(random: Random, lists: int) -> Floats:
    return _with_odds(random, lists, 0.0, 0.0)


def _draw_rasch_pair(random: Random, lists: int) -> Floats:
    return np.concatenate([_draw_rasch(random, lists, 1.0), [_odds(random, 1.0)]])


_TWO, _THREE = ((0.02, 0.2), (0.15, 0.7)), ((0.02, 0.15), (0.08, 0.35), (0.25, 0.75))
MECHANISMS = (
    Mechanism("independent", "lists are independent, people alike", _rates, _independent),
    Mechanism("pair, positive", "two lists depend, odds ratio 2 to 8", partial(_draw_pair, sign=1.0), _pair),
    Mechanism("pair, negative", "two lists depend, odds ratio 1/8 to 1/2", partial(_draw_pair, sign=-1.0), _pair),
    Mechanism("two pairs", "two pairs depend, either way", _draw_two_pairs, _two_pairs),
    Mechanism("referrals", "each list gets 5 to 40 % of the people of the list before it", _draw_chain, _chain),
    Mechanism("copies", "one list copies 10 to 60 % of the people of two others", _draw_copies, _copies),
    Mechanism("people differ, sd 0.5", "normal differences between people, on logits", partial(_draw_rasch, sd=0.5), _rasch),
    Mechanism("people differ, sd 1", "the same, twice as large", partial(_draw_rasch, sd=1.0), _rasch),
    Mechanism("people differ, sd 1.5", "the same, three times as large", partial(_draw_rasch, sd=1.5), _rasch),
    Mechanism("people differ, beta", "a beta factor on chances; some people have next to none", _draw_beta, _beta),
    Mechanism("two classes", "two kinds of people, with chances list by list", partial(_draw_classes, ranges=_TWO),
              partial(_classes, classes=2)),
    Mechanism("three classes", "three kinds of people", partial(_draw_classes, ranges=_THREE), partial(_classes, classes=3)),
    Mechanism("differ and pair", "normal differences, sd 1, and two lists depend positively", _draw_rasch_pair, _rasch_pair),
    Mechanism("places", "three regions; each list sees one well, 5 to 40 % of that elsewhere", _draw_places, _places),
    Mechanism("one tiny list", "independent lists, of which one finds 0.5 to 2 %", _draw_tiny, _independent),
    Mechanism("three-way", "three lists depend in pairs and all together", _draw_three_way, _three_way, 4),
    Mechanism(BEYOND, "independent lists, and 10, 20 or 30 % of people whom none could have", _rates, _independent),
)  # fmt: skip
