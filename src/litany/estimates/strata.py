"""How many people were there in all strata together, when each is estimated by itself?

Lists reach some places and months better than others, so a table is estimated by stratum and the answers are added up. Draws
are added, never ends of intervals: that all strata are at their ends at once is far less likely than that one is. Strata are
independent of each other given their tables, so the draws of each are put in an order of their own before they are added;
but where the range is that of several assumptions (`Estimate.assumed`) strata are added assumption by assumption, as one that
fails in a stratum fails in others too (`pool.totals`). A stratum that cannot be estimated is left out of the sum, which then
says of whom it does not speak.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from litany.errors import LitanyError
from litany.estimates.captures import Captures, in_people
from litany.estimates.methods import DEFAULT, Settings, estimate, settings_of
from litany.estimates.pool import totals
from litany.estimates.reading import Stratum
from litany.estimates.refusals import Refusal, Why
from litany.estimates.results import Draws, Estimate, Interval, interval

MOST_DRAWS = 4_000  # of a stratum are kept: a thousand strata stay within memory
MOST_REFUSED = 0.5  # of the documented people may be in strata without an estimate
_LEAST_LISTS = 3
_TOLD = 0.005  # of the missed: by how much the sums of two kinds of best numbers may differ without a word
_WORTH = 10.0  # seconds of work that are worth starting processes for


class StrataError(LitanyError):
    """Strata could not be estimated side by side."""


Told = Callable[[int, int], None]


class StratumEstimate(Struct, frozen=True, kw_only=True, eq=False):
    """What one stratum says. ``left_out`` are lists that have nobody in it."""

    stratum: Stratum
    estimate: Estimate
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The stratum's name."""
        return self.stratum.name


class Total(Struct, frozen=True, kw_only=True, eq=False):
    """All strata that have an estimate, together.

    ``documented`` are the people documented in them, ``left_out_people`` those in the strata ``left_out``, of whom
    the number does not speak; ``words`` say so (empty where strata have ranges that cannot be added up), ``notes`` what else to
    know. ``interval`` is None where ``refusal`` says why.
    """

    strata: int
    documented: int
    left_out: tuple[str, ...]
    left_out_people: int
    words: str
    interval: Interval | None = None
    refusal: Refusal | None = None
    notes: tuple[str, ...] = ()
    draws: Draws | None = None


class Stratified(Struct, frozen=True, kw_only=True, eq=False):
    """Every stratum by itself, in the order in which they were given, and the total."""

    method: str
    seed: int
    strata: tuple[StratumEstimate, ...]
    total: Total


def estimate_strata(
    strata: Sequence[Stratum],
    method: str = DEFAULT,
    *,
    settings: Settings | None = None,
    seed: int = 0,
    processes: int = 1,
    tell: Told = lambda done, of: None,
) -> Stratified:
    """Estimate each stratum, in so many processes if that saves time, and add them up.

    The answer is the same for any number of processes and any order of strata. Processes begin anew and import the caller's
    main module: a script with more than one needs ``if __name__ == "__main__"``. Lists that have nobody in a stratum are left
    out there if three others have somebody.
    """
    given = settings_of(method, ()) if settings is None else settings
    _check(strata)
    work = partial(_one, method=method, settings=given, seed=seed)
    made = []
    for done in _worked(work, strata, processes):
        made.append(done)
        tell(len(made), len(strata))
    return Stratified(method=method, seed=seed, strata=tuple(made), total=total(made, seed))


def _check(strata: Sequence[Stratum]) -> None:
    """No stratum may stand twice: its people would be counted twice."""
    known = set[tuple[str, ...]]()
    for one in strata:
        if one.cells in known:
            raise StrataError(f"the stratum {one.name or '(of all)'} is given twice: give each once, or name them apart")
        known.add(one.cells)


