"""What would the recommended estimate hold, and how wide would it be, if it put its families together in another way?

    python -m bench.pool_choices NUMBER SEED [--out FILE]

The families answer once for each population of `bench.populations`; the rules are tried on what they said. These are the
populations on which the rule of `litany.estimates.pool` was chosen, so what is printed for it flatters it:
`bench.estimates_coverage` measures it on others.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.kept import path_of
from bench.mechanisms import BEYOND
from bench.populations import population
from litany.estimates.pool.families import CLASSES, LEVELS, all_of
from litany.estimates.pool.settings import QUICK
from litany.estimates.refusals import unusable

Range = tuple[float, float]
APART = 10.0


class Said(Struct, frozen=True):
    """What families say of one population: their ``points`` at `LEVELS` and their criterion (``aic``), by name."""

    place: int
    people: int
    mechanism: str
    estimable: bool
    points: dict[str, list[float]]
    aic: dict[str, float]


def said(place: int, seed: int) -> Said:
    """Ask all families."""
    given = population(place, seed)
    found = [] if unusable(given.table) else [one for one in all_of(given.table, QUICK, seed, 1) if len(one.points)]
    points = {one.name: one.points[::5].round(2).tolist() for one in found}
    aic = {one.name: one.criteria["aic"] for one in found}
    return Said(place, given.people, given.mechanism, given.estimable, points, aic)


def union(low: float, high: float, *, without: str = "", within: float = np.inf) -> Callable[[Said], Range | None]:
    """From the lowest low point to the highest high point of the families (that fit ``within`` so much of the best)."""

    def rule(of: Said) -> Range | None:
        best = min(of.aic.values(), default=0.0)
        kept = [np.array(row) for name, row in of.points.items() if name != without and of.aic[name] <= best + within]
        if len(of.points) < 2 or not kept:
            return None
        return min(_at(row, low) for row in kept), max(_at(row, high) for row in kept)

    return rule


def mixture(of: Said) -> Range | None:
    """The middle 95 % of all families' distributions together, each with the same weight."""
    if len(of.points) < 2:
        return None
    low, high = np.quantile(np.concatenate([np.array(row) for row in of.points.values()]), [0.025, 0.975]).tolist()
    return low, high


def _at(row: NDArray[np.float64], level: float) -> float:
    return float(np.interp(level, LEVELS[::5], row))


RULES: dict[str, tuple[Callable[[Said], Range | None], float]] = {
    "mixture with equal weights": (mixture, APART),
    "2.5 to 97.5 % of any": (union(0.025, 0.975), APART),
    "2.5 to 99 %": (union(0.025, 0.99), APART),
    "2.5 to 99.5 % (chosen)": (union(0.025, 0.995), APART),
    "2.5 to 99.75 %": (union(0.025, 0.9975), APART),
    "0.5 to 99.5 %": (union(0.005, 0.995), APART),
    "chosen, fit within 10": (union(0.025, 0.995, within=10.0), APART),
    "chosen, fit within 20": (union(0.025, 0.995, within=20.0), APART),
    "chosen, without log-linear": (union(0.025, 0.995, without="log-linear"), APART),
    "chosen, without Poisson2": (union(0.025, 0.995, without="log-linear, Poisson2"), APART),
    "chosen, without Darroch": (union(0.025, 0.995, without="log-linear, Darroch"), APART),
    "chosen, without Gamma3.5": (union(0.025, 0.995, without="log-linear, Gamma3.5"), APART),
    "chosen, without classes": (union(0.025, 0.995, without=CLASSES), APART),
    "chosen, apart at most 5": (union(0.025, 0.995), 5.0),
    "chosen, apart at most 20": (union(0.025, 0.995), 20.0),
    "chosen, however far apart": (union(0.025, 0.995), np.inf),
}


def row(name: str, answers: list[Said]) -> str:
    """One line of the table."""
    rule, apart = RULES[name]
    ranges = [(one, rule(one)) for one in answers]
    told = [(one, ends) for one, ends in ranges if ends is not None and ends[1] <= apart * ends[0]]
    estimable = sum(one.estimable for one in answers)
    inside = [(one, ends) for one, ends in told if one.mechanism != BEYOND]
    low = np.mean([ends[1] < one.people for one, ends in inside])
    high = np.mean([one.people < ends[0] for one, ends in inside])
    every = np.mean([ends[0] <= one.people <= ends[1] for one, ends in told])
    wide = np.quantile([ends[1] / ends[0] for _, ends in inside], [0.5, 0.9])
    refused = 1 - sum(one.estimable for one, _ in told) / max(estimable, 1)
    return f"{name:30} {1 - low - high:6.1%} {low:8.1%} {high:9.1%} {every:7.1%} {wide[0]:10.2f} {wide[1]:6.1f} {refused:9.1%}"


def main() -> None:
    """Ask, keep what is said, try the rules."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("number", type=int)
    asked.add_argument("seed", type=int)
    asked.add_argument("--out", type=Path, default=None)
    given = asked.parse_args()
    path = given.out or path_of(f"pool-choices-{given.seed}")
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_bytes().splitlines() if path.exists() else []
    answers = [msgspec.json.decode(line, type=Said) for line in lines]
    with path.open("ab") as file:
        for place in range(len(answers), given.number):
            answers.append(said(place, given.seed))
            file.write(msgspec.json.encode(answers[-1]) + b"\n")
            file.flush()
    print(f"{'':30}   held  too low  too high  (all)    high/low (9 in 10)  refused of estimable")
    for name in RULES:
        print(row(name, answers[: given.number]))


if __name__ == "__main__":
    main()
