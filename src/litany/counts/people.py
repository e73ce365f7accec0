"""How many people of a group does one statement speak of: low, best and high?

Without a group, the toll as the source gives it, and no less than its groups together. With one (civilians, children), the
part that the source states. Where the source splits its best and bounds only the total, the bounds of the part follow: up to
`best - low` of the dead may be no dead at all, up to `high - best` more may belong to any group, and people of stated unknown
group may belong to it. A statement that does not name the group says nothing of it, except that it is no larger than what the
other groups leave of the toll.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from litany.errors import ScopeError
from litany.registry.columns import AXES
from litany.types.scope import Both, Either, Expr, Kind, Not, Term

UNKNOWN = "unknown"
_NONE, _ZERO = pl.lit(None, pl.Int32), pl.lit(0, pl.Int32)
Stages = list[dict[str, pl.Expr]]


def intervals(conditions: Sequence[Expr]) -> Stages:
    """Columns to add to statements, stage by stage, each from those before.

    ``l``, ``m`` and ``h`` are low, best and high of the people asked for, null where the statement does not speak of them;
    ``ceiling`` is then the most that it allows; ``open`` says "at least". ``l2``, ``m2``, ``h2`` are what a statement implies
    that states only a group. With conditions there are the same with ``_w`` for all people, and with ``_0``, ``_1``…
    for the group of each axis. An ``of_`` column is a step on the way.
    """
    if not conditions:
        return [
            _sums(),
            _whole(""),
            _open_ends("", pl.col("low").is_not_null() & pl.col("best").is_null() & pl.col("high").is_null()),
        ]
    axes = {_axis(expr): [other for other in conditions if _axis(other) == _axis(expr)] for expr in conditions}
    chosen = [selected(Both(tuple(together))) for together in axes.values()]
    stages: Stages = [_sums(), _whole("_w"), _open_ends("_w", pl.lit(False))]
    steps = [_group(number, axis, values) for number, (axis, values) in enumerate(chosen)]
    stages += [{name: made for step in steps for name, made in step[at].items()} for at in (0, 1)]
    return [*stages, _joint(len(chosen), [_at_least(axis, values) for axis, values in chosen])]


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


def _end(axis: str, value: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    low, best, high = (f"{axis}_{value}_{end}" for end in ("low", "best", "high"))
    return pl.col(low), pl.col(best), pl.col(high)


def _ordered(low: pl.Expr, best: pl.Expr, high: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The ends of a number as a source gives them; "up to" may be nobody, and without a best the low end is taken.

    Ends that contradict each other stay as given, but the high end is no less than the others.
    """
    nobody = pl.when(high.is_not_null()).then(_ZERO)
    return pl.coalesce(low, best, nobody), pl.coalesce(best, low, nobody), pl.max_horizontal(low, best, high)


class _Value:
    """One value of one axis: with bounds of its own, or as a split of the source's best (nobody: 0)."""

    def __init__(self, axis: str, value: str) -> None:
        ends = _end(axis, value)
        own = pl.col("best").is_null() | ends[0].is_not_null() | ends[2].is_not_null()
        least, best, most = _ordered(*ends)
        self.stated = pl.any_horizontal([end.is_not_null() for end in ends])
        self.low = pl.when(own).then(least).fill_null(0)
        self.high = pl.when(own).then(most).fill_null(0)
        self.split = pl.when(~own).then(ends[1]).fill_null(0)
        self.is_split = ~own & self.stated
        self.best, self.most = best.fill_null(0), most.fill_null(0)


