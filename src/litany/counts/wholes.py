"""What is left of an incident when others that are parts of it are counted on their own?

One event of a data set can be several of another. Then the several are incidents of their own, each with its place, days and
deeds, and the one adds what they leave of its toll: together they count [max(l, L), max(h, H)], l and h being the ends of the
whole, L and H the sums of its parts. Within a scope the parts are told apart: those inside count for themselves and are taken
off; those outside are taken off too, for their dead are elsewhere; those of which it is open are still among the dead of whom
the whole speaks, and are taken off only where they count (in high). So low is never more than best, nor best than high.
"""

from __future__ import annotations

import polars as pl

from litany.registry.build import Register

ENDS = ("low", "middle", "high")
KNOWN = ("incident", "certain", "best", "possible", *ENDS)


def is_part(register: Register) -> pl.Expr:
    """Is the row's incident a part of another in some draw?"""
    if register.drawn is None or not register.drawn.parts.height:
        return pl.lit(False)
    return pl.col("incident").is_in(register.drawn.parts["part"].unique().implode())


def left(incidents: pl.DataFrame, outside: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """The rows of ``incidents`` that have parts in some draw, one a draw (column ``draw``), with what the parts leave of low,
    middle, high and stated.

    ``outside``: the parts that are not in the scope (`KNOWN` columns); ``parts``: draw, whole, part. A part that is in neither
    table does not enter, and takes nothing off. High may come out below low: it is only a rest.
    """
    known = pl.concat([incidents.select(KNOWN), outside.select(KNOWN)])
    taken = {
        "low": pl.when("certain").then("low").when("possible").then(0).otherwise("high"),
        "middle": pl.when("best").then("middle").when("possible").then(0).otherwise("middle"),
        "high": pl.when("possible").then("high").otherwise("low"),
    }
    less = (
        parts.join(known.rename({"incident": "part"}), on="part")
        .group_by("draw", incident="whole")
        .agg(**{f"less_{end}": taken[end].sum().cast(pl.Int64) for end in ENDS})
    )
    rest = {end: pl.max_horizontal(pl.col(end) - pl.col(f"less_{end}"), 0) for end in ENDS}
    stated = pl.max_horizontal(pl.col("stated") - pl.col("less_high"), 0)
    made = incidents.join(less, on="incident").with_columns(**rest, stated=stated, lumped=pl.lit(True))
    return made.select("draw", *incidents.columns).cast({name: incidents.schema[name] for name in (*ENDS, "stated")})


def put_in(table: pl.DataFrame, rests: pl.DataFrame, point: int) -> pl.DataFrame:
    """The table with the rests of the draw ``point`` in the place of the incidents that have parts there; in order."""
    here = rests.filter(pl.col("draw") == point).select(table.columns)
    return pl.concat([table.join(here, on="incident", how="anti"), here]).sort("incident")
