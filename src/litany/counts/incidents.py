"""What do all statements of an incident say together?

Facts: an incident is certainly inside a condition when some statement says so and none excludes it; possibly, when some
allows it or none speaks of it; best, when more say so than exclude it. Tolls: low is the least low, high the greatest high
of the sources that speak of the group, best the lower median over their roots; statements without a named root are one
voice. Linked named dead lift all three. An incident of one statement is that statement.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct

from litany.counts import leaves, people
from litany.counts.leaves import Leaf, Tree, Truth
from litany.registry.build import Register
from litany.registry.columns import GRADES, HARMS, LEVELS, MODALITIES
from litany.types.scope import Expr, Kind, Scope, Term
from litany.values.terms import Level

_LUMPED, _AGGREGATE = LEVELS.index(Level.LUMPED), LEVELS.index(Level.AGGREGATE)
_TRUTHS = ("speaks", "certain", "best", "possible")


class LeftOut(Struct, frozen=True):
    """Statements that speak of the scope and did not enter, by reason: how many, and the best tolls that they state."""

    reason: str
    statements: int
    people: int


REASONS = ("", "corrected away", "modality", "grade", "aggregate", "lumped", "without")


class Evaluated(Struct, frozen=True):
    """What one scope holds of one register.

    ``incidents``, in order of incident: incident, certain, best, possible (truths), low, middle, high (people), statements,
    victims, source, linked, lumped, open, unsplit, odd. ``admitted``: the statements that entered. ``spoken``: all that
    speak of the scope, also those that did not enter, with the columns of the register: enough to evaluate any narrower
    scope. ``left_out``: what did not enter, by reason.
    """

    incidents: pl.DataFrame
    admitted: pl.DataFrame
    spoken: pl.DataFrame
    left_out: tuple[LeftOut, ...]


def evaluate(register: Register, scope: Scope, within: pl.DataFrame | None = None) -> Evaluated:
    """Every incident that is possibly in the scope (its toll threshold left to the caller).

    ``within`` is ``spoken`` of a wider scope, or a part of it that holds whatever can be in this one.
    """
    trees = [leaves.tree(expr) for expr in scope.facts if leaves.filters(expr, register) is None]
    wanted = list(dict.fromkeys(leaf for node in trees for leaf in leaves.leaves_of(node)))
    base = register.table.with_row_index("n") if within is None else within.lazy()
    columns = base.collect_schema().names()
    # Most statements stand alone: whatever cannot be in the scope goes before anything is computed of the rest.
    spoken = _spoken(base, register, scope).filter(possible(register, scope, scope.facts) | ~pl.col("alone"))
    everything = spoken.with_columns(
        **{
            f"{name}_{number}": getattr(made, name)
            for number, leaf in enumerate(wanted)
            for made in (leaves.truth(leaf, register, scope),)
            for name in _TRUTHS
        },
        **_intervals(scope),
    ).collect()
    inside = _possible([_combined(node, wanted, _Alone()) for node in trees])
    left_out = _left_out(everything.filter((pl.col("reason") != 0) & inside))
    table = everything.filter(pl.col("reason") == 0)
    alone, shared = table.filter("alone"), table.filter(~pl.col("alone"))
    made = pl.concat([_alone(alone, trees, wanted), _shared(shared, trees, wanted)])
    made = made.filter(pl.col("possible")).sort("incident")
    kept = table if made.height == table.height else table.filter(pl.col("incident").is_in(made["incident"].implode()))
    return Evaluated(made, kept, everything.select(columns), left_out)


def possible(register: Register, scope: Scope, facts: Sequence[Expr]) -> pl.Expr:
    """May a statement that stands alone be inside all of these facts?"""
    trees = [leaves.tree(expr) for expr in facts if leaves.filters(expr, register) is None]
    wanted = list(dict.fromkeys(leaf for node in trees for leaf in leaves.leaves_of(node)))
    truths = [leaves.truth(leaf, register, scope) for leaf in wanted]
    return _possible([_combined(node, wanted, _Raw(truths)) for node in trees])


def _spoken(base: pl.LazyFrame, register: Register, scope: Scope) -> pl.LazyFrame:
    """Statements of the harm from the sources asked for; ``reason`` says why one does not enter (0: it does)."""
    chosen = [made for expr in scope.facts if (made := leaves.filters(expr, register)) is not None]
    conditions = [
        pl.col("excluded").is_null(),
        pl.col("modality").is_in([MODALITIES.index(m) for m in scope.modalities]),
        pl.col("grade").is_in([GRADES.index(g) for g in scope.grades]),
        pl.lit(True) if Term(Kind.LEVEL, Level.AGGREGATE) in scope.facts else pl.col("level") != _AGGREGATE,
        pl.col("level") != _LUMPED if scope.toll is not None and not _names_level(scope) else pl.lit(True),
        ~pl.col("source").is_in([leaves.position(register.legend.sources, slug) for slug in scope.without]),
    ]
    reason = pl.lit(0, pl.Int8)
    for number, condition in reversed(list(enumerate(conditions, start=1))):
        reason = pl.when(condition).then(reason).otherwise(pl.lit(number, pl.Int8))
    return base.filter(pl.col("harm") == HARMS.index(scope.harm), *chosen).with_columns(reason=reason)


def _left_out(table: pl.DataFrame) -> tuple[LeftOut, ...]:
    grouped = table.group_by("reason").agg(pl.len(), pl.coalesce("m", "m2", pl.lit(0)).sum().alias("people")).sort("reason")
    return tuple(LeftOut(REASONS[reason], statements, people) for reason, statements, people in grouped.iter_rows())


def _names_level(scope: Scope) -> bool:
    return any(leaf.kind == "level" for expr in scope.facts for leaf in leaves.leaves_of(leaves.tree(expr)))


def _intervals(scope: Scope) -> dict[str, pl.Expr]:
    """The interval of each statement on the scope's group, as columns."""
    if not scope.people:
        whole, implied = people.total(), people.total_from_parts()
        return {
            "l": whole.low, "m": whole.best, "h": whole.high, "open": whole.open.fill_null(False),
            "l2": implied.low, "m2": implied.best, "h2": implied.high, "ceiling": pl.coalesce(whole.ceiling, implied.high),
        }  # fmt: skip
    made = people.several([people.group(*people.selected(expr)) for expr in scope.people])
    blank = pl.lit(None, pl.Int32)
    return {
        "l": made.low, "m": made.best, "h": made.high, "open": made.open.fill_null(False),
        "l2": blank, "m2": blank, "h2": blank, "ceiling": made.ceiling,
    }  # fmt: skip


