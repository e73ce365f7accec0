"""How often does the total over strata hold the truth, and how wide is it, the strata being together more or less?

    python -m bench.strata_totals NUMBER SEED [--processes 2]

Small strata are those of `bench.strata` (four lists, 30 to 600 documented), large ones the populations of `bench.populations`
whose people are all within reach; NUMBER of each are estimated once by the recommended estimator. Then they are put into groups
of 5 and of 20, of all mechanisms or of one, and each group is added up under several values of the setting ``together``, and by
adding the ends of ranges (``ends``).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bench.mechanisms import BEYOND, MECHANISMS
from bench.populations import population
from bench.strata import mechanisms, strata
from litany.estimates import Interval, Pooled, Stratum, estimate_strata
from litany.estimates.pool.settings import QUICK
from litany.estimates.strata import StratumEstimate, total

TOGETHER = (0.0, 0.25, 0.5, 0.75, 1.0)
SIZES = (5, 20)
SETTINGS = Pooled(latent=QUICK, sweeps=False, graphs=False, threads=1, draws=1000)


class Known(Struct, frozen=True, eq=False):
    """A stratum that has an estimate, and how many people there are."""

    one: StratumEstimate
    mechanism: str
    people: int


Group = Sequence[Known]


def small(number: int, seed: int) -> tuple[list[Stratum], list[str], list[int]]:
    """Strata, their mechanisms, their people."""
    tables, people = strata(number, seed)
    return tables, [mechanisms()[place % len(mechanisms())].name for place in range(number)], people


def large(number: int, seed: int) -> tuple[list[Stratum], list[str], list[int]]:
    """The same of populations, of those mechanisms in which everybody is within reach."""
    places = [place for place in range(2 * number) if MECHANISMS[place % len(MECHANISMS)].name != BEYOND][:number]
    made = [population(place, seed) for place in places]
    tables = [Stratum(cells=(f"population {one.number:04}",), table=one.table) for one in made]
    return tables, [one.mechanism for one in made], [one.people for one in made]


def groups(of: Sequence[Known], size: int, random: np.random.Generator) -> list[Group]:
    """All of them in an order of chance, so many at a time, twice."""
    orders = [random.permutation(len(of)) for _ in range(2)]
    return [
        [of[int(place)] for place in order[start : start + size]]
        for order in orders
        for start in range(0, len(of) - size + 1, size)
    ]


def within_one(of: Sequence[Known], size: int, random: np.random.Generator) -> list[Group]:
    """Groups of one mechanism each."""
    by = defaultdict[str, list[Known]](list)
    for one in of:
        by[one.mechanism].append(one)
    return [group for some in by.values() for group in groups(some, size, random)]


def added(group: Group, together: float, seed: int) -> Interval | None:
    """The total, with another setting."""
    made = []
    for known in group:
        of = known.one.estimate
        made.append(replace(known.one, estimate=replace(of, settings={**of.settings, "together": together})))
    return total(made, seed).interval


def by_ends(group: Group) -> Interval:
    """The sum of the ends of ranges: all strata at their lowest, or all at their highest."""
    ranges = [one.one.estimate.interval for one in group]
    low, best, high = (sum(getattr(one, end) for one in ranges if one is not None) for end in ("low", "best", "high"))
    return Interval(low, best, high)


def rows(of: Sequence[Known], seed: int) -> Iterator[str]:
    """Lines of the table."""
    for size in SIZES:
        for words, making in (("all mechanisms", groups), ("one mechanism", within_one)):
            made = making(of, size, np.random.default_rng([seed, size]))
            for rule in (*TOGETHER, None):
                ranges = [by_ends(group) if rule is None else added(group, rule, seed) for group in made]
                yield f"  {size:2} of {words:15} {_row(made, ranges)}   {'ends' if rule is None else f'together {rule:g}'}"


def _row(made: Sequence[Group], ranges: Sequence[Interval | None]) -> str:
    told = [(sum(one.people for one in group), ends) for group, ends in zip(made, ranges, strict=True) if ends is not None]
    low = np.mean([ends.high < people for people, ends in told])
    high = np.mean([people < ends.low for people, ends in told])
    wide = np.median([ends.high / ends.low for _, ends in told])
    return f"{len(told):5} {1 - low - high:7.1%} {low:8.1%} {high:9.1%} {wide:6.2f}"


def main() -> None:
    """Estimate once, add up in many ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    for words, making in (("small strata", small), ("large strata", large)):
        tables, names, people = making(given.number, given.seed)
        found = estimate_strata(tables, settings=SETTINGS, seed=given.seed, processes=given.processes)
        known = [
            Known(one, name, count)
            for one, name, count in zip(found.strata, names, people, strict=True)
            if one.estimate.interval is not None
        ]
        print(f"{words}: {len(known)} of {given.number} have an estimate")
        print(f"  {'groups of':20} {'totals':>5} {'held':>7} {'too low':>8} {'too high':>9} {'wide':>6}")
        for line in rows(known, given.seed):
            print(line, flush=True)


if __name__ == "__main__":
    main()
