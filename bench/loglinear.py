"""How fast are log-linear models, and how often do their ranges hold the truth?

    python -m bench.loglinear [--tables 150]

Speed: all 32,768 pairwise models of the United Kingdom's six lists, for which Rcapture 1.4-4's closedpMS took 224.5 CPU seconds
on our machine, and a thousand replicates that choose among the best hundred of them. Coverage: made-up people of three kinds.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from litany.estimates.captures import Captures, captures
from litany.estimates.loglinear.bootstrap import best_of, bootstrap
from litany.estimates.loglinear.estimate import estimate
from litany.estimates.loglinear.fit import fit_all, full_table
from litany.estimates.loglinear.models import hierarchical
from litany.estimates.loglinear.selection import rank
from litany.estimates.loglinear.settings import LogLinear
from tests.estimates.loglinear_tables import KOREA, UK, table

PEOPLE, RATES = 6_000, np.array([0.12, 0.10, 0.08, 0.05])
WAYS = {
    "bic, bca": LogLinear(order=2, replicates=400, ntop=60),
    "stepwise, bca": LogLinear(selection="stepwise", order=1, replicates=400),
    "average, bca": LogLinear(selection="average", order=2, replicates=400, ntop=60),
    "average, normal": LogLinear(selection="average", interval="normal", order=2),
    "bic, normal": LogLinear(interval="normal", order=2),
    "bic, profile": LogLinear(interval="profile", order=2),
}


def made_up(kind: str, random: np.random.Generator) -> Captures:
    """6,000 people in four lists: ``independent``; a ``pair`` of lists of which one copies from the other; people who
    ``differ`` (three in ten are over four times as visible as the others).
    """
    rates = np.broadcast_to(RATES, (PEOPLE, 4))
    if kind == "differ":
        rates = rates * np.where(random.random((PEOPLE, 1)) < 0.3, 2.2, 0.5)
    shown = random.random((PEOPLE, 4)) < rates
    if kind == "pair":
        shown[:, 1] = random.random(PEOPLE) < np.where(shown[:, 0], 0.4, 0.08)
    seen = shown[shown.any(axis=1)]
    return captures("ABCD", seen, np.ones(len(seen)))


def speed() -> None:
    """CPU and wall seconds; compilation apart."""
    fit_all(full_table(table(KOREA))[None], hierarchical(3, 2))
    counts, models = full_table(table(UK)), hierarchical(6, 2)
    wall, cpu = time.perf_counter(), time.process_time()
    ranking = rank(counts, models)
    print(f"32,768 models: {time.process_time() - cpu:.2f} CPU s, {time.perf_counter() - wall:.2f} s")
    choose = best_of(models.take(ranking.order[:100]))
    wall, cpu = time.perf_counter(), time.process_time()
    bootstrap(counts, np.flatnonzero(counts), choose, 1_000, np.random.default_rng(1))
    print(f"1,000 replicates among 100 models: {time.process_time() - cpu:.2f} CPU s, {time.perf_counter() - wall:.2f} s")


def coverage(tables: int) -> None:
    """How many ranges held the 6,000 people, and the median of the estimates."""
    random = np.random.default_rng(11)
    for kind in ("independent", "pair", "differ"):
        held: dict[str, list[bool]] = {way: [] for way in WAYS}
        best: dict[str, list[float]] = {way: [] for way in WAYS}
        for seed in range(tables):
            given = made_up(kind, random)
            for way, settings in WAYS.items():
                found = estimate(given, settings=settings, seed=seed).interval
                held[way].append(found is not None and found.low <= PEOPLE <= found.high)
                best[way] += [found.best] if found is not None else []
        for way in WAYS:
            print(f"{kind:12} {way:16} held {np.mean(held[way]):.3f}  middle {np.median(best[way]):,.0f}")


def main() -> None:
    """Speed, then coverage."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=150)
    given = asked.parse_args()
    speed()
    coverage(given.tables)


if __name__ == "__main__":
    main()