class _Alone:
    """Truths of a leaf for an incident of one statement."""

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        return pl.col(f"certain_{number}"), pl.col(f"best_{number}"), pl.col(f"possible_{number}")


class _Raw:
    """Truths of a leaf for a statement, before they stand in columns."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        self._truths = truths

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        made = self._truths[number]
        return made.certain, made.best, made.possible


class _Fused:
    """Truths of a leaf for an incident of several statements, from sums over them."""

    def __call__(self, number: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        speaks, certain, best, possible = (pl.col(f"{name}_{number}") for name in _TRUTHS)
        none_excludes = possible == speaks
        return (
            (certain > 0) & none_excludes,
            best > speaks - possible,
            (possible > 0) | (speaks == 0),
        )


def _combined(node: Tree, wanted: list[Leaf], of: _Alone | _Fused | _Raw) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Three truths of a whole expression (strong Kleene logic)."""
    if isinstance(node, Leaf):
        return of(wanted.index(node))
    parts = [_combined(part, wanted, of) for part in node[1]]
    if node[0] == "not":
        certain, best, possible = parts[0]
        return ~possible, ~best, ~certain
    how = pl.any_horizontal if node[0] == "or" else pl.all_horizontal
    return how([p[0] for p in parts]), how([p[1] for p in parts]), how([p[2] for p in parts])


def _possible(parts: list[tuple[pl.Expr, pl.Expr, pl.Expr]]) -> pl.Expr:
    return pl.all_horizontal([p[2] for p in parts]) if parts else pl.lit(True)


def _truths(trees: list[Tree], wanted: list[Leaf], of: _Alone | _Fused | _Raw) -> dict[str, pl.Expr]:
    parts = [_combined(node, wanted, of) for node in trees] or [(pl.lit(True), pl.lit(True), pl.lit(True))]
    every = [pl.all_horizontal([part[k] for part in parts]) for k in range(3)]
    return {"certain": every[0], "best": every[1], "possible": every[2]}


