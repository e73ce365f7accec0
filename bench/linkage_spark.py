"""Does Spark compare as the embedded engine does, and what does it cost?

    python -m bench.linkage_spark [--size 50000] [--master "local[2]"]

A made-up list of victims is compared by both engines, and weights are learned from both: pairs, levels, keys and weights must
be the same, bit for bit, else the command ends with 1. Seconds and peak memory (of this process and those below it: Java,
workers) stand beside each other. It needs `pip install 'litany[spark]'` and Java 17.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.linkage_coverage import rows_of
from bench.list_systems import febrl_like
from litany.linkage import names, victims
from litany.linkage.engine import Candidates, Engine, Maker
from litany.linkage.engine_spark import SparkEngine, session
from litany.linkage.link import Prepared, Rows, prepare
from litany.linkage.plan import Plan


class Compared(Struct, frozen=True):
    """What one engine made of the list, in seconds: candidates alone, and everything before drawing; peak memory in MB."""

    candidates: Candidates
    prepared: Prepared
    comparing: float
    preparing: float
    memory: float


def compared(make: Maker, rows: Rows, plan: Plan) -> Compared:
    """Compare, and then all that asks the data."""
    with _watched() as peak:
        began = time.perf_counter()
        with make(rows.frame, plan, rows.free, None) as engine:
            found = engine.compare()
        middle = time.perf_counter()
        prepared = prepare(rows, plan, 1, make=make)
        ended = time.perf_counter()
    return Compared(found, prepared, middle - began, ended - middle, peak())


def same(one: Compared, other: Compared) -> dict[str, bool]:
    """What is equal, bit for bit, and what is not."""
    pairs = {name: np.array_equal(mine, theirs) for name, mine, theirs in _both(one.candidates, other.candidates)}
    kept = all(np.array_equal(mine, theirs) for _, mine, theirs in _both(one.prepared.pairs, other.prepared.pairs))
    weights = zip(_learned(one.prepared), _learned(other.prepared), strict=True)
    return {**pairs, "pairs worth a look": kept, "weights": all(np.array_equal(mine, theirs) for mine, theirs in weights)}


def _both(one: Candidates, other: Candidates) -> list[tuple[str, NDArray[np.int32], NDArray[np.int32]]]:
    names = ("left", "right", "pattern", "keys", "patterns")
    return [(name, getattr(one, name), getattr(other, name)) for name in names]


def _learned(prepared: Prepared) -> list[NDArray[np.float64]]:
    return [row for weights in (prepared.weights, *prepared.drawn) for row in (*weights.m, *weights.u)]


@contextmanager
def _watched() -> Iterator[Callable[[], float]]:
    """How many MB this process and those below it hold at most, looked at five times a second."""
    most, done = [_memory()], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            most[0] = max(most[0], _memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        done.set()
        thread.join()


def _memory() -> float:
    """MB of the processes from this one down; what several share is counted once."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    mine, added = {int(Path("/proc/self").readlink().name)}, True
    while added:
        more = {one for one, parent in parents.items() if parent in mine} - mine
        mine, added = mine | more, bool(more)
    return sum(map(_held, mine)) / 1024


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Print what both engines make of one list."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--master", default="local[2]")
    asked = parser.parse_args()
    rows = rows_of(febrl_like(asked.size, lists=10, seed=0))
    plan = victims.plan(names.packaged("burmese"), exhaustive=1_000)
    embedded = compared(Engine, rows, plan)
    began = time.perf_counter()
    session(asked.master)
    started = time.perf_counter() - began
    spark = compared(SparkEngine, rows, plan)
    found = same(embedded, spark)
    print(f"{asked.size:,} rows, {len(embedded.candidates):,} pairs in {len(embedded.candidates.patterns):,} patterns")
    for name, one in (("embedded", embedded), (f"Spark on {asked.master}", spark)):
        print(
            f"{name}: candidates {one.comparing:.1f} s, compare and learn {one.preparing:.1f} s, {one.memory:,.0f} MB at most"
        )
    print(f"Spark started in {started:.1f} s")
    print("equal: " + ", ".join(f"{name} {'yes' if equal else 'NO'}" for name, equal in found.items()))
    sys.exit(0 if all(found.values()) else 1)


if __name__ == "__main__":
    main()
