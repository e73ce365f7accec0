"""How well is an incident established?

A scale computed by rule from what sources say, after Airwars' civilian-harm grading; a person may override it with a
reason, and only a person discounts:
- confirmed: a party admits it;
- contested: sources name perpetrators that exclude each other;
- fair: at least two originators are named that do not relay each other (roots);
- weak: one root, or none that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import polars as pl

from litany.registry.columns import CERTAINTIES, GRADES, MODALITIES, Legend, Party
from litany.values.actors import Actors
from litany.values.terms import Certainty, Grade, Modality

SPOKEN = tuple(MODALITIES.index(m) for m in (Modality.ASSERTED, Modality.ALLEGED))
_ADMITTED = CERTAINTIES.index(Certainty.ADMITTED)


def with_grades(table: pl.DataFrame, legend: Legend, actors: Actors, overrides: Mapping[int, Grade]) -> pl.DataFrame:
    """Adds ``grade``; ``overrides`` gives the grade of incidents (their numbers) that a person graded."""
    spoken = pl.col("modality").is_in(SPOKEN) & pl.col("excluded").is_null()
    several = [len(roots) > 1 for roots in legend.roots]
    two_roots = pl.lit(pl.Series(several, dtype=pl.Boolean)).gather(pl.col("roots").cast(pl.UInt32))
    rule = (
        pl.when(spoken & (pl.col("certainty") == _ADMITTED))
        .then(GRADES.index(Grade.CONFIRMED))
        .when(spoken & two_roots)
        .then(GRADES.index(Grade.FAIR))
        .otherwise(GRADES.index(Grade.WEAK))
    )
    table = table.with_columns(rule.cast(pl.Int8).alias("grade"))
    shared = table.filter(~pl.col("alone") & spoken).select("incident", "by", "certainty", "roots")
    graded = {incident: _grade(rows, legend, actors) for incident, rows in _by_incident(shared)}
    new = {incident: GRADES.index(grade) for incident, grade in {**graded, **overrides}.items()}
    if not new:
        return table
    made = pl.DataFrame({"incident": list(new), "graded": list(new.values())}, schema={"incident": pl.Int32, "graded": pl.Int8})
    return (
        table.join(made, on="incident", how="left", maintain_order="left")
        .with_columns(pl.coalesce("graded", "grade").alias("grade"))
        .drop("graded")
    )


def _by_incident(rows: pl.DataFrame) -> Iterable[tuple[int, list[tuple[int | None, int | None, int]]]]:
    grouped: dict[int, list[tuple[int | None, int | None, int]]] = {}
    for incident, by, certainty, roots in rows.iter_rows():
        grouped.setdefault(incident, []).append((by, certainty, roots))
    return grouped.items()


def _grade(rows: list[tuple[int | None, int | None, int]], legend: Legend, actors: Actors) -> Grade:
    if any(certainty == _ADMITTED for _, certainty, _ in rows):
        return Grade.CONFIRMED
    parties = [legend.parties[by] for by in sorted({by for by, _, _ in rows if by is not None})]
    if any(exclude(a, b, actors) for a, b in combinations(parties, 2)):
        return Grade.CONTESTED
    roots = {root for _, _, number in rows for root in legend.roots[number]}
    return Grade.FAIR if len(roots) > 1 else Grade.WEAK


def exclude(left: Party, right: Party, actors: Actors) -> bool:
    """Do two sources name perpetrators of whom none may be one of the other's? An unknown name excludes nobody."""
    names = [a for party in (left, right) for a in party.actors]
    if any(name.startswith("?") for name in names):
        return False
    return not any(actors.may_be(a, b, None) for a in left.actors for b in right.actors)