def _alone(table: pl.DataFrame, trees: list[Tree], wanted: list[Leaf]) -> pl.DataFrame:
    return table.select(
        "incident",
        **_truths(trees, wanted, _Alone()),
        low=pl.coalesce("l", "l2", pl.lit(0, pl.Int32)),
        middle=pl.coalesce("m", "m2", pl.lit(0, pl.Int32)),
        high=pl.coalesce("h", "h2", "ceiling", pl.lit(0, pl.Int32)),
        statements=pl.lit(1, pl.UInt32),
        victims=pl.col("person").cast(pl.UInt32),
        source=pl.col("source"),
        linked=pl.lit(False),
        lumped=pl.col("level") == _LUMPED,
        open=pl.col("open"),
        unsplit=pl.col("l").is_null() & pl.col("l2").is_null(),
        odd=(pl.col("m") < pl.col("l")).fill_null(False) | (pl.col("m") > pl.col("h")).fill_null(False),
    )


def _shared(table: pl.DataFrame, trees: list[Tree], wanted: list[Leaf]) -> pl.DataFrame:
    """One row an incident that several statements speak of."""
    sums = [
        (pl.col(f"{name}_{number}") & (pl.col(f"speaks_{number}") if name != "speaks" else pl.lit(True)))
        .cast(pl.Int64)
        .sum()
        .alias(f"{name}_{number}")
        for number in range(len(wanted))
        for name in _TRUTHS
    ]
    facts = table.group_by("incident", maintain_order=True).agg(
        *sums,
        pl.len().cast(pl.UInt32).alias("statements"),
        pl.col("source").first(),
        (pl.col("source").n_unique() > 1).alias("linked"),
        (pl.col("level") == _LUMPED).any().alias("lumped"),
        pl.col("open").any(),
        pl.col("ceiling").max(),
    )
    tolls, named = _tolls(table.filter(~pl.col("person"))), _named(table.filter(pl.col("person")))
    joined = facts.join(tolls, on="incident", how="left").join(named, on="incident", how="left")
    spoken = pl.col("tl").is_not_null()
    zero = pl.lit(0, pl.Int32)
    ceiling = pl.coalesce("nh", "ceiling", zero)
    return joined.select(
        "incident",
        **_truths(trees, wanted, _Fused()),
        low=pl.when(spoken).then(pl.max_horizontal("tl", "nl")).otherwise(pl.coalesce("nl", zero)).cast(pl.Int32),
        middle=pl.when(spoken).then(pl.max_horizontal("tm", "nm")).otherwise(pl.coalesce("nm", zero)).cast(pl.Int32),
        high=pl.when(spoken)
        .then(pl.max_horizontal("th", "nh"))
        .otherwise(pl.max_horizontal(ceiling, "ceiling"))
        .cast(pl.Int32),
        statements="statements",
        victims=pl.coalesce("victims", pl.lit(0, pl.UInt32)),
        source="source",
        linked="linked",
        lumped="lumped",
        open="open",
        unsplit=~spoken & pl.col("nl").is_null(),
        odd=pl.lit(False),
    )


def _tolls(table: pl.DataFrame) -> pl.DataFrame:
    """Per incident, the toll over its sources: least low, lower median over roots, greatest high."""
    spoken = table.filter(pl.col("l").is_not_null() | pl.col("h").is_not_null())
    implied = table.join(spoken.select("incident").unique(), on="incident", how="anti").filter(pl.col("l2").is_not_null())
    both = pl.concat([
        spoken.select("incident", "roots", "l", "m", "h"),
        implied.select("incident", "roots", l="l2", m="m2", h="h2").cast({"l": pl.Int32, "m": pl.Int32, "h": pl.Int32}),
    ])  # fmt: skip
    voices = both.group_by("incident", "roots").agg(
        pl.col("l").min(), pl.col("m").quantile(0.5, "lower").alias("m"), pl.col("h").max()
    )
    return voices.group_by("incident").agg(
        pl.col("l").min().alias("tl"),
        pl.col("m").quantile(0.5, "lower").cast(pl.Int32).alias("tm"),
        pl.col("h").max().alias("th"),
    )


def _named(table: pl.DataFrame) -> pl.DataFrame:
    """Per incident, its named dead: each victim once, certain when some statement says so and none excludes it."""
    victims = table.group_by("incident", "victim").agg(
        pl.when((pl.col("l").max() > 0) & (pl.col("h").min() > 0)).then(1).otherwise(0).alias("nl"),
        pl.when(pl.col("m").sum() > (pl.col("h") == 0).sum()).then(1).otherwise(0).alias("nm"),
        pl.col("h").max().alias("nh"),
    )
    return victims.group_by("incident").agg(
        pl.col("nl").sum().cast(pl.Int32),
        pl.col("nm").sum().cast(pl.Int32),
        pl.col("nh").sum().cast(pl.Int32),
        pl.len().cast(pl.UInt32).alias("victims"),
    )
