"""How long do many strata take, and does their sum hold the truth?

    python -m bench.strata [1000] [--method pooled] [--processes 2] [--seed 40]

Strata are made-up populations (`bench.populations`) of four lists and 30 to 600 documented people each, all mechanisms in turn;
each is estimated without what stands beside the number (other priors, lists left out).
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from bench.mechanisms import BEYOND, MECHANISMS, Mechanism
from bench.populations import made
from litany.estimates import Graphs, Latent, LogLinear, Pooled, Stratum, estimate_strata
from litany.estimates.methods import Settings

BARE: dict[str, Settings] = {
    "pooled": Pooled(sweeps=False, graphs=False, threads=1),
    "latent-classes": Latent(side=False, replicates=0),
    "graphs": Graphs(sweeps=False, replicates=0, shown=0),
    "log-linear": LogLinear(),
}
LISTS, PEOPLE = 4, (30, 600)


def mechanisms() -> list[Mechanism]:
    """Those in which four lists could find everybody."""
    return [one for one in MECHANISMS if one.least <= LISTS and one.name != BEYOND]


def strata(count: int, seed: int) -> tuple[list[Stratum], list[int]]:
    """So many strata, and how many people there are in each."""
    found, people = [], []
    for place in range(count):
        random = np.random.default_rng([seed, place])
        mechanism = mechanisms()[place % len(mechanisms())]
        wanted = float(np.exp(random.uniform(*np.log(PEOPLE))))
        one = made(place, mechanism, LISTS, mechanism.draw(random, LISTS), wanted, 0.0, random)
        found.append(Stratum(cells=(f"stratum {place:04}",), table=one.table))
        people.append(one.people)
    return found, people


def main() -> None:
    """Estimate and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--method", default="pooled", choices=BARE)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=40)
    given = parser.parse_args()
    tables, people = strata(given.count, given.seed)
    began = time.perf_counter()
    found = estimate_strata(tables, given.method, settings=BARE[given.method], seed=given.seed, processes=given.processes)
    took = time.perf_counter() - began
    total, ends = found.total, found.total.interval
    print(f"{given.method}: {given.count:,} strata in {took:.0f} s ({given.processes} processes)")
    print(f"  {total.strata:,} have an estimate")
    why: dict[str, int] = {}
    for one in found.strata:
        if one.estimate.refusal is not None:
            why[one.estimate.refusal.why] = why.get(one.estimate.refusal.why, 0) + 1
    print(f"  refused: {', '.join(f'{count} {reason}' for reason, count in sorted(why.items())) or 'none'}")
    there = sum(count for count, one in zip(people, found.strata, strict=True) if one.estimate.interval is not None)
    answer = str(total.refusal) if ends is None else f"{ends.low:,.0f} / {ends.best:,.0f} / {ends.high:,.0f}"
    print(f"  total of those with an estimate: {answer}; documented {total.documented:,}; people there {there:,}")


if __name__ == "__main__":
    main()
