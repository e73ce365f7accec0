"""How far are weights learned without labels off, by log odds: what the prior in `litany.linkage.trust` rests on?

    python -m bench.linkage_tail [SYSTEMS] [ROWS]

For simulated systems (`bench.list_systems`) prints, by zone of log odds, how many pairs are true, how many the weights expect,
and the log of the ratio beside the prior's mean and standard deviation. All pairs are compared where there are no more than two
million, else a random sample of those that no key reached stands for the rest.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from bench.linkage_coverage import rows_of, systems
from bench.list_systems import System
from litany.linkage import em, learn, names, victims
from litany.linkage.engine import Engine
from litany.linkage.score import compared
from litany.linkage.trust import CENTRES, ZONES, prior, zones

Floats = NDArray[np.float64]


def zoned(system: System, seed: int) -> tuple[Floats, Floats]:
    """(Z) true pairs, and pairs that the weights expect to be true."""
    rows, truth = rows_of(system), system.truth
    plan = victims.plan(names.packaged("burmese"))
    left, right = _same(truth)
    if any(rows.free):
        apart = rows.lists[left] != rows.lists[right]
        left, right = left[apart], right[apart]
    with Engine(rows.frame, plan, rows.free) as engine:
        candidates, counted = compared(engine, rows.lists, rows.free, seed)
        weights = learn.plain(rows.frame, rows.free, counted, plan, 1, seed).weights
        pairs = engine.compare_pairs(left.astype(np.int32), right.astype(np.int32))
    true = np.bincount(zones(weights.odds(pairs.patterns)[pairs.pattern]), minlength=ZONES).astype(np.float64)
    scale = max(counted.total - len(candidates), 0) / max(float(counted.random_counts.sum()), 1.0)
    expected = np.zeros(ZONES)
    for patterns, counts in (
        (candidates.patterns, candidates.counts().astype(np.float64)),
        (counted.random, counted.random_counts * scale),
    ):
        odds = weights.odds(patterns)
        expected += np.bincount(zones(odds), em.probability(odds) * counts, minlength=ZONES)
    return true, expected


def _same(truth: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.argsort(truth, kind="stable")
    left, right = [], []
    for apart in range(1, int(np.bincount(truth).max())):
        at = np.flatnonzero(truth[order][apart:] == truth[order][:-apart])
        left.append(order[at])
        right.append(order[at + apart])
    return np.concatenate(left), np.concatenate(right)


def main(number: int, size: int) -> None:
    """Print the table of each kind of system."""
    sums: dict[str, tuple[Floats, Floats]] = {}
    for kind, seed, _, system in systems(number, size, 9_000):
        true, expected = zoned(system, seed)
        before = sums.get(kind, (np.zeros(ZONES), np.zeros(ZONES)))
        sums[kind] = (before[0] + true, before[1] + expected)
    mean, root = prior()
    spread = np.sqrt(np.diag(root @ root.T))
    for kind, (true, expected) in sums.items():
        print(f"{kind}: log odds, true pairs, expected, log ratio; prior mean and standard deviation")
        for zone in range(ZONES):
            ratio = np.log((true[zone] + 0.5) / (expected[zone] + 0.05))
            print(f"  {CENTRES[zone]:6.2f} {true[zone]:8,.0f} {expected[zone]:10,.2f} {ratio:6.2f}; "
                  f"{mean[zone]:5.2f} {spread[zone]:5.2f}")  # fmt: skip


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:] or ("10", "600")))
