"""How many people of a group does one statement speak of: low, best and high?

Without a group, the toll as the source gives it. With one (civilians, children), the part that the source states. Where the
source splits its best and bounds only the total, the bounds of the part follow: up to `best - low` of the dead may be no dead
at all, up to `high - best` more may belong to any group, and people of stated unknown group may belong to it. A statement
that does not split its toll along the axis says nothing of the group, except that it is no larger than the toll.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct

from litany.errors import ScopeError
from litany.registry.columns import AXES
from litany.types.scope import Both, Either, Expr, Kind, Not, Term

UNKNOWN = "unknown"


class Interval(Struct, frozen=True):
    """Expressions over the columns of statements; null where the statement does not speak. ``open`` : "at least"."""

    low: pl.Expr
    best: pl.Expr
    high: pl.Expr
    open: pl.Expr
    ceiling: pl.Expr  # the most that a statement allows which does not split its toll


def selected(expr: Expr) -> tuple[str, tuple[str, ...]]:
    """The axis of a condition on people, and the values that it selects.

    People whose group is unknown are no part of a negation: they stay possible, as of every group.
    """
    axis = _axis(expr)
    known = frozenset(value for value in AXES[axis] if value != UNKNOWN)
    return axis, tuple(value for value in AXES[axis] if value in _values(expr, known))


def _axis(expr: Expr) -> str:
    if isinstance(expr, Term):
        return {Kind.STATUS: "status", Kind.SEX: "sex", Kind.AGE: "age"}[expr.kind]
    if isinstance(expr, Not):
        return _axis(expr.part)
    if isinstance(expr, Either | Both):
        return _axis(expr.parts[0])
    raise ScopeError("dates select no people within a toll")


def _values(expr: Expr, known: frozenset[str]) -> frozenset[str]:
    if isinstance(expr, Term):
        return frozenset((expr.value,))
    if isinstance(expr, Not):
        return known - _values(expr.part, known)
    if isinstance(expr, Either | Both):
        sets = [_values(part, known) for part in expr.parts]
        return frozenset.union(*sets) if isinstance(expr, Either) else frozenset.intersection(*sets)
    raise ScopeError("dates select no people within a toll")


def total() -> Interval:
    """The whole toll, as given."""
    low, best, high = pl.col("low"), pl.col("best"), pl.col("high")
    at_least = low.is_not_null() & best.is_null() & high.is_null()
    # "Up to 30" has a high alone: it may be nobody. A source without a best is taken at its low end.
    floor = pl.coalesce(low, best, pl.when(high.is_not_null()).then(0))
    return Interval(floor, pl.coalesce(best, floor), pl.coalesce(high, best, low), at_least, pl.coalesce(high, best, low))


def total_from_parts() -> Interval:
    """The total that a group implies where a source states only the group: at least so many."""
    nothing = pl.col("low").is_null() & pl.col("best").is_null() & pl.col("high").is_null()
    sums = {}
    for end in ("low", "best", "high"):
        others = [f for f in ("best", "low", "high") if f != end]
        axes = [
            pl.sum_horizontal(
                [pl.coalesce(f"{axis}_{value}_{end}", *(f"{axis}_{value}_{other}" for other in others)) for value in values]
            )
            for axis, values in AXES.items()
        ]
        most = pl.max_horizontal(axes)
        sums[end] = pl.when(nothing & (most > 0)).then(most)
    return Interval(sums["low"], sums["best"], sums["high"], sums["low"].is_not_null(), sums["high"])


def group(axis: str, values: Sequence[str]) -> Interval:
    """The part of the toll that belongs to a group along one axis."""
    whole = total()
    columns = {end: [pl.col(f"{axis}_{value}_{end}") for value in AXES[axis]] for end in ("low", "best", "high")}
    splits = pl.any_horizontal([c.is_not_null() for ends in columns.values() for c in ends])
    mine = {end: [pl.col(f"{axis}_{value}_{end}") for value in values] for end in ("low", "best", "high")}
    any_mine = pl.any_horizontal([c.is_not_null() for ends in mine.values() for c in ends])
    bounded = pl.any_horizontal([c.is_not_null() for c in (*mine["low"], *mine["high"])])

    count = pl.sum_horizontal(mine["best"]).cast(pl.Int32)
    unknown = pl.coalesce(f"{axis}_{UNKNOWN}_best", 0) if UNKNOWN not in values else pl.lit(0)
    sure = pl.max_horizontal(whole.best - whole.low, 0)
    more = pl.max_horizontal(whole.high - whole.best, 0)
    derived_low = pl.max_horizontal(count - sure, 0)
    derived_high = pl.min_horizontal(count + unknown + more, pl.max_horizontal(whole.high, whole.best))

    own_low = pl.sum_horizontal([pl.coalesce(f"{axis}_{v}_low", f"{axis}_{v}_best") for v in values]).cast(pl.Int32)
    own_high = pl.sum_horizontal([pl.coalesce(f"{axis}_{v}_high", f"{axis}_{v}_best", f"{axis}_{v}_low") for v in values]).cast(
        pl.Int32
    )
    own_best = pl.sum_horizontal([pl.coalesce(f"{axis}_{v}_best", f"{axis}_{v}_low", f"{axis}_{v}_high") for v in values])
    at_least = any_mine & pl.all_horizontal([c.is_null() for c in (*mine["best"], *mine["high"])])

    # A split stands for itself unless the source splits its best and bounds only the total.
    own = bounded | (splits & pl.col("best").is_null())
    low = pl.when(own).then(own_low).otherwise(derived_low)
    best = pl.when(own).then(own_best.cast(pl.Int32)).otherwise(count)
    high = pl.when(own).then(own_high).otherwise(derived_high)
    # A source that names another group of some of the dead says nothing of the rest.
    named = pl.sum_horizontal([pl.coalesce(f"{axis}_{v}_best", f"{axis}_{v}_low") for v in AXES[axis]])
    speaks = any_mine | (splits & (named >= whole.best).fill_null(False))
    blank = pl.lit(None, pl.Int32)
    return Interval(
        pl.when(speaks).then(low).otherwise(blank),
        pl.when(speaks).then(best).otherwise(blank),
        pl.when(speaks).then(high).otherwise(blank),
        (at_least & bounded).fill_null(False),
        whole.ceiling,
    )


def several(groups: Sequence[Interval]) -> Interval:
    """People who are in every one of several groups (civilian children): Fréchet bounds within the total."""
    if len(groups) == 1:
        return groups[0]
    whole = total()
    low, best, high, open_ = groups[0].low, groups[0].best, groups[0].high, groups[0].open
    for one in groups[1:]:
        low = pl.max_horizontal(low + one.low - whole.high, 0)
        best = pl.max_horizontal(best + one.best - whole.best, 0)
        high = pl.min_horizontal(pl.coalesce(high, whole.ceiling), pl.coalesce(one.high, whole.ceiling))
        open_ = open_ & one.open
    speaks = pl.all_horizontal([g.low.is_not_null() for g in groups])
    blank = pl.lit(None, pl.Int32)
    return Interval(
        pl.when(speaks).then(low).otherwise(blank),
        pl.when(speaks).then(best).otherwise(blank),
        pl.when(speaks).then(high).otherwise(blank),
        open_,
        pl.min_horizontal([pl.coalesce(g.high, g.ceiling) for g in groups]),
    )
