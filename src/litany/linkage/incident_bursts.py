"""How near are the days of two different incidents, and of one incident in two lists?

Two events of one list that is free of duplicates are different, so their days show u, calm days and near places apart.
Bursts of other decades have other shapes: only the days are looked at that another list speaks of as well. The shape of a burst
is taken from one list, its height from the pairs of all where days are a week to a month apart, of which few are true. What
pairs of different lists have beyond that are matches, and their days show m. All pairs of these days are counted: the random
pairs that the weights are learned from have some dozen of them. Days on which a hundred happened have no such measure (which of
them a list has is its own choice): their u is learned.

Measured on AAPP against UCDP, February 2021 to April 2022, near pairs of calm days, both known to the day: 276 of the same day,
82 of the day after (and as many of the day before), where ordered pairs within UCDP are 238 against 171.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.linkage.em import Floats, Pairs
from litany.linkage.engine import Candidates, Engine
from litany.linkage.incidents import DAYS, DAYS_AROUND, DAYS_FAR, DAYS_NEAR
from litany.linkage.plan import MISSING, Comparison, Plan

Flags = NDArray[np.bool_]
_FEWEST, _MOST = 200, 2000  # rows of a list: fewer show no burst, and more are sampled (two million pairs tell enough)
_AROUND = 31  # days: pairs further apart are not counted
_MONTH = 1  # the level of days a week to a month apart
_LEAST = 1e-9  # no share of pairs is nought
_LEAST_PAIRS = 20.0  # fewer matches show nothing of their days
_DOUBT = 0.1  # how much the days of matches are what they are anywhere (falling by half a level), beside what is measured
_CALM = (DAYS_NEAR, DAYS_AROUND, DAYS_FAR)


class Days(Struct, frozen=True):
    """``m`` of the levels of days, the same for all ``fields``, and ``u`` of those fields for which it is known."""

    m: Floats | None
    u: Mapping[str, Floats]

    @property
    def fields(self) -> tuple[str, ...]:
        """The comparisons that these hold for."""
        return tuple(one.name for one in DAYS)


def days_of(
    frame: pl.DataFrame,
    free: Sequence[bool],
    found: Mapping[str, Floats],
    pairs: Pairs,
    comparisons: Sequence[Comparison],
    seed: int,
    threads: int | None = None,
) -> Days | None:
    """What lists free of duplicates tell of days; None where none has some hundred events. ``found``: shares of the levels
    among all pairs; ``pairs`` those pairs, for ``comparisons``.
    """
    known = known_different(frame, free, seed, threads)
    if DAYS_NEAR.name not in known:
        return None
    names = [one.name for one in comparisons]
    all_, exact = met(frame, free, seed, threads)
    if not exact[DAYS_NEAR.name][_MONTH]:
        return None
    u, more = {}, {}
    for name, levels in known.items():
        if not exact[name][_MONTH]:
            continue
        more[name] = beyond(levels, exact[name])
        close = (all_[name] - more[name])[1:] / max(_number(pairs, names.index(name)), 1.0)
        u[name] = np.maximum(np.concatenate([[1.0 - close.sum()], close]), _LEAST) if close.sum() < 1.0 else found[name]
    return Days(_of_matches(more[DAYS_NEAR.name]), u)


def known_different(frame: pl.DataFrame, free: Sequence[bool], seed: int, threads: int | None = None) -> dict[str, Floats]:
    """How many pairs of events of one list, known to the day, have each level of days, on calm days, near by and not."""
    counted = {one.name: np.zeros(len(one.levels) + 1) for one in _CALM}
    for number, once in enumerate(free):
        rows = _on_days_of_others(frame, number, 0).filter(pl.col("people").is_null())
        if not once or rows.height < _FEWEST:
            continue
        few = _sampled(rows, seed)
        scale = rows.height * (rows.height - 1) / (few.height * (few.height - 1))
        for name, levels in _levels(few, _compared(few, threads), exact=True).items():
            counted[name] += scale * levels
    return {name: levels for name, levels in counted.items() if levels[_MONTH] > 0}


def met(
    frame: pl.DataFrame, free: Sequence[bool], seed: int, threads: int | None = None
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """How many pairs that may be one incident have each level of days, on calm days (right up to a month apart); and how many
    of them are known to the day.
    """
    rows = pl.concat([_on_days_of_others(frame, number, _AROUND) for number in range(len(free))])
    few = _sampled(rows, seed, 2 * _MOST)
    pairs, once = _compared(few, threads), np.asarray(free, bool)
    list_, person = few["list"].to_numpy(), few["people"].is_not_null().to_numpy()
    left, right = pairs.left, pairs.right
    may = (list_[left] != list_[right]) | ~(once[list_[left]] | (person[left] & person[right]))
    scale = (rows.height / max(few.height, 1)) ** 2
    all_, exact = (_levels(few, pairs, exact=one, may=may) for one in (False, True))
    return {name: levels * scale for name, levels in all_.items()}, {name: levels * scale for name, levels in exact.items()}


def beyond(known: Floats, found: Floats) -> Floats:
    """How many pairs of each level of days were ``found`` beyond those of different incidents, whose days are as ``known`` and
    which are nearly all where days are a week to a month apart.
    """
    # What no such list has at all (a day of death is a person's) says nothing.
    more = np.where(known > 0, np.maximum(found - known * (found[_MONTH] / known[_MONTH]), 0.0), 0.0)
    more[: _MONTH + 1] = 0.0
    return np.asarray(more)


def _on_days_of_others(frame: pl.DataFrame, number: int, around: int) -> pl.DataFrame:
    """The dated rows of a list between the first and the last day of all others, and some days around."""
    mine = pl.col("list") == number
    first, last = frame.filter(~mine).select(first=pl.min("first_day"), last=pl.max("first_day")).row(0)
    rows = frame.filter(mine & pl.col("first_day").is_not_null())
    return rows if first is None else rows.filter(pl.col("first_day").is_between(first - around, last + around))


def _compared(rows: pl.DataFrame, threads: int | None) -> Candidates:
    with Engine(rows, Plan("days", _CALM, (), exhaustive=rows.height**2 + 1), (), threads) as engine:
        return engine.compare()


def _levels(rows: pl.DataFrame, pairs: Candidates, *, exact: bool, may: Flags | None = None) -> dict[str, Floats]:
    """How many pairs have each level of days; ``exact``: of those that are both known to the day."""
    day = (rows["first_day"] == rows["last_day"]).fill_null(value=False).to_numpy()
    chosen = day[pairs.left] & day[pairs.right] if exact else np.ones(len(pairs), bool)
    if may is not None:
        chosen &= may
    counts = np.bincount(pairs.pattern[chosen], minlength=len(pairs.patterns))
    made = {}
    for field, one in enumerate(_CALM):
        column = pairs.patterns[:, field]
        known = column != MISSING
        levels = np.bincount(column[known], counts[known], minlength=len(one.levels) + 1)
        made[one.name] = levels.astype(np.float64)
    return made


def _number(pairs: Pairs, field: int) -> float:
    """How many pairs are known in a comparison, the pairs beyond the keys among them."""
    reached = float(pairs.counts[pairs.patterns[:, field] != MISSING].sum())
    if not len(pairs.random):
        return reached
    beyond = max(pairs.total - float(pairs.counts.sum()), 0.0)
    return reached + beyond * float(pairs.random_counts[pairs.random[:, field] != MISSING].sum() / pairs.random_counts.sum())


def _of_matches(more: Floats) -> Floats | None:
    """m: the days of the pairs that are more than differing pairs would be; None where they are too few."""
    if more.sum() < _LEAST_PAIRS:
        return None
    grades = 0.5 ** np.arange(len(more) - 1, -1, -1, dtype=float)
    return np.asarray((1 - _DOUBT) * more / more.sum() + _DOUBT * grades / grades.sum())


def _sampled(rows: pl.DataFrame, seed: int, most: int = _MOST) -> pl.DataFrame:
    """At most so many rows at random, the same ones in whatever order the rows come."""
    if rows.height <= most:
        return rows
    ordered = rows.sort("list", "first_day", "last_day", "x", "y", "z", "radius_km", "toll_low", "toll_high", nulls_last=True)
    return ordered.filter(pl.Series(np.random.default_rng(seed).permutation(rows.height) < most))