def _sum(made: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal([_ZERO, *made]).cast(pl.Int32)


def _sums() -> dict[str, pl.Expr]:
    """What the groups of each axis come to together."""
    made = {}
    for axis, values in AXES.items():
        every = [_Value(axis, value) for value in values]
        for end in ("low", "best", "high"):
            made[f"of_{axis}_{end}"] = _sum(getattr(value, end) for value in every)
    return made


def _whole(suffix: str) -> dict[str, pl.Expr]:
    """The toll, as given but no less than its groups together; and what groups imply where no toll is stated."""
    ends = _ordered(*(pl.col(end) for end in ("low", "best", "high")))
    groups = [pl.max_horizontal([f"of_{axis}_{end}" for axis in AXES]) for end in ("low", "best", "high")]
    stated = ends[2].is_not_null()
    low = pl.max_horizontal(ends[0], groups[0])
    best = pl.max_horizontal(ends[1], groups[1])
    high = pl.max_horizontal(low, best, ends[2], groups[2])
    made = {f"{name}{suffix}": pl.when(stated).then(end) for name, end in zip("lmh", (low, best, high), strict=True)}
    at_least = ~stated & (groups[2] > 0)
    return {**made, **{f"{name}2{suffix}": pl.when(at_least).then(end) for name, end in zip("lmh", groups, strict=True)}}


def _open_ends(suffix: str, at_least: pl.Expr) -> dict[str, pl.Expr]:
    return {
        f"ceiling{suffix}": pl.coalesce(f"h{suffix}", f"h2{suffix}"),
        "open": at_least | pl.col(f"l2{suffix}").is_not_null(),
    }


def _group(number: int, axis: str, values: Sequence[str]) -> tuple[dict[str, pl.Expr], dict[str, pl.Expr]]:
    """The part of the toll that belongs to a group along one axis, in two stages."""
    if not values:
        return {}, {f"{name}_{number}": _ZERO for name in ("l", "m", "h", "ceiling")}
    every = {value: _Value(axis, value) for value in AXES[axis]}
    mine = [every[value] for value in values]
    others = [one for value, one in every.items() if value not in values and value != UNKNOWN]
    best, high = pl.col("m_w"), pl.col("h_w")
    sure = pl.max_horizontal((best - pl.col("l_w")).fill_null(0), _ZERO)
    unknown = _ZERO if UNKNOWN in values else every[UNKNOWN].most
    more = pl.when(pl.any_horizontal([v.is_split for v in mine])).then((high - best).fill_null(0)).otherwise(_ZERO)
    of = f"of_{number}_"
    steps = {
        f"{of}low": _sum(v.low for v in mine) + pl.max_horizontal(_sum(v.split for v in mine) - sure, _ZERO),
        f"{of}best": _sum(v.best for v in mine),
        f"{of}most": _sum(v.high for v in mine) + _sum(v.split for v in mine) + unknown + more,
        # What the other groups leave of the toll.
        f"{of}left": pl.max_horizontal(high - _sum(v.low for v in others) - _sum(v.split for v in others), _ZERO),
        f"{of}named": pl.all_horizontal([v.stated for v in mine]),
        # A source that names other groups of all of the dead says that none is of this one.
        f"{of}speaks": pl.any_horizontal([v.stated for v in mine])
        | (pl.any_horizontal([v.stated for v in every.values()]) & (pl.col(f"of_{axis}_best") >= best).fill_null(False)),
    }
    left = pl.when(high.is_not_null()).then(f"{of}left")
    # That is the most where the source names another group, or only one of several that are asked for.
    most = pl.when(f"{of}named").then(pl.min_horizontal(f"{of}most", left)).otherwise(pl.coalesce(left, f"{of}most"))
    ends = pl.col(f"{of}low"), pl.col(f"{of}best"), pl.max_horizontal(f"{of}best", most)
    made = {f"{name}_{number}": pl.when(f"{of}speaks").then(end) for name, end in zip("lmh", ends, strict=True)}
    return steps, {**made, f"ceiling_{number}": left}


def _at_least(axis: str, values: Sequence[str]) -> pl.Expr:
    ends = [_end(axis, value) for value in values]
    return pl.any_horizontal(
        [pl.lit(False), *(low.is_not_null() & best.is_null() & high.is_null() for low, best, high in ends)]
    )


def _joint(count: int, at_least: Sequence[pl.Expr]) -> dict[str, pl.Expr]:
    """People who are in every one of several groups (civilian children): Fréchet bounds within the toll."""
    low, best, high = (pl.col(f"{name}_0") for name in "lmh")
    for number in range(1, count):
        low = pl.max_horizontal(low + pl.col(f"l_{number}") - pl.col("h_w"), 0)
        best = pl.max_horizontal(best + pl.col(f"m_{number}") - pl.col("m_w"), 0)
        high = pl.min_horizontal(high, f"h_{number}")
    speaks = pl.all_horizontal([pl.col(f"l_{number}").is_not_null() for number in range(count)])
    ends = {name: pl.when(speaks).then(end) for name, end in zip("lmh", (low, best, high), strict=True)}
    most = [pl.coalesce(f"h_{number}", f"ceiling_{number}", _ZERO) for number in range(count)]
    ceiling = pl.col("ceiling_0") if count == 1 else pl.min_horizontal(most)
    blank = dict.fromkeys(("l2", "m2", "h2"), _NONE)
    return {**ends, **blank, "ceiling": ceiling, "open": pl.all_horizontal(at_least) & speaks}
