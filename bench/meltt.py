"""Which crashes of meltt's own example does Litany take for one, and where does it disagree with meltt's rule?

    python -m bench.meltt

Three files, 195 rows. meltt (Donnay et al. 2019, JCR 63(5), R package 0.4.2) with windows of 4 km and 2 days reports 140 unique
events, 34 matches, 55 rows removed. Its rule is written here again from the paper (`by_rule`), so that each disagreement can
be read. Litany gets the dates and places of `litany.linkage.incidents` and the taxonomies' depths as levels; it has no
window, no weight by hand, and has seen no label.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
from msgspec import Struct

from litany.linkage.incident_weights import incident_scores
from litany.linkage.incidents import DAYS, PLACE
from litany.linkage.plan import Comparison, Level, Plan
from litany.linkage.score import Scores
from litany.linkage.space import Area, distance_km, point

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage" / "meltt-crash"
KINDS = ("model", "color", "damage")
WINDOW_DAYS, WINDOW_KM = 2, 4.0
Pair = tuple[int, int]


class Crash(Struct, frozen=True):
    """One row; ``depths`` are for each taxonomy its categories from the finest to the broadest."""

    list: int
    number: str
    first: int
    last: int
    latitude: float
    longitude: float
    depths: tuple[tuple[str, ...], ...]

    def shown(self) -> str:
        """The row as a person reads it."""
        days = date.fromordinal(self.first).isoformat() + ("" if self.first == self.last else f"+{self.last - self.first}")
        kinds = " | ".join(" < ".join(depth) for depth in self.depths)
        return f"{self.list + 1}:{self.number:3} {days:13} {self.latitude:9.5f} {self.longitude:10.5f}  {kinds}"


def crashes(folder: Path = DATA) -> list[Crash]:
    """All rows, file by file."""
    trees = {kind: _taxonomy(folder / f"taxonomy_{kind}_tax.csv") for kind in KINDS}
    found = []
    for number in range(3):
        name = f"crash_data{number + 1}"
        for row in _rows(folder / f"{name}.csv"):
            depths = tuple(trees[kind][name, row[f"{kind}_tax"]] for kind in KINDS)
            first, last = (date.fromisoformat(row[column]).toordinal() for column in ("date", "enddate"))
            found.append(Crash(number, row["event"], first, last, float(row["latitude"]), float(row["longitude"]), depths))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _taxonomy(path: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = _rows(path)
    levels = [name for name in rows[0] if "level" in name]
    return {(row["data.source"], row["base.categories"]): tuple(row[level] for level in levels) for row in rows}


def frame(given: Sequence[Crash]) -> pl.DataFrame:
    """The rows as the comparisons of incidents want them; a taxonomy's depths are columns model_1, model_2…"""
    nothing: list[str] = []
    made = []
    for one in given:
        x, y, z = point(one.latitude, one.longitude)
        row: dict[str, object] = {
            "list": one.list, "first_day": one.first, "last_day": one.last, "died_first": None, "died_last": None,
            "x": x, "y": y, "z": z, "radius_km": 1.0, "spots": nothing, "rare_spots": nothing, "rare_names": nothing,
            "township": None, "district": None, "state": None, "busy": False,
            "people": None,
        }  # fmt: skip
        row |= {
            f"{kind}_{at}": depth for kind, depths in zip(KINDS, one.depths, strict=True) for at, depth in enumerate(depths)
        }
        made.append(row)
    words, days = (
        dict.fromkeys(("spots", "rare_spots", "rare_names"), pl.List(pl.String)),
        dict.fromkeys(("died_first", "died_last", "people"), pl.Int32),
    )
    return pl.DataFrame(made, schema_overrides={**words, **days, **dict.fromkeys(("township", "district", "state"), pl.String)})


def plan(given: Sequence[Crash]) -> Plan:
    """Dates and places as for incidents, and for each taxonomy one level a depth."""
    trees = [
        Comparison(
            kind, "FALSE", tuple(Level(f'"{kind}_{at}_l" = "{kind}_{at}_r"', f"same at depth {at + 1}") for at in range(depth))
        )
        for kind, depth in zip(KINDS, (len(depths) for depths in given[0].depths), strict=True)
    ]
    return Plan("crash", (*DAYS, PLACE, *trees), ())


