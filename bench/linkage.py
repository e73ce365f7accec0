"""How right and how fast is the linkage, beside plain Splink with the same comparisons and keys in the same run?

    python -m bench.linkage [--size 100000] [--coverage 3] [--only gold|scale]

Gold lists: pairwise F1, precision and recall of the best partition, of each half of the people (by a hash of their number; a
pair is of the half of its first row's person). Ours has no threshold; Splink's, of `THRESHOLDS`, is chosen by F1 on the other
half, never on the half that is reported. A made-up list of many rows: seconds and memory. Simulated systems: how often 95 %
intervals hold the truth (`bench.linkage_coverage`).
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
from litany.linkage.evaluate import Ints, PairCounts, Scores, clusters_of_pairs, unique_pairs
from litany.linkage.link import Linked, Rows, draw, prepare
from litany.linkage.partition_random import mix

THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99)
_FEW = {"historical 50k": (4, 5)}  # outer and inner draws, where one component holds half of the rows
_SALT = np.uint64(0x5851F42D4C957F2D)


class Half(Struct, frozen=True):
    """A half of the people: what ours and Splink's pairs are worth there, Splink's at the ``threshold`` chosen on the other."""

    ours: Scores
    splink: Scores
    threshold: float


class Measured(Struct, frozen=True):
    """A gold list: both halves and ours of all, seconds of both (training and linking), interval of distinct, the truth."""

    name: str
    halves: tuple[Half, Half]
    ours: Scores
    seconds: float
    computing: float
    splink_seconds: float
    interval: tuple[float, float, float]
    truth: int


def rows_of(gold: Gold) -> Rows:
    """A gold list as it is linked."""
    size = gold.frame.height
    lists = gold.frame["list"].to_numpy() if "list" in gold.frame.columns else np.zeros(size)
    return Rows(gold.frame, lists.astype(np.int32), gold.free or (False,), gold.frame.hash_rows(1).to_numpy())


def people_of(gold: Gold) -> Ints:
    """A number for each row's person, as the gold has it."""
    if gold.truth is not None:
        return gold.truth
    assert gold.pairs is not None
    return clusters_of_pairs(gold.pairs[:, 0], gold.pairs[:, 1], gold.frame.height)


def counts(gold: Gold, labels: Ints, first: NDArray[np.bool_]) -> PairCounts:
    """The pairs whose first row is one of ``first`` (rows)."""
    predicted = int(_later(labels)[first].sum())
    if gold.pairs is None:
        truth = people_of(gold)
        both = np.unique(np.stack([labels, truth]), axis=1, return_inverse=True)[1].ravel()
        return PairCounts(int(_later(both)[first].sum()), predicted, int(_later(truth)[first].sum()))
    one, other = unique_pairs(gold.pairs[:, 0], gold.pairs[:, 1])
    one, other = one[first[one]], other[first[one]]
    return PairCounts(int((labels[one] == labels[other]).sum()), predicted, len(one))


def _later(labels: Ints) -> Ints:
    """How many later rows have the label of each row."""
    order = np.argsort(labels, kind="stable")
    _, start, size = np.unique(labels[order], return_index=True, return_counts=True)
    made = np.empty(len(labels), np.int64)
    made[order] = np.repeat(start + size, size) - np.arange(len(labels)) - 1
    return made


def measured(gold: Gold) -> Measured:
    """Link a gold list, and let Splink link it."""
    outer, inner = _FEW.get(gold.name, (40, 10))
    began, spent = time.perf_counter(), time.process_time()
    rows = rows_of(gold)
    made: Linked = draw(prepare(rows, gold.plan, 1, outer=outer), rows, 1, inner=inner)
    seconds, computing = time.perf_counter() - began, time.process_time() - spent
    labels = made.draws.point().astype(np.int64)
    theirs = run(gold.frame, gold.plan, gold.free, THRESHOLDS)
    half = mix(people_of(gold).astype(np.uint64) ^ _SALT) % np.uint64(2) == 0
    parts = []
    for reported in (half, ~half):
        best = max(range(len(theirs)), key=lambda at: counts(gold, theirs[at].clusters, ~reported).scores().f1)
        splink = counts(gold, theirs[best].clusters, reported).scores()
        parts.append(Half(counts(gold, labels, reported).scores(), splink, THRESHOLDS[best]))
    low, middle, high = np.quantile(made.distinct(), [0.025, 0.5, 0.975]).tolist()
    pairs = 0 if gold.pairs is None else len(gold.pairs)
    truth = gold.frame.height - pairs if gold.truth is None else len(np.unique(gold.truth))
    return Measured(
        gold.name, (parts[0], parts[1]), counts(gold, labels, np.ones(len(labels), bool)).scores(), seconds, computing,
        min(one.training + one.linking for one in theirs), (low, middle, high), truth,
    )  # fmt: skip


def _said(one: Scores) -> str:
    return f"F1 {one.f1:.4f} (P {one.precision:.4f}, R {one.recall:.4f})"


def scale(size: int) -> None:
    """Print seconds and memory of a made-up list, beside Splink's predicting and clustering."""
    system = febrl_like(size, lists=10, seed=0)
    rows = linkage_coverage.rows_of(system)
    plan = victims.plan(names.packaged("burmese"), exhaustive=1_000)
    began, spent = time.perf_counter(), time.process_time()
    prepared = prepare(rows, plan, 1)
    compared = time.perf_counter() - began
    made = draw(prepared, rows, 1)
    ours, computing = time.perf_counter() - began, time.process_time() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time()
    theirs = run(rows.frame, plan, (), (0.5,))[0]
    their_computing = time.process_time() - spent
    low, middle, high = np.quantile(made.distinct(), [0.025, 0.5, 0.975]).tolist()
    print(f"{size:,} rows: {ours:.1f} s ({computing:.1f} s computing) with 400 draws ({compared:.1f} s compare and learn), "
          f"{memory:,.0f} MB; Splink predict and cluster {theirs.linking:.1f} s, training {theirs.training:.1f} s "
          f"({their_computing:.1f} s computing); "
          f"distinct {low:,.0f} {middle:,.0f} {high:,.0f}, truth {len(np.unique(system.truth)):,}")  # fmt: skip


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--coverage", type=int, default=3)
    parser.add_argument("--only", choices=("gold", "scale"))
    asked = parser.parse_args()
    for make in SETS if asked.only != "scale" else ():
        gold = make()
        if gold is None:
            print(f"{make.__name__}: its files are not here, left out")
            continue
        one = measured(gold)
        low, middle, high = one.interval
        print(f"{one.name}: {_said(one.ours)}; {one.seconds:.1f} s ({one.computing:.1f} s computing), Splink "
              f"{one.splink_seconds:.1f} s; distinct {low:,.0f} {middle:,.0f} {high:,.0f}, truth {one.truth:,}")  # fmt: skip
        for number, half in enumerate(one.halves):
            print(f"   half {number}: {_said(half.ours)}; Splink at {half.threshold}, chosen on the other: "
                  f"{_said(half.splink)}", flush=True)  # fmt: skip
    if asked.only != "gold":
        scale(asked.size)
    if asked.only is None:
        linkage_coverage.main(asked.coverage, 600)


if __name__ == "__main__":
    main()
