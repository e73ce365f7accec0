"""What would the answer be under each assumption that somebody could name? Side by side, so that nobody picks one unseen."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.special import ndtri

from litany.estimates.captures import Captures
from litany.estimates.partial import chao
from litany.estimates.partial.estimate import NHOI, XIS, without_number
from litany.estimates.partial.highest import MOST_LISTS, highest
from litany.estimates.partial.pairs import Pair, independent, pair
from litany.estimates.refusals import Refusal, Why, unusable
from litany.estimates.results import Candidate

POSITIVE = "no pair of lists depends negatively: at least"


def side_by_side(table: Captures, *, xis: tuple[float, ...] = XIS) -> tuple[Candidate, ...]:
    """One row an assumption, its name the assumption in words.

    Each pair of lists independent (Lincoln and Petersen, 95 %); no pair negatively dependent (a lower bound); people who differ
    (Chao's lower bounds); no interaction of the highest order, and one of each of ``xis``. A bound stands under ``at_least``,
    with its lower confidence limit as ``at_least_low``, and has no interval. A row that has no number has a refusal; a table
    that no method can use has one row.
    """
    refusal = unusable(table, least_lists=2)
    if refusal is not None:
        return (Candidate("any assumption", None, refusal=refusal),)
    pairs = [pair(table, one, other) for one, other in itertools.combinations(table.lists, 2)]
    rows = [independent(one, table.people) for one in pairs]
    return (*rows, _positive(pairs, table.people), *chao.bounds(table), *_highest(table, xis))


def _positive(pairs: list[Pair], people: int) -> Candidate:
    """The lower bound of the pair with the highest limit, which allows for having looked at all pairs (Bonferroni). The highest
    bound itself would be that of whichever pair shares one person by chance.
    """
    usable = [one for one in pairs if one.usable]
    if not usable:
        words = "no pair of lists has people in the one, in the other, and in both"
        return Candidate(POSITIVE, None, refusal=Refusal(Why.NO_OVERLAP, words, "check the linkage of the lists"))
    z = float(-ndtri(0.05 / len(usable)))
    best = max(usable, key=lambda one: one.at_least(z))
    low = best.at_least(z)
    least = {"at_least": max(best.people + best.missed(), float(people)), "at_least_low": max(low, float(people))}
    return Candidate(POSITIVE, None, None, least)


def _highest(table: Captures, xis: tuple[float, ...]) -> list[Candidate]:
    if len(table.lists) < 3:
        return []
    name = NHOI.format(len(table.lists))
    if len(table.lists) > MOST_LISTS:
        words = f"{len(table.lists)} lists have {2 ** len(table.lists) - 1:,} patterns, and each must have somebody"
        return [
            Candidate(name, None, refusal=Refusal(Why.TOO_MANY_LISTS, words, "leave lists out, or join lists of one origin"))
        ]
    of = highest(table)
    refusal, bound = without_number(table, of)
    if refusal is not None:
        return [Candidate(name, None, None, dict(bound[0].criteria) if bound else {}, refusal)]
    return [
        Candidate(name if xi == 1 else f"{name} but one of {xi:g}", of.interval(xi), None, {"xi": xi})
        for xi in np.asarray(xis).tolist()
    ]
