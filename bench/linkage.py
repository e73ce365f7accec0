"""How right and how fast is the linkage, beside plain Splink with the same comparisons and keys in the same run?

    python -m bench.linkage [--size 100000] [--coverage 3]

Gold lists: F1 of the best partition, against Splink at its best of two thresholds (chosen on the gold, in Splink's favour). A
made-up list of many rows: seconds and memory. Simulated systems: how often 95 % intervals hold the truth
(`bench.linkage_coverage`).
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench import linkage_coverage
from bench.gold_lists import SETS, Gold
from bench.list_systems import febrl_like
from bench.plain_splink import run
from litany.linkage import names, victims
from litany.linkage.evaluate import against_pairs, agreement
from litany.linkage.link import Linked, Rows, draw, prepare

THRESHOLDS = (0.5, 0.9)
_FEW = {"historical 50k": (4, 5)}  # outer and inner draws, where one component holds half of the rows


class Measured(Struct, frozen=True):
    """A gold list: F1 of ours and of Splink (best of two thresholds), seconds of both, interval of distinct, the truth."""

    name: str
    ours: float
    splink: float
    seconds: float
    splink_seconds: float
    interval: tuple[float, float, float]
    truth: int


def rows_of(gold: Gold) -> Rows:
    """A gold list as it is linked."""
    size = gold.frame.height
    lists = gold.frame["list"].to_numpy() if "list" in gold.frame.columns else np.zeros(size)
    return Rows(gold.frame, lists.astype(np.int32), gold.free or (False,), gold.frame.hash_rows(1).to_numpy())


def f1(gold: Gold, labels: NDArray[np.int64]) -> float:
    """Pairwise F1 of a partition."""
    if gold.truth is not None:
        return agreement(labels, gold.truth).pairwise.f1
    assert gold.pairs is not None
    return against_pairs(labels, gold.pairs[:, 0], gold.pairs[:, 1]).scores().f1


def measured(gold: Gold) -> Measured:
    """Link a gold list, and let Splink link it."""
    outer, inner = _FEW.get(gold.name, (40, 10))
    began = time.perf_counter()
    rows = rows_of(gold)
    made: Linked = draw(prepare(rows, gold.plan, 1, outer=outer), rows, 1, inner=inner)
    seconds = time.perf_counter() - began
    theirs = [run(gold.frame, gold.plan, gold.free, threshold) for threshold in THRESHOLDS]
    low, middle, high = np.quantile(made.distinct(), [0.025, 0.5, 0.975]).tolist()
    pairs = 0 if gold.pairs is None else len(gold.pairs)
    truth = gold.frame.height - pairs if gold.truth is None else len(np.unique(gold.truth))
    return Measured(
        gold.name, f1(gold, made.draws.point().astype(np.int64)), max(f1(gold, one.clusters) for one in theirs), seconds,
        min(one.training + one.linking for one in theirs), (low, middle, high), truth,
    )  # fmt: skip


def scale(size: int) -> None:
    """Print seconds and memory of a made-up list, beside Splink's predicting and clustering."""
    system = febrl_like(size, lists=10, seed=0)
    rows = linkage_coverage.rows_of(system)
    plan = victims.plan(names.packaged("burmese"), exhaustive=1_000)
    began = time.perf_counter()
    prepared = prepare(rows, plan, 1)
    compared = time.perf_counter() - began
    made = draw(prepared, rows, 1)
    ours = time.perf_counter() - began
    theirs = run(rows.frame, plan, (), 0.5)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    low, middle, high = np.quantile(made.distinct(), [0.025, 0.5, 0.975]).tolist()
    print(f"{size:,} rows: {ours:.1f} s with 400 draws ({compared:.1f} s compare and learn), Splink predict and cluster "
          f"{theirs.linking:.1f} s (training {theirs.training:.1f} s): {ours / theirs.linking:.1f} x; {memory:,.0f} MB; "
          f"distinct {low:,.0f} {middle:,.0f} {high:,.0f}, truth {len(np.unique(system.truth)):,}")  # fmt: skip


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--coverage", type=int, default=3)
    asked = parser.parse_args()
    for make in SETS:
        gold = make()
        if gold is None:
            print(f"{make.__name__}: its files are not here, left out")
            continue
        one = measured(gold)
        low, middle, high = one.interval
        print(f"{one.name}: F1 {one.ours:.4f}, Splink {one.splink:.4f}; {one.seconds:.1f} s, {one.splink_seconds:.1f} s; "
              f"distinct {low:,.0f} {middle:,.0f} {high:,.0f}, truth {one.truth:,}", flush=True)  # fmt: skip
    scale(asked.size)
    linkage_coverage.main(asked.coverage, 600)


if __name__ == "__main__":
    main()