def _worked(work: Callable[[Stratum], StratumEstimate], strata: Sequence[Stratum], processes: int) -> Iterator[StratumEstimate]:
    """Each in its turn; the first here, for to start processes takes longer than many estimates do."""
    started = time.monotonic()
    yield from map(work, strata[:1])
    rest = strata[1:]
    if processes <= 1 or (time.monotonic() - started) * len(rest) < _WORTH:
        yield from map(work, rest)
        return
    try:
        with ProcessPoolExecutor(min(processes, len(rest)), multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(work, rest)
    except BrokenProcessPool as problem:
        raise StrataError(
            "a process that estimated strata was ended by the system, most likely for want of memory: take fewer processes"
        ) from problem


def _one(stratum: Stratum, *, method: str, settings: Settings, seed: int) -> StratumEstimate:
    table, left_out = _with_somebody(stratum.table)
    of = estimate(table, method, settings=settings, seed=seed_of(stratum, seed))
    notes = tuple(f"the list {name} has nobody in this stratum and is left out" for name in left_out)
    draws = None if of.draws is None else _fewer(np.ravel(of.draws), MOST_DRAWS)
    return StratumEstimate(stratum=stratum, estimate=replace(of, draws=draws, notes=(*notes, *of.notes)), left_out=left_out)


def _with_somebody(table: Captures) -> tuple[Captures, tuple[str, ...]]:
    empty = tuple(name for name, people in zip(table.lists, table.totals(), strict=True) if not people)
    if not empty or len(table.lists) - len(empty) < _LEAST_LISTS:
        return table, ()
    return table.only([name for name in table.lists if name not in empty]), empty


def seed_of(stratum: Stratum, seed: int, what: str = "estimate") -> int:
    """A seed that is the stratum's own: from the seed, its cells and its table, wherever it stands among the others and in
    whatever order its lists are named.
    """
    text = json.dumps([what, seed, list(stratum.cells), _hash(stratum)])
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big") >> 1


def _hash(stratum: Stratum) -> str:
    return stratum.table.only(sorted(stratum.table.lists)).sha256()


def total(made: Sequence[StratumEstimate], seed: int = 0) -> Total:
    """The strata that have an estimate, draw by draw."""
    with_draws = [one for one in made if one.estimate.interval is not None and one.estimate.draws is not None]
    others = [one for one in made if one.estimate.interval is None or one.estimate.draws is None]
    seen = sum(one.stratum.table.people for one in with_draws)
    missing = sum(one.stratum.table.people for one in others)
    blank = Total(
        strata=len(with_draws),
        documented=seen,
        left_out=tuple(one.name for one in others),
        left_out_people=missing,
        words=_words(len(with_draws), seen, len(others), missing),
    )
    if not with_draws and any(one.estimate.interval is not None for one in others):
        return replace(blank, refusal=_BOUNDS, words="")
    refusal = _refused(blank, len(made))
    if refusal is not None:
        return replace(blank, refusal=refusal)
    if len(with_draws) == 1:
        (only,) = with_draws
        return replace(blank, interval=only.estimate.interval, draws=only.estimate.draws)
    if all(one.estimate.assumed for one in with_draws):
        in_order = sorted(with_draws, key=_place)
        streams = [_order(one, seed) for one in in_order]
        found, draws = totals.added([one.estimate for one in in_order], streams, np.random.default_rng([seed, len(made)]))
        return replace(blank, interval=found, draws=draws)
    draws, notes = _added(with_draws, seed), tuple[str, ...]()
    points = [one.estimate.point for one in with_draws if one.estimate.point is not None]
    if len(points) == len(with_draws):
        draws = _about(draws, sum(points), seen)
        bests = sum(one.estimate.interval.best for one in with_draws if one.estimate.interval)
        notes = _apart(bests, sum(points), seen, bool(others))
    return replace(blank, interval=interval(draws), draws=draws, notes=notes)


def _words(strata: int, seen: int, others: int, missing: int) -> str:
    if not others:
        return f"in {'the only stratum' if strata == 1 else f'all {strata:,} strata'}, where {in_people(seen)} documented"
    those = "the one stratum that has" if strata == 1 else f"the {strata:,} strata that have"
    other = "one other stratum" if others == 1 else f"{others:,} other strata"
    not_in = f"is the {missing:,} person" if missing == 1 else f"are the {missing:,} people"
    return (
        f"in {those} an estimate, where {in_people(seen)} documented; not in it {not_in} documented in {other}, nor those whom "
        "nobody documented there"
    )


_BOUNDS = Refusal(
    Why.NOTHING_TO_SUM,
    "each stratum has a bound without a distribution: nobody knows how likely it is that all are at their ends at once",
    "take each stratum's range by itself, or a method that has draws",
)


def _refused(of: Total, strata: int) -> Refusal | None:
    try_next = "take strata that are larger (fewer columns, longer periods), or see what each of the refused lacks"
    if not of.strata:
        return Refusal(Why.NOTHING_TO_SUM, f"none of the {strata:,} strata has an estimate whose draws can be added", try_next)
    people = of.documented + of.left_out_people
    if of.left_out_people > MOST_REFUSED * people:
        words = f"{of.left_out_people:,} of the {people:,} documented people are in strata without an estimate: more than half"
        return Refusal(Why.MOST_LEFT_OUT, words, try_next)
    return None


def _place(one: StratumEstimate) -> tuple[tuple[str, ...], str]:
    """Where a stratum stands among others, in whatever order they were given."""
    return one.stratum.cells, _hash(one.stratum)


def _order(one: StratumEstimate, seed: int) -> np.random.Generator:
    return np.random.default_rng(seed_of(one.stratum, seed, "order"))


def _added(made: Sequence[StratumEstimate], seed: int) -> Draws:
    """Sums over strata of draws, which are as many from each and in an order of the stratum's own."""
    size = max(len(one.estimate.draws) for one in made if one.estimate.draws is not None)
    added = np.zeros(size)
    for one in sorted(made, key=_place):
        if one.estimate.draws is not None:
            added += _order(one, seed).permutation(_spread(one.estimate.draws, size))
    return added


def _about(draws: Draws, point: float, seen: int) -> Draws:
    """The same with the missed scaled so that their middle is the sum of the strata's points.

    Draws about a point estimate lie askew, more above it than below. Of many strata the sum is their sum of means, which drifts
    from the sum of points as the number of strata grows, and chance only as its root: at last the points are not in the range.
    """
    middle = float(np.median(draws)) - seen
    return seen + (draws - seen) * ((point - seen) / middle) if middle > 0 and point > seen else draws


def _apart(bests: float, points: float, seen: int, some_left_out: bool) -> tuple[str, ...]:
    """A reader who adds up the strata gets something else. Strata that are left out for want of people in a pattern leave those
    that by chance have some: their less biased numbers are then too low (docs/estimates-coverage.md).
    """
    if abs(bests - points) <= _TOLD * (points - seen):
        return ()
    return (
        f"the strata's own best numbers would add up to {bests:,.0f}; added up are their numbers with less of the bias of few "
        f"people, {points:,.0f}" + (", which leans to the low side where strata are left out" if some_left_out else ""),
    )


def _spread(draws: Draws, size: int) -> Draws:
    """So many draws with the same distribution: points of it at even distances, the lowest first."""
    places = (np.arange(size) * 2 + 1) * len(draws) // (2 * size)
    return np.asarray(np.sort(draws)[places], np.float64)


def _fewer(draws: Draws, most: int) -> Draws:
    """At most so many draws, evenly from all of them."""
    if len(draws) <= most:
        return draws
    return np.asarray(draws[np.arange(most) * len(draws) // most], np.float64)
