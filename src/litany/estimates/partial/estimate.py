"""What do two lists, or three and more, say under one assumption that has a name, and what is left without any?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from litany.errors import LitanyError
from litany.estimates.captures import Captures, label_of
from litany.estimates.partial.highest import FURTHEST, MOST_LISTS, ONE_SIDED, Highest, Z, highest, profile_ends
from litany.estimates.partial.pairs import INDEPENDENT, Pair, pair, pair_refusal
from litany.estimates.refusals import Refusal, Why, unusable
from litany.estimates.results import Candidate, Draws, Estimate, Interval, Setting, Sweep
from litany.estimates.streams import key_of

XIS = (0.25, 0.5, 1.0, 2.0, 4.0)
NHOI = "the {} lists have no interaction of the highest order"
UNBIASED = "one more in each pattern of evenly many lists, which is less biased where patterns have few people"
UNTESTED = "no count can test this assumption: the sweep over xi says what it would take to be elsewhere"
_APART = 1.1  # as a factor: from here on the bias of few people is worth a note
WITH_XI = (
    " but one of {:g} (the ratio of the products of counts of patterns of evenly and of oddly many lists, the missed counted)"
)


class PartialError(LitanyError):
    """A setting is out of its range; the message says which."""


class Highests(Struct, frozen=True, kw_only=True):
    """Settings of `nhoi`: the interaction ``xi`` that is assumed (1: none), those shown beside it, and how many draws."""

    xi: float = 1.0
    xis: tuple[float, ...] = XIS
    draws: int = 4000

    def __post_init__(self) -> None:
        if not all(1e-6 <= xi <= 1e6 for xi in (self.xi, *self.xis)) or self.draws < 1:
            raise PartialError("xi is a ratio from 0.000001 to 1,000,000, 1 for no interaction; draws are one or more")


class TwoLists(Struct, frozen=True, kw_only=True):
    """Settings of `two_lists`: the assumption by its name, or None. ``odds`` bounds the odds ratio for ``"odds-ratio"``."""

    assumption: Literal["independence", "odds-ratio"] | None = None
    odds: tuple[float, float] | None = None
    draws: int = 4000

    def __post_init__(self) -> None:
        if self.assumption not in (None, "independence", "odds-ratio"):
            raise PartialError(f"the assumption is independence, odds-ratio or none, not {self.assumption!r}")
        if self.assumption == "odds-ratio" and self.odds is None:
            raise PartialError("odds is missing: the assumption odds-ratio needs two bounds, for example odds=1,4")
        if self.odds is not None:
            if self.assumption != "odds-ratio":
                raise PartialError("odds goes with the assumption odds-ratio, and with no other")
            _check_odds(self.odds)
        if self.draws < 1:
            raise PartialError("draws are one or more")


def _check_odds(odds: object) -> None:
    """Whether odds are two numbers that could bound an odds ratio. Raises PartialError."""
    if not isinstance(odds, (tuple, list)) or len(odds) != 2 or not all(isinstance(one, Real) for one in odds):
        raise PartialError(f"odds are two numbers, the lower one first, not {odds!r}")
    low, high = odds
    if not (1e-6 <= low <= 1e6 and 1e-6 <= high <= 1e6):
        raise PartialError(f"odds from {low:g} to {high:g}: both are from 0.000001 to 1,000,000")
    if low > high:
        raise PartialError(f"odds from {low:g} to {high:g}: the lower one stands first")


def nhoi(table: Captures, *, settings: Highests = Highests(), seed: int = 0) -> Estimate:  # noqa: B008 (frozen)
    """All people if the lists have no interaction of the highest order, or ``xi`` (`highest`).

    The interval is symmetric in log n0 (delta method); the profile likelihood's stands in ``candidates``, with the number that
    is not too high on average where patterns have few people (which is ``point``: strata add it up), and other xi in
    ``sweeps``. A table with an empty pattern is refused, with the bound that it gives. For three lists and more: with two, see
    `two_lists`.
    """
    assumption = NHOI.format(len(table.lists)) + ("" if settings.xi == 1 else WITH_XI.format(settings.xi))
    told: Mapping[str, Setting] = {"xi": settings.xi, "draws": settings.draws}
    blank = _blank("no-highest-order-interaction", assumption, table, seed, told)
    if len(table.lists) > MOST_LISTS:
        words = f"{len(table.lists)} lists have {2 ** len(table.lists) - 1:,} patterns, and each must have somebody"
        return replace(blank, refusal=Refusal(Why.TOO_MANY_LISTS, words, "leave lists out, or join lists of one origin"))
    refusal = unusable(table)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    of = highest(table)
    refusal, bound = without_number(table, of)
    if refusal is not None:
        return replace(blank, refusal=refusal, candidates=bound)
    low, best, high = profile_ends(of, xi=settings.xi)
    found, missed = of.interval(settings.xi), of.unbiased_missed(settings.xi)
    spread = math.exp(Z * of.error())
    unbiased = Interval(of.people + missed / spread, of.people + missed, of.people + missed * spread)
    return replace(
        blank,
        interval=found,
        point=unbiased.best,
        draws=_draws(blank, of.people, of.log_missed(settings.xi), of.error(), settings.draws),
        candidates=(Candidate("by profile likelihood", Interval(low, best, high)), Candidate(UNBIASED, unbiased)),
        sweeps=(Sweep("xi", tuple(Candidate(f"xi {xi:g}", of.interval(xi), None, {"xi": xi}) for xi in settings.xis)),),
        notes=(UNTESTED, *_thin(of, found.best, unbiased.best)),
    )


def two_lists(table: Captures, *, settings: TwoLists = TwoLists(), seed: int = 0) -> Estimate:  # noqa: B008 (frozen)
    """All people by two lists, under an assumption that somebody names, or else a refusal with bounds.

    ``"independence"``: Chapman's estimate, with Lincoln and Petersen's and the profile likelihood's beside it.
    ``"odds-ratio"``: from the least of the lower odds ratio to the most of the upper, which is a bound and has no draws. None:
    refused; what each assumption would say stands in ``candidates`` (bounds under ``at_least``, with 95 % ``at_least_low``) and
    ``sweeps``.
    """
    names = (*table.lists, "?", "?")[:2]
    blank = _blank("two-lists", _two_assumption(names, settings), table, seed, {"assumption": settings.assumption})
    if len(table.lists) > 2:
        words = f"{len(table.lists)} lists, and this method takes two"
        return replace(blank, refusal=Refusal(Why.TOO_MANY_LISTS, words, "name two of them, or take a method for all of them"))
    refusal = unusable(table, least_lists=2)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    of = pair(table, *table.lists)
    refusal = pair_refusal(of)
    if refusal is not None:
        return replace(blank, refusal=refusal)
    sweep = Sweep(
        "odds ratio", tuple(Candidate(f"odds ratio {psi:g}", of.lincoln_petersen(psi), None, {"psi": psi}) for psi in XIS)
    )
    if settings.odds is not None:
        low, high = settings.odds
        told = replace(blank, interval=of.odds_between(low, high), settings={**blank.settings, "low": low, "high": high})
        return replace(told, sweeps=(sweep,), notes=("the range is a bound: nothing says where in it the number is likelier",))
    if settings.assumption == "independence":
        low, best, high = profile_ends(highest(table))
        rows = (
            Candidate("Lincoln-Petersen", of.lincoln_petersen()),
            Candidate("by profile likelihood", Interval(low, best, high)),
        )
        missed, error = of.chapman_missed()
        draws = _draws(blank, of.people, math.log(missed), error, settings.draws)
        found = of.chapman()
        return replace(blank, interval=found, point=found.best, candidates=rows, sweeps=(sweep,), draws=draws)
    return replace(
        blank,
        refusal=Refusal(
            Why.FEW_LISTS,
            f"two lists ({' and '.join(of.names)}) say how many were missed only under an assumption that they cannot test",
            'name a third list, or stand by an assumption: "independence", or "odds-ratio" with two bounds',
        ),
        candidates=_two_bounds(of),
        sweeps=(sweep,),
    )


def without_number(table: Captures, of: Highest) -> tuple[Refusal | None, tuple[Candidate, ...]]:
    """Why a table with a pattern that nobody has gives no number, and its one-sided 95 % bound, if it gives one. A table whose
    range has no end that could be told is refused too.
    """
    odd, even = (
        ", ".join(label_of(table.lists, mask) for mask in masks[:3].tolist()) for masks in (of.empty_odd, of.empty_even)
    )
    try_next = "leave out the list that is in it, or take a method that does not need every pattern"
    if odd and even:
        words = f"nobody has the patterns {odd} nor {even}: the number missed would be nothing over nothing"
        return Refusal(Why.NOT_IDENTIFIABLE, words, try_next), ()
    if even:
        low = profile_ends(of, ONE_SIDED)[0]
        words = f"nobody has the pattern {even}: the number missed has no upper end (with 95 % there are at least {low:,.0f})"
        return Refusal(Why.NO_MAXIMUM, words, try_next), (Candidate("at least", None, None, {"at_least_low": low}),)
    if odd:
        high = profile_ends(of, ONE_SIDED)[2]
        words = f"nobody has the pattern {odd}: nobody would be missed (with 95 % there are at most {high:,.0f})"
        return Refusal(Why.NO_MAXIMUM, words, try_next), (Candidate("at most", None, None, {"at_most_high": high}),)
    if not of.within_reach:
        words = f"the range goes beyond {FURTHEST:,.0f} missed for each one documented: too few people in some of the patterns"
        return Refusal(Why.NO_MAXIMUM, words, try_next), ()
    return None, ()


def _thin(of: Highest, best: float, unbiased: float) -> tuple[str, ...]:
    if best - of.people < _APART * (unbiased - of.people):
        return ()
    return (
        f"some patterns have few people, where this method is too high on average: {unbiased:,.0f} has less of that bias, "
        "and is what strata add up",
    )


def _blank(method: str, assumption: str, table: Captures, seed: int, told: Mapping[str, Setting]) -> Estimate:
    return Estimate(
        method=method, assumption=assumption, lists=table.lists, documented=table.people, table=table.sha256(), seed=seed,
        settings=told,
    )  # fmt: skip


def _draws(blank: Estimate, people: float, log_missed: float, error: float, size: int) -> Draws:
    """Draws of all people whose log n0 is normal: the distribution of which the interval is the middle."""
    random = np.random.default_rng(key_of(blank.table, blank.seed))
    return np.asarray(people + np.exp(log_missed + error * random.standard_normal(size)))


def _two_assumption(names: tuple[str, ...], settings: TwoLists) -> str:
    if settings.odds is not None:
        return (
            f"the odds ratio of being in {names[0]} and in {names[1]} is between {settings.odds[0]:g} and {settings.odds[1]:g}"
        )
    return INDEPENDENT.format(*names) if settings.assumption else "none"


def _two_bounds(of: Pair) -> tuple[Candidate, ...]:
    names = " and ".join(of.names)
    least = {"at_least": of.people + of.missed(), "at_least_low": of.at_least()}
    return (
        Candidate("no assumption: at least", None, None, {"at_least": float(of.people), "at_least_low": float(of.people)}),
        Candidate(f"{names} depend positively or not at all: at least", None, None, least),
        Candidate(INDEPENDENT.format(*of.names), of.chapman()),
        Candidate(f"the odds ratio of {names} is between 1/2 and 2", of.odds_between(0.5, 2.0)),
        Candidate(f"the odds ratio of {names} is between 1/4 and 4", of.odds_between(0.25, 4.0)),
    )
