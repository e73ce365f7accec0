"""How often do 95 % ranges hold the truth, by the way in which people came to be in lists?

    python -m bench.estimates_coverage NUMBER SEED [--methods pooled,graphs] [--processes 2] [--out FILE] [--show-only]

Populations of `bench.populations`, each answered by the recommended estimator and by its plug-in peers. Answers are kept in a
file as they come (one line each), so that a run that was stopped goes on where it was; by other code it begins anew. Printed:
how many populations were refused, and of those that the oracle calls estimable; how many of the given ranges held the truth,
with Wilson's 95 % range; the median of high / low (how wide), of best / truth (how biased), and seconds of CPU.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from bench.coverage_tables import Answer, tables
from bench.kept import path_of
from bench.populations import population
from litany.estimates.captures import Captures
from litany.estimates.graphs import estimate as graphs
from litany.estimates.graphs.estimate import Graphs
from litany.estimates.loglinear import estimate as loglinear
from litany.estimates.loglinear.settings import LogLinear
from litany.estimates.partial import chao
from litany.estimates.pool import estimate as pool
from litany.estimates.pool.families import CLASSES, by_shape
from litany.estimates.pool.settings import QUICK, Pooled
from litany.estimates.pool.shapes import SHAPES, Shape
from litany.estimates.refusals import unusable
from litany.estimates.results import Estimate, Interval

Told = tuple[Interval | None, float | None, str | None]
"""A range, or else a lower bound, or else why there is neither."""


def _of(told: Estimate) -> Told:
    return told.interval, None, None if told.refusal is None else told.refusal.why.value


def _loglinear(settings: LogLinear, table: Captures, seed: int) -> Told:
    return _of(loglinear.estimate(table, settings=settings, seed=seed))


def _graphs(table: Captures, seed: int) -> Told:
    return _of(graphs.estimate(table, settings=Graphs(sweeps=False, replicates=0, shown=0), seed=seed))


def _chao(table: Captures, seed: int) -> Told:
    refusal = unusable(table)
    if refusal is not None:
        return None, None, refusal.why.value
    return None, chao.unequal_lists(table).low(table.people), None


@lru_cache(maxsize=1)
def _pool(table: Captures, seed: int) -> Estimate:
    return pool.estimate(table, settings=Pooled(latent=QUICK, sweeps=False, graphs=False, threads=1), seed=seed)


def _pooled(table: Captures, seed: int) -> Told:
    return _of(_pool(table, seed))


def _classes(table: Captures, seed: int) -> Told:
    """The pool's own run of latent classes by itself, so that its chains run once."""
    told = _pool(table, seed)
    rows = [one for one in told.candidates if one.name.startswith(CLASSES)]
    if not rows:
        return _of(told)
    return rows[0].interval, None, None if rows[0].refusal is None else rows[0].refusal.why.value


def _shape(of: Shape, table: Captures, seed: int) -> Told:
    """One of the pool's families by itself."""
    refusal = unusable(table)
    told = None if refusal is not None else by_shape(table, of).candidate()
    refusal = refusal if told is None else told.refusal
    return None if told is None else told.interval, None, None if refusal is None else refusal.why.value


METHODS: dict[str, Callable[[Captures, int], Told]] = {
    "pooled": _pooled,
    "main effects": partial(_loglinear, LogLinear(selection="stepwise", threshold=1e-300, order=1, interval="normal")),
    "bic normal": partial(_loglinear, LogLinear(order=2, interval="normal")),
    "stepwise": partial(_loglinear, LogLinear(selection="stepwise", interval="normal", order=2)),
    "bic bca": partial(_loglinear, LogLinear(order=2, replicates=400, ntop=60)),
    "average": partial(_loglinear, LogLinear(selection="average", interval="normal", order=2)),
    "graphs": _graphs,
    CLASSES: _classes,
    "chao at least": _chao,
    **{f"shape {of}": partial(_shape, of) for of in SHAPES},
}


def answers(place: int, seed: int, methods: Sequence[str]) -> list[Answer]:
    """What each method says of the population at a place."""
    given = population(place, seed)
    found = []
    for method in methods:
        start = time.process_time()
        told, least, why = METHODS[method](given.table, seed)
        low, best, high = (told.low, told.best, told.high) if told is not None else (least, None, None)
        found.append(Answer(
            place=place, seed=seed, method=method, mechanism=given.mechanism, lists=len(given.table.lists),
            documented=given.table.people, people=given.people, within=round(given.people * (1 - given.beyond)),
            estimable=given.estimable, low=low, best=best, high=high, why=why, seconds=time.process_time() - start,
        ))  # fmt: skip
    return found


def left(path: Path, number: int, seed: int, methods: Sequence[str]) -> list[tuple[int, int, list[str]]]:
    """Places with the seed and the methods of which a file has no answer yet."""
    known = {(one.place, one.method) for one in kept(path) if one.seed == seed}
    wanted = [(place, seed, [one for one in methods if (place, one) not in known]) for place in range(number)]
    return [one for one in wanted if one[2]]


def run(number: int, seed: int, methods: Sequence[str], path: Path, processes: int) -> Iterator[list[Answer]]:
    """Answer what the file does not have, and add it to the file population by population."""
    jobs = left(path, number, seed, methods)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Threads of several processes on one core only wait for each other.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        path.write_bytes(path.read_bytes() + b"\n")  # the end of a line that was cut off
    with path.open("ab") as file, multiprocessing.get_context("spawn").Pool(processes) as pool:
        for found in pool.imap_unordered(_job, jobs):
            file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in found))
            file.flush()
            yield found


def _job(asked: tuple[int, int, Sequence[str]]) -> list[Answer]:
    return answers(*asked)


def kept(path: Path) -> list[Answer]:
    """The answers in a file; a line that was cut off is left out."""
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=Answer) for line in path.read_bytes().splitlines() if line.endswith(b"}")]


def main() -> None:
    """Answer, then print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("number", type=int, help="how many populations; 17 is one of each mechanism")
    asked.add_argument("seed", type=int)
    asked.add_argument("--methods", default=",".join(METHODS))
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--out", type=Path, default=None)
    asked.add_argument("--show-only", action="store_true", help="print what the file has")
    given = asked.parse_args()
    methods = given.methods.split(",")
    path = given.out or path_of(f"coverage-{given.seed}")
    if not given.show_only:
        for done, _ in enumerate(run(given.number, given.seed, methods, path, given.processes), 1):
            if done % 17 == 0:
                print(f"{done} populations", flush=True)
    shown = [one for one in kept(path) if one.seed == given.seed and one.place < given.number and one.method in methods]
    for line in tables(shown, methods):
        print(line)


if __name__ == "__main__":
    main()