def scored(given: Sequence[Crash]) -> Scores:
    """All pairs of different files, weights learned without labels."""
    return incident_scores(frame(given), plan(given), (True, True, True), seed=1)


def grouped(given: Sequence[Crash], scores: Scores) -> list[tuple[int, ...]]:
    """Groups of at most one row a file: the surest pair first; two join where the pairs between them speak for it."""
    odds = {
        (int(left), int(right)): float(weight)
        for left, right, weight in zip(scores.candidates.left, scores.candidates.right, scores.odds, strict=True)
    }
    groups: dict[int, tuple[int, ...]] = {row: (row,) for row in range(len(given))}
    for left, right in sorted(odds, key=lambda pair: (-round(odds[pair], 6), pair)):
        one, other = groups[left], groups[right]
        between = [odds.get((min(a, b), max(a, b)), -np.inf) for a in one for b in other]
        if odds[left, right] > 0 and one is not other and sum(between) > 0:
            joined = tuple(sorted((*one, *other)))
            groups.update(dict.fromkeys(joined, joined))
    return sorted(set(groups.values()))


def by_rule(given: Sequence[Crash]) -> list[tuple[int, ...]]:
    """meltt's rule by brute force: files one after the other; events with events, episodes (of several days) with episodes; all
    three taxonomies must agree at some depth; of a row's candidates the finest agreement wins, greedily.
    """
    groups: list[list[int]] = [[row] for row, one in enumerate(given) if one.list == 0]
    for number in (1, 2):
        rows = [row for row, one in enumerate(given) if one.list == number]
        fits = sorted(
            (fit, at, row)
            for at, group in enumerate(groups)
            for row in rows
            if (fit := _fit(given[group[0]], given[row])) is not None
        )
        taken: set[tuple[str, int]] = set()
        for _, at, row in fits:
            if not {("group", at), ("row", row)} & taken:
                taken |= {("group", at), ("row", row)}
                groups[at].append(row)
        groups += [[row] for row in rows if ("row", row) not in taken]
    return sorted(tuple(sorted(group)) for group in groups)


def _fit(one: Crash, other: Crash) -> float | None:
    if (
        abs(one.first - other.first) > WINDOW_DAYS
        or abs(one.last - other.last) > WINDOW_DAYS
        or (one.first == one.last) != (other.first == other.last)
    ):
        return None
    if distance_km(Area(one.latitude, one.longitude, 0), Area(other.latitude, other.longitude, 0)) > WINDOW_KM:
        return None
    total = 0.0
    for mine, theirs in zip(one.depths, other.depths, strict=True):
        agreed = [at for at, (a, b) in enumerate(zip(mine, theirs, strict=True), start=1) if a == b]
        if not agreed:
            return None
        total += agreed[0] / len(mine)
    return total


def pairs(groups: Iterable[Sequence[int]]) -> set[Pair]:
    """All pairs within groups."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def main() -> None:
    """Counts of both, and every disagreement with both rows, to be read."""
    given = crashes()
    scores = scored(given)
    ours, rule = grouped(given, scores), by_rule(given)
    for name, groups in (("Litany", ours), ("meltt's rule", rule)):
        several = [group for group in groups if len(group) > 1]
        print(f"{name:13} {len(groups)} unique, {len(several)} groups of several, {len(given) - len(groups)} rows removed")
    mine, theirs = pairs(ours), pairs(rule)
    print(f"pairs: {len(mine & theirs)} in both, {len(mine - theirs)} only Litany, {len(theirs - mine)} only the rule")
    at = {(int(a), int(b)): k for k, (a, b) in enumerate(zip(scores.candidates.left, scores.candidates.right, strict=True))}
    for title, some in (("only Litany", mine - theirs), ("only the rule", theirs - mine)):
        print(f"\n{title}")
        for pair in sorted(some):
            k = at[pair]
            pattern = scores.candidates.patterns[scores.candidates.pattern[k]]
            levels = "; ".join(f"{c.name}: {c.label(int(n))}" for c, n in zip(scores.plan.comparisons, pattern, strict=True))
            print(f"  {given[pair[0]].shown()}\n  {given[pair[1]].shown()}\n    {scores.odds[k]:+.1f}  {levels}")


if __name__ == "__main__":
    main()
